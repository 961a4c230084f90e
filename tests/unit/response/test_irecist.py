"""iRECIST from lesions: the prose of Seymour 2017 and the EORTC answers.

A patient is a table: a value for each lesion on each scan, the first at baseline. A number is a
diameter, a word a state, a pair both, none a lesion that the scan leaves out.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from immune_scans import NT, RULES, UNE, T, X, calls, read, write

from trialwright.response.immune.assess import assess_immune
from trialwright.response.immune.codes import ImmuneResponseCode as Code
from trialwright.response.immune.state import ImmuneRules
from written_scans import day

# --- Increments add up, counted from the iUPD


@pytest.mark.parametrize(
    "tables",
    [
        ({T: (100, 130, 134, 136)},),
        ({T: (100, 100, 100, 100)}, {}, {X: (None, 12, 16, 18)}),
        ({T: (100.0, 130.1, 133.2, 135.1)},),
    ],
)
def test_increments_are_additive(tables):
    assert calls(read(*tables)) == ["iUPD", "iUPD", "iCPD"]


def test_growth_is_counted_from_the_iupd_not_from_a_dip_after_it():
    assert calls(read({T: (100, 130, 125, 131, 135)})) == ["iUPD", "iUPD", "iUPD", "iCPD"]
    tables = {T: (100,) * 5}, {}, {X: (None, 20, 14, 20, 25)}
    assert calls(read(*tables)) == ["iUPD", "iUPD", "iUPD", "iCPD"]


def test_partial_sum_of_an_iupd_is_nothing_to_count_growth_from():
    targets = {"T1": (40, 60, 60, 60), "T2": (40, 60, 60, 60), "T3": (20, "not_evaluable", 20, 26)}
    assert calls(read(targets)) == ["iUPD", "iUPD", "iCPD"]


# --- Bar reset


def test_new_progression_after_a_withdrawn_one_is_unconfirmed_again():
    response = read({T: (100, 130, 110, 125, 129, 131)})
    assert calls(response) == ["iUPD", "iSD", "iUPD", "iUPD", "iCPD"]
    assert response.progression.visit == "V3"
    assert response.progression.confirmed_on == day(280)


def test_five_mm_without_20_percent_after_a_reset_is_no_progression():
    assert calls(read({T: (100, 130, 110, 119)})) == ["iUPD", "iSD", "iSD"]


@pytest.mark.parametrize(
    ("new", "last"),
    [
        ({X: (None, 12, 12, 12)}, "iPR"),
        ({X: (None, 12, 12, 16.9)}, "iPR"),  # 40 %, and less than 5 mm
        ({X: (None, 40, 40, 47.9)}, "iPR"),  # 7.9 mm, and less than 20 %
        ({X: (None, 12, 12, 17)}, "iUPD"),
        ({X: (None, 20, 12, 17)}, "iUPD"),  # from the nadir of the new lesions
        ({X: (None, 8, 8, 30)}, "iPR"),  # a new-lesion non-target: unequivocal or nothing
        ({X: (None, "present", "present", "increased")}, "iPR"),
        ({X: (None, "present", "present", UNE)}, "iUPD"),
        ({X: (None, 12, 12, 12), "X2": (None, None, None, 8)}, "iUPD"),
        ({X: (None, 12, "absent", "absent")}, "iPR"),
        ({X: (None, 12, "absent", 4)}, "iPR"),
        ({X: (None, 12, "absent", 12)}, "iUPD"),
    ],
)
def test_new_lesions_after_a_reset(new, last):
    response = read({T: (100, 100, 60, 60)}, {}, new)
    assert calls(response) == ["iUPD", "iPR", last]


def test_new_lesions_after_a_reset_need_a_new_iupd_before_icpd():
    response = read({T: (100, 100, 60, 60, 60)}, {}, {X: (None, 12, 12, 18, 23)})
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iCPD"]
    assert response.progression.visit == "V3"


def test_further_new_lesion_starts_the_sum_of_new_lesions_anew():
    # X1 was 20 mm; with X2 the nadir is 40 mm, so 45 mm is 12.5 % and no progression
    response = read(
        {T: (100, 100, 60, 60, 30, 30)},
        {},
        {X: (None, 20, 20, 20, 20, 25), "X2": (None, None, None, 20, 20, 20)},
    )
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iUPD", "iCPD"]
    response = read(
        {T: (100, 100, 60, 75, 30, 30)},
        {},
        {X: (None, 20, 20, 20, 20, 25), "X2": (None, None, None, 20, 20, 20)},
    )
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iPR", "iPR"]


# --- New lesions that persist: scenarios of the paper and of the EORTC


def test_scenario_b_shrinkage_after_a_new_lesion_is_a_response():
    response = read({T: (100, 100, 50, 50)}, {}, {X: (None, 12, 12, 12)})
    assert calls(response) == ["iUPD", "iPR", "iPR"]


def test_scenario_d_growth_then_shrinkage_is_a_response():
    assert calls(read({T: (100, 100, 130, 50)})) == ["iSD", "iUPD", "iPR"]


def test_scenario_f_response_then_new_lesion_without_change_stays_unconfirmed():
    tables = {T: (100, 50, 50, 50, 50)}, {}
    assert calls(read(*tables, {X: (None, None, 12, 12, 12)})) == ["iPR", "iUPD", "iUPD", "iUPD"]
    assert calls(read(*tables, {X: (None, None, 12, 12, 17)})) == ["iPR", "iUPD", "iUPD", "iCPD"]
    assert calls(read(*tables, {X: (None, None, 12, 12, 0)})) == ["iPR", "iUPD", "iUPD", "iPR"]


def test_targets_not_read_at_the_iupd_are_compared_with_what_was_read_before():
    new = {X: (None, 12, 12)}
    assert calls(read({T: (100, "not_evaluable", 100)}, {}, new)) == ["iUPD", "iUPD"]
    assert calls(read({T: (100, "not_evaluable", 60)}, {}, new)) == ["iUPD", "iPR"]
    new = {X: (None, None, 12, 12)}
    assert calls(read({T: (100, 60, "not_evaluable", 60)}, {}, new)) == ["iPR", "iUPD", "iUPD"]


def test_stable_new_lesion_does_not_hinder_the_withdrawal_of_target_growth():
    assert calls(read({T: (100, 130, 110)}, {}, {X: (None, 12, 12)})) == ["iUPD", "iSD"]


def test_target_growth_beside_a_new_lesion_that_shrinks_into_stable_disease():
    # 1 mm decides here (decision 007.3): growth that was part of the iUPD and went back
    # withdraws it, no change does not
    new = {X: (None, 12, 12)}
    assert calls(read({T: (100, 120, 119)}, {}, new)) == ["iUPD", "iSD"]
    assert calls(read({T: (100, 119, 119)}, {}, new)) == ["iUPD", "iUPD"]


def test_new_lesion_that_was_gone_at_the_iupd_and_is_back_is_one_more():
    new = {X: (None, "present", "absent", "absent", "present"), "X2": (None, None, None, 12, 12)}
    response = read({T: (100,) * 5}, {}, new)
    assert calls(response) == ["iUPD", "iSD", "iUPD", "iCPD"]
    assert response.time_points[3].appeared == ()
    assert "new lesion X1 confirms the iUPD of V3" in response.time_points[3].reason.sentence


def test_new_lesion_that_was_not_gone_at_the_iupd_is_no_further_one():
    assert calls(read({T: (100,) * 4}, {}, {X: (None, 12, "not_evaluable", 12)})) == [
        "iUPD",
        "NE",
        "iUPD",
    ]
    # without an iUPD that waits, one that is back is progression by RECIST 1.1 only
    assert calls(read({T: (100,) * 4}, {}, {X: (None, "present", "absent", "present")})) == [
        "iUPD",
        "iSD",
        "iSD",
    ]


def test_complete_response_needs_new_lesions_gone():
    new = {X: (None, 12, 12, "absent")}
    assert calls(read({T: (30, 30, 0, 0)}, {}, new)) == ["iUPD", "iPR", "iCR"]
    new = {X: (None, 12, 12, "not_evaluable")}
    assert calls(read({T: (30, 30, 0, 0)}, {}, new)) == ["iUPD", "iPR", "iPR"]


def test_new_node_below_10_mm_is_gone():
    for size, last in ((9.9, "iCR"), (10, "iPR")):
        response = read({T: (30, 30, 0)}, {}, {X: (None, 16, size)}, nodes=(X,))
        assert calls(response) == ["iUPD", last]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (({T: (30, 0, 12, 12, 18)},), ["iCR", "iUPD", "iUPD", "iCPD"]),
        (({T: (30, 0, 12, 0)},), ["iCR", "iUPD", "iCR"]),
        (({T: (30, 0, 0)}, {NT: ("present", "absent", "present")}), ["iCR", "iUPD"]),
        (
            ({T: (30, 30, 0, 0)}, {}, {X: (None, "present", "absent", "present")}),
            ["iUPD", "iCR", "iUPD"],
        ),
    ],
)
def test_disease_after_icr_is_progression(tables, expected):
    assert calls(read(*tables)) == expected


def test_non_target_seen_beside_one_not_read_is_relapse_after_icr():
    non_targets = {
        NT: ("present", "absent", "present"),
        "N2": ("present", "absent", "not_evaluable"),
    }
    assert calls(read({T: (30, 0, 0)}, non_targets)) == ["iCR", "iUPD"]
    non_targets[NT] = ("present", "absent", "absent")
    assert calls(read({T: (30, 0, 0)}, non_targets)) == ["iCR", "iPR"]


# --- What was not read


def test_unread_new_lesions_are_named_in_order():
    new = {"X2": (None, 8, "not_evaluable"), "X10": (None, 30, "not_evaluable")}
    response = read({T: (100, 100, 100)}, {}, new)
    assert "new lesion X2, X10 not read" in response.time_points[1].reason.sentence


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (({T: (100, 130, "not_evaluable", 135)},), ["iUPD", "NE", "iCPD"]),
        (({T: (100, 130, "not_evaluable", 130)},), ["iUPD", "NE", "iUPD"]),
        (({T: (100, 130, "not_evaluable", 110, 135)},), ["iUPD", "NE", "iSD", "iUPD"]),
        (
            ({T: (100, 100, 100, 100)}, {NT: ("present", UNE, "not_evaluable", "increased")}),
            ["iUPD", "NE", "iCPD"],
        ),
        (
            ({T: (100, 100, 60, 60)}, {}, {X: (None, 12, "not_evaluable", 17)}),
            ["iUPD", "NE", "iCPD"],
        ),
        (
            ({T: (100, 100, 60, 60)}, {}, {X: (None, 12, "not_evaluable", 12)}),
            ["iUPD", "NE", "iPR"],
        ),
        (
            (
                {T: (100, 100, "not_evaluable")},
                {},
                {X: (None, 12, 12), "X2": (None, None, 12)},
            ),
            ["iUPD", "iCPD"],
        ),
        (({T: (100, 100, "not_evaluable")}, {}, {X: (None, 12, 12)}), ["iUPD", "NE"]),
        # the part that had progressed was read; another one, which does not decide, was not
        (
            ({T: (100, 130, 110)}, {NT: ("present", "present", "not_evaluable")}),
            ["iUPD", "iSD"],
        ),
    ],
)
def test_not_read_after_iupd(tables, expected):
    assert calls(read(*tables)) == expected


@pytest.mark.parametrize(("size", "expected"), [(12, "iUPD"), (17, "iCPD"), (0, "NE")])
def test_patient_without_disease_at_baseline(size, expected):
    # nothing of baseline can answer for the new lesion
    assert calls(read({}, {}, {X: ("absent", 12, size)})) == ["iUPD", expected]


def test_missed_scan_after_iupd_leaves_it_waiting():
    response = read({T: (100, 130, None, 135)})
    assert [(p.visit, p.overall.label) for p in response.time_points] == [
        ("V1", "iUPD"),
        ("V3", "iCPD"),
    ]


# --- Patients without targets, and without any disease at baseline


@pytest.mark.parametrize(
    ("non_target", "new", "expected"),
    [
        (("present", "present"), None, ["Non-iCR/Non-iUPD"]),
        (("present", "absent"), None, ["iCR"]),
        (("present", UNE, "present"), None, ["iUPD", "Non-iCR/Non-iUPD"]),
        (("present", UNE, "increased"), None, ["iUPD", "iCPD"]),
        (("present", "present", "present"), (None, 12, 12), ["iUPD", "iUPD"]),
        (("present", "present", "absent"), (None, 12, 12), ["iUPD", "Non-iCR/Non-iUPD"]),
        (("present", "present", "absent"), (None, 12, 0), ["iUPD", "iCR"]),
        (("present", "not_evaluable"), None, ["NE"]),
    ],
)
def test_non_target_disease_only(non_target, new, expected):
    assert calls(read({}, {NT: non_target}, {X: new} if new else None)) == expected


# --- Persistent partial response, and what comes after iCPD


def test_response_persists_until_progression_where_the_study_says_so():
    sticky = replace(RULES, persistent=True)
    assert calls(read({T: (100, 70, 70, 80, 80, 80)}, rules=sticky)) == ["iPR"] * 5
    assert calls(read({T: (100, 70, 80)})) == ["iPR", "iSD"]
    assert calls(read({T: (100, 70, 90, 80)}, rules=sticky)) == ["iPR", "iUPD", "iSD"]


def test_confirmed_progression_is_final():
    response = read({T: (100, 130, 136, 50, 0)})
    assert calls(response) == ["iUPD", "iCPD", "iCPD", "iCPD"]
    assert response.counted == 2
    assert response.best.response == Code.ICPD
    assert response.best.date == day(56)


# --- The window of confirmation


@pytest.mark.parametrize(("second", "expected"), [(83, "iUPD"), (84, "iCPD"), (400, "iCPD")])
def test_scan_too_soon_after_iupd_is_disregarded(second, expected):
    four_weeks = ImmuneRules(earliest_confirmation_days=28)
    days = (-7, 56, second)
    response = read({T: (100, 130, 136)}, days=days, immune=four_weeks)
    assert calls(response) == ["iUPD", expected]
    assert calls(read({T: (100, 130, 136)}, days=days)) == ["iUPD", "iCPD"]


def test_disregarded_scan_neither_withdraws_nor_is_remembered():
    four_weeks = ImmuneRules(earliest_confirmation_days=28)
    days = (-7, 56, 70, 112)
    response = read({T: (100, 130, 50, 130)}, days=days, immune=four_weeks)
    assert calls(response) == ["iUPD"] * 3
    # a new lesion first seen on the early scan is another new lesion on the next one
    response = read({T: (100, 130, 130, 130)}, {}, {X: (None, None, 8, 8)}, days=days,
                    immune=four_weeks)  # fmt: skip
    assert calls(response) == ["iUPD", "iUPD", "iCPD"]
    assert response.time_points[1].reason.rule == "irecist.too_early"


def test_window_counts_from_the_day_that_the_iupd_is_dated_at():
    # the sum and the new lesion of V1 lie two weeks apart; the new lesion dates it
    scans = write({T: (100, 100, 100)}, {}, {X: (None, 12, 18)}, days=(-7, 56, 92))
    later = tuple(
        replace(one, scan_date=day(70)) if (one.lesion_id, one.visit) == (X, "V1") else one
        for one in scans.readings
    )
    for window, expected in ((23, "iUPD"), (22, "iCPD")):
        rules = ImmuneRules(earliest_confirmation_days=window)
        response = assess_immune(replace(scans, readings=later), RULES, rules)
        assert response.time_points[0].day == 70
        assert calls(response) == ["iUPD", expected]
        assert response.time_points[1].reason.inputs["days_since_iupd"] == 22


# --- New-lesion targets


def test_new_lesions_are_never_added_to_the_sum():
    response = read({T: (100, 100, 60)}, {}, {X: (None, 50, 50)})
    assert [point.sum_mm for point in response.time_points] == [100, 60]
    assert [point.new_sum_mm for point in response.time_points] == [50, 50]


@pytest.mark.parametrize(
    ("size", "node", "measurable"),
    [(9.9, False, False), (10, False, True), (14.9, True, False), (15, True, True)],
)
def test_new_lesion_target_is_measurable_as_at_baseline(size, node, measurable):
    response = read({T: (100, 100)}, {}, {X: (None, size)}, nodes=(X,) if node else ())
    assert response.new_lesion_targets == ((X,) if measurable else ())


def test_at_most_five_new_lesion_targets_two_an_organ_the_largest():
    new = {f"X{n}": (None, 10 + n) for n in range(8)}
    organs = {"X0": "liver", "X1": "liver", "X2": "liver", "X3": "lung", "X4": "lung"}
    organs |= {"X5": "bone", "X6": "bone", "X7": "bone"}
    response = read({T: (100, 100)}, {}, new, organs=organs)
    assert response.new_lesion_targets == ("X7", "X6", "X4", "X3", "X2")


def test_all_new_nodes_are_one_organ():
    new = {f"X{n}": (None, 16 + n) for n in range(3)}
    response = read({T: (100, 100)}, {}, new, nodes=tuple(new), organs={"X0": "liver"})
    assert response.new_lesion_targets == ("X2", "X1")


def test_new_lesion_keeps_its_part():
    # 8 mm when it appeared: a non-target for good, so any increase confirms
    response = read({T: (100,) * 4}, {}, {X: (None, 8, 8, 8.5)})
    assert response.new_lesion_targets == ()
    assert calls(response) == ["iUPD", "iUPD", "iCPD"]
    assert response.time_points[2].reason.rule == "irecist.confirmed_by_new_non_target"
