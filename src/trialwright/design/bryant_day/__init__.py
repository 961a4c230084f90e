"""Bryant and Day's two stages for response and toxicity together."""

from trialwright.design.bryant_day.search import (
    BryantDayDesign,
    BryantDayErrors,
    BryantDaySearch,
    find_bryant_day,
)

__all__ = [
    "BryantDayDesign",
    "BryantDayErrors",
    "BryantDaySearch",
    "find_bryant_day",
]
