"""Folders of CSV and Parquet: what is read, what is reported, what is refused."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import read_dataset
from trialwright.errors import DataError


def test_a_clean_folder_is_read_whole_without_findings(read, tmp_path):
    dataset = read()
    assert dataset.findings == ()
    assert dataset.source == tmp_path.name
    assert {name: frame.height for name, frame in dataset.frames.items()} == {
        "patients": 1,
        "visits": 4,
        "lesions": 3,
        "measurements": 5,
        "doses": 1,
    }
    assert not dataset.collected("deaths")
    assert {name: value for name, value in dataset.measurements.row(1, named=True).items()
            if value is not None} == {
        "patient_id": "P1", "lesion_id": "T2", "visit": "baseline",
        "scan_date": date(2026, 1, 5), "diameter_mm": 20.5, "source_row": 3,
    }  # fmt: skip
    assert dataset.patients["birth_date"].to_list() == ["1960-05"]


def test_an_empty_table_was_collected(read):
    dataset = read(deaths="patient_id,death_date\n")
    assert dataset.collected("deaths")
    assert dataset.deaths.is_empty()
    assert dataset.findings == ()


def test_an_unreadable_cell_names_file_row_patient_field_text_and_mend(only):
    finding = only(measurements="+P1,T1,week 16,2026-04-31,28,\n")
    assert str(finding) == (
        "error: measurements.csv row 7, patient P1: scan_date '2026-04-31' is not a date: "
        "April 2026 has 30 days; correct the date from the source document [cell.date]"
    )
    assert finding.field == "scan_date"
    assert finding.table == "measurements"


def test_an_unreadable_diameter_is_missing_and_told_once(read):
    dataset = read(measurements='+P1,T1,week 16,2026-05-01,"28,5",\n')
    assert [finding.rule for finding in dataset.findings] == ["cell.number"]
    assert dataset.measurements["diameter_mm"].to_list()[-1] is None
    assert dataset.measurements.height == 6


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators(read, clean_tables, separator):
    changed = {name: text.replace(",", separator) for name, text in clean_tables.items()}
    dataset = read(**changed)
    assert dataset.findings == ()
    assert dataset.measurements.height == 5


def test_a_decimal_comma_between_semicolons_is_reported(only, clean_tables):
    text = clean_tables["measurements"].replace(",", ";").replace(";30;", ";30,5;")
    finding = only(measurements=text)
    assert (finding.rule, finding.row, finding.mend) == (
        "cell.number",
        4,
        "write the decimal point: 30.5",
    )


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_needs_no_note(read, tmp_path, codec):
    read()
    (tmp_path / "patients.csv").write_bytes("patient_id,site\nP1,北京医院\n".encode(codec))
    dataset = read_dataset(tmp_path)
    assert dataset.findings == ()
    assert dataset.patients["site"].to_list() == ["北京医院"]


def test_gb18030_is_read_and_said(read, tmp_path):
    read()
    (tmp_path / "patients.csv").write_bytes("patient_id,site\nP1,北京医院\n".encode("gb18030"))
    dataset = read_dataset(tmp_path)
    assert dataset.patients["site"].to_list() == ["北京医院"]
    (finding,) = dataset.findings
    assert (finding.rule, finding.severity) == ("file.encoding", "note")
    assert "P1,北京医院" in finding.message


def test_rows_are_counted_as_a_spreadsheet_counts_them(read):
    """A line end inside quotes does not start a row; a blank row is counted."""
    dataset = read(patients='patient_id,site\n"P1","a\nb"\n\nP2,c\n\n')
    assert dataset.patients["source_row"].to_list() == [2, 4]
    assert dataset.patients["site"].to_list() == ["a\nb", "c"]
    assert [(finding.rule, finding.severity) for finding in dataset.findings] == [
        ("row.blank", "note")
    ]
    assert "1 blank rows between others are passed over: 3" in dataset.findings[0].message


@pytest.mark.parametrize(("blank", "words"), [(5, "2, 3, 4, 5, 6"), (6, "2, 3, 4, 5, 6, ...")])
def test_many_blank_rows_are_named_up_to_five(only, blank, words):
    finding = only(patients="patient_id\n" + "\n" * blank + "P1\n")
    assert finding.message.endswith(f"{blank} blank rows between others are passed over: {words}")


def test_a_blank_first_line_is_passed_over(read):
    dataset = read(patients="\npatient_id,site\nP1,a\n")
    assert dataset.patients["source_row"].to_list() == [3]
    assert dataset.findings == ()


def test_an_unknown_column_is_named_and_left_out(only):
    finding = only(patients="patient_id,Birth Date\nP1,1960\n")
    assert (finding.rule, finding.severity, finding.field) == (
        "column.unknown",
        "warning",
        "Birth Date",
    )
    assert finding.mend == "rename it to birth_date, if that is meant"
    assert finding.row == 1


def test_a_missing_required_column_is_one_error(only):
    lesions = "patient_id,lesion_id,role,organ\n" + "".join(
        f"P1,{lesion},{role},{organ}\n"
        for lesion, role, organ in (
            ("T1", "target", "liver"),
            ("T2", "target", "lung"),
            ("N1", "non_target", "bone"),
        )
    )
    finding = only(lesions=lesions)
    assert (finding.rule, finding.severity, finding.field) == (
        "column.missing",
        "error",
        "lymph_node",
    )


def test_a_column_twice_is_an_error(only):
    finding = only(patients="patient_id,site,site\nP1,a,b\n")
    assert (finding.rule, finding.severity, finding.field) == ("column.repeated", "error", "site")


def test_a_cell_beyond_the_header_is_an_error(only):
    finding = only(patients="patient_id,site\nP1,a,b\n")
    assert (finding.rule, finding.severity, finding.row) == ("row.long", "error", 2)
    assert "'b'" in finding.message


def test_a_cell_under_a_blank_header_is_an_error(only):
    assert only(patients="patient_id,,site\nP1,b,a\n").rule == "row.long"


def test_a_short_row_is_a_warning(only):
    finding = only(patients="patient_id,site\nP1\n")
    assert (finding.rule, finding.severity, finding.row) == ("row.short", "warning", 2)


def test_an_unknown_file_is_named_and_left_out(read, tmp_path):
    (tmp_path / "mesurements.csv").write_text("a\n", encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    (finding,) = read().findings
    assert (finding.rule, finding.severity) == ("file.unknown", "warning")
    assert finding.mend == "rename it to measurements.csv, if that is meant"


def test_a_folder_may_mix_csv_and_parquet(read, tmp_path):
    read(patients=None)
    (tmp_path / "patients.csv").unlink(missing_ok=True)
    frame = pl.DataFrame({"patient_id": ["P1"], "ecog": [1], "last_alive_date": [date(2026, 9, 1)]})
    frame.write_parquet(tmp_path / "patients.parquet")
    dataset = read_dataset(tmp_path)
    assert dataset.findings == ()
    assert dataset.patients.select(
        "patient_id", "ecog", "last_alive_date", "source_row"
    ).rows() == [("P1", 1, date(2026, 9, 1), 2)]


def test_a_float_identifier_in_parquet_keeps_its_digits(tmp_path):
    pl.DataFrame({"patient_id": [3.657015667902161e18]}).write_parquet(
        tmp_path / "patients.parquet"
    )
    assert read_dataset(tmp_path).patients["patient_id"].to_list() == ["3657015667902160896"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"%PDF-1.7 ...", "this is a PDF"),
        (b"PK\x03\x04...", "this is a zip or Excel file"),
        (b"patient_id\nP\x00\n", "zero bytes"),
        (b"patient_id\n\xff\xff\n", "neither UTF-8 nor GB18030"),
        (b'patient_id,site\nP1,"a\nP2,b\n', "a quote that is not closed"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_by_name(tmp_path, content, words):
    (tmp_path / "patients.csv").write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        read_dataset(tmp_path)
    assert "patients.csv" in str(caught.value)


def test_a_broken_parquet_file_is_refused(tmp_path):
    (tmp_path / "patients.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(DataError, match=r"patients\.parquet: not a readable Parquet file"):
        read_dataset(tmp_path)


def test_one_table_in_two_files_is_refused(read, tmp_path):
    (tmp_path / "patients.tsv").write_text("patient_id\nP1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"holds patients\.csv and patients\.tsv"):
        read()


def test_a_folder_without_a_table_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(DataError, match=r"holds no table .*patients\.csv"):
        read_dataset(tmp_path)


def test_a_spoilt_about_file_is_refused(read, tmp_path):
    (tmp_path / "dataset.json").write_text('{"day_zero": "soon"}', encoding="utf-8")
    with pytest.raises(DataError, match=r"dataset\.json: cannot be read"):
        read()


def test_a_study_cannot_be_picked_from_a_folder(read, tmp_path):
    read()
    with pytest.raises(DataError, match=r"holds no studies .*leave the sheet out"):
        read_dataset(tmp_path, sheet="Study1")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx"),
        (b"patient_id\nP1\n", "give the folder"),
        (b"PK\x03\x04 broken", "not a readable XLSX workbook"),
    ],
)
def test_a_single_file_that_is_no_workbook_is_refused(tmp_path, content, words):
    path = tmp_path / "trial.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        read_dataset(path)
    assert "trial.xlsx" in str(caught.value)


def test_a_path_to_nothing_is_refused(tmp_path):
    with pytest.raises(DataError, match="no such file or folder"):
        read_dataset(tmp_path / "nowhere")


def test_a_control_character_is_told_once_and_kept_out_of_the_finding(only):
    finding = only(deaths="patient_id,death_date\nP1\x1b,2026-06-01\n")
    assert (finding.rule, finding.severity, finding.row) == ("cell.control", "error", 2)
    assert finding.patient is None
    assert "\x1b" not in str(finding)


def test_a_header_in_another_case_is_read_with_one_note(read, clean_tables):
    header, rows = clean_tables["measurements"].split("\n", 1)
    dataset = read(measurements=f"{header.upper().replace(',', ' , ')}\n{rows}")
    (finding,) = dataset.findings
    assert (finding.rule, finding.severity, finding.row) == ("header.case", "note", 1)
    assert "writes PATIENT_ID, LESION_ID," in finding.message
    assert dataset.measurements["diameter_mm"].to_list() == [42, 20.5, 30, None, None]


def test_a_column_in_two_cases_is_a_column_twice(read):
    rules = [f.rule for f in read(patients="patient_id,site,SITE\nP1,a,b\n").findings]
    assert rules == ["header.case", "column.repeated"]


def test_a_title_above_the_header_is_passed_over_with_one_note(read, clean_tables):
    text = "Listing 16.2; all visits\n\n" + clean_tables["measurements"]
    dataset = read(measurements=text)
    (finding,) = dataset.findings
    assert (finding.rule, finding.severity, finding.row) == ("header.late", "note", 3)
    assert "passed over: row 1 ('Listing 16.2" in finding.message
    assert dataset.measurements["source_row"].to_list() == [4, 5, 6, 7, 8]


@pytest.mark.parametrize("table", ["patients", "lesions", "measurements"])
def test_a_table_without_a_header_is_one_error(read, clean_tables, table):
    dataset = read(**{table: clean_tables[table].split("\n", 1)[1]})
    (finding,) = dataset.findings
    assert (finding.rule, finding.severity, finding.row) == ("header.unknown", "error", 1)
    assert "row 1 does not look like the header: none of 'P1', " in finding.message
    assert not dataset.collected(table)


def test_a_word_of_the_data_is_no_header(read):
    """``drug`` is a column of the table and a word in it."""
    text = "Subject,scope,Medication,Stop,Why\nP1,drug,,,\n"
    findings = read(dispositions=text).findings
    assert "header.late" not in {f.rule for f in findings}
    assert {f.row for f in findings if f.rule == "column.unknown"} == {1}


def test_what_is_named_after_a_table_and_is_no_file_is_refused(read, tmp_path):
    read()
    (tmp_path / "deaths.csv").mkdir()
    with pytest.raises(DataError, match=r"deaths\.csv: is a folder, so it holds no table"):
        read_dataset(tmp_path)
    (tmp_path / "deaths.csv").rmdir()
    (tmp_path / "deaths.csv").symlink_to("/nowhere/deaths.csv")
    with pytest.raises(DataError, match=r"a link to /nowhere/deaths\.csv, where there is no file"):
        read_dataset(tmp_path)


def test_another_folder_is_named_as_one(only, tmp_path):
    (tmp_path / "scans").mkdir()
    assert only().message.startswith("scans is a folder and not a table")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("x" * 140_000, r"line 2: the cell holds more than 131,072 characters\); shorten it"),
        ('"' + "x\n" * 70_000, r"characters in several lines\); look for a quote"),
    ],
)
def test_a_huge_cell_is_told_from_an_open_quote(tmp_path, cell, words):
    (tmp_path / "patients.csv").write_text(f"patient_id,site\nP1,{cell}\n", encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_dataset(tmp_path)


@pytest.mark.parametrize(
    "about", ["[" * 100_000, '{"source": "a\\ud800"}', '{"source": "a\\u001b"}', None]
)
def test_a_hostile_about_file_is_refused(read, tmp_path, about):
    read()
    if about is None:
        (tmp_path / "dataset.json").mkdir()
    else:
        (tmp_path / "dataset.json").write_text(about, encoding="utf-8")
    with pytest.raises(DataError, match=r"dataset\.json: cannot be read"):
        read_dataset(tmp_path)
