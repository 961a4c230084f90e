"""Read a data set from a folder or a workbook, and check it.

No row and no cell is lost without a finding. A value that a check proves impossible (outside
the limits of its column) is reported and made missing, so no derivation can use it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset import workbook
from trialwright.dataset.cells import parse_table
from trialwright.dataset.checks import check_dataset
from trialwright.dataset.companions import move_known_parts
from trialwright.dataset.csv_folder import read_folder
from trialwright.dataset.dataset import Dataset
from trialwright.dataset.raw_tables import nearest
from trialwright.dataset.schema import TABLES
from trialwright.dataset.table_checks import within_limits
from trialwright.dataset.tumour_sizes import is_study, read_studies
from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.dataset.findings import Finding
    from trialwright.dataset.raw_tables import Holder, RawDataset

_NOT_WORKBOOKS = {
    b"%PDF": "is a PDF; export the tables as CSV or XLSX",
    b"\xd0\xcf\x11\xe0": "is an old or a password-protected Excel file; save it as .xlsx "
    "without a password",
}


def read_dataset(path: str | Path, *, sheet: str | None = None) -> Dataset:
    """Read a data set, and check it.

    Parameters
    ----------
    path : str or Path
        A folder of CSV or Parquet files named after the tables (``patients.csv``, ...); an
        XLSX workbook with one sheet a table; or the multi-study workbook of tumour sizes.
    sheet : str, optional
        Study to read of a workbook of tumour sizes; needed where it holds several.

    Returns
    -------
    Dataset
        The tables that the source collected, and in ``findings`` everything that could not
        be read, was left out, or contradicts other rows.

    Raises
    ------
    DataError
        If there is no data set at ``path``, or a file in it cannot be read at all; or if
        ``sheet`` is given for a source without studies, or names none of its studies.
    """
    place = Path(path)
    if place.is_dir():
        _refuse_sheet(place, sheet)
        return _build(read_folder(place))
    sheets = _open_workbook(place)
    if any(is_study(rows) for rows in sheets.values()):
        studies = read_studies(place, sheets)
        return _build(studies[_choose_study(place, list(studies), sheet)])
    _refuse_sheet(place, sheet)
    return _build(workbook.read_workbook(place, sheets))


def read_datasets(path: str | Path) -> dict[str, Dataset]:
    """Read every study of a workbook of tumour sizes, by the name of its sheet.

    Raises
    ------
    DataError
        If the file is not a workbook of tumour sizes.
    """
    place = Path(path)
    studies = read_studies(place, _open_workbook(place))
    if not studies:
        msg = f"{place}: no sheet has the header of a study of tumour sizes; use read_dataset"
        raise DataError(msg)
    return {name: _build(raw) for name, raw in studies.items()}


def _open_workbook(path: Path) -> workbook.Sheets:
    if not path.exists():
        msg = f"{path}: there is no such file or folder; check the path"
        raise DataError(msg)
    if path.is_dir():
        msg = f"{path}: this is a folder, not a workbook; use read_dataset"
        raise DataError(msg)
    start = _first_bytes(path)
    if not start:
        msg = f"{path}: the file is empty; export it again"
        raise DataError(msg)
    for magic, reason in _NOT_WORKBOOKS.items():
        if start.startswith(magic):
            msg = f"{path}: {reason}"
            raise DataError(msg)
    if not start.startswith(b"PK"):
        msg = (
            f"{path}: not an XLSX workbook; a data set is a workbook with one sheet a table, "
            "or a folder of CSV or Parquet files named after the tables (give the folder)"
        )
        raise DataError(msg)
    return workbook.read_sheets(path)


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        msg = f"{path}: cannot be opened ({error.strerror}); check that you may read it"
        raise DataError(msg) from error


def _refuse_sheet(path: Path, sheet: str | None) -> None:
    if sheet is not None:
        msg = (
            f"{path}: holds no studies to pick from, so there is no sheet {sheet!r} to read; "
            "leave the sheet out (only a workbook of tumour sizes has studies)"
        )
        raise DataError(msg)


def _choose_study(path: Path, studies: list[str], sheet: str | None) -> str:
    if sheet in studies:
        return sheet
    listed = ", ".join(studies)
    if sheet is not None:
        meant = nearest(sheet, studies)
        hint = f"; did you mean {meant}?" if meant else ""
        msg = f"{path}: no study {sheet!r}; the studies are {listed}{hint}"
        raise DataError(msg)
    if len(studies) > 1:
        msg = f"{path} holds {len(studies)} studies ({listed}); name one with sheet="
        raise DataError(msg)
    return studies[0]


def _build(raw: RawDataset) -> Dataset:
    frames: dict[str, pl.DataFrame] = {}
    findings = list(raw.findings)
    for table in raw.tables:
        placed_dates, moved = move_known_parts(table)
        frames[table.table], troubles = parse_table(placed_dates)
        findings += (*moved, *troubles)
    dataset = Dataset.create(frames, source=raw.source, day_zero=raw.day_zero)
    sources = {table.table: table.source for table in raw.tables}
    checked = _new_findings(findings, check_dataset(dataset))
    placed = [
        replace(_mend_table(finding, raw.holder), source=sources.get(finding.table, ""))
        for finding in checked
    ]
    return _drop_impossible(dataset).with_findings((*findings, *placed))


def _mend_table(finding: Finding, holder: Holder) -> Finding:
    if finding.rule != "table.missing":
        return finding
    name = finding.table
    mend = f"add a sheet named {name}" if holder == "sheet" else f"add {name}.csv"
    return replace(finding, mend=mend)


def _new_findings(known: Iterable[Finding], checked: Iterable[Finding]) -> list[Finding]:
    """Leave out that a value or a table is missing where reading has said why."""
    cells = {(finding.table, finding.row, finding.field) for finding in known}
    fields = {(finding.table, finding.field) for finding in known if finding.severity == "error"}
    unread = {finding.table for finding in known if finding.rule == "header.unknown"}
    sizes = {(finding.table, finding.row) for finding in known if _is_size_error(finding)}

    def is_told(finding: Finding) -> bool:
        match finding.rule:
            case "table.missing":
                return finding.table in unread
            case "value.missing":
                return (finding.table, finding.row, finding.field) in cells
            case "column.empty":
                return (finding.table, finding.field) in fields
            case "measurement.neither":
                return (finding.table, finding.row) in sizes
        return False

    return [finding for finding in checked if not is_told(finding)]


def _is_size_error(finding: Finding) -> bool:
    return finding.severity == "error" and finding.field in ("diameter_mm", "state")


def _drop_impossible(dataset: Dataset) -> Dataset:
    frames = {
        name: frame.with_columns(
            pl.when(within_limits(column)).then(pl.col(column.name)).alias(column.name)
            for column in TABLES[name].columns
        )
        for name, frame in dataset.frames.items()
    }
    return replace(dataset, frames=frames)
