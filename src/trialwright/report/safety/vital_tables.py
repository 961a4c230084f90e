"""Tables 14.3.11 and 14.3.12: shift of blood pressure from baseline, and QTcF above its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.cells import count_cell
from trialwright.report.figures.population import treated_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Row, Table, word_cell
from trialwright.report.safety.columns import count_columns, number_of
from trialwright.safety.blood_pressure import name_bands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis.safety.result import SafetyAnalysis, VitalResults
    from trialwright.report.model import Cell, Population

_NOT_KNOWN = "Not known"
_PRESSURE_BASIS = (
    "Baseline: the last day before treatment, or the day of the first treatment, on which both "
    "pressures were taken. Worst: the highest band on treatment, of days on which both were taken "
    "or one alone reached the highest band."
)
_BANDS = (
    "Bands in mmHg: the pressures of grades 1 to 3 of hypertension in CTCAE 5.0, adults. They are "
    "no grades: grade 2 also rests on symptoms, duration and treatment begun, grade 3 on further "
    "treatment, and grades 4 and 5 on consequences, which no pressure shows. Graded events stand "
    "among the adverse events."
)
_LINES = (
    "QTcF as recorded. Lines of ICH E14 (section 3.2.2); a patient above 500 ms is counted above "
    "450 and 480 ms too. Baseline: the last value before treatment or on the day of the first "
    "treatment. On treatment: the longest value, and the largest rise from baseline."
)


def build_vital_tables(safety: SafetyAnalysis) -> tuple[Table, ...]:
    """Return the shift of blood pressure and the categories of QTcF, of what was collected.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analysis.safety.analyse_safety``.

    Returns
    -------
    tuple of Table
        14.3.11 vital signs, 14.3.12 ECG.
    """
    population = treated_population(safety)
    return (
        *(() if safety.vitals is None else (_pressure(safety.vitals, population),)),
        *(() if safety.ecgs is None else (_qtcf(safety.ecgs.counts, population),)),
    )


def _pressure(vitals: VitalResults, population: Population) -> Table:
    known = vitals.shifts.drop_nulls("worst_band")
    rows = tuple(_pressure_rows(vitals.shifts, population)) if known.height else ()
    return Table(
        "14.3.11",
        "Shift of blood pressure from baseline to worst on treatment, patients",
        population,
        count_columns("Band at baseline", (*_band_words(), "Total")),
        rows,
        (_PRESSURE_BASIS, _BANDS, *_say_without_band(vitals.worst)),
        empty="no day on treatment with a blood pressure that has a band",
    )


def _say_without_band(worst: pl.DataFrame) -> Iterator[str]:
    """Name the days on treatment that have no band: a worse one may be hidden there."""
    found = worst.filter(pl.col("days_without_band") > 0)
    named = [
        f"{patient} ({days})"
        for patient, days in found.select("patient_id", "days_without_band").iter_rows()
    ]
    if named:
        yield (
            "Days on treatment without a band, since one pressure is missing or the two contradict "
            f"each other, by patient: {', '.join(named)}."
        )


def _band_words() -> tuple[str, ...]:
    return (*name_bands(), _NOT_KNOWN)


def _pressure_rows(shifts: pl.DataFrame, population: Population) -> Iterator[Row]:
    words = _band_words()
    bands = (*range(len(words) - 1), None)
    found = {
        (at, worst): patients
        for at, worst, patients in shifts.select(
            "baseline_band", "worst_band", "patient_ids"
        ).iter_rows()
    }
    for at, label in zip(bands, words, strict=True):
        cells = [
            count_cell(
                found.get((at, worst), ()),
                len(population),
                gives=f"baseline: {label}; worst: {word}",
            )
            for worst, word in zip(bands, words, strict=True)
        ]
        everybody = [one for worst in bands for one in found.get((at, worst), ())]
        total = count_cell(everybody, len(population), gives=f"baseline: {label}")
        yield Row(label, (*cells, total))
    totals = [
        count_cell(
            [one for at in bands for one in found.get((at, worst), ())],
            len(population),
            gives=f"worst: {word}",
        )
        for worst, word in zip(bands, words, strict=True)
    ]
    yield Row("Total", (*totals, count_cell(population.patients, len(population), gives="treated")))


def _qtcf(counts: pl.DataFrame, population: Population) -> Table:
    rows = tuple(_qtcf_rows(counts)) if counts["patients"].sum() else ()
    return Table(
        "14.3.12",
        "QTcF above its lines, patients",
        population,
        count_columns("QTcF", ("At baseline", "On treatment")),
        rows,
        (_LINES,),
        empty="no usable QTcF was recorded",
    )


def _qtcf_rows(counts: pl.DataFrame) -> Iterator[Row]:
    before, longest, rise = (
        _cells(counts.filter(what=what)) for what in ("baseline", "longest", "rise")
    )
    yield Row("Patients with a value", (before[None], longest[None]))
    for line in longest:
        if line is not None:
            yield Row(f"> {line:g} ms", (before[line], longest[line]), depth=1)
    yield Row("Patients with a value at baseline and on treatment", (_none(), rise[None]))
    for line in rise:
        if line is not None:
            yield Row(f"Rise by > {line:g} ms", (_none(), rise[line]), depth=1)


def _cells(counts: pl.DataFrame) -> dict[float | None, Cell]:
    """Return the cell of each line; none is everybody with a value, the denominator."""
    found = dict(counts.select("above_ms", "patient_ids").iter_rows())
    known = found.pop(None)
    return {
        None: number_of("patients", known, gives="a value"),
        **{
            line: count_cell(patients, len(known), gives=f"above {line:g} ms", among=known)
            for line, patients in found.items()
        },
    }


def _none() -> Cell:
    return word_cell(NOTHING)
