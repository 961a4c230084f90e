"""iRECIST: best response, progression and their dates; table 3 of Seymour 2017."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from immune_scans import BEST, NO_WINDOW, NT, RULES, UNE, T, X, calls, read, write

from trialwright.response.immune.assess import assess_immune
from trialwright.response.immune.best import (
    best_immune_response,
    first_immune_benefit,
    first_immune_response,
    immune_progression,
    last_counted_immune,
)
from trialwright.response.immune.codes import ImmuneResponseCode as Code
from written_scans import day

# --- Dates, best response, reasons


def test_parts_name_what_confirmed():
    point = read({T: (100, 130, 136)}, {NT: ("present",) * 3}).time_points[1]
    assert (point.target, point.non_target) == (Code.ICPD, Code.NON_ICR_NON_IUPD)
    assert point.new_lesion == Code.NONE
    assert point.reason.inputs["sum_at_iupd_mm"] == 130
    assert point.reason.inputs["days_since_iupd"] == 56
    assert "6 mm above that of the iUPD of V1 (5 mm confirm it)" in point.reason.sentence


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


def test_confirmation_after_a_new_therapy_is_said_to_come_too_late():
    scans = replace(write({T: (100, 130, 136)}), new_therapy=day(100))
    response = assess_immune(scans, RULES, NO_WINDOW)
    assert "not confirmed before the new therapy" in response.best.reason.sentence
    assert "neither confirmed nor withdrawn before the new" in response.progression.reason.sentence
    response = read({T: (100, 130)})
    assert "never confirmed" in response.best.reason.sentence
    assert "neither confirmed nor withdrawn since" in response.progression.reason.sentence


@pytest.mark.parametrize(
    ("target", "visit"),
    [
        ((100, 130, 130, 110), "V1"),
        ((100, 130, "not_evaluable", 130, 110), "V1"),
        ((100, 130, 110, 130, 130, 110), "V3"),
    ],
)
def test_iupd_that_gave_way_is_named_by_its_first_visit(target, visit):
    sentence = read({T: target}).progression.reason.sentence
    assert sentence == f"the iUPD of {visit} gave way to control of the disease"


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
