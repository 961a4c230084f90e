"""Cases that mutated times got past before: origins, first days, horizons, and what is told."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from called_patients import START, day, patient
from test_local_control import BACK, LEFT, OK, RULES, follow, scans
from test_local_control import patient as ablated_patient

from following import CENSORING, FDA, READ
from trialwright.endpoints import (
    Member,
    NoTime,
    duration_of_response,
    duration_of_stable_disease,
    local_progression_free_survival,
    local_progression_free_survival_of_lesions,
    overall_survival,
    progression_free_survival,
    time_on_treatment,
    time_to_local_progression,
    time_to_progression,
    time_to_progression_or_competing_death,
    time_to_response,
)
from trialwright.endpoints.endings import Strategy
from trialwright.response.ablated.outcomes import outcomes_of

HYPOTHETICAL, COMPOSITE = Strategy.HYPOTHETICAL, Strategy.COMPOSITE
RESPONDED = {56: 60, 112: 60, 168: 60}
STABLE = {56: 90, 112: 90}
PROGRESSED = {56: 90, 112: 130}
NO_TREATMENT_DATE = "no date of first treatment, from which time is counted (endpoints.time_origin)"


def rules(**changes):
    return replace(FDA, censoring=CENSORING._replace(**changes))


def one_time(endpoint, one, how=FDA):
    (found,) = endpoint([one], how)
    return found


def read(sizes, **facts):
    return patient(sizes, rules=READ, **facts)


# --- Survival


def test_contact_on_the_first_day_is_contact_after_the_start():
    one = replace(read({}), last_contact=START)
    found = one_time(overall_survival, one)
    assert (found.kind, found.days) == ("alive at last contact", 0)


def test_the_survival_of_the_living_ends_with_the_last_contact():
    found = one_time(overall_survival, read({}, contact=150))
    assert (found.end, found.days, found.event, found.competing) == (day(150), 150, False, False)


def test_survival_followed_to_the_horizon_names_nothing_that_came_later():
    found = one_time(overall_survival, read({}, contact=150), rules(horizon_day=120.0))
    assert found.reason == "censored: followed to the horizon"
    assert (found.end, found.event, found.imputed) == (day(120), False, None)


# --- Where time starts


@pytest.mark.parametrize(
    "endpoint",
    [
        progression_free_survival,
        time_to_progression,
        time_to_progression_or_competing_death,
        time_to_response,
    ],
)
def test_without_the_date_of_the_origin_there_is_no_time(endpoint):
    one = replace(read(RESPONDED, death=300), member=Member("P1", day(-7), None, None))
    assert one_time(endpoint, one) == NoTime("P1", NO_TREATMENT_DATE)


def test_survival_without_the_date_of_its_origin_names_its_own_field():
    one = replace(read({}, death=90), member=Member("P1", None, START, None))
    found = one_time(overall_survival, one, replace(FDA, survival_origin="enrolment"))
    assert found == NoTime(
        "P1",
        "no date of enrolment, from which time is counted (endpoints.overall_survival_origin)",
    )


def test_times_from_the_enrolment_start_a_week_before_the_treatment():
    how = replace(FDA, origin="enrolment", survival_origin="enrolment")
    one = read(RESPONDED, death=180)
    assert one_time(progression_free_survival, one, how).days == 187
    assert one_time(overall_survival, one, how).days == 187
    assert one_time(time_to_response, one, how).days == 63
    # the duration starts with the response, and the treatment with the treatment
    assert one_time(duration_of_response, one, how).days == 124
    assert one_time(time_on_treatment, one, how).days == 180


def test_the_horizon_counts_from_the_treatment_where_time_starts_with_the_enrolment():
    """Day 50 after the first treatment is day 57 after the enrolment."""
    how = replace(rules(horizon_day=50.0), origin="enrolment")
    late = one_time(time_to_response, read(RESPONDED), how)
    assert isinstance(late, NoTime)
    assert "first response came after the horizon" in late.why
    seen = replace(rules(horizon_day=56.0), origin="enrolment")
    assert one_time(time_to_response, read(RESPONDED), seen).end == day(56)


@pytest.mark.parametrize(
    ("endpoint", "facts"),
    [
        (progression_free_survival, {"death": 180}),
        (overall_survival, {"death": 180}),
        (duration_of_response, {"death": 180}),
        (time_to_response, {}),
        (time_on_treatment, {"death": 180}),
    ],
)
def test_the_convention_may_add_a_day_to_every_time(endpoint, facts):
    plain, more = (
        one_time(endpoint, read(RESPONDED, **facts), replace(FDA, extra_day=added))
        for added in (0, 1)
    )
    assert more == replace(plain, days=plain.days + 1)


def test_a_horizon_that_cuts_time_on_treatment_keeps_the_day_that_the_convention_adds():
    how = replace(rules(horizon_day=60.0), extra_day=1)
    found = one_time(time_on_treatment, read({}, stop=(80, "adverse event")), how)
    assert (found.end, found.days, found.event) == (day(60), 61, False)
    assert found.reason == (
        f"censored: followed to the horizon; treatment stopped: adverse event on {day(80)} "
        "came later"
    )


def test_a_horizon_that_cuts_an_open_treatment_names_nothing_that_came_later():
    one = replace(read({}, contact=300), last_dose=day(90))
    found = one_time(time_on_treatment, one, rules(horizon_day=60.0))
    assert found.reason == "censored: followed to the horizon"
    assert (found.end, found.event, found.competing) == (day(60), False, False)


# --- Who responds, and who is stable


def test_who_did_not_respond_has_no_response_to_time_and_the_best_is_named():
    for endpoint in (duration_of_response, time_to_response):
        found = one_time(endpoint, read(STABLE))
        assert found == NoTime("P1", "no response: best response SD")


def test_who_counts_as_a_failure_has_no_response_for_that_reason():
    one = replace(read(RESPONDED), failed="no planned ablation")
    for endpoint in (duration_of_response, time_to_response):
        assert one_time(endpoint, one) == NoTime("P1", "no response: no planned ablation")


def test_who_was_not_stable_has_no_duration_of_stable_disease():
    assert one_time(duration_of_stable_disease, read(RESPONDED)) == NoTime(
        "P1", "not stable disease: best response PR"
    )


def test_a_response_names_the_visit_that_showed_it_first():
    found = one_time(time_to_response, read({56: 90, 112: 60, 168: 60}))
    assert (found.days, found.source) == (112, "measurements, D112")
    assert (found.kind, found.event, found.competing) == ("response", True, False)


# --- What ends time


@pytest.mark.parametrize(
    ("last", "end"),
    [("any", 168), ("adequate", 112), ("measured", 56)],
)
def test_the_last_assessment_is_the_one_that_the_study_counts(last, end):
    """Day 112 calls the response without the size of every target; day 168 was not evaluable."""
    one = read({56: 90, 112: 90, 168: None})
    response = one.response
    points = list(response.time_points)
    points[1] = replace(points[1], sum_mm=math.nan)
    one = replace(one, response=replace(response, time_points=tuple(points)))
    found = one_time(progression_free_survival, one, replace(FDA, last_assessment=last))
    assert (found.end, found.event) == (day(end), False)


@pytest.mark.parametrize(
    ("category", "strategy", "event"),
    [
        ("adverse event", "discontinuation", True),
        ("adverse event", "clinical_progression", False),
        ("progression", "clinical_progression", True),
        ("progression", "discontinuation", False),
        ("completed", "discontinuation", False),
        ("completed", "clinical_progression", False),
    ],
)
def test_a_stop_is_an_event_of_its_own_kind_alone(category, strategy, event):
    one = read(STABLE, stop=(80, category))
    found = one_time(progression_free_survival, one, rules(**{strategy: COMPOSITE}))
    assert (found.end, found.event) == (day(80 if event else 112), event)


def test_no_time_is_competing_but_one_that_a_competing_event_ended():
    for facts in ({}, {"death": 130}):
        found = one_time(progression_free_survival, read(STABLE, **facts))
        assert (found.event, found.competing) == (bool(facts), False)
    progressed = one_time(time_to_progression_or_competing_death, read(PROGRESSED))
    assert (progressed.event, progressed.competing) == (True, False)
    died = one_time(time_to_progression_or_competing_death, read(STABLE, death=130))
    assert (died.event, died.competing) == (False, True)


def test_a_censoring_before_a_local_treatment_names_its_day():
    one = replace(read(STABLE), local_therapy=day(80))
    found = one_time(progression_free_survival, one, rules(local_therapy=HYPOTHETICAL))
    assert found.kind == "unplanned local therapy"
    assert found.reason == (
        f"censored at the last adequate assessment before unplanned local therapy ({day(80)})"
    )


def test_a_time_with_a_wrong_date_names_the_table_that_holds_it():
    found = one_time(overall_survival, replace(read({}), death=day(-3)))
    assert (found.contradiction, found.table) == (True, "deaths")


# --- Ablated lesions


def test_a_death_before_the_ablation_stands_in_the_table_of_deaths():
    for endpoint in (time_to_local_progression, local_progression_free_survival):
        (found,) = follow({"T1": {}}, [("T1", 14)], death=10, endpoint=endpoint)
        assert (found.contradiction, found.table) == (True, "deaths")


@pytest.mark.parametrize(("on", "counted"), [(60, True), (61, False)])
def test_a_lesion_is_followed_if_it_was_ablated_by_the_horizon(on, counted):
    (found,) = follow({"T1": {120: OK}}, [("T1", on)], rules=rules(horizon_day=60.0))
    if counted:
        assert (found.start, found.end, found.event) == (day(60), day(60), False)
    else:
        words = "ablated after the horizon (times.after_horizon)"
        assert found == NoTime("P1", words, lesion_id="T1")


@pytest.mark.parametrize(
    ("endpoint", "status"),
    [
        (time_to_local_progression, (False, True)),
        (local_progression_free_survival_of_lesions, (True, False)),
    ],
)
def test_a_death_competes_with_local_progression_or_is_the_event(endpoint, status):
    (found,) = follow({"T1": {70: OK}}, death=200, endpoint=endpoint)
    assert (found.event, found.competing) == status
    (cut,) = follow({"T1": {70: OK}}, death=200, endpoint=endpoint, rules=rules(horizon_day=150.0))
    assert (cut.end, cut.event, cut.competing) == (day(150), False, False)
    assert cut.reason == f"censored: followed to the horizon; death on {day(200)} came later"


@pytest.mark.parametrize(
    ("controls", "event"), [({70: OK, 126: OK}, False), ({70: OK, 126: BACK}, True)]
)
def test_where_death_is_an_event_another_end_is_told_in_its_own_words(controls, event):
    alone, with_death = (
        follow({"T1": controls}, endpoint=endpoint)[0]
        for endpoint in (time_to_local_progression, local_progression_free_survival_of_lesions)
    )
    assert with_death == alone
    assert with_death.event is event
    assert not with_death.reason.startswith("death")


def test_the_horizon_of_a_patient_never_treated_counts_from_the_ablation():
    """An ablation outside the protocol treats nobody; there is no other day to count from."""
    written = scans({"T1": {70: OK, 126: BACK}}, [("T1", 14)])
    one = replace(ablated_patient(written), member=Member("P1", None, None, None))
    lesions = outcomes_of(written, RULES)
    (cut,) = time_to_local_progression([one], lesions, rules(horizon_day=111.0))
    assert (cut.end, cut.event) == (day(125), False)
    (seen,) = time_to_local_progression([one], lesions, rules(horizon_day=112.0))
    assert (seen.end, seen.event) == (day(126), True)


def test_a_patient_free_of_local_progression_is_told_which_lesions_were_not_counted():
    (whole,) = follow(
        {"T1": {70: OK}, "T2": {70: OK}},
        [("T1", 14), ("T2", 14)],
        endpoint=local_progression_free_survival,
    )
    assert "not counted" not in whole.reason
    (part,) = follow(
        {"T1": {70: OK}, "T2": {70: LEFT}, "T3": {70: LEFT}},
        [("T1", 14), ("T2", 14), ("T3", 14)],
        endpoint=local_progression_free_survival,
    )
    assert part.reason.startswith("T1: ")
    assert "; not counted: T2, T3 (tumour at every control: no complete ablation" in part.reason


def test_a_patient_with_every_lesion_ablated_after_the_horizon_is_told_so():
    """Not that the ablations were incomplete: nobody looked at that."""
    (late,) = follow(
        {"T1": {140: OK}, "T2": {140: OK}},
        [("T1", 84), ("T2", 84)],
        endpoint=local_progression_free_survival,
        rules=rules(horizon_day=50.0),
    )
    assert isinstance(late, NoTime)
    assert late.why == "ablated after the horizon (times.after_horizon)"
