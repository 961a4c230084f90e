"""Two readings of RECIST 1.1, written apart, on patients drawn at random: no difference.

A difference means that one of the two is wrong. Where the guideline leaves a choice, none is drawn
or nothing is compared: non-target lesions of which one is not read after a complete response, and
the day of a relapse whose scans lie on several days.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from second_reading import BEFORE_PD, Patient, best_of, cut, read_scans, told
from trialwright.response import BestRules, assess_patient
from written_scans import STRICT, ablate, day, write_scans

SIZES = (0, 3, 4.9, 5, 6, 7.5, 9.9, 10, 10.1, 12, 14, 15, 18, 20, 24, 24.9, 25, 30, 36, 40, 45, 60)
POLICIES = ("exclude", "not_evaluable", "zero", "zone", "carry_forward")
STATES = ("absent", "absent", "absent", "present", "increased", "unequivocal_progression")
UNREAD = ("not_evaluable", None)
FOUND = (None, None, None, "absent", "equivocal", "present")


class Draw:
    """A seeded source of choices."""

    def __init__(self, seed):
        self._rng = np.random.default_rng(seed)

    def one(self, values):
        return values[self._rng.integers(len(values))]

    def upto(self, most):
        return int(self._rng.integers(most + 1))

    def chance(self, share):
        return bool(self._rng.random() < share)

    def course(self, first, values, visits):
        return [first, *(self.one(values) for _ in range(visits))]


def draw_patient(draw):
    visits, names = 1 + draw.upto(5), [f"T{n}" for n in range(draw.upto(3))]
    days = [-7, *np.cumsum([draw.one((14, 27, 28, 42, 49, 56, 56)) for _ in range(visits)])]
    shrinking, others = draw.chance(0.5), draw.upto(1) + (0 if names else 1)
    gone = ("absent",) * (14 if shrinking else 4)
    sizes = (*(SIZES[:12] if shrinking else SIZES), *gone, "too_small", *UNREAD)
    states = (*STATES, *UNREAD) if others == 1 else STATES
    return Patient(
        targets={n: draw.course(draw.one(SIZES[9:]), sizes, visits) for n in names},
        non_targets={f"N{n}": draw.course("present", states, visits) for n in range(others)},
        new={f"X{n}": draw.course(None, FOUND, visits) for n in range(draw.upto(2))},
        nodes=frozenset(name for name in names if draw.chance(0.3)),
        days=tuple(int(number) for number in days),
        late={
            (name, visit): draw.upto(5)
            for name in (*names, "X0")
            for visit in range(1, visits + 1)
            if draw.chance(0.3)
        },
        ablated={
            name: (draw.one((5, 20, 60, int(days[1]))), draw.chance(0.6), draw.chance(0.7))
            for name in names
            if draw.chance(0.3)
        },
        new_therapy=draw.one((30, 84, 150, int(days[-1]))) if draw.chance(0.2) else None,
    )


def draw_rules(draw):
    best = BestRules(
        interval_days=draw.one((28, 42)),
        allowed_not_evaluable=draw.upto(2),
        allowed_stable=draw.upto(2),
        minimum_stable_days=draw.one((42, 49, 56)),
    )
    return replace(
        STRICT,
        best=best,
        persistent=draw.chance(0.5),
        planned_ablation=draw.one(POLICIES),
        unplanned_local_therapy=draw.one((*POLICIES[1:], "censor")),
        time_point_date=draw.one(("earliest", "latest")),
    )


def write(patient):
    scans = write_scans(
        patient.targets,
        non_targets=patient.non_targets,
        new=patient.new,
        nodes=patient.nodes,
        days=patient.days,
        new_therapy=None if patient.new_therapy is None else day(patient.new_therapy),
        local_treatments=tuple(
            ablate(name, on, planned=planned, complete=complete)
            for name, (on, planned, complete) in patient.ablated.items()
        ),
    )
    dated = (
        replace(one, scan_date=day(patient.scan_day(one.lesion_id, int(one.visit[1:]))))
        for one in scans.readings
    )
    return replace(scans, readings=tuple(dated))


def calls_of(response):
    return [
        (
            *(p.visit, p.day, told(p.sum_mm), told(p.nadir_mm)),
            *(p.target.name, p.non_target.name, p.new_lesions, p.overall.name),
        )
        for p in response.time_points
    ]


def best_called(best):
    return best.response.name, None if best.date is None else (best.date - day(0)).days


@pytest.mark.parametrize("block", range(20))
def test_two_readings_of_the_same_scans_agree(block):
    seen = set()
    for number in range(100):
        draw = Draw((block, number))
        patient, rules = draw_patient(draw), draw_rules(draw)
        calls = read_scans(patient, rules)
        after_complete = [call[-1] for call in calls if call[-1] in ("CR", "PR", "PD")]
        if patient.late and "CR" in after_complete[:-1]:
            patient = replace(patient, late={})  # the day of a relapse is left open
            calls = read_scans(patient, rules)
        response, kept = assess_patient(write(patient), rules), cut(calls, patient, rules)
        assert calls_of(response) == calls, patient
        assert response.counted == len(kept), patient
        assert best_called(response.unconfirmed) == best_of(kept, rules.best, confirm=False)
        assert best_called(response.confirmed) == best_of(kept, rules.best, confirm=True)
        seen.add(response.confirmed.response.name)
    assert seen == {*BEFORE_PD, "PD", "NE"}
