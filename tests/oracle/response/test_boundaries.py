"""The edges of RECIST 1.1: thresholds met exactly, nodes, a nadir of zero, days, what is missing.

Source: RECIST 1.1 (Eisenhauer et al. 2009) §4.3 and §4.4, with the paragraphs of
``shared/reference/domain.md`` §3 named at each group. Lengths are counted here in whole tenths of
a millimetre, so the expected call never rests on a rounded product."""

from __future__ import annotations

from dataclasses import replace

import pytest
from readouts import overall, targets

from trialwright.response import (
    Reading,
    assess_patient,
)


def split(tenths):
    """Share a sum in tenths of a mm between two lesions that differ, each a decimal in mm."""
    first = tenths // 3
    return first / 10, (tenths - first) / 10


def pair(*sums_in_tenths):
    """Write two targets whose sums are these, in tenths of a mm."""
    first, second = zip(*map(split, sums_in_tenths), strict=True)
    return {"T1": first, "T2": second}


# --- Shrinkage of 30 % from baseline: inclusive (§3.3 row 4, "compare unrounded, inclusive")


@pytest.mark.parametrize(("mm", "expected"), [(70, "PR"), (70.1, "SD"), (69.9, "PR")])
def test_shrinkage_of_exactly_30_percent_is_a_partial_response(read, mm, expected):
    assert targets(read({"T1": (100, mm)})) == [expected]


def test_shrinkage_on_the_edge_in_tenths_of_a_millimetre(read):
    wrong = []
    for baseline in range(200, 2001, 10):
        edge = baseline * 7 // 10
        assert edge * 10 == baseline * 7
        for total, expected in ((edge, "PR"), (edge + 1, "SD")):
            if targets(read(pair(baseline, total))) != [expected]:
                wrong.append((baseline, total, expected))
    assert not wrong


# --- Growth of 20 % and 5 mm from the nadir: both inclusive (§3.3 row 1)


@pytest.mark.parametrize(
    ("nadir", "mm", "expected"),
    [
        (25, 30, "PD"),  # +20.0 % and +5.0 mm, both exactly
        (25, 29.9, "SD"),
        (24, 29, "PD"),  # +20.8 % and exactly 5 mm
        (24, 28.9, "SD"),  # +20.4 %, 4.9 mm
        (40, 48, "PD"),  # exactly 20 %, 8 mm
        (40, 47.9, "SD"),  # 19.75 %
        (100, 119.9, "SD"),
        (100, 120, "PD"),
    ],
)
def test_growth_needs_20_percent_and_5_mm(read, nadir, mm, expected):
    assert targets(read({"T1": (nadir, mm)})) == [expected]


def test_growth_of_20_percent_on_the_edge_in_tenths_of_a_millimetre(read):
    wrong = []
    for nadir in range(250, 2001, 5):
        edge = nadir * 6 // 5
        assert edge * 5 == nadir * 6
        for total, expected in ((edge, "PD"), (edge - 1, "SD")):
            if targets(read(pair(nadir, total))) != [expected]:
                wrong.append((nadir, total, expected))
    assert not wrong


def test_growth_of_5_mm_on_the_edge_in_tenths_of_a_millimetre(read):
    # below 25 mm the 5 mm rule is the stricter of the two
    wrong = []
    for nadir in range(100, 250):
        for growth, expected in ((50, "PD"), (49, "SD")):
            if targets(read(pair(nadir, nadir + growth))) != [expected]:
                wrong.append((nadir, growth, expected))
    assert not wrong


def test_growth_from_a_nadir_below_baseline_on_the_edge(read):
    # the nadir is a partial response on a baseline of 50 mm; growth counts from the nadir
    wrong = []
    for nadir in range(10, 250):
        for growth, expected in ((50, "PD"), (49, "PR")):
            found = targets(read(pair(500, nadir, nadir + growth)))
            if found != ["PR", expected]:
                wrong.append((nadir, growth, found))
    assert not wrong


def test_progression_wins_over_a_partial_response(read):
    # §3.3: 50-20-25 is half of baseline and still PD
    response = read({"T1": (50, 20, 25)})
    assert overall(response) == ["PR", "PD"]


def test_shrinkage_counts_from_baseline_not_from_the_nadir(read):
    # §0.7, erratum: 80 mm after a nadir of 70 is -20 % from baseline, +14 % from the nadir
    assert targets(read({"T1": (100, 80, 70.1)})) == ["SD", "SD"]
    assert targets(read({"T1": (100, 130, 90)})) == ["PD", "SD"]


@pytest.mark.parametrize("persistent", [False, True])
def test_persistence_ends_with_progression(read, persistent):
    # §0.7: a PR persists until PD criteria are met; §3.3 row 5: the previous response was PR.
    # 24 mm is -20 % from baseline and +4 mm from the nadir.
    response = read({"T1": (30, 20, 25, 24)}, rules={"persistent": persistent})
    assert targets(response) == ["PR", "PD", "SD"]


# --- Nodes: 10 mm of short axis (§3.2, §3.3 row 2)


@pytest.mark.parametrize(("mm", "expected"), [(9.9, "CR"), (10.0, "PR"), (9, "CR")])
def test_node_below_10_mm_is_gone(read, mm, expected):
    assert targets(read({"N1": (20, mm)}, nodes={"N1"})) == [expected]


def test_node_15_to_9_is_complete_although_the_sum_is_not_zero(read):
    (point,) = read({"N1": (15, 9)}, nodes={"N1"}).time_points
    assert (point.target.name, point.sum_mm) == ("CR", 9)


@pytest.mark.parametrize(("organ_mm", "expected"), [("absent", "CR"), (0, "CR"), (0.1, "PR")])
def test_complete_response_needs_every_organ_lesion_at_zero(read, organ_mm, expected):
    response = read({"T1": (30, organ_mm), "N1": (20, 8)}, nodes={"N1"})
    assert targets(response) == [expected]


def test_lesion_of_an_organ_below_10_mm_is_not_gone(read):
    assert targets(read({"T1": (20, 9.9)})) == ["PR"]


@pytest.mark.parametrize(("mm", "expected"), [(9.9, ("CR", "CR")), (10, ("NON_CR_NON_PD", "PR"))])
def test_non_target_node_below_10_mm_is_gone(read, mm, expected):
    (point,) = read({"T1": (30, 0)}, non_targets={"N1": (12, mm)}, nodes={"N1"}).time_points
    assert (point.non_target.name, point.overall.name) == expected


def test_non_target_of_an_organ_below_10_mm_is_not_gone(read):
    (point,) = read({"T1": (30, 0)}, non_targets={"NT1": (12, 3)}).time_points
    assert (point.non_target.name, point.overall.name) == ("NON_CR_NON_PD", "PR")


@pytest.mark.parametrize(("mm", "expected"), [(9.9, "CR"), (10, "PD")])
def test_node_back_at_10_mm_after_an_overall_complete_response_is_progression(read, mm, expected):
    # §3.3 edge cases: 9-10 mm grows by 1 mm only, but disease is back after an overall CR
    assert overall(read({"N1": (20, 9, mm)}, nodes={"N1"})) == ["CR", expected]


def test_node_back_at_10_mm_without_an_overall_complete_response_is_not(read):
    # a non-target persists: no overall CR, and 9 to 12 mm is +3 mm
    response = read({"N1": (20, 9, 12)}, non_targets={"NT1": ("present",) * 3}, nodes={"N1"})
    assert targets(response) == ["CR", "PR"]
    assert overall(response) == ["PR", "PR"]


def test_normal_node_growing_within_the_normal_range_stays_complete(read):
    # Decision 003: 3 to 9 mm is +200 % and +6 mm of normal tissue. The order of §3.3 says PD.
    assert targets(read({"N1": (20, 3, 9)}, nodes={"N1"})) == ["CR", "CR"]
    assert targets(read({"N1": (20, 3, 10)}, nodes={"N1"})) == ["CR", "PD"]


# --- A nadir of zero (§3.3 edge cases)


@pytest.mark.parametrize("mm", [0.1, 4, 4.9, 5, 30])
def test_any_target_back_after_an_overall_complete_response_is_progression(read, mm):
    assert overall(read({"T1": (30, 0, mm)})) == ["CR", "PD"]


@pytest.mark.parametrize(
    ("mm", "expected"), [(4, "PR"), (4.9, "PR"), (5, "PD"), ("too_small", "PD"), (30, "PD")]
)
def test_target_back_from_zero_without_an_overall_complete_response_needs_5_mm(read, mm, expected):
    # The growth in percent has no bound at a nadir of 0; 5 mm is still asked for.
    response = read({"T1": (30, 0, mm)}, non_targets={"NT1": ("present",) * 3})
    assert overall(response) == ["PR", expected]


def test_one_target_back_while_others_persist_is_judged_by_the_sum(read):
    # §3.3: a lesion that vanishes and reappears is not by itself progression
    response = read({"T1": (30, 0, 6), "T2": (60, 40, 38)})
    assert targets(response) == ["PR", "PR"]


def test_not_evaluable_scan_between_does_not_hide_the_complete_response(read):
    assert overall(read({"T1": (30, 0, "not_evaluable", 2)})) == ["CR", "NE", "PD"]


# --- What a scan says in words (§3.2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("too_small", 5), (5, 5), (4, 4), (0.5, 0.5), ("absent", 0), (0, 0)],
)
def test_too_small_counts_5_mm_and_a_number_counts_as_given(read, value, expected):
    (point,) = read({"T1": (20, value), "T2": (40, 30)}).time_points
    assert point.sum_mm == expected + 30


def test_node_too_small_to_measure_counts_5_mm(read):
    (point,) = read({"N1": (20, "too_small")}, nodes={"N1"}).time_points
    assert (point.sum_mm, point.target.name) == (5, "CR")


@pytest.mark.parametrize("value", ["not_evaluable", "not_recorded", None])
def test_target_that_was_not_read_makes_the_scan_not_evaluable(read, value):
    (point,) = read({"T1": (20, value), "T2": (40, 20)}).time_points
    assert point.sum_mm != point.sum_mm
    assert (point.measured_mm, point.target.name, point.overall.name) == (20, "NE", "NE")


def test_two_sizes_of_one_lesion_on_one_day_are_not_evaluable(read, write, calendar, strict):
    once = write({"T1": (30, 20), "T2": (30, 20)})
    again = Reading("T1", "V1", calendar(56), 25.0)
    doubled = assess_patient(replace(once, readings=(*once.readings, again)), strict)
    assert overall(doubled) == ["NE"]
    same = replace(again, diameter_mm=20.0)
    assert overall(assess_patient(replace(once, readings=(*once.readings, same)), strict)) == ["PR"]
    assert overall(read({"T1": (30, 20), "T2": (30, 20)})) == ["PR"]
