"""Every patient of the censoring tables under every preset, through the presets as data.

The expected results were written from the tables without seeing the code
(`tests/fixtures/endpoints/README.md`, `docs/decisions/013-censoring-presets.md`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import floor, nan

import pytest
from censoring_table_cases import PRESETS, censoring_cases, expected_ends

from trialwright.endpoints import (
    Member,
    NoTime,
    Patient,
    Stop,
    TimeRules,
    duration_of_response,
    progression_free_survival,
    time_to_progression,
)
from trialwright.response import BestResponse, PatientResponse, Reason, Response, TimePoint
from trialwright.study import read_study
from trialwright.study.vary import vary_study

DAY_0 = date(2024, 1, 8)
ENDPOINTS = {
    "PFS": progression_free_survival,
    "TTP": time_to_progression,
    "DOR": duration_of_response,
}
_REASON = Reason("test", "written, not read")
_BASELINE = "baseline"


def day(number):
    return None if number is None else DAY_0 + timedelta(number)


def point(scan):
    return TimePoint(
        visit=f"day {scan.day}",
        date=day(scan.day),
        day=scan.day,
        values=(),
        sum_mm=50.0 if scan.targets_measured else nan,
        measured_mm=50.0,
        change_from_baseline=nan,
        nadir_mm=50.0,
        nadir_visit="",
        target=Response.NE if scan.call == "NE" else Response[scan.call],
        non_target=Response.NONE,
        new_lesions=("N1",) if scan.new_lesion else (),
        overall=Response[scan.call],
        reason=_REASON,
    )


def read(case):
    """Return the reading as called; the first response is the start that the oracle names."""
    points = tuple(point(scan) for scan in case.scans) if case.baseline else ()
    starts = {end.start for end in case.expected.get("DOR", {}).values()}
    response = Response.PR if starts else Response.SD
    best = BestResponse(response, None, None, None, _REASON)
    return PatientResponse(
        case.id,
        points[0] if case.baseline and points else None,
        points,
        len(points),
        best,
        best,
        best,
        response_start=day(min(starts)) if starts else None,
        not_evaluable=None if case.baseline else "no baseline",
    )


def patient(case):
    stop = case.end_of_treatment
    response = read(case)
    if case.baseline and response.baseline is None:
        response = replace(response, baseline=point_at_baseline())
    return Patient(
        Member(case.id, day(-7), DAY_0, None),
        response,
        day(case.death),
        day(case.new_therapy),
        day(case.last_contact),
        day(case.unplanned_local_therapy),
        None if stop is None else Stop(day(stop.day), stop.reason, stop.reason.replace(
            "other", "withdrawal")),
    )  # fmt: skip


def point_at_baseline():
    scan = type("Scan", (), {"day": -7, "call": "NE", "targets_measured": True, "new_lesion": 0})
    return replace(point(scan), overall=Response.NONE)


def rules(case, preset, study):
    weeks = case.calendar.interval_days / 7
    varied = vary_study(
        study,
        {
            "schedule.assessment_interval_weeks": weeks,
            "schedule.assessment_window_days": case.calendar.window_days,
            "endpoints.first_day_counts": False,
        },
        basis="test",
    )
    return TimeRules.of(varied, preset)


@pytest.fixture(scope="module")
def study(pytestconfig):
    return read_study(pytestconfig.rootpath / "examples" / "crclm" / "study.toml")


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("case", censoring_cases(), ids=str)
def test_every_patient_under_every_preset(case, preset, study):
    chosen = rules(case, preset, study)
    for endpoint, ends in case.expected.items():
        (found,) = ENDPOINTS[endpoint]([patient(case)], chosen)
        expected = ends[preset]
        assert not isinstance(found, NoTime), (endpoint, found)
        # A time is censored on a day of the calendar: the last before the horizon
        ended = ((found.end - DAY_0).days, found.event)
        assert ended == (floor(expected.day), expected.event), (endpoint, case.why, found.reason)
        assert found.reason
        assert found.source


def test_the_tables_are_tried_in_full():
    assert sum(1 for _ in expected_ends()) == 5 * (144 + 67 + 45)
