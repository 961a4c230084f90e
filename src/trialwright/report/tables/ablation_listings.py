"""Listings 16.2.6.6 and 16.2.6.7: each ablated lesion, and each patient in both readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import NOTHING, show_size, show_words
from trialwright.report.model import Cell, Column, Number, Population, Row, Table
from trialwright.report.tables.ablated_lesions import (
    ABOUT_CONTROLS,
    NOBODY,
    ablated_population,
    concerns_ablation,
)
from trialwright.report.tables.listing_cells import response_cell, say_role
from trialwright.response.ablated.rules import Answer, LocalEnd

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.analysis.ablation import AblationResults
    from trialwright.report.formats import Days
    from trialwright.response import AblatedLesion, BothReadings
    from trialwright.response.patient import LocalTreatment

LESIONS, BOTH = "16.2.6.6", "16.2.6.7"
_EFFICACY = {
    Answer.YES: "complete",
    Answer.NO: "residual tumour",
    Answer.NOT_ASSESSED: "not assessed",
}
_SUCCESS = {True: "zone as planned", False: "zone not as planned", None: "success not recorded"}
_WINDOW = {True: ", in the window", False: ", outside the window", None: ""}


def build_ablation_listings(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """List each ablated lesion with what became of it, and each patient in both readings.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.

    Returns
    -------
    tuple of Table
        Empty where the study plans no ablation and none was done.
    """
    if not concerns_ablation(analysis):
        return ()
    results = analysis.ablation
    return list_ablated_lesions(results, days), list_both_readings(results, days)


def list_ablated_lesions(results: AblationResults, days: Days) -> Table:
    """List each ablated lesion with what became of it.

    Parameters
    ----------
    results : AblationResults
        What became of the lesions.
    days : Days
        How dates look.
    """
    return Table(
        LESIONS,
        "Ablated lesions, with what became of each",
        ablated_population(results.lesions),
        (
            Column("Patient"),
            Column("Lesion"),
            Column("Size before → after, mm"),
            Column("Ablation"),
            Column("First control"),
            Column("Technique efficacy"),
            Column("Local progression"),
            Column("Why"),
        ),
        tuple(_lesion_row(one, days) for one in results.lesions),
        ("Days count from the last ablation of the planned course.", ABOUT_CONTROLS),
        "listing",
        NOBODY,
    )


def _lesion_row(one: AblatedLesion, days: Days) -> Row:
    before = NOTHING if one.size_before_mm is None else show_size(one.size_before_mm)
    after = ", ".join(show_size(size) for size in one.zone_sizes_mm) or NOTHING
    local = one.local.end
    ended = local.label if one.local.days is None else f"{local.label}, day {one.local.days}"
    days_to_end = () if one.local.days is None else (Number("days", one.local.days),)
    place = f"{one.lesion.organ}, {say_role(one.lesion.role)}"
    failed = one.efficacy == Answer.NO or local == LocalEnd.LOCAL_PROGRESSION
    reasons = (one.efficacy_reason.sentence, one.local.reason.sentence)
    return Row(
        one.patient_id,
        (
            Cell(f"{one.lesion.lesion_id} ({place})"),
            Cell(f"{before} → {after}", sort=one.size_before_mm),
            Cell("; ".join(_say_ablation(each, days) for each in one.ablations)),
            Cell(_say_control(one, days)),
            Cell(_say_efficacy(one)),
            Cell(ended, days_to_end),
            Cell(days.in_words("; ".join(dict.fromkeys(reasons)))),
        ),
        patient=one.patient_id,
        mark="alert" if failed else "",
    )


def _say_ablation(ablation: LocalTreatment, days: Days) -> str:
    words = [f"{ablation.modality} {days.show(ablation.treatment_date)}"]
    if not ablation.planned:
        words.append("not planned")
    words.append(_SUCCESS[ablation.technical_success])
    if ablation.margin_mm is not None:
        words.append(f"margin {show_size(ablation.margin_mm)} mm")
    return ", ".join(words)


def _say_control(one: AblatedLesion, days: Days) -> str:
    first = one.first_control
    if first is None:
        return "none"
    window = _WINDOW[one.in_window]
    return f"{first.visit}, {days.show(first.date)}, day {one.first_control_days}{window}"


def _say_efficacy(one: AblatedLesion) -> str:
    primary = _EFFICACY[one.primary_efficacy]
    if one.secondary_efficacy is None:
        return primary
    return f"{primary}; after ablation was repeated: {_EFFICACY[one.secondary_efficacy]}"


def list_both_readings(results: AblationResults, days: Days) -> Table:
    """List each patient with a lesion ablated as planned in both readings, who differs first.

    Parameters
    ----------
    results : AblationResults
        Every patient read with and without ablated lesions.
    days : Days
        How dates look.
    """
    ablated = [both for both in results.readings if both.ablated]
    ordered = sorted(ablated, key=lambda both: (not both.best_differs, not both.differ))
    patients = tuple(both.patient_id for both in ablated)
    words = f"{len(ablated)} patient{'s' * (len(ablated) != 1)} with a lesion ablated as planned"
    return Table(
        BOTH,
        "Each patient in both readings: lesions not ablated, and all disease",
        Population("ablated_as_planned", words, patients),
        (
            Column("Patient"),
            Column("Ablated"),
            Column("Best, not ablated"),
            Column("Best, all disease"),
            Column("Visit by visit: not ablated / all disease"),
            Column("What makes the difference"),
        ),
        tuple(_both_row(both, days) for both in ordered),
        (_say_readings(results, len(ablated)),),
        "listing",
        "no lesion was ablated as planned",
    )


def _both_row(both: BothReadings, days: Days) -> Row:
    visits = (
        f"{one.visit} {one.not_ablated.label}"
        + (f" / {one.all_disease.label}" if one.differ else "")
        for one in both.visits
    )
    return Row(
        both.patient_id,
        (
            Cell(", ".join(both.ablated)),
            response_cell(both.not_ablated.best.response),
            response_cell(both.all_disease.best.response),
            Cell(", ".join(visits) or NOTHING),
            Cell(days.in_words(both.sentence) if both.differ else NOTHING),
        ),
        patient=both.patient_id,
        mark="alert" if both.best_differs else "",
    )


def _say_readings(results: AblationResults, ablated: int) -> str:
    others = len(results.readings) - ablated
    return (
        f"Patients whose best response differs stand first: {len(results.differing)} of {ablated}. "
        f"In the reading of all disease a lesion ablated as planned counts by the policy "
        f"{show_words(results.all_disease)}. Patients without one, read alike in both and not "
        f"listed: {others}."
    )
