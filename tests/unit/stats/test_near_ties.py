"""Times that differ by rounding alone tie; others do not."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.stats import CumulativeIncidence, KaplanMeier, NelsonAalen
from trialwright.stats.near_ties import join_near_ties

DAYS = np.array([10.0, 20.0, 45.0])


def test_one_day_divided_in_two_ways_is_one_time() -> None:
    one_way, other = DAYS / 30.4375, DAYS * (1 / 30.4375)
    assert (one_way != other).any()
    curve = KaplanMeier.fit(np.concatenate([one_way, other]), [True, False, True] * 2)
    assert curve.n_risk.tolist() == [6, 4, 2]


@pytest.mark.parametrize(
    ("gap", "rows"),
    [(1.4e-8, 2), (1.6e-8, 3)],  # R, Surv(c(.5, .5 + gap, .75), ...): 2 and 3 rows
)
def test_the_distance_that_still_ties_is_that_of_r(gap, rows) -> None:
    assert KaplanMeier.fit([0.5, 0.5 + gap, 0.75], [True] * 3).time.size == rows


def test_a_chain_of_neighbours_is_its_first() -> None:
    chain = 1.0 + 1e-8 * np.arange(10)
    joined, entry = join_near_ties(chain[::-1])
    assert joined.tolist() == [1.0] * 10
    assert entry is None


def test_distances_count_against_the_mean_of_long_times() -> None:
    assert join_near_ties(np.array([100.0, 100.000001, 200.0]))[0].tolist() == [100.0, 100.0, 200.0]
    assert np.unique(join_near_ties(np.array([100.0, 100.00001, 200.0]))[0]).size == 3


def test_an_entry_at_an_event_but_for_rounding_is_not_at_risk() -> None:
    curve = KaplanMeier.fit([0.3, 1.0], [True, True], [0.0, 0.1 + 0.2])
    assert curve.n_risk.tolist() == [1, 1]


@pytest.mark.parametrize(("entry", "rows"), [(None, 1), ([0.0, 1.0], 2)])
def test_what_ties_is_decided_once_with_the_entries(entry, rows) -> None:
    """The mean is 1000 without the entries, 500 with them; R 4.2.2 gives these rows too."""
    time = [1000.0, 1000.00001]
    curve = KaplanMeier.fit(time, [True, True], entry)
    hazard = NelsonAalen.fit(time, [True, True], entry)
    incidence = CumulativeIncidence.fit(time, [1, 1], causes=["death"], entry=entry)
    assert [fit.time.size for fit in (curve, hazard, incidence)] == [rows] * 3


def test_an_entry_that_is_its_time_but_for_rounding_is_named() -> None:
    with pytest.raises(ValueError, match=r"entry\[1\] is 0.3, its time 0.3.*equal but for"):
        KaplanMeier.fit([1.0, 0.1 + 0.2], [True, True], [0.0, 0.3])


def test_the_last_follow_up_is_not_beyond_itself() -> None:
    curve = KaplanMeier.fit([1.0, 0.3], [False, True])
    assert curve.at(1.0 + 1e-9).state == "estimated"
    assert curve.at(1.0 + 1e-7).state == "not estimable"
