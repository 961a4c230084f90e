"""Laws of many trials: cutting, sharding and order never matter; what is written reads back."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from counted_series import CountedSeries
from trialwright.simulate.many import (
    Shard,
    Tally,
    Threads,
    TrialRange,
    cut_range,
    merge_shards,
    run_trials,
    sum_tallies,
)
from trialwright.simulate.many.ranges import find_overlap, missing_ranges

RANGES = st.builds(TrialRange, st.integers(0, 10**12), st.integers(1, 300))
SMALL = st.builds(TrialRange, st.integers(0, 60), st.integers(1, 40))
NUMBERS = st.lists(st.integers(-(2**62), 2**62 - 1), min_size=1, max_size=5)


@given(RANGES, st.integers(1, 400))
def test_pieces_cover_the_range_once_and_in_order(trials, size):
    pieces = list(cut_range(trials, size))
    assert [n for one in pieces for n in range(one.first, one.stop)] == list(
        range(trials.first, trials.stop)
    )
    assert all(one.count == size for one in pieces[:-1])


@given(RANGES, st.data())
def test_shards_cover_the_range_once_and_differ_by_one_at_most(trials, data):
    shards = data.draw(st.integers(1, trials.count))
    pieces = [Shard(number, shards).trials_of(trials) for number in range(1, shards + 1)]
    assert (pieces[0].first, pieces[-1].stop) == (trials.first, trials.stop)
    assert all(one.stop == following.first for one, following in pairwise(pieces))
    counts = {one.count for one in pieces}
    assert max(counts) - min(counts) <= 1


@given(SMALL, st.lists(SMALL, max_size=6))
def test_what_is_missing_is_what_a_set_says(whole, finished):
    wanted = set(range(whole.first, whole.stop))
    have = {n for one in finished for n in range(one.first, one.stop)}
    missing = missing_ranges(whole, finished)
    assert {n for one in missing for n in range(one.first, one.stop)} == wanted - have
    assert all(one.stop < following.first for one, following in pairwise(missing))


@given(st.lists(SMALL, max_size=5))
def test_an_overlap_is_found_where_a_set_finds_one(ranges):
    numbers = [n for one in ranges for n in range(one.first, one.stop)]
    found = find_overlap(ranges)
    assert (found is not None) == (len(numbers) > len(set(numbers)))
    if found is not None:
        assert found[1].first < found[0].stop


@st.composite
def tallies(draw, *, most=4):
    sizes = draw(st.dictionaries(st.text(max_size=4), st.integers(1, 4), max_size=3))
    sizes.pop("trials", None)
    numbers = st.integers(-(2**60), 2**60)
    return [
        Tally(
            {
                "trials": draw(st.integers(0, 2**60)),
                **{
                    name: draw(st.lists(numbers, min_size=size, max_size=size))
                    for name, size in sizes.items()
                },
            }
        )
        for _ in range(draw(st.integers(1, most)))
    ]


@given(tallies(), st.randoms())
def test_the_order_of_adding_does_not_matter(several, random):
    shuffled = random.sample(several, len(several))
    assert sum_tallies(several) == sum_tallies(shuffled)
    assert sum_tallies(several).digest == sum_tallies(shuffled).digest


@given(NUMBERS, st.data())
def test_adding_is_that_of_whole_numbers(one, data):
    other = data.draw(
        st.lists(st.integers(-(2**62), 2**62 - 1), min_size=len(one), max_size=len(one))
    )
    total = Tally({"trials": 1, "x": one}) + Tally({"trials": 2, "x": other})
    assert total.counts["x"].tolist() == [a + b for a, b in zip(one, other, strict=True)]


@given(tallies(most=1))
def test_what_is_written_reads_back(several):
    (tally,) = several
    assert Tally.from_parquet(tally.to_parquet()) == tally
    assert Tally.from_frame(tally.to_frame().sample(fraction=1, shuffle=True, seed=1)) == tally
    assert pickle.loads(pickle.dumps(tally)) == tally  # noqa: S301 - our own bytes
    assert tally.to_parquet() == tally.to_parquet()


@settings(max_examples=15)
@given(st.integers(1, 3), st.integers(20, 400), st.integers(1, 5), st.integers(20, 400))
def test_threads_ranges_and_shards_give_the_same_bits(threads, size, shards, other_size):
    series, whole = CountedSeries(seed=7), TrialRange(11, 400)
    once = series.tally(whole.first, whole.count, 1)
    assert run_trials(series, whole, where=Threads(threads, range_size=size)).digest == once.digest
    with TemporaryDirectory() as name:
        out = Path(name) / "shards"
        for number in range(1, shards + 1):
            run_trials(
                series,
                whole,
                shard=Shard(number, shards),
                where=Threads(1, range_size=other_size),
                checkpoint=out,
            )
        assert merge_shards(out, Path(name) / "merged").digest == once.digest


@settings(max_examples=15)
@given(st.lists(st.integers(30, 200), min_size=1, max_size=4), st.integers(0, 2**31))
def test_a_run_cut_off_at_any_place_ends_the_same(sizes, seed):
    """Each attempt goes on with another size of range and is cut off after a few ranges."""
    series, whole = CountedSeries(seed=3), TrialRange(0, 500)
    patience = np.random.default_rng(seed)
    with TemporaryDirectory() as name:
        for size in sizes:
            left = iter(range(int(patience.integers(1, 4))))

            def cut_off(progress, left=left):
                if progress.finished < progress.total and next(left, None) is None:
                    raise KeyboardInterrupt

            try:
                run_trials(
                    series,
                    whole,
                    where=Threads(1, range_size=size),
                    checkpoint=Path(name),
                    on_progress=cut_off,
                )
            except KeyboardInterrupt:
                continue
        found = run_trials(series, whole, where=Threads(1, range_size=90), checkpoint=Path(name))
    assert found.digest == series.tally(0, 500, 1).digest
