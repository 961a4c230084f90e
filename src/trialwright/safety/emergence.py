"""Treatment-emergent: an event that began, or worsened, on treatment or shortly after it.

The rule is asked about one day. Where the day of onset is known in part, it is asked about every
day that is possible: if all give one answer, that is the answer; if not, the study's choice
decides (``safety.unknown_onset``). So a month, a year or a date of resolution decides wherever it
can.

Sources
-------
ICH E9, glossary: an event that emerges during treatment, having been absent before, or worsens
relative to the state before treatment. PHUSE white paper on the definition of treatment-emergent
adverse events. Oracle: ``derive_var_trtemfl`` of the R package admiral,
``tests/oracle/safety/test_emergent_admiral.py``. Choices: ``docs/decisions/021``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from trialwright.safety.onset import PossibleDays

UnknownOnset = Literal["emergent", "not_emergent"]
Place = Literal["before", "during", "after"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which an event that begins is emergent.

    Parameters
    ----------
    treatment : str
        What was given, as a sentence names it: ``study treatment``, ``Regorafenib``.
    first : date or None
        First treatment; none: never given.
    last : date or None
        The last day that counts, never before the first; none: no end so far.
    end_words : str
        Why it ends there, with the dates: ``30 days after the last treatment on 2024-05-01``.
    """

    treatment: str
    first: date | None
    last: date | None = None
    end_words: str = "treatment goes on"


@dataclass(frozen=True, slots=True)
class Emergence:
    """Whether an event is emergent, by which rule, and a sentence with the dates.

    ``rule`` is one of ``not treated``, ``ended before``, ``began before``, ``worsened``,
    ``began on treatment``, ``began after``, ``unknown onset``.
    """

    emergent: bool
    rule: str
    why: str


def close_window(
    treatment: str,
    first: date | None,
    last: date | None,
    *,
    days: int,
    goes_on: bool,
    new_therapy: date | None,
) -> Window:
    """Return the window of one treatment.

    Parameters
    ----------
    treatment : str
        Its name in sentences.
    first, last : date or None
        First and last day on which it was given.
    days : int
        Days after the last one on which an event still counts.
    goes_on : bool
        Whether it is still being given, so that there is no last day yet.
    new_therapy : date or None
        First day of a new anticancer treatment, if the study lets it end the time: the day before
        it is the last, but a day of study treatment is always inside.

    Examples
    --------
    >>> window = close_window("study treatment", date(2024, 1, 8), date(2024, 5, 1), days=30,
    ...     goes_on=False, new_therapy=date(2024, 5, 20))
    >>> print(window.last, window.end_words, sep="; ")
    2024-05-19; the day before the new anticancer treatment of 2024-05-20
    """
    after = None
    if not goes_on and last is not None:
        after = last + timedelta(days=days)
    if new_therapy is not None and (after is None or new_therapy <= after):
        eve, least = new_therapy - _DAY, last or first
        if least is None or eve >= least:
            words = f"the day before the new anticancer treatment of {new_therapy}"
            return Window(treatment, first, eve, words)
        words = f"the last day of {treatment}, under the new anticancer treatment of {new_therapy}"
        return Window(treatment, first, least, words)
    if after is None:
        return Window(treatment, first)
    return Window(treatment, first, after, f"{days} days after the last day, {last}")


def judge_emergence(
    onset: PossibleDays,
    resolution: PossibleDays,
    window: Window,
    *,
    grade: int | None,
    grade_before: int | None,
    unknown_onset: UnknownOnset,
) -> Emergence:
    """Tell whether an event is emergent on a treatment.

    Parameters
    ----------
    onset, resolution : PossibleDays
        When it began and ended, as far as known; the onset as ``onset.bound_onset`` returns it.
    window : Window
        The days that count.
    grade, grade_before : int or None
        CTCAE grade, and that of the condition before treatment. None: not recorded, so it cannot
        be seen to have worsened.
    unknown_onset : {"emergent", "not_emergent"}
        The answer where the possible days do not agree.

    Examples
    --------
    >>> from trialwright.safety.onset import read_possible_days
    >>> window = Window("study treatment", date(2024, 1, 8))
    >>> found = judge_emergence(read_possible_days("2024-01-20"), read_possible_days(None), window,
    ...     grade=2, grade_before=None, unknown_onset="emergent")
    >>> print(found.why)
    began on 2024-01-20, on or after the first day of study treatment, 2024-01-08
    """
    first, name = window.first, window.treatment
    if first is None:
        return Emergence(False, "not treated", f"{name} was never given")
    if resolution.latest is not None and resolution.latest < first:
        why = f"ended on {resolution}, before the first day of {name}, {first}"
        return Emergence(False, "ended before", why)
    worsened = grade is not None and grade_before is not None and grade > grade_before
    grades = f"grade {grade_before} to {grade}"
    places = _places(onset, first, window.last)
    if len(places) == 1:
        return _decided(places[0], onset, window, worsened=grades if worsened else None)
    where = _listed(places, window)
    if worsened and "after" not in places:
        either = f"{where}, and is emergent either way, since it worsened from {grades}"
        return Emergence(True, "worsened", f"began on {onset}: {either}")
    choice = unknown_onset == "emergent"
    counted = "counts as emergent" if choice else "does not count as emergent"
    why = f"began on {onset}: {where} is not known, and the study says that it {counted}"
    return Emergence(choice, "unknown onset", why)


def _places(onset: PossibleDays, first: date, last: date | None) -> list[Place]:
    """Return where the possible days of the onset lie: before, during or after a window."""
    low, high = onset.earliest or date.min, onset.latest or date.max
    places: list[Place] = []
    if low < first:
        places.append("before")
    if high >= first and (last is None or low <= last):
        places.append("during")
    if last is not None and high > last:
        places.append("after")
    return places


def _decided(
    place: Place, onset: PossibleDays, window: Window, *, worsened: str | None
) -> Emergence:
    """Answer where all days lie in one place; ``worsened`` holds the grades, if it did."""
    name, first = window.treatment, window.first
    if place == "during":
        why = f"began on {onset}, on or after the first day of {name}, {first}"
        if window.last is not None:
            why += f", and up to {window.last} ({window.end_words})"
        return Emergence(True, "began on treatment", why)
    if place == "after":
        why = f"began on {onset}, after {window.last} ({window.end_words})"
        return Emergence(False, "began after", why)
    began = f"began on {onset}, before the first day of {name}, {first}"
    if worsened is not None:
        return Emergence(True, "worsened", f"{began}, and worsened from {worsened}")
    return Emergence(False, "began before", f"{began}; it is not on file that it worsened")


def _listed(places: list[Place], window: Window) -> str:
    words: dict[Place, str] = {
        "before": f"before the first day of {window.treatment} ({window.first})",
        "during": "within its time",
        "after": f"after {window.last} ({window.end_words})",
    }
    return " or ".join(words[place] for place in places)
