"""Listing 16.2.10: what the checks of the safety data found, so that nobody has to ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.figures.population import treated_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Row, Table, word_cells
from trialwright.report.safety.columns import listing_columns

if TYPE_CHECKING:
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days


def build_finding_tables(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return the findings of the checks that need the study, each with its place and its mend."""
    rows = tuple(
        Row(
            one.severity,
            word_cells(
                one.patient or NOTHING,
                f"{one.table}{'' if one.row is None else f', row {one.row}'}",
                days.in_words(one.message),
                days.in_words(one.mend),
            ),
            mark="alert" if one.severity == "error" else "",
        )
        for one in safety.findings
    )
    columns = listing_columns(("Severity", "Patient", "Where", "What", "What to do"))
    population, title = treated_population(safety), "Findings about the safety data"
    notes = (
        "Checks of adverse events, laboratory values and doses, of every patient of the data.",
        *(
            ("The values concerned are shown as not graded, not assessed or not derived.",)
            * bool(rows)
        ),
    )
    return (Table("16.2.10", title, population, columns, rows, notes, "listing", "none found"),)
