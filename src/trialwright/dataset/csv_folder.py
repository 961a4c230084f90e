"""Read a folder of CSV and Parquet files named after the tables.

Encoding: a byte order mark decides; otherwise strict UTF-8; otherwise GB18030, as Excel in
China writes it (said in a note, with a sample). Never Latin-1, which accepts any bytes and
turns names into mojibake. The separator is the one of ``,`` ``;`` tab and ``|`` under which
the header names most columns of the schema.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.dataset.cells import to_text
from trialwright.dataset.characters import find_control
from trialwright.dataset.findings import Finding
from trialwright.dataset.raw_tables import (
    HEADER_WITHIN,
    Grid,
    RawDataset,
    count_columns,
    lay_out,
    nearest,
)
from trialwright.dataset.schema import TABLES
from trialwright.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

ABOUT_FILE = "dataset.json"  # written by write_dataset: where the data came from, and day 0
_SEPARATORS = (",", ";", "\t", "|")
_TEXT_FILES = (".csv", ".tsv", ".txt")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an Excel file",
}
# A plain number such as -12 is no formula, and identifiers may look like one.
_GUARDED = re.compile(r"'*(?![+-]?[0-9]+(\.[0-9]+)?\Z)(\s*[=+\-@＝＋－＠]|[\t\r\n])")


def read_folder(folder: Path) -> RawDataset:
    """Read every table of a folder as text.

    Raises
    ------
    DataError
        If the folder holds no table, a table twice, or a file that cannot be read.
    """
    files = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    tables = [path for path in files if _is_table(path)]
    if not tables:
        raise DataError(_no_table(folder))
    _refuse_no_files(tables)
    _refuse_twice(folder, tables)
    findings = [
        _unknown_file(path) for path in files if not _is_table(path) and not _is_about(path)
    ]
    raws = []
    for path in tables:
        grid, found = _read_parquet(path) if _is_parquet(path) else _read_csv(path)
        raw, odd = lay_out(grid)
        raws += [raw] if raw is not None else []
        findings += [*found, *odd]
    source, day_zero = _read_about(folder)
    return RawDataset(source, tuple(raws), tuple(findings), day_zero)


def guard(text: str) -> str:
    """Put a quote before a text that a spreadsheet would run as a formula.

    ``unguard`` takes it away again: ``unguard(guard(text)) == text`` for every text.

    Source: OWASP, CSV Injection (``=`` ``+`` ``-`` ``@``, tab, line ends, full-width forms).
    """
    return f"'{text}" if _GUARDED.match(text) else text


def unguard(text: str) -> str:
    """Take away the quote that ``guard`` put before a text."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text, 1) else text


def _is_parquet(path: Path) -> bool:
    return path.suffix.casefold() == ".parquet"


def _is_table(path: Path) -> bool:
    known = path.suffix.casefold() in (*_TEXT_FILES, ".parquet")
    return known and path.stem.casefold() in TABLES


def _is_about(path: Path) -> bool:
    return path.name == ABOUT_FILE


def _no_table(folder: Path) -> str:
    names = ", ".join(f"{name}.csv" for name in TABLES)
    return (
        f"{folder} holds no table of a data set; name the files after the tables "
        f"({names}), as CSV or Parquet"
    )


def _refuse_no_files(tables: list[Path]) -> None:
    """Refuse what is named after a table and is none: it would pass for never collected."""
    for path in tables:
        if not path.is_file():
            what = "a folder" if path.is_dir() else "no ordinary file"
            if path.is_symlink() and not path.exists():
                what = f"a link to {path.readlink()}, where there is no file"
            msg = f"{path}: is {what}, so it holds no table; put the file there, or take it away"
            raise DataError(msg)


def _refuse_twice(folder: Path, tables: list[Path]) -> None:
    first: dict[str, Path] = {}
    for path in tables:
        other = first.setdefault(path.stem.casefold(), path)
        if other is not path:
            msg = f"{folder} holds {other.name} and {path.name}; keep one of them"
            raise DataError(msg)


def _unknown_file(path: Path) -> Finding:
    meant = nearest(path.stem, TABLES)
    return Finding(
        "file.unknown",
        "warning",
        f"{path.name} is {'a folder and ' if path.is_dir() else ''}not a table of a data set "
        "and is left out",
        f"rename it to {meant}.csv, if that is meant"
        if meant
        else f"the tables are {', '.join(TABLES)}",
        source=path.name,
    )


def _read_about(folder: Path) -> tuple[str, date | None]:
    path = folder / ABOUT_FILE
    if not path.exists():
        # A name that is not UTF-8 holds lone surrogates, which no report can be written with.
        return folder.resolve().name.encode(errors="replace").decode(), None
    try:
        return _about(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        msg = (
            f"{path}: cannot be read ({error}); it holds a JSON object with source (text) and "
            "day_zero (YYYY-MM-DD or null). Delete it if you did not write it"
        )
        raise DataError(msg) from error


def _about(about: Any) -> tuple[str, date | None]:
    source, day_zero = str(about["source"]), about.get("day_zero")
    if control := find_control(source):
        msg = f"source holds the control character {control}"
        raise ValueError(msg)
    return source, date.fromisoformat(day_zero) if day_zero else None


def _read_parquet(path: Path) -> tuple[Grid, list[Finding]]:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{path}: not a readable Parquet file ({error}); export it again"
        raise DataError(msg) from error
    columns = [[to_text(value) for value in frame[name].to_list()] for name in frame.columns]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    lines = list(enumerate([list(frame.columns), *rows], start=1))
    return Grid(path.stem.casefold(), path.name, lines), []


def _read_csv(path: Path) -> tuple[Grid, list[Finding]]:
    text, note = _decode(path)
    records = _records(path, text, _separator(path, text))
    lines = [(number, [_cell(text) for text in cells]) for number, cells in records]
    return Grid(path.stem.casefold(), path.name, lines), note


def _cell(text: str) -> str | None:
    cell = unguard(text)
    return cell if cell.strip() else None


def _records(path: Path, text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return list(enumerate(reader, start=1))
    except csv.Error as error:
        why = _why_unreadable(text, str(error))
        msg = f"{path}: not a readable CSV file (line {reader.line_num}: {why}"
        raise DataError(msg) from error


def _why_unreadable(text: str, error: str) -> str:
    most = csv.field_size_limit()
    if "field limit" not in error:
        return f"{error}); look for a quote that is not closed"
    held = f"the cell holds more than {most:,} characters"
    if any(len(line) > most for line in text.splitlines()):
        return f"{held}); shorten it"
    return f"{held} in several lines); look for a quote that is not closed"


def _separator(path: Path, text: str) -> str:
    table = path.stem.casefold()
    lines = text.lstrip().splitlines()[:HEADER_WITHIN]

    def names(separator: str) -> tuple[int, int]:
        return max(_count(line.split(separator)) for line in lines)

    def _count(cells: list[str]) -> tuple[int, int]:
        return count_columns(table, [cell.strip().strip('"') for cell in cells]), len(cells)

    return max(_SEPARATORS, key=names)


def _decode(path: Path) -> tuple[str, list[Finding]]:
    content = _read_bytes(path)
    codec = next((codec for mark, codec in _BOMS if content.startswith(mark)), "utf-8")
    notes = []
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        text = _decode_chinese(path, content)
        notes.append(_encoding_note(path, text))
    if "\0" in text:
        msg = f"{path}: holds zero bytes, so it is not CSV text; save it as CSV UTF-8"
        raise DataError(msg)
    if not text.strip(' \t\r\n,;|"'):
        msg = f"{path}: the file is empty; write at least the header line"
        raise DataError(msg)
    return text, notes


def _read_bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be opened ({error.strerror}); check that you may read it"
        raise DataError(msg) from error
    for magic, kind in _FOREIGN.items():
        if content.startswith(magic):
            msg = f"{path}: this is {kind}, not CSV; export the table as CSV or Parquet"
            raise DataError(msg)
    return content


def _decode_chinese(path: Path, content: bytes) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        msg = f"{path}: neither UTF-8 nor GB18030 text; save it as CSV UTF-8"
        raise DataError(msg) from error


def _encoding_note(path: Path, text: str) -> Finding:
    sample = next(line for line in text.splitlines() if not line.isascii())[:60]
    return Finding(
        "file.encoding",
        "note",
        f"not UTF-8, read as GB18030: {sample!r}",
        "check that this line reads right; if not, save the file as CSV UTF-8",
        source=path.name,
        table=path.stem.casefold(),
    )
