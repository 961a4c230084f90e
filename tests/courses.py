"""Random courses of many patients, with every edge that the rules know."""

from __future__ import annotations

import numpy as np

from trialwright.response.best import BestRules
from trialwright.response.bulk.ragged import Courses
from trialwright.response.course import NOTHING_SHOWN, CourseRules
from trialwright.response.local_size import LocalPolicy

# Ties of the thresholds: 30 % and 20 % with 5 mm, nodes around 10 mm, sums of tenths.
SIZES = (0.0, 4.9, 5.0, 9.9, 10.0, 10.1, 12.0, 14.0, 15.0, 20.0, 24.9, 25.0, 30.0, 36.0, np.nan)
NON_TARGET = (0, 1, 4, 4, 4, 5, 6)


def draw_courses(seed: int, patients: int) -> Courses:
    """Draw patients with 0 to 7 visits and 0 to 4 targets, some of them treated locally."""
    rng = np.random.default_rng(seed)
    visits, targets = rng.integers(0, 8, patients), rng.integers(0, 5, patients)
    starts = [np.concatenate([[0], np.cumsum(n)]) for n in (visits, targets, visits * targets)]
    all_visits, all_targets, all_sizes = (int(start[-1]) for start in starts)
    days = [-14 + np.cumsum(rng.choice([0, 14, 28, 42, 56], n)) for n in visits]
    day = np.concatenate([*days, []]).astype(np.int32)
    treated = rng.integers(-30, 200, all_targets).astype(np.float64)
    shown = np.where(rng.random(all_visits) < 0.5, day, NOTHING_SHOWN)
    return Courses(
        *(start.astype(np.int64) for start in starts),
        day=day,
        targets_day=(day + rng.integers(0, 3, all_visits)).astype(np.int32),
        shown_day=shown.astype(np.int32),
        non_target=rng.choice(NON_TARGET, all_visits).astype(np.int8),
        non_target_left=rng.random(all_visits) < 0.5,
        new_lesion=rng.random(all_visits) < 0.05,
        was_read=rng.random(all_visits) < 0.95,
        measured_mm=rng.choice(SIZES, all_sizes) + 0.1 * rng.integers(0, 2, all_sizes),
        viable_mm=rng.choice(SIZES, all_sizes),
        complete=rng.random(all_sizes) < 0.7,
        node=rng.random(all_targets) < 0.3,
        treated_day=np.where(rng.random(all_targets) < 0.4, treated, np.inf),
        last_before_mm=rng.choice(SIZES, all_targets),
        planned=rng.random(all_targets) < 0.6,
        new_therapy_day=np.where(rng.random(patients) < 0.2, 100.0, np.inf),
    )


def draw_rules(seed: int) -> CourseRules:
    """Draw the choices of a study."""
    rng = np.random.default_rng(seed)
    planned, unplanned = (LocalPolicy(int(n)) for n in rng.integers(0, 7, 2))
    interval, not_evaluable = int(rng.choice([14, 28, 42])), int(rng.integers(0, 3))
    best = BestRules(interval, not_evaluable, int(rng.integers(0, 2)), 49)
    persistent, earliest = bool(rng.integers(0, 2)), bool(rng.integers(0, 2))
    return CourseRules(planned, unplanned, persistent, earliest, best)
