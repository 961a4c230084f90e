"""The same virtual trial through a data set and its analysis, and through the rules of many.

Random studies and scenarios, six patients each: every response, and the days and kind of every
time to an event, must be the same for each patient. The suite takes ``IN_THE_SUITE`` of them; a
thousand are read by

    TRIALWRIGHT_TWO_WAYS=1000 python -m pytest tests/oracle/simulate/test_two_ways.py

which takes a few minutes. A failure names the number of the trial, which alone makes it again:
``tests/drawn_trials.py`` draws study and scenario from it.
"""

from __future__ import annotations

import os

import pytest

from drawn_trials import COUNTINGS, draw_scenario, draw_study, source_of
from simulated_two_ways import machine_without_looks, through_a_dataset, through_the_rules

IN_THE_SUITE = 100
ASKED_FOR = int(os.environ.get("TRIALWRIGHT_TWO_WAYS", IN_THE_SUITE))
PARTS = 10  # a failure in one does not hide the others
SEED = 5


def draw_trial(number):
    """Return the study, scenario and counting of one of the random trials."""
    source = source_of(number)
    return draw_study(source), draw_scenario(source), source.choice(COUNTINGS)


def read_twice(number):
    """Return what both ways say of a trial."""
    study, scenario, counting = draw_trial(number)
    machine = machine_without_looks(study, scenario, counting)
    (outcome,) = machine.run(SEED, number, 1)
    extra_day = int(study.endpoints.first_day_counts.require())
    rules = through_the_rules(outcome, extra_day, study.design.planned_patients.require())
    data = through_a_dataset(study, scenario, seed=SEED, trial=number, counting=counting)
    return rules, data


@pytest.mark.parametrize("part", range(PARTS))
def test_both_ways_say_the_same_of_every_patient(part):
    differ = {}
    for number in range(part, ASKED_FOR, PARTS):
        rules, data = read_twice(number)
        wrong = {key: (rules[key], data[key]) for key in data if rules[key] != data[key]}
        if wrong:
            differ[number] = wrong
    assert differ == {}


def test_the_trials_hold_what_could_go_wrong():
    """Some respond, some are censored and some progress, or the comparison would say little."""
    seen = [read_twice(number)[0] for number in range(12)]
    assert any(one["responders"] for one in seen)
    assert any(one["controlled"] > one["responders"] for one in seen)
    for key in ("PFS", "OS", "TTP", "DOR"):
        kinds = {event for one in seen for _, event in one[key].values()}
        assert kinds == {True, False} or key == "DOR", key
    assert any(one["DOR"] for one in seen)
