"""Read an Excel workbook that holds one sheet a table.

Cells are taken as Excel stores them: a date is a date however it is shown, a whole number
keeps all its digits. A formula that was never calculated has no value to read; it is
reported, not passed over.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from trialwright.dataset.cells import to_text
from trialwright.dataset.findings import Finding
from trialwright.dataset.raw_tables import (
    Cells,
    Grid,
    RawDataset,
    column_named,
    lay_out,
    nearest,
)
from trialwright.dataset.schema import TABLES
from trialwright.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

Sheets = dict[str, list[tuple[Any, ...]]]

_EXACT = 2**53  # beyond it a float, which is how Excel keeps numbers, skips integers


def read_sheets(path: Path) -> Sheets:
    """Read the stored values of every sheet, rows from the first.

    Raises
    ------
    DataError
        If the file is not a workbook of the XLSX family.
    """
    try:
        return _load(path, values=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        msg = f"{path}: not a readable XLSX workbook ({error}); save it again as .xlsx"
        raise DataError(msg) from error


def read_workbook(path: Path, sheets: Sheets) -> RawDataset:
    """Lay out the sheets of a workbook that are named after the tables.

    Raises
    ------
    DataError
        If no sheet is, or two are named after one table.
    """
    names = _table_sheets(path, sheets)
    findings = [unknown_sheet(path, sheet) for sheet in sheets if sheet not in names.values()]
    findings += _uncalculated(path, names, sheets)
    raws = []
    for table, sheet in names.items():
        source = f"{path.name}, sheet {sheet}"
        raw, odd = lay_out(_grid(table, source, sheets[sheet]))
        findings += odd
        if raw is not None:
            raws.append(raw)
            stored = _stored_patients(table, sheets[sheet])
            findings += long_numbers(table, source, stored)
    return RawDataset(path.name, tuple(raws), tuple(findings), holder="sheet")


def long_numbers(table: str, source: str, values: list[Any]) -> list[Finding]:
    """Note the patient numbers that are too long for a spreadsheet to keep exactly.

    Parameters
    ----------
    table, source : str
        Table and sheet that the finding names.
    values : list
        The column of patients, as stored.

    Returns
    -------
    list of Finding
        One note, or nothing.
    """
    ids = [value for value in values if isinstance(value, float | int)]
    long = {value for value in ids if abs(value) > _EXACT}
    if not long:
        return []
    return [
        Finding(
            "patient.long_number",
            "note",
            f"{len(long)} patients are numbers of more than 15 digits; Excel keeps 17 "
            "significant ones, so each id is the exact integer of the stored number, which "
            "may differ from the original in its last digits",
            "keep identifiers as text in the source",
            source=source,
            table=table,
            field="patient_id",
        )
    ]


def _load(path: Path, *, values: bool) -> Sheets:
    import openpyxl  # only a workbook needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # styles and validations it leaves out
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=values)
            return {
                sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets
            }


def _table_sheets(path: Path, sheets: Sheets) -> dict[str, str]:
    names: dict[str, str] = {}
    for sheet in sheets:
        table = sheet.strip().casefold()
        if table in names:
            msg = f"{path}: the sheets {names[table]!r} and {sheet!r} are one table; keep one"
            raise DataError(msg)
        if table in TABLES:
            names[table] = sheet
    if not names:
        msg = (
            f"{path}: no sheet is named after a table (it has {', '.join(sheets)}); "
            f"name the sheets {', '.join(TABLES)}"
        )
        raise DataError(msg)
    return names


def unknown_sheet(path: Path, sheet: str) -> Finding:
    """Report a sheet that no table is read from."""
    meant = nearest(sheet, TABLES)
    return Finding(
        "sheet.unknown",
        "warning",
        f"the sheet {sheet!r} is not a table of a data set and is left out",
        f"rename it to {meant}, if that is meant"
        if meant
        else f"the tables are {', '.join(TABLES)}",
        source=path.name,
    )


def _grid(table: str, source: str, rows: list[tuple[Any, ...]]) -> Grid:
    texts: list[Cells] = [[to_text(value) for value in row] for row in rows]
    if not any(any(cells) for cells in texts):
        msg = f"{source}: the sheet is empty; write at least the header line"
        raise DataError(msg)
    width = max(map(len, texts))
    padded = [cells + [None] * (width - len(cells)) for cells in texts]
    return Grid(table, source, list(enumerate(padded, start=1)), "sheet")


def _stored_patients(table: str, rows: list[tuple[Any, ...]]) -> list[Any]:
    """Return the column of patients as stored, from the first row that names it."""
    places = (
        at
        for row in rows
        for at, value in enumerate(row)
        if isinstance(value, str) and column_named(table, value) == "patient_id"
    )
    place = next(places, None)
    return [] if place is None else [row[place] for row in rows if place < len(row)]


def _uncalculated(path: Path, names: dict[str, str], values: Sheets) -> list[Finding]:
    """Report the formulas whose result was never stored; their cells read as blank."""
    if not _has_formulas(path):
        return []
    formulas = _load(path, values=False)
    return [
        Finding(
            "cell.formula",
            "error",
            f"the cell in column {column} holds the formula {formula} without a result",
            "open the workbook in Excel and save it, or write the value",
            source=f"{path.name}, sheet {sheet}",
            table=table,
            row=row,
        )
        for table, sheet in names.items()
        for row, cells in enumerate(formulas[sheet], start=1)
        for column, formula in enumerate(cells, start=1)
        if isinstance(formula, str)
        and formula.startswith("=")
        and values[sheet][row - 1][column - 1] is None
    ]


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as parts:
        return any(
            re.search(rb"<f[ >/]", parts.read(name))
            for name in parts.namelist()
            if name.startswith("xl/worksheets/")
        )
