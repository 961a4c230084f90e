"""The first scan after the planned ablation as baseline. Source: domain.md §3.7."""

from __future__ import annotations

import pytest

from written_scans import ablate, read_scans

AFTER = {"baseline_after_ablation": True}
COURSE = {"T1": (30, 45, 40, 30), "T2": (30, 24, 20, 12)}


def read_course(policy="exclude", on=(14,), course=None, **facts):
    return read_scans(
        course or COURSE,
        rules={**AFTER, "planned_ablation": policy},
        local_treatments=tuple(ablate("T1", number) for number in on),
        **facts,
    )


def test_the_first_scan_after_the_ablation_is_the_baseline():
    response = read_course()
    assert (response.baseline.visit, response.baseline.day) == ("V1", 56)
    assert response.baseline.sum_mm == 24
    assert [point.visit for point in response.time_points] == ["V2", "V3"]
    assert [point.overall.name for point in response.time_points] == ["SD", "PR"]


def test_days_still_count_from_the_first_treatment():
    assert [point.day for point in read_course().time_points] == [112, 168]


def test_the_reason_of_the_baseline_says_so():
    reason = read_course().baseline.reason
    assert reason.rule == "recist11.baseline_after_ablation"
    assert reason.sentence == (
        "baseline sum 24 mm of 1 target lesion; first scan after the last planned ablation "
        "(2024-01-22), so V0 did not count"
    )
    assert reason.inputs["last_planned_ablation"] == "2024-01-22"
    assert reason.inputs["before"] == "V0"


def test_without_the_choice_the_scan_before_treatment_stays_the_baseline():
    response = read_scans(COURSE, local_treatments=(ablate("T1", 14),))
    assert response.baseline.visit == "V0"
    assert response.baseline.reason.rule == "recist11.baseline"


def test_a_patient_who_was_not_ablated_keeps_the_baseline():
    response = read_scans(COURSE, rules=AFTER)
    assert response.baseline.visit == "V0"
    assert [point.visit for point in response.time_points] == ["V1", "V2", "V3"]
    unplanned = read_scans(COURSE, rules=AFTER, local_treatments=(ablate("T1", 14, planned=False),))
    assert unplanned.baseline.visit == "V0"


def test_the_last_session_counts():
    assert read_course(on=(14, 70)).baseline.visit == "V2"


def test_a_scan_on_the_day_of_the_ablation_is_before_it():
    assert read_course(on=(56,)).baseline.visit == "V2"


@pytest.mark.parametrize(
    ("policy", "sums"),
    [("zone", [69, 60, 42]), ("zero", [24, 20, 12]), ("carry_forward", [54, 50, 42])],
)
def test_the_policy_holds_at_the_new_baseline_too(policy, sums):
    response = read_course(policy)
    assert [response.baseline.sum_mm, *(p.sum_mm for p in response.time_points)] == sums


def test_no_scan_after_the_ablation_is_no_baseline():
    response = read_course(on=(400,))
    assert response.baseline is None
    assert response.not_evaluable == "no scan after the planned ablation to compare with"


def test_a_control_of_the_zone_alone_is_no_baseline():
    response = read_course(course={"T1": (30, 45, 40, 30), "T2": (30, None, 20, 12)})
    assert (response.baseline.visit, response.baseline.sum_mm) == ("V2", 20)
    alone = read_course("zone", course={"T1": (30, 45, 40, 30)})
    assert alone.baseline.visit == "V1"


def test_a_new_lesion_from_before_stays_a_new_lesion():
    response = read_course(new={"X1": (None, "present", "present", "present")})
    assert response.time_points[0].overall.name == "PD"


def test_the_scan_after_the_ablation_serves_a_patient_without_one_before():
    response = read_course(course={"T1": (None, 45, 40, 30), "T2": (None, 24, 20, 12)})
    assert response.baseline.visit == "V1"


def test_a_treatment_before_the_study_is_no_planned_ablation_of_it():
    # What was there before treatment is a fact of the baseline scan, as ever.
    earlier = ablate("T1", -300)
    response = read_scans(COURSE, rules=AFTER, local_treatments=(earlier,))
    assert response.baseline.visit == "V0"
