"""Tables of history, medication, vital signs and ECG: read, written, checked and cut."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from trialwright.dataset import Dataset, check_dataset, cut_data, read_dataset, write_dataset
from trialwright.endpoints import derive_analysis_sets

VITALS = "patient_id,test,measured_date,value,unit\n"
ECGS = "patient_id,parameter,ecg_date,value,unit\n"
MEDICATIONS = "patient_id,medication,medication_class,indication,start_date,end_date\n"
DISPOSITIONS = "patient_id,scope,drug,end_date,reason\n"
DEATH = "patient_id,death_date\nP1,2026-03-05\n"
# A scan of 1 March is before the death; nothing but the row in question contradicts it.

CASES = [  # changed tables, rule, severity, row, part of the message
    (
        {"medications": f"{MEDICATIONS}P1,Loperamide,,Diarrhoea,2026-02-10,2026-02-01\n"},
        ("medication.end_before_start", "error", 2),
        "Loperamide: the end, 2026-02-01, is before the start, 2026-02-10",
    ),
    (  # whichever days these months are, it may be right
        {"medications": f"{MEDICATIONS}P1,Loperamide,,,2026-02,2026-02-01\nP1,Aspirin,,,2019,\n"},
        None,
        "",
    ),
    (
        {"medications": f"{MEDICATIONS}P1,Aspirin,,,2026-03-06,\n", "deaths": DEATH},
        ("medication.after_death", "error", 2),
        "Aspirin from 2026-03-06 is after the death, 2026-03-05",
    ),
    (  # the same medicine again, and for something else, is no duplicate
        {
            "medications": f"{MEDICATIONS}P1,Aspirin,,Pain,2026-02,\nP1,Aspirin,,Fever,2026-02,\n"
            "P1,Aspirin,,Pain,2026-03,\n"
        },
        None,
        "",
    ),
    (
        {"medications": f"{MEDICATIONS}P1,Aspirin,,Pain,2026-02,\nP1,Aspirin,,Pain,2026-02,\n"},
        ("table.duplicate", "error", 2),
        "rows 2 and 3 are all patient_id P1, medication Aspirin",
    ),
    (
        {"vitals": f"{VITALS}P1,SYSBP,2026-03-06,120,mmHg\n", "deaths": DEATH},
        ("vital.after_death", "error", 2),
        "SYSBP: measured on 2026-03-06, after the death",
    ),
    (
        {"vitals": f"{VITALS}P1,SYSBP,2026-03-01,-120,mmHg\n"},
        ("value.impossible", "error", 2),
        "value −120",
    ),
    (
        {"vitals": f"{VITALS}P1,SYSBP,2026-03-01,<120,mmHg\n"},
        ("cell.number", "error", 2),
        "value '<120' is not a number",
    ),
    (
        {"vitals": f"{VITALS}P1,SYSBP,2026-03-01,120,mmHg\nP1,SYSBP,2026-03-01,124,mmHg\n"},
        ("table.duplicate", "error", 2),
        "and differ in value",
    ),
    (
        {"ecgs": f"{ECGS}P1,QTcF,2026-03-06,410,ms\n", "deaths": DEATH},
        ("ecg.after_death", "error", 2),
        "QTcF: the ECG of 2026-03-06 is after the death",
    ),
    (
        {"ecgs": f"{ECGS}P2,QTcF,2026-03-06,410,ms\n"},
        ("reference.patient", "error", 2),
        "'P2' is not in the table patients",
    ),
    (
        {
            "patients": "patient_id,enrolment_date\nP1,2026-01-06\n",
            "dispositions": f"{DISPOSITIONS}P1,screening,,2026-01-05,no measurable lesion\n",
        },
        ("disposition.screened_enrolled", "error", 2),
        "(no measurable lesion), and the patient was enrolled on 2026-01-06",
    ),
    (  # no enrolment is on file, and the patient was treated all the same
        {"dispositions": f"{DISPOSITIONS}P1,screening,,2026-01-05,no measurable lesion\n"},
        ("disposition.screened_enrolled", "error", 2),
        "the patient was treated from 2026-01-07 on",
    ),
    (
        {
            "patients": "patient_id,enrolment_date\nP1,2026-01-06\nP2,\n",
            "dispositions": f"{DISPOSITIONS}P2,screening,,2026-01-05,no measurable lesion\n",
        },
        None,
        "",
    ),
]


@pytest.mark.parametrize(("tables", "expected", "part"), CASES)
def test_each_rule_has_a_finding_of_its_own(read, tables, expected, part):
    found = read(**tables).findings
    assert [(one.rule, one.severity, one.row) for one in found] == ([expected] if expected else [])
    assert all(part in one.message and one.mend for one in found), [str(one) for one in found]


def test_a_sign_before_a_vital_sign_is_not_sent_to_a_column_that_is_not_there(only):
    finding = only(vitals=f"{VITALS}P1,SYSBP,2026-03-01,<120,mmHg\n")
    assert "qualifier" not in finding.mend


def whole() -> Dataset:
    """Return one row of each table, with hostile text."""
    ids, day = {"patient_id": ["P1"]}, date(2026, 3, 1)
    frames = {
        "patients": ids,
        "characteristics": ids
        | {"characteristic": ["=1+1"], "value": ["“<b>\n肝"], "unit": ["-µ"]},
        "vitals": ids
        | {"test": ["@x"], "measured_date": [day], "value": [120.5], "unit": ["mm Hg"]},
        "ecgs": ids | {"parameter": ["QTcF"], "ecg_date": [day], "value": [-4.0], "unit": ["°"]},
        "medications": ids
        | {
            "medication": ["+aspirin"],
            "medication_class": ["'x"],
            "indication": ['a,"b"'],
            "start_date": ["2024"],
            "end_date": ["2024-03"],
        },
        "dispositions": ids | {"scope": ["screening"], "reason": [r"{\rtf1}"]},
    }
    return Dataset.create(
        {name: pl.DataFrame(columns) for name, columns in frames.items()}, source="made in code"
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_is_written_reads_back_equal(tmp_path, kind):
    write_dataset(whole(), tmp_path / "out", kind=kind)
    back = read_dataset(tmp_path / "out")
    assert back.same_data(whole())
    assert back.findings == ()


def test_a_workbook_is_read_alike(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, frame in whole().frames.items():
        sheet = book.create_sheet(name)
        rows = frame.drop("source_row")
        sheet.append(rows.columns)
        for row in rows.iter_rows():
            sheet.append(list(row))
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # text, where it begins like a formula
    book.save(tmp_path / "data.xlsx")
    assert read_dataset(tmp_path / "data.xlsx").same_data(whole())


def test_a_cut_leaves_out_what_is_later_and_keeps_what_was_known():
    dataset = whole()
    early = cut_data(dataset, date(2026, 2, 28))
    assert early.table("vitals").is_empty()
    assert early.table("ecgs").is_empty()
    assert early.table("characteristics").height == 1
    assert early.table("medications").height == 1
    assert cut_data(dataset, date(2026, 3, 1)).same_data(dataset)


def test_the_end_of_a_medication_after_the_cut_is_not_known_yet():
    cut = cut_data(whole(), date(2024, 2, 1))
    assert cut.table("medications").select("start_date", "end_date").row(0) == ("2024", None)
    assert cut_data(whole(), date(2023, 12, 31)).table("medications").is_empty()


def test_who_was_screened_alone_is_in_no_analysis_set(crclm_study):
    patients = pl.DataFrame(
        {"patient_id": ["P1", "P2"], "enrolment_date": [date(2026, 1, 6), None]}
    )
    ends = pl.DataFrame({"patient_id": ["P2"], "scope": ["screening"], "reason": ["ECOG 2"]})
    doses = {"patient_id": ["P1"], "drug": ["Regorafenib"], "start_date": [date(2026, 1, 7)]}
    frames = {
        "patients": patients,
        "dispositions": ends,
        "doses": pl.DataFrame(doses | {"dose_mg": [80.0]}),
    }
    dataset = Dataset.create(frames, source="-")
    assert check_dataset(dataset) == ()
    sets = derive_analysis_sets(dataset, crclm_study)
    assert [one.patient_id for one in sets.efficacy] == ["P1"]
    assert {one.name for one in sets.sets if "P2" in one.patients} == {"screened"}
    (screened,) = [one for one in sets.members if one.patient_id == "P2"]
    assert screened.excluded is not None
