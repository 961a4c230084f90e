"""iRECIST after local treatment: a zone is not the tumour, in old lesions and in new ones.

Scans lie on days 56, 112, 168 ...; most lesions here are ablated on day 70 or 130.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from immune_scans import NT, RULES, STILL, UNE, T, X, calls, read

from written_scans import ablate

POLICIES = ("not_evaluable", "zero", "zone", "viable", "carry_forward")


def zone(size, finding=None, **fields):
    return {"diameter_mm": size, "ablation_finding": finding, **fields}


def word(finding):
    return {"ablation_finding": finding}


def read_ablated(*tables, on=70, lesions=("N2",), policy="zone", **facts):
    rules = replace(RULES, planned_ablation=policy)
    treatments = tuple(ablate(lesion, on) for lesion in lesions)
    return read(*tables, rules=rules, local_treatments=treatments, **facts)


# --- Non-target lesions


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("finding", ["complete", "benign_rim", "residual", None])
def test_growing_zone_confirms_no_progression(policy, finding):
    tables = (
        {T: (100, 100, 100)},
        {NT: ("present", STILL, STILL), "N2": (20, 20, zone(35, finding))},
    )
    assert calls(read_ablated(*tables, policy=policy)) == ["iUPD", "iUPD"]


def test_the_same_growth_without_treatment_confirms():
    tables = {T: (100, 100, 100)}, {NT: ("present", STILL, STILL), "N2": (20, 20, 35)}
    assert calls(read(*tables)) == ["iUPD", "iCPD"]
    # a scan on the day of the ablation shows the lesion before it
    assert calls(read_ablated(*tables, on=112)) == ["iUPD", "iCPD"]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (zone(35, "local_progression"), "iCPD"),
        (zone(15, "local_progression"), "iCPD"),  # a zone then and a tumour now: no two sizes
        (zone(35, "residual", state=UNE), "iCPD"),
        (zone(35, "complete", state=UNE), "iUPD"),
        (zone(35, None, state="increased"), "iUPD"),
        (zone(35, None, viable_mm=8), "iCPD"),
        (zone(35, None, viable_mm=6), "iUPD"),
    ],
)
def test_tumour_at_a_zone_confirms_and_a_zone_does_not(last, expected):
    courses = {NT: ("present", STILL, STILL), "N2": (20, zone(30, "complete", viable_mm=6), last)}
    if last.get("viable_mm") is None:
        courses["N2"] = (20, zone(30, "complete"), last)
    assert calls(read_ablated({T: (100, 100, 100)}, courses, on=10)) == ["iUPD", expected]


# --- Local progression that is called again


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (zone(50, "local_progression"), zone(50, "local_progression"), "iUPD"),
        (zone(30, "local_progression"), zone(25, "local_progression"), "iUPD"),
        (zone(30, "local_progression"), zone(31, "local_progression"), "iCPD"),
        (zone(30, "local_progression"), zone(None, "local_progression"), "iCPD"),
        (zone(None, "local_progression"), zone(30, "local_progression"), "iCPD"),
        (
            zone(30, "local_progression", viable_mm=9),
            zone(40, "local_progression", viable_mm=9),
            "iUPD",
        ),
        (
            zone(30, "local_progression", viable_mm=9),
            zone(30, "local_progression", viable_mm=10),
            "iCPD",
        ),
    ],
)
@pytest.mark.parametrize("role", ["target", "non_target"])
def test_repeated_local_progression_confirms_only_by_size(role, then, now, expected):
    courses = {"A": (20, zone(30, "complete"), then, now)}
    tables = ({T: (100,) * 4, **courses},) if role == "target" else ({T: (100,) * 4}, courses)
    response = read_ablated(*tables, on=10, lesions=("A",), policy="carry_forward")
    assert calls(response) == ["iSD", "iUPD", expected]


@pytest.mark.parametrize(
    ("now", "expected"), [((50, UNE), "iUPD"), ((51, UNE), "iCPD"), (UNE, "iCPD")]
)
def test_target_called_progressed_again_confirms_only_by_size(now, expected):
    # a size beside the word contradicts a target's size, so the sum is not read
    response = read({T: (100, 100, 100), "T2": (50, (50, UNE), now)})
    assert calls(response) == ["iUPD", expected]


# --- New lesions


@pytest.mark.parametrize("finding", ["complete", "benign_rim"])
def test_ablated_new_lesion_without_tumour_is_gone(finding):
    new = {X: (None, 12, zone(30, finding), zone(40), word(finding))}
    response = read_ablated({T: (100,) * 5}, {}, new, lesions=(X,))
    assert calls(response) == ["iUPD", "iSD", "iSD", "iSD"]
    assert response.time_points[1].new_lesions == ()
    assert response.time_points[1].new_sum_mm == 0
    response = read_ablated({T: (100, 100, 0)}, {}, {X: new[X][:3]}, lesions=(X,))
    assert calls(response) == ["iUPD", "iCR"]


def test_residual_tumour_of_a_new_lesion_keeps_the_last_size():
    for last in (zone(30, "residual"), zone(30)):
        response = read_ablated({T: (100, 100, 100)}, {}, {X: (None, 12, last)}, lesions=(X,))
        assert calls(response) == ["iUPD", "iUPD"]
        assert response.time_points[1].new_sum_mm == 12
        response = read_ablated({T: (100, 100, 0)}, {}, {X: (None, 12, last)}, lesions=(X,))
        assert calls(response) == ["iUPD", "iPR"]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (zone(30, "local_progression"), "iCPD"),
        (zone(14, "local_progression"), "iUPD"),
        (zone(30, "residual", viable_mm=17), "iCPD"),
        (zone(30, "residual", viable_mm=16), "iUPD"),
    ],
)
def test_tumour_at_the_zone_of_a_new_lesion_confirms_by_its_size(last, expected):
    response = read_ablated({T: (100, 100, 100)}, {}, {X: (None, 12, last)}, lesions=(X,))
    assert calls(response) == ["iUPD", expected]


def test_ablated_small_new_lesion_is_no_larger_by_its_zone():
    for finding, expected in (("complete", "iSD"), ("residual", "iUPD"), (None, "iUPD")):
        new = {X: (None, 8, zone(30, finding))}
        assert calls(read_ablated({T: (100, 100, 100)}, {}, new, lesions=(X,))) == [
            "iUPD",
            expected,
        ]


def test_local_progression_after_a_complete_zone_is_a_new_lesion_that_is_back():
    new = {
        X: (None, 12, zone(30, "complete"), zone(30), zone(30, "local_progression")),
        "X2": (None, None, None, 12, 12),
    }
    response = read_ablated({T: (100,) * 5}, {}, new, lesions=(X,))
    assert calls(response) == ["iUPD", "iSD", "iUPD", "iCPD"]
    assert response.time_points[3].reason.rule == "irecist.confirmed_by_another_new_lesion"
    # a zone that is no longer judged is not back
    new[X] = (*new[X][:4], zone(45))
    assert calls(read_ablated({T: (100,) * 5}, {}, new, lesions=(X,)))[-1] == "iUPD"


def test_size_from_before_the_treatment_is_not_compared_with_tumour_at_the_zone():
    courses = {NT: ("present", STILL, STILL), "N2": (20, 20, zone(15, "local_progression"))}
    assert calls(read_ablated({T: (100, 100, 100)}, courses)) == ["iUPD", "iCPD"]


def test_finding_alone_reads_a_new_lesion():
    new = {X: (None, 12, word("complete"))}
    assert calls(read_ablated({T: (100, 100, 100)}, {}, new, lesions=(X,))) == ["iUPD", "iSD"]


def test_latest_finding_holds_until_the_next_one():
    new = {X: (None, 12, zone(30, "complete"), zone(30, "residual"), zone(30))}
    points = read_ablated({T: (100,) * 5}, {}, new, lesions=(X,)).time_points
    assert [point.new_lesions for point in points] == [(X,), (), (X,), (X,)]
