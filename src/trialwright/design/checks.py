"""What a search refuses before it starts: hypotheses and error rates that make no trial."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, NamedTuple

from trialwright.errors import DesignError

if TYPE_CHECKING:
    from typing import SupportsIndex

MOST_PATIENTS = 1000  # beyond it a binomial coefficient no longer fits a float
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
    given = (("p0", p0), ("p1", p1), ("alpha", alpha), ("beta", beta))
    p0, p1, alpha, beta = (check_probability(name, value) for name, value in given)
    if p1 <= p0:
        msg = (
            f"p1 must be above p0, not {p1:g} against {p0:g}: p0 is the rate of no interest, p1 "
            "the rate worth pursuing"
        )
        raise DesignError(msg)
    if alpha + beta >= 1:
        msg = (
            f"alpha + beta must be below 1, not {alpha:g} + {beta:g}: a coin does better than such "
            "a test; beta is 1 - power"
        )
        raise DesignError(msg)
    # 1 - 0.8 is not quite 0.2.
    return Hypotheses(p0, p1, alpha, round(beta, 12))


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
