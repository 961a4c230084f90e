"""Listings 16.2.1 to 16.2.4.1: dispositions, deviations, who is left out, who the patients are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.baseline_disease import measure_burdens, tell_characteristics
from trialwright.dataset.age import derive_ages
from trialwright.report.figures.population import screened_population
from trialwright.report.formats import NOTHING, show_size
from trialwright.report.model import Cell, Number
from trialwright.report.tables.disposition import sets_of_study
from trialwright.report.tables.listing_cells import day_cell, number_cell_or_dash, text_cell
from trialwright.report.tables.listing_rows import make_listing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from trialwright.analysis import Analysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Table
    from trialwright.report.tables.listing_rows import Heads
    from trialwright.stats.result import State

    Rows = Iterator[tuple[str, tuple[Cell, ...]]]


def list_dispositions(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.1: the days of every patient, and every end on file, a row an end.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    days : Days
        How dates look.
    """
    heads: Heads = (
        ("Consent", "date"), ("Enrolment", "date"), ("First treatment", "date"), "What ended",
        ("End", "date"), "Kind of reason", "Reason",
    )  # fmt: skip
    collected = analysis.dataset.collected("dispositions")
    notes = () if collected else ("Ends of treatment and study were not collected.",)
    return make_listing(
        ("16.2.1", "Disposition"),
        screened_population(analysis),
        heads,
        _disposition_rows(analysis, days),
        notes=notes,
    )


def _disposition_rows(analysis: Analysis, days: Days) -> Rows:
    consent = dict(analysis.dataset.patients.select("patient_id", "consent_date").iter_rows())
    ends = group_rows(analysis.dataset.dispositions.iter_rows(named=True))
    for one in analysis.sets.members:
        begun = (
            day_cell(consent.get(one.patient_id), days),
            day_cell(one.enrolment, days),
            day_cell(one.first_treatment, days),
        )
        own = ends.get(one.patient_id)
        if own is None:
            yield one.patient_id, (*begun, *(Cell(NOTHING) for _ in range(4)))
        for end in own or ():
            drug = f": {end['drug']}" if end["drug"] else ""
            yield (
                one.patient_id,
                (
                    *begun,
                    Cell(f"{end['scope']}{drug}"),
                    day_cell(end["end_date"], days, known=end["end_date_partial"]),
                    text_cell(end["reason_category"]),
                    text_cell(end["reason"]),
                ),
            )


def group_rows(rows: Iterator[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Group rows of the data by patient, in their order."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["patient_id"], []).append(row)
    return grouped


def in_order(
    analysis: Analysis, rows: Iterator[dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield patient and row in order of enrolment; a row of no known patient comes last."""
    grouped = group_rows(rows)
    known = [one.patient_id for one in analysis.sets.members]
    for patient in (*known, *(one for one in grouped if one not in set(known))):
        for row in grouped.get(patient, ()):
            yield patient or NOTHING, row


def list_deviations(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.2: every deviation from the protocol."""
    rows = (
        (
            patient,
            (
                day_cell(row["deviation_date"], days),
                Cell({True: "major", False: "minor", None: NOTHING}[row["major"]]),
                text_cell(row["deviation"]),
            ),
        )
        for patient, row in in_order(analysis, analysis.dataset.deviations.iter_rows(named=True))
    )
    collected = analysis.dataset.collected("deviations")
    return make_listing(
        ("16.2.2", "Deviations from the protocol"),
        screened_population(analysis),
        (("Date", "date"), "Weight", "Deviation"),
        rows,
        empty="no deviation is on record" if collected else "deviations were not collected",
    )


def list_exclusions(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.3: who is left out of which analysis set, and why."""
    out = {
        (patient, one.title): reason
        for one in analysis.sets.sets
        for patient, reason in one.excluded
    }
    rows = (
        (member.patient_id, (Cell(one.title), Cell(days.in_words(reason))))
        for member in analysis.sets.members
        for one in analysis.sets.sets
        if (reason := out.get((member.patient_id, one.title))) is not None
    )
    underived = tuple(
        f"{one.title}: not derived, {one.not_derived}."
        for one in sets_of_study(analysis)
        if one.not_derived is not None
    )
    return make_listing(
        ("16.2.3", "Patients left out of analysis sets"),
        screened_population(analysis),
        ("Analysis set", "Reason"),
        rows,
        notes=underived,
        empty="no patient is left out of a set that was derived",
    )


def list_demographics(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.4.1: who the patients are, and their disease before treatment."""
    several = analysis.dataset.patients["arm"].is_not_null().any()
    heads: Heads = (
        "Site", *(("Arm",) if several else ()), "Sex", "Born", "Age, years", ("ECOG", "number"),
        ("Liver lesions (largest, mm)", "number"), ("Target lesions (sum, mm)", "number"),
        "Organs outside the liver", "Other characteristics",
    )  # fmt: skip
    notes = ["A birth date and an age are shown as far as they are known."]
    if analysis.study.characteristics and not analysis.dataset.collected("characteristics"):
        notes.append("The characteristics that the study declares were not collected.")
    return make_listing(
        ("16.2.4.1", "Demographics and disease at baseline"),
        screened_population(analysis),
        heads,
        _demographic_rows(analysis, days, arms=several),
        notes=tuple(notes),
    )


def _demographic_rows(analysis: Analysis, days: Days, *, arms: bool) -> Rows:
    told = tell_characteristics(analysis)
    ages, burdens = derive_ages(analysis.dataset), measure_burdens(analysis)
    for patient, row in in_order(analysis, analysis.dataset.patients.iter_rows(named=True)):
        burden = burdens[patient]
        yield (
            patient,
            (
                text_cell(row["site"]),
                *((text_cell(row["arm"]),) if arms else ()),
                text_cell(row["sex"]),
                Cell(days.in_words(row["birth_date"] or NOTHING)),
                Cell(str(ages[patient])),
                number_cell_or_dash("ECOG performance status", row["ecog"]),
                _lesions_cell("liver lesions", burden.liver_lesions, burden.largest_liver_mm),
                _lesions_cell("target lesions", burden.targets, burden.sum_mm),
                Cell(_organs(burden.extrahepatic, burden.why_not)),
                text_cell(told.get(patient)),
            ),
        )


def _organs(organs: tuple[str, ...] | None, why_not: str) -> str:
    return why_not if organs is None else ", ".join(organs) or "none"


def _lesions_cell(what: str, count: int | None, size_mm: float | None) -> Cell:
    """Make the cell ``2 (43)`` of a number of lesions and a size; a dash for what is not known."""
    if count is None:
        return Cell(NOTHING)
    size = NOTHING if size_mm is None else show_size(size_mm)
    numbers = (Number(what, count), Number(f"size of {what}, mm", size_mm, _state(size_mm)))
    return Cell(f"{count} ({size})", numbers, sort=float(count))


def _state(size_mm: float | None) -> State:
    return "not estimable" if size_mm is None else "estimated"
