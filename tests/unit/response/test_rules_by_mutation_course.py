"""One patient's course in numbers: cases that a wrong policy, day or place would get past.

Policies: ``docs/decisions/004-ablated-lesions.md``. Dates of calls: RECIST 1.1, section 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import pytest

from trialwright.response.best import BestRules
from trialwright.response.codes import Response
from trialwright.response.course import (
    NOTHING_SHOWN,
    Calls,
    Course,
    CourseRules,
    Summary,
    blank_calls,
    day_of_new_therapy,
    read_course,
)
from trialwright.response.local_size import LocalPolicy

CR, PR, SD, PD, NE = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE
NONE, NON = Response.NONE, Response.NON_CR_NON_PD
NAN, NEVER = float("nan"), float("inf")
RULES = CourseRules(
    planned=LocalPolicy.EXCLUDE,
    unplanned=LocalPolicy.NOT_EVALUABLE,
    persistent=False,
    earliest=True,
    best=BestRules(28, 1, 1, 49),
)
DAYS = (-7, 56, 112, 168)


def one_target(*sizes: float, treated: float = NEVER, planned: bool = True, **facts) -> Course:
    count = len(sizes)
    course = Course(
        day=DAYS[:count],
        targets_day=DAYS[:count],
        shown_day=[NOTHING_SHOWN] * count,
        non_target=[NONE] * count,
        non_target_left=[False] * count,
        new_lesion=[False] * count,
        was_read=[True] * count,
        measured_mm=sizes,
        viable_mm=[],
        complete=[True] * count,
        node=[False],
        treated_day=[treated],
        last_before_mm=[30.0],
        planned=[planned],
        new_therapy_day=NEVER,
    )
    return course._replace(**facts)


@dataclass(frozen=True)
class Read:
    calls: Calls
    summary: Summary


def read(course: Course, **rules) -> Read:
    calls = blank_calls(len(course.day), len(course.node))
    return Read(calls, read_course(course, RULES._replace(**rules), calls))


# --- The baseline is no time point


def test_the_baseline_is_written_with_its_day_and_sum_and_without_a_call():
    calls = read(one_target(30, 20, 20, non_target=[NON] * 3)).calls
    assert list(calls.day) == [-7, 56, 112]
    assert (calls.target[0], calls.non_target[0], calls.overall[0]) == (NONE, NONE, NONE)
    assert (calls.sum_mm[0], calls.nadir_mm[0]) == (30, 30)
    assert list(read(one_target(30)).calls.sum_mm) == [30]


def test_target_non_target_and_overall_response_are_written_apart():
    calls = read(one_target(30, 0, non_target=[NON] * 2)).calls
    assert (calls.target[1], calls.non_target[1], calls.overall[1]) == (CR, NON, PR)


def test_sums_are_written_only_where_somebody_asks_for_them():
    course = one_target(30, 20, 20)
    calls = blank_calls(3, 1)._replace(sum_mm=[], nadir_mm=[])
    assert read_course(course, RULES, calls) == read(course).summary
    assert list(calls.overall) == [NONE, PR, PR]


def test_a_patient_without_targets_has_no_sum():
    course = one_target(*(30, 30), node=[], treated_day=[], planned=[], last_before_mm=[])
    calls = read(course._replace(measured_mm=[], non_target=[NON] * 2)).calls
    assert (calls.target[1], calls.overall[1]) == (NONE, NON)
    assert isnan(calls.sum_mm[1])


# --- A scan on which nothing could be read


@pytest.mark.parametrize("policy", [LocalPolicy.ZERO, LocalPolicy.CARRY_FORWARD])
def test_a_scan_that_was_not_read_is_not_evaluable_whatever_the_policy_puts_in(policy):
    course = one_target(30, NAN, treated=20, was_read=[True, False])
    assert read(course, planned=policy).calls.overall[1] == NE


def test_a_scan_that_was_not_read_after_a_complete_response_is_no_relapse():
    calls = read(one_target(30, 0, NAN, 0, was_read=[True, True, False, True])).calls
    assert list(calls.overall) == [NONE, CR, NE, CR]
    assert isnan(calls.sum_mm[2])


# --- Lesions treated locally


def test_under_viable_the_viable_part_counts_before_the_treatment_too():
    course = one_target(30, 30, 40, treated=60, viable_mm=[20, 12, 0])
    calls = read(course, planned=LocalPolicy.VIABLE).calls
    assert list(calls.sum_mm) == [20, 12, 0]
    assert list(calls.target) == [NONE, PR, CR]


def test_only_target_treated_outside_the_protocol_stays_a_target_that_cannot_be_read():
    # Planned ablation would leave it out; unplanned it is not evaluable (RECIST FAQ)
    assert read(one_target(30, 20, treated=20, planned=False)).calls.target[1] == NE
    left_out = read(one_target(30, 20, treated=20, planned=True, non_target=[NON] * 2)).calls
    assert (left_out.target[1], left_out.overall[1]) == (NONE, NON)


@pytest.mark.parametrize(
    ("policy", "planned", "treated", "expected"),
    [
        (LocalPolicy.CENSOR, False, 0, 0),  # on the day of the first treatment
        (LocalPolicy.CENSOR, False, 1, 1),
        (LocalPolicy.CENSOR, False, -1, NEVER),  # a prior treatment
        (LocalPolicy.CENSOR, True, 60, NEVER),
        (LocalPolicy.NOT_EVALUABLE, False, 60, NEVER),
    ],
)
def test_an_unplanned_local_treatment_ends_the_reading_only_under_censor(
    policy, planned, treated, expected
):
    course = one_target(30, 30, treated=treated, planned=planned)
    assert day_of_new_therapy(course, 1, RULES._replace(unplanned=policy)) == expected
