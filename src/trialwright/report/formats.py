"""How a number, an interval and a date look in the report; nothing is computed here.

Cell layout: ``n (xx.x %)``, an interval in brackets, NE for not estimable (or not evaluable),
NR for a median that was not reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from math import isfinite, isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.stats import Estimate, Proportion

NOT_ESTIMABLE = "NE"
NOT_REACHED = "NR"
NOT_STATED = "not stated"
NOTHING = "–"

_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def say_count(count: int, one: str, several: str = "") -> str:
    """Write a count with its noun: ``1 responder``, ``3 responders``."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def show_count(count: int, total: int) -> str:
    """Write a count with its share: ``5 (17.2 %)``; no share out of nobody."""
    return f"{count} ({100 * count / total:.1f} %)" if total else str(count)


def show_percent(fraction: float, digits: int = 1) -> str:
    """Write a fraction as a percentage: ``17.2 %``; ``NE`` for nan."""
    return NOT_ESTIMABLE if isnan(fraction) else f"{100 * fraction:.{digits}f} %"


def show_change(fraction: float) -> str:
    """Write a change with its sign: ``−30.0 %``; ``NE`` for nan."""
    if isnan(fraction):
        return NOT_ESTIMABLE
    return f"{100 * fraction:+.1f} %".replace("-", "−")


def show_size(size_mm: float) -> str:
    """Write a diameter or a sum in mm without its unit; ``NE`` for nan."""
    return f"{size_mm:.4g}" if isfinite(size_mm) else NOT_ESTIMABLE


def show_proportion(estimate: Proportion) -> str:
    """Write a proportion: ``5/29 (17.2 %)``."""
    return f"{estimate.successes}/{estimate.n} ({show_percent(estimate.value)})"


def show_proportion_interval(estimate: Proportion) -> str:
    """Write the limits of a proportion in per cent: ``(5.8 to 35.8 %)``."""
    return f"({show_limits(estimate.low, estimate.high)})"


def show_limits(low: float, high: float) -> str:
    """Write the limits of a share in per cent: ``5.8 to 35.8 %``; nan as ``NE``."""
    return f"{_limit(100 * low)} to {_limit(100 * high)} %"


def show_median(estimate: Estimate) -> str:
    """Write a median: ``5.4``; ``NR`` if the curve never came down to it."""
    return NOT_REACHED if isnan(estimate.value) else f"{estimate.value:.1f}"


def show_median_with_unit(estimate: Estimate, unit: str) -> str:
    """Write a median with its unit: ``5.4 months``; ``NR`` stands alone."""
    return NOT_REACHED if isnan(estimate.value) else f"{estimate.value:.1f} {unit}"


def show_median_interval(estimate: Estimate) -> str:
    """Write the limits of a median: ``(3.6 to NE)``; ``(NE)`` without either."""
    return _interval(estimate.low, estimate.high)


def show_rate(estimate: Estimate) -> str:
    """Write an event-free rate with its limits: ``40.1 % (26.0 to 53.8)``, or ``NE``."""
    if isnan(estimate.value):
        return NOT_ESTIMABLE
    return f"{show_percent(estimate.value)} {_interval(100 * estimate.low, 100 * estimate.high)}"


def show_kappa(kappa: float) -> str:
    """Write kappa with two digits; ``NE`` where it is not defined."""
    return NOT_ESTIMABLE if isnan(kappa) else f"{kappa:.2f}".replace("-", "−")


def _interval(low: float, high: float) -> str:
    if isnan(low) and isnan(high):
        return f"({NOT_ESTIMABLE})"
    return f"({_limit(low)} to {_limit(high)})"


def _limit(value: float) -> str:
    return NOT_ESTIMABLE if isnan(value) else f"{value:.1f}"


def show_value(value: object) -> str:
    """Write a value of the study file in words."""
    if value is None:
        return "open"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return ", ".join(show_value(one) for one in value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def show_words(identifier: str) -> str:
    """Turn an identifier of the study file or the data into words: ``first treatment``."""
    return identifier.replace("_", " ")


def is_date(words: str) -> bool:
    """Tell whether a cell is one calendar date and nothing else, which is never broken."""
    return _ISO_DATE.fullmatch(words) is not None


@dataclass(frozen=True, slots=True)
class Days:
    """Dates as the reader should see them.

    Parameters
    ----------
    day_zero : date or None
        The made-up date of day 0 where the data count study days: dates then read ``day 57``,
        in sentences too, because no calendar date was ever observed. None: calendar dates.
    """

    day_zero: date | None = None

    def show(self, day: date | None) -> str:
        """Write one date; a dash for none."""
        if day is None:
            return NOTHING
        if self.day_zero is None:
            return day.isoformat()
        return f"day {(day - self.day_zero).days}".replace("-", "−")

    def in_words(self, sentence: str) -> str:
        """Rewrite the dates within a sentence."""
        if self.day_zero is None:
            return sentence
        return _ISO_DATE.sub(self._rewrite, sentence)

    def _rewrite(self, found: re.Match[str]) -> str:
        try:
            return self.show(date.fromisoformat(found[0]))
        except ValueError:  # looks like a date, and is none
            return found[0]
