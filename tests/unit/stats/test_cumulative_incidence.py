"""Cumulative incidence by hand, on the smallest trials, and over many data sets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trialwright.stats.bulk.cumulative_incidence import (
    IncidencesWanted,
    ManyOutcomes,
    estimate_many_incidences,
)
from trialwright.stats.cumulative_incidence import CumulativeIncidence

CAUSES = ("relapse", "death")
TIME, EVENT = [1, 2, 2, 3, 4], [1, 2, 1, 0, 1]


def fit(time=TIME, event=EVENT, **how) -> CumulativeIncidence:
    return CumulativeIncidence.fit(time, event, causes=CAUSES, **how)


def test_by_hand() -> None:
    curves = fit()
    assert curves.n_risk.tolist() == [5, 4, 2, 1]
    assert curves.n_event.tolist() == [[1, 0], [1, 1], [0, 0], [1, 0]]
    assert curves.n_censor.tolist() == [0, 0, 1, 0]
    assert curves.event_free == pytest.approx([0.8, 0.4, 0.4, 0.0])
    assert curves.incidence[:, 0] == pytest.approx([0.2, 0.4, 0.4, 0.8])
    assert curves.incidence[:, 1] == pytest.approx([0.0, 0.2, 0.2, 0.2])


def test_the_delta_variance_of_a_first_event_is_binomial() -> None:
    delta, aalen = fit(variance="delta"), fit()
    assert delta.variance[0, 0] == pytest.approx(0.2 * 0.8 / 5)
    assert aalen.variance[0, 0] == pytest.approx(0.2 * 0.8 / 4 * 5 / 5)
    assert delta.variance[0, 1] == 0


def test_values_at_times() -> None:
    curves = fit(variance="delta")
    found = curves.at(1.5, "relapse")
    error = math.sqrt(0.032)
    half = 1.959963984540054 * error / (0.2 * math.log(0.2))
    assert (found.low, found.high) == pytest.approx(
        sorted((0.2 ** math.exp(half), 0.2 ** math.exp(-half)))
    )
    assert found.method == "log-log, delta variance"
    plain = curves.at(1.5, "relapse", band="plain")
    assert (plain.low, plain.high) == pytest.approx((0.0, 0.2 + 1.959963984540054 * error))
    assert str(curves.at(0.5, "relapse")) == "0.0 % (95 % CI NE)"
    assert curves.at(9, "relapse").value == pytest.approx(0.8)  # nobody is event-free any more


def test_quantiles() -> None:
    curves = fit()
    assert curves.quantile(0.3, "relapse").value == 2
    assert curves.quantile(0.4, "relapse").value == 3  # flat at 0.4 from 2 to 4
    never = curves.quantile(0.5, "death")
    assert never.state == "not reached"
    assert math.isnan(never.value)
    assert str(never).startswith("not reached")


def test_an_upper_limit_reaches_a_height_before_the_estimate() -> None:
    time, event = list(range(1, 41)), [1, 2, 0, 1] * 10
    found = fit(time, event).quantile(0.25, "relapse")
    assert found.low < found.value < found.high


@pytest.mark.parametrize("event", [0, 1, 2])
def test_one_patient(event: int) -> None:
    curves = fit([5], [event])
    assert curves.incidence.tolist() == [[float(event == 1), float(event == 2)]]
    for cause in CAUSES:
        found = curves.at(5, cause)
        assert math.isnan(found.low)
        assert (curves.at(6, cause).state == "not estimable") == (event == 0)


def test_everyone_censored_and_everyone_at_once() -> None:
    nobody = fit([1, 2, 3], [0, 0, 0])
    assert nobody.incidence.max() == 0
    assert nobody.quantile(0.5, "death").state == "not reached"
    assert str(nobody.at(2, "death")) == "0.0 % (95 % CI NE)"
    all_at_once = fit([2, 2, 2, 2], [1, 1, 2, 1], variance="delta")
    assert all_at_once.incidence.tolist() == [[0.75, 0.25]]
    assert all_at_once.variance == pytest.approx(np.full((1, 2), 0.75 * 0.25 / 4))


def test_late_entry() -> None:
    curves = fit([2, 3, 4], [1, 2, 1], entry=[0, 2, 1])
    assert curves.n_risk.tolist() == [2, 2, 1]
    assert curves.incidence[:, 0] == pytest.approx([0.5, 0.5, 0.75])


def test_an_event_at_a_time_but_for_rounding_counts() -> None:
    curves = fit([0.1 + 0.2, 1], [2, 0])
    assert curves.at(0.3, "death").value == 0.5
    assert curves.at(0.3 - 1e-7, "death").value == 0
    assert curves.at_risk([0.3]).tolist() == [2]
    many = ManyOutcomes.of([[0.1 + 0.2, 1]], [[2, 0]], causes=CAUSES)
    found = estimate_many_incidences(many, IncidencesWanted((0.3,)))
    assert found.value.tolist() == [[[0.0, 0.5]]]


def test_in_the_end_is_a_time_only_where_nobody_is_event_free() -> None:
    assert fit().at(math.inf, "death").value == pytest.approx(0.2)
    assert fit([1, 2], [1, 0]).at(math.inf, "death").state == "not estimable"


def test_a_cause_of_everybody_has_no_log_log_limits() -> None:
    """log F is 0 there, whatever the variance is (cmprsk's is not 0 for a lone last event)."""
    curves = fit([1, 2], [1, 1])
    assert curves.variance[-1, 0] > 0
    last = curves.at(2, "relapse")
    assert last.value == 1.0
    assert math.isnan(last.low)
    assert curves.at(2, "relapse", band="plain").high == 1.0
    assert np.isnan(curves.limits("relapse")[0][-1])


def test_table_and_text() -> None:
    curves = fit()
    frame = curves.to_frame()
    assert frame.shape == (8, 12)
    assert frame["cause"].unique(maintain_order=True).to_list() == list(CAUSES)
    assert str(curves) == "5 patients; 3 relapse, 1 death"
    assert curves.at_risk([0, 2, 2.5, 9]).tolist() == [5, 4, 2, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit([1, 2], [1, 3]), r"event\[1\] is 3.*\[0, 1, 2\]"),
        (lambda: fit([1, 2], [1, math.nan]), r"event\[1\] is nan"),
        (lambda: fit([1, -2], [1, 0]), r"time\[1\] is -2"),
        (lambda: fit([], []), "empty"),
        (lambda: fit([1, 2], [1]), "one length"),
        (lambda: fit([1, 2], [1, 0], entry=[0, 2]), r"entry\[1\]"),
        (lambda: fit(variance="x"), "delta"),
        (lambda: CumulativeIncidence.fit([1], [1], causes=[]), "causes must"),
        (lambda: CumulativeIncidence.fit([1], [1], causes="death"), "causes must"),
        (lambda: CumulativeIncidence.fit([1], [1], causes=["a", "a"]), "different"),
        (lambda: fit().at(-1, "death"), "time must"),
        (lambda: fit().at(1, "cure"), "cause must.*relapse"),
        (lambda: fit().at(1, "death", band="logit"), "band must"),
        (lambda: fit().quantile(1, "death"), "p must"),
        (lambda: fit().at_risk([-1]), r"times\[0\]"),
        (lambda: IncidencesWanted((1, -1)), r"landmarks\[1\]"),
        (lambda: ManyOutcomes.of([[1, 2]], [[1, 3]], causes=CAUSES), r"event\[1\]"),
        (lambda: ManyOutcomes.of([1, 2], [1, 2], [0, 0, 2], causes=CAUSES), "patients of set"),
    ],
)
def test_bad_input(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("variance", ["aalen", "delta"])
def test_many_at_once_equal_one_at_a_time_to_the_last_bit(variance: str) -> None:
    random = np.random.default_rng(11)
    start = np.concatenate([[0], np.cumsum(random.integers(1, 30, 60))])
    time = random.integers(0, 15, start[-1]) / 3
    event = random.integers(0, 3, start[-1])
    many = ManyOutcomes.of(time, event, start, causes=CAUSES)
    wanted = IncidencesWanted((1.0, 3.5, 4.9), variance=variance)
    plain = estimate_many_incidences(many, wanted, compiled=False)
    fast = estimate_many_incidences(many, wanted, compiled=True, threads=3)
    for name in ("value", "low", "high"):
        assert np.array_equal(getattr(plain, name), getattr(fast, name), equal_nan=True)
    for number in range(60):
        own = slice(start[number], start[number + 1])
        curves = fit(time[own], event[own], variance=variance)
        for i, landmark in enumerate(wanted.landmarks):
            for k, cause in enumerate(CAUSES):
                one = curves.at(landmark, cause)
                found = [getattr(plain, name)[number, i, k] for name in ("value", "low", "high")]
                assert np.array_equal(found, [one.value, one.low, one.high], equal_nan=True)
    assert plain.to_frame().shape == (60 * 3 * 2, 8)
