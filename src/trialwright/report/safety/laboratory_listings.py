"""Listings 16.2.8.1 and 16.2.8.2: severe laboratory values; liver tests of whom they concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.figures.population import treated_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Number, Row, Table, word_cell
from trialwright.report.safety.columns import date_cell, listing_columns, study_day_cell, value_cell
from trialwright.safety.event_counts import SEVERE
from trialwright.safety.liver import list_liver_tests
from trialwright.safety.liver.samples import LIVER_TESTS, SHORT_NAMES
from trialwright.safety.serious_events import write_result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Tone

_SEVERE_HEADS = (
    "Patient", "Test", "Sample", "Value", "Grade", "Baseline grade", "Days after ablation", "Why",
)  # fmt: skip
_LIVER_HEADS = (
    "Patient", "Sample", "Study day",
    *(SHORT_NAMES.get(name, name.capitalize()) for name in LIVER_TESTS), "Days after ablation",
)  # fmt: skip


def build_severe_values(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return listing 16.2.8.1: values on treatment of grade 3 or more.

    Parameters
    ----------
    safety : SafetyAnalysis
        Its graded values; without them there is no listing.
    days : Days
        How days are written.
    """
    if safety.laboratory is None:
        return ()
    graded = safety.laboratory.rows
    severe = graded.filter(pl.col("on_treatment") & (pl.col("grade") >= SEVERE))
    rows = tuple(
        Row(
            one["patient_id"],
            (
                word_cell(one["test"]),
                date_cell(one["sample_date"], days),
                _result(one),
                value_cell("grade", one["grade"]),
                value_cell("grade", one["baseline_grade"]),
                _after(one),
                word_cell(days.in_words(one["why"])),
            ),
            patient=one["patient_id"],
            mark="procedural" if one["procedural"] else "",
        )
        for one in severe.sort("patient_id", "test", "sample_date").iter_rows(named=True)
    )
    notes = ("Values on treatment.", *_open_results(graded, days))
    columns = listing_columns(_SEVERE_HEADS, ("Value", "Grade", "Baseline grade"))
    title, population = "Laboratory values of grade 3 or more", treated_population(safety)
    empty = "no value on treatment had grade 3 or more"
    return (Table("16.2.8.1", title, population, columns, rows, notes, "listing", empty),)


def _result(one: Mapping[str, Any]) -> Cell:
    if one["value"] is None:
        return word_cell(NOTHING)
    return Cell(write_result(one), (Number("value", one["value"]),), sort=one["value"])


def _after(one: Mapping[str, Any]) -> Cell:
    passed = one["days_after_ablation"]
    if passed is None:
        return word_cell(NOTHING)
    text = f"{passed}{', procedural' if one['procedural'] else ''}"
    return value_cell("days after ablation", passed, text=text)


def _open_results(graded: pl.DataFrame, days: Days) -> Iterator[str]:
    """Name the results with < or > that have no grade: they may be severe, and are in no row."""
    is_open = pl.col("on_treatment") & pl.col("qualifier").is_not_null()
    found = graded.filter(is_open, pl.col("grade").is_null(), pl.col("analyte").is_not_null())
    named = [
        f"{one['patient_id']}, {one['test']}, {days.show(one['sample_date'])}: {one['not_graded']}"
        for one in found.sort("patient_id", "test", "sample_date").iter_rows(named=True)
    ]
    if named:
        yield f"Results known in part and not graded: {'; '.join(named)}."


def build_liver_listing(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return listing 16.2.8.2: the liver tests by date, of patients with a grade 3 or a candidate.

    Parameters
    ----------
    safety : SafetyAnalysis
        Its graded values, and its candidates of Hy's law.
    days : Days
        How days are written.
    """
    if safety.laboratory is None:
        return ()
    candidates = {one.patient_id for one in safety.hys_law or ()}
    listed = list_liver_tests(safety.laboratory.rows, candidates)
    together: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for one in listed.iter_rows(named=True):
        together.setdefault((one["patient_id"], one["sample_date"], one["set"]), []).append(one)
    rows = tuple(_liver_row(values, days) for values in together.values())
    listed_are = (
        "Every value of ALT, AST, bilirubin and alkaline phosphatase, those before treatment "
        "included, of patients with a value of grade 3 or more of any of them on or off treatment, "
        "and of candidates of Hy's law. After a value its grade."
    )
    unknown = "Candidates of Hy's law are not known: see what could not be shown."
    notes = (listed_are, unknown) if safety.hys_law is None else (listed_are,)
    columns = listing_columns(_LIVER_HEADS, _LIVER_HEADS[2:])
    title, population = (
        "Liver tests of patients with a severe value or a candidate of Hy's law",
        (treated_population(safety)),
    )
    empty = "no patient had a liver test of grade 3 or more, and nobody is a candidate"
    return (Table("16.2.8.2", title, population, columns, rows, notes, "listing", empty),)


def _liver_row(values: Sequence[Mapping[str, Any]], days: Days) -> Row:
    first = values[0]
    by_test = {one["analyte"]: one for one in values}
    return Row(
        first["patient_id"],
        (
            date_cell(first["sample_date"], days),
            study_day_cell(first["day"]),
            *(_graded(by_test.get(test)) for test in LIVER_TESTS),
            _after(first),
        ),
        patient=first["patient_id"],
        mark="procedural" if first["procedural"] else "",
    )


def _graded(one: Mapping[str, Any] | None) -> Cell:
    if one is None or one["value"] is None:
        return word_cell(NOTHING)
    grade = "not graded" if one["grade"] is None else f"grade {one['grade']}"
    numbers = (Number("value", one["value"]), Number("grade", one["grade"]))
    tone: Tone = "alert" if (one["grade"] or 0) >= SEVERE else ""
    return Cell(f"{write_result(one)} ({grade})", numbers, tone=tone, sort=one["value"])
