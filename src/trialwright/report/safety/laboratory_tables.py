"""Tables 14.3.9: worst laboratory grades and their shift from baseline; listing of severe values.

What stands within the days after an ablation has rows of its own in each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.formats import NOTHING, show_count
from trialwright.report.safety.display import Row, SafetyTable, say_treated
from trialwright.safety.event_counts import SEVERE
from trialwright.safety.laboratory_tables import AFTER_ABLATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Literal

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days

_GRADES = (0, 1, 2, 3, 4)
_BUCKETS = (
    "Values within the days after an ablation that the study names (safety.ablation_rise_days) "
    "stand in rows of their own, and in no other row."
)


def build_laboratory_tables(safety: SafetyAnalysis, days: Days) -> tuple[SafetyTable, ...]:
    """Return worst grades, shifts from baseline, and the listing of severe values."""
    if safety.laboratory is None:
        return ()
    population = f"Values on treatment of the {say_treated(len(safety.treated))}"
    return (
        _worst(safety.laboratory.worst, population),
        _shifts(safety.laboratory.shifts, population),
        _severe(safety.laboratory.rows, population, days),
    )


def _mark(bucket: str) -> Literal["", "procedural"]:
    return "procedural" if bucket == AFTER_ABLATION else ""


def _with_label(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the name of a row: the term, with the analyte where several have the same term."""
    several = pl.col("analyte").n_unique().over("term") > 1
    named = pl.format("{} ({})", "term", "analyte")
    return rows.with_columns(label=pl.when(several).then(named).otherwise("term"))


def _label(term: str, bucket: str) -> str:
    return f"{term}, {bucket}" if bucket == AFTER_ABLATION else term


def _worst(worst: pl.DataFrame, population: str) -> SafetyTable:
    grade = pl.col("worst_grade")
    counts = (
        _with_label(worst)
        .group_by("label", "bucket")
        .agg(
            pl.len().alias("patients"),
            *((grade == one).sum().alias(str(one)) for one in _GRADES),
            (grade >= SEVERE).sum().alias("severe"),
            grade.null_count().alias("not_graded"),
        )
    )
    # What happened on treatment before what followed an ablation.
    ordered = counts.sort("label", pl.col("bucket") == AFTER_ABLATION)
    rows = tuple(
        Row(
            _label(one["label"], one["bucket"]),
            (
                str(one["patients"]),
                *(str(one[str(grade)]) for grade in _GRADES),
                show_count(one["severe"], one["patients"]),
                str(one["not_graded"]),
            ),
            mark=_mark(one["bucket"]),
        )
        for one in ordered.iter_rows(named=True)
    )
    columns = (
        "Term", "Patients", *(f"Grade {grade}" for grade in _GRADES), "Grade 3 or 4",
        "Not graded",
    )  # fmt: skip
    title = "Worst laboratory grade, patients"
    return SafetyTable("14.3.9.1", title, population, columns, rows, (_BUCKETS,))


def _shifts(shifts: pl.DataFrame, population: str) -> SafetyTable:
    columns = ("Term and baseline", *(f"Worst {grade}" for grade in _GRADES), "Not graded")
    title = "Shift from baseline to worst laboratory grade, patients"
    rows = tuple(_shift_rows(shifts))
    return SafetyTable("14.3.9.2", title, population, columns, rows, (_BUCKETS,))


def _shift_rows(shifts: pl.DataFrame) -> Iterator[Row]:
    labelled = _with_label(shifts)
    for (term, bucket), group in labelled.group_by("label", "bucket", maintain_order=True):
        mark = _mark(str(bucket))
        yield Row(_label(str(term), str(bucket)), ("",) * (len(_GRADES) + 1), mark=mark)
        for (baseline,), cells in group.group_by("baseline_grade", maintain_order=True):
            found = dict(cells.select("worst_grade", "patients").iter_rows())
            label = "no graded baseline" if baseline is None else f"baseline grade {baseline}"
            counts = tuple(str(found.get(grade, 0)) for grade in (*_GRADES, None))
            yield Row(label, counts, depth=1, mark=mark)


def _severe(graded: pl.DataFrame, population: str, days: Days) -> SafetyTable:
    severe = graded.filter(pl.col("on_treatment") & (pl.col("grade") >= SEVERE))
    rows = tuple(
        Row(
            one["patient_id"],
            (
                one["test"],
                days.show(one["sample_date"]),
                f"{one['qualifier'] or ''}{one['value']:g} {one['unit']}",
                str(one["grade"]),
                NOTHING if one["baseline_grade"] is None else str(one["baseline_grade"]),
                _after(one),
                days.in_words(one["why"]),
            ),
            patient=one["patient_id"],
            mark="procedural" if one["procedural"] else "",
        )
        for one in severe.sort("patient_id", "test", "sample_date").iter_rows(named=True)
    )
    columns = (
        "Patient", "Test", "Sample", "Value", "Grade", "Baseline grade", "Days after ablation",
        "Why",
    )  # fmt: skip
    title = "Laboratory values of grade 3 or more"
    notes = tuple(_open_results(graded, days))
    return SafetyTable("16.2.9", title, population, columns, rows, notes, kind="listing")


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


def _after(one: Mapping[str, Any]) -> str:
    passed = one["days_after_ablation"]
    return NOTHING if passed is None else f"{passed}{', procedural' if one['procedural'] else ''}"
