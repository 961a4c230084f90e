"""The workbook of tumour sizes against a count made with openpyxl alone.

Source: Ghaffari Laleh et al. 2022, PLoS Comput Biol 18(2):e1009822, S1 data (CC BY 4.0).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import openpyxl
import pytest

from trialwright.dataset import read_dataset, read_datasets

pytestmark = pytest.mark.shared

WORKBOOK = (
    Path(__file__).resolve().parents[3]
    / "shared/data/patients/plos_pcbi_1009822_s006_tumour_sizes.xlsx"
)


@pytest.fixture(scope="module")
def sheets():
    if not WORKBOOK.exists():
        pytest.skip(f"{WORKBOOK.name} is not beside this checkout (shared/data/patients)")
    book = openpyxl.load_workbook(WORKBOOK, read_only=True, data_only=True)
    rows = {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}
    book.close()
    return rows


@pytest.fixture(scope="module")
def datasets(sheets):
    assert sheets
    return read_datasets(WORKBOOK)


def duplicate_days(rows):
    days = defaultdict(list)
    for number, (patient, day, size, _) in enumerate(rows, start=2):
        if day is not None:
            days[patient, day].append((number, size))
    return [pair for pair in days.values() if len(pair) > 1]


def test_the_whole_workbook_has_the_published_counts(sheets, datasets):
    assert list(datasets) == ["Study1", "Study2", "Study3", "Study4", "Study5"]
    assert sum(dataset.patients.height for dataset in datasets.values()) == 1472
    left_out = [f for d in datasets.values() for f in d.findings if f.rule == "measurement.undated"]
    assert sum(d.measurements.height for d in datasets.values()) + len(left_out) == 8560
    states = sum(
        (Counter(d.measurements["state"].drop_nulls()) for d in datasets.values()), Counter()
    )
    assert states == {"not_evaluable": 62, "too_small": 54, "not_recorded": 7}
    assert sum(len(duplicate_days(rows)) for rows in sheets.values()) == 7


def test_every_sheet_has_the_counts_of_a_plain_reading(sheets, datasets):
    for name, rows in sheets.items():
        dataset = datasets[name]
        dated = [row for row in rows if row[1] is not None]
        assert dataset.measurements.height == len(dated)
        assert set(dataset.patients["patient_id"]) == {str(int(row[0])) for row in rows}
        assert dataset.patients.height == len({row[0] for row in rows})
        assert Counter(dataset.measurements["state"].drop_nulls()) == {
            state: count
            for text, state in (
                ("NOT EVALUABLE", "not_evaluable"),
                ("TOO SMALL TO MEASURE", "too_small"),
                (None, "not_recorded"),
            )
            if (count := sum(row[2] == text for row in dated))
        }
        numbers = [row[2] for row in dated if isinstance(row[2], int | float)]
        assert dataset.measurements["diameter_mm"].drop_nulls().to_list() == numbers


def test_every_scan_keeps_its_patient_day_arm_and_row(sheets, datasets):
    for name, rows in sheets.items():
        dataset = datasets[name]
        read = dataset.measurements.join(
            dataset.patients.select("patient_id", "arm"), on="patient_id", maintain_order="left"
        )
        found = [
            (
                row["patient_id"],
                (row["scan_date"] - dataset.day_zero).days,
                row["arm"],
                row["source_row"],
            )
            for row in read.iter_rows(named=True)
        ]
        assert found == [
            (str(int(patient)), day, arm, number)
            for number, (patient, day, _, arm) in enumerate(rows, start=2)
            if day is not None
        ]


def test_every_finding_about_a_row_is_one_that_a_plain_reading_finds(sheets, datasets):
    for name, rows in sheets.items():
        found = defaultdict(list)
        for finding in datasets[name].findings:
            found[finding.rule].append(finding)
        pairs = duplicate_days(rows)
        equal = [pair[0][0] for pair in pairs if pair[0][1] == pair[1][1]]
        differ = [pair[0][0] for pair in pairs if pair[0][1] != pair[1][1]]
        assert [f.row for f in found["measurement.repeated"]] == sorted(equal)
        assert [f.row for f in found["measurement.duplicate"]] == sorted(differ)
        blank = [number for number, row in enumerate(rows, start=2) if row[2] is None]
        assert [f.row for f in found["measurement.blank"]] == blank
        undated = [number for number, row in enumerate(rows, start=2) if row[1] is None]
        assert [f.row for f in found["measurement.undated"]] == undated
        with_baseline = {row[0] for row in rows if row[1] is not None and row[1] <= 0}
        without = {str(int(row[0])) for row in rows} - {str(int(i)) for i in with_baseline}
        assert {f.patient for f in found["baseline.missing"]} == without


def test_ids_in_two_sheets_are_noted(sheets, datasets):
    places = defaultdict(set)
    for name, rows in sheets.items():
        for row in rows:
            places[str(int(row[0]))].add(name)
    expected = {(name, i) for i, names in places.items() if len(names) > 1 for name in names}
    noted = {
        (name, f.patient)
        for name, dataset in datasets.items()
        for f in dataset.findings
        if f.rule == "patient.shared_id"
    }
    assert noted == expected
    assert len(expected) == 18


def test_sizes_in_cm_among_sizes_in_mm(datasets):
    """Four scans look like cm for mm; patient 6177166190572933120 alternates between both."""
    found = [
        (name, f.row, f.message)
        for name, dataset in datasets.items()
        for f in dataset.findings
        if f.rule == "measurement.unit"
    ]
    assert [(name, row) for name, row, _ in found] == [
        ("Study3", 402),
        ("Study3", 1538),
        ("Study4", 3687),
        ("Study4", 3688),
    ]
    assert found[0][2] == "lesion T1, day 400: 3.3 mm beside 33 mm on day 338; 33 mm would fit"


def test_one_study_alone_is_the_same(sheets, datasets):
    assert "Study5" in sheets
    alone = read_dataset(WORKBOOK, sheet="Study5")
    assert alone.same_data(datasets["Study5"])
    assert alone.findings == datasets["Study5"].findings
