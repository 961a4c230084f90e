"""Two routes to the unacceptable toxicity of virtual patients: the simulator's, and their rows."""

from __future__ import annotations

from trialwright.safety.course import gather_courses
from trialwright.safety.deaths import deaths_on_treatment
from trialwright.safety.events import derive_events
from trialwright.safety.toxicity import unacceptable_toxicities
from trialwright.simulate.course import live_through
from trialwright.simulate.draws import Draws
from trialwright.simulate.memory import room_as_lists
from trialwright.simulate.protocol import plan_trial, reading_of
from trialwright.simulate.scenario_file import read_scenario
from trialwright.simulate.trial import make_setting, simulate_trial

SEED, PATIENTS = 7, 200


def drawn(setting):
    """Return the patients who are given a toxicity in the window, by the story of each."""
    window = setting.plan.toxicity_window_days
    room = room_as_lists(setting.terms.protocol)
    found = set()
    for number in range(PATIENTS):
        story = live_through(Draws(SEED, 0, number).who, setting.terms, room)
        seen = min(story.study.day, story.cut_day, story.leaving.death)
        if story.toxicity_day <= window and story.toxicity_day < seen:
            found.add(f"P{number + 1:03d}")
    return found


def test_the_rows_tell_the_toxicities_that_were_drawn(crclm_study):
    scenario = read_scenario(crclm_study.simulation.scenario.require())
    plan, reading = plan_trial(crclm_study).resized(PATIENTS), reading_of(crclm_study)
    data = simulate_trial(scenario, plan, reading, seed=SEED)
    courses = gather_courses(data, crclm_study)
    found = unacceptable_toxicities(
        derive_events(data, crclm_study, courses),
        deaths_on_treatment(data, crclm_study, courses),
        crclm_study,
        courses,
    )
    expected = drawn(make_setting(scenario, plan, reading))
    assert len(expected) > 10
    assert {one.patient_id for one in found if one.had_toxicity} == expected
