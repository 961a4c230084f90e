"""Harm in tables and pictures: events by term, the liver, laboratory values, doses, toxicity.

Every table and figure shows columns that the rooms above have derived; none decides a grade or a
window.
"""

from trialwright.report.safety.exposure_tables import build_exposure_tables
from trialwright.report.safety.finding_tables import build_finding_tables
from trialwright.report.safety.listings import build_safety_listings
from trialwright.report.safety.tables import build_safety_tables

__all__ = [
    "build_exposure_tables",
    "build_finding_tables",
    "build_safety_listings",
    "build_safety_tables",
]
