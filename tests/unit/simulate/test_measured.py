"""Numbers of a simulation with their errors, and the response rate that a search reaches."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pytest

from trialwright.report.simulation.tables import decision_rows, say_how
from trialwright.simulate import read_scenario
from trialwright.simulate.trials.batches import Trials
from trialwright.simulate.trials.estimates import Asked, estimate_names, estimate_trials
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.measured import Chance, Mean, mean_of
from trialwright.simulate.trials.response_rate import (
    find_shrinkage,
    fit_response_rate,
    share_of_responders,
)
from trialwright.simulate.trials.run import Run, simulate_trials
from trialwright.simulate.trials.trial_numbers import FIRST_CHECK_TRIAL, FIRST_REFERENCE_TRIAL
from trialwright.stats.proportion import wilson

ALTERNATIVE = read_scenario("crclm_alternative")


@pytest.mark.parametrize("times", [0, 1, 150, 299, 300])
def test_a_chance_has_wilsons_interval(times: int) -> None:
    chance, expected = Chance.of(times, 300), wilson(times, 300, level=0.9)
    assert chance.interval(0.9) == (expected.low, expected.high)
    assert chance.standard_error == pytest.approx(sqrt(times * (300 - times) / 300**3))


def test_a_chance_of_nothing_has_no_interval() -> None:
    for chance in (Chance.of(0, 0), Chance(0.3, 0.01)):
        assert all(isnan(limit) for limit in chance.interval())


def test_a_mean_of_a_histogram_is_that_of_its_values() -> None:
    values = np.array([0, 2, 2, 3, 7])
    found, expected = Mean.of_histogram(np.bincount(values)), mean_of(values.astype(float))
    assert found.value == pytest.approx(expected.value)
    assert found.standard_error == pytest.approx(expected.standard_error)
    assert (found.low, found.middle, found.high) == (0, 2, 7)
    assert isnan(Mean.of_sums(0.0, 0.0, 0, np.zeros(3, np.int64), 1.0).value)


def test_the_rate_reached_is_that_of_other_patients(crclm_study) -> None:
    fit = fit_response_rate(crclm_study, ALTERNATIVE, 0.2, seed=5, patients=1000, threads=2)
    machine = without_looks(TrialMachine.of(crclm_study, fit.scenario, "study"))
    checked = machine.run(5, FIRST_CHECK_TRIAL, 3449)["responders"].sum() / (3449 * 29)
    searched = machine.run(5, FIRST_REFERENCE_TRIAL, 35)["responders"].sum() / (35 * 29)
    assert fit.reached == checked != searched
    assert fit.standard_error == pytest.approx(sqrt(checked * (1 - checked) / (3449 * 29)))
    assert abs(searched - 0.2) < 2 / (35 * 29)  # the search itself stops within two patients
    assert fit.rate.trials == 3449 * 29


def test_the_search_depends_on_no_thread(crclm_study) -> None:
    one, three = (
        find_shrinkage(crclm_study, ALTERNATIVE, 0.2, seed=5, patients=1000, threads=threads)
        for threads in (1, 3)
    )
    assert one == three
    with pytest.raises(ValueError, match=r"between 0 and 1, not 1\.2"):
        find_shrinkage(crclm_study, ALTERNATIVE, 1.2, seed=5, patients=1000)


def test_looks_do_not_touch_the_share_of_responders(crclm_study) -> None:
    machine = TrialMachine.of(crclm_study, ALTERNATIVE, "study")
    found = share_of_responders(machine, Trials(20, 3, 1), 100)
    assert found == share_of_responders(without_looks(machine), Trials(20, 3, 2), 100)


def test_the_names_are_those_of_the_estimates(crclm_study) -> None:
    asked = Asked.of(crclm_study)
    outcomes = TrialMachine.of(crclm_study, ALTERNATIVE, "study").run(1, 0, 3)
    made = estimate_trials(outcomes, asked, threads=1)
    assert estimate_names(asked) == tuple((one.name, one.kind) for one in made)


def test_what_no_trial_did_is_below_its_limit_and_the_reference_says_its_size(crclm_study) -> None:
    harmless = replace(ALTERNATIVE.toxicity, unacceptable_probability=0.0)
    found = simulate_trials(crclm_study, replace(ALTERNATIVE, toxicity=harmless), Run(3, 2))
    rows = {row[0]: row[1] for row in decision_rows([found], crclm_study)}
    assert found.toxic.value == 0
    assert rows["stops for toxicity"] == f"below {100 * wilson(0, 3).high:.2g} %"
    assert found.reference_patients == 6897 * 29
    assert "in 200,013 patients of the scenario" in " ".join(
        say_how([found], seed=2, counting="study")
    )
