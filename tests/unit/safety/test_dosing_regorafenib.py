"""Regorafenib: every row of the label's table as a case, and the bounds of each."""

from __future__ import annotations

import pytest

from dosed_patients import change_drug, day, dose, event, liver_values, make_patient, sample
from trialwright.safety.dosing import advise_doses

HFSR = "Palmar-plantar erythrodysaesthesia syndrome"
ON = 20


@pytest.fixture(scope="module")
def label_study(crclm_study):
    """Return the study with the doses of the label: 160, 120, 80 mg."""
    return change_drug(crclm_study, dose_mg=160.0, dose_levels_mg=[120.0, 80.0])


def advise(study, events=(), labs=(), *, doses=None, on=ON, **others):
    doses = doses or [dose(0, on, 160.0)]
    labs = [*liver_values(-1), *(labs or liver_values(on - 1))]
    patient = make_patient(doses=doses, events=events, labs=labs, **others)
    return advise_doses(patient, study, "014", day(on))[0]


def numbers(demands):
    return [one.reading.rule.number for one in demands]


# What happened, what is asked, the dose to give (or to give on return), the rule that decides.
CASES = {
    "HFSR grade 1": ([event(HFSR, 1, 18)], "continue", 160, None),
    "HFSR grade 2, first": ([event(HFSR, 2, 18)], "reduce", 120, "1"),
    "HFSR grade 2, recurrent": (
        [event(HFSR, 2, 3, 9), event("Hand-foot skin reaction", 2, 18)],
        "hold and reduce",
        120,
        "2",
    ),
    "HFSR grade 2 after grade 3": (
        [event(HFSR, 3, 3, 9), event(HFSR, 2, 18)],
        "hold and reduce",
        120,
        "2",
    ),
    "HFSR grade 3": ([event(HFSR, 3, 18)], "hold and reduce", 120, "4"),
    "hypertension grade 2, symptoms": (
        [event("Hypertension", 2, 18, symptomatic=True)],
        "hold",
        160,
        "5",
    ),
    "hypertension grade 2, none": (
        [event("Hypertension", 2, 18, symptomatic=False)],
        "continue",
        160,
        None,
    ),
    "hypertension grade 3": ([event("hypertension", 3, 18)], "hold and reduce", 120, "6"),
    "hypertension grade 4": ([event("Hypertension", 4, 18)], "stop", None, "7"),
    "another grade 2": ([event("Fatigue", 2, 18)], "continue", 160, None),
    "another grade 3": ([event("Fatigue", 3, 18)], "hold and reduce", 120, "17"),
    "another grade 4": ([event("Stomatitis", 4, 18)], "stop", None, "18"),
    "another grade 3, not of the drug": (
        [event("Pleural effusion", 3, 18, related_to="RFA")],
        "continue",
        160,
        None,
    ),
    "infection grade 3": ([event("Urinary tract infection", 3, 18)], "hold", 160, "16"),
    "infection by its system": (
        [event("Erysipelas", 3, 18, body_system="Infections and infestations")],
        "hold",
        160,
        "16",
    ),
    "infection getting worse": (
        [event("Lung infection", 1, 15, 17), event("Lung infection", 2, 18)],
        "hold",
        160,
        "15",
    ),
    "ALT grade 3 as an event": (
        [event("Alanine aminotransferase increased", 3, 18)],
        "hold and reduce",
        120,
        "12",
    ),
    "ALT grade 3 again as an event": (
        [
            event("Alanine aminotransferase increased", 3, 3, 9),
            event("Aspartate aminotransferase increased", 3, 18),
        ],
        "stop",
        None,
        "13",
    ),
    "ALT grade 4 as an event": (
        [event("Alanine aminotransferase increased", 4, 18)],
        "stop",
        None,
        "14",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_label_asks_after_an_event(label_study, case) -> None:
    events, action, mg, rule = CASES[case]
    found = advise(label_study, events)
    assert (found.action, found.next_dose_mg) == (action, mg)
    assert numbers(found.rules)[:1] == ([] if rule is None else [rule])


@pytest.mark.parametrize(
    ("alt", "bilirubin", "action", "rule"),
    [
        (3.0, 2.5, "continue", None),
        (3.1, 2.0, "continue", None),
        (3.1, 2.1, "stop", "11"),
        (5.0, 1.0, "continue", None),
        (5.1, 1.0, "hold and reduce", "8"),
        (20.0, 1.0, "hold and reduce", "8"),
        (20.1, 1.0, "stop", "10"),
    ],
)
@pytest.mark.parametrize("which", ["ALT", "AST"])
def test_liver_values_by_their_bounds(label_study, which, alt, bilirubin, action, rule) -> None:
    other = "AST" if which == "ALT" else "ALT"
    labs = [sample(which, 19, alt), sample(other, 19, 0.9), sample("bilirubin", 19, bilirubin)]
    found = advise(label_study, labs=labs)
    assert found.action == action
    assert numbers(found.rules)[:1] == ([] if rule is None else [rule])


def test_a_multiple_that_floating_point_cannot_hold_is_on_its_bound(label_study) -> None:
    assert 2.1 / 0.7 > 3.0
    labs = [
        sample("ALT", 19, 1.0, value=2.1, upper_limit=0.7, lower_limit=0.1),
        *liver_values(19, 2.5)[1:],
    ]
    assert advise(label_study, labs=labs).action == "continue"


@pytest.mark.parametrize(("at", "action"), [(12, "stop"), (13, "stop"), (11, "continue")])
def test_bilirubin_within_three_days_is_concurrent(label_study, at, action) -> None:
    labs = [sample("ALT", 15, 4.0), sample("AST", 15, 1.0), sample("bilirubin", at, 2.5)]
    assert advise(label_study, labs=labs, on=16).action == action


def test_the_later_of_both_samples_is_the_day_of_the_rule(label_study) -> None:
    labs = [sample("ALT", 15, 4.0), sample("AST", 15, 1.0), sample("bilirubin", 17, 2.5)]
    assert advise(label_study, labs=labs).rules[0].reading.begun == day(17)


def test_gilbert_is_named_where_bilirubin_decides(label_study) -> None:
    labs = [sample("ALT", 19, 4.0), sample("AST", 19, 1.0), sample("bilirubin", 18, 2.5)]
    assert "Gilbert's syndrome" in advise(label_study, labs=labs).sentence


def test_a_second_rise_above_five_times_is_a_stop(label_study) -> None:
    course = [*liver_values(5, 6.0), *liver_values(9, 0.5), *liver_values(19, 5.5)]
    labs = [one for one in course if one["test"] != "bilirubin"]
    found = advise(label_study, labs=[*labs, sample("bilirubin", 19, 0.5)])
    assert (found.action, numbers(found.rules)[0]) == ("stop", "9")


def test_a_rise_that_never_came_down_is_no_second_one(label_study) -> None:
    course = [*liver_values(5, 6.0), *liver_values(9, 4.0), *liver_values(19, 5.5)]
    labs = [one for one in course if one["test"] != "bilirubin"]
    found = advise(label_study, labs=[*labs, sample("bilirubin", 19, 0.5)])
    assert found.action == "hold and reduce"
    assert "9" not in numbers(found.rules)


def test_values_that_are_back_at_an_abnormal_baseline_end_the_hold(label_study) -> None:
    doses = [dose(0, 10, 160.0), dose(11, ON, 0.0, "held")]
    labs = [
        *(sample(test, -2, 3.5) for test in ("ALT", "AST")),
        *(sample(test, 10, 6.0) for test in ("ALT", "AST")),
        *(sample(test, 18, 3.4) for test in ("ALT", "AST")),
        sample("bilirubin", 18, 1.0),
    ]
    patient = make_patient(doses=doses, labs=labs)
    assert advise_doses(patient, label_study, "014", day(17))[0].action == "hold and reduce"
    found = advise_doses(patient, label_study, "014", day(18))[0]
    assert (found.action, found.next_dose_mg, found.resume_from) == ("resume", 120, day(18))


def test_grade_2_that_does_not_improve_on_a_lower_dose_is_held(label_study) -> None:
    doses = [dose(0, 10, 160.0), dose(11, 30, 120.0)]
    events = [event(HFSR, 2, 10)]
    before = advise(label_study, events, doses=doses, on=17)
    assert (before.action, before.next_dose_mg) == ("continue", 120)
    after = advise(label_study, events, doses=doses, on=18)
    assert (after.action, after.next_dose_mg) == ("hold and reduce", 80)
    assert "120 mg from" in after.sentence


def test_a_dose_left_out_is_no_reduced_dose(label_study) -> None:
    doses = [dose(0, 10, 160.0), dose(11, 30, 0.0, "held")]
    found = advise(label_study, [event(HFSR, 2, 10)], doses=doses)
    assert "3" not in numbers(found.rules)


def test_grade_3_is_held_for_seven_days_at_least(label_study) -> None:
    doses = [dose(0, 10, 160.0), dose(11, 30, 0.0, "held")]
    events = [event(HFSR, 3, 10, 13)]
    for on in (14, 17):
        found = advise(label_study, events, doses=doses, on=on)
        assert (found.action, found.resume_from) == ("hold and reduce", day(18))
    found = advise(label_study, events, doses=doses, on=18)
    assert (found.action, found.next_dose_mg) == ("resume", 120)


def test_a_lower_grade_ends_the_hold(label_study) -> None:
    doses = [dose(0, 10, 160.0), dose(11, 30, 0.0, "held")]
    events = [event(HFSR, 3, 10), event(HFSR, 1, 19)]
    assert advise(label_study, events, doses=doses, on=18).action == "hold and reduce"
    assert advise(label_study, events, doses=doses, on=19).action == "resume"


def test_a_row_at_grade_2_that_goes_on_from_grade_3_keeps_the_hold(label_study) -> None:
    doses = [dose(0, 5, 160.0), dose(6, 30, 0.0, "held")]
    events = [event("Fatigue", 3, 5, 9), event("Fatigue", 2, 10, 18)]
    assert advise(label_study, events, doses=doses, on=15).action == "hold and reduce"
    assert advise(label_study, events, doses=doses, on=19).action == "resume"
    apart = [events[0], event("Fatigue", 2, 12, 18)]
    assert advise(label_study, apart, doses=doses, on=15).action == "resume"


def test_rows_of_one_event_at_several_grades_are_no_recurrence(label_study) -> None:
    one = [event(HFSR, 2, 3, 6), event(HFSR, 3, 7, 11), event(HFSR, 2, 12, 18)]
    found = advise(label_study, one)
    assert "2" not in numbers(found.rules) + numbers(found.earlier)
    again = [*one[:2], event(HFSR, 1, 12, 14), event(HFSR, 2, 15)]
    assert "2" in numbers(advise(label_study, again).rules)


def test_an_event_that_goes_on_is_not_over_on_the_day(label_study) -> None:
    doses = [dose(0, 5, 160.0), dose(6, 30, 0.0, "held")]
    events = [event("Fatigue", 3, 5, 15)]
    found = advise(label_study, events, doses=doses, on=15)
    assert (found.action, found.rules[0].reading.down) == ("hold and reduce", None)
    assert advise(label_study, events, doses=doses, on=16).action == "resume"


@pytest.mark.parametrize(
    ("given", "action", "mg"),
    [(160.0, "reduce", 120), (120.0, "reduce", 80), (80.0, "stop", None)],
)
def test_steps_of_the_label_down_to_the_stop(label_study, given, action, mg) -> None:
    found = advise(label_study, [event(HFSR, 2, 18)], doses=[dose(0, ON, given)])
    assert (found.action, found.next_dose_mg) == (action, mg)
    assert ("lowest dose" in found.sentence) == (action == "stop")


def test_the_levels_of_the_study_decide_in_a_trial_of_80_mg(crclm_study) -> None:
    first = advise(crclm_study, [event(HFSR, 2, 18)], doses=[dose(0, ON, 80.0)])
    assert (first.action, first.next_dose_mg) == ("reduce", 40)
    found = advise(crclm_study, [event(HFSR, 3, 18)], doses=[dose(0, ON, 40.0)])
    assert found.action == "stop"
    none = change_drug(crclm_study, dose_levels_mg=[])
    assert advise(none, [event(HFSR, 2, 18)], doses=[dose(0, ON, 80.0)]).action == "stop"


def test_two_events_at_one_level_take_one_step(label_study) -> None:
    found = advise(label_study, [event(HFSR, 3, 17), event("Fatigue", 3, 18)])
    assert (found.action, found.next_dose_mg) == ("hold and reduce", 120)
    assert numbers(found.rules) == ["4", "17"]


def test_the_most_severe_rule_counts_and_all_are_shown(label_study) -> None:
    events = [event(HFSR, 2, 17), event("Hypertension", 4, 18)]
    found = advise(label_study, events)
    assert (found.action, numbers(found.rules)) == ("stop", ["7", "1"])


def test_a_dose_that_was_reduced_stays_as_it_is(label_study) -> None:
    doses = [dose(0, 10, 160.0), dose(11, ON, 120.0)]
    found = advise(label_study, [event(HFSR, 2, 10, 14)], doses=doses)
    assert (found.action, found.next_dose_mg) == ("continue", 120)
    assert (numbers(found.rules), numbers(found.earlier)) == ([], ["1"])


def test_a_reduction_has_been_followed_once_the_dose_is_lower(label_study) -> None:
    doses = [dose(0, 15, 160.0), dose(16, ON, 120.0)]
    found = advise(label_study, [event(HFSR, 2, 15)], doses=doses)
    assert found.action == "continue"
    assert "Rule regorafenib_label 1 has been followed" in found.sentence


@pytest.mark.parametrize("later", [[], [dose(11, 15, 0.0)], [dose(14, ON, 160.0)]])
def test_a_hold_is_never_said_to_have_been_followed(label_study, later) -> None:
    doses = [dose(0, 10, 160.0), *later]
    events = [event("Hypertension", 2, 10, 12, symptomatic=True)]
    assert "followed" not in advise(label_study, events, doses=doses).sentence


def test_a_stop_that_a_physician_set_aside_is_a_reduction(label_study) -> None:
    doses = [dose(0, 10, 160.0), dose(15, ON, 160.0)]
    found = advise(label_study, [event("Hypertension", 4, 10, 13)], doses=doses)
    assert (found.action, found.next_dose_mg) == ("reduce", 120)
    assert "a physician's decision" in found.sentence


@pytest.mark.parametrize("alt", [6.0, 25.0])
def test_a_rise_after_an_ablation_holds_and_neither_reduces_nor_stops(label_study, alt) -> None:
    labs = [sample("ALT", 19, alt), sample("AST", 19, 1.0), sample("bilirubin", 19, 1.0)]
    found = advise(label_study, labs=labs, ablated_on=17)
    assert (found.action, found.next_dose_mg) == ("hold", 160)
    assert "2 days after an ablation" in found.sentence
    assert advise(label_study, labs=labs, ablated_on=12).action == "hold"  # 7 days
    assert advise(label_study, labs=labs, ablated_on=11).action != "hold"


def test_a_stop_that_an_ablation_softens_returns_as_the_holds_do(label_study) -> None:
    labs = [sample("ALT", 19, 72.0), sample("AST", 19, 1.0), sample("bilirubin", 19, 6.0)]
    found = advise(label_study, labs=labs, ablated_on=18)
    assert numbers(found.rules) == ["10", "11"]
    (back,) = found.conditions
    assert "at most 3 x" in back
    still = [*labs, *liver_values(20, 3.1)[:2]]
    assert advise(label_study, labs=still, ablated_on=18).action == "hold"


def test_a_rise_that_outlasts_the_ablation_counts_in_full(label_study) -> None:
    labs = [sample("ALT", 5, 6.0), sample("ALT", 19, 6.0), *liver_values(19)[1:]]
    found = advise(label_study, labs=labs, ablated_on=4)
    assert (found.action, found.next_dose_mg) == ("hold and reduce", 120)


def test_a_rise_after_an_ablation_makes_a_later_one_no_recurrence(label_study) -> None:
    labs = [
        sample("ALT", 5, 6.0),
        sample("ALT", 9, 0.5),
        sample("ALT", 19, 6.0),
        *liver_values(19)[1:],
    ]
    assert advise(label_study, labs=labs, ablated_on=4).action == "hold and reduce"
    assert advise(label_study, labs=labs).action == "stop"
