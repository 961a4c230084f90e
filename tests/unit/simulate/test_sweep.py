"""Operating characteristics over the true rate: the design's own where practice is switched off."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, sqrt

import numpy as np
import pytest

from trialwright.design import TwoStageDesign
from trialwright.errors import StudyError
from trialwright.simulate import read_scenario
from trialwright.simulate.trials import batches
from trialwright.simulate.trials.batches import Trials, has_declared
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.measured import mean_of
from trialwright.simulate.trials.sweep import (
    CONFIRMATION,
    LOOK,
    TOXICITY,
    rates_to_show,
    sweep_rates,
    textbook_of,
)

DESIGN = TwoStageDesign(10, 1, 29, 5)
ALTERNATIVE = read_scenario("crclm_alternative")
TRIALS = Trials(400, 3, threads=1)


@pytest.fixture(scope="module")
def sweep(crclm_study):
    return sweep_rates(crclm_study, ALTERNATIVE, TRIALS, rates=(0.3, 0.1))


def textbook(study, scenario, trials):
    machine = textbook_of(TrialMachine.of(study, scenario, "study"))
    return machine, machine.run(trials.seed, 0, trials.count)


def test_without_practice_the_chances_are_those_of_the_design(crclm_study) -> None:
    trials = Trials(8000, 11)
    machine, outcomes = textbook(crclm_study, ALTERNATIVE, trials)
    patients = without_looks(machine).run(11, 2**31, 8000)["responders"].sum()
    rate = patients / (8000 * 29)
    exact = DESIGN.operating_characteristics(rate)
    step = DESIGN.operating_characteristics(rate + 0.001).probability_declare_active
    slope = (step - exact.probability_declare_active) / 0.001
    error_of_rate = slope * sqrt(rate * (1 - rate) / (8000 * 29))
    declared = has_declared(outcomes, machine.conduct).mean()
    error = hypot(sqrt(declared * (1 - declared) / 8000), error_of_rate)
    assert abs(declared - exact.probability_declare_active) < 4 * error
    futile = (outcomes["ended"] == 1).mean()
    error = hypot(sqrt(futile * (1 - futile) / 8000), error_of_rate)
    assert abs(futile - exact.probability_early_stop) < 4 * error
    assert not (outcomes["ended"] == 2).any()


def test_without_practice_every_trial_follows_simons_rule(crclm_study) -> None:
    machine, outcomes = textbook(crclm_study, ALTERNATIVE, Trials(500, 5))
    everybody = without_looks(machine).run(5, 0, 500)["responded"][:, :29]
    stage_1, total = everybody[:, :10].sum(axis=1), everybody.sum(axis=1)
    declares = (stage_1 > 1) & (total > 5)
    assert np.array_equal(has_declared(outcomes, machine.conduct), declares)
    assert np.array_equal(outcomes["ended"] == 1, stage_1 <= 1)


def test_points_come_by_rate_with_the_rate_that_was_reached(sweep) -> None:
    assert [one.wanted for one in sweep.points] == [0.1, 0.3]
    for one in sweep.points:
        # two errors: of the fit on 6,000 patients, and of the rate on 100,000
        error = sqrt(one.wanted * (1 - one.wanted) * (1 / 6_000 + 1 / 100_000))
        assert abs(one.rate.value - one.wanted) < 4 * error
        assert one.rate.standard_error == pytest.approx(
            sqrt(one.rate.value * (1 - one.rate.value) / 100_021)
        )
        assert one.exact == DESIGN.operating_characteristics(one.rate.value)


def test_costs_lead_from_the_design_to_the_trial(crclm_study, sweep) -> None:
    one = sweep.points[0]  # its trials are those from number 0 on
    growth = replace(ALTERNATIVE.growth, ks_median_per_week=one.ks_median_per_week)
    scenario = replace(ALTERNATIVE, growth=growth)
    machine, outcomes = textbook(crclm_study, scenario, TRIALS)
    start = has_declared(outcomes, machine.conduct).mean()
    end = start + one.costs[LOOK].value + one.costs[TOXICITY].value
    assert end == pytest.approx(one.declared.value, abs=1e-12)
    assert one.costs[CONFIRMATION].value < 0


def test_shares_and_patients_fit_together(sweep) -> None:
    for one in sweep.points:
        assert one.declared.value + one.futile.value + one.toxic.value <= 1
        assert 0 < one.patients.value <= 29
    assert sweep.points[0].declared.value < sweep.points[1].declared.value


def test_a_rule_that_never_stops_costs_nothing(crclm_study) -> None:
    harmless = replace(
        ALTERNATIVE, toxicity=replace(ALTERNATIVE.toxicity, unacceptable_probability=0.0)
    )
    one = sweep_rates(crclm_study, harmless, Trials(50, 1), rates=(0.3,)).points[0]
    assert one.toxic.value == 0
    assert (one.costs[TOXICITY].value, one.costs[TOXICITY].standard_error) == (0, 0)


def test_a_study_without_confirmation_pays_none(crclm_study, settle) -> None:
    study = settle(crclm_study, response__confirmation_required=False)
    one = sweep_rates(study, ALTERNATIVE, Trials(50, 1), rates=(0.3,)).points[0]
    assert set(one.costs) == {LOOK, TOXICITY}


def test_numbers_depend_on_no_thread_and_no_batch(crclm_study, monkeypatch) -> None:
    def draw(threads: int):
        return sweep_rates(crclm_study, ALTERNATIVE, Trials(60, 2, threads), rates=(0.2,))

    whole = draw(1)
    monkeypatch.setattr(batches, "AT_ONCE", 7)
    assert draw(3) == whole


def test_one_row_a_rate(sweep) -> None:
    frame = sweep.to_frame()
    assert frame.height == 2
    assert frame["cost_of_look"].to_list() == [one.costs[LOOK].value for one in sweep.points]
    assert frame["exact_expected_patients"][1] == sweep.points[1].exact.expected_patients
    assert not any(frame[name].null_count() for name in frame.columns)


def test_a_rate_out_of_reach_is_refused_with_the_reach(crclm_study) -> None:
    with pytest.raises(StudyError, match=r"from 0\.000 to 0\.\d+ in this protocol, not 0\.9"):
        sweep_rates(crclm_study, ALTERNATIVE, Trials(50, 1), rates=(0.9,))


def test_a_study_that_declares_nothing_has_no_curve(crclm_study, settle) -> None:
    study = settle(crclm_study, design__kind="descriptive")
    with pytest.raises(StudyError, match=r"design.kind is 'descriptive'"):
        sweep_rates(study, ALTERNATIVE, Trials(50, 1))


def test_rates_to_show_stay_below_1() -> None:
    assert max(rates_to_show(0.6, 0.95)) < 1


def test_one_trial_has_no_error() -> None:
    with pytest.raises(ValueError, match="trials must be 2 to"):
        Trials(1, 1)


def test_the_error_of_a_mean_is_the_textbooks() -> None:
    found = mean_of(np.array([1.0, 2.0, 3.0, 6.0]))
    assert found.value == 3
    assert found.standard_error == pytest.approx(sqrt((4 + 1 + 0 + 9) / 3 / 4))
