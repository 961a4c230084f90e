"""The tables of RECIST 1.1: overall response of a scan, best response with confirmation.

Source: Eisenhauer et al. 2009, Eur J Cancer 45:228, tables 1 to 3; rows and where they come from
in ``tests/fixtures/response``.
"""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import pytest

from trialwright.response import BestRules, LocalTreatment, Response, best_response
from trialwright.response.recist import combine

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "response"
TARGET = ("CR", "PR", "SD", "NE", "PD")
NON_TARGET = ("CR", "NON_CR_NON_PD", "NE", "PD")
NOT_PD = ("CR", "NON_CR_NON_PD", "NE")


def read_rows(name):
    with (FIXTURES / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def overall(target, non_target, new):
    return combine(Response[target], Response[non_target], new)[0].name


EXPANDED = [tuple(row.values()) for row in read_rows("overall_response")]
CONFIRMED = [tuple(row.values()) for row in read_rows("best_response_confirmed")]


def test_the_cross_product_is_whole():
    pairs = {*product(TARGET, (*NON_TARGET, "NONE")), *product(["NONE"], NON_TARGET)}
    assert {row[:3] for row in EXPANDED} == {
        (*pair, new) for pair in pairs for new in ("no", "yes")
    }
    assert len(EXPANDED) == 58


@pytest.mark.parametrize(("target", "non_target", "new", "expected"), EXPANDED)
def test_overall_response(target, non_target, new, expected):
    assert overall(target, non_target, new == "yes") == expected


# Table 1 in its own words: "any" and "or not all evaluated" are spelled out here, independently
# of the expanded rows.
TABLE_1 = [
    ("CR", ("CR", "NONE"), "CR"),
    ("CR", ("NON_CR_NON_PD",), "PR"),
    ("CR", ("NE",), "PR"),
    ("PR", (*NOT_PD, "NONE"), "PR"),
    ("SD", (*NOT_PD, "NONE"), "SD"),
    ("NE", (*NOT_PD, "NONE"), "NE"),
    ("PD", (*NON_TARGET, "NONE"), "PD"),
]


@pytest.mark.parametrize(("target", "non_targets", "expected"), TABLE_1)
def test_table_1_without_a_new_lesion(target, non_targets, expected):
    assert {overall(target, other, False) for other in non_targets} == {expected}


@pytest.mark.parametrize("target", TARGET)
def test_table_1_non_target_progression_or_a_new_lesion_is_progression(target):
    assert overall(target, "PD", False) == "PD"
    assert {overall(target, other, True) for other in (*NON_TARGET, "NONE")} == {"PD"}


@pytest.mark.parametrize(
    ("non_target", "expected"),
    [("CR", "CR"), ("NON_CR_NON_PD", "NON_CR_NON_PD"), ("NE", "NE"), ("PD", "PD")],
)
def test_table_2_non_target_disease_only(non_target, expected):
    assert overall("NONE", non_target, False) == expected
    assert overall("NONE", non_target, True) == "PD"


# How a scan must read so that its targets (baseline 100 mm) and its non-target get each category.
TARGET_MM = {"CR": "absent", "PR": 70, "SD": 90, "NE": "not_evaluable", "PD": 120, "NONE": None}
NON_TARGET_STATE = {
    "CR": "absent",
    "NON_CR_NON_PD": "present",
    "NE": "not_evaluable",
    "PD": "unequivocal_progression",
    "NONE": None,
}


@pytest.mark.parametrize(("target", "non_target", "new", "expected"), EXPANDED)
def test_overall_response_of_a_scan(read, target, non_target, new, expected):
    (point,) = read(
        {"T1": (100, TARGET_MM[target])} if target != "NONE" else {},
        non_targets={"NT1": ("present", NON_TARGET_STATE[non_target])}
        if non_target != "NONE"
        else {},
        new={"N1": (None, "present")} if new == "yes" else {},
    ).time_points
    found = (point.target.name, point.non_target.name, point.overall.name)
    assert found == (target, non_target, expected)
    assert point.new_lesions == (("N1",) if new == "yes" else ())


BEST_RULES = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=1, minimum_stable_days=49
)
MET = (56, 112)
NOT_MET = (14, 42)


@pytest.mark.parametrize(("first", "second", "met", "not_met", "stated_by"), CONFIRMED)
def test_table_3_confirmation_required(first, second, met, not_met, stated_by):
    responses = [Response[first], Response[second]]
    for days, expected in ((MET, met), (NOT_MET, not_met)):
        found = best_response(responses, days, BEST_RULES, confirm=True).response.name
        assert found == (expected or found), stated_by


@pytest.mark.parametrize(
    ("first", "second"), list(product(("CR", "PR", "SD", "PD", "NE"), repeat=2))
)
def test_without_confirmation_the_best_scan_up_to_progression_is_the_best_response(first, second):
    if first == "PD":
        return
    order = ("CR", "PR", "SD", "PD", "NE")
    best = best_response([Response[first], Response[second]], MET, BEST_RULES, confirm=False)
    assert best.response.name == min(first, second, key=order.index)


# A course whose scans read as each category, to carry table 3 through whole patients. After an
# overall CR there is no PR and no SD: what is left again is PD (footnote of table 3).
COURSE_MM = {"CR": "absent", "PR": 68, "SD": 72, "PD": 120, "NE": "not_evaluable"}
COURSES = [row for row in CONFIRMED if row[0] != "CR" or row[1] not in ("PR", "SD")]


@pytest.mark.parametrize(("first", "second", "met", "not_met", "stated_by"), COURSES)
def test_table_3_of_a_whole_patient(read, first, second, met, not_met, stated_by):
    for days, expected in ((MET, met), (NOT_MET, not_met)):
        response = read({"T1": (100, COURSE_MM[first], COURSE_MM[second])}, days=(-7, *days))
        assert [point.overall.name for point in response.time_points] == [first, second]
        assert response.confirmed.response.name == expected, stated_by
        assert response.best == response.confirmed


@pytest.mark.parametrize("later_mm", [1, 60, 90])
def test_footnote_of_table_3_disease_after_a_complete_response_is_progression(read, later_mm):
    response = read({"T1": (100, "absent", later_mm)})
    assert [point.overall.name for point in response.time_points] == ["CR", "PD"]
    assert response.confirmed.response.name == "SD"
    assert response.unconfirmed.response.name == "CR"
    early = read({"T1": (100, "absent", later_mm)}, days=(-7, *NOT_MET))
    assert early.confirmed.response.name == "PD"


# §3.6, time points that are not adjacent: responses 8 weeks apart, NE and SD allowed, expected
PATTERNS = [
    ("CR NE CR", 1, 0, "CR"),
    ("CR NE CR", 0, 0, "SD"),
    ("CR NE NE CR", 1, 0, "SD"),
    ("CR NE NE CR", 2, 0, "CR"),
    ("PR NE PR", 1, 0, "PR"),
    ("PR NE PR", 0, 0, "SD"),
    ("PR NE CR", 1, 0, "PR"),
    ("PR NE NE PR", 1, 0, "SD"),
    ("PR SD PR", 0, 1, "PR"),
    ("PR SD PR", 0, 0, "SD"),
    ("PR SD SD PR", 0, 1, "SD"),
    ("PR NE SD PR", 1, 1, "PR"),
    ("SD PR PR", 0, 0, "PR"),
    ("PR CR CR", 0, 0, "CR"),
    ("SD SD SD", 0, 0, "SD"),
    ("SD SD PR", 0, 0, "SD"),
    ("NE NE SD", 0, 0, "SD"),
    ("NON_CR_NON_PD NON_CR_NON_PD PD", 0, 0, "NON_CR_NON_PD"),
]


@pytest.mark.parametrize(("pattern", "not_evaluable", "stable", "expected"), PATTERNS)
def test_confirmation_by_a_later_scan(pattern, not_evaluable, stable, expected):
    responses = [Response[name] for name in pattern.split()]
    days = [56 * number for number in range(1, len(responses) + 1)]
    rules = BEST_RULES._replace(allowed_not_evaluable=not_evaluable, allowed_stable=stable)
    assert best_response(responses, days, rules, confirm=True).response.name == expected


@pytest.mark.parametrize("planned", [True, False])
def test_new_lesion_counts_beside_an_ablated_target(read, calendar, planned):
    # Table 1, last row: any target response with a new lesion is PD, also one left out
    (point,) = read(
        {"T1": (30, "not_evaluable"), "T2": (30, "not_evaluable")},
        new={"N1": (None, "present")},
        local_treatments=(
            LocalTreatment("T1", calendar(14), "RFA", planned, technical_success=True),
        ),
    ).time_points
    assert (point.target.name, point.overall.name) == ("NE", "PD")
