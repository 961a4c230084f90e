"""Sizes for the width of an interval against R's binom.test and prop.test."""

from __future__ import annotations

import pytest

from trialwright.design.single_stage.interval_width import size_for_interval

# R 4.2.2, interval_width.R: rate, width, what else, first n, stable n, width at both.
BY_R = [
    (0.30, 0.30, {}, 40, 40, 0.299689080861, 0.299689080861),
    (0.05, 0.35, {}, 9, 14, 0.336267116880, 0.336877709273),
    (0.20, 0.20, {}, 70, 70, 0.198855291864, 0.198855291864),
    (0.10, 0.25, {}, 30, 30, 0.244171313444, 0.244171313444),
    (0.20, 0.20, {"level": 0.90}, 51, 51, 0.199440930527, 0.199440930527),
    (0.30, 0.20, {"method": "wilson"}, 78, 78, 0.198515757731, 0.198515757731),
    (0.10, 0.25, {"method": "wilson"}, 23, 26, 0.243779806273, 0.249726585881),
    (0.30, 0.25, {"method": "wilson_corrected"}, 57, 57, 0.247707016554, 0.247707016554),
    (0.10, 0.25, {"method": "wilson_corrected"}, 31, 31, 0.243671699285, 0.243671699285),
    (0.30, 0.30, {"average": True}, 39, 39, 0.299373033058, 0.299373033058),
    (0.10, 0.20, {"average": True, "method": "wilson"}, 35, 35, 0.199028726155, 0.199028726155),
    (None, 0.30, {}, 47, 47, 0.298598331780, 0.298598331780),
    (None, 0.30, {"method": "wilson"}, 39, 39, 0.299354617857, 0.299354617857),
]


@pytest.mark.parametrize("row", BY_R, ids=str)
def test_sizes_and_widths_by_r(row) -> None:
    rate, width, ask, first, stable, at_first, at_stable = row
    found = size_for_interval(rate, width=width, **ask)
    assert (found.first, found.stable) == (first, stable)
    assert found.width_at(first) == pytest.approx(at_first, abs=1e-9)
    assert found.width_at(stable) == pytest.approx(at_stable, abs=1e-9)


def test_r_does_not_correct_at_half_of_the_patients() -> None:
    # prop.test caps its correction at |x - n/2|, which is none at 23 of 46: there it prints the
    # plain score interval, and another count is its widest, .297381883221. Newcombe's formula
    # corrects every count. The size is 46 by both.
    found = size_for_interval(width=0.30, method="wilson_corrected")
    assert (found.first, found.stable) == (46, 46)
    assert found.width_at(46) == pytest.approx(0.297624325513, abs=1e-9)


# Domain report 6.5: limits of published and R intervals, to four digits; a size of n is enough
# for a width just above theirs and not for one just below.
@pytest.mark.parametrize(
    ("k", "n", "low", "high", "method"),
    [
        (20, 50, 0.2641, 0.5482, "clopper_pearson"),  # REGONIVO: 26 to 55 %
        (12, 33, 0.2040, 0.5488, "clopper_pearson"),
        (12, 33, 0.2219, 0.5338, "wilson"),
        (5, 33, 0.0572, 0.3267, "wilson_corrected"),
        (81, 263, 0.2545, 0.3656, "jeffreys"),
        (81, 263, 0.2544, 0.3658, "mid_p"),
    ],
)
def test_published_limits(k, n, low, high, method) -> None:
    found = size_for_interval(k / n, width=high - low + 0.0002, method=method)
    assert found.interval_at(n).successes == k
    assert found.width_at(n) == pytest.approx(high - low, abs=1.1e-4)
    assert found.first <= n
