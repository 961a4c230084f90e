"""Intervals of a proportion and tests of a rate against R binom, prop.test, binom.test and tern."""

from __future__ import annotations

import pytest

from trialwright.stats.proportion import (
    INTERVALS,
    agresti_coull,
    clopper_pearson,
    jeffreys,
    mid_p,
    wilson,
    wilson_corrected,
)
from trialwright.stats.rate_test import exact_rate_test

# The methods of R binom that are ours; its other five nobody asked for.
OF_BINOM = {
    "exact": clopper_pearson,
    "wilson": wilson,
    "jeffreys_equal_tail": jeffreys,
    "ac": agresti_coull,
}
TOLERANCE = 1e-7


def differs(found, low: float, high: float, tolerance: float = TOLERANCE) -> bool:
    return (found.low, found.high) != pytest.approx((low, high), abs=tolerance, rel=0)


def test_binomial_intervals(rows) -> None:
    """Every row, by two differences of convention that the docstrings name.

    R prints limits outside 0 to 1 (Wilson -4e-17, Agresti-Coull -0.05); here they are cut. At 0 or
    n successes binom.bayes gives the whole error to the one limit; Brown, Cai & DasGupta 2001, and
    tern, keep it two-sided. Ours at level 2 c - 1 is R's at c.
    """
    table = rows("binomial_ci", {"fixture": 128, "shared": 1152})
    ours = [row for row in table if row["method"] in OF_BINOM]
    assert len(ours) in (128, 4 * 128)
    wrong = []
    for row in ours:
        level = float(row["conf"])
        if row["method"] == "jeffreys_equal_tail" and int(row["x"]) in (0, int(row["n"])):
            level = 2 * level - 1
        found = OF_BINOM[row["method"]](int(row["x"]), int(row["n"]), level=level)
        low, high = max(0.0, float(row["lower"])), min(1.0, float(row["upper"]))
        if differs(found, low, high):
            wrong.append((row, found))
    assert not wrong


@pytest.mark.parametrize("rows", ["fixture"], indirect=True)
def test_corrected_and_mid_p_intervals_and_exact_tests(rows) -> None:
    table = rows("proportion", {"fixture": 26})
    for row in table:
        x, n, level = int(row["x"]), int(row["n"]), float(row["level"])
        for interval, name in ((wilson_corrected, "corrected"), (mid_p, "mid_p")):
            found = interval(x, n, level=level)
            limits = (float(row[f"{name}_low"]), float(row[f"{name}_high"]))
            assert not differs(found, *limits, tolerance=1e-12), (row, found)
        for alternative in ("greater", "less", "two-sided"):
            found = exact_rate_test(
                x, n, 0.1, alternative=alternative, two_sided="minimum likelihood"
            )
            expected = float(row[f"p_{alternative.replace('-', '_')}"])
            assert found.p_value == pytest.approx(expected, rel=1e-10, abs=1e-15)


# Newcombe 1998, table I, and the reference's further rows (four digits): the methods in the order
# Clopper-Pearson, Wilson, Wilson corrected, Jeffreys, mid-P.
PUBLISHED = {
    (81, 263): (".2527 .3676", ".2553 .3662", ".2535 .3682", ".2545 .3656", ".2544 .3658"),
    (15, 148): (".0578 .1617", ".0624 .1605", ".0598 .1644", ".0604 .1576", ".0601 .1581"),
    (0, 20): ("0 .1684", "0 .1611", "0 .2005", "0 .1166", "0 .1391"),
    (1, 29): (".0009 .1776", ".0061 .1718", ".0018 .1963", ".0037 .1501", ".0017 .1585"),
    (5, 33): (".0511 .3190", ".0665 .3092", ".0572 .3267", ".0603 .3007", ".0577 .3044"),
}


@pytest.mark.parametrize(("count", "limits"), PUBLISHED.items())
def test_published_intervals(count, limits) -> None:
    names = ("clopper_pearson", "wilson", "wilson_corrected", "jeffreys", "mid_p")
    for name, printed in zip(names, limits, strict=True):
        assert not differs(INTERVALS[name](*count), *map(float, printed.split()), tolerance=5e-5)


@pytest.mark.shared
def test_numeric_cases(numeric_cases) -> None:
    cases = [case for case in numeric_cases if case["kind"] == "proportion"]
    assert len(cases) == 32
    for case in cases:
        x, n = case["x"], case["n"]
        for name in ("clopper_pearson", "wilson", "jeffreys"):
            found = INTERVALS[name](x, n, level=case["conf_level"])
            assert not differs(found, *case["expected"][name], tolerance=1e-12), case["name"]
        for alternative, name in (("two-sided", "two_sided"), ("greater", "greater")):
            found = exact_rate_test(
                x, n, 0.2, alternative=alternative, two_sided="minimum likelihood"
            )
            expected = case["expected"][f"exact_p_{name}_p0_20"]
            assert found.p_value == pytest.approx(expected, rel=1e-10), case["name"]


@pytest.mark.shared
def test_tern_snapshots(numeric_cases) -> None:
    snapshots = {c["name"]: c["expected"] for c in numeric_cases if c["kind"] == "tern_snapshot"}
    assert not differs(wilson(5, 10, level=0.9), *snapshots["prop_wilson 5/10 90%"])
    assert not differs(clopper_pearson(5, 10), *snapshots["prop_clopper_pearson 5/10 95%"])
