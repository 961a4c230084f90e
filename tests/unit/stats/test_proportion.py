"""Intervals of a proportion: published values, edges, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.stats import Proportion, clopper_pearson, wilson

# Domain report section 6.5: Newcombe 1998 (first four rows) and trials computed with R.
# successes, n, Clopper-Pearson low and high, Wilson low and high.
PUBLISHED = [
    (81, 263, 0.2527, 0.3676, 0.2553, 0.3662),
    (15, 148, 0.0578, 0.1617, 0.0624, 0.1605),
    (0, 20, 0, 0.1684, 0, 0.1611),
    (1, 29, 0.0009, 0.1776, 0.0061, 0.1718),
    (5, 33, 0.0511, 0.3190, 0.0665, 0.3092),
    (12, 33, 0.2040, 0.5488, 0.2219, 0.5338),
    (2, 23, 0.0107, 0.2804, 0.0242, 0.2680),
    (3, 10, 0.0667, 0.6525, 0.1078, 0.6032),
    (5, 70, 0.0236, 0.1589, 0.0309, 0.1566),
    (0, 47, 0, 0.0755, 0, 0.0756),
]


@pytest.mark.parametrize(("k", "n", "low", "high"), [row[:4] for row in PUBLISHED])
def test_clopper_pearson_published(k: int, n: int, low: float, high: float) -> None:
    found = clopper_pearson(k, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.value == k / n


@pytest.mark.parametrize(("k", "n", "low", "high"), [(*row[:2], *row[4:]) for row in PUBLISHED])
def test_wilson_published(k: int, n: int, low: float, high: float) -> None:
    found = wilson(k, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5.01e-5)


def test_regonivo_published_percentages() -> None:
    # REGONIVO (Fukuoka 2020): 20/50 and 44/50, printed as 26-55 and 76-95.
    orr, dcr = clopper_pearson(20, 50), clopper_pearson(44, 50)
    assert (orr.low, orr.high) == pytest.approx((0.2641, 0.5482), abs=5e-5)
    assert (dcr.low, dcr.high) == pytest.approx((0.7569, 0.9547), abs=5e-5)


def test_no_success_has_a_closed_form() -> None:
    assert clopper_pearson(0, 20).high == pytest.approx(1 - 0.025 ** (1 / 20), abs=1e-14)
    assert clopper_pearson(20, 20).low == pytest.approx(0.025 ** (1 / 20), abs=1e-14)
    assert clopper_pearson(0, 20, level=0.90).high == pytest.approx(0.1391, abs=5e-5)


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_the_ends_are_exact(interval) -> None:
    assert interval(0, 7).low == 0
    assert interval(7, 7).high == 1
    assert interval(0, 1).high < 1
    assert interval(1, 1).low > 0


def test_the_result_keeps_its_inputs() -> None:
    found = clopper_pearson(np.int64(5), np.int64(29), level=0.9)
    assert (found.successes, found.n, found.level) == (5, 29, 0.9)
    assert type(found.successes) is int
    assert found.method == "Clopper-Pearson"
    assert wilson(5, 29).method == "Wilson"


@pytest.mark.parametrize(
    ("found", "cell"),
    [
        (clopper_pearson(5, 29), "5/29 (17.2 %; 95 % CI 5.8 to 35.8)"),
        (clopper_pearson(0, 20, level=0.9), "0/20 (0.0 %; 90 % CI 0.0 to 13.9)"),
        (wilson(20, 20, level=0.999), "20/20 (100.0 %; 99.9 % CI 64.9 to 100.0)"),
    ],
)
def test_report_cell(found: Proportion, cell: str) -> None:
    assert str(found) == cell


@pytest.mark.parametrize(
    ("k", "n", "level", "message"),
    [
        (-1, 10, 0.95, "successes must be from 0 to n = 10, not -1"),
        (11, 10, 0.95, "successes must be from 0 to n = 10, not 11"),
        (0, 0, 0.95, "n must be 1 or more, not 0"),
        (0, -3, 0.95, "n must be 1 or more, not -3"),
        (2.0, 10, 0.95, "successes must be a whole number, not 2.0"),
        (2, 10.5, 0.95, "n must be a whole number, not 10.5"),
        (True, 10, 0.95, "successes must be a whole number, not True"),
        (None, 10, 0.95, "successes must be a whole number, not None"),
        (2, 10, 0, "level must lie strictly between 0 and 1, such as 0.95, not 0"),
        (2, 10, 1, "not 1"),
        (2, 10, 95, "not 95"),
        (2, 10, float("nan"), "not nan"),
    ],
)
@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_wrong_arguments_are_named(interval, k, n, level, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        interval(k, n, level=level)
