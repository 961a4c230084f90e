"""Doses follow the rules of the scenario, each rule by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf

import pytest

from trialwright.simulate.harm.dosing import Trigger, list_doses, start_courses
from trialwright.simulate.harm.facts import HarmFacts
from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
from trialwright.simulate.scenario_file import read_harm

HARM = read_harm("_harm")
REGORAFENIB = DrugPlan("Regorafenib", 120.0, 28, 21)
TORIPALIMAB = DrugPlan("Toripalimab", 240.0, 21, 1)
ABLATION = AblationPlan(6, 20, 30.0)
FACTS = HarmFacts(112, 142, inf, 0.0, inf, inf, None, 42)
HAND_FOOT = Trigger("HFSR", "hand-foot skin reaction", 3, 9, 20, 1)


def doses_after(*triggers, drug=REGORAFENIB, facts=FACTS, until=112):
    plan = TrialPlan(1, 1.0, 8.0, 7, 24.0, date(2024, 1, 1), None, (drug,), ABLATION)
    courses = start_courses(HARM, plan, facts)
    for trigger in triggers:
        courses[0].apply(trigger, HARM.dosing.recovery_share)
    return [(d.first_day, d.last_day, d.dose_mg, d.reason) for d in list_doses(courses, until)]


def test_without_events_the_plan_is_given():
    assert doses_after() == [(start, start + 20, 120.0, None) for start in (0, 28, 56, 84)]
    assert doses_after(drug=TORIPALIMAB, until=43) == [(d, d, 240.0, None) for d in (0, 21, 42)]


def test_a_cycle_is_cut_short_by_the_end_of_treatment():
    assert doses_after(until=30) == [(0, 20, 120.0, None), (28, 29, 120.0, None)]


def test_grade_3_holds_from_the_next_day_and_comes_back_one_level_lower():
    held, reduced = "held for grade 3 HFSR", "reduced after grade 3 HFSR"
    assert doses_after(HAND_FOOT, until=56) == [
        (0, 9, 120.0, None),
        (10, 19, 0.0, held),  # half of 20 days
        (20, 20, 80.0, reduced),
        (28, 48, 80.0, reduced),
    ]


def test_a_short_event_is_held_for_the_least_days():
    assert doses_after(replace(HAND_FOOT, days=4), until=28)[1][:2] == (10, 16)


def test_a_hold_that_is_too_long_ends_the_drug():
    rows = doses_after(replace(HAND_FOOT, days=200))
    assert rows[-1] == (56, 76, 0.0, "stopped after grade 3 HFSR: held too long")
    assert all(dose == 0 for first, _, dose, _ in rows if first > 9)


def test_first_grade_2_reduces_and_a_recurrence_holds_too():
    first = replace(HAND_FOOT, grade=2)
    assert [row[2] for row in doses_after(first, until=21)] == [120.0, 80.0]
    again = replace(HAND_FOOT, grade=2, day=12, days=8, occurrence=2)
    rows = doses_after(first, again, until=56)
    assert [row[2] for row in rows] == [120.0, 80.0, 0.0, 40.0, 40.0]


def test_grade_1_changes_nothing():
    assert doses_after(replace(HAND_FOOT, grade=1)) == doses_after()


def test_below_the_lowest_level_the_drug_is_stopped():
    lowest = replace(REGORAFENIB, dose_mg=40.0)
    rows = doses_after(replace(HAND_FOOT, grade=2), drug=lowest)
    assert rows == [
        (0, 9, 40.0, None),
        (10, 20, 0.0, "stopped after grade 2 HFSR: no lower dose"),
    ]


def test_a_dose_between_the_levels_goes_to_the_next_lower_one():
    rows = doses_after(replace(HAND_FOOT, grade=2), drug=replace(REGORAFENIB, dose_mg=100.0))
    assert rows[1][2] == 80.0


@pytest.mark.parametrize("group", ["liver injury", "hypertension"])
def test_events_that_stop_the_drug(group):
    rows = doses_after(Trigger("X", group, 4, 30, 10, 1))
    assert rows[-1][2:] == (0.0, "stopped after grade 4 X")
    assert rows[-1][0] == 31


def test_an_immune_related_event_leaves_an_infusion_out_and_is_no_reduction():
    event = Trigger("Pneumonitis", "immune-related", 3, 20, 30, 1)
    rows = doses_after(event, drug=TORIPALIMAB, until=64)
    held = "held for grade 3 Pneumonitis"
    assert rows == [(0, 0, 240.0, None), (21, 21, 0.0, held), (42, 42, 240.0, None),
                    (63, 63, 240.0, None)]  # fmt: skip


def test_an_infusion_on_the_day_of_the_event_was_given():
    event = Trigger("Pneumonitis", "immune-related", 3, 21, 10, 1)
    assert [r[2] for r in doses_after(event, drug=TORIPALIMAB, until=43)] == [240, 240, 240]


def test_regorafenib_is_held_around_the_ablation():
    facts = replace(FACTS, ablation_day=14, ablated_mm=40.0)
    assert doses_after(facts=facts, until=28) == [
        (0, 10, 120.0, None),
        (11, 20, 0.0, "held around RFA"),
    ]
    assert doses_after(drug=TORIPALIMAB, facts=facts, until=22)[1][2] == 240.0


def test_the_first_dose_is_always_given():
    facts = replace(FACTS, ablation_day=1, ablated_mm=40.0)
    assert doses_after(facts=facts, until=21)[0] == (0, 0, 120.0, None)


@pytest.mark.parametrize("name", ["regorafenib", "REGORAFENIB"])
def test_a_drug_is_known_whatever_its_capitals(name):
    rows = doses_after(HAND_FOOT, drug=replace(REGORAFENIB, name=name))
    assert any(dose == 0 for _, _, dose, _ in rows)


def test_a_class_names_its_drugs():
    event = Trigger("Pneumonitis", "immune-related", 4, 20, 30, 1)
    rows = doses_after(event, drug=replace(TORIPALIMAB, name="Nivolumab"), until=64)
    assert [row[2] for row in rows] == [240.0, 0.0]


def test_a_drug_of_which_the_scenario_says_nothing_is_given_as_planned():
    drug = replace(REGORAFENIB, name="Anewinib")
    facts = replace(FACTS, ablation_day=14, ablated_mm=40.0)
    assert doses_after(HAND_FOOT, drug=drug, facts=facts) == doses_after()


def test_a_drug_is_stopped_once():
    stop = Trigger("X", "hypertension", 4, 30, 10, 1)
    later = Trigger("Y", "liver injury", 4, 40, 10, 1)
    assert doses_after(stop, later) == doses_after(stop)
    # A hold that runs too long from day 22 ends the drug on day 64; the stop of day 30 is first.
    long = replace(HAND_FOOT, day=21, days=200)
    assert doses_after(long, stop, until=35)[-1][2:] == (0.0, "stopped after grade 4 X")


def test_what_comes_after_the_stop_changes_nothing():
    stop = Trigger("X", "hypertension", 4, 3, 10, 1)
    assert doses_after(stop, replace(HAND_FOOT, day=4)) == doses_after(stop)
    courses_of_two = doses_after(replace(HAND_FOOT, day=2, days=200), stop, until=21)
    assert courses_of_two[-1][3] == "stopped after grade 4 X"
