"""Chances of a patient's two outcomes: both, one alone, none; from margins and an association.

Source: Plackett RL. A class of bivariate distributions. J Am Stat Assoc 1965; 60: 516-522: the
cells of given margins and odds ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isclose, sqrt


@dataclass(frozen=True, slots=True)
class JointRate:
    """True chances of a patient's two outcomes; the four cells sum to 1.

    Parameters
    ----------
    both, first_only, second_only, neither : float
        Chance of both outcomes, of one alone, and of none; each 0 or more.

    Raises
    ------
    ValueError
        If a chance is negative or they do not sum to 1.

    Examples
    --------
    >>> rate = JointRate.of(0.3, 0.2)  # response, toxicity; independent
    >>> round(rate.both, 4), round(rate.first, 4), round(rate.second, 4)
    (0.06, 0.3, 0.2)
    """

    both: float
    first_only: float
    second_only: float
    neither: float

    def __post_init__(self) -> None:
        """Refuse what is no probability."""
        cells = (self.both, self.first_only, self.second_only, self.neither)
        if not (all(cell >= 0 for cell in cells) and isclose(sum(cells), 1.0, abs_tol=1e-9)):
            msg = f"the four cells must be 0 or more and sum to 1, not {cells}"
            raise ValueError(msg)

    @classmethod
    def of(cls, first: float, second: float, *, odds_ratio: float = 1.0) -> JointRate:
        """Return the cells of two rates and their association.

        Parameters
        ----------
        first, second : float
            Chance of each outcome, in [0, 1].
        odds_ratio : float
            Odds of the second outcome with the first, over those without it; 1: independent,
            above 1: they go together. 0 or more; ``inf``: as often together as the rates allow.

        Raises
        ------
        ValueError
            If a number is not allowed.

        Notes
        -----
        Source: Plackett 1965, equation for the cell of given margins.
        """
        for name, value in (("first", first), ("second", second)):
            if not 0 <= value <= 1:
                msg = f"{name} must be from 0 to 1, not {value}"
                raise ValueError(msg)
        if not odds_ratio >= 0:
            msg = f"odds_ratio must be 0 or more, not {odds_ratio}"
            raise ValueError(msg)
        both = _both(first, second, odds_ratio)
        both = min(max(both, 0.0, first + second - 1), first, second)
        return cls(both, first - both, second - both, max(1 - first - second + both, 0.0))

    @classmethod
    def nested(cls, inner: float, outer: float) -> JointRate:
        """Return the cells of an outcome that is part of another: CR within CR or PR.

        Raises
        ------
        ValueError
            If the rates are not 0 <= inner <= outer <= 1.
        """
        if not 0 <= inner <= outer <= 1:
            msg = f"need 0 <= inner <= outer <= 1, not inner {inner} and outer {outer}"
            raise ValueError(msg)
        return cls(inner, 0.0, outer - inner, 1 - outer)

    @property
    def first(self) -> float:
        """Chance of the first outcome."""
        return self.both + self.first_only

    @property
    def second(self) -> float:
        """Chance of the second outcome."""
        return self.both + self.second_only


def _both(first: float, second: float, odds_ratio: float) -> float:
    if odds_ratio == 1:
        return first * second
    if odds_ratio in {0.0, inf}:
        return min(first, second) if odds_ratio else max(0.0, first + second - 1)
    # The smaller root of a quadratic, written so that nothing cancels near independence or near
    # what the margins forbid, and nothing overflows: above 1 everything is divided by the ratio.
    scale = max(odds_ratio, 1.0)
    excess = (odds_ratio - 1) / scale
    s = 1 / scale + (first + second) * excess
    twice = 2 * (odds_ratio / scale) * first * second
    root = sqrt(max(s * s - 2 * excess * twice, 0.0))
    if s < 0:
        return (s - root) / (2 * excess)
    return twice / (s + root) if twice else 0.0
