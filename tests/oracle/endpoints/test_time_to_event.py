"""One patient for each row of FDA's example censoring table A, and the same ones read EMA's way.

Source: FDA guidance on clinical trial endpoints (2007, appendix 3; December 2018), table A, and
CHMP/27994/2008 Rev. 1 (every event counts), as set down in ``shared/reference/domain.md`` §5.1 and
§5.2. Days are written out: scans every 8 weeks, first treatment on day 0, enrolled on day -7.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from following import EMA, EVERY_8_WEEKS, FDA, READ, times_of
from trialwright.endpoints import (
    Member,
    Patient,
    duration_of_response,
    overall_survival,
    progression_free_survival,
    time_to_progression,
)
from trialwright.endpoints.endings import DeathIs
from trialwright.response import (
    Lesion,
    PatientScans,
    Reading,
    assess_patient,
)
from trialwright.study.calendar import AssessmentCalendar, longest_gap

FIRST_TREATMENT = date(2024, 1, 8)
# one target: what it must measure on a scan to be called this, from a baseline of 100 mm
MM = {"CR": 0.0, "PR": 60.0, "SD": 90.0, "PD": 130.0, "NE": None}


def day(number):
    return FIRST_TREATMENT + timedelta(number)


def optional_day(number):
    return None if number is None else day(number)


def follow(scans, *, death=None, therapy=None, contact=None, baseline=True):
    """Follow one patient: ``scans`` maps the day of a scan to its call, as in {56: "SD"}."""
    readings = [
        Reading("T1", f"D{at}", day(at), MM[call]) for at, call in scans.items() if MM[call]
    ]
    readings += [
        Reading("T1", f"D{at}", day(at), None, "absent" if call == "CR" else "not_evaluable")
        for at, call in scans.items()
        if not MM[call]
    ]
    if baseline:
        readings.append(Reading("T1", "screening", day(-7), 100.0))
    response = assess_patient(
        PatientScans(
            "P1",
            FIRST_TREATMENT,
            (Lesion("T1", "target", "liver", lymph_node=False),),
            tuple(readings),
            new_therapy=optional_day(therapy),
            death=optional_day(death),
        ),
        READ,
    )
    if baseline:
        assert [point.overall.name for point in response.time_points] == list(scans.values())
    last = max([0, *scans, *(at for at in (death, therapy, contact) if at is not None)])
    return Patient(
        Member("P1", day(-7), FIRST_TREATMENT, None),
        response,
        optional_day(death),
        optional_day(therapy),
        day(last),
    )


def outcome(endpoint, patient, rules):
    """Return (days, event) of the one patient."""
    (time,) = times_of(endpoint([patient], rules))
    assert time.reason
    assert time.source
    assert (time.end - time.start).days + rules.extra_day == time.days
    return time.days, time.event


EVENT, CENSORED = True, False

# situation, the patient, under FDA's table A, counting every event
PFS = [
    ("no baseline", {"scans": {56: "SD", 112: "SD"}, "baseline": False}, (0, CENSORED), None),
    ("no scan after baseline", {"scans": {}, "contact": 90}, (0, CENSORED), None),
    ("progression", {"scans": {56: "SD", 112: "PD"}}, (112, EVENT), None),
    ("progression on the first scan", {"scans": {56: "PD"}}, (56, EVENT), None),
    ("progression between scheduled visits", {"scans": {56: "SD", 71: "PD"}}, (71, EVENT), None),
    (
        "no progression",
        {"scans": {56: "SD", 112: "PR", 168: "PR"}, "contact": 190},
        (168, CENSORED),
        None,
    ),
    (
        "last scan not evaluable",
        {"scans": {56: "SD", 112: "NE"}, "contact": 120},
        (56, CENSORED),
        None,
    ),
    ("no scan could be read", {"scans": {56: "NE", 112: "NE"}}, (0, CENSORED), None),
    ("death before the first assessment", {"scans": {}, "death": 40}, (40, EVENT), None),
    (
        "death between adequate assessments",
        {"scans": {56: "SD", 112: "SD"}, "death": 130},
        (130, EVENT),
        None,
    ),
    (
        "death after one missed assessment",
        {"scans": {56: "SD", 112: "SD"}, "death": 112 + 126},
        (238, EVENT),
        None,
    ),
    (
        "death after two missed assessments",
        {"scans": {56: "SD", 112: "SD"}, "death": 112 + 127},
        (112, CENSORED),
        (239, EVENT),
    ),
    (
        "death after two missed assessments from the start",
        {"scans": {}, "death": 127},
        (0, CENSORED),
        (127, EVENT),
    ),
    (
        "progression after one missed assessment",
        {"scans": {56: "SD", 56 + 126: "PD"}},
        (182, EVENT),
        None,
    ),
    (
        "progression after two missed assessments",
        {"scans": {56: "SD", 56 + 127: "PD"}},
        (56, CENSORED),
        (183, EVENT),
    ),
    (
        "progression after two scans that could not be read",
        {"scans": {56: "SD", 112: "NE", 168: "NE", 224: "PD"}},
        (56, CENSORED),
        (224, EVENT),
    ),
    (
        "first scan after two missed assessments is progression",
        {"scans": {127: "PD"}},
        (0, CENSORED),
        (127, EVENT),
    ),
    (
        "death soon after a progression found too late",
        {"scans": {56: "SD", 200: "PD"}, "death": 210},
        (56, CENSORED),
        (200, EVENT),
    ),
    (
        "new therapy before progression",
        {"scans": {56: "SD", 112: "SD", 168: "PD"}, "therapy": 120},
        (112, CENSORED),
        (168, EVENT),
    ),
    (
        "new therapy, then death",
        {"scans": {56: "SD"}, "therapy": 70, "death": 100},
        (56, CENSORED),
        (100, EVENT),
    ),
    (
        "new therapy, no progression",
        {"scans": {56: "SD", 112: "SD"}, "therapy": 70},
        (56, CENSORED),
        (112, CENSORED),
    ),
    (
        "new therapy before any scan",
        {"scans": {56: "SD", 112: "PD"}, "therapy": 20},
        (0, CENSORED),
        (112, EVENT),
    ),
    (
        "new therapy after progression",
        {"scans": {56: "SD", 112: "PD"}, "therapy": 120, "death": 300},
        (112, EVENT),
        None,
    ),
    (
        "progression, then a scan that reads better",
        {"scans": {56: "SD", 112: "PD", 168: "SD"}, "death": 300},
        (112, EVENT),
        None,
    ),
]
IDS = [row[0] for row in PFS]


@pytest.mark.parametrize(("situation", "course", "fda", "ema"), PFS, ids=IDS)
def test_progression_free_survival(situation, course, fda, ema):
    patient = follow(**course)
    assert outcome(progression_free_survival, patient, FDA) == fda, situation
    assert outcome(progression_free_survival, patient, EMA) == (ema or fda), situation


def test_patient_without_a_baseline_who_dies_early_is_an_event():
    # FDA's table censors at the start; decision 005 counts an early death and says so
    patient = follow({}, baseline=False, death=40)
    assert outcome(progression_free_survival, patient, FDA) == (40, EVENT)
    assert outcome(progression_free_survival, follow({}, baseline=False, death=127), FDA) == (
        0,
        CENSORED,
    )


@pytest.mark.parametrize("rules", [FDA, EMA], ids=["FDA", "EMA"])
@pytest.mark.parametrize(
    ("death_is", "expected"),
    [
        (DeathIs.CENSORED_AT_LAST_ASSESSMENT, (112, CENSORED)),
        (DeathIs.CENSORED_AT_DEATH, (130, CENSORED)),
    ],
)
def test_death_is_censored_in_time_to_progression(rules, death_is, expected):
    patient = follow({56: "SD", 112: "SD"}, death=130)
    rules = replace(rules, death_in_progression=death_is)
    assert outcome(time_to_progression, patient, rules) == expected


@pytest.mark.parametrize(("situation", "course", "fda", "ema"), PFS, ids=IDS)
def test_time_to_progression_is_pfs_where_nobody_dies(situation, course, fda, ema):
    alive = follow(**{**course, "death": None})
    for rules in (FDA, EMA):
        expected = outcome(progression_free_survival, alive, rules)
        assert outcome(time_to_progression, alive, rules) == expected, situation
    if course.get("death") is None:
        assert outcome(time_to_progression, alive, FDA) == fda
        assert outcome(time_to_progression, alive, EMA) == (ema or fda)


def test_progression_before_death_is_the_event_of_time_to_progression():
    patient = follow({56: "SD", 112: "PD"}, death=130)
    assert outcome(time_to_progression, patient, FDA) == (112, EVENT)


RESPONDER = {56: "SD", 112: "PR", 168: "PR"}
DURATION = [
    ("progression", {"scans": {**RESPONDER, 224: "PD"}}, (112, EVENT), (112, EVENT)),
    ("still responding", {"scans": RESPONDER, "contact": 190}, (56, CENSORED), (56, CENSORED)),
    ("death", {"scans": RESPONDER, "death": 200}, (88, EVENT), (56, CENSORED)),
    (
        "progression, then death",
        {"scans": {**RESPONDER, 224: "PD"}, "death": 300},
        (112, EVENT),
        (112, EVENT),
    ),
    (
        "death after two missed assessments",
        {"scans": RESPONDER, "death": 168 + 127},
        (56, CENSORED),
        (56, CENSORED),
    ),
    (
        "new therapy before progression",
        {"scans": {**RESPONDER, 224: "PD"}, "therapy": 180},
        (56, CENSORED),
        (56, CENSORED),
    ),
]


@pytest.mark.parametrize(
    ("situation", "course", "with_death", "without"), DURATION, ids=[row[0] for row in DURATION]
)
def test_duration_of_response(situation, course, with_death, without):
    patient = follow(**course)
    assert outcome(duration_of_response, patient, FDA) == with_death, situation
    found = outcome(duration_of_response, patient, replace(FDA, death_ends_response=False))
    assert found == without, situation


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ({"scans": {**RESPONDER, 224: "PD"}, "therapy": 180}, (112, EVENT)),
        ({"scans": RESPONDER, "death": 168 + 127}, (183, EVENT)),
    ],
)
def test_duration_of_response_counting_every_event(course, expected):
    assert outcome(duration_of_response, follow(**course), EMA) == expected


def test_duration_starts_at_the_first_scan_of_the_confirmed_response():
    # CR at day 168 deepens the PR of day 112: the response began at 112
    (time,) = times_of(
        duration_of_response([follow({112: "PR", 168: "CR", 224: "CR", 280: "PD"})], FDA)
    )
    assert (time.start, time.days, time.event) == (day(112), 168, True)


@pytest.mark.parametrize(
    "scans",
    [{56: "SD", 112: "SD"}, {56: "PR", 112: "PD"}, {56: "PR"}, {56: "PD"}, {}],
    ids=["stable", "unconfirmed", "one scan", "progression", "no scan"],
)
def test_only_responders_have_a_duration(scans):
    (none,) = duration_of_response([follow(scans)], FDA)
    assert none.why.startswith("no response: best response")


SURVIVAL = [
    ("dead", {"scans": {56: "SD"}, "death": 300}, (300, EVENT)),
    ("dead on the day of treatment", {"scans": {}, "death": 0}, (0, EVENT)),
    ("alive", {"scans": {56: "SD"}, "contact": 300}, (300, CENSORED)),
    ("alive after progression", {"scans": {56: "PD"}, "contact": 200}, (200, CENSORED)),
    ("dead after a new therapy", {"scans": {56: "SD"}, "therapy": 60, "death": 300}, (300, EVENT)),
    ("dead long after the last scan", {"scans": {56: "SD"}, "death": 900}, (900, EVENT)),
    ("dead without a baseline", {"scans": {}, "death": 40, "baseline": False}, (40, EVENT)),
    ("last known alive on a scan", {"scans": {56: "SD", 112: "SD"}}, (112, CENSORED)),
]


@pytest.mark.parametrize(
    ("situation", "course", "expected"), SURVIVAL, ids=[row[0] for row in SURVIVAL]
)
def test_overall_survival(situation, course, expected):
    for rules in (FDA, EMA):
        assert outcome(overall_survival, follow(**course), rules) == expected, situation


ENDPOINTS = [progression_free_survival, time_to_progression, duration_of_response, overall_survival]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_convention_may_add_a_day(endpoint):
    patient = follow({**RESPONDER, 224: "PD"}, death=300)
    days, event = outcome(endpoint, patient, FDA)
    assert outcome(endpoint, patient, replace(FDA, extra_day=1)) == (days + 1, event)


def test_time_may_count_from_enrolment():
    patient = follow({56: "SD", 112: "PD"}, death=300)
    enrolled = replace(FDA, origin="enrolment")
    assert outcome(progression_free_survival, patient, enrolled) == (119, EVENT)
    assert outcome(time_to_progression, patient, enrolled) == (119, EVENT)
    assert outcome(overall_survival, patient, enrolled) == (300, EVENT)
    both = replace(enrolled, survival_origin="enrolment")
    assert outcome(overall_survival, patient, both) == (307, EVENT)
    assert (
        outcome(progression_free_survival, patient, replace(FDA, survival_origin="enrolment"))[0]
        == 112
    )


def test_longest_gap():
    # §3.6: q8w and a window of 7 days: two intervals, one window before and one after
    assert longest_gap(EVERY_8_WEEKS, 56, 1) == 126
    assert longest_gap(AssessmentCalendar(84, 7, float("inf"), 84), 84, 1) == 182
    assert longest_gap(EVERY_8_WEEKS, 0, 0) == 56 + 14
    # where the interval changes at week 24, the sum of the two actual intervals
    changing = AssessmentCalendar(56, 7, 168.0, 84)
    assert [longest_gap(changing, day, 1) for day in (56, 112, 168)] == [126, 154, 182]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_patients_are_returned_in_their_order(endpoint):
    first = follow({**RESPONDER, 224: "PD"}, death=300)
    second = replace(
        follow(RESPONDER, contact=400), member=Member("P2", day(-7), FIRST_TREATMENT, None)
    )
    for patients in ([first, second], [second, first]):
        found = [time.patient_id for time in endpoint(patients, FDA)]
        assert found == [patient.member.patient_id for patient in patients]
    assert endpoint([], FDA) == ()
