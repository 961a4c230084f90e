"""Workbooks with one sheet a table, and small workbooks of tumour sizes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from trialwright.dataset import read_dataset, read_datasets
from trialwright.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

SIZES = ("Patient_Anonmyized", "Treatment_Day", "TargetLesionLongDiam_mm", "Study_Arm")


def save(path: Path, **sheets: list[tuple[Any, ...]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def rules(dataset):
    return [(f.rule, f.severity, f.row) for f in dataset.findings]


def test_typed_cells_are_read_as_they_are_stored(tmp_path):
    path = save(
        tmp_path / "trial.xlsx",
        Patients=[
            ("patient_id", "birth_date", "ecog", "consent_date"),
            (14, 1960, 1, datetime(2026, 1, 2)),  # noqa: DTZ001 - Excel has no zones
            (None, None, None, None),
            ("P2", "1961-05", 0.0, date(2026, 1, 3)),
        ],
        deaths=[("patient_id", "death_date")],
    )
    dataset = read_dataset(path)
    assert rules(dataset) == [("row.blank", "note", None)]
    assert dataset.source == "trial.xlsx"
    assert dataset.patients.select(
        "patient_id", "birth_date", "ecog", "consent_date", "source_row"
    ).rows() == [
        ("14", "1960", 1, date(2026, 1, 2), 2),
        ("P2", "1961-05", 0, date(2026, 1, 3), 4),
    ]
    assert dataset.collected("deaths")


def test_a_long_number_is_the_exact_integer_of_the_stored_one_with_a_note(tmp_path):
    path = save(
        tmp_path / "trial.xlsx", patients=[("site", "patient_id"), ("a", 3.657015667902161e18)]
    )
    dataset = read_dataset(path)
    assert dataset.patients["patient_id"].to_list() == ["3657015667902160896"]
    assert rules(dataset) == [("patient.long_number", "note", None)]


def test_a_serial_date_is_refused_with_the_day_it_would_be(tmp_path):
    path = save(tmp_path / "trial.xlsx", patients=[("patient_id", "consent_date"), ("P1", 45352)])
    (finding,) = read_dataset(path).findings
    assert (finding.rule, finding.row, finding.source) == (
        "cell.date", 2, "trial.xlsx, sheet patients",
    )  # fmt: skip
    assert "2024-03-01" in finding.mend


def test_the_mends_of_a_workbook_speak_of_sheets(tmp_path):
    scan = ("P1", "T1", "week 0", date(2026, 1, 5), 12, "odd")
    columns = ("patient_id", "lesion_id", "visit", "scan_date", "diameter_mm")
    path = save(
        tmp_path / "t.xlsx", patients=[("patient_id",), ("P1",)], measurements=[columns, scan]
    )
    found = {f.rule: f.mend for f in read_dataset(path).findings}
    assert found == {
        "row.long": "name the column, or clear the cell",
        "table.missing": "add a sheet named lesions",
    }


def test_a_title_and_a_header_in_another_case_are_noted(tmp_path):
    rows = [
        ("Study listing", None),
        (None, None),
        (" Patient_ID ", "SITE"),
        (3.657015667902161e18, 1),
    ]
    dataset = read_dataset(save(tmp_path / "t.xlsx", patients=rows))
    assert rules(dataset) == [
        ("header.late", "note", 3),
        ("header.case", "note", 3),
        ("patient.long_number", "note", None),
    ]
    assert dataset.patients["source_row"].to_list() == [4]


def test_a_formula_without_a_result_is_reported(tmp_path):
    path = save(tmp_path / "trial.xlsx", patients=[("patient_id", "ecog"), ("P1", "=1+1")])
    dataset = read_dataset(path)
    assert rules(dataset) == [("cell.formula", "error", 2)]
    assert "=1+1" in dataset.findings[0].message
    assert dataset.patients["ecog"].to_list() == [None]


@pytest.mark.parametrize(("cell", "loads"), [(2, 1), ("=1+1", 2)])
def test_a_workbook_is_loaded_once_and_again_only_for_its_formulas(
    tmp_path, monkeypatch, cell, loads
):
    path = save(tmp_path / "trial.xlsx", patients=[("patient_id", "ecog"), ("P1", cell)])
    load, loaded = openpyxl.load_workbook, []

    def load_and_count(*args, **options):
        loaded.append(options["data_only"])
        return load(*args, **options)

    monkeypatch.setattr(openpyxl, "load_workbook", load_and_count)
    read_dataset(path)
    assert loaded == [True, False][:loads]


def test_an_unknown_sheet_is_named_and_left_out(tmp_path):
    path = save(tmp_path / "t.xlsx", patients=[("patient_id",), ("P1",)], Lesion=[("a",)])
    (finding,) = read_dataset(path).findings
    assert (finding.rule, finding.severity) == ("sheet.unknown", "warning")
    assert finding.mend == "rename it to lesions, if that is meant"


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"a": [("b",)]}, "no sheet is named after a table"),
        ({"patients": []}, "the sheet is empty"),
        ({"patients": [("patient_id",)], "patients ": [("patient_id",)]}, "are one table"),
    ],
)
def test_a_workbook_without_a_readable_table_is_refused(tmp_path, sheets, words):
    path = save(tmp_path / "t.xlsx", **sheets)
    with pytest.raises(DataError, match=words):
        read_dataset(path)


def test_a_study_cannot_be_picked_from_a_workbook_of_tables(tmp_path):
    path = save(tmp_path / "t.xlsx", patients=[("patient_id",), ("P1",)])
    with pytest.raises(DataError, match=r"t\.xlsx: holds no studies .*leave the sheet out"):
        read_dataset(path, sheet="Study1")
    with pytest.raises(DataError, match="use read_dataset"):
        read_datasets(path)


def study(tmp_path: Path, *rows: tuple[Any, ...]) -> Path:
    return save(tmp_path / "sizes.xlsx", Study1=[SIZES, *rows])


def test_each_row_of_a_study_is_one_scan_in_its_order(tmp_path):
    path = study(
        tmp_path,
        (-5e17, 40, 12, "A"),
        (-5e17, -3, 20.5, "A"),
        (-5e17, 80, "NOT EVALUABLE", "A"),
        (-5e17, 120, "TOO SMALL TO MEASURE", "A"),
    )
    dataset = read_dataset(path)
    assert dataset.day_zero == date(2000, 1, 1)
    assert dataset.source == "sizes.xlsx, sheet Study1"
    assert dataset.measurements.select("visit", "scan_date", "diameter_mm", "state").rows() == [
        ("day 40", date(2000, 2, 10), 12.0, None),
        ("day -3", date(1999, 12, 29), 20.5, None),
        ("day 80", date(2000, 3, 21), None, "not_evaluable"),
        ("day 120", date(2000, 4, 30), None, "too_small"),
    ]
    assert dataset.visits["visit_type"].to_list() == [
        "scheduled", "baseline", "scheduled", "scheduled",
    ]  # fmt: skip
    assert dataset.patients.select("patient_id", "arm", "first_treatment_date").rows() == [
        ("-500000000000000000", "A", date(2000, 1, 1))
    ]
    assert dataset.lesions.select("lesion_id", "role", "organ", "lymph_node").rows() == [
        ("T1", "target", "not recorded", False)
    ]
    assert {rule for rule, _, _ in rules(dataset)} == {
        "patient.long_number",
        "lesion.node_unknown",
    }


def found(dataset):
    return [rule for rule in rules(dataset) if rule[1] != "note"]


@pytest.mark.parametrize(
    ("row", "finding", "kept"),
    [
        (("P1", None, 9, "A"), ("measurement.undated", "error", 3), 1),
        (("P1", "soon", 9, "A"), ("measurement.undated", "error", 3), 1),
        (("P1", 2.5, 9, "A"), ("measurement.undated", "error", 3), 1),
        (("P1", 10**9, 9, "A"), ("measurement.undated", "error", 3), 1),
        ((None, 40, 9, "A"), ("measurement.unnamed", "error", 3), 1),
        (("P1", 40, None, "A"), ("measurement.blank", "error", 3), 2),
        (("P1", 40, "abc", "A"), ("cell.number", "error", 3), 2),
        (("P1", 0, 30, "A"), ("measurement.repeated", "error", 2), 2),
        (("P1", 0, 31, "A"), ("measurement.duplicate", "error", 2), 2),
        (("P1", 40, 30, "B"), ("patient.several_arms", "error", 2), 2),
        (("P2", 40, 30, "A"), ("baseline.missing", "warning", 3), 2),
    ],
)
def test_a_row_that_is_not_plain_is_reported(tmp_path, row, finding, kept):
    dataset = read_dataset(study(tmp_path, ("P1", 0, 30, "A"), row))
    assert found(dataset) == [finding]
    assert dataset.measurements.height == kept


def test_repeated_days_are_one_visit(tmp_path):
    dataset = read_dataset(study(tmp_path, ("P1", 0, 30, "A"), ("P1", 0, 31, "A")))
    assert dataset.visits.height == 1


def test_a_patient_in_two_studies_is_noted_in_both(tmp_path):
    rows = [SIZES, ("P1", 0, 30, "A")]
    path = save(tmp_path / "sizes.xlsx", Study1=rows, Study2=rows, Legend=[("a",)])
    datasets = read_datasets(path)
    for name, other in (("Study1", "Study2"), ("Study2", "Study1")):
        shared = [f for f in datasets[name].findings if f.rule == "patient.shared_id"]
        assert [(f.severity, f.patient) for f in shared] == [("note", "P1")]
        assert f"sheet {other}" in shared[0].message
        assert "sheet.unknown" in {f.rule for f in datasets[name].findings}
    assert read_dataset(path, sheet="Study2").same_data(datasets["Study2"])


def test_one_of_several_studies_has_to_be_named(tmp_path):
    rows = [SIZES, ("P1", 0, 30, "A")]
    path = save(tmp_path / "sizes.xlsx", Study1=rows, Study2=rows)
    with pytest.raises(DataError, match=r"2 studies \(Study1, Study2\); name one with sheet="):
        read_dataset(path)
    with pytest.raises(DataError, match=r"no study 'study 2'.*did you mean Study2"):
        read_dataset(path, sheet="study 2")


def test_a_folder_is_not_a_workbook_of_studies(tmp_path):
    with pytest.raises(DataError, match="this is a folder"):
        read_datasets(tmp_path)
