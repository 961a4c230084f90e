"""The data as they were known on a day: what is left out, what is made blank, and what is said."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import TABLES, Dataset, Finding, cut_data
from trialwright.dataset.data_cut import ROW_DATES

START, CUT, LATER = date(2026, 1, 7), date(2026, 3, 1), date(2026, 3, 2)
ON_CUT = {"partial date": str(CUT), "date": CUT}
AFTER = {"partial date": str(LATER), "date": LATER}


def make(**tables):
    frames = {
        name: pl.DataFrame([{"patient_id": "P1"} | row for row in rows], infer_schema_length=None)
        for name, rows in tables.items()
    }
    return Dataset.create(frames, source="made in code")


def cells(dataset, table, *columns):
    rows = dataset.table(table).select(columns).rows()
    return [row[0] for row in rows] if len(columns) == 1 else rows


def test_every_table_that_happens_on_a_day_is_cut():
    assert set(TABLES) - set(ROW_DATES) == {"patients", "characteristics", "lesions"}
    assert all(TABLES[table].column(column) for table, column in ROW_DATES.items())


@pytest.mark.parametrize(("table", "column"), ROW_DATES.items())
def test_rows_dated_later_are_left_out_with_a_note(table, column):
    kind = TABLES[table].column(column).kind
    rows = [{column: day[kind], "source_row": row} for row, day in enumerate((ON_CUT, AFTER), 2)]
    undated = {column: None, "source_row": 4}
    cut = cut_data(make(**{table: [*rows, undated]}), CUT)
    assert cells(cut, table, "source_row") == [2, 4]  # without a date: nothing says it is later
    (note,) = cut.findings
    assert (note.rule, note.severity, note.table) == ("cut.left_out", "note", table)
    assert note.message.startswith("1 row dated after 2026-03-01, or of patients who entered later")


@pytest.mark.parametrize(
    ("table", "column"),
    [("deaths", "death_date"), ("therapies", "start_date"), ("dispositions", "end_date")],
)
def test_a_date_known_in_part_counts_as_its_first_possible_day(table, column):
    parts = [{f"{column}_partial": text} for text in ("2026-03", "2026", "2026-04", "--04-30")]
    cut = cut_data(make(**{table: parts}), CUT)
    assert cells(cut, table, f"{column}_partial") == ["2026-03", "2026", "--04-30"]


def test_a_date_that_was_completed_is_cut_as_it_stands():
    deaths = [
        {"death_date": day, "death_date_partial": "2026-03", "death_date_imputed": "D"}
        for day in (CUT, date(2026, 3, 31))
    ]
    assert cells(cut_data(make(deaths=deaths), CUT), "deaths", "death_date") == [CUT]


def test_partial_events_and_their_ends():
    events = [
        {"start_date": "2026-02", "end_date": "2026-03"},
        {"start_date": "2026-03", "end_date": "2026-03-02"},
        {"start_date": "2026-02", "end_date": "2026-04"},
        {"start_date": "2026-04", "end_date": None},
    ]
    cut = cut_data(make(adverse_events=events), CUT)
    assert cells(cut, "adverse_events", "start_date", "end_date") == [
        ("2026-02", "2026-03"), ("2026-03", None), ("2026-02", None),
    ]  # fmt: skip
    assert cut.findings[0].message == (
        "1 row dated after 2026-03-01, or of patients who entered later, is left out; "
        "2 later dates of rows that are kept made blank"
    )


def test_a_dose_that_goes_on_has_no_end_yet():
    doses = [{"start_date": START, "end_date": LATER}, {"start_date": START, "end_date": CUT}]
    cut = cut_data(make(doses=doses), CUT)
    assert cells(cut, "doses", "end_date") == [None, CUT]
    assert [one.message for one in cut.findings] == [
        "1 later date of rows that are kept made blank"
    ]


def test_patients_who_entered_later_are_left_out_with_all_their_rows():
    patients = [
        {"patient_id": "IN", "enrolment_date": CUT},
        {"patient_id": "LATE", "enrolment_date": LATER},
        {"patient_id": "TREATED LATE", "consent_date": CUT},
        {"patient_id": "STATED LATE", "first_treatment_date": LATER},
        {"patient_id": "ENROLLED, TREATED LATE", "enrolment_date": CUT},
        {"patient_id": "CONSENTED LATE", "consent_date": LATER},
        {"patient_id": "UNKNOWN"},
    ]
    scans = [{"patient_id": one["patient_id"], "scan_date": START} for one in patients]
    doses = [
        {"patient_id": name, "start_date": LATER, "dose_mg": 80.0}
        for name in ("TREATED LATE", "ENROLLED, TREATED LATE")
    ]
    cut = cut_data(make(patients=patients, measurements=scans, doses=doses), CUT)
    kept = ["IN", "ENROLLED, TREATED LATE", "UNKNOWN"]
    assert cells(cut, "patients", "patient_id") == kept
    assert cells(cut, "measurements", "patient_id") == kept
    assert cut.doses.is_empty()
    assert [one.message for one in cut.findings] == [
        "4 patients who entered after 2026-03-01 are left out with all rows",
        "4 rows dated after 2026-03-01, or of patients who entered later, are left out",
        "2 rows dated after 2026-03-01, or of patients who entered later, are left out",
    ]


def test_dates_of_a_patient_who_stays():
    patient = {
        "consent_date": LATER, "enrolment_date": START, "first_treatment_date": LATER,
        "last_alive_date": LATER,
    }  # fmt: skip
    cut = cut_data(make(patients=[patient, {"enrolment_date": CUT, "last_alive_date": START}]), CUT)
    columns = ("consent_date", "enrolment_date", "first_treatment_date", "last_alive_date")
    assert cells(cut, "patients", *columns) == [(None, START, None, CUT), (None, CUT, None, START)]


def test_a_missed_visit_counts_by_its_planned_day():
    visits = [
        {"visit": "week 7", "planned_day": 53},
        {"visit": "week 8", "planned_day": 54},
        {"visit": "unplanned", "planned_day": None},
        {"visit": "week 9", "planned_day": 63, "visit_date": CUT},
        {"visit": "absurd", "planned_day": 2**62},
        {"patient_id": "UNTREATED", "visit": "week 8", "planned_day": 56},
    ]
    doses = [{"start_date": START, "dose_mg": 80.0}]
    cut = cut_data(make(visits=visits, doses=doses), CUT)
    assert cells(cut, "visits", "visit") == ["week 7", "unplanned", "week 9", "absurd", "week 8"]
    untreated = cut_data(make(visits=visits, doses=[{"start_date": LATER, "dose_mg": 80.0}]), CUT)
    assert cells(untreated, "visits", "visit") == ["week 9", "week 8"]  # nothing planned yet
    today = cut_data(make(visits=visits, doses=[{"start_date": CUT, "dose_mg": 80.0}]), CUT)
    assert cells(today, "visits", "visit") == ["unplanned", "week 9", "absurd", "week 8"]


def test_a_lesion_that_nothing_shows_yet_is_left_out():
    lesions = [
        {"lesion_id": name, "reader": reader}
        for name, reader in (("T1", "central_1"), ("N1", "central_1"), ("N1", "central_2"),
                             ("A1", "central_1"), ("A2", "central_1"), ("X1", "central_1"))
    ]  # fmt: skip
    scans = [
        {"lesion_id": name, "reader": reader, "scan_date": day}
        for name, reader, day in (("T1", "central_1", CUT), ("T1", "central_1", LATER),
                                  ("N1", "central_1", LATER), ("N1", "central_2", CUT),
                                  ("A1", "central_1", LATER), ("A2", "central_1", LATER))
    ]  # fmt: skip
    ablations = [{"lesion_id": "A1", "ablation_date": CUT}, {"lesion_id": "A2", "reader":
                  "central_2", "ablation_date": CUT}]  # fmt: skip
    cut = cut_data(make(lesions=lesions, measurements=scans, ablations=ablations), CUT)
    assert cells(cut, "lesions", "lesion_id", "reader") == [
        ("T1", "central_1"),
        ("N1", "central_2"),
        ("A1", "central_1"),  # a treatment that names no reader is about the lesion of each
        ("X1", "central_1"),  # declared, and on no scan at all: as before
    ]
    assert cut.findings[0].message == "2 lesions first seen after 2026-03-01 are left out"


def test_the_lesions_of_data_with_one_reading():
    lesions = [{"lesion_id": "T1"}, {"lesion_id": "N1"}]
    scans = [{"lesion_id": "T1", "scan_date": CUT}, {"lesion_id": "N1", "scan_date": LATER}]
    cut = cut_data(make(lesions=lesions, measurements=scans), CUT)
    assert cells(cut, "lesions", "lesion_id") == ["T1"]


def test_findings_about_what_was_left_out_are_dropped():
    patients = [{"enrolment_date": START}, {"patient_id": "LATE", "enrolment_date": LATER}]
    scans = [{"scan_date": CUT, "source_row": 2}, {"scan_date": LATER, "source_row": 3}]
    huge = ("measurement.huge", "warning")
    findings = (
        Finding(*huge, "kept", "-", table="measurements", row=2),
        Finding(*huge, "gone", "-", table="measurements", row=3),
        Finding("visit.spread", "warning", "of one", "-", patient="LATE"),
        Finding("visit.spread", "warning", "of two", "-", patients=("LATE", "P1")),
        Finding("file.unknown", "warning", "of none", "-"),
    )
    dataset = make(patients=patients, measurements=scans).with_findings(findings)
    left = [one.message for one in cut_data(dataset, CUT).findings if one.rule != "cut.left_out"]
    assert left == ["kept", "of two", "of none"]


def test_nothing_after_the_cut_is_nothing_said():
    dataset = make(patients=[{"enrolment_date": START, "last_alive_date": CUT}], labs=[])
    dataset = Dataset.create({**dataset.frames, "labs": pl.DataFrame()}, source="-")
    cut = cut_data(dataset, CUT)
    assert cut.same_data(dataset)
    assert cut.findings == ()
    assert cut.collected("labs")


def test_a_study_day_is_spoken_of_where_dates_stand_for_it():
    frames = {"labs": pl.DataFrame({"patient_id": ["P1"], "sample_date": [date(1901, 3, 5)]})}
    counted = Dataset.create(frames, source="-", day_zero=date(1901, 1, 1))
    (note,) = cut_data(counted, date(1901, 3, 2)).findings
    assert note.message.startswith("1 row dated after day 60")
