"""A target measured by another method than at baseline. Source: RECIST 1.1 §4.2."""

from __future__ import annotations

import pytest

from written_scans import ablate, read_scans


def by(method, size=20.0):
    return {"diameter_mm": size, "method": method}


def read_t1(before, after, choice, **facts):
    """T1 measured by one method at baseline and by another at the first scan; T2 always by CT."""
    (point,) = read_scans(
        {"T1": (by(before), by(after)), "T2": (by("CT"), by("CT"))},
        rules={"changed_method": choice, **facts.pop("rules", {})},
        **facts,
    ).time_points
    return point


def test_a_changed_method_is_flagged():
    point = read_t1("CT", "MRI", "flag")
    assert (point.overall.name, point.sum_mm) == ("SD", 40)
    assert {value.lesion_id: value.note for value in point.values} == {
        "T1": "MRI, at baseline CT",
        "T2": "",
    }
    assert point.reason.sentence.endswith("measured by another method: T1 by MRI, at baseline CT")
    assert point.reason.inputs["changed_method"] == "T1 by MRI, at baseline CT"


def test_a_changed_method_is_not_evaluable_where_the_study_says_so():
    point = read_t1("CT", "MRI", "not_evaluable")
    assert (point.overall.name, point.measured_mm) == ("NE", 20)
    assert "T1 (MRI, at baseline CT)" in point.reason.sentence


@pytest.mark.parametrize(
    ("before", "after"),
    [("CT", "CT"), ("CT", " ct "), ("CT", None), (None, "MRI"), ("", "MRI"), ("CT", "  ")],
)
@pytest.mark.parametrize("choice", ["flag", "not_evaluable"])
def test_what_is_no_change(before, after, choice):
    point = read_t1(before, after, choice)
    assert (point.overall.name, point.sum_mm) == ("SD", 40)
    assert point.reason.inputs["changed_method"] == ""


def test_a_lesion_gone_by_another_method_is_not_comparable_either():
    gone = {"state": "absent", "method": "ultrasound"}
    for choice, expected in (("flag", "CR"), ("not_evaluable", "NE")):
        response = read_scans({"T1": (by("CT"), gone)}, rules={"changed_method": choice})
        assert response.time_points[0].overall.name == expected


def test_a_scan_that_says_nothing_is_no_change():
    unread = {"state": "not_evaluable", "method": "MRI"}
    (point,) = read_scans({"T1": (by("CT"), unread)}).time_points
    assert point.reason.inputs["changed_method"] == ""


def test_a_fragment_is_compared_with_its_lesion():
    rows = {"T1": (by("CT", 40.0), None), "T1.1": (None, by("MRI")), "T1.2": (None, by("CT"))}
    split = {"T1.1": "T1", "T1.2": "T1"}
    for choice, expected in (("flag", "SD"), ("not_evaluable", "NE")):
        (point,) = read_scans(rows, split_from=split, rules={"changed_method": choice}).time_points
        assert point.target.name == expected


def test_the_method_does_not_matter_where_the_size_is_not_measured():
    rules = {"planned_ablation": "zero"}
    point = read_t1("CT", "MRI", "not_evaluable", rules=rules, local_treatments=(ablate("T1", 9),))
    assert point.sum_mm == 20


def test_non_target_lesions_have_no_size_to_compare():
    courses = {"NT1": ({"state": "present", "method": "CT"}, {"state": "absent", "method": "MRI"})}
    response = read_scans(
        {"T1": (30, 0)}, non_targets=courses, rules={"changed_method": "not_evaluable"}
    )
    assert response.time_points[0].overall.name == "CR"
