"""How a lesion treated locally counts, and what scans show at its zone. Source: domain.md §3.7."""

from __future__ import annotations

from typing import get_args

import pytest

from trialwright.response import POLICIES
from trialwright.response.local_size import LocalPolicy
from trialwright.response.local_therapy import policy_of
from trialwright.study.sections import AllDiseasePolicy, PlannedPolicy, UnplannedPolicy
from written_scans import ablate, day, read_scans

KEEPING = ["not_evaluable", "zero", "zone", "viable", "carry_forward"]


def finding(name, size=20.0, **fields):
    return {"diameter_mm": size, "viable_mm": 0.0, "ablation_finding": name, **fields}


def read_t1(t1, policy, t2=None, *, sessions=None, **facts):
    """T1 ablated on day 14 under a policy; T2 beside it, 30 mm on every scan."""
    return read_scans(
        {"T1": t1, "T2": t2 or (30,) * len(t1)},
        rules={"planned_ablation": policy},
        local_treatments=sessions or (ablate("T1", 14),),
        **facts,
    )


def calls(response):
    return [point.overall.name for point in response.time_points]


# --- Names


def test_every_policy_of_the_study_file_has_a_meaning_and_a_number():
    assert set(get_args(PlannedPolicy)) == set(POLICIES)
    words = {*get_args(PlannedPolicy), *get_args(AllDiseasePolicy), *get_args(UnplannedPolicy)}
    assert {policy_of(word) for word in words} == set(LocalPolicy)
    assert [policy_of(word).name.lower() for word in POLICIES] == list(POLICIES)


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="'gone'"):
        policy_of("gone")


# --- The viable part


def viable(size, part):
    return {"diameter_mm": size, "viable_mm": part}


def test_the_viable_part_counts_at_baseline_too():
    response = read_t1((viable(40, 30), viable(50, 12), viable(50, 0)), "viable")
    assert response.baseline.sum_mm == 60
    assert [point.sum_mm for point in response.time_points] == [42, 30]
    assert calls(response) == ["PR", "PR"]


def test_lesions_that_were_not_ablated_count_as_ever():
    t2 = (viable(30, 10), viable(30, 5))
    response = read_t1((viable(40, 30), viable(50, 30)), "viable", t2)
    assert [response.baseline.sum_mm, response.time_points[0].sum_mm] == [60, 60]


def test_the_diameter_never_stands_for_the_viable_part():
    response = read_t1((viable(40, 30), 20, viable(50, 12)), "viable")
    point = response.time_points[0]
    assert (point.overall.name, point.measured_mm) == ("NE", 30)
    assert "T1 (no viable diameter)" in point.reason.sentence
    assert response.time_points[1].sum_mm == 42


def test_without_a_viable_part_at_baseline_there_is_no_baseline_sum():
    response = read_t1((40, viable(50, 12)), "viable")
    assert response.baseline.sum_mm != response.baseline.sum_mm
    assert response.best.response.name == "NE"
    assert "T1 (no viable diameter)" in response.baseline.reason.sentence


def test_a_lesion_that_is_gone_holds_nothing_viable():
    response = read_t1((viable(40, 30), "absent"), "viable", t2=(30, 0))
    assert calls(response) == ["CR"]


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ({"state": "present", "viable_mm": 0.0}, "CR"),
        ({"state": "present", "viable_mm": 8.0}, "NON_CR_NON_PD"),
        ({"state": "absent"}, "CR"),
        ({"state": "present"}, "NE"),
    ],
)
def test_the_viable_part_decides_for_a_non_target_lesion_too(reading, expected):
    response = read_scans(
        {"T1": (30, 30)},
        non_targets={"NT1": ("present", reading)},
        rules={"planned_ablation": "viable"},
        local_treatments=(ablate("NT1", 14),),
    )
    assert response.time_points[0].non_target.name == expected


# --- Progression at the zone


@pytest.mark.parametrize("policy", KEEPING)
def test_local_progression_is_progression_of_existing_disease(policy):
    t1 = (viable(30, 30), finding("complete"), finding("local_progression"))
    response = read_t1(t1, policy)
    first, second = response.time_points
    assert first.overall.name != "PD"
    assert second.overall.name == "PD"
    assert second.new_lesions == ()
    # Under zero the lesion is measured again, and the sum has grown as well.
    rule = "target_growth" if policy == "zero" else "local_progression"
    assert second.reason.rule == f"recist11.{rule}"
    assert second.reason.inputs["local_progression"] == "T1"
    assert "progression at the ablation zone of T1" in second.reason.sentence
    assert second.date == day(112)


def test_local_progression_of_a_lesion_left_out_is_shown_and_not_counted():
    response = read_t1((30, finding("complete"), finding("local_progression")), "exclude")
    assert calls(response) == ["SD", "SD"]
    second = response.time_points[1]
    assert second.reason.inputs["local_failure"] == "T1"
    assert second.reason.sentence.endswith("local progression of T1, which this reading leaves out")
    notes = {value.lesion_id: value.note for value in second.values}
    assert notes["T1"] == "ablated, not counted; local progression"


@pytest.mark.parametrize("policy", ["exclude", *KEEPING])
@pytest.mark.parametrize("harmless", ["benign_rim", "complete"])
def test_a_rim_or_a_larger_zone_is_never_new_disease(policy, harmless):
    rim = {"state": "present", "ablation_finding": harmless}
    grown = finding(harmless, None, state="unequivocal_progression")
    response = read_t1(
        (viable(30, 30), {"state": "increased"}, grown), policy, new={"X1": (None, rim, rim)}
    )
    assert "PD" not in calls(response)
    assert all(point.new_lesions == () for point in response.time_points)


def test_tumour_at_the_zone_under_a_new_name_is_a_new_lesion():
    seen = {"state": "present", "ablation_finding": "local_progression"}
    response = read_t1((30, 30), "exclude", new={"X1": (None, seen)})
    assert response.time_points[0].new_lesions == ("X1",)


def test_an_ablated_new_lesion_is_never_left_out():
    response = read_t1(
        (30, 30, 30),
        "exclude",
        new={"X1": (None, "present", "present")},
        sessions=(ablate("T1", 14), ablate("X1", 70)),
    )
    assert response.excluded_lesions == ("T1",)
    assert [point.new_lesions for point in response.time_points] == [("X1",), ("X1",)]
    assert all(value.note == "" for value in response.time_points[1].values if value.role == "new")


def test_what_the_ablation_left_is_not_new():
    left = {"state": "present", "ablation_finding": "residual"}
    assert calls(read_t1((30, 30), "zone", new={"X1": (None, left)})) == ["SD"]


def test_local_progression_before_the_study_is_a_fact_of_the_baseline():
    # RECIST 1.1 §3.1: it is what makes a lesion treated before measurable again.
    t1 = (finding("local_progression", 30), finding("local_progression", 30))
    response = read_t1(t1, "zone", sessions=(ablate("T1", -200),))
    assert calls(response) == ["SD"]


@pytest.mark.parametrize("policy", KEEPING)
def test_local_progression_of_a_non_target_lesion(policy):
    seen = {"state": "present", "ablation_finding": "local_progression"}
    response = read_scans(
        {"T1": (30, 30)},
        non_targets={"NT1": ("present", seen)},
        rules={"planned_ablation": policy},
        local_treatments=(ablate("NT1", 14),),
    )
    assert response.time_points[0].non_target.name == "PD"
    assert response.time_points[0].reason.rule == "recist11.local_progression"


# --- Whether the ablation was complete


def sums_under_zero(*findings, sessions=None):
    response = read_t1((30, *findings), "zero", sessions=sessions)
    assert "PD" not in calls(response)
    return [point.sum_mm for point in response.time_points]


def test_a_lesion_with_residual_tumour_is_not_gone():
    assert sums_under_zero(finding("residual")) == [50]


def test_residual_tumour_holds_until_a_later_finding_or_treatment():
    residual, unsaid = finding("residual"), 20
    assert sums_under_zero(residual, unsaid, finding("complete")) == [50, 50, 30]
    again = (ablate("T1", 14), ablate("T1", 70))
    assert sums_under_zero(residual, unsaid, sessions=again) == [50, 30]
    failed = (ablate("T1", 14), ablate("T1", 70, complete=False))
    assert sums_under_zero(residual, unsaid, sessions=failed) == [50, 50]


def test_residual_tumour_was_there_before_it_was_called_so_it_is_no_growth():
    assert sums_under_zero(20, finding("residual")) == [50, 50]
    # From the second session on it is another ablation, whose completeness is another matter.
    again = (ablate("T1", 14), ablate("T1", 70))
    assert sums_under_zero(20, finding("complete"), sessions=again) == [30, 30]


def test_tumour_after_a_complete_zone_does_not_change_the_scans_before():
    response = read_t1((30, 20, finding("local_progression")), "zero")
    assert [point.sum_mm for point in response.time_points] == [30, 50]
    assert calls(response) == ["PR", "PD"]


@pytest.mark.parametrize("seen", ["complete", "benign_rim"])
def test_a_scan_that_shows_a_complete_zone_outweighs_the_day_of_the_ablation(seen):
    denied = (ablate("T1", 14, complete=False),)
    assert sums_under_zero(20, finding(seen), sessions=denied) == [50, 30]


def test_residual_tumour_of_a_non_target_lesion_is_still_there():
    def read(seen):
        response = read_scans(
            {"T1": (30, 30)},
            non_targets={"NT1": ("present", {"state": "present", "ablation_finding": seen})},
            rules={"planned_ablation": "zero"},
            local_treatments=(ablate("NT1", 14),),
        )
        return response.time_points[0].non_target.name

    assert read("residual") == "NON_CR_NON_PD"
    assert read("complete") == "CR"
    assert read(None) == "CR"


# --- Planned and unplanned apart


def test_the_end_of_the_reading_at_an_unplanned_treatment():
    response = read_scans(
        {"T1": (30, 30, 9), "T2": (30, 30, 9)},
        rules={"unplanned_local_therapy": "censor"},
        local_treatments=(ablate("T1", 70, planned=False),),
    )
    assert response.counted == 1
    assert response.best.response.name == "SD"


def test_an_ablated_lesion_is_named_with_its_treatment_where_it_cannot_be_read():
    (point,) = read_t1((30, 45), "not_evaluable").time_points
    assert "target lesion T1 (after RFA) not read" in point.reason.sentence
