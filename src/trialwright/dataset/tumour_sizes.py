"""Read the multi-study workbook of tumour sizes: one target lesion a patient, by day.

One sheet a study, with the columns ``Patient_Anonmyized`` (spelt so), ``Treatment_Day``,
``TargetLesionLongDiam_mm`` and ``Study_Arm``. It holds no calendar dates: day 0 is the first
treatment, and the made-up date ``DAY_ZERO`` stands for it. It does not say whether a lesion
is a lymph node, nor where it lies.

Source: Ghaffari Laleh et al. 2022, PLoS Comput Biol 18(2):e1009822, S1 data.
Oracle: counts made with openpyxl alone, ``tests/oracle/test_tumour_sizes.py``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from trialwright.dataset.cells import to_text
from trialwright.dataset.findings import Finding
from trialwright.dataset.raw_tables import Cells, RawDataset, RawTable
from trialwright.dataset.workbook import long_numbers, unknown_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from trialwright.dataset.workbook import Sheets

DAY_ZERO = date(2000, 1, 1)
HEADER = ("Patient_Anonmyized", "Treatment_Day", "TargetLesionLongDiam_mm", "Study_Arm")
_STATES = {"not evaluable": "not_evaluable", "too small to measure": "too_small"}
_FURTHEST = 36_500  # days from day 0, either way: a hundred years


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a sheet, as text."""

    number: int
    patient: str | None
    day_text: str | None
    size: str | None
    arm: str | None

    @property
    def day(self) -> int | None:
        """Day of the scan; None where the cell holds no whole number of days."""
        try:
            day = int(self.day_text or "")
        except ValueError:
            return None
        return day if abs(day) <= _FURTHEST else None

    @property
    def visit(self) -> str:
        """Name of the visit."""
        return f"day {self.day}"

    @property
    def visit_type(self) -> str:
        """Baseline up to day 0, the day of first treatment."""
        return "baseline" if (self.day or 0) <= 0 else "scheduled"

    @property
    def scan_date(self) -> str:
        """Date that stands for the day."""
        return (DAY_ZERO + timedelta(days=self.day or 0)).isoformat()

    @property
    def state(self) -> str | None:
        """State that the cell holds instead of a diameter."""
        if self.size is None:
            return "not_recorded"
        return _STATES.get(" ".join(self.size.casefold().split()))


def is_study(rows: list[tuple[Any, ...]]) -> bool:
    """Tell whether a sheet has the header of a study of tumour sizes."""
    return bool(rows) and set(HEADER) <= set(rows[0])


def read_studies(path: Path, sheets: Sheets) -> dict[str, RawDataset]:
    """Lay out every study of the workbook, by the name of its sheet."""
    rows = {name: _rows(sheets[name]) for name in sheets if is_study(sheets[name])}
    ids = {name: {row.patient for row in rows[name]} for name in rows}
    other_sheets = [unknown_sheet(path, name) for name in sheets if name not in rows]
    studies = {}
    for name, study in rows.items():
        source = f"{path.name}, sheet {name}"
        findings = [
            *other_sheets,
            *long_numbers("patients", source, _column(sheets[name], HEADER[0])),
            _node_unknown(source),
            *(_shared_id(source, patient, other) for patient, other in _shared_ids(name, ids)),
        ]
        studies[name] = _lay_out_study(source, study, findings)
    return studies


def _rows(sheet: list[tuple[Any, ...]]) -> list[_Row]:
    columns = [[to_text(value) for value in _column(sheet, name)] for name in HEADER]
    rows = (_Row(*cells) for cells in zip(range(2, len(sheet) + 1), *columns, strict=True))
    return [row for row in rows if any((row.patient, row.day_text, row.size, row.arm))]


def _column(sheet: list[tuple[Any, ...]], name: str) -> list[Any]:
    at = sheet[0].index(name)
    return [row[at] if at < len(row) else None for row in sheet[1:]]


def _lay_out_study(source: str, rows: list[_Row], findings: list[Finding]) -> RawDataset:
    scans = [row for row in rows if row.patient and row.day is not None]
    left_out = [row for row in rows if not row.patient or row.day is None]
    arms: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row.patient:
            arms[row.patient].setdefault(row.arm or "", row.number)
    several = [_several_arms(source, patient, of) for patient, of in arms.items() if len(of) > 1]
    tables = (
        _patients(source, arms),
        _visits(source, scans),
        _lesions(source, arms),
        _measurements(source, scans),
    )
    findings = [*findings, *several, *(_left_out(source, row) for row in left_out)]
    return RawDataset(source, tables, tuple(findings), DAY_ZERO)


def _patients(source: str, arms: dict[str, dict[str, int]]) -> RawTable:
    columns: dict[str, Cells] = {
        "patient_id": list(arms),
        "arm": [next(iter(of)) or None if len(of) == 1 else None for of in arms.values()],
        "first_treatment_date": [DAY_ZERO.isoformat()] * len(arms),
    }
    return RawTable("patients", source, columns, [min(of.values()) for of in arms.values()])


def _lesions(source: str, arms: dict[str, dict[str, int]]) -> RawTable:
    n = len(arms)
    columns: dict[str, Cells] = {
        "patient_id": list(arms),
        "lesion_id": ["T1"] * n,
        "role": ["target"] * n,
        "organ": ["not recorded"] * n,
        "lymph_node": ["N"] * n,
    }
    return RawTable("lesions", source, columns, [min(of.values()) for of in arms.values()])


def _visits(source: str, scans: list[_Row]) -> RawTable:
    first: dict[tuple[str | None, int | None], _Row] = {}
    for scan in scans:
        first.setdefault((scan.patient, scan.day), scan)
    columns: dict[str, Cells] = {
        "patient_id": [scan.patient for scan in first.values()],
        "visit": [scan.visit for scan in first.values()],
        "visit_type": [scan.visit_type for scan in first.values()],
        "visit_date": [scan.scan_date for scan in first.values()],
    }
    return RawTable("visits", source, columns, [scan.number for scan in first.values()])


def _measurements(source: str, scans: list[_Row]) -> RawTable:
    columns: dict[str, Cells] = {
        "patient_id": [scan.patient for scan in scans],
        "lesion_id": ["T1"] * len(scans),
        "visit": [scan.visit for scan in scans],
        "scan_date": [scan.scan_date for scan in scans],
        "diameter_mm": [scan.size if scan.state is None else None for scan in scans],
        "state": [scan.state for scan in scans],
    }
    return RawTable("measurements", source, columns, [scan.number for scan in scans])


def _left_out(source: str, row: _Row) -> Finding:
    if row.patient:
        rule, field, what = "measurement.undated", "scan_date", "Treatment_Day"
    else:
        rule, field, what = "measurement.unnamed", "patient_id", "Patient_Anonmyized"
    held = f"{row.day_text!r}" if row.patient and row.day_text else "blank"
    return Finding(
        rule,
        "error",
        f"the row is left out: {what} is {held}, so its size ({row.size or 'blank'}) "
        "belongs to no scan",
        "complete the row in the source",
        source=source,
        table="measurements",
        row=row.number,
        patient=row.patient,
        field=field,
    )


def _several_arms(source: str, patient: str, rows: dict[str, int]) -> Finding:
    listed = " and ".join(f"{arm or 'blank'} (row {row})" for arm, row in rows.items())
    return Finding(
        "patient.several_arms",
        "error",
        f"the patient is in the arms {listed}; the arm is left empty",
        "correct the arm in the source",
        source=source,
        table="patients",
        row=min(rows.values()),
        patient=patient,
        field="arm",
    )


def _shared_ids(name: str, ids: dict[str, set[str | None]]) -> list[tuple[str, str]]:
    return sorted(
        (patient, other)
        for other, theirs in ids.items()
        if other != name
        for patient in ids[name] & theirs
        if patient
    )


def _shared_id(source: str, patient: str, other: str) -> Finding:
    return Finding(
        "patient.shared_id",
        "note",
        f"the same id is in sheet {other}; the workbook does not say whether it is one person",
        "do not pool the studies by patient id alone",
        source=source,
        table="patients",
        patient=patient,
        field="patient_id",
    )


def _node_unknown(source: str) -> Finding:
    return Finding(
        "lesion.node_unknown",
        "note",
        "the workbook does not say whether a lesion is a lymph node; each is read as not a node",
        "do not rely on rules for lymph nodes here",
        source=source,
        table="lesions",
        field="lymph_node",
    )
