"""New lesions and non-target disease: what makes a progression, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from readouts import overall

from trialwright.response import (
    Reading,
    assess_patient,
)

# --- New lesions (§3.4)


def test_new_lesion_is_progression_whatever_the_targets_do(read):
    response = read({"T1": (30, 0, 0)}, new={"X1": (None, None, "present")})
    assert overall(response) == ["CR", "PD"]
    assert response.first_progression.new_lesions == ("X1",)


def test_new_lesion_with_a_size_is_progression(read):
    assert overall(read({"T1": (30, 20)}, new={"X1": (None, 8)})) == ["PD"]


def test_new_lesion_recorded_twice_is_one_new_lesion(write, calendar, strict):
    scans = write({"T1": (30, 30)}, new={"X1": (None, "present")})
    again = Reading("X1", "V1", calendar(56), None, "present")
    (point,) = assess_patient(replace(scans, readings=(*scans.readings, again)), strict).time_points
    assert point.new_lesions == ("X1",)


def test_equivocal_new_lesion_is_not_progression(read):
    response = read({"T1": (30, 20, 20)}, new={"X1": (None, "equivocal", "equivocal")})
    assert overall(response) == ["PR", "PR"]
    assert response.first_progression is None


@pytest.mark.parametrize("later", ["present", 12])
def test_equivocal_lesion_that_becomes_unequivocal_dates_progression_back(read, calendar, later):
    response = read({"T1": (30, 20, 20, 20)}, new={"X1": (None, None, "equivocal", later)})
    assert overall(response) == ["PR", "PD", "PD"]
    assert response.first_progression.date == calendar(112)
    assert response.counted == 2


def test_equivocal_lesion_that_goes_away_never_was_progression(read):
    response = read({"T1": (30, 20, 20)}, new={"X1": (None, "equivocal", "absent")})
    assert overall(response) == ["PR", "PR"]


# --- Non-target disease (§3.4, §3.5 table 2)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("absent", "absent"), "CR"),
        (("absent", "present"), "NON_CR_NON_PD"),
        (("present", "present"), "NON_CR_NON_PD"),
        (("increased", "present"), "NON_CR_NON_PD"),
        (("not_evaluable", "present"), "NE"),
        (("not_evaluable", "absent"), "NE"),
        ((None, "absent"), "NE"),
        (("unequivocal_progression", "absent"), "PD"),
        (("unequivocal_progression", "not_evaluable"), "PD"),
    ],
)
def test_non_target_disease_only(read, states, expected):
    first, second = states
    (point,) = read(
        {}, non_targets={"NT1": ("present", first), "NT2": ("present", second)}
    ).time_points
    assert (point.target.name, point.non_target.name) == ("NONE", expected)
    assert point.overall.name == expected


def test_best_response_of_non_target_disease_only(read):
    response = read({}, non_targets={"NT1": ("present", "present", "present")})
    assert response.best.response.name == "NON_CR_NON_PD"
    gone = read({}, non_targets={"NT1": ("present", "absent", "absent")})
    assert gone.confirmed.response.name == "CR"


def test_increase_that_is_not_unequivocal_is_not_progression(read):
    (point,) = read({"T1": (30, 20)}, non_targets={"NT1": ("present", "increased")}).time_points
    assert (point.non_target.name, point.overall.name) == ("NON_CR_NON_PD", "PR")


def test_non_target_back_after_an_overall_complete_response_is_progression(read):
    with_target = read({"T1": (30, 0, 0)}, non_targets={"NT1": ("present", "absent", "present")})
    assert overall(with_target) == ["CR", "PD"]
    alone = read({}, non_targets={"NT1": ("present", "absent", "present")})
    assert overall(alone) == ["CR", "PD"]


def test_non_target_back_without_an_overall_complete_response_is_not(read):
    response = read({"T1": (30, 20, 20)}, non_targets={"NT1": ("present", "absent", "present")})
    assert [point.non_target.name for point in response.time_points] == ["CR", "NON_CR_NON_PD"]
    assert overall(response) == ["PR", "PR"]


def test_non_target_not_read_after_a_complete_response_is_not_progression(read):
    # table 1: targets CR, non-target not evaluated: PR; no disease was seen
    course = {"targets": {"T1": (30, 0, 0)}, "non_targets": {"NT1": ("present", "absent", None)}}
    response = read(**course)
    assert overall(response) == ["CR", "PR"]
    assert response.confirmed.response.name == "PR"
    early = read(**course, days=(-7, 14, 42))
    assert early.first_progression is None
    assert early.confirmed.response.name != "PD"


def test_complete_response_is_confirmed_after_a_scan_that_left_out_the_non_target(read, calendar):
    # CR, PR (non-target not read, no disease), CR, CR: the last two confirm each other
    response = read(
        {"T1": (30, 0, 0, 0, 0)},
        non_targets={"NT1": ("present", "absent", None, "absent", "absent")},
    )
    assert overall(response) == ["CR", "PR", "CR", "CR"]
    assert response.confirmed.response.name == "CR"
    assert (response.confirmed.date, response.confirmed.confirmed_on) == (
        calendar(168),
        calendar(224),
    )


def test_a_small_new_finding_is_equivocal_until_a_scan_settles_it(read):
    # RECIST 1.1 section 4.3.5: small size is the example of an equivocal new lesion.
    never = read({"T1": (30, 30, 30)}, new={"N1": (None, "too_small", None)})
    assert [point.overall.name for point in never.time_points] == ["SD", "SD"]
    later = read({"T1": (30, 30, 30)}, new={"N1": (None, "too_small", 12)})
    assert [point.overall.name for point in later.time_points] == ["PD", "PD"]
    gone = read({"T1": (30, 30, 30, 30)}, new={"N1": (None, "equivocal", "absent", "present")})
    assert [point.overall.name for point in gone.time_points] == ["SD", "SD", "PD"]


def test_without_targets_an_unconfirmed_complete_response_is_not_stable_disease(read):
    # Table 2 knows no SD; the confirmation that is missing leaves Non-CR/Non-PD.
    response = read({}, non_targets={"NT1": ("present", "absent", "unequivocal_progression")})
    assert response.best.response.name == "NON_CR_NON_PD"


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ((None, 8, 12), ["SD", "PD"]),  # a node below 10 mm is normal, and so no lesion
        ((None, 10, 10), ["PD", "PD"]),
        ((None, 9.9, 9.9), ["SD", "SD"]),
        ((None, "equivocal", 8), ["SD", "SD"]),
        ((None, "present", 8), ["PD", "SD"]),
    ],
)
def test_a_new_node_counts_from_10_mm(read, course, expected):
    # §3.1: normal nodes are not recorded; §3.4: a new lesion must be unequivocal.
    response = read({"T1": (30, 30, 30)}, new={"N1": course}, nodes=("N1",))
    assert overall(response) == expected
