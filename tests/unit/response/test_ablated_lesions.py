"""What became of each ablated lesion; definitions of Ahmed 2014 and Puijk 2021."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from trialwright.response import Lesion, LocalTreatment, PatientScans, Reading
from trialwright.response.ablated.outcomes import AblationRules, outcomes_of
from trialwright.response.ablated.rules import (
    MARGIN_BANDS,
    Answer,
    LocalEnd,
    Zone,
    all_of,
    answer_of,
    any_of,
    end_of_local_control,
    first_local_progression,
    lies_in_window,
    margin_band,
    read_zone,
    read_zone_of_scan,
    technique_efficacy,
)

START = date(2025, 1, 6)
RULES = AblationRules((4.0, 8.0), "earliest")
ABLATED_ON = 14


def day(number):
    return START + timedelta(days=number)


def scan(number, finding=None, *, lesion="T1", mm=30.0, state=None):
    size = None if state is not None else mm
    return Reading(lesion, f"day {number}", day(number), size, state, ablation_finding=finding)


def ablate(number=ABLATED_ON, *, lesion="T1", modality="RFA", planned=True, success=True, margin=5):
    return LocalTreatment(lesion, day(number), modality, planned, success, margin)


def patient(*readings, treated=(), death=None, lesions=("T1", "T2")):
    return PatientScans(
        "P1",
        START,
        tuple(Lesion(name, "target", "liver", lymph_node=False) for name in lesions),
        tuple(scan(-7, lesion=name) for name in lesions) + readings,
        local_treatments=tuple(treated),
        death=None if death is None else day(death),
    )


def follow(*readings, treated=None, rules=RULES, **facts):
    """Return the one ablated lesion of a patient; the baseline scan is added."""
    done = (ablate(),) if treated is None else treated
    (one,) = outcomes_of(patient(*readings, treated=done, **facts), rules)
    return one


@pytest.mark.parametrize(
    ("finding", "state", "zone"),
    [
        ("complete", None, Zone.COMPLETE),
        ("benign_rim", None, Zone.COMPLETE),
        ("residual", None, Zone.TUMOUR),
        ("local_progression", None, Zone.TUMOUR),
        (None, "unequivocal_progression", Zone.TUMOUR),
        ("complete", "unequivocal_progression", Zone.COMPLETE),  # the finding is about the zone
        (None, "increased", Zone.UNKNOWN),  # a zone that grows is no tumour by its size
        (None, "absent", Zone.UNKNOWN),  # silence is never complete
        (None, None, Zone.UNKNOWN),
    ],
)
def test_what_a_reading_says_of_the_zone(finding, state, zone):
    assert read_zone(finding, state) == zone


def test_of_readings_of_one_scan_the_worse_counts():
    assert read_zone_of_scan([Zone.COMPLETE, Zone.UNKNOWN]) == Zone.COMPLETE
    assert read_zone_of_scan([Zone.TUMOUR, Zone.COMPLETE]) == Zone.TUMOUR
    assert read_zone_of_scan([]) == Zone.UNKNOWN


YES, NO, NOT_ASSESSED = Answer.YES, Answer.NO, Answer.NOT_ASSESSED


@pytest.mark.parametrize(
    ("answers", "every", "some"),
    [
        ([YES, YES], YES, YES),
        ([YES, NO, NOT_ASSESSED], NO, YES),
        ([YES, NOT_ASSESSED], NOT_ASSESSED, YES),
        ([NO, NOT_ASSESSED], NO, NOT_ASSESSED),
        ([NO, NO], NO, NO),
    ],
)
def test_what_was_not_assessed_leaves_a_question_open_unless_another_answer_decides(
    answers, every, some
):
    assert (all_of(answers), any_of(answers)) == (every, some)


def test_what_nobody_recorded_is_not_assessed():
    assert [answer_of(said) for said in (True, False, None)] == [YES, NO, NOT_ASSESSED]


C, T = Zone.COMPLETE, Zone.TUMOUR


@pytest.mark.parametrize(
    ("zones", "first", "alive", "dead"),
    [
        ([], -1, LocalEnd.NOT_ASSESSED, LocalEnd.DEATH),
        ([C], -1, LocalEnd.CENSORED, LocalEnd.DEATH),
        ([C, C, T, T], 2, LocalEnd.LOCAL_PROGRESSION, LocalEnd.LOCAL_PROGRESSION),
        ([T], -1, LocalEnd.NEVER_COMPLETE, LocalEnd.NEVER_COMPLETE),
        ([T, T], -1, LocalEnd.NEVER_COMPLETE, LocalEnd.NEVER_COMPLETE),
        ([T, C], -1, LocalEnd.CENSORED, LocalEnd.DEATH),
        ([T, C, T], 2, LocalEnd.LOCAL_PROGRESSION, LocalEnd.LOCAL_PROGRESSION),
    ],
)
def test_local_progression_needs_a_complete_zone_before(zones, first, alive, dead):
    assert first_local_progression(zones) == first
    assert end_of_local_control(zones, died=False) == alive
    assert end_of_local_control(zones, died=True) == dead


def test_efficacy_is_what_the_control_shows():
    answers = {zone: technique_efficacy(zone) for zone in Zone}
    assert answers == {
        Zone.UNKNOWN: Answer.NOT_ASSESSED,
        Zone.COMPLETE: Answer.YES,
        Zone.TUMOUR: Answer.NO,
    }


@pytest.mark.parametrize(
    ("days", "inside"), [(27, False), (28, True), (40, True), (56, True), (57, False)]
)
def test_the_window_of_the_first_control_includes_both_ends(days, inside):
    assert lies_in_window(days, 4.0, 8.0) is inside


@pytest.mark.parametrize(
    ("margin", "band"), [(0, 0), (0.5, 1), (5, 1), (5.1, 2), (10, 2), (10.5, 3)]
)
def test_margins_fall_into_bands(margin, band):
    assert margin_band(margin) == MARGIN_BANDS[band]


def test_a_complete_first_control_is_primary_efficacy():
    one = follow(scan(56, "complete", mm=45.0), scan(112, "benign_rim", mm=60.0))
    assert (one.primary_efficacy, one.residual_tumour) == (Answer.YES, Answer.NO)
    assert (one.secondary_efficacy, one.efficacy) == (None, Answer.YES)
    assert (one.first_control.visit, one.first_control_days, one.in_window) == ("day 56", 42, True)
    assert (one.size_before_mm, one.zone_sizes_mm) == (30.0, (45.0, 60.0))
    assert one.local.end == LocalEnd.CENSORED
    assert (one.local.date, one.local.days) == (day(112), 98)
    assert "42 days after RFA, recorded as complete: complete" in one.efficacy_reason.sentence
    assert one.days_from_first_treatment == 14


def test_tumour_on_the_first_control_is_residual_whatever_it_is_called():
    for said in ({"finding": "residual"}, {"finding": "local_progression"},
                 {"state": "unequivocal_progression"}):  # fmt: skip
        one = follow(scan(56, **said), scan(112, "local_progression"))
        assert (one.primary_efficacy, one.residual_tumour) == (Answer.NO, Answer.YES)
        assert (one.local.end, one.local.days) == (LocalEnd.NEVER_COMPLETE, None)


def test_a_scan_that_says_nothing_of_the_zone_is_no_control():
    one = follow(scan(56, mm=40.0), scan(112, state="absent"))
    assert one.first_control is None
    assert one.primary_efficacy == one.residual_tumour == Answer.NOT_ASSESSED
    assert (one.local.end, one.local.days, one.in_window) == (LocalEnd.NOT_ASSESSED, None, None)
    later = follow(scan(56, mm=40.0), scan(112, "complete"))
    assert (later.first_control_days, later.in_window) == (98, False)
    assert later.primary_efficacy == Answer.YES


def test_a_scan_on_the_day_of_the_ablation_is_before_it():
    assert follow(scan(ABLATED_ON, "complete")).first_control is None


def test_local_progression_is_dated_at_the_control_that_shows_it():
    one = follow(scan(56, "complete"), scan(112, "local_progression"), scan(168, "complete"))
    assert one.local.end == LocalEnd.LOCAL_PROGRESSION
    assert (one.local.date, one.local.days) == (day(112), 98)
    assert "after a complete zone at day 56" in one.local.reason.sentence


def test_the_word_residual_after_a_complete_control_is_local_progression():
    one = follow(scan(56, "complete"), scan(112, "residual"))
    assert one.local.end == LocalEnd.LOCAL_PROGRESSION
    assert "recorded as residual" in one.local.reason.sentence


def test_death_competes_and_does_not_censor():
    one = follow(scan(56, "complete"), death=90)
    assert (one.local.end, one.local.days) == (LocalEnd.DEATH, 76)
    assert one.primary_efficacy == Answer.YES
    before = follow(death=30)
    assert (before.local.end, before.local.days) == (LocalEnd.DEATH, 16)
    assert before.primary_efficacy == Answer.NOT_ASSESSED
    after = follow(scan(56, "complete"), scan(112, "local_progression"), death=130)
    assert after.local.end == LocalEnd.LOCAL_PROGRESSION


def test_a_course_of_several_planned_sessions_ends_with_the_last():
    course = (ablate(14, success=False), ablate(28, margin=7))
    one = follow(scan(21, mm=40.0), scan(70, "complete"), treated=course)
    assert one.course == course
    assert one.retreatments == ()
    assert (one.technical_success, one.first_control_days) == (True, 42)
    assert one.secondary_efficacy is None


def test_days_count_from_the_last_session_of_the_course():
    course = (ablate(14), ablate(50))
    one = follow(scan(98, "complete"), scan(154, "local_progression"), treated=course)
    assert (one.first_control_days, one.in_window) == (48, True)
    assert one.local.days == 104
    again = follow(scan(98, "complete"), treated=(*course, ablate(30, planned=False)))
    assert again.primary_efficacy == Answer.YES  # the repeat came before the course had ended
    late = follow(scan(98, "complete"), treated=(*course, ablate(60, planned=False)))
    assert late.primary_efficacy == Answer.NOT_ASSESSED


def test_a_scan_on_the_day_of_a_treatment_is_before_it():
    again = follow(scan(56, "residual"), treated=(ablate(), ablate(56)))
    assert (again.course, again.retreatments) == ((ablate(),), (ablate(56),))
    assert (again.primary_efficacy, again.secondary_efficacy) == (Answer.NO, Answer.NOT_ASSESSED)
    removed = ablate(56, modality="surgery", planned=False)
    before = follow(scan(56, "complete"), treated=(ablate(), removed))
    assert (before.primary_efficacy, before.local.date) == (Answer.YES, day(56))
    sized = follow(scan(ABLATED_ON, mm=33.0), scan(56, mm=48.0))
    assert (sized.size_before_mm, sized.zone_sizes_mm) == (33.0, (48.0,))


def test_surgery_on_the_day_of_the_ablation_leaves_no_zone_to_follow():
    removed = ablate(modality="surgery", planned=False)
    one = follow(scan(56, "complete"), treated=(ablate(), removed))
    assert one.first_control is None


def test_an_ablation_on_the_day_of_the_baseline_scan_is_study_treatment():
    (one,) = outcomes_of(patient(treated=(ablate(-7),)), RULES)
    assert one.days_from_first_treatment == -7


def test_rules_are_those_of_the_study(crclm_study):
    assert AblationRules.of(crclm_study) == AblationRules((4.0, 8.0), "earliest")
    without = crclm_study.model_copy(update={"ablation": None})
    assert AblationRules.of(without).first_control_weeks is None


def test_success_that_nobody_recorded_stays_unknown():
    assert follow(treated=(ablate(success=None),)).technical_success is None


def test_repeated_ablation_gives_secondary_efficacy():
    again = ablate(70, planned=False)
    one = follow(scan(56, "residual"), scan(112, "complete"), treated=(ablate(), again))
    assert (one.course, one.retreatments) == ((ablate(),), (again,))
    assert (one.primary_efficacy, one.secondary_efficacy) == (Answer.NO, Answer.YES)
    assert one.efficacy == Answer.YES
    assert (one.local.end, one.local.days) == (LocalEnd.CENSORED, 98)
    assert "complete on the next control" in one.efficacy_reason.sentence
    assert one.ablations == (ablate(), again)
    unread = follow(scan(56, "residual"), treated=(ablate(), again))
    assert unread.secondary_efficacy == unread.efficacy == Answer.NOT_ASSESSED
    failed = follow(scan(56, "residual"), scan(112, "residual"), treated=(ablate(), again))
    assert failed.secondary_efficacy == Answer.NO


def test_a_planned_ablation_after_the_first_control_is_a_repeat():
    again = ablate(70)
    one = follow(scan(56, "residual"), scan(112, "complete"), treated=(ablate(), again))
    assert one.retreatments == (again,)


def test_an_unplanned_repeat_before_the_first_control_leaves_the_course_unassessed():
    again = ablate(28, planned=False)
    one = follow(scan(70, "complete"), treated=(ablate(), again))
    assert (one.course, one.retreatments) == ((ablate(),), (again,))
    assert (one.primary_efficacy, one.secondary_efficacy) == (Answer.NOT_ASSESSED, Answer.YES)
    assert "repeated before the first control" in one.efficacy_reason.sentence


def test_a_lesion_ablated_only_outside_the_protocol_has_a_course_too():
    one = follow(scan(56, "complete"), treated=(ablate(planned=False),))
    assert one.primary_efficacy == Answer.YES
    assert not one.course[0].planned


def test_surgery_of_the_lesion_ends_its_follow_up():
    removed = ablate(80, modality="surgery", planned=False)
    one = follow(scan(56, "complete"), scan(112, "local_progression"), death=130,
                 treated=(ablate(), removed))  # fmt: skip
    assert (one.local.end, one.local.date) == (LocalEnd.CENSORED, day(56))
    assert "surgery of the lesion" in one.local.reason.sentence


def test_a_lesion_treated_in_another_way_is_no_ablated_lesion():
    assert outcomes_of(patient(treated=(ablate(modality="radiotherapy"),)), RULES) == ()


def test_an_ablation_before_baseline_is_prior_treatment():
    assert outcomes_of(patient(treated=(ablate(-30),)), RULES) == ()
    never_scanned = replace(patient(treated=(ablate(-30),)), readings=())
    assert outcomes_of(never_scanned, RULES) == ()
    (one,) = outcomes_of(replace(never_scanned, local_treatments=(ablate(),)), RULES)
    assert one.local.end == LocalEnd.NOT_ASSESSED


def test_without_a_stated_window_no_control_is_in_or_out_of_it():
    rules = AblationRules(None, "earliest")
    assert follow(scan(56, "complete"), rules=rules).in_window is None


def test_an_ablation_of_a_lesion_that_nobody_declared_is_left_to_the_checks():
    # ablation.unknown_lesion is a warning; the report must still be made.
    assert outcomes_of(patient(treated=(ablate(lesion="T9"),)), RULES) == ()


def test_lesions_stand_in_the_order_of_their_ablation():
    found = outcomes_of(patient(treated=(ablate(20, lesion="T1"), ablate(14, lesion="T2"))), RULES)
    assert [one.lesion.lesion_id for one in found] == ["T2", "T1"]
