"""Unacceptable toxicity: for each treated patient an event, none through the window, or not yet.

What counts is the study's choice: kinds of events from a grade on (``safety.unacceptable_kinds``,
``unacceptable_grade``), deaths (``unacceptable_deaths``), and in how many days from the first
treatment (``toxicity_window_days``). What the data leave open (a cause of death, an attribution)
is counted as neither: the patient is undecided, and the question is named.

Source: stopping rules count patients who have been through the window or had the event; Thall,
Simon and Estey, Stat Med 1995;14:357.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from trialwright.safety.special_interest import is_checkpoint_inhibitor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from trialwright.safety.course import TreatmentCourse
    from trialwright.study.model import Study

Row = dict[str, Any]
State = Literal["event", "none", "inside window", "undecided"]
Judgement = Literal["counts", "does not count", "open"]


@dataclass(frozen=True, slots=True)
class PatientToxicity:
    """What is known of one treated patient's unacceptable toxicity.

    Parameters
    ----------
    patient_id : str
        The patient.
    state : {"event", "none", "inside window", "undecided"}
        ``event``: had it; ``none``: followed through the window, or dead, without it; ``inside
        window``: neither so far; ``undecided``: the data leave open whether an event or the death
        counts.
    what : str
        Term and grade of the first event, or ``death``; empty without one.
    date : date or None
        Its day; none without one, or where it is not known.
    followed_days : int
        Days followed after the first treatment, no more than the window.
    window_days : int
        Length of the window.
    why : str
        One sentence.
    """

    patient_id: str
    state: State
    what: str
    date: date | None
    followed_days: int
    window_days: int
    why: str

    @property
    def had_toxicity(self) -> bool:
        """Whether there was an unacceptable toxicity."""
        return self.state == "event"

    @property
    def still_inside(self) -> bool:
        """Whether there was none so far and the window is not over."""
        return self.state == "inside window"

    @property
    def may_have_toxicity(self) -> bool:
        """Whether there may still turn out to be one: inside the window, or undecided."""
        return self.state in {"inside window", "undecided"}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An event or a death, and whether it counts."""

    judgement: Judgement
    what: str
    day: date | None
    why: str


def unacceptable_toxicities(
    events: pl.DataFrame,
    deaths: pl.DataFrame,
    study: Study,
    courses: Mapping[str, TreatmentCourse],
) -> tuple[PatientToxicity, ...]:
    """Tell of each treated patient whether there was an unacceptable toxicity.

    Parameters
    ----------
    events : polars.DataFrame
        All rows of ``events.derive_events``.
    deaths : polars.DataFrame
        All rows of ``deaths.deaths_on_treatment``.
    study : Study
        The definition.
    courses : mapping of str to TreatmentCourse
        As ``course.gather_courses`` returns it.

    Returns
    -------
    tuple of PatientToxicity
        In the order of ``courses``; patients who were never treated are not in it.

    Raises
    ------
    StudyError
        If a part of the definition is still a gap.

    Notes
    -----
    Source: the definition of the study (``safety.unacceptable_*``, ``toxicity_window_days``);
    choices: ``docs/decisions/021``. Oracle: what the simulator drew,
    ``tests/unit/safety/test_toxicity_simulated.py``.
    """
    rows, died = (
        frame.rows_by_key("patient_id", named=True, include_key=True) for frame in (events, deaths)
    )
    return tuple(
        _judge_patient(course, first, rows.get(name, []), died.get(name, []), study)
        for name, course in courses.items()
        if (first := course.first_treatment) is not None
    )


def kind_of_event(row: Row, kinds: Iterable[str]) -> tuple[Judgement, str]:
    """Tell whether an event is of one of the kinds that count, and why.

    Parameters
    ----------
    row : dict
        A row of ``derive_events``.
    kinds : iterable of str
        ``any``, ``immune-related``, ``ablation-related``, ``drug-related``.

    Returns
    -------
    judgement : {"counts", "does not count", "open"}
        ``open``: its cause was not assessed. An event that was assessed, and is attributed to no
        checkpoint inhibitor, is not immune-related where nobody marked it.
    why : str
        The kinds that count, or those that are open.
    """
    found = {kind: _is_of_kind(row, kind) for kind in kinds}
    yes = [kind for kind, is_kind in found.items() if is_kind]
    if yes:
        return "counts", " and ".join("of any kind" if kind == "any" else kind for kind in yes)
    unknown = [kind for kind, is_kind in found.items() if is_kind is None]
    if unknown:
        return "open", " or ".join(f"{kind} was not assessed" for kind in unknown)
    return "does not count", f"not {' or '.join(found)}"


def judge_death(category: str | None, counted: str) -> tuple[Judgement, str]:
    """Tell whether a death counts, by its kind of cause.

    Parameters
    ----------
    category : str or None
        ``cause_category`` of the table of deaths.
    counted : {"none", "not_from_disease", "any"}
        ``safety.unacceptable_deaths``.

    Examples
    --------
    >>> judge_death("toxicity", "not_from_disease")
    ('counts', 'the cause was toxicity, not the disease')
    >>> judge_death(None, "not_from_disease")
    ('open', 'the kind of cause is not on file')
    """
    if counted == "none":
        return "does not count", "deaths do not count"
    if counted == "any":
        return "counts", "any death counts"
    if category == "malignant disease":
        return "does not count", "the cause was the malignant disease"
    if category in {"toxicity", "other"}:
        named = "toxicity" if category == "toxicity" else "another one"
        return "counts", f"the cause was {named}, not the disease"
    return "open", "the kind of cause is not on file"


def _judge_patient(
    course: TreatmentCourse, first: date, rows: list[Row], deaths: list[Row], study: Study
) -> PatientToxicity:
    window = study.safety.toxicity_window_days.require()
    end = first + timedelta(days=window)
    found = [*_events(rows, end, study), *_deaths(deaths, end, study)]
    found.sort(key=lambda one: one.day or end)
    known = course.last_known
    followed = 0 if known is None else max(0, min((known - first).days, window))
    for judgement, state in _STATES.items():
        chosen = [one for one in found if one.judgement == judgement]
        if chosen:
            one, more = chosen[0], len(chosen) - 1
            words = f"{one.why}; {more} more" if more else one.why
            return PatientToxicity(
                course.patient_id, state, one.what, one.day, followed, window, words
            )
    state, why = _without(course, first, followed, window)
    return PatientToxicity(course.patient_id, state, "", None, followed, window, why)


_STATES: dict[Judgement, State] = {"counts": "event", "open": "undecided"}


def _without(course: TreatmentCourse, first: date, followed: int, window: int) -> tuple[State, str]:
    """Say how far a patient without such an event has been followed."""
    since = f"since the first treatment on {first}"
    if followed >= window:
        return "none", f"none in {window} days {since}"
    if course.death is not None:
        return "none", f"none before the death on {course.death}, {followed} days {since}"
    if course.last_contact is None:
        return "inside window", f"no contact is on file {since}"
    return "inside window", (
        f"none so far: followed to {course.last_contact}, {followed} of {window} days {since}"
    )


def _events(rows: list[Row], end: date, study: Study) -> list[_Candidate]:
    """Return the events that count or may count: emergent, of the grade, in the window."""
    least, kinds = study.safety.unacceptable_grade.require(), study.safety.unacceptable_kinds
    cautious = study.safety.unknown_onset.require() == "emergent"
    found = []
    for row in rows:
        if not row["emergent"] or row["grade"] is None or row["grade"] < least:
            continue
        if not _is_inside(row, end, cautious=cautious):
            continue
        judgement, why = kind_of_event(row, kinds.require())
        what = f"{row['term']}, grade {row['grade']}"
        when = f"on {row['onset']}" if row["onset"] else "on an unknown day"
        found.append(_Candidate(judgement, what, row["onset"], f"{what}, {when}: {why}"))
    return found


def _is_inside(row: Row, end: date, *, cautious: bool) -> bool:
    """Tell whether an event began in the window; the study decides where its days do not."""
    low, high = row["onset_known_from"], row["onset_known_to"]
    if low is not None and low > end:
        return False
    return (high is not None and high <= end) or cautious


def _deaths(rows: list[Row], end: date, study: Study) -> list[_Candidate]:
    found = []
    for row in rows:
        judgement, why = judge_death(
            row["cause_category"], study.safety.unacceptable_deaths.require()
        )
        low, high = row["known_from"], row["known_to"]
        if row["death_date"] is not None:
            low = high = row["death_date"]
        if low is not None and low > end:
            continue
        when = f"died on {row['death_date']}" if row["death_date"] else "died on an unknown day"
        if judgement == "counts" and (high is None or high > end):
            judgement, why = "open", f"{why}, and whether it was by {end} is not known"
        found.append(_Candidate(judgement, "death", row["death_date"], f"{when}: {why}"))
    return found


def _is_of_kind(row: Row, kind: str) -> bool | None:
    if kind == "any":
        return True
    if kind == "immune-related":
        return _is_immune(row)
    answer: bool | None = row["ablation_related" if kind == "ablation-related" else "drug_related"]
    return answer


def _is_immune(row: Row) -> bool | None:
    marked: bool | None = row["immune_related"]
    by_inhibitor = any(is_checkpoint_inhibitor(name) for name in row["related"])
    if marked is None and row["assessed"] and not by_inhibitor:
        return False
    return marked
