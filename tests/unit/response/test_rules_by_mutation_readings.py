"""What one reading says, and what a split lesion consists of: cases a wrong rule would get past.

Sources: RECIST 1.1, sections 4.3.2 (sizes, lesions that split), 4.3.3 and 4.3.5 (new lesions).
"""

from __future__ import annotations

from datetime import timedelta
from math import isnan

import pytest

from trialwright.response import Lesion, Reading
from trialwright.response.fragments import Fragments, find_wholes, order_of_name
from trialwright.response.readings import (
    is_there,
    new_lesion_counts,
    non_target_state,
    show,
    size_mm,
    size_of,
    viable_size_of,
)
from written_scans import day, fields_of, read_scans

UNE = "unequivocal_progression"


def reading(value, on=56, lesion="T", visit="V1") -> Reading:
    return Reading(lesion, visit, day(on), **fields_of(value))


def both(diameter, state) -> Reading:
    return reading({"diameter_mm": diameter, "state": state})


# --- Sizes (§4.3.2)


@pytest.mark.parametrize(("diameter", "state"), [(0.0, "absent"), (5.0, "too_small")])
def test_a_diameter_that_its_state_says_again_counts(diameter, state):
    assert size_mm(both(diameter, state)) == diameter


@pytest.mark.parametrize(
    "one", [both(12.0, "absent"), both(4.0, "too_small"), reading(-3), reading(-0.5)]
)
def test_a_diameter_that_its_state_contradicts_or_below_0_is_no_size(one):
    assert isnan(size_mm(one))


@pytest.mark.parametrize("unread", ["not_evaluable", "not_recorded"])
def test_of_two_scans_of_a_visit_the_one_that_was_read_counts(unread):
    assert size_of([reading(unread), reading(12, on=57)]) == 12
    assert isnan(size_of([reading(11), reading(12, on=57)]))


@pytest.mark.parametrize("viable", [-4.0, -0.5])
def test_a_viable_diameter_below_0_is_no_size(viable):
    assert isnan(viable_size_of([reading({"diameter_mm": 30.0, "viable_mm": viable})]))


@pytest.mark.parametrize(
    ("value", "there"),
    [
        (0, False),
        (0.5, True),
        ("absent", False),
        ("present", True),
        ("increased", True),
        (UNE, True),
        ("equivocal", True),
        ("too_small", True),
        ("not_evaluable", False),
    ],
)
def test_a_lesion_is_there_where_something_of_it_is_seen(value, there):
    assert is_there(reading(value)) is there


@pytest.mark.parametrize(
    ("value", "state"),
    [(UNE, UNE), ("not_recorded", "missing"), ("increased", "present"), ("absent", "absent")],
)
def test_state_of_a_non_target_lesion(value, state):
    assert non_target_state(reading(value), lymph_node=False) == state


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((), "not read"),
        (("absent",), "absent"),
        (("merged",), "merged"),
        (("too_small",), "too small"),
        (("not_evaluable",), "NE"),
        (("not_recorded",), "not recorded"),
        (("present",), "present"),
        (("increased",), "increased"),
        ((UNE,), "unequivocal progression"),
        (("equivocal",), "equivocal"),
        (({},), "no value"),
        ((12.5, "not_evaluable"), "12.5 / NE"),
        (({"diameter_mm": 30.0, "viable_mm": 8.0},), "30, viable 8"),
    ],
)
def test_a_reading_is_shown_in_the_words_of_its_reader(values, words):
    assert show([reading(value) for value in values]) == words


# --- New lesions that are equivocal at first (§4.3.5)


def days_that_count(*days, lymph_node=False):
    """Return which days of a new lesion count; a day is the values read on it."""
    course = [reading(value, on) for on, values in enumerate(days) for value in values]
    counts = new_lesion_counts(course, lymph_node=lymph_node)
    return sorted({(one.scan_date - day(0)) // timedelta(days=1) for one in counts})


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((["equivocal"], ["present"]), [0, 1]),
        ((["equivocal"], ["increased"]), [0, 1]),
        ((["equivocal"], [UNE]), [0, 1]),
        ((["equivocal"], ["absent"], ["present"]), [2]),  # gone in between: the doubt had ended
        ((["equivocal"], [0], ["present"]), [2]),
        ((["equivocal"], ["absent", "not_evaluable"], ["present"]), [2]),
        ((["equivocal"], ["not_evaluable"], ["present"]), [0, 2]),  # nothing was settled
        ((["equivocal"], ["equivocal", "absent"], ["present"]), [0, 1, 2]),  # still in doubt
        ((["equivocal"], ["equivocal"]), []),
    ],
)
def test_an_equivocal_lesion_counts_if_the_next_scan_that_settles_it_is_certain(days, expected):
    assert days_that_count(*days) == expected


def test_a_new_node_below_10_mm_ends_the_doubt_as_a_normal_node():
    days = ["equivocal"], [8], [16]
    assert days_that_count(*days, lymph_node=True) == [2]
    assert days_that_count(*days, lymph_node=False) == [0, 1, 2]


# --- Lesions that split (§4.3.2)


def lesion(name, split_from=None) -> Lesion:
    return Lesion(name, "target", "liver", lymph_node=False, split_from=split_from)


def test_a_fragment_of_lesions_that_name_each_other_in_a_circle_stands_for_itself():
    lesions = [lesion("A", "B"), lesion("B", "C"), lesion("C", "B")]
    assert find_wholes(lesions) == {"A": "A", "B": "B", "C": "C"}


def test_a_fragment_that_is_absent_on_every_scan_leaves_the_lesion_whole():
    sizes = {"T": (40, 30), "T.1": (None, "absent")}
    (point,) = read_scans(sizes, split_from={"T.1": "T"}).time_points
    assert point.sum_mm == 30


def test_a_fragment_that_was_never_seen_is_no_piece_that_a_later_scan_misses():
    sizes = {"T": (40, None, None), "T.1": (None, 12, 10), "T.2": (None, "absent", None)}
    response = read_scans(sizes, split_from={"T.1": "T", "T.2": "T"})
    assert [point.sum_mm for point in response.time_points] == [12, 10]


def test_what_is_left_of_the_lesion_counts_from_the_first_scan_of_the_visit_that_shows_the_split():
    readings = [
        reading(40, on=-7, visit="V0"),
        reading(20, on=56),
        reading(12, on=58, lesion="T.1"),
    ]
    split = Fragments([lesion("T"), lesion("T.1", "T")], readings)
    assert split.pieces("T", day(58)) == ("T", "T.1")


def test_lesions_are_sorted_by_their_numbers():
    names = ["M10", "M2", "M1.10", "M1.9", "M1"]
    assert sorted(names, key=order_of_name) == ["M1", "M1.9", "M1.10", "M2", "M10"]
