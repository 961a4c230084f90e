"""A trial under way: where it stands, and what may become of it."""

from trialwright.design.outlook.look_ahead import look_ahead
from trialwright.design.outlook.values import Chances, LookOutlook, Outlook, PatientOutlook

__all__ = [
    "Chances",
    "LookOutlook",
    "Outlook",
    "PatientOutlook",
    "look_ahead",
]
