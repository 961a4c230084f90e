"""How many patients for an interval no wider than wanted, where nothing is tested.

The width of an interval depends on how many respond, so "for an expected rate of 30 %" must say
which count is meant. Three answers are offered: the whole count nearest to n times the rate (the
wider one of two), the average over the binomial distribution of the count, and the widest of all.
The first goes up and down as patients are added; the smallest n and the smallest from which every
larger n looked at works are both returned.

Sources
-------
The intervals are those of ``stats.proportion``, with their sources. Clopper & Pearson 1934
(Biometrika 26: 404). Newcombe 1998 (Stat Med 17: 857) for the others.
Oracle: R ``binom.test`` and ``prop.test``, ``tests/oracle/design/test_interval_width_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.design.checks import (
    MOST_PATIENTS,
    RELATIVE_ROUNDING,
    SAME_SIZE,
    check_number,
    check_probability,
)
from trialwright.errors import DesignError
from trialwright.stats.binomial import binomial
from trialwright.stats.checks import check_choice, check_level
from trialwright.stats.proportion import INTERVALS
from trialwright.stats.proportion_limits import lower_limits
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from typing import SupportsIndex

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.stats.proportion import Proportion

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

IntervalName = Literal[
    "clopper_pearson", "wilson", "wilson_corrected", "jeffreys", "mid_p", "agresti_coull"
]
_FIRST_LOOK = 64
_BEYOND = 50  # sizes looked at beyond twice the smallest


@dataclass(frozen=True, slots=True)
class IntervalWidth:
    """The width of an interval at each size, and the sizes that keep it narrow.

    Parameters
    ----------
    rate : float or None
        Expected response rate; None: the widest interval that any count gives.
    width : float
        Full width asked for, upper limit minus lower limit, in (0, 1).
    level : float
        Two-sided confidence level.
    method : str
        One of the names in ``trialwright.stats.INTERVALS``.
    average : bool
        Whether the width is averaged over the binomial distribution of the count.
    widths : ndarray of float, shape (k,)
        The width at n = 1, 2, ..., k; k is how far was looked.
    """

    rate: float | None
    width: float
    level: float
    method: IntervalName
    average: bool
    widths: Floats

    @property
    def looked_to(self) -> int:
        """Largest size that was looked at: beyond twice the smallest that works."""
        return int(self.widths.size)

    @property
    def first(self) -> int:
        """The smallest n whose interval is narrow enough."""
        return int(np.argmax(self.works)) + 1

    @property
    def stable(self) -> int | None:
        """The smallest n from which every n looked at works.

        None if the last one fails, or if a limit kept the search near ``first``.
        """
        if self.looked_to < _far_enough(self, MOST_PATIENTS):
            return None
        failing = np.flatnonzero(~self.works)
        n = 1 if failing.size == 0 else int(failing[-1]) + 2
        return None if n > self.looked_to else n

    def width_at(self, patients: SupportsIndex) -> float:
        """Return the width at a size that was looked at."""
        return float(self.widths[check_number("patients", patients, 1, self.looked_to) - 1])

    def interval_at(self, patients: SupportsIndex) -> Proportion:
        """Return the interval to show for a size: at the nearest count, or the widest one.

        Where the width is an average this is still the interval at the nearest count, whose width
        is another one.
        """
        n = check_number("patients", patients, 1, self.looked_to)
        counts = {int(k[0]) for k in _counts(np.array([n]), self.rate)}
        shown = [INTERVALS[self.method](k, n, level=self.level) for k in counts]
        return max(shown, key=lambda one: one.high - one.low)

    def to_frame(self) -> pl.DataFrame:
        """Return one row a size, from the smallest to the stable one: patients, width, kept."""
        import polars as pl

        end = self.stable or self.looked_to
        shown = np.arange(self.first, end + 1)
        return pl.DataFrame(
            {
                "patients": shown,
                "width": self.widths[self.first - 1 : end],
                "keeps_width": self.works[self.first - 1 : end],
            }
        )

    @property
    def works(self) -> NDArray[np.bool_]:
        """Whether the interval is narrow enough, at n = 1, 2, ...; shape (k,)."""
        return np.asarray(self.widths <= self.width * (1 + RELATIVE_ROUNDING))


def size_for_interval(
    rate: float | None = None,
    *,
    width: float,
    level: float = 0.95,
    method: IntervalName = "clopper_pearson",
    average: bool = False,
    most_patients: SupportsIndex = MOST_PATIENTS,
) -> IntervalWidth:
    """Find the smallest size whose confidence interval of a response rate is narrow enough.

    Parameters
    ----------
    rate : float or None
        Expected response rate, in (0, 1); None for the widest interval of any count.
    width : float
        Full width at most, upper limit minus lower limit; in (0, 1).
    level : float
        Two-sided confidence level, in (0, 1).
    method : str
        ``"clopper_pearson"``, ``"wilson"``, ``"wilson_corrected"``, ``"jeffreys"``, ``"mid_p"`` or
        ``"agresti_coull"``: as the trial will be analysed.
    average : bool
        Average the width over the binomial distribution of the count at ``rate``, instead of the
        width at the count nearest to ``n * rate``.
    most_patients : int
        Largest size to look at, 1 to 1000.

    Returns
    -------
    IntervalWidth
        ``first``, ``stable``, and the width at every size.

    Raises
    ------
    DesignError
        If a number lies outside its range, the method is unknown, an average has no rate, or no
        size up to ``most_patients`` is enough; the message says how near the best came.

    Notes
    -----
    The widest interval is that of n // 2 responders, for each of the six methods (a test tries
    every count). Programs that put the fraction n * rate in place of a count give smaller sizes.

    Examples
    --------
    >>> found = size_for_interval(0.30, width=0.30)
    >>> found.first, found.stable
    (40, 40)
    >>> print(found.interval_at(found.first))
    12/40 (30.0 %; 95 % CI 16.6 to 46.5)
    """
    _check(width, level, method)
    if rate is None and average:
        msg = "an average needs a rate to average over; give rate, or leave average out"
        raise DesignError(msg)
    expected = None if rate is None else check_probability("rate", rate)
    most = check_number("most_patients", most_patients, 1)
    found = IntervalWidth(expected, float(width), float(level), method, average, np.empty(0))
    while found.looked_to < _far_enough(found, most):
        end = min(_far_enough(found, most), max(_FIRST_LOOK, 2 * found.looked_to))
        more = _widths(np.arange(found.looked_to + 1, end + 1), found)
        found = replace(found, widths=read_only(np.concatenate([found.widths, more])))
    if not found.works.any():
        raise DesignError(_how_near(found))
    return found


def _far_enough(found: IntervalWidth, most: int) -> int:
    """Return how far to look: well beyond the smallest size, where the width is 30 % less."""
    return min(most, 2 * found.first + _BEYOND) if found.works.any() else most


def _widths(sizes: Counts, found: IntervalWidth) -> Floats:
    if found.average and found.rate is not None:
        return _mean_widths(sizes, found.rate, found)
    one, other = _counts(sizes, found.rate)
    return np.maximum(_width(one, sizes, found), _width(other, sizes, found))


def _mean_widths(sizes: Counts, rate: float, found: IntervalWidth) -> Floats:
    """Average the widths of each size; the limits of all sizes are found in one call."""
    counts = np.concatenate([np.arange(n + 1) for n in sizes.tolist()])
    lower = _lower(counts, np.repeat(sizes, sizes + 1), found)
    ends = np.cumsum(sizes + 1).tolist()
    means = np.empty(sizes.size)
    for i, (n, end) in enumerate(zip(sizes.tolist(), ends, strict=True)):
        chance = binomial(n, rate)
        # The upper limit at k is 1 - the lower limit at n - k.
        means[i] = 1 - lower[end - n - 1 : end] @ (chance + chance[::-1])
    return means


def _width(k: Counts, n: Counts, found: IntervalWidth) -> Floats:
    return 1 - _lower(n - k, n, found) - _lower(k, n, found)


def _lower(k: Counts, n: Counts, found: IntervalWidth) -> Floats:
    return lower_limits(k, n, found.level, INTERVALS[found.method](0, 1).method)


def _counts(sizes: Counts, rate: float | None) -> tuple[Counts, Counts]:
    """Return the two counts nearest to n times the rate, the same one twice unless they tie."""
    if rate is None:
        return sizes // 2, sizes // 2
    # A number as near to a half as rounding can bring it lies between two counts.
    expected = sizes * rate
    low = np.ceil(expected - 0.5 - SAME_SIZE).astype(np.int64)
    return low, np.floor(expected + 0.5 + SAME_SIZE).astype(np.int64)


def _check(width: float, level: float, method: str) -> None:
    check_probability("width", width)
    try:
        check_level(level)
        check_choice("method", method, get_args(IntervalName))
    except ValueError as error:
        raise DesignError(str(error)) from None


def _how_near(found: IntervalWidth) -> str:
    narrowest = int(np.argmin(found.widths)) + 1
    mend = f"raise most_patients above {found.looked_to}, or "
    if found.looked_to >= MOST_PATIENTS:
        mend = ""
    return (
        f"no size up to {found.looked_to} patients has a {100 * found.level:.6g} % interval of "
        f"width <= {found.width:g}; the narrowest is {found.width_at(narrowest):.4f} at "
        f"{narrowest} patients; {mend}accept a wider interval or a lower level"
    )
