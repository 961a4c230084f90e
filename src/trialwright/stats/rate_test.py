"""Test a rate, such as the response rate, against a historical rate p0.

The conventions match the intervals of ``stats.proportion``: an exact one-sided p-value is at or
below alpha exactly where the Clopper-Pearson interval of level 1 - 2 alpha excludes p0 on that
side, and a mid-P p-value where the mid-P interval does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from trialwright.stats.checks import check_choice, check_count, check_inside
from trialwright.stats.result import ALTERNATIVES, Reported, show_p_value, show_sides
from trialwright.stats.tails import binomial_upper_tail, by_alternative

if TYPE_CHECKING:
    from typing import SupportsIndex

    from trialwright.stats.result import Alternative

TwoSided = Literal["doubled", "minimum likelihood"]
_TWO_SIDED: tuple[TwoSided, ...] = get_args(TwoSided)


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
        """Write a cell: ``5/29 (17.2 %) against 10 %: p = 0.1584 (exact, one-sided, greater)``."""
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
    6/29 (20.7 %) against 10 %: p = 0.0637 (exact, one-sided, greater)
    """
    k, m = check_count(successes, n)
    p0 = check_inside("null_rate", null_rate)
    check_choice("alternative", alternative, ALTERNATIVES)
    check_choice("two_sided", two_sided, _TWO_SIDED)
    kind = "mid-P" if mid_p else "exact"
    sides = show_sides(alternative) + (f", {two_sided}" if alternative == "two-sided" else "")
    if alternative == "two-sided" and two_sided == "minimum likelihood":
        if mid_p:
            msg = "two_sided='minimum likelihood' has no mid-P form; use 'doubled'"
            raise ValueError(msg)
        from scipy.stats import binomtest  # costs a second, so only where used

        p = float(binomtest(k, m, p0).pvalue)
    else:
        greater = binomial_upper_tail(k, m, p0, mid_p=mid_p)
        less = binomial_upper_tail(m - k, m, 1 - p0, mid_p=mid_p)  # of the failures
        p = float(by_alternative(greater, less, alternative))
    return RateTest(k, m, k / m, p0, p, alternative, f"{kind}, {sides}")
