"""One-sample log-rank designs of one stage: by hand, by another route; what is refused; words."""

from __future__ import annotations

import math

import pytest
from scipy.integrate import quad

from trialwright.design.log_rank import (
    LogRankDesign,
    LogRankTrial,
    find_log_rank,
    find_log_rank_two_stage,
    simulate_log_rank,
)
from trialwright.design.log_rank.trial import hazard_ratio_of
from trialwright.errors import DesignError
from trialwright.report.design.words_log_rank import word_log_rank
from trialwright.stats.historical import Digitised, Exponential

HISTORY = Exponential.from_survival(0.62, at=2)
TRIAL = LogRankTrial(HISTORY, 0.467, 2, rate=5)


# --- the size ----------------------------------------------------------------------------------


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("method", ["Wu", "Woolson"])
def test_the_size_is_the_smallest(method, restricted) -> None:
    trial = LogRankTrial(HISTORY, 0.6, 2, rate=5, restricted=restricted)
    design = find_log_rank(trial, alpha=0.1, power=0.9, method=method)
    smaller = LogRankDesign(trial, method, 0.1, 0.9, design.patients - 1, design.final_bound)
    assert design.characteristics(0.6).probability_declare_active >= 0.9
    assert smaller.characteristics(0.6).probability_declare_active < 0.9
    assert design.characteristics(1.0).probability_declare_active == pytest.approx(0.1)
    assert design.accrual == pytest.approx(design.patients / 5)


def test_fixed_follow_up_by_hand() -> None:
    # Hazard 1, everyone followed for 1, ratio 1/2: v1 = 1 - exp(-1/2), v0 = 2 v1, and the variance
    # of the difference E - O by a one-dimensional integral.
    trial = LogRankTrial(Exponential(1.0), 0.5, 1, rate=10, restricted=True)
    v1 = 1 - math.exp(-0.5)
    density, survival = lambda t: math.exp(-t / 2) / 2, math.exp(-0.5)
    second = quad(lambda t: (t - 1) ** 2 * density(t), 0, 1)[0] + survival
    spread = math.sqrt(second - v1**2)
    needed = ((1.6448536 * math.sqrt(2 * v1) + 0.8416212 * spread) / v1) ** 2
    assert find_log_rank(trial, method="Woolson").patients == math.ceil(needed)


def test_a_rate_and_its_accrual_time_agree() -> None:
    by_rate = find_log_rank(TRIAL)
    timed = LogRankTrial(HISTORY, 0.467, 2, accrual=by_rate.accrual)
    assert find_log_rank(timed).patients == by_rate.patients
    assert by_rate.expected_events(1.0) > by_rate.expected_events(0.467) > 0
    row = by_rate.to_frame().row(0, named=True)
    assert row["patients"] == by_rate.patients
    assert row["type_1_error"] == pytest.approx(0.05)


def test_the_hazard_ratio_of_a_share() -> None:
    assert hazard_ratio_of(HISTORY, 0.80, at=2) == pytest.approx(0.4668, abs=1e-4)
    assert hazard_ratio_of(Exponential.from_median(6), 0.5, at=9) == pytest.approx(6 / 9)
    with pytest.raises(DesignError, match=r"must be above it, not 0\.5"):
        hazard_ratio_of(HISTORY, 0.5, at=2)


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hazard_ratio": 1.0}, "hazard_ratio must lie strictly between 0 and 1, not 1.0"),
        ({"hazard_ratio": 1.4}, "hazard_ratio"),
        ({"follow_up": -1}, "follow_up must be a finite number >= 0, not -1"),
        ({"follow_up": math.nan}, "follow_up"),
        ({"rate": 0}, "rate must lie strictly between 0 and inf, not 0"),
        ({"rate": None}, "give either the rate"),
        ({"accrual": 3}, "give either the rate"),
        ({"rate": None, "accrual": -3}, "accrual must lie"),
        ({"follow_up": 0, "restricted": True}, "follow_up must be above 0"),
    ],
)
def test_trials_that_are_none(changed, words) -> None:
    asked = {"history": HISTORY, "hazard_ratio": 0.5, "follow_up": 2, "rate": 5, **changed}
    with pytest.raises(DesignError, match=words):
        LogRankTrial(**asked)


@pytest.mark.parametrize("search", [find_log_rank, find_log_rank_two_stage])
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"alpha": 0}, "alpha must be strictly between 0 and 1"),
        ({"power": 80}, "for 80 % write 0.8"),
        ({"power": 0.04}, "power must be above alpha"),
        ({"most_patients": 10}, "no design with up to 10 patients has a power of 0.8"),
        ({"most_patients": 0}, "most_patients must be from"),
    ],
)
def test_searches_that_cannot_start(search, changed, words) -> None:
    with pytest.raises(DesignError, match=words):
        search(TRIAL, **changed)


def test_how_near_the_best_one_came() -> None:
    with pytest.raises(DesignError, match=r"10 patients have 0\.453; raise most_patients"):
        find_log_rank(TRIAL, most_patients=10)


def test_a_curve_that_ends_too_soon() -> None:
    short = LogRankTrial(Digitised.of([1, 2], [0.9, 0.5]), 0.5, 2, rate=5)
    with pytest.raises(DesignError, match="the historical curve ends at 2"):
        find_log_rank(short)
    flat = LogRankTrial(Digitised.of([10, 20], [1.0, 1.0]), 0.5, 2, rate=5)
    with pytest.raises(DesignError, match="history expects no event"):
        find_log_rank(flat)
    fixed = LogRankTrial(Digitised.of([1, 2], [0.9, 0.5]), 0.5, 2, rate=5, restricted=True)
    assert find_log_rank_two_stage(fixed).optimal.patients > 0  # follow-up never goes beyond 2


# --- words -------------------------------------------------------------------------------------


def test_words_of_one_stage() -> None:
    design = find_log_rank(LogRankTrial(Exponential.from_median(3.2), 0.6, 6, accrual=18))
    words = word_log_rank(design, [simulate_log_rank(design, 1.0, trials=500)])
    for part in ("27 patients", "hazard ratio of 0.6", "1.645", "22.2 events", "by simulation",
                 "500 trials", "Monte Carlo standard error", "median 3.2 months"):  # fmt: skip
        assert part in words.protocol
    assert words.grant.count(". ") < 3
    assert "by simulation" not in word_log_rank(design).protocol
