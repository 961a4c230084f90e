"""One patient's course in plain Python: dates, local treatments, and what it comes to."""

from __future__ import annotations

import subprocess
import sys

import pytest

from trialwright.response.best import BestRules
from trialwright.response.codes import Response
from trialwright.response.course import (
    NOTHING_SHOWN,
    Course,
    CourseRules,
    blank_calls,
    read_course,
)
from trialwright.response.local_size import LocalPolicy

CR, PR, SD, PD, NE = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE
NAN, NEVER = float("nan"), float("inf")
RULES = CourseRules(
    planned=LocalPolicy.EXCLUDE,
    unplanned=LocalPolicy.NOT_EVALUABLE,
    persistent=True,
    earliest=True,
    best=BestRules(28, 1, 1, 49),
)


def make_course(*visits, therapy=NEVER, **changes):
    """Make a course with a visit every 8 weeks; a visit is its target sizes."""
    count, targets = len(visits), len(visits[0]) if visits else 0
    day = [-7 + 56 * n for n in range(count)]
    course = Course(
        day=day,
        targets_day=day,
        shown_day=[NOTHING_SHOWN] * count,
        non_target=[Response.NONE] * count,
        non_target_left=[False] * count,
        new_lesion=[False] * count,
        was_read=[True] * count,
        measured_mm=[size for visit in visits for size in visit],
        viable_mm=[],
        complete=[],
        node=[False] * targets,
        treated_day=[NEVER] * targets,
        last_before_mm=[NAN] * targets,
        planned=[True] * targets,
        new_therapy_day=therapy,
    )
    return course._replace(**changes)


def read(course, **changes):
    calls = blank_calls(len(course.day), len(course.node))
    return calls, read_course(course, RULES._replace(**changes), calls)


def test_a_confirmed_response_and_its_end() -> None:
    calls, summary = read(make_course([60, 40], [40, 20], [40, 20], [60, 30], [20, 20]))
    assert calls.overall[1:] == [PR, PR, PD, PR]
    assert calls.sum_mm == [100, 60, 60, 90, 40]
    assert calls.nadir_mm == [100, 100, 60, 60, 60]
    assert summary.counted == 3
    assert (summary.confirmed.response, summary.confirmed.visit) == (PR, 0)
    assert summary.confirmed.confirmed_at == 1


@pytest.mark.parametrize("after", [70.0, 70.1])
def test_shrinkage_by_three_tenths_is_a_response(after) -> None:
    calls, _ = read(make_course([100.0], [after]))
    assert calls.overall[1] == (PR if after == 70.0 else SD)


@pytest.mark.parametrize(
    ("baseline", "later", "overall"),
    [(25.0, 30.0, PD), (25.0, 29.9, SD), (30.0, 36.0, PD), (30.0, 35.9, SD), (20.0, 24.9, SD)],
)
def test_growth_needs_a_fifth_and_five_millimetres(baseline, later, overall) -> None:
    calls, _ = read(make_course([baseline], [later]))
    assert calls.overall[1] == overall


def test_no_visits_are_not_evaluable() -> None:
    _, summary = read(make_course())
    assert summary.counted == 0
    assert summary.unconfirmed == summary.confirmed == (NE, -1, -1)


def test_a_baseline_alone_is_not_evaluable() -> None:
    _, summary = read(make_course([30]))
    assert summary == (0, (NE, -1, -1), (NE, -1, -1))


def test_without_targets_stable_is_neither_response_nor_progression() -> None:
    non_target = [Response.NON_CR_NON_PD, Response.CR, Response.NE]
    _, summary = read(make_course([], [], [], non_target=non_target))
    assert summary.unconfirmed.response == CR
    assert summary.confirmed.response == Response.NON_CR_NON_PD


def test_nothing_counts_after_new_therapy() -> None:
    _, summary = read(make_course([30], [30], [10], therapy=60))
    assert summary.counted == 1
    assert summary.unconfirmed.response == SD


# Two targets of 30 mm; the second is treated on day 10, its zone measures 45 mm and shrinks.
TREATED = {
    "treated_day": [NEVER, 10.0],
    "last_before_mm": [NAN, 30.0],
    "viable_mm": [30, 30, 30, 6, 30, 0],
    "complete": [False, False, False, True, False, True],
}
VISITS = ([30, 30], [30, 45], [30, 40])


@pytest.mark.parametrize(
    ("policy", "sums", "overall"),
    [
        (LocalPolicy.EXCLUDE, [30, 30, 30], [SD, SD]),
        (LocalPolicy.NOT_EVALUABLE, [60, NAN, NAN], [NE, NE]),
        (LocalPolicy.CENSOR, [60, NAN, NAN], [NE, NE]),
        (LocalPolicy.ZERO, [60, 30, 30], [PR, PR]),
        (LocalPolicy.ZONE, [60, 75, 70], [PD, SD]),
        (LocalPolicy.VIABLE, [60, 36, 30], [PR, PR]),
        (LocalPolicy.CARRY_FORWARD, [60, 60, 60], [SD, SD]),
    ],
)
@pytest.mark.parametrize("planned", [True, False])
def test_each_policy_for_a_treated_lesion(policy, sums, overall, planned) -> None:
    course = make_course(*VISITS, **TREATED, planned=[not planned, planned])
    calls, _ = read(course, **{"planned" if planned else "unplanned": policy})
    assert calls.sum_mm == pytest.approx(sums, nan_ok=True)
    assert calls.overall[1:] == overall


def test_a_lesion_treated_in_part_is_never_gone() -> None:
    course = make_course(*VISITS, **(TREATED | {"complete": [False] * 6}))
    calls, _ = read(course, planned=LocalPolicy.ZERO)
    assert calls.sum_mm == [60, 75, 70]


def test_a_scan_on_the_day_of_treatment_shows_the_lesion_before_it() -> None:
    course = make_course(*VISITS, treated_day=[NEVER, 49.0], last_before_mm=[NAN, 45.0])
    calls, _ = read(course, planned=LocalPolicy.NOT_EVALUABLE)
    assert calls.sum_mm == pytest.approx([60, 75, NAN], nan_ok=True)


def test_a_lesion_without_a_size_before_its_treatment_keeps_none() -> None:
    course = make_course(*VISITS, **(TREATED | {"last_before_mm": [NAN, NAN]}))
    calls, _ = read(course, planned=LocalPolicy.CARRY_FORWARD)
    assert calls.sum_mm == pytest.approx([60, NAN, NAN], nan_ok=True)


def test_a_patient_without_any_lesion_left_has_no_target_response() -> None:
    course = make_course([30], [45], treated_day=[10.0])
    calls, summary = read(course)
    assert calls.target[1] == Response.NONE
    assert summary.unconfirmed.response == NE


def test_an_unplanned_treatment_ends_the_reading_where_the_study_says_so() -> None:
    course = make_course([30], [20], [20], treated_day=[60.0], planned=[False])
    _, summary = read(course, unplanned=LocalPolicy.CENSOR)
    assert summary.counted == 1
    _, planned = read(course._replace(planned=[True]), unplanned=LocalPolicy.CENSOR)
    assert planned.counted == 2


@pytest.mark.parametrize(
    ("earliest", "shown", "sizes", "day"),
    [
        (True, 50, 30, 50),  # a new lesion, seen on day 50
        (True, NOTHING_SHOWN, 40, 52),  # the sum has grown at the last scan of the targets
        (True, 50, 40, 50),
        (False, 50, 40, 49),  # the date of the visit, by the study's other choice
    ],
)
def test_a_progression_is_dated_at_the_first_scan_that_shows_it(
    earliest, shown, sizes, day
) -> None:
    course = make_course(
        [30],
        [sizes],
        targets_day=[-7, 52],
        shown_day=[NOTHING_SHOWN, shown],
        new_lesion=[False, shown != NOTHING_SHOWN],
    )
    calls, _ = read(course, earliest=earliest)
    assert calls.overall[1] == PD
    assert calls.day[1] == day


def test_a_call_that_is_no_progression_has_the_date_of_the_visit() -> None:
    calls, _ = read(make_course([30], [30], targets_day=[-7, 52], shown_day=[50, 50]))
    assert calls.day[1] == 49


def test_reading_a_patient_starts_no_compiler() -> None:
    code = (
        "import sys, trialwright.response.course as c, trialwright.response.bulk.ragged\n"
        "import trialwright.response.bulk.compiled\n"
        "sys.exit(any(name in sys.modules for name in ('numba', 'llvmlite')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
