"""The baseline scan, dates of scans, and lesions treated locally."""

from __future__ import annotations

from dataclasses import replace

import pytest
from readouts import overall, targets

from trialwright.response import (
    Lesion,
    LocalTreatment,
    PatientScans,
    Reading,
    assess_patient,
)

# --- Baseline (§3.1)


def test_baseline_is_the_last_scan_before_treatment(read):
    response = read({"T1": (200, 100, 70)}, days=(-21, -7, 56))
    assert (response.baseline.visit, response.baseline.sum_mm) == ("V1", 100)
    assert overall(response) == ["PR"]


def test_scan_on_the_day_of_treatment_is_baseline(read):
    response = read({"T1": (100, 70)}, days=(0, 56))
    assert (response.baseline.visit, response.baseline.day) == ("V0", 0)
    assert [point.day for point in response.time_points] == [56]


def test_scan_after_treatment_never_replaces_the_baseline(read):
    # §3.7: the scan after an ablation must not become the baseline
    response = read({"T1": (100, 70)}, days=(1, 56))
    assert response.baseline is None
    assert response.not_evaluable
    assert response.best.response.name == "NE"


def test_baseline_with_a_target_that_was_not_read_has_no_sum(read):
    response = read({"T1": (100, 60), "T2": (None, 20)})
    assert response.confirmed.response.name == "NE"
    assert "PR" not in overall(response)


@pytest.mark.parametrize(("rule", "expected"), [("earliest", 56), ("latest", 60)])
def test_date_of_a_scan_taken_on_two_days(write, calendar, strict, rule, expected):
    scans = write({"T1": (50, 40), "T2": (50, 40)})
    spread = tuple(
        replace(r, scan_date=calendar(60)) if (r.lesion_id, r.visit) == ("T2", "V1") else r
        for r in scans.readings
    )
    rules = replace(strict, time_point_date=rule)
    (point,) = assess_patient(replace(scans, readings=spread), rules).time_points
    assert (point.date, point.day) == (calendar(expected), expected)


@pytest.mark.parametrize("gone", ["absent", 0])
def test_nothing_at_baseline_cannot_disappear(read, gone):
    # §3.1, §3.3: a complete response needs disease that was there.
    response = read({"T1": (gone, gone, gone)})
    assert targets(response) == ["NE", "NE"]
    assert response.best.response.name == "NE"


def test_progression_is_dated_at_the_first_scan_that_shows_it(strict, calendar):
    # §5.2, table A: the scan with the new lesion; for a sum the last scan of the targets.
    lesions = (
        Lesion("T1", "target", "liver", lymph_node=False),
        Lesion("T2", "target", "lung", lymph_node=False),
        Lesion("N1", "new", "bone", lymph_node=False),
    )

    def course(first, second, new):
        sizes = [("T1", -7, 30), ("T2", -7, 30), ("T1", 56, first), ("T2", 60, second)]
        scans = [
            Reading(name, "V0" if on < 0 else "V1", calendar(on), float(size))
            for name, on, size in sizes
        ]
        scans += [Reading("N1", "V1", calendar(62), state="present")] if new else []
        return assess_patient(PatientScans("P1", calendar(0), lesions, tuple(scans)), strict)

    assert course(30, 30, new=False).time_points[0].day == 56
    assert course(30, 30, new=True).time_points[0].day == 62
    assert course(40, 40, new=False).time_points[0].day == 60
    assert course(40, 40, new=True).time_points[0].day == 60


def test_a_second_complete_ablation_counts_from_then_on(read, calendar):
    # §4.4: efficacy after re-treatment. The first ablation left tumour, the second did not.
    sessions = tuple(
        LocalTreatment("T1", calendar(on), "RFA", planned=True, technical_success=complete)
        for on, complete in ((9, False), (70, True))
    )
    response = read(
        {"T1": (30, 40, 35), "T2": (30, 30, 30)},
        rules={"planned_ablation": "zero"},
        local_treatments=sessions,
    )
    assert [point.sum_mm for point in response.time_points] == [70, 30]


def test_local_treatment_before_baseline_is_prior_treatment(read, calendar):
    # §3.1: what an earlier ablation left is what the baseline scan measures.
    earlier = LocalTreatment("T1", calendar(-400), "RFA", planned=False, technical_success=True)
    response = read(
        {"T1": (30, 15, 15), "T2": (30, 15, 15)},
        rules={"unplanned_local_therapy": "zero"},
        local_treatments=(earlier,),
    )
    assert [response.baseline.sum_mm, *(p.sum_mm for p in response.time_points)] == [60, 30, 30]
    assert response.best.response.name == "PR"


def test_an_ablated_new_lesion_stays_a_new_lesion(read, calendar):
    # §3.4: a new lesion is progression whatever is done to it later.
    session = LocalTreatment("N1", calendar(60), "RFA", planned=True, technical_success=True)
    response = read({"T1": (30, 30, 30)}, new={"N1": (None, 12, None)}, local_treatments=(session,))
    assert response.time_points[0].overall.name == "PD"


@pytest.mark.parametrize(
    ("policy", "non_target"), [("not_evaluable", "NE"), ("zero", "CR"), ("zone", "NON_CR_NON_PD")]
)
def test_policies_count_for_non_targets_too(read, calendar, policy, non_target):
    session = LocalTreatment("NT1", calendar(20), "RFA", planned=True, technical_success=True)
    response = read(
        {"T1": (30, 30)},
        non_targets={"NT1": ("present", "present")},
        rules={"planned_ablation": policy},
        local_treatments=(session,),
    )
    assert response.time_points[0].non_target.name == non_target
