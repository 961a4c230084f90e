"""Checks of adverse events: their dates, their grades, their words, and the deaths they tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatment_frame
from trialwright.dataset.date_columns import earliest_day, latest_day
from trialwright.dataset.harm_tables import DOSE_ACTIONS, EVENT_TREATMENTS, SERIOUS_CRITERIA
from trialwright.dataset.raw_tables import nearest
from trialwright.dataset.rules import Rule, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_TABLE = "adverse_events"
_DEATH = 5  # the grade of CTCAE
NONE = "none"  # what a list of words says where nothing is meant: no treatment, no criterion


def find_ends_before_starts(dataset: Dataset) -> Iterator[Finding]:
    """Find events that end before they start, whichever days their dates may be."""
    events = dataset.table("adverse_events")
    rule = Rule("event.end_before_start", _TABLE, "end_date", "correct the date that is wrong")
    wrong = latest_day(events, "end_date") < earliest_day(events, "start_date")
    yield from rule.findings(
        events.filter(wrong),
        lambda row: (
            f"{row['term']}: the end, {row['end_date']}, is before the start, {row['start_date']}"
        ),
    )


def find_events_without_treatment(dataset: Dataset) -> Iterator[Finding]:
    """Find events of patients who were never treated, where others were."""
    treated = first_treatment_frame(dataset)
    if treated.is_empty():
        return
    mend = "nothing to do if that is so: no event of the patient is treatment-emergent"
    rule = Rule("event.never_treated", _TABLE, "patient_id", mend)
    yield from rule.findings(
        dataset.table("adverse_events")
        .drop_nulls("patient_id")
        .join(treated, on="patient_id", how="anti", maintain_order="left"),
        lambda row: f"{row['term']}, grade {row['grade']}, of a patient who was never treated",
    )


def find_fatal_contradictions(dataset: Dataset) -> Iterator[Finding]:
    """Find events with a fatal outcome and another grade than 5, and the reverse.

    Source: CTCAE, grade 5 is death related to the event.
    """
    mend = "correct the grade or the outcome"
    rule = Rule("event.fatal_differs", _TABLE, "outcome", mend)
    is_fatal, grade = pl.col("outcome") == "fatal", pl.col("grade")
    odd = is_fatal & (grade < _DEATH) | ~is_fatal & (grade == _DEATH)
    yield from rule.findings(
        dataset.table("adverse_events").filter(odd),
        lambda row: f"{row['term']}: grade {row['grade']}, and the outcome is {row['outcome']}",
    )


def find_missing_deaths(dataset: Dataset) -> Iterator[Finding]:
    """Find fatal events of patients who are not in the table of deaths."""
    if not dataset.collected("deaths"):
        return
    mend = "enter the death, or correct the grade and the outcome"
    rule = Rule("event.death_missing", _TABLE, "grade", mend)
    yield from rule.findings(
        dataset.table("adverse_events")
        .filter(is_fatal())
        .join(dataset.deaths, on="patient_id", how="anti", maintain_order="left"),
        lambda row: f"{row['term']} was fatal, and the table of deaths does not name the patient",
    )


def find_seriousness_contradictions(dataset: Dataset) -> Iterator[Finding]:
    """Find events with a criterion of seriousness that are not marked as serious."""
    rule = Rule("event.serious_differs", _TABLE, "serious", "mark the event as serious")
    named = pl.col("serious_because").is_not_null() & (
        pl.col("serious_because").str.strip_chars().str.to_lowercase() != NONE
    )
    yield from rule.findings(
        dataset.table("adverse_events").filter(named & ~pl.col("serious").fill_null(value=False)),
        lambda row: (
            f"{row['term']}: serious because of {row['serious_because']}, and not marked as serious"
        ),
    )


def find_unknown_words(dataset: Dataset) -> Iterator[Finding]:
    """Find words in the lists of an event that no rule knows."""
    for row in dataset.table("adverse_events").iter_rows(named=True):
        for field, known in (
            ("serious_because", SERIOUS_CRITERIA),
            ("treated_with", EVENT_TREATMENTS),
        ):
            odd = [word for word in _words(row[field]) if word.casefold() not in known]
            yield from _unknown(row, field, odd, (*known, NONE))
        odd = [text for text in _words(row["actions"]) if read_action(text)[1] is None]
        yield from _unknown(row, "actions", odd, tuple(f"drug: {word}" for word in DOSE_ACTIONS))


def find_complication_contradictions(dataset: Dataset) -> Iterator[Finding]:
    """Find complications that are a death in one system of grades and not in another."""
    rule = Rule(
        "event.complication_differs", _TABLE, "cirse_grade", "correct the one that is wrong"
    )
    graded = pl.any_horizontal(pl.col("cirse_grade", "sir_class", "sir_severity").is_not_null())
    for row in dataset.table("adverse_events").filter(graded).iter_rows(named=True):
        words = disagree_on_death(row)
        if words is not None:
            yield rule.finding(row, f"{row['term']}: {words}")


def disagree_on_death(row: Row) -> str | None:
    """Say which systems call a complication a death and which do not; none if they agree.

    Source: CTCAE grade 5, CIRSE grade 6, class F of SIR 2003 and the severity "death" of SIR 2017
    are each the death of the patient.

    Examples
    --------
    >>> row = {"grade": 3, "cirse_grade": "6", "sir_class": None, "sir_severity": None}
    >>> disagree_on_death(row)
    'a death in CIRSE (6), and none in CTCAE (3)'
    """
    systems = (
        ("CTCAE", row["grade"], _DEATH),
        ("CIRSE", row["cirse_grade"], "6"),
        ("SIR 2003", row["sir_class"], "F"),
        ("SIR 2017", row["sir_severity"], "death"),
    )
    graded = [(f"{name} ({value})", value == worst) for name, value, worst in systems if value]
    deaths = [name for name, is_death in graded if is_death]
    others = [name for name, is_death in graded if not is_death]
    if not deaths or not others:
        return None
    return f"a death in {listed(deaths)}, and none in {listed(others)}"


def is_fatal() -> pl.Expr:
    """Return the expression for an event that was fatal: by its outcome or by its grade.

    Source: CTCAE, grade 5 is death related to the event.

    Examples
    --------
    >>> events = pl.DataFrame({"outcome": [None, "fatal", "recovered"], "grade": [5, 4, 3]})
    >>> events.select(fatal=is_fatal())["fatal"].to_list()
    [True, True, False]
    """
    fatal = (pl.col("outcome") == "fatal") | (pl.col("grade") == _DEATH)
    return fatal.fill_null(value=False)


def split_words(text: str | None) -> tuple[str, ...]:
    """Split a text at ``;``; blanks around a word do not count, nor do empty words.

    Examples
    --------
    >>> split_words(" steroid; ;hormone")
    ('steroid', 'hormone')
    """
    return tuple(word.strip() for word in (text or "").split(";") if word.strip())


def read_action(text: str) -> tuple[str, str | None]:
    """Read what was done with a treatment: its name, and the action, none if no rule knows it.

    Examples
    --------
    >>> read_action("Regorafenib: Reduced"), read_action("Regorafenib: halved")
    (('Regorafenib', 'reduced'), ('Regorafenib', None))
    """
    name, _, action = text.rpartition(":")
    plain = action.strip().casefold()
    known = plain in DOSE_ACTIONS and bool(name.strip())
    return name.strip(), plain if known else None


def _words(text: str | None) -> list[str]:
    return [word for word in split_words(text) if word.casefold() != NONE]


def _unknown(row: Row, field: str, odd: list[str], known: tuple[str, ...]) -> Iterator[Finding]:
    """Report the unknown words of one cell, with the word that was probably meant."""
    rule = Rule("event.unknown_word", _TABLE, field, f"use {', '.join(known)}, split by ;")
    for word in odd:
        meant = nearest(word, known)
        hint = f" (did you mean {meant}?)" if meant else ""
        yield rule.finding(row, f"{row['term']}: {field} holds {word!r}{hint}")
