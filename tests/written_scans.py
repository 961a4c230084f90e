"""One patient written as a small table: a value for each lesion on each scan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from following import READ
from trialwright.response import (
    Lesion,
    LocalTreatment,
    PatientScans,
    Reading,
    assess_patient,
)

FIRST_TREATMENT = date(2024, 1, 8)
EVERY_EIGHT_WEEKS = (-7, 56, 112, 168, 224, 280, 336)
# RECIST 1.1 without the persistence of a PR; q8w, minimum SD 8 weeks less the window.
STRICT = replace(READ, persistent=False)


def day(number):
    return FIRST_TREATMENT + timedelta(number)


def write_scans(
    targets,
    *,
    non_targets=None,
    new=None,
    nodes=(),
    organs=None,
    days=EVERY_EIGHT_WEEKS,
    split_from=None,
    **facts,
):
    """Write a patient.

    A number is a diameter, a word a state, a pair both, none a lesion left out, a dictionary the
    fields of a reading; ``split_from`` names the lesion of a fragment.
    """
    rows = {"target": targets, "non_target": non_targets or {}, "new": new or {}}
    organ = dict.fromkeys(nodes, "lymph node") | (organs or {})
    lesions = tuple(
        Lesion(
            name,
            role,
            organ.get(name, "liver"),
            name in nodes,
            (split_from or {}).get(name),
        )
        for role, courses in rows.items()
        for name in courses
    )
    readings = tuple(
        Reading(name, f"V{visit}", day(days[visit]), **fields_of(value))
        for courses in rows.values()
        for name, course in courses.items()
        for visit, value in enumerate(course)
        if value is not None
    )
    return PatientScans("P1", FIRST_TREATMENT, lesions, readings, **facts)


def fields_of(value):
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple):
        return dict(zip(("diameter_mm", "state"), value, strict=True))
    return {"state": value} if isinstance(value, str) else {"diameter_mm": float(value)}


def read_scans(targets, *, rules=None, **facts):
    """Write one patient's scans and read them by the strict rules, or with some changed."""
    return assess_patient(write_scans(targets, **facts), replace(STRICT, **(rules or {})))


def ablate(lesion, on, *, planned=True, complete=True):
    """Write a local treatment on a day counted from the first treatment."""
    return LocalTreatment(lesion, day(on), "RFA", planned=planned, technical_success=complete)
