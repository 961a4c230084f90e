"""What is disease at all: at baseline, after a complete response, and on a scan nobody could read.

Source: RECIST 1.1 (Eisenhauer 2009), sections 3.1, 4.3.1 to 4.3.3 and table 3; ``domain.md`` §3.
"""

from __future__ import annotations

import pytest

from written_scans import ablate, read_scans


def overall(response):
    return [point.overall.name for point in response.time_points]


@pytest.mark.parametrize("size", [9, 9.9, "too_small"])
def test_a_normal_node_at_baseline_is_nothing_to_respond(size):
    response = read_scans({"N": (size, size, size)}, nodes=("N",))
    assert overall(response) == ["NE", "NE"]
    assert "no disease that can be measured" in response.baseline.reason.sentence


@pytest.mark.parametrize("course", [("absent", "absent"), (8, 8)])
def test_a_non_target_lesion_that_was_never_there_is_no_complete_response(course):
    nodes = ("NT1",) if course[0] == 8 else ()
    response = read_scans({}, non_targets={"NT1": course}, nodes=nodes)
    assert overall(response) == ["NE"]
    with_target = read_scans({"T1": (30, "absent")}, non_targets={"NT1": course}, nodes=nodes)
    assert [point.non_target.name for point in with_target.time_points] == ["NONE"]
    assert overall(with_target) == ["CR"]


def test_a_non_target_lesion_that_comes_later_is_disease():
    response = read_scans({}, non_targets={"NT1": ("absent", "present", "absent")})
    assert overall(response) == ["NON_CR_NON_PD", "NE"]


@pytest.mark.parametrize("second", ["absent", "not_evaluable", None])
def test_disease_back_after_a_complete_response_is_seen_although_a_lesion_was_not_read(second):
    response = read_scans(
        {},
        non_targets={
            "NT1": ("present", "absent", "present", "absent"),
            "NT2": ("present", "absent", second, "absent"),
        },
    )
    assert overall(response)[:2] == ["CR", "PD"]
    assert response.confirmed.response.name == "NON_CR_NON_PD"


@pytest.mark.parametrize("policy", ["zero", "carry_forward"])
def test_a_scan_on_which_nothing_was_read_confirms_nothing(policy):
    nothing = "not_evaluable"
    response = read_scans(
        {"T1": (30, 20, nothing), "T2": (30, 10, nothing)},
        local_treatments=(ablate("T1", 14), ablate("T2", 14)),
        rules={"planned_ablation": policy},
    )
    assert overall(response)[1] == "NE"
    assert response.confirmed.confirmed_on is None


def test_an_ablated_lesion_counts_as_gone_where_the_scan_read_another():
    response = read_scans(
        {"T1": (30, "not_evaluable"), "T2": (30, 30)},
        local_treatments=(ablate("T1", 14),),
        rules={"planned_ablation": "zero"},
    )
    assert [point.sum_mm for point in response.time_points] == [30]


def test_the_viable_part_of_a_node_is_no_short_axis():
    node = {"diameter_mm": 20.0, "viable_mm": 8.0}
    response = read_scans(
        {"N": (node, node, node)},
        nodes=("N",),
        local_treatments=(ablate("N", 14),),
        rules={"planned_ablation": "viable"},
    )
    assert overall(response) == ["SD", "SD"]


def test_a_fragment_that_could_not_be_evaluated_hides_a_size():
    response = read_scans(
        {"T1": (30, None), "F": (None, 10), "G": (None, "not_evaluable")},
        split_from={"F": "T1", "G": "T1"},
    )
    assert overall(response) == ["NE"]


@pytest.mark.parametrize("size", [5, "too_small"])
def test_a_non_target_node_too_small_to_measure_is_normal(size):
    response = read_scans({"T1": (30, "absent")}, non_targets={"N": (12, size)}, nodes=("N",))
    assert overall(response) == ["CR"]
