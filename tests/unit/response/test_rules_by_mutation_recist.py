"""RECIST 1.1 at one scan: cases that a wrong threshold, order or memory would get past."""

from __future__ import annotations

import pytest

from trialwright.response.codes import Response
from trialwright.response.recist import add_up_targets, start, step
from written_scans import read_scans

CR, PR, SD, PD, NE = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE
NONE = Response.NONE


def targets_of(sizes, **facts):
    return [point.target for point in read_scans({"T": sizes}, **facts).time_points]


# --- A hundredth of a millimetre decides (§4.3.1: at least 30 %, at least 20 % and 5 mm)


@pytest.mark.parametrize(
    ("sizes", "last"),
    [
        ((100, 70.01), SD),
        ((100, 70), PR),
        ((60, 50, 59.99), SD),
        ((60, 50, 60), PD),
        ((50, 20, 24.99), PR),
        ((50, 20, 25), PD),
    ],
)
def test_a_hundredth_of_a_millimetre_short_of_a_threshold_is_short_of_it(sizes, last):
    assert targets_of(sizes)[-1] == last


@pytest.mark.parametrize(("short_axis", "last"), [(9.99, CR), (10 - 1e-12, PR), (10, PR)])
def test_node_is_normal_below_10_mm_whatever_the_binary_rest_of_a_tenth(short_axis, last):
    # §4.3.2; 10 mm written in cm and converted may come out a binary rest below 10
    assert targets_of((30, short_axis), nodes=("T",))[-1] == last


def test_each_target_that_was_not_read_is_counted_once():
    seen = add_up_targets([float("nan"), 12.0, float("nan")], [False, False, True])
    assert seen == (12.0, 2, 1)


# --- The nadir is the first scan with the smallest sum (§4.3.1)


def test_a_second_scan_with_the_smallest_sum_leaves_the_nadir_at_the_first():
    state = start(add_up_targets([100.0], [False]), 1)
    for visit, size in ((1, 60.0), (2, 60.0)):
        state, _ = step(state, visit, add_up_targets([size], [False]), NONE, False, False)
    assert (state.nadir_mm, state.nadir_visit) == (60.0, 1)


# --- A partial response lasts until progression, where the study says so (EORTC, clarifications)


def test_partial_response_lasts_over_a_scan_that_could_not_be_read():
    persistent = {"persistent": True}
    assert targets_of((100, 65, None, 75), rules=persistent) == [PR, PR]  # a visit left out
    assert targets_of((100, 65, "not_evaluable", 75), rules=persistent) == [PR, NE, PR]
    assert targets_of((100, 65, "not_evaluable", 75)) == [PR, NE, SD]


def test_node_that_grows_after_normal_targets_without_a_complete_response_stays_partial():
    # Targets CR, overall PR for the non-target lesion: no CR to relapse from. The node grows
    # by less than 5 mm and is not 30 % below baseline.
    facts = {"nodes": ("T",), "non_targets": {"NT": ("present",) * 3}}
    assert targets_of((15, 9, 12), rules={"persistent": True}, **facts) == [CR, PR]
    assert targets_of((15, 9, 12), **facts) == [CR, SD]
