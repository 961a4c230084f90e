"""What the methods of this room return: small frozen values that say how they were made.

Each writes itself into a report cell (``str``) and into a table (``to_frame``). "Not reached"
and "not estimable" are states of an estimate; its value is then ``nan``, never a number.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isnan
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import polars as pl

State = Literal["estimated", "not reached", "not estimable"]
Quantity = Literal["time", "probability", "difference", "ratio", "cumulative hazard"]
Alternative = Literal["greater", "less", "two-sided"]
ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)

_SMALLEST_P = 0.0001


class Reported:
    """A result that goes into a table: one row, one column a field."""

    __slots__ = ()

    def to_frame(self) -> pl.DataFrame:
        """Return the result as a table of one row; the columns are the fields."""
        import polars as pl

        return pl.DataFrame({field.name: [getattr(self, field.name)] for field in fields(self)})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Estimate(Reported):
    """A value with its two-sided interval; ``nan`` where it cannot be estimated.

    Parameters
    ----------
    value, low, high : float
        The estimate and its limits. A limit that is never reached or has no variance is ``nan``.
    level : float
        Two-sided confidence level, in (0, 1).
    method : str
        How the limits were made, for the report to print: ``"log-log"``, ``"plain"``.
    quantity : str
        What is estimated: it decides how the value is written, and nothing else.
    state : {"estimated", "not reached", "not estimable"}
        Why ``value`` is ``nan``: the curve did not come down to it, or nothing says what it is.
    """

    value: float
    low: float
    high: float
    level: float
    method: str
    quantity: Quantity = "time"
    state: State = "estimated"

    def __str__(self) -> str:
        """Write a report cell: ``5.4 (95 % CI 3.6 to NE)``, ``not reached (95 % CI 3.6 to NE)``."""
        if self.state == "not estimable":
            return self.state
        limits = f"{self._show(self.low)} to {self._show(self.high)}"
        if isnan(self.low) and isnan(self.high):
            limits = "NE"
        value = self.state if self.state == "not reached" else self._show(self.value)
        unit = " %" if self._is_share and self.state == "estimated" else ""
        return f"{value}{unit} ({show_level(self.level)} {limits})"

    @property
    def _is_share(self) -> bool:
        return self.quantity in ("probability", "difference")

    def _show(self, value: float) -> str:
        if isnan(value):
            return "NE"
        if self._is_share:
            return f"{100 * value:z.1f}"
        return f"{value:z.1f}" if self.quantity == "time" else f"{value:z.2f}"


@dataclass(frozen=True, slots=True)
class HypothesisTest(Reported):
    """A test with what it compared and how.

    Parameters
    ----------
    statistic : float
        The test statistic; ``nan`` where it is not defined.
    p_value : float
        In [0, 1]; ``nan`` where the data say nothing.
    alternative : {"greater", "less", "two-sided"}
        What the null hypothesis is tested against; the method says of what.
    method : str
        Name and convention, for the report to print.
    degrees_of_freedom : int or None
        Of a chi-squared statistic; none for other statistics.
    state : {"estimated", "not estimable"}
        Whether the data allow the test.
    """

    statistic: float
    p_value: float
    alternative: Alternative
    method: str
    degrees_of_freedom: int | None = None
    state: State = "estimated"

    def __str__(self) -> str:
        """Write a report cell: ``p = 0.0234 (two-sided)``."""
        if self.state == "not estimable":
            return self.state
        return f"{show_p_value(self.p_value)} ({show_sides(self.alternative)})"


def show_level(level: float) -> str:
    """Write a confidence level: ``95 % CI``."""
    return f"{100 * level:.6g} % CI"


def show_sides(alternative: Alternative) -> str:
    """Write what a p-value is against: ``two-sided``, ``one-sided, less``."""
    return alternative if alternative == "two-sided" else f"one-sided, {alternative}"


def show_p_value(p: float) -> str:
    """Write a p-value: ``p = 0.0234``, ``p < 0.0001``, ``p = NE`` for nan."""
    if isnan(p):
        return "p = NE"
    return f"p < {_SMALLEST_P}" if p < _SMALLEST_P else f"p = {p:.4f}"
