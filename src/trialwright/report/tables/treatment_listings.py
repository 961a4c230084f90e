"""Listings 16.2.4.2 to 16.2.5.2: other medication, later therapy, doses, ablations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.dataset.later_therapies import place_therapies
from trialwright.dataset.lesion_rows import ablated_lesions, with_lesion
from trialwright.errors import StudyError
from trialwright.report.figures.population import screened_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell
from trialwright.report.tables.listing_cells import (
    day_cell,
    flag_cell,
    number_cell_or_dash,
    text_cell,
)
from trialwright.report.tables.listing_rows import make_listing
from trialwright.report.tables.patient_listings import in_order
from trialwright.safety.medications import place_medications

if TYPE_CHECKING:
    import polars as pl

    from trialwright.analysis import Analysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Table
    from trialwright.report.tables.listing_rows import Heads


def list_medications(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.4.2: every other medication, and when it was taken.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    days : Days
        How dates look.
    """
    placed, notes = _placed_medications(analysis)
    rows = (
        (
            patient,
            (
                text_cell(row["medication"]),
                text_cell(row["medication_class"]),
                text_cell(row["indication"]),
                Cell(days.in_words(row["start_date"] or NOTHING)),
                Cell(days.in_words(row["end_date"] or NOTHING)),
                text_cell(row.get("period")),
                Cell(days.in_words(row.get("why") or NOTHING)),
            ),
        )
        for patient, row in in_order(analysis, placed.iter_rows(named=True))
    )
    heads: Heads = (
        "Medication", "Class", "Indication", ("Start", "date"), ("End", "date"), "Taken", "Why",
    )  # fmt: skip
    collected = analysis.dataset.collected("medications")
    return make_listing(
        ("16.2.4.2", "Prior and concomitant medication"),
        screened_population(analysis),
        heads,
        rows,
        notes=notes,
        empty="no medication is on record" if collected else "medication was not collected",
    )


def _placed_medications(analysis: Analysis) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the rows with their place in time; without it, and why, where the study is open."""
    try:
        return place_medications(analysis.dataset, analysis.study), ()
    except StudyError as error:
        return analysis.dataset.table("medications"), (f"Taken: {error}",)


def list_later_therapies(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.4.3: every anticancer treatment outside the study."""
    rows = (
        (
            patient,
            (
                text_cell(row["therapy"]),
                day_cell(row["start_date"], days, known=row["start_date_partial"]),
                number_cell_or_dash("days from the first treatment", row["days_after"]),
                text_cell(row["period"]),
            ),
        )
        for patient, row in in_order(
            analysis, place_therapies(analysis.dataset).iter_rows(named=True)
        )
    )
    collected = analysis.dataset.collected("therapies")
    return make_listing(
        ("16.2.4.3", "Subsequent anticancer therapy"),
        screened_population(analysis),
        ("Therapy", ("Start", "date"), ("Days from first treatment", "number"), "Which"),
        rows,
        empty="no anticancer therapy outside the study is on record"
        if collected
        else "later anticancer therapy was not collected",
    )


def list_doses(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.5.1: every dose of every drug as it is on file."""
    rows = (
        (
            patient,
            (
                text_cell(row["drug"]),
                day_cell(row["start_date"], days),
                day_cell(row["end_date"], days),
                number_cell_or_dash("dose, mg", row["dose_mg"]),
                text_cell(row["reason"]),
            ),
        )
        for patient, row in in_order(analysis, analysis.dataset.doses.iter_rows(named=True))
    )
    collected = analysis.dataset.collected("doses")
    return make_listing(
        ("16.2.5.1", "Exposure"),
        screened_population(analysis),
        ("Drug", ("First day", "date"), ("Last day", "date"), ("Dose, mg", "number"), "Reason"),
        rows,
        notes=("A dose of 0 mg is a dose left out.",),
        empty="no dose was given" if collected else "doses were not collected",
    )


def list_ablations(analysis: Analysis, days: Days) -> Table:
    """Build listing 16.2.5.2: every local treatment of a lesion."""
    frame = with_lesion(ablated_lesions(analysis.dataset).drop("role"), analysis.dataset)
    rows = (
        (
            patient,
            (
                text_cell(row["lesion_id"]),
                text_cell(row["organ"]),
                day_cell(row["ablation_date"], days),
                text_cell(row["modality"]),
                flag_cell(row["planned"]),
                flag_cell(row["technical_success"]),
                number_cell_or_dash("smallest margin, mm", row["margin_mm"]),
            ),
        )
        for patient, row in in_order(analysis, frame.iter_rows(named=True))
    )
    heads: Heads = (
        "Lesion", "Organ", ("Date", "date"), "Technique", "Planned", "Technical success",
        ("Smallest margin, mm", "number"),
    )  # fmt: skip
    collected = analysis.dataset.collected("ablations")
    return make_listing(
        ("16.2.5.2", "Ablations"),
        screened_population(analysis),
        heads,
        rows,
        empty="no lesion was ablated on study" if collected else "ablations were not collected",
    )
