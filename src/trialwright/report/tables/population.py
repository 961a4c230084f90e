"""Who the patients are and what was done: tables 14.1, listings 16.2.1 to 16.2.5, the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.flow_figure import build_flow_block
from trialwright.report.tables.ablation_procedure import build_ablation_procedure
from trialwright.report.tables.conduct import (
    build_deviations,
    build_later_therapies,
    build_medications,
)
from trialwright.report.tables.demographics import build_demographics
from trialwright.report.tables.disease import build_disease
from trialwright.report.tables.disposition import build_disposition, build_sets
from trialwright.report.tables.patient_listings import (
    list_demographics,
    list_deviations,
    list_dispositions,
    list_exclusions,
)
from trialwright.report.tables.treatment_listings import (
    list_ablations,
    list_doses,
    list_later_therapies,
    list_medications,
)

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Table

__all__ = ["build_flow_block", "build_population_listings", "build_population_tables"]


def build_population_tables(
    analysis: Analysis, safety: SafetyAnalysis, days: Days
) -> tuple[Table, ...]:
    """Build the tables 14.1 in order; those of exposure (14.1.6) are built by `report.safety`.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    safety : SafetyAnalysis
        From ``analyse_safety`` of the same data.
    days : Days
        How dates look; a table that counts shows none outside its reasons.

    Returns
    -------
    tuple of Table
        14.1.1 to 14.1.5 and 14.1.7 to 14.1.9. A study without ablation has no 14.1.5. What was not
        collected has its table, whose ``empty`` says so.
    """
    procedure = build_ablation_procedure(analysis, days)
    return (
        build_disposition(analysis),
        build_sets(analysis, days),
        build_demographics(analysis),
        build_disease(analysis, safety),
        *(() if procedure is None else (procedure,)),
        build_deviations(analysis),
        build_medications(analysis, safety),
        build_later_therapies(analysis),
    )


def build_population_listings(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """Build the listings 16.2.1 to 16.2.5.2 in order, of every patient of the data.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    days : Days
        How dates look.

    Returns
    -------
    tuple of Table
        A study without ablation, whose data hold none, has no 16.2.5.2.
    """
    ablation = analysis.study.ablation is not None or not analysis.dataset.ablations.is_empty()
    return (
        list_dispositions(analysis, days),
        list_deviations(analysis, days),
        list_exclusions(analysis, days),
        list_demographics(analysis, days),
        list_medications(analysis, days),
        list_later_therapies(analysis, days),
        list_doses(analysis, days),
        *((list_ablations(analysis, days),) if ablation else ()),
    )
