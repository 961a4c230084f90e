"""Limits, quantiles and rows of a curve in steps, at the edges that data seldom reach."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.core.pointwise import (
    NEAR,
    Scale,
    Side,
    Steps,
    is_beyond,
    is_by,
    limit_at,
    row_at,
    time_of,
)

TIMES = [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("time", "other", "expected"),
    [
        (1.0, 1.0, True),
        (0.5, 1.0, True),
        (1.0 + NEAR, 1.0, True),
        (1.0 + 1.01 * NEAR, 1.0, False),
        (NEAR, 0.0, True),  # absolutely below 1
        (100.0 + 99 * NEAR, 100.0, True),  # relatively above
        (5.0, math.inf, True),
        (math.inf, 5.0, False),
    ],
)
def test_at_or_before_rounding_apart(time: float, other: float, expected: bool) -> None:
    assert is_by(time, other) is expected


@pytest.mark.parametrize(
    ("time", "row"),
    [
        (0.5, -1),
        (1.0 - 1e-9, 0),
        (1.0, 0),
        (1.0 + 1e-9, 0),
        (1.9, 0),
        (2.0 - 1e-9, 1),
        (4.0, 2),
        (math.inf, 2),
    ],
)
def test_the_row_of_a_time(time: float, row: int) -> None:
    assert row_at(TIMES, len(TIMES), time) == row
    assert row_at([*TIMES, 0.0, 0.0], len(TIMES), time) == row  # what is not written is not read


def test_a_row_at_the_very_time_comes_before_one_that_is_near() -> None:
    times = [1000.0, 1000.00001]
    assert [row_at(times, 2, t) for t in (999.99999, 1000.0, 1000.000001, 1000.00001)] == [
        0,
        0,
        1,
        1,
    ]


def test_beyond_follow_up_someone_must_be_left() -> None:
    assert is_beyond(TIMES, 3, 0.5, 4.1)
    assert not is_beyond(TIMES, 3, 0.0, 4.1)
    assert not is_beyond(TIMES, 3, 0.5, 4.0 + 1e-9)
    assert is_beyond(TIMES, 2, 0.5, 4.0)


@pytest.mark.parametrize("scale", list(Scale))
def test_limits_are_symmetric_on_their_scale(scale: Scale) -> None:
    """Halfway between them, on the scale, lies the value; half a width is z standard errors."""
    g = {
        Scale.LOG_LOG: lambda p: math.log(-math.log(p)),
        Scale.LOG: math.log,
        Scale.PLAIN: lambda p: p,
        Scale.LOGIT: lambda p: math.log(p / (1 - p)),
        Scale.ARCSIN: lambda p: math.asin(math.sqrt(p)),
    }[scale]
    value, variance, z = 0.6, 0.01, 1.5
    low, high = (limit_at(value, variance, z, scale, side) for side in (Side.LOW, Side.HIGH))
    assert low < value < high
    assert (g(low) + g(high)) / 2 == pytest.approx(g(value))
    slope = (g(value + 1e-6) - g(value - 1e-6)) / 2e-6
    width = abs(slope) * value * math.sqrt(variance) * z
    assert abs(g(high) - g(low)) / 2 == pytest.approx(width, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "variance", "scale"),
    [(0.0, 0.1, Scale.PLAIN), (0.5, 0.0, Scale.LOG), (1.0, 0.1, Scale.LOG_LOG), (0.0, math.inf, 1)],
)
def test_where_the_variance_says_nothing_there_is_no_limit(value, variance, scale) -> None:
    assert math.isnan(limit_at(value, variance, 1.96, scale, Side.LOW))
    assert limit_at(value, variance, 1.96, scale, Side.ESTIMATE) == value


@pytest.mark.parametrize(("height", "time"), [(0.3, 2.0), (0.2, 1.5), (0.6, 3.0), (0.7, math.nan)])
def test_a_rising_curve_is_read_as_one_that_falls(height: float, time: float) -> None:
    value = [0.2, 0.6, 0.6]
    rising = Steps(TIMES, [1, 1, 0], value, [0.1] * 3, 1)
    falling = rising._replace(value=[1 - v for v in value], way=-1)
    found = [
        time_of(rising, 3, height, 1.96, Scale.PLAIN, Side.ESTIMATE),
        time_of(falling, 3, 1 - height, 1.96, Scale.PLAIN, Side.ESTIMATE),
    ]
    assert found == pytest.approx([time, time], nan_ok=True)
