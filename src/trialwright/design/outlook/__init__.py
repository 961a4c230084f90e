"""A trial under way: where it stands, and what may become of it."""

from trialwright.design.outlook.ahead import look_ahead
from trialwright.design.outlook.totals import OrderedTotals, UnsaidLook, order_totals
from trialwright.design.outlook.values import Chances, LookOutlook, Outlook, PatientOutlook

__all__ = [
    "Chances",
    "LookOutlook",
    "OrderedTotals",
    "Outlook",
    "PatientOutlook",
    "UnsaidLook",
    "look_ahead",
    "order_totals",
]
