"""Patients drawn at random as tables of lesions by scans, and what a response says of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from hypothesis import strategies as st

from trialwright.response import BestRules, Lesion, PatientScans, Reading, ResponseRules

FIRST_TREATMENT = date(2024, 1, 8)
BASELINE_DAY = -7


@dataclass(frozen=True)
class Course:
    """A patient as a table: a value for each lesion on each scan, the first at baseline."""

    targets: dict
    non_targets: dict
    new: dict
    nodes: frozenset
    days: tuple

    @property
    def rows(self):
        return {"target": self.targets, "non_target": self.non_targets, "new": self.new}

    def scans(self):
        lesions = tuple(
            Lesion(name, role, "lymph node" if name in self.nodes else "liver", name in self.nodes)
            for role, courses in self.rows.items()
            for name in courses
        )
        readings = tuple(
            Reading(
                name,
                f"V{visit}",
                FIRST_TREATMENT + timedelta(self.days[visit]),
                None if isinstance(value, str) else value,
                value if isinstance(value, str) else None,
            )
            for courses in self.rows.values()
            for name, course in courses.items()
            for visit, value in enumerate(course)
            if value is not None
        )
        return PatientScans("P1", FIRST_TREATMENT, lesions, readings)

    def first(self, visits):
        """Return the course up to and with this many scans after baseline."""

        def cut(rows):
            return {name: course[: visits + 1] for name, course in rows.items()}

        return replace(
            self,
            targets=cut(self.targets),
            non_targets=cut(self.non_targets),
            new=cut(self.new),
            days=self.days[: visits + 1],
        )

    def then(self, targets, non_targets, days=56):
        """Return the course with one more scan, on which no new lesion is looked at."""
        return replace(
            self,
            targets={n: (*c, targets[n]) for n, c in self.targets.items()},
            non_targets={n: (*c, non_targets[n]) for n, c in self.non_targets.items()},
            new={n: (*c, None) for n, c in self.new.items()},
            days=(*self.days, self.days[-1] + days),
        )


MM = [0, 3, 4.9, 5, 6, 7.5, 9, 9.9, 10, 12, 14, 15, 18, 20, 24, 25, 28.5, 30, 36, 40, 45, 60]
SIZE = st.sampled_from(MM).map(float)
WORD = st.sampled_from(["absent", "too_small", "not_evaluable", "not_recorded", None])
NON_TARGET = st.sampled_from(
    ["absent", "present", "increased", "not_evaluable", "unequivocal_progression", None]
)
CERTAIN = st.sampled_from([None, None, "absent", "present"])
UNCERTAIN = st.sampled_from([None, "absent", "equivocal", "present"])
GAPS = st.sampled_from([14, 21, 28, 27, 42, 49, 56, 63])


@st.composite
def courses(draw, *, new=CERTAIN, min_targets=0, non_targets=2, visits=5, size=SIZE, word=WORD):
    count = draw(st.integers(1, visits))
    gaps = draw(st.lists(GAPS, min_size=count, max_size=count))
    many = draw(st.integers(min_targets, 3))
    others = draw(st.integers(0 if many else 1, max(non_targets, 0 if many else 1)))
    nodes = frozenset(draw(st.sets(st.sampled_from(["T0", "T1", "T2"][: many or 1]))))
    value = st.one_of(size, size, word)

    def follow(baseline, later):
        return (draw(baseline), *(draw(later) for _ in range(count)))

    return Course(
        targets={
            f"T{n}": follow(st.sampled_from([15.0, 20.0, 30.0, 45.0]), value) for n in range(many)
        },
        non_targets={f"NT{n}": follow(st.just("present"), NON_TARGET) for n in range(others)},
        new={"X0": follow(st.none(), new)},
        nodes=nodes,
        days=(BASELINE_DAY, *accumulate(gaps)),
    )


RULES = st.builds(
    ResponseRules,
    best=st.builds(
        BestRules,
        interval_days=st.sampled_from([28, 42]),
        allowed_not_evaluable=st.integers(0, 2),
        allowed_stable=st.integers(0, 1),
        minimum_stable_days=st.sampled_from([42, 49, 56]),
    ),
    confirm=st.booleans(),
    persistent=st.booleans(),
    planned_ablation=st.just("exclude"),
    unplanned_local_therapy=st.just("not_evaluable"),
    time_point_date=st.sampled_from(["earliest", "latest"]),
    baseline_after_ablation=st.just(False),
    changed_method=st.sampled_from(["flag", "not_evaluable"]),
    tumour_marker=st.just("none"),
    best_response_rules=st.just("recist11"),
    immune_criteria=st.just("none"),
    immune_confirmation_days=st.just(0),
)


def tell_point(point, names=None):
    """Return everything a call says; sums rounded where only the order of adding differs."""
    new = sorted({(names or {}).get(name, name) for name in point.new_lesions})
    sums = (point.sum_mm, point.measured_mm, point.nadir_mm, point.change_from_baseline)
    return (
        *(point.visit, point.date, point.day, point.nadir_visit),
        *(point.target, point.non_target, point.overall, point.reason.rule, *new),
        *(None if math.isnan(number) else round(number, 9) for number in sums),
    )


def tell_best(best):
    return best.response, best.date, best.confirmed_on, best.visit, best.reason.rule


def tell(response, names=None):
    return (
        [tell_point(point, names) for point in response.time_points],
        [tell_best(b) for b in (response.best, response.unconfirmed, response.confirmed)],
        (response.counted, response.response_start, response.not_evaluable),
    )
