"""One patient written as a small table: a value for each lesion on each scan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from trialwright.response import (
    BestRules,
    Lesion,
    PatientScans,
    Reading,
    ResponseRules,
    assess_patient,
)

FIRST_TREATMENT = date(2024, 1, 8)
EVERY_EIGHT_WEEKS = (-7, 56, 112, 168, 224, 280, 336)
STRICT = ResponseRules(
    best=BestRules(
        interval_days=28, allowed_not_evaluable=1, allowed_stable=1, minimum_stable_days=49
    ),
    confirm=True,
    persistent=False,
    planned_ablation="exclude",
    unplanned_local_therapy="not_evaluable",
    time_point_date="earliest",
)


def day(number):
    return FIRST_TREATMENT + timedelta(number)


def write_scans(targets, *, non_targets=None, new=None, nodes=(), days=EVERY_EIGHT_WEEKS, **facts):
    """Write a patient: a number is a diameter, a word a state, none a lesion left out."""
    rows = {"target": targets, "non_target": non_targets or {}, "new": new or {}}
    lesions = tuple(
        Lesion(name, role, "lymph node" if name in nodes else "liver", name in nodes)
        for role, courses in rows.items()
        for name in courses
    )
    readings = tuple(
        Reading(name, f"V{visit}", day(days[visit]), *value_and_state(value))
        for courses in rows.values()
        for name, course in courses.items()
        for visit, value in enumerate(course)
        if value is not None
    )
    return PatientScans("P1", FIRST_TREATMENT, lesions, readings, **facts)


def value_and_state(value):
    return (None, value) if isinstance(value, str) else (float(value), None)


@pytest.fixture
def strict():
    """RECIST 1.1 without the persistence of a PR; q8w, minimum SD 8 weeks less the window."""
    return STRICT


@pytest.fixture
def write():
    """Write one patient's scans as a table."""
    return write_scans


@pytest.fixture
def read():
    """Write one patient's scans and read them by the strict rules, or with some changed."""

    def assess(targets, *, rules=None, **facts):
        return assess_patient(write_scans(targets, **facts), replace(STRICT, **(rules or {})))

    return assess


@pytest.fixture
def calendar():
    """Turn a day since the first treatment into its date."""
    return day
