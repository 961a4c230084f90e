"""Log-rank designs of two stages: brute force, what is refused, simulation, words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from trialwright.design.log_rank import (
    Analysis,
    LogRankRule,
    LogRankTrial,
    LogRankTwoStage,
    find_log_rank_two_stage,
    simulate_log_rank,
)
from trialwright.design.log_rank.balance import Questions, balance_bounds
from trialwright.design.log_rank.bivariate_normal import both_above
from trialwright.design.log_rank.two_stage import joint_statistics
from trialwright.errors import DesignError
from trialwright.report.design.words_log_rank import word_log_rank_two_stage
from trialwright.stats.historical import Exponential, Weibull

HISTORY = Exponential.from_survival(0.62, at=2)
TRIAL = LogRankTrial(HISTORY, 0.467, 2, rate=5)


@pytest.fixture(scope="module")
def found():
    return find_log_rank_two_stage(TRIAL)


# --- the search --------------------------------------------------------------------------------


def test_bounds_keep_both_errors(found) -> None:
    for design in found.frontier:
        assert design.characteristics(1.0).probability_declare_active == pytest.approx(0.05)
        assert design.characteristics(0.467).probability_declare_active == pytest.approx(0.80)


@pytest.mark.parametrize("method", ["Wu", "OneArm2stage"])
def test_brute_force_finds_nothing_better(method) -> None:
    # Every n, t1 and c1 of a fine grid, with c at the type I error by bisection: whatever expects
    # fewer patients than the optimum has less than the power.
    found = find_log_rank_two_stage(TRIAL, method=method)
    best = min(found.expected_patients)
    n, share, c1 = (
        part.ravel()
        for part in np.meshgrid(
            np.arange(found.minimax.patients - 2.0, found.optimal.patients + 15.0),
            np.linspace(0.05, 0.99, 48),
            np.linspace(-1.5, 1.5, 61),
        )
    )
    expected = n - n * (1 - share) * norm.cdf(c1)
    n, share, c1, expected = (part[expected < best + 0.1] for part in (n, share, c1, expected))
    enough = joint_statistics(TRIAL, 1.0, n, share * n / 5, method).early_events >= 2
    n, share, c1, expected = (part[enough] for part in (n, share, c1, expected))
    power = reached(method, n, share * n / 5, c1)
    assert expected[power >= 0.80].min() == pytest.approx(best, abs=0.1)  # the grid is fine
    assert power[expected < best - 1e-6].max() < 0.80


def reached(method: str, n: np.ndarray, time: np.ndarray, c1: np.ndarray) -> np.ndarray:
    """Return the power of many n, t1 and c1, with c at a type I error of 0.05."""
    null, other = (joint_statistics(TRIAL, h, n, time, method) for h in (1.0, 0.467))
    low, high = np.full(n.size, -5.0), np.full(n.size, 1.6448537)
    for _ in range(50):
        middle = (low + high) / 2
        above = both_above(c1, middle, null.correlation) > 0.05
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    first, second = (c1 - other.mean_1) / other.spread_1, (high - other.mean_2) / other.spread_2
    return both_above(first, second, other.correlation)


def test_optimal_minimax_and_admissible(found) -> None:
    sizes = [design.patients for design in found.frontier]
    assert sizes == list(range(sizes[0], sizes[-1] + 1))
    assert found.minimax is found.frontier[0]
    assert found.optimal.characteristics(1.0).expected_patients == min(found.expected_patients)
    admissible = found.admissible
    assert admissible[0].design is found.minimax
    assert admissible[-1].design is found.optimal
    assert (admissible[0].to_weight, admissible[-1].from_weight) == (1.0, 0.0)
    for one in admissible:
        middle = (one.from_weight + one.to_weight) / 2
        assert found.best(middle) is one.design
    frame = found.to_frame()
    assert frame.height == len(found.frontier)
    assert frame["type_1_error"].to_list() == pytest.approx([0.05] * frame.height)


def test_least_early_stop() -> None:
    found = find_log_rank_two_stage(TRIAL, least_early_stop=0.6)
    for design in found.frontier:
        assert design.characteristics(1.0).probability_early_stop >= 0.6


def test_no_interim_analysis_without_events() -> None:
    # Hazard that rises: half of the accrual is over before anybody has an event.
    late = LogRankTrial(Weibull.from_median(8, 4), 0.5, 3, rate=2)
    for design in find_log_rank_two_stage(late).frontier:
        assert design.expected_events(1.0)[0] >= 2 - 1e-9
    # Patients come so fast that without the limit the best look would be at 1.9 events or fewer.
    crowded = find_log_rank_two_stage(LogRankTrial(Exponential.from_median(4), 0.5, 3, rate=20))
    for design in crowded.frontier:
        assert design.expected_events(1.0)[0] == pytest.approx(2, abs=0.01)
        assert design.expected_events(1.0)[0] >= 2 - 1e-9
    fast = LogRankTrial(Exponential.from_median(4), 0.5, 3, rate=200)
    with pytest.raises(DesignError, match="two stages save nothing"):
        find_log_rank_two_stage(fast)


def test_ways_to_end(found) -> None:
    design = found.optimal
    early, late = design.endings(1.0)
    null = design.characteristics(1.0)
    assert early.probability + late.probability == pytest.approx(1)
    assert (early.patients, late.patients) == (design.first_stage, design.patients)
    expected = early.probability * early.duration + late.probability * late.duration
    assert expected == pytest.approx(null.expected_duration)
    interim, final = design.expected_events(1.0)
    assert 0 < interim < final < design.patients


def test_no_bound_where_power_is_out_of_reach() -> None:
    asked = Questions(TRIAL, 0.05, 0.80, "Wu", 0.0)
    found = balance_bounds(asked, np.array([8.0, 30.0]), np.array([1.0, 3.0]))
    assert np.isnan(found.interim[0])
    assert found.early_stop[0] == -math.inf
    assert np.isfinite(found.interim[1])


def test_two_stages_that_cannot_be() -> None:
    timed = LogRankTrial(HISTORY, 0.467, 2, accrual=5)
    with pytest.raises(DesignError, match="needs the accrual rate"):
        find_log_rank_two_stage(timed)
    with pytest.raises(DesignError, match="method must be"):
        find_log_rank_two_stage(TRIAL, method="Simon")
    with pytest.raises(DesignError, match="least_early_stop must be from 0 to below 1"):
        find_log_rank_two_stage(TRIAL, least_early_stop=1.0)
    with pytest.raises(
        DesignError, match=r"chance of 0\.95 and 2 expected events.*one stage needs 21"
    ):
        find_log_rank_two_stage(TRIAL, most_patients=22, least_early_stop=0.95)
    with pytest.raises(DesignError, match="stages reversed, or too few patients"):
        LogRankTwoStage(TRIAL, "Wu", 6.0, 0.0, 25, 1.6)
    with pytest.raises(DesignError, match="bounds must be finite"):
        LogRankTwoStage(TRIAL, "Wu", 3.0, math.nan, 25, 1.6)
    with pytest.raises(DesignError, match="method must be"):
        LogRankTwoStage(TRIAL, "Simon", 3.0, 0.0, 25, 1.6)


# --- simulation --------------------------------------------------------------------------------


def test_simulated_trials_do_what_the_approximation_says(found) -> None:
    design = found.optimal
    for ratio in (1.0, 0.467):
        simulated, said = simulate_log_rank(design, ratio), design.characteristics(ratio)
        assert simulated.probability_declare_active.value == pytest.approx(
            said.probability_declare_active, abs=0.02
        )
        assert simulated.patients.value == pytest.approx(said.expected_patients, rel=0.03)
        assert simulated.duration.value == pytest.approx(said.expected_duration, rel=0.03)
        assert sum(share for _, share in simulated.stops) == pytest.approx(1)


def test_a_simulation_is_reproducible_and_says_its_error(found) -> None:
    one = simulate_log_rank(found.optimal, 1.0, trials=500, seed=3)
    assert one == simulate_log_rank(found.optimal, 1.0, trials=500, seed=3)
    assert one != simulate_log_rank(found.optimal, 1.0, trials=500, seed=4)
    chance = one.probability_declare_active
    expected = math.sqrt(chance.value * (1 - chance.value) / 499)
    assert chance.standard_error == pytest.approx(expected)
    assert "500 simulated trials" in str(one)
    assert one.to_frame()["standard_error"].to_list()[0] == pytest.approx(chance.standard_error)


def test_an_analysis_of_nobody_stops_nothing() -> None:
    early = Analysis(1e-9, stop_at_most=5.0, declare_above=-5.0)
    rule = LogRankRule(TRIAL, "Wu", 20, (early, Analysis(6.0, declare_above=1.6)))
    assert simulate_log_rank(rule, 1.0, trials=200).probability_early_stop.value == 0


def test_simulations_that_cannot_start(found) -> None:
    for changed, words in (
        ({"trials": 10}, "trials must be from 100"),
        ({"seed": -1}, "seed must be from 0"),
        ({"hazard_ratio": 0}, "hazard_ratio must lie"),
    ):
        asked = {"hazard_ratio": 1.0, **changed}
        with pytest.raises(DesignError, match=words):
            simulate_log_rank(found.optimal, **asked)


# --- words -------------------------------------------------------------------------------------


def test_words_of_two_stages(found) -> None:
    design = found.optimal
    simulated = [simulate_log_rank(design, h, trials=500) for h in (1.0, 0.467)]
    words = word_log_rank_two_stage(found, design, simulated, unit="years")
    for part in ("(optimal)", f"{design.interim_bound:.3f}", f"{design.final_bound:.3f}",
                 f"{design.patients} patients", "5 per year", "[4, 5]", "enrols"):  # fmt: skip
        assert part in words.protocol
    assert "(minimax)" in word_log_rank_two_stage(found, found.minimax).protocol
    assert len(words.references) == 5
    assert words.grant.count(". ") < 3
