"""Ranges of trials and shards: what is refused, and how they are said."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.simulate.many import Shard, TrialRange, cut_range
from trialwright.simulate.many.ranges import find_overlap, list_in_words, missing_ranges


@pytest.mark.parametrize(
    ("first", "count", "told"),
    [
        (-1, 5, "first must be a whole number of 0 or more, not -1"),
        (0, 0, "count must be a whole number of 1 or more, not 0"),
        (0, 2.5, "count must be a whole number of 1 or more, not 2.5"),
        (True, 5, "first must be a whole number of 0 or more, not True"),
        ("3", 5, "first must be a whole number"),
    ],
)
def test_what_is_no_range_is_refused(first, count, told):
    with pytest.raises(ValueError, match=told):
        TrialRange(first, count)


def test_the_integers_of_numpy_become_plain_ones():
    trials = TrialRange(np.int64(3), np.uint8(2))
    assert trials == TrialRange(3, 2)
    assert type(trials.first) is int


def test_a_range_says_itself():
    assert str(TrialRange(5, 1)) == "trial 5"
    assert str(TrialRange(5, 2)) == "trials 5 to 6"


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "", "1/0", "-1/3", "1/3/5", "1.0/3", " 1/3"])
def test_a_bad_shard_is_refused(text):
    with pytest.raises(ValueError, match="a shard is i/k with i from 1 to k"):
        Shard.parse(text)


def test_a_shard_is_read_and_named():
    assert Shard.parse("3/20").folder_name == "shard-03-of-20"


def test_more_shards_than_trials_are_refused():
    with pytest.raises(ValueError, match="3 trials cannot be dealt out to 4 shards"):
        Shard(1, 4).trials_of(TrialRange(0, 3))


def test_a_size_below_one_is_refused():
    with pytest.raises(ValueError, match="size must be 1 or more, not 0"):
        cut_range(TrialRange(0, 3), 0)


def test_cutting_a_billion_trials_makes_nothing_in_advance():
    pieces = cut_range(TrialRange(0, 10**12), 1)
    assert next(pieces) == TrialRange(0, 1)


def test_finished_ranges_may_lie_outside():
    whole = TrialRange(10, 10)
    assert missing_ranges(whole, [TrialRange(0, 12), TrialRange(18, 9)]) == (TrialRange(12, 6),)
    assert missing_ranges(whole, [TrialRange(0, 5), TrialRange(30, 5)]) == (whole,)


def test_an_overlap_is_found_whatever_the_order():
    apart = [TrialRange(10, 5), TrialRange(0, 10)]
    assert find_overlap(apart) is None
    assert find_overlap([*apart, TrialRange(9, 1)]) == (TrialRange(0, 10), TrialRange(9, 1))


def test_many_ranges_are_counted_rather_than_listed():
    told = list_in_words([TrialRange(10 * n, 2) for n in range(8)], most=2)
    assert told == "trials 0 to 1, trials 10 to 11 and 6 more ranges of 12 trials"
