"""Dates and visits: no day made up, one name for each assessment."""

from __future__ import annotations

from datetime import date

import pytest
from sdtm_domains import DM, call, result, tumour


def test_a_partial_date_is_an_error_and_the_scan_is_left_out(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31), result("T01", 20, "WEEK 8", "2024-03")])
    assert found.left_out("sdtm.date_unreadable") == [3]
    assert "visit WEEK 8: TRDTC 2024-03" in found.message("sdtm.date_unreadable")
    assert found.table("measurements", "scan_date") == [date(2024, 1, 2)]
    assert found.dataset.errors


@pytest.mark.parametrize(
    ("written", "choice", "day"),
    [
        ("2024-02", "first_day", date(2024, 2, 1)),
        ("2024-02", "last_day", date(2024, 2, 29)),
        ("2024", "first_day", date(2024, 1, 1)),
        ("2024", "last_day", date(2024, 12, 31)),
    ],
)
def test_a_partial_date_is_completed_only_as_asked(read, written, choice, day):
    found = read(
        TU=[tumour("T01")],
        TR=[result("T01", 31), result("T01", 20, "WEEK 8", written)],
        options={"partial_dates": choice},
    )
    assert found.table("measurements", "scan_date")[1] == day
    assert found.rules == {"sdtm.date_assumed"}
    assert written in found.message("sdtm.date_assumed")


@pytest.mark.parametrize("written", ["", "2024-02-30", "2024---05", "05MAR2024"])
def test_what_is_no_date_is_never_completed(read, written):
    found = read(
        TU=[tumour("T01")],
        TR=[result("T01", 31), result("T01", 20, "WEEK 8", written)],
        options={"partial_dates": "last_day"},
    )
    assert found.left_out("sdtm.date_unreadable") == [3]


def test_the_study_day_completes_a_partial_date_where_they_agree(read):
    found = read(
        TU=[tumour("T01")],
        TR=[result("T01", 31, day="2024-01", TRDY="-6"),
            result("T01", 20, "WEEK 8", "2024-03", TRDY="57"),
            result("T01", 20, "WEEK 16", "2024-05", TRDY="57")],
    )  # fmt: skip
    assert found.table("measurements", "scan_date") == [date(2024, 1, 2), date(2024, 3, 4)]
    assert found.left_out("sdtm.date_unreadable") == [4]
    assert "sdtm.date_from_day" in found.rules


def test_a_time_of_day_is_no_part_of_the_date(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31, day="2024-01-02T08:30")])
    assert found.table("measurements", "scan_date") == [date(2024, 1, 2)]


def test_unscheduled_visits_of_one_name_are_told_apart_by_their_day(read):
    name = {"visit": "UNSCHEDULED", "VISITNUM": "9.2"}
    found = read(
        TU=[tumour("T01")],
        TR=[result("T01", 31, VISITNUM="1"), result("T01", 20, day="2024-03-04", **name),
            result("T01", 21, day="2024-03-06", **name),
            result("T01", 25, day="2024-06-10", **name)],
        RS=[call("OVRLRESP", "PD", day="2024-06-10", **name)],
    )  # fmt: skip
    assert found.table("measurements", "visit") == [
        "SCREENING", "UNSCHEDULED (2024-03-04)", "UNSCHEDULED (2024-03-04)",
        "UNSCHEDULED (2024-06-10)",
    ]  # fmt: skip
    assert found.table("calls", "visit") == ["UNSCHEDULED (2024-06-10)"]
    assert found.table("visits", "visit_type") == ["baseline", "unscheduled", "unscheduled"]
    assert "sdtm.visit_split" in found.rules


def test_visits_of_one_name_and_two_numbers_are_two(read):
    found = read(
        TU=[tumour("T01")],
        TR=[result("T01", 31, VISITNUM="1"),
            result("T01", 20, "UNSCHEDULED", "2024-03-04", VISITNUM="9.1"),
            result("T01", 21, "UNSCHEDULED", "2024-03-08", VISITNUM="9.2")],
    )  # fmt: skip
    assert found.table("measurements", "visit")[1:] == ["UNSCHEDULED (9.1)", "UNSCHEDULED (9.2)"]


def test_a_planned_visit_is_never_split_and_the_checks_report_it(read):
    found = read(
        TU=[tumour("T01")],
        TR=[result("T01", 31), result("T01", 20, "WEEK 8", "2024-03-04"),
            result("T01", 21, "WEEK 8", "2024-06-03")],
    )  # fmt: skip
    assert found.table("visits", "visit") == ["SCREENING", "WEEK 8"]
    assert any(one.rule == "visit.reused" for one in found.dataset.errors)


def test_the_planned_day_counts_from_zero_and_a_flag_marks_the_baseline(read):
    found = read(
        TU=[tumour("T01", VISIT="DAY -6", VISITNUM="1")],
        TR=[result("T01", 31, "DAY -6", VISITNUM="1", VISITDY="-6", TRLOBXFL="Y"),
            result("T01", 20, "WEEK 8", "2024-03-04", VISITNUM="2", VISITDY="57")],
    )  # fmt: skip
    assert found.table("visits", "visit", "visit_type", "planned_day") == [
        ("DAY -6", "baseline", -6), ("WEEK 8", "scheduled", 56),
    ]  # fmt: skip


def test_without_dm_the_patients_are_those_of_the_other_domains(tmp_path, read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31)])
    assert found.table("patients", "patient_id", "first_treatment_date") == [
        (DM["USUBJID"], date(2024, 1, 8))
    ]
    (tmp_path / "dm.csv").unlink()
    from sdtm_domains import Read

    alone = Read(tmp_path)
    assert alone.table("patients", "patient_id", "first_treatment_date") == [(DM["USUBJID"], None)]
    assert "sdtm.no_demographics" in alone.rules
    assert not alone.dataset.collected("deaths")
