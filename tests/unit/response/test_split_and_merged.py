"""Lesions that split and lesions that merge. Source: RECIST 1.1 §4.3.2, domain.md §3.2."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialwright.response import Lesion, Reading, assess_patient
from trialwright.response.fragments import find_wholes
from written_scans import STRICT, ablate, day, read_scans, write_scans

SPLIT = {"T1.1": "T1", "T1.2": "T1"}


def split_t1(first, second, own=(40, None, None), **facts):
    """T1 of 40 mm splits into two fragments; T2 stays 20 mm."""
    rows = {"T1": own, "T2": (20, 20, 20), "T1.1": first, "T1.2": second}
    return read_scans(rows, split_from=SPLIT, **facts)


def values_of(point):
    return {value.lesion_id: value for value in point.values}


def test_fragments_are_added_up_in_place_of_the_lesion():
    response = split_t1((None, 12, 10), (None, 14, 9))
    assert response.baseline.sum_mm == 60
    assert [point.sum_mm for point in response.time_points] == [46, 39]
    assert [point.overall.name for point in response.time_points] == ["SD", "PR"]


def test_fragments_stand_in_the_table_with_a_note_and_are_no_targets():
    response = split_t1((None, 12, 10), (None, 14, 9))
    assert response.baseline.reason.sentence == "baseline sum 60 mm of 2 target lesions"
    assert "T1.1" not in values_of(response.baseline)
    point = response.time_points[0]
    assert [value.lesion_id for value in point.values] == ["T1", "T1.1", "T1.2", "T2"]
    seen = values_of(point)
    assert (seen["T1"].shown, seen["T1"].counted_mm) == ("split", 26)
    assert seen["T1"].note == "sum of T1.1, T1.2"
    assert (seen["T1.1"].shown, seen["T1.1"].counted_mm) == ("12", None)
    assert seen["T1.1"].note == "fragment of T1"


@pytest.mark.parametrize("role", ["target", "non_target", "new"])
def test_a_fragment_is_never_a_new_lesion_whatever_its_row_says(role):
    scans = write_scans({"T1": (40, None)})
    fragment = Lesion("T1.1", role, "liver", lymph_node=False, split_from="T1")
    seen = Reading("T1.1", "V1", day(56), 38.0)
    scans = replace(scans, lesions=(*scans.lesions, fragment), readings=(*scans.readings, seen))
    (point,) = assess_patient(scans, STRICT).time_points
    assert (point.overall.name, point.sum_mm, point.new_lesions) == ("SD", 38, ())
    assert values_of(point)["T1.1"].role == "target"


@pytest.mark.parametrize("unread", [None, "not_evaluable", "not_recorded"])
def test_a_fragment_once_seen_and_not_read_makes_the_lesion_not_evaluable(unread):
    response = split_t1((None, 12, 10), (None, 14, unread))
    first, second = response.time_points
    assert first.overall.name == "SD"
    assert (second.overall.name, second.measured_mm) == ("NE", 20)
    assert "T1 (fragment T1.2)" in second.reason.sentence
    assert second.reason.inputs["unread"] == "T1 (fragment T1.2)"


def test_a_fragment_counts_from_when_it_is_first_seen():
    response = split_t1((None, 12, 10), (None, None, 9))
    assert [point.sum_mm for point in response.time_points] == [32, 39]


def test_fragments_are_gone_when_all_are_0_mm():
    rows = {"T1": (40, None, None), "T1.1": (None, 12, 0), "T1.2": (None, 14, "absent")}
    response = read_scans(rows, split_from=SPLIT)
    assert [point.overall.name for point in response.time_points] == ["PR", "CR"]
    rows["T1.2"] = (None, 14, 3)
    assert read_scans(rows, split_from=SPLIT).time_points[1].overall.name == "PR"


def test_a_size_under_the_lesion_s_own_name_is_one_piece_more():
    # T1 goes on as the main piece; only T1.1 broke off.
    rows = {"T1": (40, 20, 20), "T1.1": (None, 10, 10)}
    response = read_scans(rows, split_from=SPLIT)
    assert [point.sum_mm for point in response.time_points] == [30, 30]
    rows["T1"] = (40, 20, None)
    later = read_scans(rows, split_from=SPLIT).time_points[1]
    assert later.overall.name == "NE"
    assert "T1 (fragment T1)" in later.reason.sentence


@pytest.mark.parametrize("own", [None, "not_recorded", "not_evaluable", "absent"])
def test_a_lesion_that_is_all_fragments_needs_no_size_of_its_own(own):
    response = split_t1((None, 12, 10), (None, 14, 9), own=(40, own, None))
    assert [point.sum_mm for point in response.time_points] == [46, 39]


@pytest.mark.parametrize("own", [None, "not_evaluable"])
def test_fragments_that_nobody_ever_saw_do_not_make_the_lesion_gone(own):
    response = split_t1((None, "absent", 10), (None, "absent", 9), own=(40, own, None))
    assert [point.overall.name for point in response.time_points] == ["NE", "PR"]


def test_two_sizes_of_one_fragment_are_not_evaluable():
    scans = write_scans({"T1": (40, None), "T1.1": (None, 12)}, split_from=SPLIT)
    again = Reading("T1.1", "V1", day(56), 15.0)
    (point,) = assess_patient(replace(scans, readings=(*scans.readings, again)), STRICT).time_points
    assert point.overall.name == "NE"


def test_fragments_of_a_node_are_normal_each_for_itself():
    # 7 + 7 mm is two normal nodes, not one of 14 mm.
    rows = {"T1": (20, None), "T1.1": (None, 7), "T1.2": (None, 7)}
    (point,) = read_scans(rows, split_from=SPLIT, nodes={"T1", "T1.1", "T1.2"}).time_points
    assert (point.target.name, point.sum_mm) == ("CR", 14)
    rows["T1.2"] = (None, 10)
    (point,) = read_scans(rows, split_from=SPLIT, nodes={"T1", "T1.1", "T1.2"}).time_points
    assert (point.target.name, point.sum_mm) == ("SD", 17)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("absent", "absent"), "CR"),
        (("present", "absent"), "NON_CR_NON_PD"),
        (("present", None), "NON_CR_NON_PD"),
        (("absent", "not_evaluable"), "NE"),
        (("unequivocal_progression", "absent"), "PD"),
    ],
)
def test_a_non_target_lesion_is_the_worst_of_its_fragments(states, expected):
    first, second = states
    courses = {
        "NT1": ("present", None, None),
        "NT1.1": (None, "present", first),
        "NT1.2": (None, "present", second),
    }
    response = read_scans(
        {"T1": (30, 30, 30)}, non_targets=courses, split_from={"NT1.1": "NT1", "NT1.2": "NT1"}
    )
    assert response.time_points[1].non_target.name == expected


def test_a_new_lesion_that_splits_is_one_new_lesion():
    courses = {"X1": (None, "equivocal", None), "X1.1": (None, None, 12), "X1.2": (None, None, 9)}
    response = read_scans(
        {"T1": (30, 30, 30)}, new=courses, split_from={"X1.1": "X1", "X1.2": "X1"}
    )
    assert [point.new_lesions for point in response.time_points] == [("X1",), ("X1",)]
    assert [point.overall.name for point in response.time_points] == ["PD", "PD"]


def test_a_fragment_of_a_fragment_belongs_to_the_first_lesion():
    lesions = [
        Lesion("T1", "target", "liver", lymph_node=False),
        Lesion("T1.1", "target", "liver", lymph_node=False, split_from="T1"),
        Lesion("T1.1.1", "target", "liver", lymph_node=False, split_from="T1.1"),
    ]
    assert find_wholes(lesions) == dict.fromkeys(["T1", "T1.1", "T1.1.1"], "T1")


@pytest.mark.parametrize("origins", [{"A": "B", "B": "A"}, {"A": "A", "B": None}, {"A": "gone"}])
def test_a_fragment_of_nothing_stands_for_itself(origins):
    lesions = [
        Lesion(name, "target", "liver", lymph_node=False, split_from=parent)
        for name, parent in origins.items()
    ]
    assert find_wholes(lesions) == {name: name for name in origins}


def test_an_ablation_of_the_lesion_covers_its_fragments_and_one_of_a_fragment_does_not():
    courses = {
        "T1": (40, None, None),
        "T1.1": (None, 12, 10),
        "T1.2": (None, 14, 9),
        "T2": (9,) * 3,
    }
    rules = {"planned_ablation": "zero"}
    whole = read_scans(courses, split_from=SPLIT, rules=rules, local_treatments=(ablate("T1", 70),))
    assert [point.sum_mm for point in whole.time_points] == [35, 9]
    part = read_scans(
        courses, split_from=SPLIT, rules=rules, local_treatments=(ablate("T1.1", 70),)
    )
    assert [point.sum_mm for point in part.time_points] == [35, 28]


def test_the_last_size_before_an_ablation_is_that_of_all_fragments():
    courses = {"T1": (40, None, None), "T1.1": (None, 12, 30), "T1.2": (None, 14, 30)}
    response = read_scans(
        courses,
        split_from=SPLIT,
        rules={"planned_ablation": "carry_forward"},
        local_treatments=(ablate("T1", 70),),
    )
    assert [point.sum_mm for point in response.time_points] == [26, 26]


# --- Merged


def test_of_merged_lesions_one_carries_the_joint_size():
    (point,) = read_scans({"T1": (30, 45), "T2": (30, "merged")}).time_points
    assert (point.sum_mm, point.overall.name) == (45, "SD")
    merged = values_of(point)["T2"]
    assert (merged.shown, merged.counted_mm, merged.note) == (
        "merged",
        0,
        "merged with another lesion",
    )


@pytest.mark.parametrize("other", ["absent", "merged", None])
def test_a_lesion_that_merged_with_nothing_is_not_gone(other):
    (point,) = read_scans({"T1": (30, other), "T2": (30, "merged")}).time_points
    assert point.overall.name == "NE"
    assert "T2 (merged, and no lesion carries the joint size)" in point.reason.sentence


@pytest.mark.parametrize("seen", ["present", 45])
def test_a_target_that_merged_into_a_non_target_lesion_is_not_gone(seen):
    # The sum has lost it without a size: nobody knows how large the target is now.
    found = read_scans({"T1": (30, "merged")}, non_targets={"NT1": ("present", seen)})
    assert [point.target.name for point in found.time_points] == ["NE"]


def test_a_non_target_lesion_may_merge_into_another():
    found = read_scans(
        {"T1": (30, 30)}, non_targets={"NT1": ("present", "merged"), "NT2": ("present", "present")}
    )
    assert [point.non_target.name for point in found.time_points] == ["NON_CR_NON_PD"]
    assert "not every" not in found.time_points[0].reason.sentence


def test_a_target_may_merge_into_a_new_lesion():
    (point,) = read_scans({"T1": (30, "merged")}, new={"X1": (None, 50)}).time_points
    assert (point.target.name, point.overall.name) == ("CR", "PD")


@pytest.mark.parametrize("policy", ["exclude", "zero", "carry_forward", "not_evaluable"])
def test_an_ablated_lesion_that_is_not_measured_carries_nothing(policy):
    # Disease that grew into a zone which nobody counts has not gone.
    (point,) = read_scans(
        {"T1": (30, 60), "T2": (30, "merged")},
        rules={"planned_ablation": policy},
        local_treatments=(ablate("T1", 14),),
    ).time_points
    assert point.overall.name == "NE"


def test_a_merged_non_target_lesion_counts_with_the_lesion_that_carries_it():
    courses = {"NT1": ("present", "merged"), "NT2": ("present", "present")}
    (point,) = read_scans({"T1": (30, 0)}, non_targets=courses).time_points
    assert point.non_target.name == "NON_CR_NON_PD"
    courses["NT2"] = ("present", "absent")
    (point,) = read_scans({"T1": (30, 0)}, non_targets=courses).time_points
    assert point.non_target.name == "NE"
