"""Tables 14.1.6: how much of each drug the patients were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import NOTHING, show_count
from trialwright.report.safety.display import Row, SafetyTable, say_treated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    import polars as pl

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days

    Summary = Mapping[str, Any]


def build_exposure_tables(safety: SafetyAnalysis, days: Days) -> tuple[SafetyTable, ...]:
    """Return the summary of exposure, one row a patient and drug, and doses that rules forbid."""
    if safety.exposure is None or safety.exposure_summary is None:
        return ()
    disagreements = () if safety.dose_disagreements is None else (_disagreements(safety, days),)
    return (
        _summary(safety.exposure_summary, safety),
        _by_patient(safety.exposure, safety, days),
        *disagreements,
    )


def _summary(summary: pl.DataFrame, safety: SafetyAnalysis) -> SafetyTable:
    drugs = summary.to_dicts()
    rows = tuple(
        Row(label, tuple(cell(drug) for drug in drugs), depth=depth)
        for label, cell, depth in _SUMMARY
    )
    columns = ("", *(drug["drug"] for drug in drugs))
    population = say_treated(len(safety.treated))
    notes = ("Relative dose intensity: amount given over amount planned in the time on the drug.",)
    return SafetyTable("14.1.6", "Exposure", population, columns, rows, notes)


def _median(name: str, digits: int = 0) -> Callable[[Summary], str]:
    def cell(drug: Summary) -> str:
        value = drug[name]
        return NOTHING if value is None else f"{value:,.{digits}f}"

    return cell


def _share(name: str, total: str) -> Callable[[Summary], str]:
    return lambda drug: show_count(drug[name], drug[total])


def _intensity(drug: Summary) -> str:
    quartiles = [drug[f"intensity_{name}"] for name in ("median", "q1", "q3")]
    if None in quartiles:
        return NOTHING
    median, low, high = (100 * value for value in quartiles)
    return f"{median:.1f} % ({low:.1f} to {high:.1f})"


_SUMMARY: tuple[tuple[str, Callable[[Summary], str], int], ...] = (
    ("Given at least once, n (%)", _share("given", "patients"), 0),
    ("Ongoing, n (%)", _share("ongoing", "patients"), 0),
    ("Days on the drug, median", _median("duration_median"), 0),
    ("Doses, median", _median("doses_median"), 0),
    ("Amount given, mg, median", _median("cumulative_mg_median"), 0),
    ("Relative dose intensity, median (quartiles)", _intensity, 0),
    ("below 70 %, n (%)", _share("below_70", "derived"), 1),
    ("below 80 %, n (%)", _share("below_80", "derived"), 1),
    ("amounts not known, n (%)", _share("not_derived", "patients"), 1),
    ("Dose reduced, n (%)", _share("reduced", "patients"), 0),
    ("Interrupted, n (%)", _share("interrupted", "patients"), 0),
)


def _by_patient(exposure: pl.DataFrame, safety: SafetyAnalysis, days: Days) -> SafetyTable:
    rows = tuple(
        Row(
            one["patient_id"],
            (
                one["drug"],
                days.show(one["first_dose"]),
                days.show(one["last_dose"]),
                NOTHING if one["cumulative_mg"] is None else f"{one['cumulative_mg']:,.0f}",
                _percent(one["relative_dose_intensity"]),
                _count(one["reductions"]),
                _count(one["interruptions"]),
                days.in_words(one["stopped_for"] or ("ongoing" if one["ongoing"] else NOTHING)),
                days.in_words(one["not_derived"] or one["notes"] or ""),
            ),
            patient=one["patient_id"],
        )
        for one in exposure.iter_rows(named=True)
    )
    columns = (
        "Patient", "Drug", "First dose", "Last dose", "Given, mg", "Relative dose intensity",
        "Reductions", "Interruptions", "Ended for", "Note",
    )  # fmt: skip
    population = f"{say_treated(len(safety.treated))}, by drug"
    return SafetyTable("16.2.5", "Exposure by patient", population, columns, rows, kind="listing")


def _disagreements(safety: SafetyAnalysis, days: Days) -> SafetyTable:
    rows = tuple(
        Row(
            one.patient_id,
            (one.drug, one.weight, days.show(one.first), days.in_words(one.sentence)),
            patient=one.patient_id,
            mark="alert" if one.weight == "disagreement" else "",
        )
        for one in safety.dose_disagreements or ()
    )
    note = (
        "A disagreement is a dose that a rule forbids; a question, one of which the rows do not "
        "say enough; a note, a hold or a reduction that no rule asks for. A physician decides."
    )
    columns = ("Patient", "Drug", "Weight", "Since", "What")
    population = say_treated(len(safety.treated))
    title = "Doses given against the dose rules of the study"
    return SafetyTable("16.2.6", title, population, columns, rows, (note,), kind="listing")


def _percent(value: float | None) -> str:
    return NOTHING if value is None else f"{100 * value:.1f} %"


def _count(value: int | None) -> str:
    return NOTHING if value is None else str(value)
