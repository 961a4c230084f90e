"""Sizes of one-sample log-rank tests: closed forms, one curve stated in two ways, refusals."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.historical import Digitised, Exponential, Weibull
from trialwright.stats.one_sample_log_rank_size import (
    EvenAccrual,
    event_moments,
    one_sample_log_rank_size,
)

HISTORY = Exponential.from_median(3.2)
ACCRUAL = EvenAccrual(18, 6)


def test_moments_of_an_exponential_history_in_closed_form() -> None:
    # C uniform on 6 to 24, h = r rate: E exp(-h C) = (e^-6h - e^-24h) / 18 h, and
    # E C exp(-h C) = ((6 + 1/h) e^-6h - (24 + 1/h) e^-24h) / 18 h.
    h, ratio = 0.6 * HISTORY.rate, 0.6
    early, late = math.exp(-6 * h), math.exp(-24 * h)
    q, cq = (early - late) / (18 * h), ((6 + 1 / h) * early - (24 + 1 / h) * late) / (18 * h)
    v1, v0, v01, v00 = event_moments(HISTORY, ACCRUAL, ratio)
    assert v1 == pytest.approx(1 - q, rel=1e-12)
    assert v0 == pytest.approx((1 - q) / ratio, rel=1e-12)
    assert v01 == pytest.approx((1 - q - h * cq) / ratio, rel=1e-12)
    assert v00 == pytest.approx(2 * (1 - q - h * cq) / ratio**2, rel=1e-12)


def test_under_the_null_hypothesis_a_patient_adds_nothing_with_the_variance_of_an_event() -> None:
    v1, v0, v01, v00 = event_moments(Weibull.from_median(1.3, 5), EvenAccrual(10, 2), 1.0)
    assert v1 == v0
    assert v1 - 2 * v01 + v00 == pytest.approx(v1, rel=1e-12)  # the martingale's variance


def test_everyone_followed_for_ever_has_the_event_in_any_unit_of_time() -> None:
    v1, v0, v01, v00 = event_moments(HISTORY, EvenAccrual(1, 1e6), 0.5)
    assert (v1, v0, v01, v00) == pytest.approx((1, 2, 2, 8), rel=1e-12)


def test_one_curve_stated_in_two_ways_needs_one_size() -> None:
    drawn = Digitised.of([2, 9, 24], [HISTORY.survival(t) for t in (2, 9, 24)])
    formula, figure = (one_sample_log_rank_size(h, ACCRUAL, 0.6) for h in (HISTORY, drawn))
    assert figure.n_exact == pytest.approx(formula.n_exact, rel=1e-10)
    assert (figure.n, figure.history) == (27, "digitised, 3 points to 24, not beyond")


def test_a_figure_with_a_sudden_fall_is_integrated_across_it() -> None:
    fall = Digitised.of([7.0, 7.001, 24.0], [0.9, 0.2, 0.1])
    v1 = event_moments(fall, ACCRUAL, 0.5).v1
    shares = [1 - fall.survival(6 + 18 * (i + 0.5) / 90_000) ** 0.5 for i in range(90_000)]
    assert v1 == pytest.approx(sum(shares) / 90_000, rel=1e-6)


def test_the_result_says_what_it_rests_on() -> None:
    size = one_sample_log_rank_size(HISTORY, ACCRUAL, 0.6, method="Woolson", power=0.9)
    assert size.n - 1 < size.n_exact <= size.n
    assert size.events == pytest.approx(size.n * event_moments(HISTORY, ACCRUAL, 0.6).v1)
    row = size.to_frame().to_dicts()[0]
    assert (row["method"], row["power"], row["accrual"], row["follow_up"]) == (
        "Woolson",
        0.9,
        18,
        6,
    )
    assert str(size).endswith("events (hazard ratio 0.6, power 90 %, Woolson)")


def test_more_is_asked_for_more_certainty() -> None:
    def asked(**how) -> float:
        return one_sample_log_rank_size(HISTORY, ACCRUAL, how.pop("ratio", 0.6), **how).n_exact

    assert asked(ratio=0.5) < asked() < asked(ratio=0.7)
    assert asked() < asked(power=0.9)
    assert asked() < asked(alpha=0.025)
    assert asked() < asked(method="Woolson")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ratio": 1.0}, r"hazard_ratio must lie strictly between 0 and 1, not 1\.0"),
        ({"ratio": 0.0}, "hazard_ratio must lie"),
        ({"ratio": math.nan}, "hazard_ratio must lie"),
        ({"alpha": 0.0}, "alpha must lie"),
        ({"alpha": 0.1, "power": 0.1}, "power must lie strictly between 0.1 and 1"),
        ({"power": 1.0}, "power must lie"),
        ({"method": "exact"}, r"method must be one of \['Woolson', 'Wu'\], not 'exact'"),
        ({"history": Digitised.of([12], [0.4])}, "time is 24; .*ends at 12"),
        ({"history": Digitised.of([24], [1.0])}, "history expects no event by 24"),
    ],
)
def test_what_cannot_be_answered_is_refused(change, message) -> None:
    how = dict(change)
    history, ratio = how.pop("history", HISTORY), how.pop("ratio", 0.6)
    with pytest.raises(ValueError, match=message):
        one_sample_log_rank_size(history, ACCRUAL, ratio, **how)


@pytest.mark.parametrize(
    ("duration", "follow_up", "message"),
    [
        (0, 6, "duration must lie strictly between 0 and inf"),
        (math.inf, 6, "duration must lie"),
        (18, -1, "follow_up must be a number >= 0"),
        (18, math.nan, "follow_up must be a number"),
        (18, math.inf, "follow_up must be finite"),
    ],
)
def test_accrual_that_makes_no_trial_is_refused(duration, follow_up, message) -> None:
    with pytest.raises(ValueError, match=message):
        EvenAccrual(duration, follow_up)
