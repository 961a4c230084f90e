"""Tables 14.2 and listings 16.2.6 of the report: everything about efficacy, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.tables.ablated_lesions import build_ablated_lesions
from trialwright.report.tables.ablation_listings import build_ablation_listings
from trialwright.report.tables.durations import build_durations
from trialwright.report.tables.immune_responses import build_immune_responses
from trialwright.report.tables.lesion_listings import build_lesion_listings
from trialwright.report.tables.objective_response import build_objective_response
from trialwright.report.tables.other_ways import build_other_ways
from trialwright.report.tables.reader_agreement import build_call_table, build_reader_tables
from trialwright.report.tables.reader_listings import build_reader_listings
from trialwright.report.tables.response_listings import build_response_listings
from trialwright.report.tables.subgroup_rates import build_subgroup_rates
from trialwright.report.tables.times_to_event import build_incidences, build_times
from trialwright.report.tables.two_stages import build_decision_table

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.analysis.beside import Readings
    from trialwright.report.formats import Days
    from trialwright.report.model import Table


def build_efficacy_tables(analysis: Analysis, readings: Readings, days: Days) -> tuple[Table, ...]:
    """Build tables 14.2.1 to 14.2.12, without those whose subject the study or data do not have.

    Parameters
    ----------
    analysis : Analysis
        The results.
    readings : Readings
        From ``analysis.beside.read_beside(analysis)``.
    days : Days
        How dates look.

    Raises
    ------
    ValueError
        If the readings are those of another analysis.
    """
    if readings.own is not analysis:
        msg = "readings must be those beside this analysis: read_beside(analysis)"
        raise ValueError(msg)
    return tuple(
        table
        for table in (
            build_objective_response(readings, days),
            build_durations(readings, days),
            build_times(analysis),
            build_other_ways(readings, days),
            build_subgroup_rates(analysis, days),
            *build_ablated_lesions(analysis, days),
            build_immune_responses(readings),
            *build_reader_tables(readings, days),
            build_call_table(analysis),
            build_incidences(analysis),
            build_decision_table(analysis, days),
        )
        if table is not None
    )


def build_efficacy_listings(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """Build listings 16.2.6.1 to 16.2.6.10, without those whose subject the data do not have.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.
    """
    return (
        *build_lesion_listings(analysis, days),
        *build_response_listings(analysis, days),
        *build_ablation_listings(analysis, days),
        *build_reader_listings(analysis, days),
    )
