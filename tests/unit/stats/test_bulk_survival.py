"""Many curves at once: the same bits as one at a time, and refusals that name the entry."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.stats import KaplanMeier
from trialwright.stats import kaplan_meier as one_at_a_time
from trialwright.stats.bulk.survival import ManyTimes, Wanted, estimate_many

DRAW = np.random.default_rng(20261127)
ALL = Wanted(p=0.25, landmarks=(0.0, 3.0, 9.0, 40.0), tau=6.0, level=0.9, band="log")


def ragged(sets=60, longest=12) -> ManyTimes:
    """Draw small sets with ties, some without an event and some of one patient."""
    size = DRAW.integers(1, longest, sets)
    start = np.concatenate([[0], np.cumsum(size)])
    time = DRAW.integers(0, 10, start[-1]).astype(float)
    return ManyTimes.of(time, DRAW.random(start[-1]) < 0.6, start)


def same(one, many, place) -> bool:
    pairs = [(getattr(one, name), getattr(many, name)[place]) for name in ("value", "low", "high")]
    return all(a == b or (np.isnan(a) and np.isnan(b)) for a, b in pairs)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("band", ["log-log", "log", "plain", "logit", "arcsin"])
def test_each_set_is_estimated_as_if_it_were_alone(band, compiled) -> None:
    times = ragged()
    wanted = Wanted(p=0.5, landmarks=(0.0, 3.0, 9.0), tau=6.0, level=0.9, band=band)
    found = estimate_many(times, wanted, compiled=compiled, threads=2)
    for i in range(times.sets):
        part = slice(times.start[i], times.start[i + 1])
        alone = KaplanMeier.fit(times.time[part], times.event[part])
        assert found.events[i] == alone.n_event.sum()
        assert same(alone.quantile(level=0.9, band=band), found.quantile, i)
        assert same(alone.rmst(6.0, level=0.9), found.mean, i)
        for j, landmark in enumerate(wanted.landmarks):
            assert same(alone.at(landmark, level=0.9, band=band), found.rates, (i, j))


def test_threads_and_compilation_change_no_bit() -> None:
    times = ragged(101)
    frames = [
        estimate_many(times, ALL, threads=threads, compiled=compiled).to_frame()
        for threads, compiled in ((1, False), (1, True), (3, True))
    ]
    assert frames[0].equals(frames[1])
    assert frames[1].equals(frames[2])


@pytest.mark.parametrize("compiled", [False, True])
def test_an_event_at_a_landmark_but_for_rounding_counts(compiled) -> None:
    times = ManyTimes.of([[0.1 + 0.2, 1.0], [0.3, 0.1 + 0.2]], [[True, False], [True, True]])
    wanted = Wanted(p=None, landmarks=(0.3 - 1e-7, 0.3, 0.1 + 0.2, 1.0 + 1e-9, np.inf))
    rates = estimate_many(times, wanted, compiled=compiled).rates
    assert rates is not None
    assert rates.value[0].tolist()[:4] == [1.0, 0.5, 0.5, 0.5]
    assert np.isnan(rates.value[0, 4])
    assert rates.value[1].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_what_was_not_asked_for_is_not_there() -> None:
    found = estimate_many(ManyTimes.of([[1.0, 2.0]], [[True, True]]), Wanted(p=None))
    assert (found.quantile, found.rates, found.mean) == (None, None, None)
    assert found.to_frame().to_dicts() == [{"events": 2}]


def test_a_median_that_is_not_reached_is_no_number() -> None:
    found = estimate_many(ManyTimes.of([[1.0, 2.0], [1.0, 1.0]], [[True, False], [False, False]]))
    assert found.quantile is not None
    assert found.quantile.value[0] == 1.5
    assert np.isnan(found.quantile.value[1])
    assert found.events.tolist() == [1, 0]


def test_the_data_are_left_as_they_were() -> None:
    time = np.array([[3.0, 1.0, 2.0]])
    estimate_many(ManyTimes.of(time, [[True, False, True]]), compiled=True)
    assert time.tolist() == [[3.0, 1.0, 2.0]]


@pytest.mark.parametrize(
    ("time", "event", "start", "message"),
    [
        ([1.0, 2.0], [1, 0], None, r"must be 2-d and of one shape"),
        ([[1.0, -2.0]], [[1, 0]], None, r"time\[1\] is -2.0"),
        ([[1.0, 2.0], [np.nan, 1.0]], [[1, 0], [1, 0]], None, r"time\[2\] is nan"),
        ([[1.0, 2.0]], [[1, 2]], None, r"event\[1\] is 2"),
        ([1.0, 2.0], [1, 0], [0, 1, 1, 2], r"patients of set\[1\] is 0"),
        ([1.0, 2.0], [1, 0], [0, 1], r"start must be 1-d and go from 0 to the 2 patients"),
    ],
)
def test_what_cannot_be_estimated_is_named(time, event, start, message) -> None:
    with pytest.raises(ValueError, match=message):
        ManyTimes.of(time, event, start)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"p": 1.0}, "p must lie strictly between 0 and 1"),
        ({"landmarks": (3.0, -1.0)}, r"landmarks\[1\] is -1.0"),
        ({"tau": -1.0}, "tau must be a finite number >= 0"),
        ({"tau": np.inf}, "tau must be a finite number >= 0, not inf"),
        ({"level": 95}, "level must lie strictly between 0 and 1"),
        ({"band": "loglog"}, "band must be one of"),
    ],
)
def test_a_wrong_wish_is_named(asked, message) -> None:
    with pytest.raises(ValueError, match=message):
        Wanted(**asked)


def test_a_large_curve_is_the_same_as_the_plain_one(monkeypatch) -> None:
    time, event = DRAW.integers(0, 40, 300) / 3, DRAW.random(300) < 0.6
    entry = np.where(DRAW.random(300) < 0.3, time / 2 - 0.5, 0.0).clip(0)
    late = time > entry
    time, event, entry = time[late], event[late], entry[late]

    def read() -> list[object]:
        curve = KaplanMeier.fit(time, event, entry)
        return [
            repr(curve.quantile(0.3, band="plain")),
            repr(curve.quantile(0.99)),
            repr(curve.at(4.0)),
            repr(curve.rmst(8.0)),
            curve.to_frame(level=0.8, band="arcsin").fill_nan(-1).rows(),
        ]

    plain = read()
    monkeypatch.setattr(one_at_a_time, "COMPILED_FROM", 0)
    assert read() == plain


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_are_refused(threads) -> None:
    with pytest.raises(ValueError, match=f"threads must be 1 or more, not {threads}"):
        estimate_many(ManyTimes.of([[1.0]], [[True]]), threads=threads, compiled=True)


def test_checked_times_and_results_cannot_be_edited() -> None:
    time = np.array([[3.0, 1.0]])
    many = ManyTimes.of(time, [[True, False]])
    time[0, 0] = -5  # the caller's own: past the check it changes nothing
    assert many.time.tolist() == [3.0, 1.0]
    found = estimate_many(many)
    for array in (many.time, many.event, many.start, found.events, found.quantile.value):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_start_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(ValueError, match="start must be whole numbers, not float64"):
        ManyTimes.of([1.0, 2.0], [1, 0], [0, 1.7, 2])


def test_the_table_says_level_and_method() -> None:
    table = estimate_many(ManyTimes.of([[1.0, 2.0]], [[True, True]]), ALL).to_frame()
    assert table.select("level", "method").row(0) == (0.9, "log")
