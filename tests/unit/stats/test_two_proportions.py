"""Differences of two proportions: published values, hand-made ones, edges, refusals."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isnan

import numpy as np
import pytest

from trialwright.stats.two_by_two import as_extreme
from trialwright.stats.two_proportion_score import reference_rate_given, score_statistic
from trialwright.stats.two_proportion_tests import barnard_test, boschloo_test, fisher_test
from trialwright.stats.two_proportions import (
    exact_difference,
    miettinen_nurminen,
    newcombe_difference,
)
from trialwright.stats.unconditional_tail import largest_probability

INTERVALS = [newcombe_difference, miettinen_nurminen, exact_difference]
TESTS = [fisher_test, barnard_test, boschloo_test]

# Newcombe 1998 (Stat Med 17: 873), table II: limits by method 10.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
]


@pytest.mark.parametrize(("counts", "limits"), PUBLISHED)
def test_published_limits(counts, limits) -> None:
    found = newcombe_difference(*counts)
    assert (found.low, found.high) == pytest.approx(limits, abs=5.01e-5)


def test_one_patient_a_group_by_hand() -> None:
    # 1/1 v 0/1 has (p + d)(1 - p), largest at p = (1 - d) / 2: ((1 + d) / 2)^2 = 0.025.
    low = 2 * 0.025**0.5 - 1
    for order in ("score", "difference"):
        found = exact_difference(1, 1, 0, 1, order=order)
        assert (found.low, found.high) == (pytest.approx(low, abs=2e-10), 1.0)
    # 0/1 v 0/1: all but 1/1 v 0/1 lie no higher, so d is rejected where the likeliest of them,
    # 1 - (p + d)(1 - p) at p = 1 - d, is 1 - d = 0.025.
    assert exact_difference(0, 1, 0, 1).high == pytest.approx(0.975, abs=2e-10)


def test_everybody_against_nobody_has_a_closed_form() -> None:
    # The single most extreme table: (p + d)^10 (1 - p)^10 is largest at p = (1 - d) / 2.
    low = 2 * 0.025 ** (1 / 20) - 1
    for order in ("score", "difference"):
        found = exact_difference(10, 10, 0, 10, order=order)
        assert (found.value, found.low, found.high) == (1.0, pytest.approx(low, abs=2e-10), 1.0)
    turned = exact_difference(0, 10, 10, 10)
    assert (turned.value, turned.low, turned.high) == (-1.0, -1.0, pytest.approx(-low, abs=2e-10))


def test_the_limit_is_the_outermost_difference_that_is_not_rejected() -> None:
    """0/2 v 0/8: halving from -1 ends at an inner crossing, -0.3702; a scan finds -0.4402."""
    found = exact_difference(0, 2, 0, 8).low
    x, y = np.arange(3)[:, None], np.arange(9)[None, :]
    accepted = []
    for difference in np.arange(-990, 0) / 1000:
        above = score_statistic(x, 2, y, 8, difference)
        p = largest_probability(above >= above[0, 0] - 1e-9, difference)
        if p > 0.025:
            accepted.append(difference)
    assert accepted[0] - 0.001 <= found <= accepted[0]
    assert found == pytest.approx(-0.44024, abs=1e-5)


def test_ties_of_the_plain_difference_all_count() -> None:
    """7/15 v 2/15: 66 tables differ by 5 patients or more; rounding loses some of them in R."""
    tables = np.array(
        [[Fraction(x - y, 15) >= Fraction(5, 15) for y in range(16)] for x in range(16)]
    )
    assert tables.sum() == 66
    low = exact_difference(7, 15, 2, 15, order="difference").low
    assert largest_probability(tables, low) <= 0.025
    assert largest_probability(tables, low + 1e-8) > 0.025


@pytest.mark.parametrize("difference", [-0.9, -0.35, 0.0, 0.2, 0.71])
def test_no_rate_makes_a_table_likelier(difference) -> None:
    """The cubic's root beats a dense grid of the rates that differ by as much."""
    rate = np.linspace(max(0, -difference), min(1, 1 - difference), 4001)
    other = np.clip(rate + difference, 0, 1)
    for x, y in ((0, 0), (0, 5), (3, 2), (7, 0), (7, 5), (5, 4)):

        def likelihood(high, low, x=x, y=y):
            return high**x * (1 - high) ** (7 - x) * low**y * (1 - low) ** (5 - y)

        best = float(reference_rate_given(x, 7, y, 5, difference))
        top = likelihood(min(1.0, best + difference), best)
        assert top >= likelihood(other, rate).max() * (1 - 1e-9)


def test_the_score_statistic_by_hand() -> None:
    # At no difference the variance is pooled: 9 of 30, and 1/15 + 1/15.
    expected = (5 / 15) / (0.3 * 0.7 * 2 / 15) ** 0.5
    assert score_statistic(7, 15, 2, 15, 0.0) == pytest.approx(expected, rel=1e-12)
    assert score_statistic(0, 15, 0, 15, 0.0) == 0
    assert score_statistic(2, 15, 0, 15, 1.0) == -np.inf
    assert score_statistic(15, 15, 0, 15, 1.0) == 0


def test_the_largest_probability_of_one_table_is_at_its_own_rate() -> None:
    tables = np.zeros((8, 6), dtype=np.bool_)
    tables[2, 1] = True
    expected = comb(7, 2) * comb(5, 1) * (3 / 12) ** 3 * (9 / 12) ** 9
    assert largest_probability(tables) == pytest.approx(expected, rel=1e-10)
    assert largest_probability(~tables) == 1
    assert largest_probability(~np.zeros((8, 6), dtype=np.bool_)) == 1
    assert largest_probability(np.zeros((8, 6), dtype=np.bool_)) == 0


def test_which_side_is_all_that_is_asked() -> None:
    tables = np.zeros((8, 6), dtype=np.bool_)
    tables[2, 1] = True
    truth = largest_probability(tables)
    for against in (truth * 0.5, truth * (1 - 1e-6), truth * (1 + 1e-6), truth * 2):
        assert (largest_probability(tables, against=against) > against) == (truth > against)


@pytest.mark.parametrize("interval", INTERVALS)
def test_nobody_and_everybody_in_both_groups(interval) -> None:
    nobody, everybody = interval(0, 10, 0, 12), interval(10, 10, 12, 12)
    assert nobody.value == everybody.value == 0
    assert -1 < nobody.low < 0 < nobody.high < 1
    assert (everybody.low, everybody.high) == pytest.approx((-nobody.high, -nobody.low), abs=1e-9)


@pytest.mark.parametrize("interval", INTERVALS)
def test_one_patient_a_group(interval) -> None:
    found = interval(0, 1, 0, 1)
    assert (found.value, found.low) == (0, pytest.approx(-found.high))
    assert 0.5 < found.high < 1


def test_a_table_with_nothing_in_it_to_see() -> None:
    for test in TESTS:
        for alternative in ("greater", "less", "two-sided"):
            for x, y in ((0, 0), (10, 12)):
                assert test(x, 10, y, 12, alternative=alternative).p_value == pytest.approx(1)
    assert barnard_test(0, 10, 0, 12, alternative="greater").statistic == 0


def test_fisher_by_hand() -> None:
    # 3 responders of 3 in one group of 6 patients: one of the 20 ways to place them.
    assert fisher_test(3, 3, 0, 3, alternative="greater").p_value == pytest.approx(1 / 20)
    assert fisher_test(3, 3, 0, 3, alternative="two-sided").p_value == pytest.approx(2 / 20)
    assert fisher_test(3, 3, 0, 3, alternative="less").p_value == pytest.approx(1)
    assert isnan(fisher_test(3, 3, 0, 3, alternative="less").statistic)


def test_unconditional_tests_by_hand() -> None:
    # The most extreme table: p^3 (1 - p)^3 is largest at 1/2.
    for test in (barnard_test, boschloo_test):
        assert test(3, 3, 0, 3, alternative="greater").p_value == pytest.approx(1 / 64)
        assert test(3, 3, 0, 3, alternative="two-sided").p_value == pytest.approx(2 / 64)
        assert test(3, 3, 0, 3, alternative="less").p_value == pytest.approx(1)
    assert boschloo_test(3, 3, 0, 3, alternative="two-sided").statistic == pytest.approx(1 / 20)
    both = barnard_test(3, 3, 0, 3, alternative="two-sided", two_sided="absolute")
    assert both.p_value == pytest.approx(2 / 64)


def test_results_say_how_they_were_made() -> None:
    found = exact_difference(np.int64(7), 15, 2, 15, level=0.9)
    assert (found.successes, found.n, found.reference_successes, found.reference_n) == (
        7,
        15,
        2,
        15,
    )
    assert type(found.successes) is int
    assert (found.level, found.method) == (0.9, "Chan-Zhang (exact, score)")
    assert exact_difference(1, 2, 1, 2, order="difference").method.startswith("Santner-Snell")
    assert newcombe_difference(1, 2, 1, 2).method == "Newcombe (hybrid score)"
    assert miettinen_nurminen(1, 2, 1, 2).method == "Miettinen-Nurminen"
    assert miettinen_nurminen(1, 2, 1, 2, corrected=False).method == "Mee"
    both = barnard_test(7, 15, 2, 15, alternative="two-sided")
    assert both.method == "Barnard's exact test (score, doubled)"
    assert str(both) == "p = 0.0550 (two-sided)"


def test_report_cell_and_table() -> None:
    found = newcombe_difference(56, 70, 48, 80)
    assert str(found) == "56/70 v 48/80: 20.0 points (95 % CI 5.2 to 33.4)"
    frame = found.to_frame()
    assert frame.height == 1
    assert frame["reference_n"].to_list() == [80]
    assert frame["value"].to_list() == [pytest.approx(0.2)]


REFUSED = [
    ((11, 10, 2, 10), "successes must be from 0 to n = 10, not 11"),
    ((2, 10, -1, 10), "reference_successes must be from 0 to reference_n = 10, not -1"),
    ((0, 0, 2, 10), "n must be 1 or more, not 0"),
    ((2, 10, 0, 0), "reference_n must be 1 or more, not 0"),
    ((2, 10, 2.0, 10), "reference_successes must be a whole number, not 2.0"),
    ((True, 10, 2, 10), "successes must be a whole number, not True"),
    ((2, float("nan"), 2, 10), "n must be a whole number, not nan"),
]


@pytest.mark.parametrize(("counts", "message"), REFUSED)
def test_wrong_counts_are_named(counts, message) -> None:
    for interval in INTERVALS:
        with pytest.raises(ValueError, match=message):
            interval(*counts)
    for test in TESTS:
        with pytest.raises(ValueError, match=message):
            test(*counts, alternative="greater")


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("level", [0, 1, -0.5, 95, float("nan")])
def test_wrong_levels_are_named(interval, level) -> None:
    with pytest.raises(ValueError, match=f"level must lie strictly between 0 and 1.*not {level}"):
        interval(2, 10, 3, 10, level=level)


def test_unknown_words_are_named() -> None:
    with pytest.raises(
        ValueError, match=r"order must be one of \['difference', 'score'\], not 'w'"
    ):
        exact_difference(1, 2, 1, 2, order="w")
    for test in TESTS:
        with pytest.raises(ValueError, match=r"alternative must be one of .*, not 'both'"):
            test(1, 2, 1, 2, alternative="both")
    with pytest.raises(ValueError, match=r"two_sided must be one of .*, not 'minlike'"):
        barnard_test(1, 2, 1, 2, alternative="two-sided", two_sided="minlike")


def test_barnards_test_is_the_one_that_the_exact_interval_inverts() -> None:
    """Its p-value is at most the tail exactly where the lower limit is above no difference."""
    for n, m in ((5, 4), (7, 7), (3, 9)):
        for x in range(n + 1):
            for y in range(m + 1):
                p = barnard_test(x, n, y, m, alternative="greater").p_value
                low = exact_difference(x, n, y, m, level=0.90).low
                assert (p <= 0.05) == (low > 0) or abs(low) < 1e-9, (x, n, y, m)


def test_rounding_is_judged_by_the_size_of_a_statistic() -> None:
    found = as_extreme(np.array([[-1e-9, -1e-7], [2.0, 0.0]]), 0.0)
    assert found.tolist() == [[True, False], [True, True]]
    small = np.array([[-1e-9, -1.1e-9], [-1e-9 * (1 + 1e-12), 0.0]])  # p-values, turned round
    assert as_extreme(small, -1e-9, least_size=0.0).tolist() == [[True, False], [True, True]]


@pytest.mark.parametrize("difference", [-1.1, 1.5, float("nan")])
def test_a_difference_that_two_rates_cannot_have_is_named(difference) -> None:
    with pytest.raises(ValueError, match=f"difference must be from -1 to 1, not {difference}"):
        largest_probability(np.zeros((3, 3), dtype=np.bool_), difference)
