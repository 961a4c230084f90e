"""Test a rate, such as the response rate, against a historical rate p0.

The conventions match the intervals of ``stats.proportion``: an exact one-sided p-value is at or
below alpha exactly where the Clopper-Pearson interval of level 1 - 2 alpha excludes p0 on that
side, and a mid-P p-value where the mid-P interval does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.stats.checks import check_choice, check_count, check_inside
from trialwright.stats.result import Reported, show_p_value

if TYPE_CHECKING:
    from typing import SupportsIndex

    from trialwright.stats.result import Alternative

TwoSided = Literal["doubled", "minimum likelihood"]
_ALTERNATIVES = ("greater", "less", "two-sided")
_TWO_SIDED = ("doubled", "minimum likelihood")


@dataclass(frozen=True, slots=True)
class RateTest(Reported):
    """An observed rate set against a historical one.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, and patients it is out of.
    value : float
        Observed rate, ``successes / n``.
    null_rate : float
        p0, the rate of no interest.
    p_value : float
        In [0, 1].
    alternative : {"greater", "less", "two-sided"}
        What the rate is if not p0.
    method : str
        Exact or mid-P, and the convention of two sides.
    """

    successes: int
    n: int
    value: float
    null_rate: float
    p_value: float
    alternative: Alternative
    method: str

    def __str__(self) -> str:
        """Write a report cell: ``5/29 (17.2 %) against 10 %: p = 0.1637 (exact, greater)``."""
        observed = f"{self.successes}/{self.n} ({100 * self.value:.1f} %)"
        p = show_p_value(self.p_value)
        return f"{observed} against {100 * self.null_rate:g} %: {p} ({self.method})"


def exact_rate_test(
    successes: SupportsIndex,
    n: SupportsIndex,
    null_rate: float,
    *,
    alternative: Alternative,
    mid_p: bool = False,
    two_sided: TwoSided = "doubled",
) -> RateTest:
    """Test a rate against ``null_rate`` by the binomial distribution.

    Parameters
    ----------
    successes : int
        Patients with the outcome, 0 to ``n``.
    n : int
        Patients in the analysis set, 1 or more.
    null_rate : float
        p0, in (0, 1).
    alternative : {"greater", "less", "two-sided"}
        "greater": the treatment is of interest if its rate lies above p0.
    mid_p : bool
        Count the observed number by half in each tail: less conservative, and no longer exact.
    two_sided : {"doubled", "minimum likelihood"}
        "doubled": twice the smaller tail, at most 1; agrees with the Clopper-Pearson interval.
        "minimum likelihood": all counts no likelier than the observed one, as R ``binom.test``
        and SciPy ``binomtest`` print; it can part from every interval. Not with ``mid_p``.

    Returns
    -------
    RateTest
        The p-value with its convention.

    Raises
    ------
    ValueError
        If a count, ``null_rate`` or a convention is not allowed.

    Notes
    -----
    Source: Clopper & Pearson 1934; mid-P, Lancaster 1961. "minimum likelihood" is SciPy's
    ``binomtest``, equal to R's. Oracle: R ``binom.test`` (``cases/stats_numeric.json``).

    After a two-stage design use `infer_after_two_stages`: this test ignores the interim look.

    Examples
    --------
    >>> print(exact_rate_test(6, 29, 0.10, alternative="greater"))
    6/29 (20.7 %) against 10 %: p = 0.0637 (exact, greater)
    """
    k, m = check_count(successes, n)
    p0 = check_inside("null_rate", null_rate)
    check_choice("alternative", alternative, _ALTERNATIVES)
    check_choice("two_sided", two_sided, _TWO_SIDED)
    kind = "mid-P" if mid_p else "exact"
    if alternative != "two-sided":
        p = _upper_tail(k, m, p0, mid_p) if alternative == "greater" else _lower(k, m, p0, mid_p)
        return RateTest(k, m, k / m, p0, p, alternative, f"{kind}, {alternative}")
    if two_sided == "minimum likelihood":
        if mid_p:
            msg = "two_sided='minimum likelihood' has no mid-P form; use 'doubled'"
            raise ValueError(msg)
        from scipy.stats import binomtest  # costs a second, so only where used

        p = float(binomtest(k, m, p0).pvalue)
    else:
        p = min(1.0, 2 * min(_upper_tail(k, m, p0, mid_p), _lower(k, m, p0, mid_p)))
    return RateTest(k, m, k / m, p0, p, alternative, f"{kind}, two-sided, {two_sided}")


def _upper_tail(k: int, n: int, rate: float, mid_p: bool) -> float:
    """Return P(X >= k), with half of P(X = k) for mid-P."""
    from scipy.special import betainc

    at_least = 1.0 if k == 0 else float(betainc(k, n - k + 1, rate))
    if not mid_p:
        return at_least
    beyond = 0.0 if k == n else float(betainc(k + 1, n - k, rate))
    return (at_least + beyond) / 2


def _lower(k: int, n: int, rate: float, mid_p: bool) -> float:
    """Return P(X <= k): the upper tail of the failures."""
    return _upper_tail(n - k, n, 1 - rate, mid_p)
