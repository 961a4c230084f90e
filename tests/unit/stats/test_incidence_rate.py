"""Rates per time at risk against R 4's poisson.test, and their bad input.

The limits were made by ``poisson.test(events, 120, conf.level = level)$conf.int * 100``.
"""

from __future__ import annotations

from math import inf, nan

import pytest

from trialwright.stats import IncidenceRate

FROM_R = [
    (0, 0.95, 0.0, 3.0740662118),
    (1, 0.95, 0.0210981733, 4.6430361591),
    (3, 0.95, 0.5155601024, 7.3060608915),
    (12, 0.95, 5.1671459239, 17.4679875401),
    (0, 0.90, 0.0, 2.4964435613),
    (1, 0.90, 0.0427444120, 3.9532204320),
    (3, 0.90, 0.6814095393, 6.4613804399),
    (12, 0.90, 5.7701770947, 16.2021411083),
]


@pytest.mark.parametrize(("events", "level", "low", "high"), FROM_R)
def test_limits_equal_those_of_r(events, level, low, high):
    found = IncidenceRate(events, 120.0).estimate(level=level)
    assert found.value == pytest.approx(100 * events / 120)
    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)


def test_it_writes_itself():
    words = str(IncidenceRate(3, 120.0, "months"))
    assert words == "2.50 per 100 patient-months (95 % CI 0.52 to 7.31)"


def test_nobody_at_risk_is_not_a_rate_of_0():
    assert str(IncidenceRate(0, 0.0)) == "not estimable"


@pytest.mark.parametrize("time", [-1.0, nan, inf])
def test_a_time_that_is_none_is_refused(time):
    with pytest.raises(ValueError, match="time_at_risk must be a number >= 0"):
        IncidenceRate(1, time)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="events must be 0 or more"):
        IncidenceRate(-1, 10.0)
