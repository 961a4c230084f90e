"""A rate against a historical one: tails by hand, conventions, refusals."""

from __future__ import annotations

from math import comb

import pytest

from trialwright.stats.rate_test import exact_rate_test


def tail(k: int, n: int, p: float) -> float:
    return sum(comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(k, n + 1))


@pytest.mark.parametrize(("k", "n", "p0"), [(0, 7, 0.2), (3, 10, 0.3), (6, 29, 0.1), (8, 8, 0.5)])
def test_the_upper_tail_counts_the_observed_number(k, n, p0) -> None:
    greater = exact_rate_test(k, n, p0, alternative="greater")
    assert greater.p_value == pytest.approx(tail(k, n, p0), rel=1e-12)
    less = exact_rate_test(k, n, p0, alternative="less")
    assert less.p_value == pytest.approx(1 - tail(k + 1, n, p0), rel=1e-12)


def test_mid_p_counts_it_by_half() -> None:
    found = exact_rate_test(3, 10, 0.3, alternative="greater", mid_p=True)
    assert found.p_value == pytest.approx((tail(3, 10, 0.3) + tail(4, 10, 0.3)) / 2)
    assert found.method == "mid-P, one-sided, greater"
    assert exact_rate_test(4, 4, 0.5, alternative="greater", mid_p=True).p_value == 0.5**4 / 2


def test_two_sides_are_doubled_or_the_less_likely_counts() -> None:
    doubled = exact_rate_test(11, 40, 0.2, alternative="two-sided")
    assert doubled.p_value == pytest.approx(2 * tail(11, 40, 0.2))
    as_r = exact_rate_test(11, 40, 0.2, alternative="two-sided", two_sided="minimum likelihood")
    assert as_r.p_value == pytest.approx(0.2366836434475, abs=1e-12)  # R binom.test
    assert exact_rate_test(2, 10, 0.2, alternative="two-sided").p_value == 1


def test_a_report_cell_names_the_convention() -> None:
    found = exact_rate_test(6, 29, 0.1, alternative="greater")
    assert str(found) == "6/29 (20.7 %) against 10 %: p = 0.0637 (exact, one-sided, greater)"
    assert found.to_frame().to_dicts()[0]["null_rate"] == 0.1


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((30, 29, 0.1), {}, "successes must be from 0 to n = 29, not 30"),
        ((1, 0, 0.1), {}, "n must be 1 or more"),
        ((1.5, 29, 0.1), {}, "successes must be a whole number, not 1.5"),
        ((1, 29, 0.0), {}, "null_rate must lie strictly between 0 and 1, not 0.0"),
        ((1, 29, 1.0), {}, "null_rate must lie strictly"),
        ((1, 29, float("nan")), {}, "null_rate must lie strictly"),
        ((1, 29, 0.1), {"alternative": "higher"}, "alternative must be one of"),
        ((1, 29, 0.1), {"two_sided": "twice"}, "two_sided must be one of"),
        (
            (1, 29, 0.1),
            {"alternative": "two-sided", "two_sided": "minimum likelihood", "mid_p": True},
            "no mid-P form",
        ),
    ],
)
def test_what_cannot_be_tested_is_named(arguments, options, message) -> None:
    with pytest.raises(ValueError, match=message):
        exact_rate_test(*arguments, **{"alternative": "greater"} | options)
