"""A beta prior, its posterior and the patients to come: values by hand, edges, refusals."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from trialwright.stats.beta_binomial import BetaRate
from trialwright.stats.predictive_probability import predictive_probability

FLAT = BetaRate(1, 1)


def predict(k: int, n: int, last: int, *, p0: float = 0.2, threshold: float = 0.9, prior=FLAT):
    return predictive_probability(k, n, last, null_rate=p0, threshold=threshold, prior=prior)


def test_the_posterior_adds_the_patients_to_the_prior() -> None:
    assert FLAT.update(5, 33) == BetaRate(6, 29)
    assert FLAT.update(2, 10).update(3, 23) == FLAT.update(5, 33)
    assert FLAT.update(np.int64(0), np.int64(0)) == FLAT


def test_flat_prior_by_hand() -> None:
    assert (FLAT.mean, FLAT.median) == (0.5, 0.5)
    assert FLAT.standard_deviation == pytest.approx(1 / 12**0.5, rel=1e-15)
    assert FLAT.probability_above(0.3) == pytest.approx(0.7, rel=1e-15)
    assert FLAT.quantile(0.3) == pytest.approx(0.3, rel=1e-15)


def test_no_responder_after_a_flat_prior_has_a_closed_form() -> None:
    # Beta(1, n + 1): P(rate > p) = (1 - p)^(n + 1), and the shortest interval starts at 0.
    posterior = FLAT.update(0, 29)
    assert posterior.probability_above(0.1) == pytest.approx(0.9**30, rel=1e-13)
    shortest = posterior.credible_interval(method="highest density")
    assert shortest.low == 0
    assert shortest.high == pytest.approx(1 - 0.05 ** (1 / 30), rel=1e-13)
    tails = posterior.credible_interval()
    assert tails.low == pytest.approx(1 - 0.975 ** (1 / 30), rel=1e-12)
    assert tails.high == pytest.approx(1 - 0.025 ** (1 / 30), rel=1e-13)


def test_everyone_responded_is_the_mirror() -> None:
    shortest = FLAT.update(29, 29).credible_interval(method="highest density")
    assert shortest.high == 1
    assert shortest.low == pytest.approx(0.05 ** (1 / 30), rel=1e-13)


@pytest.mark.parametrize("rate", [FLAT, BetaRate(7, 7)])
def test_a_symmetric_belief_has_one_interval(rate: BetaRate) -> None:
    tails, dense = (rate.credible_interval(method=m) for m in ("equal-tailed", "highest density"))
    assert (tails.low, tails.high) == (dense.low, dense.high)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.2, 0.8), (0.6, 0.4)])
def test_a_belief_densest_at_both_ends_has_no_highest_density_interval(a, b) -> None:
    with pytest.raises(ValueError, match=r"densest at both ends"):
        BetaRate(a, b).credible_interval(method="highest density")
    assert BetaRate(a, b).credible_interval().low > 0


@pytest.mark.parametrize(("a", "b"), [(0.5, 1), (1, 3), (0.2, 4)])
def test_a_density_that_falls_all_the_way_starts_at_0(a, b) -> None:
    falls = BetaRate(a, b).credible_interval(method="highest density", level=0.9)
    rises = BetaRate(b, a).credible_interval(method="highest density", level=0.9)
    assert (falls.low, rises.high) == (0, 1)
    assert BetaRate(a, b).probability_above(falls.high) == pytest.approx(0.1, rel=1e-9)
    assert falls.high == pytest.approx(1 - rises.low, abs=1e-12)


def test_one_patient_under_jeffreys() -> None:
    # Beta(1/2, 3/2): falls all the way.
    shortest = BetaRate(0.5, 0.5).update(0, 1).credible_interval(method="highest density")
    assert shortest.low == 0
    assert 0.5 < shortest.high < 1


def test_report_cells_and_tables() -> None:
    posterior = FLAT.update(5, 33)
    interval = posterior.credible_interval(level=0.9)
    assert str(posterior) == "Beta(6, 29)"
    assert str(BetaRate(0.25, 0.75)) == "Beta(0.25, 0.75)"
    assert str(interval) == "17.1 % (90 % CrI 8.0 to 28.5)"
    assert interval.to_frame().columns == ["value", "low", "high", "level", "method", "a", "b"]
    assert (interval.method, interval.a, interval.b) == ("equal-tailed", 6, 29)
    assert posterior.to_frame().rows() == [(6, 29)]


def test_responders_to_come_by_hand() -> None:
    assert FLAT.responders_to_come(4) == pytest.approx([0.2] * 5, rel=1e-14)
    assert BetaRate(2, 1).responders_to_come(1) == pytest.approx([1 / 3, 2 / 3], rel=1e-14)
    assert BetaRate(0.1, 3).responders_to_come(0).tolist() == [1.0]
    # Rising factorials in exact arithmetic: (m choose i) a^(i) b^(m - i) / (a + b)^(m).
    a, b, m = 3, 5, 7

    def rising(x: int, k: int) -> int:
        return int(np.prod([x + j for j in range(k)], dtype=object)) if k else 1

    expected = [
        float(Fraction(comb(m, i) * rising(a, i) * rising(b, m - i), rising(a + b, m)))
        for i in range(m + 1)
    ]
    assert BetaRate(a, b).responders_to_come(m) == pytest.approx(expected, rel=1e-13)


def test_very_many_patients_to_come_sum_to_one() -> None:
    to_come = BetaRate(0.5, 0.5).update(0, 10).responders_to_come(100_000)
    assert np.all(to_come >= 0)
    assert to_come.sum() == pytest.approx(1, abs=1e-12)


def test_the_last_patient_decides() -> None:
    # One patient to come and one responder missing: the mean of the posterior.
    needed = predict(0, 0, 20).needed
    assert needed == 7  # P(rate > 0.2) is 0.891 after 6 of 20, 0.957 after 7
    found = predict(needed - 1, 19, 20)
    assert found.value == pytest.approx(needed / 21, rel=1e-13)
    assert predict(needed, 19, 20).value == 1
    assert predict(needed - 2, 19, 20).value == 0


def test_at_the_end_it_is_the_decision() -> None:
    assert predict(7, 20, 20).value == 1
    assert predict(6, 20, 20).value == 0


def test_success_needs_more_than_the_threshold() -> None:
    # After 1 of 2 the rate lies above 1/2 with probability exactly 1/2.
    assert predict(1, 2, 2, p0=0.5, threshold=0.5).value == 0
    assert predict(1, 2, 2, p0=0.5, threshold=0.4999).value == 1


def test_no_result_is_enough() -> None:
    found = predict(1, 1, 2, p0=0.9, threshold=0.99)
    assert (found.value, found.needed) == (0, None)
    assert str(found) == "1/1 of 2: predictive probability 0.0 % (no result is enough)"


def test_a_prior_that_is_enough_on_its_own() -> None:
    found = predict(0, 0, 5, prior=BetaRate(500, 10))
    assert (found.value, found.needed) == (1, 0)


def test_the_result_keeps_its_inputs() -> None:
    found = predict(3, 10, 20, prior=BetaRate(0.2, 0.8))
    kept = (found.successes, found.n, found.n_final, found.null_rate, found.threshold)
    assert kept == (3, 10, 20, 0.2, 0.9)
    assert (found.a, found.b) == (0.2, 0.8)
    assert found.to_frame().height == 1


@pytest.mark.parametrize("shape", [0, -1, float("nan"), float("inf")])
def test_a_shape_is_a_number_above_0(shape) -> None:
    with pytest.raises(ValueError, match=rf"a must be above 0 and at most 1e\+15, not {shape}"):
        BetaRate(shape, 1)
    with pytest.raises(ValueError, match=rf"b must be above 0 and at most 1e\+15, not {shape}"):
        BetaRate(1, shape)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FLAT.update(3, 2), "successes must be from 0 to n = 2, not 3"),
        (lambda: FLAT.update(-1, 2), "successes must be from 0 to n = 2, not -1"),
        (lambda: FLAT.update(1, 0), "n must be 1 or more, not 0"),
        (lambda: FLAT.update(0, -1), "n must be 1 or more, not -1"),
        (lambda: FLAT.update(1.5, 2), "successes must be a whole number, not 1.5"),
        (lambda: FLAT.update(0, False), "n must be a whole number, not False"),
        (lambda: FLAT.quantile(0), "probability must lie strictly between 0 and 1, not 0"),
        (lambda: FLAT.probability_above(1), "rate must lie strictly between 0 and 1, not 1"),
        (lambda: FLAT.credible_interval(level=95), "level must lie strictly between 0 and 1"),
        (lambda: FLAT.credible_interval(method="hpd"), "method must be one of .*, not 'hpd'"),
        (lambda: FLAT.responders_to_come(-1), "patients must be 0 or more, not -1"),
        (lambda: FLAT.responders_to_come(2.0), "patients must be a whole number, not 2.0"),
        (lambda: predict(1, 10, 9), "n_final must be 10 or more, not 9"),
        (lambda: predict(0, 0, 0), "n_final must be 1 or more, not 0"),
        (lambda: predict(11, 10, 20), "successes must be from 0 to n = 10, not 11"),
        (lambda: predict(1, 10, 20, p0=0), "null_rate must lie strictly between 0 and 1, not 0"),
        (lambda: predict(1, 10, 20, threshold=1), "threshold must lie strictly between 0 and 1"),
    ],
)
def test_wrong_arguments_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
