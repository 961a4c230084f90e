"""Cycles, gaps, rest days and the plan, day by day."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planned_drugs import START
from trialwright.safety.dose_days import (
    DoseDays,
    Gap,
    Schedule,
    count_duration,
    count_planned_doses,
    count_rest_days_used,
    find_cycle_starts,
    find_gaps,
)

REGORAFENIB = Schedule("Regorafenib", 80.0, 28, 21)
TORIPALIMAB = Schedule("Toripalimab", 240.0, 21, 1)
DAILY = Schedule("Daily", 54.0, 1, 1)


def days(*runs, left_out=()):
    given = [one for first, last in runs for one in range(first, last + 1)]
    out = [one for first, last in left_out for one in range(first, last + 1)]
    return DoseDays(START, tuple(given), (80.0,) * len(given), tuple(out))


@pytest.mark.parametrize(
    ("taken", "schedule", "starts"),
    [
        (days((0, 20), (28, 48)), REGORAFENIB, (0, 28)),
        (days((0, 20), (35, 55)), REGORAFENIB, (0, 35)),  # a week late
        (days((0, 20), (27, 47)), REGORAFENIB, (0, 27)),  # a day early
        (days((0, 24), (28, 48)), REGORAFENIB, (0, 28)),  # taken on into the rest days
        (days((0, 48)), REGORAFENIB, (0, 28)),
        (days((0, 13), (21, 41)), REGORAFENIB, (0, 21)),  # the first day after those of dosing
        (days((0, 13), (20, 20)), REGORAFENIB, (0,)),
        (days((0, 5), (12, 20), (28, 30)), REGORAFENIB, (0, 28)),
        (days((0, 20), (35, 48), left_out=((28, 34),)), REGORAFENIB, (0, 28)),
        (days((0, 0), (21, 21), (45, 45)), TORIPALIMAB, (0, 21, 45)),
        (days((0, 0), (20, 20)), TORIPALIMAB, (0, 20)),
        (days((0, 2), (5, 5)), DAILY, (0, 1, 2, 5)),
    ],
)
def test_where_cycles_begin(taken, schedule, starts):
    assert find_cycle_starts(taken, schedule) == starts


@pytest.mark.parametrize(
    ("last", "starts", "schedule", "doses"),
    [
        (20, (0,), REGORAFENIB, 21),
        (9, (0,), REGORAFENIB, 10),  # nothing was due later
        (48, (0, 28), REGORAFENIB, 42),
        (30, (0, 28), REGORAFENIB, 24),
        (55, (0, 35), REGORAFENIB, Fraction(189, 4)),  # 63 of 28 days, times 21
        (47, (0, 27), REGORAFENIB, Fraction(165, 4)),
        (45, (0, 21, 45), TORIPALIMAB, Fraction(22, 7)),
        (5, (0, 1, 2, 5), DAILY, 6),
    ],
)
def test_what_the_plan_gives_in_the_time(last, starts, schedule, doses):
    assert count_planned_doses(last, starts, schedule) == doses


@pytest.mark.parametrize(
    ("last", "starts", "schedule", "with_rest"),
    [
        (48, (0, 28), REGORAFENIB, 56),
        (47, (0, 28), REGORAFENIB, 48),  # its days of dosing were not over
        (55, (0, 35), REGORAFENIB, 63),
        (52, (0, 28), REGORAFENIB, 56),  # taken on into the rest days
        (42, (0, 21, 42), TORIPALIMAB, 63),
        (5, (0, 5), DAILY, 6),
    ],
)
def test_the_time_on_a_drug(last, starts, schedule, with_rest):
    assert count_duration(last, starts, schedule, rest_days_count=True) == with_rest
    assert count_duration(last, starts, schedule, rest_days_count=False) == last + 1


@pytest.mark.parametrize(
    ("taken", "schedule", "gaps"),
    [
        (days((0, 20), (28, 48)), REGORAFENIB, ()),  # rest is no gap
        (days((0, 5), (12, 20)), REGORAFENIB, (Gap(6, 11, 6),)),
        (days((0, 20), (35, 55)), REGORAFENIB, (Gap(28, 34, 7),)),  # late
        (days((0, 13), (35, 48), left_out=((14, 20), (28, 34))), REGORAFENIB, (Gap(14, 34, 14),)),
        (days((0, 13), (35, 48), left_out=((14, 34),)), REGORAFENIB, (Gap(14, 34, 14),)),
        (days((0, 0), (24, 24)), TORIPALIMAB, (Gap(21, 23, 3),)),
        (days((0, 0), (42, 42)), TORIPALIMAB, (Gap(21, 41, 21),)),  # one left out
        (days((0, 0), (42, 42), left_out=((21, 21),)), TORIPALIMAB, (Gap(21, 41, 21),)),
        (days((0, 0), (20, 20), (41, 41)), TORIPALIMAB, ()),
        (days((0, 3), (6, 9)), DAILY, (Gap(4, 5, 2),)),
    ],
)
def test_gaps(taken, schedule, gaps):
    assert find_gaps(taken, find_cycle_starts(taken, schedule), schedule) == gaps


def test_rest_days_on_which_the_drug_was_given():
    taken = days((0, 24), (28, 48))
    assert count_rest_days_used(taken, find_cycle_starts(taken, REGORAFENIB), REGORAFENIB) == 4
    assert count_rest_days_used(days((0, 20)), (0,), REGORAFENIB) == 0


def test_reductions_are_steps_down():
    doses = (80.0, 40.0, 40.0, 80.0, 40.0)
    assert DoseDays(START, tuple(range(5)), doses, ()).reductions == 2
    assert REGORAFENIB.doses_by(0) == 0
    assert [DAILY.is_infusion, TORIPALIMAB.is_infusion] == [False, True]
