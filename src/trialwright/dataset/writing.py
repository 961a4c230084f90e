"""Write a data set as a folder of CSV or Parquet files that reads back equal."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.dataset.characters import find_control
from trialwright.dataset.csv_folder import ABOUT_FILE, guard
from trialwright.dataset.schema import SOURCE_ROW, TABLES
from trialwright.errors import ExportError
from trialwright.whole import whole_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from trialwright.dataset.columns import Table
    from trialwright.dataset.dataset import Dataset


def write_dataset(
    dataset: Dataset, folder: str | Path, *, kind: Literal["csv", "parquet"] = "csv"
) -> None:
    """Write the collected tables, one file each, and where they came from.

    The folder appears whole or not at all. CSV is UTF-8 with a byte order mark, so that
    Excel shows every script; flags are Y and N; a text that a spreadsheet would run as a
    formula has a quote before it, which ``read_dataset`` takes away. A CSV file leaves out the
    optional columns that are blank in every row; they read back blank.

    Parameters
    ----------
    dataset : Dataset
        What to write; its findings and source rows are not written.
    folder : str or Path
        A folder that does not exist yet, or an empty one.
    kind : {"csv", "parquet"}
        Kind of the files.

    Raises
    ------
    ExportError
        If the folder holds files already or cannot be written, there is no table, or a text
        holds a control character, which ``read_dataset`` would not take back.
    ValueError
        If ``kind`` is neither.
    """
    if kind not in ("csv", "parquet"):
        msg = f"kind must be 'csv' or 'parquet', not {kind!r}"
        raise ValueError(msg)
    place = Path(folder)
    _refuse(dataset, place)
    with whole_folder(place) as unfinished:
        _write_tables(dataset, unfinished, kind)


def _refuse(dataset: Dataset, place: Path) -> None:
    if not dataset.frames:
        msg = f"{place}: the data set holds no table, so there is nothing to write"
        raise ExportError(msg)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        msg = f"{place}: exists and is not an empty folder; name a new one"
        raise ExportError(msg)
    for where, text in _texts(dataset):
        if control := find_control(text):
            msg = f"{where}: {text!r} holds the control character {control}; remove it"
            raise ExportError(msg)


def _texts(dataset: Dataset) -> Iterator[tuple[str, str]]:
    yield "source", dataset.source
    for name, frame in dataset.frames.items():
        for column in frame.select(pl.col(pl.String)).iter_columns():
            for text in column.drop_nulls().unique():
                yield f"{name}, {column.name}", text


def _write_tables(dataset: Dataset, folder: Path, kind: str) -> None:
    for name, frame in dataset.frames.items():
        rows = frame.drop(SOURCE_ROW)
        if kind == "csv":
            write_csv(_without_blank_columns(rows, TABLES[name]), folder / f"{name}.csv")
        else:
            rows.write_parquet(folder / f"{name}.parquet")
    _write_about(dataset, folder / ABOUT_FILE)


def _without_blank_columns(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Leave out optional columns without a value; a table without rows keeps all of them."""
    kept = [
        column.name
        for column in table.columns
        if column.required or rows.is_empty() or rows[column.name].null_count() < rows.height
    ]
    return rows.select(kept)


def _write_about(dataset: Dataset, path: Path) -> None:
    day_zero = dataset.day_zero.isoformat() if dataset.day_zero else None
    about = {"source": dataset.source, "day_zero": day_zero}
    path.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_csv(rows: pl.DataFrame, path: Path) -> None:
    """Write a frame as CSV: flags as Y and N, text that begins like a formula guarded.

    Raises
    ------
    ExportError
        If a text holds a zero byte, which CSV cannot.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows.columns)
        writer.writerows([_cell(value, path) for value in row] for row in rows.iter_rows())


def _cell(value: str | float | bool | date | None, path: Path) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        if "\0" in value:
            msg = f"{path.name}: the text {value!r} holds a zero byte, which CSV cannot; remove it"
            raise ExportError(msg)
        return guard(value)
    if isinstance(value, bool):
        return "Y" if value else "N"
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
