"""Differences of two proportions against R ratesci, PropCIs, exact2x2, fisher.test and SciPy.

No difference is an exception of ours: where R is looser, the direction is asserted.

- PropCIs ``diffscoreci`` stops where its step is below 1e-7.
- exact2x2 tries a fixed grid of rates, so its largest probability is too small and its interval
  too narrow; with 1000 rates by 4e-6 at most. Ours is never the narrower one, but for the step
  of its grid of differences, 2^-19.
- exact2x2 ``method = "simple"`` compares differences as floating-point numbers: for 7/15 v 2/15 it
  finds 61 of the 66 tables that differ by 5 of 15 patients or more. Group sizes with a common
  divisor are therefore left out, but for this one row, whose wrong limit is asserted as R's.
- SciPy 1.17 ``barnard_exact`` loses ties in the same way: 9/10 v 3/10 gives .0035, where R and
  exact fractions give .0040; 7/19 v 3/4, two-sided, .2034 instead of .2101.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from trialwright.stats.two_proportion_tests import barnard_test, boschloo_test, fisher_test
from trialwright.stats.two_proportions import (
    exact_difference,
    miettinen_nurminen,
    newcombe_difference,
)
from trialwright.stats.unconditional_tail import largest_probability

from_fixture = pytest.mark.parametrize("rows", ["fixture"], indirect=True)
ROWS = {"fixture": 152}
GRID_STEP = 2**-19


def counts_of(row) -> tuple[int, int, int, int]:
    return tuple(int(row[name]) for name in ("x", "n", "reference_x", "reference_n"))


def chosen(rows, *methods):
    return [row for row in rows("two_proportions", ROWS) if row["method"] in methods]


@from_fixture
@pytest.mark.parametrize(
    ("method", "number", "tolerance"),
    [("newcombe", 26, 1e-12), ("scoreci", 52, 1e-9), ("diffscoreci", 4, 5e-7)],
)
def test_approximate_intervals(rows, method, number, tolerance) -> None:
    table = chosen(rows, method)
    assert len(table) == number
    for row in table:
        level, corrected = float(row["level"]), row["convention"] == "corrected"
        if method == "newcombe":
            found = newcombe_difference(*counts_of(row), level=level)
        else:
            found = miettinen_nurminen(*counts_of(row), level=level, corrected=corrected)
        expected = (float(row["low"]), float(row["high"]))
        assert (found.low, found.high) == pytest.approx(expected, abs=tolerance, rel=0), row


@from_fixture
def test_exact_interval_by_the_score(rows) -> None:
    table = chosen(rows, "score")
    assert len(table) == 8
    for row in table:
        found = exact_difference(*counts_of(row), level=float(row["level"]))
        low, high = float(row["low"]), float(row["high"])
        assert low - 4e-6 <= found.low <= low + GRID_STEP, row
        assert high - GRID_STEP <= found.high <= high + 4e-6, row


@from_fixture
def test_exact_interval_by_the_plain_difference(rows) -> None:
    table = chosen(rows, "simple")
    assert len(table) == 3
    for row in table:
        found = exact_difference(*counts_of(row), level=float(row["level"]), order="difference")
        low, high = float(row["low"]), float(row["high"])
        if counts_of(row) == (7, 15, 2, 15):  # the lower limit has lost 5 tables, see above
            assert found.low < low - 0.03
        else:
            assert low - 4e-6 <= found.low <= low + GRID_STEP, row
        assert high - GRID_STEP <= found.high <= high + 4e-6, row


@from_fixture
def test_fisher(rows) -> None:
    table = chosen(rows, "fisher")
    assert len(table) == 39
    for row in table:
        side = row["convention"].replace(".", "-")
        found = fisher_test(*counts_of(row), alternative=side)
        assert found.p_value == pytest.approx(float(row["p"]), rel=1e-10, abs=1e-15), row


@from_fixture
@pytest.mark.parametrize(
    ("method", "test"), [("barnard", barnard_test), ("boschloo", boschloo_test)]
)
def test_unconditional_tests(rows, method, test) -> None:
    table = chosen(rows, method)
    assert len(table) == 10
    for row in table:
        found = test(*counts_of(row), alternative=row["convention"]).p_value
        assert float(row["p"]) - 1e-10 <= found <= float(row["p"]) + 1e-6, row


@from_fixture
def test_unconditional_tests_against_scipy(rows) -> None:
    """Boschloo's is SciPy's; of Barnard's, SciPy may lose ties, which only lowers the p-value."""
    from scipy.stats import barnard_exact, boschloo_exact

    for x, n, y, m in {counts_of(row) for row in chosen(rows, "barnard")}:
        columns = [[x, y], [n - x, m - y]]
        for side in ("greater", "less", "two-sided"):
            found = boschloo_test(x, n, y, m, alternative=side).p_value
            expected = min(1.0, boschloo_exact(columns, alternative=side).pvalue)
            assert found == pytest.approx(expected, abs=1e-7)
            found = barnard_test(x, n, y, m, alternative=side, two_sided="absolute").p_value
            assert barnard_exact(columns, alternative=side).pvalue <= found + 1e-7


@pytest.mark.parametrize(
    "counts", [(7, 19, 3, 4), (9, 11, 11, 27), (9, 10, 3, 10), (7, 15, 2, 15), (2, 23, 3, 10)]
)
def test_barnard_by_fractions(counts) -> None:
    """Every table whose signed squared statistic is as large counts, ties by exact arithmetic."""
    _, n, _, m = counts
    z = np.array([[_squared(x, n, y, m) for y in range(m + 1)] for x in range(n + 1)])
    seen = _squared(*counts)
    sets = {"greater": z >= seen, "less": z <= seen, "two-sided": np.abs(z) >= abs(seen)}
    for alternative, tables in sets.items():
        found = barnard_test(*counts, alternative=alternative, two_sided="absolute").p_value
        expected = largest_probability(tables.astype(np.bool_))
        assert found == pytest.approx(expected, rel=1e-12)


def _squared(x: int, n: int, y: int, m: int) -> Fraction:
    """Return the square of the score statistic with its sign, but for a constant factor."""
    pooled, above = Fraction(x + y, n + m), Fraction(x, n) - Fraction(y, m)
    return above * abs(above) / (pooled * (1 - pooled)) if 0 < pooled < 1 else Fraction(0)
