"""What a test between groups returns, and the checks of its group labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import check_same_length
from trialwright.stats.result import HypothesisTest

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_SINGULAR = 1e-7  # as the pivot of R's qr
_TWO = 2


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """A test between groups, with the events observed and expected in each.

    Parameters
    ----------
    groups : tuple of str
        Labels, in sorted order.
    n : tuple of int
        Patients in each group.
    observed, expected : tuple of float
        Events of each group, and those expected of it if the groups were alike; with a weight
        (``rho``) each event counts by its weight. Both sum to the same.
    test : HypothesisTest
        Statistic, degrees of freedom, p-value and convention.
    """

    groups: tuple[str, ...]
    n: tuple[int, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    test: HypothesisTest

    def __str__(self) -> str:
        """Write a report cell, the p-value: ``p = 0.0234 (two-sided)``."""
        return str(self.test)

    def to_frame(self) -> pl.DataFrame:
        """Return the comparison as a table, one row a group; the test stands in every row."""
        import polars as pl

        groups = pl.DataFrame(
            {name: getattr(self, name) for name in ("groups", "n", "observed", "expected")},
            schema_overrides={"observed": pl.Float64, "expected": pl.Float64},
        ).rename({"groups": "group"})
        return groups.join(self.test.to_frame(), how="cross")


def check_groups(
    name: str, labels: ArrayLike, time: NDArray[np.float64]
) -> tuple[tuple[str, ...], Places]:
    """Return the sorted labels, and the place among them of each patient's.

    Raises
    ------
    ValueError
        If there is not one label for each time, or one is missing, or words and numbers mix.
    """
    # As objects: NumPy would make the word "nan" of a missing label among words.
    given = np.asarray(labels, dtype=object)
    check_same_length("time", time, name, given)
    for i, label in enumerate(given.tolist()):
        if label is None or label != label or label == "":  # noqa: PLR0124 - nan is not itself
            msg = f"{name}[{i}] is {label!r}; every patient needs a label"
            raise ValueError(msg)
    try:
        found, places = np.unique(given, return_inverse=True)
    except TypeError:
        msg = f"{name} mixes kinds of labels; use only words or only numbers"
        raise ValueError(msg) from None
    return tuple(str(label) for label in found.tolist()), places


def check_two_groups(
    labels: ArrayLike, time: NDArray[np.float64]
) -> tuple[tuple[str, ...], Places]:
    """Return the same as `check_groups` of ``group``; ``ValueError`` unless two or more."""
    groups, places = check_groups("group", labels, time)
    if len(groups) < _TWO:
        msg = f"group must hold two different labels or more, not only {groups[0]!r}"
        raise ValueError(msg)
    return groups, places


def chi_squared_test(score: Floats, covariance: Floats, method: str) -> HypothesisTest:
    """Return the chi-squared test that all scores are 0; "not estimable" if they cannot vary.

    Parameters
    ----------
    score : ndarray, shape (k,)
        Linearly independent scores.
    covariance : ndarray, shape (k, k)
        Their covariance if the groups were alike.
    method : str
        Name and convention of the test.
    """
    from scipy.special import chdtrc

    spread = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    if score.size and np.isfinite(covariance).all() and (spread > 0).all():
        scaled = covariance / np.outer(spread, spread)
        if np.linalg.svd(scaled, compute_uv=False).min() > _SINGULAR:
            z = score / spread
            statistic = max(0.0, float(z @ np.linalg.solve(scaled, z)))
            p_value = float(chdtrc(score.size, statistic))
            return HypothesisTest(statistic, p_value, "two-sided", method, score.size)
    nan = float("nan")
    return HypothesisTest(nan, nan, "two-sided", method, None, "not estimable")
