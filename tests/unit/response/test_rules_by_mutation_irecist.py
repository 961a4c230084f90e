"""iRECIST: cases that a wrong rule, order or memory would get past (Seymour 2017, table 2)."""

from __future__ import annotations

import pytest
from immune_scans import NT, UNE, T, X, calls, read

from trialwright.response.immune.state import ImmuneRules


def rules_of(*tables):
    return [point.reason.rule for point in read(*tables).time_points]


# --- Before any iUPD: the call is that of RECIST 1.1, with the rule behind it


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        (({T: (100, 130)},), "irecist.target_progression"),
        (({T: (100, 100)}, {NT: ("present", UNE)}), "irecist.non_target_progression"),
        (({T: (100, 100)}, {}, {X: (None, 12)}), "irecist.new_lesion"),
        (
            ({T: (100, 100, 60, 60)}, {}, {X: (None, 12, 12, 17)}),
            "irecist.new_lesion_sum_progression",
        ),
        (
            ({T: (100, 100, 60, 60)}, {}, {X: (None, "present", "present", UNE)}),
            "irecist.new_lesion_unequivocal",
        ),
    ],
)
def test_first_progression_says_which_lesions_made_it(tables, rule):
    assert calls(read(*tables))[-1] == "iUPD"
    assert rules_of(*tables)[-1] == rule


def test_targets_not_read_before_any_progression_are_not_evaluable():
    assert calls(read({T: (100, "not_evaluable")})) == ["NE"]
    assert rules_of({T: (100, "not_evaluable")}) == ["recist11.target_missing"]


def test_an_early_first_scan_is_read_though_confirmation_has_to_wait_four_weeks():
    # EORTC: the four weeks run from an iUPD; without one no scan is too early
    four_weeks = ImmuneRules(earliest_confirmation_days=28)
    response = read({T: (100, 100, 65)}, days=(-7, 14, 26), immune=four_weeks)
    assert calls(response) == ["iSD", "iPR"]


def test_new_lesion_of_a_withdrawn_iupd_is_no_rule_of_an_ordinary_response():
    tables = {T: (100, 100, 60, 60)}, {}, {X: (None, 12, 12, 12)}
    assert rules_of(*tables)[1:] == ["irecist.withdrawn", "recist11.target_shrinkage"]


# --- After an iUPD: what waits, and why


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        # the new lesion is as it was, and the targets are no better
        (({T: (100, 100, 100)}, {}, {X: (None, 12, 12)}), "irecist.new_lesion_persists"),
        # nothing of baseline can be read where there was no disease at baseline
        (({}, {}, {X: ("absent", 12, 0)}), "irecist.progressed_part_not_read"),
    ],
)
def test_a_waiting_progression_says_why_it_waits(tables, rule):
    assert rules_of(*tables)[-1] == rule


def test_new_lesions_that_grow_back_after_a_dip_keep_the_iupd_though_the_targets_shrink():
    # 20, 14, 20 mm: 43 % above their nadir is progression, and no increase since the iUPD
    tables = {T: (100, 100, 100, 60)}, {}, {X: (None, 20, 14, 20)}
    assert calls(read(*tables)) == ["iUPD", "iUPD", "iUPD"]
    assert rules_of(*tables)[-1] == "irecist.still_progressed"


def test_non_target_disease_not_read_after_an_iupd_by_a_new_lesion_is_not_evaluable():
    tables = {}, {NT: ("present", "present", "not_evaluable", "present")}, {X: (None, 12, 12, 12)}
    assert calls(read(*tables)) == ["iUPD", "NE", "iUPD"]


@pytest.mark.parametrize(
    ("later", "expected"), [("present", "iUPD"), ("absent", "Non-iCR/Non-iUPD")]
)
def test_non_targets_not_read_at_the_iupd_are_compared_with_baseline(later, expected):
    # At baseline they were there: only their disappearance is a better category
    tables = {}, {NT: ("present", "not_evaluable", later)}, {X: (None, 12, 12)}
    assert calls(read(*tables)) == ["iUPD", expected]


def test_scenario_f_holds_where_non_target_lesions_persist():
    # PR with a new lesion, then no change: the category is no better than at the iUPD
    tables = {T: (100, 60, 60, 60)}, {NT: ("present",) * 4}, {X: (None, None, 12, 12)}
    assert calls(read(*tables)) == ["iPR", "iUPD", "iUPD"]


def test_old_new_lesion_not_read_does_not_hold_an_iupd_of_the_targets():
    # The first iUPD, by the new lesion, was withdrawn; the second is one of the targets alone
    new = {X: (None, 12, 12, 12, "not_evaluable")}
    response = read({T: (100, 100, 60, 75, 60)}, {}, new)
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iPR"]


@pytest.mark.parametrize(("seen", "last"), [("absent", "iPR"), ("present", "iUPD")])
def test_non_target_lesion_not_read_after_icr_is_no_progression_unless_another_is_back(seen, last):
    non_targets = {"N1": ("present", "absent", "not_evaluable"), "N2": ("present", "absent", seen)}
    assert calls(read({T: (30, 0, 0)}, non_targets)) == ["iCR", last]


# --- From which sum of the new lesions growth is counted (decision 007, point 1)


def test_sum_of_new_lesions_not_read_at_the_iupd_counts_from_its_first_complete_scan():
    new = {
        "X1": (None, 12, 12, "not_evaluable", 12, 18),
        "X2": (None, None, None, 15, 15, 15),
    }
    response = read({T: (100, 100, 60, 60, 60, 60)}, {}, new)
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iUPD", "iCPD"]


def test_slow_growth_of_new_lesions_adds_up_from_their_nadir():
    # After the reset of V2: 3 mm and 3 mm more are 6 mm and 50 % above the nadir of 12 mm
    new = {X: (None, 12, 12, 15, 18)}
    response = read({T: (100, 100, 60, 60, 60)}, {}, new)
    assert calls(response) == ["iUPD", "iPR", "iPR", "iUPD"]


def test_first_complete_sum_of_new_lesions_is_their_nadir():
    # X1 was not read when X2 appeared; 27 mm is the first sum of both, 33 mm is 22 % above it
    new = {
        "X1": (None, 12, 12, "not_evaluable", 12, 18),
        "X2": (None, None, None, 15, 15, 15),
    }
    response = read({T: (100, 100, 60, 60, 0, 0)}, {}, new)
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iPR", "iUPD"]


# --- What confirms (table 2): 5 mm in a sum, and nothing that had not progressed


@pytest.mark.parametrize(
    ("sizes", "last"),
    [((20, 27.3, 32.3), "iCPD"), ((100, 130, 134.99), "iUPD"), ((100, 130, 135), "iCPD")],
)
def test_targets_confirm_at_exactly_5_mm_whatever_the_binary_rest_of_a_tenth(sizes, last):
    assert calls(read({T: sizes}))[-1] == last


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        (
            ({T: (100, 100, 100)}, {NT: ("present", UNE, "increased")}),
            "irecist.confirmed_by_non_target",
        ),
        (
            ({T: (100, 100, 100)}, {}, {X: (None, 12, 17)}),
            "irecist.confirmed_by_new_lesion_sum",
        ),
        (
            ({T: (100, 100, 100)}, {}, {X: (None, "present", UNE)}),
            "irecist.confirmed_by_new_non_target",
        ),
    ],
)
def test_confirmation_says_which_lesions_made_it(tables, rule):
    assert calls(read(*tables)) == ["iUPD", "iCPD"]
    assert rules_of(*tables)[-1] == rule


@pytest.mark.parametrize("new", [("present",) * 3 + ("increased",), (8, 8, 8, 9)])
def test_new_lesion_of_a_withdrawn_iupd_confirms_nothing_by_a_mere_increase(new):
    # Its bar was reset: only progression of the new lesion would confirm an iUPD of the targets
    response = read({T: (100, 100, 60, 75, 75)}, {}, {X: (None, *new)})
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iUPD"]


def test_new_lesion_called_progressed_at_an_unchanged_size_confirms_nothing():
    # Decision 007, point 4: where both sizes are recorded, they decide
    assert calls(read({T: (100, 100, 100)}, {}, {X: (None, 12, (12, UNE))})) == ["iUPD", "iUPD"]
