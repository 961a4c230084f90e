"""Read one cell: its text, by the kind of its column.

A text that cannot be read becomes missing, with the trouble that says why and the mend; it
is never guessed at. Accepted without a word, because they can mean one thing only: white
space around a value, year-first dates (``2024-03-05``, ``2024/3/5``, ``2024年3月5日``), a
midnight behind a date (how Excel stores one), the ways to write that a part of a date is not
known (``2024-03-UN``, ``2024---15``), upper and lower case of a list value,
``Y``/``N`` in its usual spellings, ``2.0`` for a count.
"""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.characters import find_control
from trialwright.dataset.dataset import polars_type
from trialwright.dataset.findings import Finding, Severity
from trialwright.dataset.harm_tables import LABS
from trialwright.dataset.partial_dates import read_partial_date
from trialwright.dataset.raw_tables import nearest
from trialwright.dataset.schema import MEASUREMENT_STATES, SOURCE_ROW, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.dataset.columns import Column, Kind
    from trialwright.dataset.raw_tables import Cells, RawTable

Value = str | float | int | bool | date | None

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_DAY = re.compile(r"([0-9]{4})[-/年]([0-9]{1,2})[-/月]([0-9]{1,2})日?")
_MONTH = re.compile(r"([0-9]{4})[-/年]([0-9]{1,2})月?")
_YEAR = re.compile(r"([0-9]{4})年?")
_WITH_TIME = re.compile(r"(\S+)[T ]([0-9]{2}:[0-9]{2}.*)")
_MIDNIGHT = re.compile(r"00:00(:00(\.0+)?)?")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{2}|[0-9]{4})")
_UNIT = re.compile(r"([+-]?[0-9.]+)\s*(mm|cm|mg)", re.IGNORECASE)
_QUALIFIED = re.compile(r"(<=?|>=?|≤|≥)\s*([0-9.]+)")
_LAB_VALUE = LABS.column("value")  # the one number that a sign may stand before
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of the 1900 date system, its false leap day included
_LARGEST_COUNT = 2**63 - 1
_FLAGS = {
    **dict.fromkeys(("y", "yes", "true", "1", "是"), True),
    **dict.fromkeys(("n", "no", "false", "0", "否"), False),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a cell could not be read, or what was left out of it."""

    rule: str
    message: str
    mend: str
    severity: Severity = "error"


def to_text(value: object) -> str | None:
    """Write a typed cell (of Excel or Parquet) as the text a person would have typed.

    A whole number is written with all its digits, so a 19-digit identifier that a
    spreadsheet keeps as a float stays the exact integer of the stored number.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if math.isnan(value):
            return None  # how pandas and NumPy keep a blank
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value.isoformat())
    text = str(value)
    return text if text.strip() else None


def parse_cell(column: Column, text: str) -> tuple[Value, Trouble | None]:
    """Read a text that is not blank.

    Parameters
    ----------
    column : Column
        The column it stands in; its kind and list of values decide.
    text : str
        The text as the source holds it.

    Returns
    -------
    tuple of (value, Trouble or None)
        The value (None where it cannot be read) and what to tell the user.
    """
    return _READERS[column.kind](column, text)


def parse_table(raw: RawTable) -> tuple[pl.DataFrame, list[Finding]]:
    """Read every cell of a table; a cell that cannot be read is missing and has a finding."""
    findings: list[Finding] = []
    series = []
    for name, texts in raw.columns.items():
        column = TABLES[raw.table].column(name)
        values, troubles = _parse_column(column, texts)
        series.append(pl.Series(name, values, dtype=polars_type(column)))
        findings += [_finding(raw, column, at, trouble) for at, trouble in troubles]
    series.append(pl.Series(SOURCE_ROW, raw.row_numbers, dtype=pl.Int64))
    return pl.DataFrame(series), findings


def _parse_column(column: Column, texts: Cells) -> tuple[list[Value], list[tuple[int, Trouble]]]:
    read = {text: parse_cell(column, text) for text in set(texts) if text is not None}
    read_or_blank = [(None, None) if text is None else read[text] for text in texts]
    troubles = [(at, trouble) for at, (_, trouble) in enumerate(read_or_blank) if trouble]
    return [value for value, _ in read_or_blank], troubles


def _finding(raw: RawTable, column: Column, at: int, trouble: Trouble) -> Finding:
    patients = raw.columns.get("patient_id")
    patient = patients[at] if patients else None
    return Finding(
        trouble.rule,
        trouble.severity,
        trouble.message,
        trouble.mend,
        source=raw.source,
        table=raw.table,
        row=raw.row_numbers[at],
        patient=None if patient is None or find_control(patient) else patient,
        field=column.name,
    )


def _text(column: Column, text: str) -> tuple[Value, Trouble | None]:
    if control := find_control(text):
        return None, Trouble(
            "cell.control",
            f"{column.name} {_shown(text)} holds the control character {control}",
            "write the text anew, without it",
        )
    if text == text.strip():
        return text, None
    return text, Trouble(
        "cell.spaces",
        f"{column.name} {_shown(text)} begins or ends with white space, which is kept",
        "take the white space away, or the same name will count as two",
        "warning",
    )


def _category(column: Column, text: str) -> tuple[Value, Trouble | None]:
    for allowed in column.allowed:
        if text.strip().casefold() == allowed.casefold():
            return allowed, None
    meant = nearest(text, column.allowed)
    return None, Trouble(
        "cell.category",
        f"{column.name} {_shown(text)} is not one of {', '.join(column.allowed)}",
        f"write {meant}, if that is meant" if meant else "write one of these",
    )


def _flag(column: Column, text: str) -> tuple[Value, Trouble | None]:
    word = text.strip().casefold()
    if word in _FLAGS:
        return _FLAGS[word], None
    message = f"{column.name} {_shown(text)} is neither yes nor no"
    return None, Trouble("cell.flag", message, "write Y or N, or leave the cell empty")


def _number(column: Column, text: str) -> tuple[Value, Trouble | None]:
    word = text.strip().replace("−", "-")
    if _NUMBER.fullmatch(word) and abs(number := float(word)) != float("inf"):
        return number, None
    message = f"{column.name} {_shown(text)} is not a number"
    return None, Trouble("cell.number", message, _mend_number(column, word))


def _mend_number(column: Column, word: str) -> str:
    if _DECIMAL_COMMA.fullmatch(word):
        return f"write the decimal point: {word.replace(',', '.')}"
    if unit := _UNIT.fullmatch(word):
        return f"write the number alone, in {column.unit or 'the unit of the column'}: {unit[1]}?"
    wide = unicodedata.normalize("NFKC", word)
    if wide != word and _NUMBER.fullmatch(wide):
        return f"write plain digits: {wide}"
    if column == _LAB_VALUE and (result := _QUALIFIED.fullmatch(word)):
        sign = {"≤": "<=", "≥": ">="}.get(result[1], result[1])
        return f"write {result[2]} here and {sign} in the column qualifier"
    if column.name == "diameter_mm":
        state = "too_small" if word.startswith("<") else nearest(word, MEASUREMENT_STATES)
        if state:
            return f"leave it empty and write {state} in the column state"
    return "write a number such as 12.5, or leave the cell empty"


def _count(column: Column, text: str) -> tuple[Value, Trouble | None]:
    word = text.strip().replace("−", "-")
    whole = re.fullmatch(r"([+-]?[0-9]{1,19})(\.0*)?", word)
    if whole and -_LARGEST_COUNT - 1 <= int(whole[1]) <= _LARGEST_COUNT:
        return int(whole[1]), None
    message = f"{column.name} {_shown(text)} is not a whole number"
    return None, Trouble("cell.count", message, "write a whole number such as 2")


def _date(column: Column, text: str) -> tuple[Value, Trouble | None]:
    word, late = _split_time(text.strip())
    if not (parts := _DAY.fullmatch(word)):
        return None, Trouble("cell.date", *_explain_date(column, text))
    year, month, day = (int(part) for part in parts.groups())
    if reason := _no_such_day(year, month, day):
        return None, Trouble(
            "cell.date",
            f"{column.name} {_shown(text)} is not a date: {reason}",
            "correct the date from the source document",
        )
    return date(year, month, day), _time_left_out(column, text) if late else None


def _partial_date(column: Column, text: str) -> tuple[Value, Trouble | None]:
    word, late = _split_time(text.strip())
    parts = _DAY.fullmatch(word) or _MONTH.fullmatch(word) or _YEAR.fullmatch(word)
    after = _time_left_out(column, text) if late else None
    if not parts:
        known = None if {"T", " "} & set(word) else read_partial_date(word)
        if known is None or not str(known):
            return None, Trouble("cell.date", *_explain_date(column, text))
        return str(known), after
    year, month, day = (*(int(part) for part in parts.groups()), 1, 1)[:3]
    if reason := _no_such_day(year, month, day):
        return None, Trouble(
            "cell.date",
            f"{column.name} {_shown(text)} is not a date: {reason}",
            "correct the date from the source document",
        )
    value = date(year, month, day).isoformat()[: (4, 7, 10)[len(parts.groups()) - 1]]
    return value, after


def _explain_date(column: Column, text: str) -> tuple[str, str]:
    word = text.strip()
    if column.kind == "date" and (_MONTH.fullmatch(word) or _YEAR.fullmatch(word)):
        message = f"{column.name} {_shown(text)} is part of a date; a full date is needed"
        return message, "find the day in the source document and write YYYY-MM-DD"
    if _SERIAL.fullmatch(word):
        day = _EXCEL_EPOCH + timedelta(days=int(float(word)))
        message = f"{column.name} {_shown(text)} is a number, as Excel stores dates inside"
        return message, f"format the column as a date; the number would be {day}"
    message = f"{column.name} {_shown(text)} is not a date"
    if _YEAR_LAST.fullmatch(word):
        return f"{message} that can be read safely: day and month may be exchanged", _ISO
    return message, _ISO


_ISO = "write year-month-day, such as 2024-03-15"


def _no_such_day(year: int, month: int, day: int) -> str | None:
    if year == 0 or not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        return "there is no such year" if year == 0 else f"there is no month {month}"
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        return f"{calendar.month_name[month]} {year} has {length} days"
    return None


def _split_time(word: str) -> tuple[str, bool]:
    """Part a date from the time behind it; tell whether the time is more than a midnight."""
    parts = _WITH_TIME.fullmatch(word)
    return (parts[1], not _MIDNIGHT.fullmatch(parts[2])) if parts else (word, False)


def _time_left_out(column: Column, text: str) -> Trouble:
    message = f"{column.name} {_shown(text)}: the time of day is left out"
    return Trouble("cell.time", message, "nothing to do; derivations count days", "note")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")  # noqa: PLR2004


_READERS: dict[Kind, Callable[[Column, str], tuple[Value, Trouble | None]]] = {
    "text": _text,
    "category": _category,
    "date": _date,
    "partial date": _partial_date,
    "number": _number,
    "count": _count,
    "flag": _flag,
}
