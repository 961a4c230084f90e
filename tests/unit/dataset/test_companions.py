"""Dates of deaths, therapies and ends that are known in part, as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from trialwright.dataset import read_dataset


def rows_of(dataset, table, *columns):
    return dataset.table(table).select(columns).rows()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2026-04", "2026-04"), ("2026", "2026"), ("2026-04-UN", "2026-04"),
     ("2026---30", "2026---30"), ("--04-30", "--04-30"), ("2026年4月", "2026-04"),
     ("2026/4", "2026-04")],
)  # fmt: skip
def test_a_partial_date_is_moved_with_a_note(read, typed, kept):
    dataset = read(deaths=f"patient_id,death_date,cause\nP1,{typed},sepsis\n")
    assert rows_of(dataset, "deaths", "death_date", "death_date_partial", "cause") == [
        (None, kept, "sepsis")
    ]
    note = dataset.findings[0]
    assert (note.rule, note.severity, note.row, note.patient, note.field) == (
        "cell.date_moved", "note", 2, "P1", "death_date",
    )  # fmt: skip
    assert (
        note.message == f"death_date {typed!r} is part of a date; it is kept as death_date_partial"
    )
    others = [one.rule for one in dataset.findings[1:]]
    assert others == (["death.undated"] if kept.startswith("-") else [])


@pytest.mark.parametrize(
    ("table", "header", "row", "columns"),
    [
        ("therapies", "patient_id,therapy,start_date", "P1,FOLFIRI,2026-04", "start_date"),
        ("dispositions", "patient_id,scope,end_date,reason", "P1,study,2026-04,told", "end_date"),
    ],
)
def test_so_are_those_of_therapies_and_ends(read, table, header, row, columns):
    dataset = read(**{table: f"{header}\n{row}\n"})
    assert rows_of(dataset, table, columns, f"{columns}_partial") == [(None, "2026-04")]
    assert [one.rule for one in dataset.findings] == ["cell.date_moved"]


def test_two_therapies_of_one_name_in_different_months_are_two(read):
    text = "patient_id,therapy,start_date\nP1,FOLFIRI,2026-04\nP1,FOLFIRI,2026-06\n"
    assert [one.rule for one in read(therapies=text).findings] == ["cell.date_moved"] * 2
    same = text.replace("2026-06", "2026-04")
    assert "table.duplicate" in {one.rule for one in read(therapies=same).findings}


@pytest.mark.parametrize("typed", ["soon", "2026-13", "03/04/2026", "UN-UN-UN", "46112"])
def test_what_is_no_date_stays_an_error(read, typed):
    dataset = read(deaths=f"patient_id,death_date\nP1,{typed}\n")
    assert rows_of(dataset, "deaths", "death_date", "death_date_partial") == [(None, None)]
    assert [(one.rule, one.severity) for one in dataset.findings] == [
        ("cell.date", "error"),
        ("death.undated", "warning"),
    ]


def test_the_companion_is_kept_if_both_are_filled(read):
    header = "patient_id,death_date,death_date_partial\n"
    same = read(deaths=f"{header}P1,2026-04,2026-04-UN\n")
    assert rows_of(same, "deaths", "death_date", "death_date_partial") == [(None, "2026-04")]
    assert [one.rule for one in same.findings] == ["cell.date_moved"]
    other = read(deaths=f"{header}P1,2026-04,2026-05\n")
    assert rows_of(other, "deaths", "death_date", "death_date_partial") == [(None, "2026-05")]
    assert [one.rule for one in other.findings] == ["cell.date"]
    assert "'2026-04' is part of a date" in other.findings[0].message


def test_a_table_may_hold_the_companion_alone(read):
    dataset = read(deaths="patient_id,death_date_partial\nP1,2026-04\n")
    assert rows_of(dataset, "deaths", "death_date", "death_date_partial") == [(None, "2026-04")]
    assert dataset.findings == ()


def test_whole_dates_and_other_columns_stay_where_they_are(read):
    dataset = read(
        deaths="patient_id,death_date\nP1,2026-04-30T08:30\n",
        patients="patient_id,enrolment_date\nP1,2026-01\n",
    )
    assert rows_of(dataset, "deaths", "death_date", "death_date_partial") == [
        (date(2026, 4, 30), None)
    ]
    assert {one.rule for one in dataset.findings} == {"cell.time", "cell.date"}


def test_a_workbook_is_read_alike(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "deaths"
    for row in (["patient_id", "death_date"], ["P1", "2026-04"], ["P2", date(2026, 4, 30)],
                ["P3", 2026]):  # fmt: skip
        sheet.append(row)
    book.create_sheet("patients").append(["patient_id"])
    for patient in ("P1", "P2", "P3"):
        book["patients"].append([patient])
    book.save(tmp_path / "trial.xlsx")
    dataset = read_dataset(tmp_path / "trial.xlsx")
    assert rows_of(dataset, "deaths", "death_date", "death_date_partial") == [
        (None, "2026-04"), (date(2026, 4, 30), None), (None, "2026"),
    ]  # fmt: skip
    assert [(one.rule, one.row) for one in dataset.findings] == [
        ("cell.date_moved", 2), ("cell.date_moved", 4),
    ]  # fmt: skip
    assert dataset.findings[0].source == "trial.xlsx, sheet deaths"
