"""Tables 14.3.9: worst laboratory grades and their shift from baseline.

What stands within the days after an ablation has rows of its own in each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.cells import count_cell
from trialwright.report.figures.population import treated_population
from trialwright.report.model import Row, Table
from trialwright.report.safety.columns import count_columns, number_of
from trialwright.safety.laboratory_tables import AFTER_ABLATION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model import Population

_GRADES = (0, 1, 2, 3, 4)
_BUCKETS = (
    "Values within the days after an ablation that the study names (safety.ablation_rise_days) "
    "stand in rows of their own, and in no other row."
)
_NOTE = "Values on treatment."
_EMPTY = "no value on treatment"


def build_laboratory_tables(safety: SafetyAnalysis) -> tuple[Table, ...]:
    """Return worst grades and shifts from baseline."""
    if safety.laboratory is None:
        return ()
    population = treated_population(safety)
    return (
        _worst(safety.laboratory.grades, population),
        _shifts(safety.laboratory.shifts, population),
    )


def _notes(found: pl.DataFrame) -> tuple[str, ...]:
    """Speak of ablation only where it has rows of its own."""
    return (_NOTE, _BUCKETS) if AFTER_ABLATION in found["bucket"] else (_NOTE,)


def _mark(bucket: str) -> Literal["", "procedural"]:
    return "procedural" if bucket == AFTER_ABLATION else ""


def _with_label(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the name of a row: the term, with the analyte where several have the same term."""
    several = pl.col("analyte").n_unique().over("term") > 1
    named = pl.format("{} ({})", "term", "analyte")
    return rows.with_columns(label=pl.when(several).then(named).otherwise("term"))


def _label(term: str, bucket: str) -> str:
    return f"{term}, {bucket}" if bucket == AFTER_ABLATION else term


def _worst(grades: pl.DataFrame, population: Population) -> Table:
    # What happened on treatment before what followed an ablation.
    ordered = _with_label(grades).sort("label", pl.col("bucket") == AFTER_ABLATION)
    rows = tuple(
        Row(
            _label(one["label"], one["bucket"]),
            (
                number_of("patients", one["patient_ids"], gives="a value on treatment"),
                *(
                    number_of("patients", one[f"grade_{grade}"], gives=f"worst grade {grade}")
                    for grade in _GRADES
                ),
                count_cell(
                    one["severe"],
                    len(one["patient_ids"]),
                    gives="worst grade 3 or 4",
                    among=one["patient_ids"],
                ),
                number_of("patients", one["not_graded"], gives="not graded"),
            ),
            mark=_mark(one["bucket"]),
        )
        for one in ordered.iter_rows(named=True)
    )
    heads = ("Patients", *(f"Grade {grade}" for grade in _GRADES), "Grade 3 or 4", "Not graded")
    title, columns = "Worst laboratory grade, patients", count_columns("Term", heads)
    return Table("14.3.9.1", title, population, columns, rows, _notes(grades), empty=_EMPTY)


def _shifts(shifts: pl.DataFrame, population: Population) -> Table:
    heads = (*(f"Worst {grade}" for grade in _GRADES), "Not graded")
    title = "Shift from baseline to worst laboratory grade, patients"
    rows, columns = tuple(_shift_rows(shifts)), count_columns("Term and baseline", heads)
    return Table("14.3.9.2", title, population, columns, rows, _notes(shifts), empty=_EMPTY)


def _shift_rows(shifts: pl.DataFrame) -> Iterator[Row]:
    labelled = _with_label(shifts)
    for (term, bucket), group in labelled.group_by("label", "bucket", maintain_order=True):
        mark = _mark(str(bucket))
        yield Row(_label(str(term), str(bucket)), mark=mark)
        for (baseline,), cells in group.group_by("baseline_grade", maintain_order=True):
            found = dict(cells.select("worst_grade", "patient_ids").iter_rows())
            label = "no graded baseline" if baseline is None else f"baseline grade {baseline}"
            counts = tuple(
                number_of("patients", found.get(grade, ()), gives=f"{label}, worst {grade}")
                for grade in (*_GRADES, None)
            )
            yield Row(label, counts, depth=1, mark=mark)
