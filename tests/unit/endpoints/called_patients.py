"""Patients with one target lesion, read by the real rules of RECIST 1.1 and iRECIST."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from following import EMA, READ
from trialwright.endpoints import Member, Patient, Stop, called_of
from trialwright.response import Lesion, PatientScans, Reading, assess_patient

START = date(2024, 1, 8)
IMMUNE = replace(READ, immune_criteria="iRECIST")
UNCONFIRMED = replace(IMMUNE, confirm=False)
BY_RECIST = EMA
BY_IRECIST = replace(EMA, criteria="iRECIST")


def day(number):
    return None if number is None else START + timedelta(number)


def patient(
    sizes, *, rules=IMMUNE, death=None, therapy=None, stop=None, new=None, baseline=100.0,
    contact=None,
):  # fmt: skip
    """Return a patient; ``sizes`` maps days to mm of the target (0: gone, none: not read).

    ``new`` does so for a new lesion; ``stop`` is (day, category) of the end of treatment.
    """
    new = new or {}
    readings = [_read("T1", "baseline", -7, baseline)] if baseline else []
    readings += [_read("T1", f"D{on}", on, size) for on, size in sizes.items()]
    readings += [_read("X1", f"D{on}", on, size) for on, size in new.items()]
    lesions = (
        Lesion("T1", "target", "liver", lymph_node=False),
        *([Lesion("X1", "new", "lung", lymph_node=False)] if new else []),
    )
    scans = PatientScans(
        "P1",
        START,
        lesions,
        tuple(readings),
        new_therapy=day(therapy),
        death=day(death),
        treatment_end=None if stop is None else day(stop[0]),
    )
    seen = [0, *sizes, *(on for on in (death, therapy, contact) if on is not None)]
    return Patient(
        Member("P1", day(-7), START, None),
        assess_patient(scans, rules),
        day(death),
        day(therapy),
        day(max(seen)),
        stop=None if stop is None else Stop(day(stop[0]), stop[1], stop[1]),
    )


def _read(lesion, visit, on, size):
    state = "not_evaluable" if size is None else "absent" if size == 0 else None
    return Reading(lesion, visit, day(on), None if state else float(size), state)


def called(sizes, criteria="iRECIST", **facts):
    return called_of(patient(sizes, **facts).response, criteria)


def labels(found):
    return [one.label for one in found.assessments]


def time_of(endpoint, one, rules):
    """Return (days, event) of the one patient; none if no time is counted."""
    (found,) = endpoint([one], rules)
    return (found.days, found.event) if hasattr(found, "days") else None
