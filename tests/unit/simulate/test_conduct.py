"""How a virtual trial is run: the first look, the pause of accrual, looks at toxicity, the end.

Every decision is made a second time here, from the courses of the patients, by looking at all
days on which something becomes known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import comb, inf, sqrt

import numpy as np
import pytest

from calm_trials import NEVER_LOOKED, change, worked_study
from trialwright.response.codes import Response
from trialwright.response.course import conclude
from trialwright.simulate import Draws, read_scenario
from trialwright.simulate.conduct import COMPLETE, STOPPED_FOR_FUTILITY, STOPPED_FOR_TOXICITY
from trialwright.simulate.course import live_through
from trialwright.simulate.memory import room_as_lists
from trialwright.simulate.trials.machine import TrialMachine

TOXIC = {"unacceptable_probability": 0.45}
FOREVER = 10_000.0


@dataclass(frozen=True)
class Known:
    """What a trial can know of one patient, in days of the trial before any pause."""

    enrolment: int
    first_dose: int
    settled: float
    shown: float
    toxic: bool

    def later(self, days):
        return replace(self, enrolment=self.enrolment + days, first_dose=self.first_dose + days)


@cache
def make_machine(name, toxic):
    scenario = change(read_scenario(name), toxicity=TOXIC if toxic else {})
    return TrialMachine.of(worked_study(), scenario, "study")


def first_scan_that_makes_a_responder(calls, story, reading):
    """Return the first scan after which the best response so far is a CR or PR."""
    for scans in range(2, story.summary.counted + 2):
        so_far = conclude(calls, scans, True, inf, reading.course.best)
        best = so_far.confirmed if reading.confirm else so_far.unconfirmed
        if best.response in (Response.CR, Response.PR):
            return float(calls.day[scans - 1])
    return inf


@cache
def patients_of(machine, trial):
    room = room_as_lists(machine.protocol)
    found = []
    for number in range(machine.conduct.patients):
        who = Draws(5, trial, number).who
        story = live_through(who, machine.terms, room)
        # The worked study counts no response after a new therapy or after treatment ended ...
        shown = first_scan_that_makes_a_responder(room.calls, story, machine.reading)
        ends = [shown, story.progression_day, story.study.day]
        ends += [] if machine.reading.after_new_therapy else [story.therapy_day]
        ends += [story.treatment.day] if machine.reading.while_on_treatment else []
        entry, toxic = story.entry, story.toxicity_day < inf
        found.append(Known(entry.enrolment, entry.first_dose, min(ends), shown, toxic))
    return found


def known_by(day, patients):
    return sum(one.first_dose + one.shown <= day for one in patients)


def toxicity_stop(conduct, patients):
    for size, bound in zip(conduct.toxicity_looks, conduct.toxicity_bounds, strict=True):
        seen = patients[:size]
        if size <= len(patients) and sum(one.toxic for one in seen) >= bound:
            return max(one.first_dose for one in seen) + conduct.toxicity_window_days
    return inf


def decide(conduct, patients):
    """Return (ended, end day, enrolled, day of the look, responders at it) of a trial.

    A trial that is stopped before its look has none.
    """
    stage = patients[: conduct.first_stage_patients]
    waits = max(one.first_dose + min(conduct.look_days, one.settled) for one in stage)
    if known_by(waits, stage) <= conduct.first_stage_bound:
        came = stage if conduct.accrual_pauses else patients
        day = toxicity_stop(conduct, came)
        ended = STOPPED_FOR_TOXICITY if day <= waits else STOPPED_FOR_FUTILITY
        day = min(day, waits)
        enrolled = sum(one.enrolment <= day for one in came)
        return ended, day, enrolled, *look_of(waits, stage, day)
    days = sorted(one.first_dose + one.shown for one in stage)
    passed = days[conduct.first_stage_bound]  # one response more than the bound
    second = patients[conduct.first_stage_patients :]
    if conduct.accrual_pauses:
        pause = max(0, int(passed) - second[0].enrolment)
        second = [one.later(pause) for one in second]
    patients = [*stage, *second]
    day = toxicity_stop(conduct, patients)
    if day < inf:
        enrolled = sum(one.enrolment <= day for one in patients)
        return STOPPED_FOR_TOXICITY, day, enrolled, *look_of(passed, stage, day)
    end = max(one.first_dose + one.settled for one in patients)
    return COMPLETE, end, len(patients), *look_of(passed, stage, end)


def look_of(day, stage, end):
    return (day, known_by(day, stage)) if day <= end else (inf, 0)


@pytest.mark.parametrize("toxic", [False, True])
@pytest.mark.parametrize("pauses", [False, True])
@pytest.mark.parametrize(("look_days", "bound"), [(60.0, 0), (175.0, 1), (FOREVER, 0)])
def test_every_trial_is_decided_as_from_the_courses_of_its_patients(
    toxic, pauses, look_days, bound
):
    machine = make_machine("alternative_25", toxic)
    conduct = machine.conduct._replace(
        look_days=look_days, first_stage_bound=bound, accrual_pauses=pauses
    )
    outcomes = replace(machine, conduct=conduct).run(5, 0, 30)
    ended = set()
    for trial, outcome in enumerate(outcomes):
        found = outcome["ended"], outcome["end_day"], outcome["enrolled"]
        expected = decide(conduct, patients_of(machine, trial))
        at_look = outcome["look_day"], outcome["responders_at_look"]
        assert (*found, *at_look) == expected, trial
        ended.add(int(outcome["ended"]))
    assert len(ended) > 1
    assert STOPPED_FOR_TOXICITY in ended or not toxic


def test_a_trial_goes_on_if_and_only_if_more_respond_than_the_bound():
    machine = make_machine("alternative_25", toxic=False)
    outcomes = machine.run(5, 0, 5000)
    at_look = outcomes["responders_at_look"]
    futile = outcomes["ended"] == STOPPED_FOR_FUTILITY
    bound = machine.conduct.first_stage_bound
    assert (at_look[futile] <= bound).all()
    complete = outcomes["ended"] == COMPLETE
    assert (at_look[complete] > bound).all()
    # The look is passed by the response it needed; now and then two are shown on one day.
    assert (at_look[complete] == bound + 1).mean() > 0.9
    assert (outcomes["enrolled"][complete] == machine.conduct.patients).all()
    assert (outcomes["enrolled"][futile] == machine.conduct.first_stage_patients).all()
    assert (outcomes["responders"] >= at_look)[complete].all()
    assert 0.05 < futile.mean() < 0.95


def test_where_accrual_goes_on_more_are_enrolled_and_nobody_waits():
    machine = make_machine("alternative_25", toxic=False)
    goes_on = replace(machine, conduct=machine.conduct._replace(accrual_pauses=False))
    waited, went_on = machine.run(5, 0, 500), goes_on.run(5, 0, 500)
    same = waited["ended"] == went_on["ended"]
    assert same.all()  # nothing is toxic enough here to come before the look
    futile = waited["ended"] == STOPPED_FOR_FUTILITY
    assert (went_on["enrolled"] >= waited["enrolled"]).all()
    assert (went_on["enrolled"] > waited["enrolled"])[futile].any()
    assert (went_on["end_day"] <= waited["end_day"]).all()
    assert (went_on["end_day"] < waited["end_day"])[~futile].any()


def test_a_trial_without_stages_has_no_look():
    machine = make_machine("alternative_25", toxic=False)
    single = replace(machine, conduct=machine.conduct._replace(first_stage_patients=0))
    outcomes = single.run(5, 0, 50)
    assert set(outcomes["ended"]) <= {COMPLETE, STOPPED_FOR_TOXICITY}
    assert set(outcomes["look_day"]) == {inf}
    assert set(outcomes["responders_at_look"]) == {0}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_looks_at_toxicity_stop_at_their_bound(share):
    scenario = change(
        read_scenario("alternative_25"),
        toxicity={"unacceptable_probability": share},
        leaving={"withdrawal_hazard_per_month": 0.0},
        survival={"os_median_weeks": 5000.0},
    )
    machine = TrialMachine.of(worked_study(), scenario, "study")
    outcomes = machine.run(5, 0, 200)
    stopped = outcomes["ended"] == STOPPED_FOR_TOXICITY
    assert stopped.all() == (share == 1) == stopped.any()
    if share == 1:  # everybody is toxic: the first look stops the trial
        first = machine.conduct.toxicity_looks[0]
        assert (outcomes["enrolled"] >= first).all()
        assert (outcomes["toxicities"] == outcomes["enrolled"]).all()


# --- Operating characteristics


def exact(p, conduct):
    """Return P(stop at the look) and P(declare activity) of a two-stage design."""
    n1, r1, n, r = (
        conduct.first_stage_patients,
        conduct.first_stage_bound,
        conduct.patients,
        conduct.final_bound,
    )

    def density(k, size):
        return comb(size, k) * p**k * (1 - p) ** (size - k)

    stops = sum(density(k, n1) for k in range(r1 + 1))
    declares = sum(
        density(k, n1) * density(j, n - n1)
        for k in range(r1 + 1, n1 + 1)
        for j in range(n - n1 + 1)
        if k + j > r
    )
    return np.array([stops, declares])


@pytest.mark.parametrize("name", ["regotori_liver_like", "alternative_25"])
def test_simulated_operating_characteristics_are_simons_exact_ones(name):
    """Two checks a scenario, each |z| < 4: one false alarm in 8,000 runs of this test.

    The look waits until every response is known, and toxicity never stops. The rate is that of
    other patients, and its own error counts in z.
    """
    machine = make_machine(name, toxic=False)
    never = (NEVER_LOOKED,) * len(machine.conduct.toxicity_looks)
    conduct = machine.conduct._replace(look_days=FOREVER, toxicity_looks=never)
    trials, others = 20_000, 10_000
    alone = replace(machine, conduct=conduct._replace(first_stage_patients=0))
    size = others * conduct.patients
    rate = alone.run(99, 0, others)["responders"].sum() / size
    slope = (exact(rate + 1e-5, conduct) - exact(rate - 1e-5, conduct)) / 2e-5
    expected = exact(rate, conduct)
    outcomes = replace(machine, conduct=conduct).run(7, 0, trials)
    stops = outcomes["ended"] == STOPPED_FOR_FUTILITY
    declares = ~stops & (outcomes["responders"] > conduct.final_bound)
    found = np.array([stops.mean(), declares.mean()])
    variance = expected * (1 - expected) / trials + slope**2 * rate * (1 - rate) / size
    assert (np.abs(found - expected) < 4 * np.sqrt(variance)).all()
    assert (expected > 0.01).all()
    assert sqrt(variance.max()) < 0.01
    mean_size = outcomes["enrolled"].mean()
    exact_size = conduct.patients - expected[0] * (conduct.patients - conduct.first_stage_patients)
    spread = (conduct.patients - conduct.first_stage_patients) * sqrt(variance[0])
    assert abs(mean_size - exact_size) < 4 * spread
