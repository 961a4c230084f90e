"""What a search refuses before it starts, and how near to each other two numbers are one."""

from __future__ import annotations

import math
import operator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

MOST_PATIENTS = 1000  # beyond it a binomial coefficient no longer fits a float
# Limits are inclusive, but two ways to sum the same chance differ in their last digits: by less
# than this over the sums of a search, and no reader tells chances so near from equal ones.
ROUNDING = 1e-12
# The same as a share of the number: for small tails, and for posterior probabilities near 0.
RELATIVE_ROUNDING = 1e-12
# Patients by which a size that comes out of a formula or a sum may miss the one that is meant.
SAME_SIZE = 1e-9
_PERCENT = 100


class Hypotheses(NamedTuple):
    """What a test of a rate is planned on.

    Parameters
    ----------
    p0 : float
        Rate of no interest (null hypothesis), in (0, 1).
    p1 : float
        Rate worth pursuing (alternative hypothesis), above p0.
    alpha : float
        Type I error, one-sided: at most this chance to declare activity at p0.
    beta : float
        Type II error, 1 - power: at most this chance to miss activity at p1.
    """

    p0: float
    p1: float
    alpha: float
    beta: float


def check_hypotheses(p0: float, p1: float, alpha: float, beta: float) -> Hypotheses:
    """Return the hypotheses of a search, checked.

    Raises
    ------
    DesignError
        If a number lies outside (0, 1), p1 is not above p0, or alpha + beta is 1 or more; the
        message says which and the mend.
    """
    p0, p1 = check_rates_apart(p0, p1)
    alpha, beta = check_probability("alpha", alpha), check_probability("beta", beta)
    if alpha + beta >= 1:
        msg = (
            f"alpha + beta must be below 1, not {alpha:g} + {beta:g}: a coin does better than such "
            "a test; beta is 1 - power"
        )
        raise DesignError(msg)
    # 1 - 0.8 is not quite 0.2.
    return Hypotheses(p0, p1, alpha, round(beta, 12))


def check_rates_apart(p0: float, p1: float) -> tuple[float, float]:
    """Return the rates of two hypotheses; raise ``DesignError`` unless 0 < p0 < p1 < 1."""
    p0, p1 = check_probability("p0", p0), check_probability("p1", p1)
    if p1 <= p0:
        msg = (
            f"p1 must be above p0, not {p1:g} against {p0:g}: p0 is the rate of no interest, p1 "
            "the rate worth pursuing"
        )
        raise DesignError(msg)
    return p0, p1


def check_probability(name: str, value: float) -> float:
    """Return a probability strictly between 0 and 1; raise ``DesignError`` otherwise."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        msg = f"{name} must be a number between 0 and 1, not {value!r}"
        raise DesignError(msg) from None
    if not 0 < number < 1:
        mend = f"; for {value:g} % write {number / 100:g}" if 1 < number < _PERCENT else ""
        msg = f"{name} must be strictly between 0 and 1, not {value!r}{mend}"
        raise DesignError(msg)
    return number


def check_share(name: str, value: float) -> float:
    """Return a share from 0 to 1, both allowed; raise ``DesignError`` otherwise."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        msg = f"{name} must be from 0 to 1, not {value!r}"
        raise DesignError(msg)
    return number


def check_number(name: str, value: SupportsIndex, least: int, most: int = MOST_PATIENTS) -> int:
    """Return a whole number from ``least`` to ``most``; raise ``DesignError`` otherwise."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        msg = f"{name} must be a whole number, not {value!r}"
        raise DesignError(msg)
    if not least <= number <= most:
        msg = f"{name} must be from {least} to {most}, not {number}"
        raise DesignError(msg)
    return number


def check_looks(looks: Sequence[SupportsIndex]) -> tuple[int, ...]:
    """Return looks, patients of each, that a trial can follow; raise ``DesignError`` otherwise."""
    sizes = tuple(check_number("looks", look, 1) for look in looks)
    if not sizes or any(b <= a for a, b in pairwise(sizes)):
        msg = f"looks must be one or more and ascend, not {list(sizes)}"
        raise DesignError(msg)
    return sizes


def round_up(patients: float) -> int:
    """Return the whole number of patients that a size from a formula takes."""
    return math.ceil(patients - SAME_SIZE)
