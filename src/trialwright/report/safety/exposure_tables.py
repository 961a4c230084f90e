"""Tables 14.1.6: how much of each drug the patients were given, and against which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.cells import count_cell, number_cell
from trialwright.report.figures.population import treated_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Inputs, Number, Row, Table, word_cell
from trialwright.report.safety.columns import count_columns, date_cell, listing_columns, value_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    import polars as pl

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days

    Summary = Mapping[str, Any]


def build_exposure_tables(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return the summary of exposure, one row a patient and drug, and doses that rules forbid."""
    if safety.exposure is None or safety.exposure_summary is None:
        return ()
    disagreements = () if safety.dose_disagreements is None else (_disagreements(safety, days),)
    return (
        _summary(safety.exposure_summary, safety),
        _by_patient(safety.exposure, safety, days),
        *disagreements,
    )


def _summary(summary: pl.DataFrame, safety: SafetyAnalysis) -> Table:
    drugs = summary.to_dicts()
    rows = tuple(
        Row(label, tuple(cell(drug) for drug in drugs), depth=depth)
        for label, cell, depth in _SUMMARY
    )
    columns = count_columns("", (drug["drug"] for drug in drugs))
    population = treated_population(safety)
    notes = ("Relative dose intensity: amount given over amount planned in the time on the drug.",)
    return Table("14.1.6", "Exposure", population, columns, rows, notes)


def _median(name: str, unit: str) -> Callable[[Summary], Cell]:
    def cell(drug: Summary) -> Cell:
        value = drug[f"{name}_median"]
        if value is None:
            return word_cell(NOTHING)
        given = _inputs(drug[f"{name}_of"], lambda value: f"{value:,.10g} {unit}")
        return number_cell("median", value, inputs=given, text=f"{value:,.0f}")

    return cell


def _inputs(given: Iterable[Mapping[str, Any]], write: Callable[[float], str]) -> Inputs:
    return Inputs(tuple((one["patient_id"], write(one["value"])) for one in given))


def _share(name: str, total: str) -> Callable[[Summary], Cell]:
    return lambda drug: count_cell(drug[f"{name}_ids"], drug[total], among=drug[f"{total}_ids"])


def _intensity(drug: Summary) -> Cell:
    quartiles = [drug[f"intensity_{name}"] for name in ("median", "q1", "q3")]
    if None in quartiles:
        return word_cell(NOTHING)
    median, low, high = (100 * value for value in quartiles)
    numbers = (
        Number("median, percent", median),
        Number("lower quartile, percent", low),
        Number("upper quartile, percent", high),
    )
    given = _inputs(drug["intensity_of"], lambda value: f"{100 * value:.10g} %")
    return Cell(f"{median:.1f} % ({low:.1f} to {high:.1f})", numbers, given)


_SUMMARY: tuple[tuple[str, Callable[[Summary], Cell], int], ...] = (
    ("Given at least once, n (%)", _share("given", "patients"), 0),
    ("Ongoing, n (%)", _share("ongoing", "patients"), 0),
    ("Days on the drug, median", _median("duration", "days"), 0),
    ("Doses, median", _median("doses", "doses"), 0),
    ("Amount given, mg, median", _median("cumulative_mg", "mg"), 0),
    ("Relative dose intensity, median (quartiles)", _intensity, 0),
    ("below 70 %, n (%)", _share("below_70", "derived"), 1),
    ("below 80 %, n (%)", _share("below_80", "derived"), 1),
    ("amounts not known, n (%)", _share("not_derived", "patients"), 1),
    ("Dose reduced, n (%)", _share("reduced", "patients"), 0),
    ("Interrupted, n (%)", _share("interrupted", "patients"), 0),
)


def _by_patient(exposure: pl.DataFrame, safety: SafetyAnalysis, days: Days) -> Table:
    rows = tuple(
        Row(one["patient_id"], _patient_cells(one, days), patient=one["patient_id"])
        for one in exposure.iter_rows(named=True)
    )
    heads = (
        "Patient", "Drug", "First dose", "Last dose", "Given, mg", "Relative dose intensity",
        "Reductions", "Interruptions", "Ended for", "Note",
    )  # fmt: skip
    numbers = ("Given, mg", "Relative dose intensity", "Reductions", "Interruptions")
    population, columns = treated_population(safety), listing_columns(heads, numbers)
    title = "Exposure by patient and drug"
    empty = "no treated patient was given a dose on record"
    return Table("14.1.6.1", title, population, columns, rows, kind="listing", empty=empty)


def _patient_cells(one: Mapping[str, Any], days: Days) -> tuple[Cell, ...]:
    given, intensity = one["cumulative_mg"], one["relative_dose_intensity"]
    percent = None if intensity is None else 100 * intensity
    ended = one["stopped_for"] or ("ongoing" if one["ongoing"] else NOTHING)
    return (
        word_cell(one["drug"]),
        date_cell(one["first_dose"], days),
        date_cell(one["last_dose"], days),
        value_cell("mg", given, text="" if given is None else f"{given:,.0f}"),
        value_cell("percent", percent, text="" if percent is None else f"{percent:.1f} %"),
        value_cell("reductions", one["reductions"]),
        value_cell("interruptions", one["interruptions"]),
        word_cell(days.in_words(ended)),
        word_cell(days.in_words(one["not_derived"] or one["notes"] or "")),
    )


def _disagreements(safety: SafetyAnalysis, days: Days) -> Table:
    rows = tuple(
        Row(
            one.patient_id,
            (
                word_cell(one.drug),
                word_cell(one.weight),
                date_cell(one.first, days),
                word_cell(days.in_words(one.sentence)),
            ),
            patient=one.patient_id,
            mark="alert" if one.weight == "disagreement" else "",
        )
        for one in safety.dose_disagreements or ()
    )
    note = (
        "A disagreement is a dose that a rule forbids; a question, one of which the rows do not "
        "say enough; a note, a hold or a reduction that no rule asks for. A physician decides."
    )
    columns = listing_columns(("Patient", "Drug", "Weight", "Since", "What"))
    population = treated_population(safety)
    title = "Doses given against the dose rules of the study"
    empty = "no dose disagrees with the dose rules"
    return Table("14.1.6.2", title, population, columns, rows, (note,), "listing", empty)
