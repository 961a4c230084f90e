"""Every table of safety by its number, such as ``trialwright safety tables`` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.safety.event_tables import build_event_tables
from trialwright.report.safety.laboratory_tables import build_laboratory_tables
from trialwright.report.safety.liver_tables import build_liver_tables
from trialwright.report.safety.toxicity_tables import build_toxicity_tables
from trialwright.report.safety.vital_tables import build_vital_tables

if TYPE_CHECKING:
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Table


def build_safety_tables(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return the tables 14.3.x, in the order of their numbers.

    Exposure (14.1.6), findings (16.2.10) and the listings have builders of their own.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analysis.safety.analyse_safety``.
    days : Days
        How days are written: as dates, or as study days where the study has no calendar.
    """
    return (
        *build_event_tables(safety, days),
        *build_laboratory_tables(safety),
        *build_liver_tables(safety, days),
        *build_vital_tables(safety),
        *build_toxicity_tables(safety, days),
    )
