"""Designs for a landmark rate: accrual, variance, bounds, bad input, simulation, the verb."""

from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from verb_call import answer_of, call_of, unframed

from trialwright.cli.design.landmark import landmark
from trialwright.design.landmark.bounds import Errors
from trialwright.design.landmark.search import find_landmark_survival, landmark_statistic
from trialwright.design.landmark.simulation import (
    _statistics,
    draw_patients,
    simulate_landmark,
)
from trialwright.design.landmark.trial import Accrual, LandmarkTrial
from trialwright.design.landmark.values import designs_of
from trialwright.errors import DesignError
from trialwright.report.design.words_landmark_survival import word_landmark_survival
from trialwright.stats.historical import Digitised, Exponential, Weibull

TRIAL = LandmarkTrial.of(0.35, 0.50, landmark=12, rate=2.5)
FOUND = find_landmark_survival(TRIAL, alpha=0.10, power=0.90)


def test_accrual_counts_by_period_and_goes_on_at_the_last_pace():
    accrual = Accrual((1, 2, 3), (10, 0, 20))
    assert [accrual.entered(t) for t in (-1, 0, 0.5, 1, 1.7, 2.5, 3, 4)] == [
        0, 0, 5, 10, 10, 20, 30, 50,
    ]  # fmt: skip
    assert [accrual.time_of(n) for n in (0, 5, 10, 20, 30, 50)] == [0, 0.5, 1, 2.5, 3, 4]


@pytest.mark.parametrize(
    ("until", "patients", "message"),
    [
        ((), (), "one number a period"),
        ((1, 2), (3,), "one number a period"),
        ((2, 1), (3, 3), "ascending"),
        ((1, math.inf), (3, 3), "ascending"),
        ((1, 2), (3, 0), "above 0 in the last"),
        ((1, 2), (-1, 3), "above 0 in the last"),
    ],
)
def test_accrual_refuses_what_nobody_can_enter_by(until, patients, message):
    with pytest.raises(DesignError, match=message):
        Accrual(until, patients)


@pytest.mark.parametrize("curve", [Weibull(0.6, 1.0), Weibull(2.3, 1.4), Exponential(0.9)])
@pytest.mark.parametrize(("time", "size"), [(1.001, 60), (1.7, 75), (2.6, 75), (3.9, 75), (9, 80)])
def test_the_variance_is_its_integral(curve, time, size):
    trial = LandmarkTrial(1, Exponential(1.2), Exponential(0.7), Accrual((1, 2, 3), (15, 20, 25)))
    end = trial.accrual.time_of(size)

    def integrand(hazard):
        shape, scale, factor = curve.hazard[:3]
        age = scale * (hazard / factor) ** (1 / shape)
        return math.exp(hazard) / trial.accrual.entered(min(time - age, end))

    ages = {min(max(time - knot, 0), 1) for knot in (1, 2, 3, end)} | {0.0, 1.0}
    corners = [curve.cumulative_hazard(age) for age in sorted(ages)]
    wanted = sum(
        quad(integrand, low, high, epsabs=0, epsrel=1e-11, limit=400)[0]
        for low, high in pairwise(corners)
    )
    found = trial.hazard_variance(curve, np.array([float(time)]), np.array([float(size)]))[0]
    assert found == pytest.approx(wanted, rel=1e-9)


def test_when_all_reached_the_landmark_the_variance_is_that_of_a_proportion():
    for curve in (TRIAL.null, TRIAL.alternative):
        rate = curve.survival(12)
        found = TRIAL.hazard_variance(curve, np.array([50.0]), np.array([80.0]))[0]
        assert found == pytest.approx((1 - rate) / rate / 80, rel=1e-13)


def test_the_best_design_keeps_both_errors_and_is_the_best_nearby():
    best = FOUND.optimal
    assert best.null.probability_declare_active == pytest.approx(0.10, abs=1e-11)
    assert best.alternative.probability_declare_active == pytest.approx(0.90, abs=1e-11)
    assert best.characteristics(TRIAL.null) == best.null
    assert FOUND.is_worth_it
    errors = Errors(0.10, 0.10, binding=True)
    for size in (best.patients - 2, best.patients, best.patients + 2):
        times = np.linspace(12.5, best.accrual_time + 11, 200)
        for other in designs_of(TRIAL, errors, [size] * times.size, times):
            assert other.null.expected_length >= best.null.expected_length - 1e-9


def test_a_stop_that_is_not_binding_keeps_the_final_bound():
    free = find_landmark_survival(TRIAL, alpha=0.10, power=0.90, binding=False)
    assert free.optimal.final_bound == pytest.approx(1.2815515655)
    assert free.optimal.null.probability_declare_active < 0.10
    assert free.optimal.alternative.probability_declare_active == pytest.approx(0.90)
    assert free.value_of(free.optimal) > FOUND.value_of(FOUND.optimal)


def test_each_objective_is_least_where_it_is_asked_for():
    by = {
        name: find_landmark_survival(TRIAL, alpha=0.10, power=0.90, minimise=name).optimal.null
        for name in ("study length", "accrual time", "patients")
    }
    assert min(by, key=lambda name: by[name].expected_length) == "study length"
    least = min(one.expected_accrual for one in by.values())
    assert by["accrual time"].expected_accrual == least
    assert by["patients"].expected_patients == min(one.expected_patients for one in by.values())


def test_where_all_enter_before_the_landmark_a_look_saves_no_accrual():
    fast = LandmarkTrial.of(0.35, 0.50, landmark=12, rate=40)
    found = find_landmark_survival(fast, alpha=0.10, power=0.90, minimise="patients")
    assert found.single_stage.accrual_time < 12
    assert not found.is_worth_it
    assert "does better" in word_landmark_survival(found).protocol


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"p0": 0.5, "p1": 0.35}, "must be above the null one"),
        ({"p0": 35.0}, "p0 must be strictly between 0 and 1.*for 35 % write 0.35"),
        ({"landmark": 0.0}, "landmark and shape must be above 0"),
        ({"shape": -1.0}, "landmark and shape must be above 0"),
        ({"rate": 0.0}, "accrual rate must be above 0"),
    ],
)
def test_a_trial_refuses_what_makes_none(arguments, message):
    given = {"p0": 0.35, "p1": 0.5, "landmark": 12.0, "rate": 2.5, "shape": 1.0, **arguments}
    with pytest.raises(DesignError, match=message):
        LandmarkTrial.of(given.pop("p0"), given.pop("p1"), **given)


def test_a_curve_that_is_read_off_a_figure_is_refused():
    with pytest.raises(DesignError, match="must be an Exponential or a Weibull"):
        LandmarkTrial(1, Digitised((1.0,), (0.4,)), Exponential(0.3), Accrual.steady(3))


def test_a_search_that_finds_nothing_says_how_near_it_came():
    with pytest.raises(DesignError, match=r"40 patients reach power 0\.7\d\d\d, not 0\.9"):
        find_landmark_survival(TRIAL, alpha=0.10, power=0.90, most_patients=40)
    with pytest.raises(DesignError, match="alpha must be strictly between"):
        find_landmark_survival(TRIAL, alpha=0.0)
    with pytest.raises(ValueError, match="minimise must be one of"):
        find_landmark_survival(TRIAL, minimise="cost")


def test_the_decision_follows_the_bounds():
    best = FOUND.optimal
    assert best.decide(best.interim_bound, stage=1) == "stop for futility"
    assert best.decide(best.interim_bound + 1e-9, stage=1) == "continue"
    assert best.decide(best.final_bound, stage=2) == "not declared"
    assert best.decide(math.inf, stage=2) == "activity declared"
    for statistic, stage in ((math.nan, 1), (1.0, 3)):
        with pytest.raises(ValueError, match="stage 1 or 2"):
            best.decide(statistic, stage=stage)


def test_a_statistic_without_an_event_is_infinite():
    assert landmark_statistic([3, 4], [0, 0], landmark=2, null_rate=0.5) == math.inf
    assert landmark_statistic([3, 4], [1, 1], landmark=2, null_rate=0.5) == math.inf
    with pytest.raises(ValueError, match="null_rate"):
        landmark_statistic([3, 4], [1, 1], landmark=2, null_rate=1.5)


def test_simulated_statistics_are_those_of_the_analysis():
    best = FOUND.optimal
    z1, z2 = _statistics(best, TRIAL.alternative, np.random.default_rng(3), 40)
    entry, event = draw_patients(best, TRIAL.alternative, np.random.default_rng(3), 40)
    for i in range(40):
        in_trial = entry[i] < best.interim_time
        watched = np.minimum(best.interim_time - entry[i][in_trial], 12)
        time, happened = event[i][in_trial], event[i][in_trial] <= watched
        cut = np.minimum(time, watched)
        wanted = landmark_statistic(cut, happened, landmark=12, null_rate=0.35)
        assert z1[i] == pytest.approx(wanted, abs=1e-9)
        late = np.minimum(event[i], 12), event[i] <= 12
        assert z2[i] == pytest.approx(
            landmark_statistic(*late, landmark=12, null_rate=0.35), abs=1e-9
        )


def test_simulated_trials_come_near_the_theory():
    best = FOUND.optimal
    null = simulate_landmark(best, TRIAL.null, trials=8000, seed=11)
    alternative = simulate_landmark(best, TRIAL.alternative, trials=8000, seed=11)
    # The test is conservative at such sizes: Case & Morgan's own simulations say so too.
    assert 0.08 < null.declared < 0.10 + 4 * null.declared_error
    assert alternative.declared == pytest.approx(0.90, abs=0.04)
    assert null.stopped == pytest.approx(best.null.probability_stop, abs=0.06)
    assert null.declared_error == pytest.approx(
        math.sqrt(null.declared * (1 - null.declared) / 8000)
    )
    assert simulate_landmark(best, TRIAL.null, trials=8000, seed=11) == null
    assert "MC standard error" in str(null)
    with pytest.raises(DesignError, match="trials must be from 1"):
        simulate_landmark(best, TRIAL.null, trials=0)


def test_large_trials_reach_the_theory():
    """With over 500 patients the simulated errors lie inside their Monte Carlo bounds."""
    trial = LandmarkTrial.of(0.44, 0.50, landmark=12, rate=20)
    best = find_landmark_survival(trial, alpha=0.10, power=0.90).optimal
    assert best.patients > 500
    for curve, theory in ((trial.null, best.null), (trial.alternative, best.alternative)):
        seen = simulate_landmark(best, curve, trials=3000, seed=5)
        near = 4 * seen.declared_error + 0.01
        assert seen.declared == pytest.approx(theory.probability_declare_active, abs=near)
        assert seen.stopped == pytest.approx(theory.probability_stop, abs=4 * 0.008 + 0.01)


ASKED = ("--at", "12", "--p0", "0.35", "--p1", "0.5", "--alpha", "0.1", "--power", "0.9")
call, say = call_of(landmark, *ASKED), answer_of(landmark, *ASKED)


def test_the_verb_shows_table_notes_and_picture(tmp_path):
    picture = tmp_path / "landmark.svg"
    said = say("--accrual", "2.5", "--simulate", "500", "--plot", str(picture))
    assert "large-sample theory" in said
    assert "trialwright design simon" in said
    assert "MC standard error" in said
    assert "event-free rate at 12 months" in picture.read_text(encoding="utf-8")


def test_the_verb_speaks_json_and_paragraphs():
    found = json.loads(say("--accrual", "6:10,12:20", "--json", "--shape-p1", "1.2"))
    assert found["optimal"]["power"] == pytest.approx(0.9)
    assert found["single_stage"]["exact_patients"] == 72
    said = say("--accrual", "2.5", "--protocol-text", "--minimise", "accrual time")
    best = find_landmark_survival(TRIAL, alpha=0.1, power=0.9, minimise="accrual time").optimal
    for number in (f"{best.patients} patients", f"{best.interim_bound:.3f}", "0.1000", "0.9000"):
        assert number in said
    assert "Case LD" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--accrual", "fast"), "a rate, such as 2.5"),
        (("--accrual", "0"), "above 0"),
        (("--accrual", "6:x"), "is not a number"),
        (("--accrual", "2.5", "--p1", "0.3"), "must be above the null one"),
        (("--accrual", "2.5", "--minimise", "cost"), "minimise must be one of"),
        (("--accrual", "2.5", "--most-patients", "20"), "it takes 80 or more"),
    ],
)
def test_the_verb_refuses_what_cannot_be(arguments, message):
    found = call(*arguments)
    assert found.exit_code == 2
    assert message in unframed(found.output)
