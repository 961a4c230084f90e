"""iRECIST from lesions: each row of table 2 of Seymour 2017, its prose, and the EORTC answers.

A patient is a table: a value for each lesion on each scan, the first at baseline. A number is a
diameter, a word a state, a pair both, none a lesion that the scan leaves out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from trialwright.response import BestRules, Lesion, PatientScans, Reading, ResponseRules
from trialwright.response.immune.assess import assess_immune
from trialwright.response.immune.best import (
    best_immune_response,
    first_immune_benefit,
    first_immune_response,
    immune_progression,
    last_counted_immune,
)
from trialwright.response.immune.codes import ImmuneResponseCode as Code
from trialwright.response.immune.codes import ImmuneRule
from trialwright.response.immune.state import ImmuneRules

FIRST_TREATMENT = date(2024, 1, 8)
EVERY_EIGHT_WEEKS = (-7, 56, 112, 168, 224, 280, 336)
BEST = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=0, minimum_stable_days=42
)
RULES = ResponseRules(
    best=BEST,
    confirm=False,
    persistent=False,
    planned_ablation="exclude",
    unplanned_local_therapy="not_evaluable",
    time_point_date="earliest",
    baseline_after_ablation=False,
    changed_method="flag",
    tumour_marker="none",
    best_response_rules="recist11",
    immune_criteria="iRECIST",
    immune_confirmation_days=0,
)
NO_WINDOW = ImmuneRules(earliest_confirmation_days=0)
UNE = "unequivocal_progression"
STILL = (20.0, UNE)  # progressed, and as large as before


def day(number):
    return FIRST_TREATMENT + timedelta(number)


def write(
    targets=None, non_targets=None, new=None, *, nodes=(), organs=None, days=EVERY_EIGHT_WEEKS
):
    rows = {"target": targets or {}, "non_target": non_targets or {}, "new": new or {}}
    organ = dict.fromkeys(nodes, "lymph node") | (organs or {})
    lesions = tuple(
        Lesion(name, role, organ.get(name, "liver"), name in nodes)
        for role, courses in rows.items()
        for name in courses
    )
    readings = tuple(
        Reading(name, f"V{visit}", day(days[visit]), *value_and_state(value))
        for courses in rows.values()
        for name, course in courses.items()
        for visit, value in enumerate(course)
        if value is not None
    )
    return PatientScans("P1", FIRST_TREATMENT, lesions, readings)


def value_and_state(value):
    if isinstance(value, tuple):
        return value
    return (None, value) if isinstance(value, str) else (float(value), None)


def read(*tables, rules=RULES, immune=NO_WINDOW, **facts):
    return assess_immune(write(*tables, **facts), rules, immune)


def calls(response):
    return [point.overall.label for point in response.time_points]


T, NT, X = "T1", "N1", "X1"

# --- Table 2, row by row: without a waiting iUPD, and with one

ROWS = {
    "T iCR, NT iCR, no NL": [
        ((30, 0), ("present", "absent"), None, ["iCR"]),
        ((30, 40, 0), ("present", "present", "absent"), None, ["iUPD", "iCR"]),
        ((30, 30, 0), ("present", "present", "absent"), (None, 12, 0), ["iUPD", "iCR"]),
        ((30, 0, 0), ("present", UNE, "absent"), None, ["iUPD", "iCR"]),
    ],
    "T iCR, NT non-iCR/non-iUPD, no NL": [
        ((30, 0), ("present", "present"), None, ["iPR"]),
        ((30, 40, 0), ("present", "present", "present"), None, ["iUPD", "iPR"]),
        ((30, 0, 0), ("present", UNE, "present"), None, ["iUPD", "iPR"]),
    ],
    "T iPR, NT non-iCR/non-iUPD, no NL": [
        ((100, 70), ("present", "present"), None, ["iPR"]),
        ((100, 120, 70), ("present", "present", "present"), None, ["iUPD", "iPR"]),
        ((100, 100, 70), ("present", "present", "present"), (None, 12, 0), ["iUPD", "iPR"]),
    ],
    "T iSD, NT non-iCR/non-iUPD, no NL": [
        ((100, 100), ("present", "present"), None, ["iSD"]),
        ((100, 120, 119), ("present", "present", "present"), None, ["iUPD", "iSD"]),
        ((100, 100, 100), ("present", UNE, "present"), None, ["iUPD", "iSD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 12, 0), ["iUPD", "iSD"]),
    ],
    "T iUPD and NT iUPD without increase, NL": [
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 12), ["iUPD", "iUPD"]),
        ((100, 130, 122), ("present", STILL, STILL), (None, 12, 8), ["iUPD", "iUPD"]),
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 16.9), ["iUPD", "iUPD"]),
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 17), ["iUPD", "iCPD"]),
        ((100, 130, 122), ("present", STILL, STILL), (None, 8, 8.1), ["iUPD", "iCPD"]),
        (
            (100, 130, 130),
            ("present", STILL, STILL),
            (None, "present", "increased"),
            ["iUPD", "iCPD"],
        ),
    ],
    "T iSD, iPR or iCR, NT iUPD, no NL": [
        ((100, 100), ("present", UNE), None, ["iUPD"]),
        ((100, 60), ("present", UNE), None, ["iUPD"]),
        ((100, 0), ("present", UNE), None, ["iUPD"]),
        ((100, 100, 100), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 60, 60), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 0, 0), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 60, 60), ("present", UNE, "increased"), None, ["iUPD", "iCPD"]),
        ((100, 60, 60), ("present", STILL, "increased"), None, ["iUPD", "iCPD"]),
        ((100, 60, 60), ("present", UNE, UNE), None, ["iUPD", "iCPD"]),
        ((100, 60, 60), ("present", STILL, (21.0, UNE)), None, ["iUPD", "iCPD"]),
        ((100, 0, 0), ("present", STILL, 21), None, ["iUPD", "iCPD"]),
    ],
    "T iUPD, NT non-iCR/non-iUPD or iCR, no NL": [
        ((100, 120), ("present", "present"), None, ["iUPD"]),
        ((100, 120), ("present", "absent"), None, ["iUPD"]),
        ((100, 130, 130), ("present", "present", "present"), None, ["iUPD", "iUPD"]),
        ((100, 130, 134.9), ("present", "absent", "absent"), None, ["iUPD", "iUPD"]),
        ((100, 130, 135), ("present", "present", "present"), None, ["iUPD", "iCPD"]),
        ((100, 130, 135), ("present", "absent", "absent"), None, ["iUPD", "iCPD"]),
        ((100, 130, 130), ("present", "present", "increased"), None, ["iUPD", "iUPD"]),
    ],
    "T iUPD, NT iUPD, no NL": [
        ((100, 130), ("present", UNE), None, ["iUPD"]),
        ((100, 130, 134), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 130, 135), ("present", STILL, STILL), None, ["iUPD", "iCPD"]),
        ((100, 130, 125), ("present", UNE, "increased"), None, ["iUPD", "iCPD"]),
        ((100, 130, 110), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
    ],
    "T iUPD, NT iUPD, NL": [
        ((100, 130), ("present", UNE), (None, 12), ["iUPD"]),
        ((100, 130, 135), ("present", STILL, STILL), (None, 12, 12), ["iUPD", "iCPD"]),
        ((100, 130, 130), ("present", STILL, 22), (None, 12, 12), ["iUPD", "iCPD"]),
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 18), ["iUPD", "iCPD"]),
        ((100, 130, 131), ("present", STILL, STILL), (None, 12, 14), ["iUPD", "iUPD"]),
    ],
    "T and NT not iUPD, NL": [
        ((100, 100), ("present", "present"), (None, 12), ["iUPD"]),
        ((100, 60), ("present", "present"), (None, "present"), ["iUPD"]),
        ((100, 0), ("present", "absent"), (None, 8), ["iUPD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 12, 12), ["iUPD", "iUPD"]),
        ((100, 100, 90), ("present", "present", "present"), (None, 12, 10), ["iUPD", "iUPD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 12, 17), ["iUPD", "iCPD"]),
        ((100, 100, 60), ("present", "present", "present"), (None, 12, 17), ["iUPD", "iCPD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 8, 9), ["iUPD", "iCPD"]),
    ],
}


@pytest.mark.parametrize(
    ("target", "non_target", "new", "expected"),
    [
        pytest.param(*case, id=f"{row} [{number}]")
        for row, cases in ROWS.items()
        for number, case in enumerate(cases)
    ],
)
def test_row_of_table_2(target, non_target, new, expected):
    response = read({T: target}, {NT: non_target}, {X: new} if new else None)
    assert calls(response) == expected


@pytest.mark.parametrize(
    "old",
    [
        ({T: (100, 130, 130)}, {NT: ("present", STILL, STILL)}),
        ({T: (100, 100, 100)}, {NT: ("present", "present", "present")}),
        ({T: (100, 100, 60)}, {NT: ("present", STILL, "absent")}),
    ],
)
def test_another_new_lesion_confirms(old):
    response = read(*old, {X: (None, 12, 12), "X2": (None, None, "present")})
    assert calls(response) == ["iUPD", "iCPD"]
    assert response.time_points[1].reason.rule == "irecist.confirmed_by_another_new_lesion"
    assert response.time_points[1].new_lesion == Code.ICPD
    assert response.time_points[1].appeared == ("X2",)


# --- Confirmation in another category


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        (
            ({T: (100, 130, 130)}, {}, {X: (None, None, 12)}),
            ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION,
        ),
        (
            ({T: (100, 130, 110)}, {}, {X: (None, None, 12)}),
            ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION,
        ),
        (
            ({T: (100, 130, 130)}, {NT: ("present", "present", UNE)}),
            ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 130)}, {NT: ("present", STILL, STILL)}),
            ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 120)}, {}, {X: (None, 12, 12)}),
            ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 100)}, {NT: ("present", "present", UNE)}, {X: (None, 12, 12)}),
            ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 60, 80, 80)}, {}, {X: (None, 12, 12, 12, 18)}),
            ImmuneRule.CONFIRMED_BY_NEW_LESION_AS_WELL,
        ),
    ],
)
def test_progression_elsewhere_confirms(tables, rule):
    response = read(*tables)
    assert calls(response)[-2:] == ["iUPD", "iCPD"]
    assert response.time_points[-1].reason.rule == rule.id


def test_growth_of_less_than_progression_elsewhere_does_not_confirm():
    # new lesions of an iUPD that was withdrawn: their bar was reset, 13 % is no progression
    response = read({T: (100, 100, 60, 80, 80)}, {}, {X: (None, 40, 40, 40, 45)})
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iUPD"]
    # the targets grow by less than 20 % from their nadir
    assert calls(read({T: (100, 100, 115)}, {}, {X: (None, 12, 12)})) == ["iUPD", "iUPD"]


@pytest.mark.parametrize(
    ("target", "non_target"),
    [((100, 130, 130), "present"), ((100, 100, 100), STILL), ((100, 130, 110), STILL)],
)
def test_waiting_progression_says_that_it_waits(target, non_target):
    response = read({T: target}, {NT: ("present", non_target, non_target)})
    assert response.time_points[1].reason.rule == "irecist.still_progressed"


# --- Increments add up, counted from the iUPD


@pytest.mark.parametrize(
    "tables",
    [
        ({T: (100, 130, 134, 136)},),
        ({T: (100, 100, 100, 100)}, {}, {X: (None, 12, 16, 18)}),
        ({T: (100.0, 130.1, 133.2, 135.1)},),
    ],
)
def test_increments_are_additive(tables):
    assert calls(read(*tables)) == ["iUPD", "iUPD", "iCPD"]


def test_growth_is_counted_from_the_iupd_not_from_a_dip_after_it():
    assert calls(read({T: (100, 130, 125, 131, 135)})) == ["iUPD", "iUPD", "iUPD", "iCPD"]
    tables = {T: (100,) * 5}, {}, {X: (None, 20, 14, 20, 25)}
    assert calls(read(*tables)) == ["iUPD", "iUPD", "iUPD", "iCPD"]


def test_partial_sum_of_an_iupd_is_nothing_to_count_growth_from():
    targets = {"T1": (40, 60, 60, 60), "T2": (40, 60, 60, 60), "T3": (20, "not_evaluable", 20, 26)}
    assert calls(read(targets)) == ["iUPD", "iUPD", "iCPD"]


# --- Bar reset


def test_new_progression_after_a_withdrawn_one_is_unconfirmed_again():
    response = read({T: (100, 130, 110, 125, 129, 131)})
    assert calls(response) == ["iUPD", "iSD", "iUPD", "iUPD", "iCPD"]
    assert response.progression.visit == "V3"
    assert response.progression.confirmed_on == day(280)


def test_five_mm_without_20_percent_after_a_reset_is_no_progression():
    assert calls(read({T: (100, 130, 110, 119)})) == ["iUPD", "iSD", "iSD"]


@pytest.mark.parametrize(
    ("new", "last"),
    [
        ({X: (None, 12, 12, 12)}, "iPR"),
        ({X: (None, 12, 12, 16.9)}, "iPR"),  # 40 %, and less than 5 mm
        ({X: (None, 40, 40, 47.9)}, "iPR"),  # 7.9 mm, and less than 20 %
        ({X: (None, 12, 12, 17)}, "iUPD"),
        ({X: (None, 20, 12, 17)}, "iUPD"),  # from the nadir of the new lesions
        ({X: (None, 8, 8, 30)}, "iPR"),  # a new-lesion non-target: unequivocal or nothing
        ({X: (None, "present", "present", "increased")}, "iPR"),
        ({X: (None, "present", "present", UNE)}, "iUPD"),
        ({X: (None, 12, 12, 12), "X2": (None, None, None, 8)}, "iUPD"),
        ({X: (None, 12, "absent", "absent")}, "iPR"),
        ({X: (None, 12, "absent", 4)}, "iPR"),
        ({X: (None, 12, "absent", 12)}, "iUPD"),
    ],
)
def test_new_lesions_after_a_reset(new, last):
    response = read({T: (100, 100, 60, 60)}, {}, new)
    assert calls(response) == ["iUPD", "iPR", last]


def test_new_lesions_after_a_reset_need_a_new_iupd_before_icpd():
    response = read({T: (100, 100, 60, 60, 60)}, {}, {X: (None, 12, 12, 18, 23)})
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iCPD"]
    assert response.progression.visit == "V3"


def test_further_new_lesion_starts_the_sum_of_new_lesions_anew():
    # X1 was 20 mm; with X2 the nadir is 40 mm, so 45 mm is 12.5 % and no progression
    response = read(
        {T: (100, 100, 60, 60, 30, 30)},
        {},
        {X: (None, 20, 20, 20, 20, 25), "X2": (None, None, None, 20, 20, 20)},
    )
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iUPD", "iCPD"]
    response = read(
        {T: (100, 100, 60, 75, 30, 30)},
        {},
        {X: (None, 20, 20, 20, 20, 25), "X2": (None, None, None, 20, 20, 20)},
    )
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iPR", "iPR"]


# --- New lesions that persist: scenarios of the paper and of the EORTC


def test_scenario_b_shrinkage_after_a_new_lesion_is_a_response():
    response = read({T: (100, 100, 50, 50)}, {}, {X: (None, 12, 12, 12)})
    assert calls(response) == ["iUPD", "iPR", "iPR"]


def test_scenario_d_growth_then_shrinkage_is_a_response():
    assert calls(read({T: (100, 100, 130, 50)})) == ["iSD", "iUPD", "iPR"]


def test_scenario_f_response_then_new_lesion_without_change_stays_unconfirmed():
    tables = {T: (100, 50, 50, 50, 50)}, {}
    assert calls(read(*tables, {X: (None, None, 12, 12, 12)})) == ["iPR", "iUPD", "iUPD", "iUPD"]
    assert calls(read(*tables, {X: (None, None, 12, 12, 17)})) == ["iPR", "iUPD", "iUPD", "iCPD"]
    assert calls(read(*tables, {X: (None, None, 12, 12, 0)})) == ["iPR", "iUPD", "iUPD", "iPR"]


def test_targets_not_read_at_the_iupd_are_compared_with_what_was_read_before():
    new = {X: (None, 12, 12)}
    assert calls(read({T: (100, "not_evaluable", 100)}, {}, new)) == ["iUPD", "iUPD"]
    assert calls(read({T: (100, "not_evaluable", 60)}, {}, new)) == ["iUPD", "iPR"]
    new = {X: (None, None, 12, 12)}
    assert calls(read({T: (100, 60, "not_evaluable", 60)}, {}, new)) == ["iPR", "iUPD", "iUPD"]


def test_stable_new_lesion_does_not_hinder_the_withdrawal_of_target_growth():
    assert calls(read({T: (100, 130, 110)}, {}, {X: (None, 12, 12)})) == ["iUPD", "iSD"]


def test_complete_response_needs_new_lesions_gone():
    new = {X: (None, 12, 12, "absent")}
    assert calls(read({T: (30, 30, 0, 0)}, {}, new)) == ["iUPD", "iPR", "iCR"]
    new = {X: (None, 12, 12, "not_evaluable")}
    assert calls(read({T: (30, 30, 0, 0)}, {}, new)) == ["iUPD", "iPR", "iPR"]


def test_new_node_below_10_mm_is_gone():
    for size, last in ((9.9, "iCR"), (10, "iPR")):
        response = read({T: (30, 30, 0)}, {}, {X: (None, 16, size)}, nodes=(X,))
        assert calls(response) == ["iUPD", last]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (({T: (30, 0, 12, 12, 18)},), ["iCR", "iUPD", "iUPD", "iCPD"]),
        (({T: (30, 0, 12, 0)},), ["iCR", "iUPD", "iCR"]),
        (({T: (30, 0, 0)}, {NT: ("present", "absent", "present")}), ["iCR", "iUPD"]),
        (
            ({T: (30, 30, 0, 0)}, {}, {X: (None, "present", "absent", "present")}),
            ["iUPD", "iCR", "iUPD"],
        ),
    ],
)
def test_disease_after_icr_is_progression(tables, expected):
    assert calls(read(*tables)) == expected


# --- What was not read


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (({T: (100, 130, "not_evaluable", 135)},), ["iUPD", "NE", "iCPD"]),
        (({T: (100, 130, "not_evaluable", 130)},), ["iUPD", "NE", "iUPD"]),
        (({T: (100, 130, "not_evaluable", 110, 135)},), ["iUPD", "NE", "iSD", "iUPD"]),
        (
            ({T: (100, 100, 100, 100)}, {NT: ("present", UNE, "not_evaluable", "increased")}),
            ["iUPD", "NE", "iCPD"],
        ),
        (
            ({T: (100, 100, 60, 60)}, {}, {X: (None, 12, "not_evaluable", 17)}),
            ["iUPD", "NE", "iCPD"],
        ),
        (
            ({T: (100, 100, 60, 60)}, {}, {X: (None, 12, "not_evaluable", 12)}),
            ["iUPD", "NE", "iPR"],
        ),
        (
            (
                {T: (100, 100, "not_evaluable")},
                {},
                {X: (None, 12, 12), "X2": (None, None, 12)},
            ),
            ["iUPD", "iCPD"],
        ),
        (({T: (100, 100, "not_evaluable")}, {}, {X: (None, 12, 12)}), ["iUPD", "NE"]),
        # the part that had progressed was read; another one, which does not decide, was not
        (
            ({T: (100, 130, 110)}, {NT: ("present", "present", "not_evaluable")}),
            ["iUPD", "iSD"],
        ),
    ],
)
def test_not_read_after_iupd(tables, expected):
    assert calls(read(*tables)) == expected


@pytest.mark.parametrize(("size", "expected"), [(12, "iUPD"), (17, "iCPD"), (0, "NE")])
def test_patient_without_disease_at_baseline(size, expected):
    # nothing of baseline can answer for the new lesion
    assert calls(read({}, {}, {X: ("absent", 12, size)})) == ["iUPD", expected]


def test_missed_scan_after_iupd_leaves_it_waiting():
    response = read({T: (100, 130, None, 135)})
    assert [(p.visit, p.overall.label) for p in response.time_points] == [
        ("V1", "iUPD"),
        ("V3", "iCPD"),
    ]


# --- Patients without targets, and without any disease at baseline


@pytest.mark.parametrize(
    ("non_target", "new", "expected"),
    [
        (("present", "present"), None, ["Non-iCR/Non-iUPD"]),
        (("present", "absent"), None, ["iCR"]),
        (("present", UNE, "present"), None, ["iUPD", "Non-iCR/Non-iUPD"]),
        (("present", UNE, "increased"), None, ["iUPD", "iCPD"]),
        (("present", "present", "present"), (None, 12, 12), ["iUPD", "iUPD"]),
        (("present", "present", "absent"), (None, 12, 12), ["iUPD", "Non-iCR/Non-iUPD"]),
        (("present", "present", "absent"), (None, 12, 0), ["iUPD", "iCR"]),
        (("present", "not_evaluable"), None, ["NE"]),
    ],
)
def test_non_target_disease_only(non_target, new, expected):
    assert calls(read({}, {NT: non_target}, {X: new} if new else None)) == expected


# --- Persistent partial response, and what comes after iCPD


def test_response_persists_until_progression_where_the_study_says_so():
    sticky = replace(RULES, persistent=True)
    assert calls(read({T: (100, 70, 70, 80, 80, 80)}, rules=sticky)) == ["iPR"] * 5
    assert calls(read({T: (100, 70, 80)})) == ["iPR", "iSD"]
    assert calls(read({T: (100, 70, 90, 80)}, rules=sticky)) == ["iPR", "iUPD", "iSD"]


def test_confirmed_progression_is_final():
    response = read({T: (100, 130, 136, 50, 0)})
    assert calls(response) == ["iUPD", "iCPD", "iCPD", "iCPD"]
    assert response.counted == 2
    assert response.best.response == Code.ICPD
    assert response.best.date == day(56)


# --- The window of confirmation


@pytest.mark.parametrize(("second", "expected"), [(83, "iUPD"), (84, "iCPD"), (400, "iCPD")])
def test_scan_too_soon_after_iupd_is_disregarded(second, expected):
    four_weeks = ImmuneRules(earliest_confirmation_days=28)
    days = (-7, 56, second)
    response = read({T: (100, 130, 136)}, days=days, immune=four_weeks)
    assert calls(response) == ["iUPD", expected]
    assert calls(read({T: (100, 130, 136)}, days=days)) == ["iUPD", "iCPD"]


def test_disregarded_scan_neither_withdraws_nor_is_remembered():
    four_weeks = ImmuneRules(earliest_confirmation_days=28)
    days = (-7, 56, 70, 112)
    response = read({T: (100, 130, 50, 130)}, days=days, immune=four_weeks)
    assert calls(response) == ["iUPD"] * 3
    # a new lesion first seen on the early scan is another new lesion on the next one
    response = read({T: (100, 130, 130, 130)}, {}, {X: (None, None, 8, 8)}, days=days,
                    immune=four_weeks)  # fmt: skip
    assert calls(response) == ["iUPD", "iUPD", "iCPD"]
    assert response.time_points[1].reason.rule == "irecist.too_early"


# --- New-lesion targets


def test_new_lesions_are_never_added_to_the_sum():
    response = read({T: (100, 100, 60)}, {}, {X: (None, 50, 50)})
    assert [point.sum_mm for point in response.time_points] == [100, 60]
    assert [point.new_sum_mm for point in response.time_points] == [50, 50]


@pytest.mark.parametrize(
    ("size", "node", "measurable"),
    [(9.9, False, False), (10, False, True), (14.9, True, False), (15, True, True)],
)
def test_new_lesion_target_is_measurable_as_at_baseline(size, node, measurable):
    response = read({T: (100, 100)}, {}, {X: (None, size)}, nodes=(X,) if node else ())
    assert response.new_lesion_targets == ((X,) if measurable else ())


def test_at_most_five_new_lesion_targets_two_an_organ_the_largest():
    new = {f"X{n}": (None, 10 + n) for n in range(8)}
    organs = {"X0": "liver", "X1": "liver", "X2": "liver", "X3": "lung", "X4": "lung"}
    organs |= {"X5": "bone", "X6": "bone", "X7": "bone"}
    response = read({T: (100, 100)}, {}, new, organs=organs)
    assert response.new_lesion_targets == ("X7", "X6", "X4", "X3", "X2")


def test_all_new_nodes_are_one_organ():
    new = {f"X{n}": (None, 16 + n) for n in range(3)}
    response = read({T: (100, 100)}, {}, new, nodes=tuple(new), organs={"X0": "liver"})
    assert response.new_lesion_targets == ("X2", "X1")


def test_new_lesion_keeps_its_part():
    # 8 mm when it appeared: a non-target for good, so any increase confirms
    response = read({T: (100,) * 4}, {}, {X: (None, 8, 8, 8.5)})
    assert response.new_lesion_targets == ()
    assert calls(response) == ["iUPD", "iUPD", "iCPD"]
    assert response.time_points[2].reason.rule == "irecist.confirmed_by_new_non_target"


# --- Dates, best response, reasons


def test_parts_name_what_confirmed():
    point = read({T: (100, 130, 136)}, {NT: ("present",) * 3}).time_points[1]
    assert (point.target, point.non_target) == (Code.ICPD, Code.NON_ICR_NON_IUPD)
    assert point.new_lesion == Code.NONE
    assert point.reason.inputs["sum_at_iupd_mm"] == 130
    assert point.reason.inputs["days_since_iupd"] == 56
    assert "6 mm above that of the iUPD of V1 (5 mm confirm it)" in point.reason.sentence


def test_each_rule_has_a_sentence():
    tables = [
        (row[0], row[1], row[2]) for cases in ROWS.values() for row in cases
    ]  # every row of table 2
    for target, non_target, new in tables:
        for point in read({T: target}, {NT: non_target}, {X: new} if new else None).time_points:
            assert point.reason.sentence.startswith(f"{point.overall.label}: ")
            assert "nan" not in point.reason.sentence
            assert "{" not in point.reason.sentence


def test_conclusions_carry_their_time_points_as_data():
    response = read({T: (100, 130, 136)})
    expected = {"visit": "V1", "day": 56, "confirmed_visit": "V2", "confirmed_day": 112}
    assert response.progression.reason.inputs == expected
    assert response.best.reason.inputs == expected
    assert response.best.reason.sentence.endswith("confirmed at V2 56 days later")
    response = read({T: (100, 130)})
    assert response.progression.reason.inputs == {"visit": "V1", "day": 56}


def test_stable_new_lesion_after_a_withdrawn_iupd_is_not_the_rule_of_a_response():
    response = read({T: (30, 30, 0, 0, 0)}, {}, {X: (None, 12, 12, 12, 0)})
    rules = [point.reason.rule for point in response.time_points]
    assert calls(response) == ["iUPD", "iPR", "iPR", "iCR"]
    assert rules == [
        "irecist.new_lesion",
        "irecist.withdrawn",
        "irecist.new_lesion_left",
        "recist11.overall_complete",
    ]


@pytest.mark.parametrize(
    ("target", "visit", "confirmed"),
    [
        ((100, 130), "V1", None),
        ((100, 130, "not_evaluable", 130), "V1", None),
        ((100, 130, 110), None, None),
        ((100, 130, 136), "V1", 112),
        ((100, 130, 110, 125, 125), "V3", None),
        ((100, 100), None, None),
    ],
)
def test_date_of_progression(target, visit, confirmed):
    found = read({T: target}).progression
    assert found.visit == visit
    assert found.confirmed_on == (None if confirmed is None else day(confirmed))


def test_progression_on_several_days_is_dated_at_the_first_that_shows_it():
    scans = write({T: (100, 100)}, {}, {X: (None, 12)})
    late = [replace(one, scan_date=day(60)) if one.lesion_id == T and one.visit == "V1" else one
            for one in scans.readings]  # fmt: skip
    scans = replace(scans, readings=tuple(late))
    (point,) = assess_immune(scans, replace(RULES, time_point_date="latest"), NO_WINDOW).time_points
    assert point.date == day(60)
    (point,) = assess_immune(scans, RULES, NO_WINDOW).time_points
    assert (point.date, point.day) == (day(56), 56)
    assert point.overall == Code.IUPD


def test_duration_of_response_starts_at_the_first_response():
    response = read({T: (100, 130, 60, 0, 12, 18)})
    assert calls(response) == ["iUPD", "iPR", "iCR", "iUPD", "iCPD"]
    assert (response.response_start, response.progression.date) == (day(112), day(224))


def test_new_therapy_ends_what_counts():
    scans = replace(write({T: (100, 130, 136)}), new_therapy=day(100))
    response = assess_immune(scans, RULES, NO_WINDOW)
    assert response.counted == 1
    assert response.best.response == Code.IUPD
    assert response.progression.confirmed_on is None


def test_patient_without_baseline_is_not_evaluable():
    scans = write({T: (None, 30)})
    response = assess_immune(scans, RULES, NO_WINDOW)
    assert response.not_evaluable == "no scan on or before the first treatment to compare with"
    assert response.best.response == Code.NE
    assert response.not_evaluable in response.best.reason.sentence


def test_non_target_patient_is_never_stable():
    scans = write({}, {NT: ("present", "absent", UNE)})
    response = assess_immune(scans, replace(RULES, confirm=True), NO_WINDOW)
    assert calls(response) == ["iCR", "iUPD"]
    assert response.best.response == Code.NON_ICR_NON_IUPD
    assert response.unconfirmed.response == Code.ICR


# --- Table 3: best overall response without confirmation

LABELS = {
    "iCR": Code.ICR,
    "iPR": Code.IPR,
    "iSD": Code.ISD,
    "iUPD": Code.IUPD,
    "iCPD": Code.ICPD,
    "NE": Code.NE,
}
ANY = "iCR iPR iSD iUPD iCPD NE"
EXAMPLES = {
    1: (("iCR", "iCR iPR iUPD NE", "iCR iPR iUPD NE", "iUPD", "iCPD"), "iCR"),
    2: (("iUPD", "iPR iSD NE", "iCR", "iCR iUPD NE", ANY), "iCR"),
    3: (("iUPD", "iPR", "iPR iSD iUPD NE", "iPR iSD iUPD NE iCPD", "iPR iSD iUPD NE iCPD"), "iPR"),
    4: (("iUPD", "iSD NE", "iPR", "iPR iSD iUPD NE", "iPR iSD iUPD iCPD NE"), "iPR"),
    5: (("iUPD", "iSD", "iSD iUPD NE", "iSD iUPD iCPD NE", "iSD iUPD iCPD NE"), "iSD"),
    6: (("iUPD", "iCPD", ANY, ANY, ANY), "iCPD"),
    7: (("iUPD", "iUPD", "iCPD", ANY, ANY), "iCPD"),
    8: (("iUPD", "NE", "NE", "NE", "NE"), "iUPD"),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_of_table_3(example):
    columns, expected = EXAMPLES[example]
    days = [56, 112, 168, 224, 280]
    for sequence in product(*(column.split() for column in columns)):
        codes = [LABELS[label] for label in sequence]
        counted = last_counted_immune(codes, days, float("inf"))
        best = best_immune_response(codes[:counted], days[:counted], BEST, confirm=False)
        assert best.response.label == expected, sequence


# --- Best response, benefit and dates from calls


def codes_of(text):
    return [Code.NON_ICR_NON_IUPD if word == "NON" else LABELS[word] for word in text.split()]


@pytest.mark.parametrize(
    ("text", "confirmed", "start"),
    [
        ("iPR iPR", "iPR", 0),
        ("iPR NE iPR", "iPR", 0),
        ("iPR NE NE iPR", "iSD", -1),
        ("iPR iUPD iPR", "iSD", -1),
        ("iUPD iPR iCR", "iPR", 1),
        ("iCR iCR", "iCR", 0),
        ("iCR iUPD iCPD", "iSD", -1),
        ("iCR iPR iPR", "iPR", 0),
        ("iUPD iCPD", "iCPD", -1),
        ("NON NON", "Non-iCR/Non-iUPD", -1),
        ("NE", "NE", -1),
    ],
)
def test_confirmed_best_response(text, confirmed, start):
    codes = codes_of(text)
    days = [56 * (n + 1) for n in range(len(codes))]
    assert best_immune_response(codes, days, BEST, confirm=True).response.label == confirmed
    assert first_immune_response(codes, days, BEST, confirm=True) == start


@pytest.mark.parametrize(
    ("text", "visit", "confirmed"),
    [
        ("", -1, -1),
        ("iUPD", 0, -1),
        ("iSD iUPD NE iUPD NE", 1, -1),
        ("iUPD NE iUPD iCPD", 0, 3),
        ("iSD iSD iUPD iPR iPR iUPD iCPD", 5, 6),
        ("iUPD iSD", -1, -1),
        ("iUPD NON iUPD", 2, -1),
        ("iSD iCPD", 1, 1),
    ],
)
def test_progression_from_calls(text, visit, confirmed):
    assert immune_progression(codes_of(text)) == (visit, confirmed)


@pytest.mark.parametrize(("days", "first"), [([41, 90], 1), ([42, 90], 0), ([30, 41], -1)])
def test_benefit_is_stable_disease_late_enough(days, first):
    codes = codes_of("iSD iSD")
    assert first_immune_benefit(codes, days, BEST, confirm=False) == first
    assert best_immune_response(codes, days, BEST, confirm=False).visit == max(first, 0)


@pytest.mark.parametrize(("only", "expected"), [(41, "NE"), (42, "Non-iCR/Non-iUPD")])
def test_control_without_targets_lies_late_enough(only, expected):
    found = best_immune_response(codes_of("NON"), [only], BEST, confirm=False)
    assert found.response.label == expected


def test_what_counts_ends_with_icpd_or_a_new_therapy():
    codes = codes_of("iUPD iCPD iSD")
    assert last_counted_immune(codes, [56, 112, 168], float("inf")) == 2
    assert last_counted_immune(codes, [56, 112, 168], 112) == 2
    assert last_counted_immune(codes, [56, 112, 168], 111) == 1
