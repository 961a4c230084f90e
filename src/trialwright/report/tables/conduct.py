"""Tables 14.1.7 to 14.1.9: deviations, other medication, later anticancer therapy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.later_therapies import (
    SUBSEQUENT,
    UNDATED,
    place_therapies,
)
from trialwright.errors import StudyError
from trialwright.report.model import Column, Row, Table
from trialwright.report.tables.blocks import Measured, sample_rows
from trialwright.report.tables.groups import (
    count_row,
    divide_by_arm,
    head_columns,
    name_population,
)
from trialwright.safety.medications import CONCOMITANT, place_medications
from trialwright.safety.medications import PRIOR as PRIOR_MEDICATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.tables.groups import Group

NO_CLASS = "class not recorded"
_PERIODS = ((PRIOR_MEDICATION, "Prior"), (CONCOMITANT, "Concomitant"))
_MEDICATION_NOTE = (
    "Prior: ended before the first treatment. Concomitant: taken between the first treatment and "
    "the end of the time on treatment, or not excluded by its dates. What began later is listed "
    "and not counted. A patient counts once in a class and once for each medication."
)


def build_deviations(analysis: Analysis) -> Table:
    """Build table 14.1.7: deviations from the protocol, major and minor.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    enrolled = analysis.sets.named("enrolled").patients
    population = name_population("enrolled", enrolled, "enrolled")
    groups = divide_by_arm(analysis.dataset, enrolled)
    frame = analysis.dataset.deviations.filter(pl.col("patient_id").is_in(list(enrolled)))
    collected = analysis.dataset.collected("deviations")
    rows = tuple(_deviation_rows(frame, groups)) if not frame.is_empty() else ()
    return Table(
        "14.1.7",
        "Deviations from the protocol",
        population,
        head_columns(groups),
        rows,
        ("Major: it may change what the patient's result says.",),
        empty="no deviation was recorded" if collected else "deviations were not collected",
    )


def _deviation_rows(frame: pl.DataFrame, groups: Sequence[Group]) -> Iterator[Row]:
    yield count_row("Any deviation", set(frame["patient_id"]), groups)
    weights = (("Major", True), ("Minor", False), ("Weight not recorded", None))
    for words, wanted in weights:
        some = frame.filter(pl.col("major").eq_missing(wanted))
        if wanted is not None or not some.is_empty():
            yield count_row(words, set(some["patient_id"]), groups)
        for name, patients in _by_name(some, "deviation"):
            yield count_row(name, patients, groups, depth=1)


def _by_name(frame: pl.DataFrame, column: str) -> list[tuple[str, set[str]]]:
    """Return the patients of each name, the most frequent first."""
    found: dict[str, set[str]] = {}
    for name, patient in frame.select(column, "patient_id").iter_rows():
        found.setdefault(name or "not recorded", set()).add(patient)
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def build_medications(analysis: Analysis, safety: SafetyAnalysis) -> Table:
    """Build table 14.1.8: other medication of the treated by class and name, prior and concomitant.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    safety : SafetyAnalysis
        Holds the courses of treatment.
    """
    treated = analysis.sets.named("safety").patients
    population = name_population("safety", treated, "treated")
    groups = divide_by_arm(analysis.dataset, treated)
    title, columns = "Prior and concomitant medication", _medication_columns(groups)

    def table(rows: tuple[Row, ...], empty: str) -> Table:
        return Table("14.1.8", title, population, columns, rows, (_MEDICATION_NOTE,), empty=empty)

    if not analysis.dataset.collected("medications"):
        return table((), "medication was not collected")
    try:
        placed = place_medications(analysis.dataset, analysis.study, safety.courses)
    except StudyError as error:
        return table((), str(error))
    counted = placed.filter(
        pl.col("patient_id").is_in(list(treated))
        & pl.col("period").is_in([period for period, _ in _PERIODS])
    )
    if counted.is_empty():
        return table((), "no medication before or during treatment was recorded")
    return table(tuple(_medication_rows(counted, groups)), "none")


def _medication_columns(groups: Sequence[Group]) -> tuple[Column, ...]:
    heads = (
        Column(words, "number", f"{one.title} (N = {len(one.patients)})")
        for one in groups
        for _, words in _PERIODS
    )
    return (Column(""), *heads)


def _medication_rows(frame: pl.DataFrame, groups: Sequence[Group]) -> Iterator[Row]:
    """Yield any medication, then class by class, the most frequent first."""
    yield _period_row("Any medication", frame, groups)
    named = frame.with_columns(pl.col("medication_class").fill_null(NO_CLASS))
    for name, _ in _by_name(named, "medication_class"):
        of_class = named.filter(pl.col("medication_class") == name)
        yield _period_row(name, of_class, groups)
        for medication, _ in _by_name(of_class, "medication"):
            some = of_class.filter(pl.col("medication") == medication)
            yield _period_row(medication, some, groups, depth=1)


def _period_row(label: str, frame: pl.DataFrame, groups: Sequence[Group], depth: int = 0) -> Row:
    taken = {
        period: set(frame.filter(pl.col("period") == period)["patient_id"])
        for period, _ in _PERIODS
    }
    cells = (
        one.count(taken[period], f"{period}: {label}") for one in groups for period, _ in _PERIODS
    )
    return Row(label, tuple(cells), depth)


def build_later_therapies(analysis: Analysis) -> Table:
    """Build table 14.1.9: anticancer treatment of the treated after the study treatment began.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    treated = analysis.sets.named("safety").patients
    population = name_population("safety", treated, "treated")
    groups = divide_by_arm(analysis.dataset, treated)
    if analysis.dataset.collected("therapies"):
        placed = place_therapies(analysis.dataset)
        own = placed.filter(pl.col("patient_id").is_in(list(treated)))
        rows, empty = tuple(_therapy_rows(own, groups)), "none"
    else:
        rows, empty = (), "later anticancer therapy was not collected"
    note = (
        "Subsequent: begun on the day of the first treatment or later. A patient counts once for "
        "each therapy."
    )
    return Table(
        "14.1.9", "Subsequent anticancer therapy", population, head_columns(groups), rows, (note,),
        empty=empty,
    )  # fmt: skip


def _therapy_rows(placed: pl.DataFrame, groups: Sequence[Group]) -> Iterator[Row]:
    later = placed.filter(pl.col("period") == SUBSEQUENT)
    yield count_row("Any subsequent therapy", set(later["patient_id"]), groups)
    for name, patients in _by_name(later, "therapy"):
        yield count_row(name, patients, groups, depth=1)
    undated = placed.filter(pl.col("period") == UNDATED)
    if not undated.is_empty():
        yield count_row("Therapy of unknown date, not counted", set(undated["patient_id"]), groups)
    yield from sample_rows(
        "From the first treatment to the first subsequent therapy, days",
        [_first_days(later, group) for group in groups],
    )


def _first_days(later: pl.DataFrame, group: Group) -> list[Measured]:
    first = later.group_by("patient_id").agg(pl.col("days_after").min())
    days = dict(first.iter_rows())
    return [Measured(one, days[one], f"day {days[one]}") for one in group.among(days)]
