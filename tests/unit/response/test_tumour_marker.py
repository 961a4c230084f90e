"""A tumour marker that the protocol names: it can hold a complete response back, nothing else.

Source: RECIST 1.1 (Eisenhauer 2009), sections 4.3.1 and 4.3.3; ``domain.md`` §3.4.
"""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from trialwright.dataset import Dataset
from trialwright.response import gather_scans
from trialwright.response.tumour_marker import MarkerSample, find_elevated_marker
from written_scans import day, read_scans

GONE = {"T1": (30, "absent", "absent", "absent")}


def cea(*results):
    return tuple(MarkerSample("CEA", day(on), above) for on, above in results)


def overall(targets, **facts):
    return [point.overall.name for point in read_scans(targets, **facts).time_points]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ((), ["CR", "CR", "CR"]),
        (((-3, False), (56, True)), ["CR", "CR", "CR"]),  # normal before: it says nothing later
        (((-3, True), (56, True), (112, True)), ["PR", "PR", "PR"]),
        (((-3, True), (56, True), (112, False)), ["PR", "CR", "CR"]),
        (((-3, True),), ["PR", "PR", "PR"]),  # nobody looked again
        (((-3, True), (56, False), (112, True)), ["CR", "CR", "CR"]),  # a marker ends nothing
        (((-60, False), (-3, True)), ["PR", "PR", "PR"]),  # the last one before treatment counts
        (((0, True), (57, False)), ["PR", "CR", "CR"]),  # a result after the scan is not known yet
    ],
)
def test_a_complete_response_waits_for_a_normal_marker(results, expected):
    assert overall(GONE, marker=cea(*results)) == expected


@pytest.mark.parametrize(
    ("targets", "expected"),
    [((30, 20), "PR"), ((30, 28), "SD"), ((30, 40), "PD"), ((30, "not_evaluable"), "NE")],
)
def test_a_marker_changes_no_other_call(targets, expected):
    assert overall({"T1": targets}, marker=cea((-3, True), (56, True))) == [expected]


def test_without_targets_the_non_target_response_is_not_complete():
    high = cea((-3, True), (50, True))
    points = read_scans({}, non_targets={"NT1": ("present", "absent")}, marker=high).time_points
    assert [point.overall.name for point in points] == ["NON_CR_NON_PD"]


def test_the_reason_names_the_marker_only_where_it_decides():
    high = cea((-3, True), (50, True))
    (held,) = read_scans({"T1": (30, "absent")}, marker=high).time_points
    assert "not complete: CEA was above normal before treatment and still is" in (
        held.reason.sentence
    )
    (stable,) = read_scans({"T1": (30, 28)}, marker=high).time_points
    assert "CEA" not in stable.reason.sentence


def test_an_untreated_patient_has_no_marker_in_the_way():
    assert not find_elevated_marker(cea((-3, True)), None, day(60))


def test_the_results_come_from_the_laboratory_table():
    start = dt.date(2026, 1, 5)
    labs = pl.DataFrame(
        {
            "patient_id": "014",
            "test": ["CEA", "CEA", "CEA", "ALT"],
            "sample_date": [start, start + dt.timedelta(56), start + dt.timedelta(70), start],
            "value": [12.0, 5.0, 9.0, 80.0],
            "unit": ["ug/l", "ug/l", "ug/l", "U/l"],
            "upper_limit": [5.0, 5.0, None, 40.0],
        }
    )
    patients = pl.DataFrame({"patient_id": ["014"]})
    dataset = Dataset.create({"patients": patients, "labs": labs}, source="made in code")
    (scans,) = gather_scans(dataset, marker="CEA")
    assert [one.above_normal for one in scans.marker] == [True, False]  # the limit is inside
    assert gather_scans(dataset)[0].marker == ()
