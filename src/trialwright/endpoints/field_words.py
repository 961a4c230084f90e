"""Fields of the study file in words, as estimands and reasons print them; an open one is OPEN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.study.stated import Stated

# times.last_assessment
LAST_ASSESSMENTS = {
    "adequate": "last adequate assessment",
    "measured": "last assessment of measured lesions",
    "any": "last assessment",
}


def say_choice(field: Stated[Any], words: Mapping[Any, str], *, unsettled: str = "OPEN") -> str:
    """Put a choice of the study file in words; an open one is said to be open."""
    return unsettled if field.value is None else words[field.value]


def show_field(value: object) -> str:
    """Show the value of a field, with spaces for underscores."""
    return "OPEN" if value is None else str(value).replace("_", " ")


def show_number(value: float | None) -> str:
    """Show a number without idle zeros."""
    return "OPEN" if value is None else f"{value:g}"


def show_percent(level: float | None) -> str:
    """Show a rate between 0 and 1 in percent."""
    return "OPEN" if level is None else f"{100 * level:g} %"
