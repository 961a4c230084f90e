"""Sums of diameters and what they mean, from the worked vectors of the domain reference.

Source: RECIST 1.1 (Eisenhauer et al. 2009, Eur J Cancer 45:228), the EORTC questions and answers
(a PR persists until PD), and the vectors of ``shared/reference/domain.md`` §0.4, §0.7 and §3.8.
"""

from __future__ import annotations

import pytest

from trialwright.response import LocalTreatment

# number of §3.8, sums from baseline on, target responses read strictly and with a persistent PR
VECTORS = [
    (1, (100, 70, 80), ("PR", "SD"), ("PR", "PR")),
    (2, (100, 70, 84), ("PR", "PD"), ("PR", "PD")),
    (3, (20, 14, 17), ("PR", "SD"), ("PR", "PR")),
    (4, (50, 20, 24.9), ("PR", "PR"), ("PR", "PR")),
    (5, (50, 20, 25), ("PR", "PD"), ("PR", "PD")),
    (6, (165, 63, 65), ("PR", "PR"), ("PR", "PR")),
    (7, (100, "not_evaluable", 69), ("NE", "PR"), ("NE", "PR")),
    (10, (100, 130), ("PD",), ("PD",)),
]


def halve(sums):
    """Spread each sum over a pair of equal liver targets."""
    course = [total if isinstance(total, str) else total / 2 for total in sums]
    return {"T1": course, "T2": course}


def calls(response):
    return tuple(point.target.name for point in response.time_points)


@pytest.mark.parametrize(("number", "sums", "strictly", "persistently"), VECTORS)
def test_pair_of_liver_targets(read, number, sums, strictly, persistently):
    targets = halve(sums)
    assert calls(read(targets)) == strictly, number
    assert calls(read(targets, rules={"persistent": True})) == persistently, number


@pytest.mark.parametrize(("number", "sums", "strictly", "persistently"), VECTORS)
def test_overall_response_follows_the_targets_when_there_is_nothing_else(
    read, number, sums, strictly, persistently
):
    for persistent, expected in ((False, strictly), (True, persistently)):
        points = read(halve(sums), rules={"persistent": persistent}).time_points
        assert tuple(point.overall.name for point in points) == expected, number


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("third", [None, "not_evaluable", "not_recorded"])
def test_vector_8_the_measured_part_alone_is_progression(read, persistent, third):
    response = read(
        {"T1": (20, 40), "T2": (20, 40), "T3": (10, third)}, rules={"persistent": persistent}
    )
    (point,) = response.time_points
    assert response.baseline.sum_mm == 50
    assert point.target.name == "PD"
    assert point.measured_mm == 80
    assert point.sum_mm != point.sum_mm  # nan: one target was not read


def test_vector_8_a_measured_part_short_of_progression_is_not_evaluable(read):
    # 30 + 29.9 = 59.9 mm, less than 1.2 x 50 mm
    response = read({"T1": (20, 30), "T2": (20, 29.9), "T3": (10, None)})
    assert calls(response) == ("NE",)


@pytest.mark.parametrize("persistent", [False, True])
def test_vector_9_a_node_that_becomes_normal_is_a_complete_response(read, persistent):
    response = read({"N1": (22, 9)}, nodes={"N1"}, rules={"persistent": persistent})
    (point,) = response.time_points
    assert (point.target.name, point.sum_mm) == ("CR", 9)


def test_vector_10_the_nadir_is_the_baseline(read):
    (point,) = read(halve((100, 130))).time_points
    assert (point.nadir_mm, point.nadir_visit) == (100, "V0")
    assert point.change_from_baseline == pytest.approx(0.3, abs=1e-12)


def test_nadir_is_the_smallest_evaluable_sum_before_the_scan(read):
    points = read(halve((100, 60, "not_evaluable", 70, 65))).time_points
    assert [point.nadir_mm for point in points] == [100, 60, 60, 60]
    assert [point.nadir_visit for point in points] == ["V0", "V1", "V1", "V1"]


def test_partial_response_throughout(read):
    # §0.7: sums 100-70-70-80-80-80 are PR on every scan until the criteria of PD are met
    targets = halve((100, 70, 70, 80, 80, 80))
    assert calls(read(targets, rules={"persistent": True})) == ("PR",) * 5
    assert calls(read(targets)) == ("PR", "PR", "SD", "SD", "SD")


# §0.4: two 30 mm targets, T1 ablated; its zone measures 45 mm, T2 27 mm
ABLATED = {
    "zone": ("PD", 60, 72),
    "zero": ("PR", 60, 27),
    "exclude": ("SD", 30, 27),
    "carry_forward": ("SD", 60, 57),
}


@pytest.mark.parametrize(("policy", "expected"), ABLATED.items())
@pytest.mark.parametrize("planned", [True, False])
def test_policy_for_an_ablated_target_decides_the_call(read, calendar, policy, expected, planned):
    other = "exclude" if policy != "exclude" else "zone"
    response = read(
        {"T1": (30, 45), "T2": (30, 27)},
        local_treatments=(
            LocalTreatment("T1", calendar(14), "RFA", planned, technical_success=True),
        ),
        rules={
            "planned_ablation": policy if planned else other,
            "unplanned_local_therapy": other if planned else policy,
        },
    )
    (point,) = response.time_points
    assert (point.overall.name, response.baseline.sum_mm, point.sum_mm) == expected


@pytest.mark.parametrize(("other_mm", "expected"), [(27, "NE"), (71.9, "NE"), (72, "PD")])
def test_ablated_target_not_evaluable_unless_the_rest_progresses(
    read, calendar, other_mm, expected
):
    # §3.7 B: the time point is NE unless the measured lesions alone meet PD (§3.3 row 3)
    response = read(
        {"T1": (30, 45), "T2": (30, other_mm)},
        local_treatments=(
            LocalTreatment("T1", calendar(14), "RFA", False, technical_success=True),
        ),
        rules={"unplanned_local_therapy": "not_evaluable"},
    )
    (point,) = response.time_points
    assert point.overall.name == expected


def test_incomplete_ablation_does_not_count_as_zero(read, calendar):
    # §3.7 C: only a *complete* ablation counts 0 mm
    response = read(
        {"T1": (30, 30), "T2": (30, 27)},
        local_treatments=(
            LocalTreatment("T1", calendar(14), "RFA", True, technical_success=False),
        ),
        rules={"planned_ablation": "zero"},
    )
    (point,) = response.time_points
    assert (point.sum_mm, point.overall.name) == (57, "SD")


def test_scan_before_the_ablation_is_read_as_measured(read, calendar):
    response = read(
        {"T1": (30, 28, 45), "T2": (30, 28, 27)},
        local_treatments=(LocalTreatment("T1", calendar(70), "RFA", True, technical_success=True),),
        rules={"planned_ablation": "zero"},
    )
    assert [point.sum_mm for point in response.time_points] == [56, 27]


@pytest.mark.parametrize("unread", ["not_evaluable", "not_recorded", None])
@pytest.mark.parametrize(("policy", "expected"), [("zero", 27), ("carry_forward", 28 + 27)])
def test_ablated_target_needs_no_reading_where_the_policy_gives_its_size(
    read, calendar, policy, expected, unread
):
    # §3.7 C: ablated and complete counts 0 mm; F: the last size before is carried forward.
    # Readers often stop recording an ablated lesion: no row must mean the same as an unread one.
    response = read(
        {"T1": (30, 28, unread), "T2": (30, 28, 27)},
        local_treatments=(LocalTreatment("T1", calendar(70), "RFA", True, technical_success=True),),
        rules={"planned_ablation": policy},
    )
    assert response.time_points[-1].sum_mm == expected
