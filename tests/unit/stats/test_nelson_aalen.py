"""The cumulative hazard by hand, and on the smallest trials."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.nelson_aalen import NelsonAalen

TIME, EVENT = [1, 1, 2, 3, 3, 3], [1, 1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("ties", "variance", "hazard", "squared"),
    [
        ("nelson-aalen", "aalen", [2 / 6, 2 / 6, 1.0], [2 / 36, 2 / 36, 2 / 36 + 2 / 9]),
        ("nelson-aalen", "binomial", [2 / 6, 2 / 6, 1.0], [8 / 216, 8 / 216, 8 / 216 + 2 / 27]),
        (
            "fleming-harrington",
            "aalen",
            [11 / 30, 11 / 30, 11 / 30 + 5 / 6],
            [1 / 36 + 1 / 25, 1 / 36 + 1 / 25, 1 / 36 + 1 / 25 + 1 / 9 + 1 / 4],
        ),
    ],
)
def test_by_hand(ties, variance, hazard, squared) -> None:
    fit = NelsonAalen.fit(TIME, EVENT, ties=ties, variance=variance)
    assert fit.n_risk.tolist() == [6, 4, 3]
    assert (fit.n_event.tolist(), fit.n_censor.tolist()) == ([2, 0, 2], [0, 1, 1])
    assert fit.cumulative_hazard == pytest.approx(hazard)
    assert fit.variance == pytest.approx(squared)
    assert fit.survival == pytest.approx([math.exp(-h) for h in hazard])


def test_limits_at_a_time() -> None:
    fit = NelsonAalen.fit(TIME, EVENT)
    h, error = 1 / 3, math.sqrt(2) / 6
    log, plain = fit.at(2.5), fit.at(2.5, band="plain")
    half = 1.959963984540054 * error
    assert (log.value, log.low, log.high) == pytest.approx(
        (h, h * math.exp(-half / h), h * math.exp(half / h))
    )
    assert (plain.low, plain.high) == pytest.approx((0.0, h + half))
    assert (log.method, log.quantity) == ("log, aalen variance", "cumulative hazard")


def test_late_entry_counts_from_just_after_it() -> None:
    fit = NelsonAalen.fit([2, 3, 4], [1, 1, 1], [0, 2, 1])
    assert fit.n_risk.tolist() == [2, 2, 1]
    assert fit.cumulative_hazard == pytest.approx([0.5, 1.0, 2.0])


@pytest.mark.parametrize("event", [0, 1])
def test_one_patient(event: int) -> None:
    fit = NelsonAalen.fit([5.0], [event])
    found = fit.at(5)
    assert found.value == event
    assert math.isnan(found.low) == (event == 0)
    assert fit.at(6).state == "not estimable"
    assert str(fit.at(1)) == "0.00 (95 % CI NE)"


def test_all_at_once_has_no_binomial_variance() -> None:
    found = NelsonAalen.fit([2, 2, 2], [1, 1, 1], variance="binomial").at(2)
    assert found.value == 1.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_times_that_differ_by_rounding_are_one() -> None:
    assert NelsonAalen.fit([0.1 + 0.2, 0.3, 1], [1, 1, 0]).n_event.tolist() == [2, 0]


def test_an_event_at_a_time_but_for_rounding_counts() -> None:
    fit = NelsonAalen.fit([0.1 + 0.2, 1], [1, 0])
    assert fit.at(0.3).value == 0.5
    assert fit.at(0.3 - 1e-7).value == 0
    assert fit.at_risk([0.3, 1 + 1e-9]).tolist() == [2, 1]


@pytest.mark.parametrize("event", [0, 1])
def test_in_the_end_the_hazard_is_not_known(event: int) -> None:
    assert NelsonAalen.fit([2, 3], [1, event]).at(math.inf).state == "not estimable"


def test_table_and_text() -> None:
    fit = NelsonAalen.fit(TIME, EVENT)
    frame = fit.to_frame()
    assert frame.shape == (3, 11)
    assert frame["ties"].unique().to_list() == ["nelson-aalen"]
    assert fit.at_risk([0, 2, 2.5, 9]).tolist() == [6, 4, 3, 0]
    assert (
        str(fit) == "6 patients, 4 events; cumulative hazard at the end 1.00 (95 % CI 0.36 to 2.81)"
    )
    with pytest.raises(ValueError, match="read-only"):
        fit.variance[0] = 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NelsonAalen.fit([1, -2], [1, 0]), r"time\[1\] is -2"),
        (lambda: NelsonAalen.fit([1, math.nan], [1, 0]), r"time\[1\] is nan"),
        (lambda: NelsonAalen.fit([1, 2], [1, 2]), r"event\[1\] is 2"),
        (lambda: NelsonAalen.fit([], []), "empty"),
        (lambda: NelsonAalen.fit([1, 2], [1]), "one length"),
        (lambda: NelsonAalen.fit([1, 2], [1, 0], [0, 2]), r"entry\[1\] is 2"),
        (lambda: NelsonAalen.fit(TIME, EVENT, ties="none"), "fleming-harrington"),
        (lambda: NelsonAalen.fit(TIME, EVENT, variance="x"), "binomial"),
        (
            lambda: NelsonAalen.fit(TIME, EVENT, ties="fleming-harrington", variance="binomial"),
            "goes with",
        ),
        (lambda: NelsonAalen.fit(TIME, EVENT).at(-1), "time must be"),
        (lambda: NelsonAalen.fit(TIME, EVENT).at(1, level=1), "level must"),
        (lambda: NelsonAalen.fit(TIME, EVENT).at(1, band="log-log"), "band must"),
        (lambda: NelsonAalen.fit(TIME, EVENT).at_risk([1, math.nan]), r"times\[1\]"),
    ],
)
def test_bad_input(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
