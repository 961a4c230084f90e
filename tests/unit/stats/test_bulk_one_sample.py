"""Many one-sample tests at once: the same bits as one at a time, and refusals by index."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trialwright.stats.bulk.one_sample import one_sample_log_rank_many
from trialwright.stats.bulk.survival import ManyTimes
from trialwright.stats.historical import Digitised, Exponential, Weibull
from trialwright.stats.one_sample_log_rank import METHODS, one_sample_log_rank_test
from trialwright.stats.result import ALTERNATIVES

DRAW = np.random.default_rng(20261127)
FIGURE = ([3.0, 6.0, 12.0], [0.8, 0.5, 0.2])
CURVES = [
    Exponential.from_median(5.0),
    Weibull.from_median(1.3, 5.0),
    Weibull.from_survival(0.5, 0.6, at=3.0),
    Digitised.of(*FIGURE, extrapolate="last hazard"),
]


def ragged(sets=60, longest=12) -> ManyTimes:
    """Draw small sets, some without an event, of one patient, or with no follow-up at all."""
    size = DRAW.integers(1, longest, sets)
    start = np.concatenate([[0], np.cumsum(size)])
    time = DRAW.integers(0, 60, start[-1]) / 3
    time[: size[0]] = 0.0
    return ManyTimes.of(time, DRAW.random(start[-1]) < 0.6, start)


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("history", CURVES, ids=str)
def test_each_set_is_tested_as_if_it_were_alone(history, method, compiled) -> None:
    times = ragged()
    for alternative in ALTERNATIVES:
        how = {"alternative": alternative, "method": method}
        found = one_sample_log_rank_many(times, history, compiled=compiled, threads=2, **how)
        for i in range(times.sets):
            part = slice(times.start[i], times.start[i + 1])
            alone = one_sample_log_rank_test(times.time[part], times.event[part], history, **how)
            assert (alone.n, alone.observed) == (found.n[i], found.observed[i])
            assert alone.expected == found.expected[i]
            assert same(alone.statistic, found.statistic[i])
            assert same(alone.p_value, found.p_value[i])


def test_threads_and_compilation_change_no_bit() -> None:
    times = ragged(101)
    for history in CURVES:
        frames = [
            one_sample_log_rank_many(
                times, history, alternative="less", threads=threads, compiled=compiled
            ).to_frame()
            for threads, compiled in ((1, False), (1, True), (3, True))
        ]
        assert frames[0].equals(frames[1])
        assert frames[1].equals(frames[2])


def test_machine_code_is_used_from_the_measured_size_on(monkeypatch) -> None:
    from trialwright.stats.bulk import one_sample

    called = []
    monkeypatch.setattr(one_sample, "_compare_compiled", lambda *_: called.append(1))
    monkeypatch.setattr(one_sample, "COMPILED_FROM", 4)
    for patients in (3, 4):
        times = ManyTimes.of([[1.0] * patients], [[1] * patients])
        one_sample_log_rank_many(times, CURVES[0], alternative="less")
    assert called == [1]


def test_no_event_expected_is_no_number() -> None:
    times = ManyTimes.of([[0.0, 0.0], [5.0, 5.0]], [[1, 0], [1, 0]])
    found = one_sample_log_rank_many(times, CURVES[0], alternative="less", method="Woolson")
    assert math.isnan(found.statistic[0])
    assert math.isnan(found.p_value[0])
    # E = 2 log 2, O = 1
    assert found.statistic[1] == pytest.approx((2 * math.log(2) - 1) / math.sqrt(2 * math.log(2)))


def test_a_table_has_one_row_a_set() -> None:
    frame = one_sample_log_rank_many(ragged(7), CURVES[0], alternative="less").to_frame()
    assert frame.height == 7
    assert frame["method"].unique().to_list() == ["Wu"]
    assert frame["history"].unique().to_list() == ["exponential, median 5"]


def test_no_set_at_all() -> None:
    times = ManyTimes.of([], [], [0])
    for compiled in (False, True):
        found = one_sample_log_rank_many(
            times, CURVES[1], alternative="less", method="exact Poisson", compiled=compiled
        )
        assert found.p_value.size == 0


def test_the_result_is_read_only() -> None:
    found = one_sample_log_rank_many(ragged(3), CURVES[0], alternative="less")
    with pytest.raises(ValueError, match="read-only"):
        found.p_value[0] = 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"history": Digitised.of(*FIGURE)}, r"time\[2\] is 13.0; every one must be at most 12"),
        ({"history": Weibull(900.0, 1.0)}, r"time\[2\] is 13.0; .*a finite cumulative hazard"),
        ({"alternative": "fewer"}, "alternative must be one of"),
        ({"method": "Poisson"}, "method must be one of"),
    ],
)
def test_what_cannot_be_tested_is_named(change, message) -> None:
    times = ManyTimes.of([[1.0, 2.0], [13.0, 4.0]], [[1, 0], [1, 1]])
    how = {"history": CURVES[0], "alternative": "less"} | change
    with pytest.raises(ValueError, match=message):
        one_sample_log_rank_many(times, **how)
