"""The doses given against the doses asked for: disagreements, questions and notes."""

from __future__ import annotations

import pytest

from dosed_patients import day, dose, event, liver_values, make_patient, sample
from trialwright.safety.dosing import check_doses

HFSR = "Palmar-plantar erythrodysaesthesia syndrome"


def check(study, doses, events=(), labs=(), **others):
    labs = [*liver_values(-1), *(labs or liver_values(5))]
    return check_doses(make_patient(doses=doses, events=events, labs=labs, **others), study)


def told(found):
    return [(one.weight, one.kind, one.first, one.rule.rpartition(" ")[2]) for one in found]


def test_doses_as_asked_for_are_no_finding(crclm_study) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 17, 0.0, "held"), dose(18, 20, 40.0, "reduced")]
    assert check(crclm_study, doses, [event(HFSR, 3, 10, 14)]) == ()


def test_the_dose_of_the_day_of_onset_counts_as_taken(crclm_study) -> None:
    assert check(crclm_study, [dose(0, 10, 80.0)], [event(HFSR, 3, 10)]) == ()


def test_given_although_it_was_to_be_held(crclm_study) -> None:
    found = check(
        crclm_study, [dose(0, 20, 40.0)], [event("Hypertension", 2, 10, symptomatic=True)]
    )
    assert told(found) == [("disagreement", "given although to be held", day(11), "5")]
    assert (found[0].last, found[0].dose_mg, found[0].asked_mg) == (day(20), 40.0, 0.0)
    assert "row 2" in found[0].sentence


def test_given_again_too_soon(crclm_study) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 13, 0.0), dose(14, 20, 40.0)]
    found = check(crclm_study, doses, [event(HFSR, 3, 10, 12)])
    assert told(found) == [("disagreement", "given although to be held", day(14), "4")]


def test_given_again_before_it_is_known_to_be_over_is_a_question(crclm_study) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 17, 0.0), dose(18, 20, 40.0)]
    found = check(crclm_study, doses, [event(HFSR, 3, 10, 30)])
    assert [one.weight for one in found] == ["question"]


def test_a_higher_dose_than_asked_for_on_return(crclm_study) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 17, 0.0), dose(18, 20, 80.0)]
    found = check(crclm_study, doses, [event(HFSR, 3, 10, 14)])
    assert told(found) == [("disagreement", "dose higher than asked for", day(18), "4")]
    assert found[0].asked_mg == 40.0


def test_a_reduction_that_was_not_made(crclm_study) -> None:
    found = check(crclm_study, [dose(0, 20, 80.0)], [event(HFSR, 2, 10, 14)])
    assert told(found) == [("disagreement", "dose higher than asked for", day(11), "1")]


def test_given_after_a_stop(crclm_study) -> None:
    labs = [sample("ALT", 10, 21.0), sample("AST", 10, 1.0), sample("bilirubin", 10, 1.0)]
    found = check(crclm_study, [dose(0, 20, 80.0)], labs=labs)
    assert told(found) == [("disagreement", "given although to be stopped", day(11), "10")]


def test_given_during_a_grade_4_is_a_disagreement_and_after_it_a_decision(crclm_study) -> None:
    during = check(crclm_study, [dose(0, 20, 80.0)], [event("Hypertension", 4, 10, 14)])
    assert told(during) == [("disagreement", "given although to be stopped", day(11), "7")]
    doses = [dose(0, 10, 80.0), dose(15, 20, 40.0)]
    assert check(crclm_study, doses, [event("Hypertension", 4, 10, 14)]) == ()


def test_a_dose_after_a_rise_that_an_ablation_explains_is_a_question(crclm_study) -> None:
    labs = [sample("ALT", 10, 6.0), sample("AST", 10, 1.0), sample("bilirubin", 10, 1.0)]
    found = check(crclm_study, [dose(0, 20, 80.0)], labs=labs, ablated_on=9)
    assert told(found) == [("question", "given although to be held", day(11), "8")]
    assert "1 day after an ablation" in found[0].sentence


def test_no_lower_dose_means_a_stop(crclm_study) -> None:
    found = check(crclm_study, [dose(0, 20, 40.0)], [event(HFSR, 2, 10, 12)])
    assert told(found) == [("disagreement", "given although to be stopped", day(11), "1")]
    assert "lowest dose" in found[0].sentence


@pytest.mark.parametrize(
    ("mg", "kind"), [(0.0, "left out without a rule"), (40.0, "reduced without a rule")]
)
def test_a_lower_dose_that_no_rule_asks_for_is_a_note(crclm_study, mg, kind) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 15, mg, "a holiday"), dose(16, 20, mg, "a holiday")]
    found = check(crclm_study, doses)
    assert told(found) == [("note", kind, day(11), "")]
    assert "a holiday" in found[0].sentence


@pytest.mark.parametrize("reason", ["held around RFA", "rfa planned", "held for the ablation"])
def test_a_hold_around_the_ablation_is_planned(crclm_study, reason) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 20, 0.0, reason), dose(21, 25, 80.0)]
    assert check(crclm_study, doses, ablated_on=14) == ()


def test_a_lower_dose_after_a_planned_hold_is_a_note(crclm_study) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 20, 0.0, "held around RFA"), dose(21, 25, 40.0)]
    found = check(crclm_study, doses, ablated_on=14)
    assert told(found) == [("note", "reduced without a rule", day(21), "")]


def test_a_rule_that_cannot_be_told_explains_a_hold(crclm_study) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 15, 0.0, "blood pressure")]
    assert check(crclm_study, doses, [event("Hypertension", 2, 10, 14)]) == ()


def test_one_dose_row_is_told_once_by_the_most_severe_rule(crclm_study) -> None:
    events = [event("Fatigue", 3, 10), event("Myocarditis", 4, 10)]
    found = check(crclm_study, [dose(0, 20, 80.0)], events)
    assert len(found) == 1


def test_a_drug_without_rules_is_not_checked(crclm_study) -> None:
    doses = [dose(0, 20, 80.0, drug="Something else"), dose(0, 20, 80.0)]
    found = check(crclm_study, doses, [event("Fatigue", 3, 10, related_to="Something else")])
    assert found == ()


def test_too_long_a_hold_is_a_stop_from_then_on(crclm_study) -> None:
    infusions = [dose(at, at, 240.0, drug="Toripalimab") for at in (0, 105)]
    events = [event("Colitis", 2, 10, 100, related_to="Toripalimab")]
    found = check(crclm_study, infusions, events)
    assert told(found) == [("disagreement", "given although to be stopped", day(105), "6")]
    early = [dose(at, at, 240.0, drug="Toripalimab") for at in (0, 21)]
    assert told(check(crclm_study, early, events)) == [
        ("disagreement", "given although to be held", day(21), "6")
    ]


def test_an_infusion_that_was_left_out_and_given_later(crclm_study) -> None:
    infusions = [dose(at, at, 240.0, drug="Toripalimab") for at in (0, 42)]
    events = [event("Colitis", 2, 10, 60, related_to="Toripalimab")]
    assert [one.weight for one in check(crclm_study, infusions, events)] == ["question"]


def test_an_infusion_in_a_hold(crclm_study) -> None:
    doses = [dose(0, 0, 240.0, drug="Toripalimab"), dose(21, 21, 240.0, drug="Toripalimab")]
    events = [event("Colitis", 2, 10, 40, related_to="Toripalimab")]
    found = check(crclm_study, doses, events)
    assert [(one.drug, one.weight) for one in found] == [("Toripalimab", "disagreement")]
