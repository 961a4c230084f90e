"""Find the files of the SDTM domains in a folder, choose one data set, and read them as text.

A file is named after its domain: ``tr.csv``, ``TR.parquet``, or ``tr_onco.csv`` where a folder
holds several data sets of one study (``onco`` is then the name of the data set).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset import TABLES
from trialwright.dataset.characters import find_control
from trialwright.dataset.raw_tables import nearest
from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SUBJECT = ("STUDYID", "DOMAIN", "USUBJID")
_VISIT = ("VISITNUM", "VISIT", "VISITDY")
# The columns that are read of each domain; one that a file lacks counts as blank.
COLUMNS: dict[str, tuple[str, ...]] = {
    "DM": (
        "RFSTDTC", "RFXSTDTC", "RFICDTC", "RFPENDTC", "DTHDTC", "DTHFL", "SITEID", "BRTHDTC",
        "SEX", "ARM",
    ),
    "DS": ("DSDECOD", "DSTERM", "DSCAT", "DSSCAT", "DSSTDTC"),
    "EX": ("EXTRT", "EXDOSE", "EXDOSU", "EXOCCUR", "EXSTDTC", "EXENDTC", "EXADJ"),
    "CM": ("CMTRT", "CMDECOD", "CMCAT", "CMSCAT", "CMCLAS", "CMOCCUR", "CMSTDTC", "CMSTDY"),
    "PR": ("PRTRT", "PRDECOD", "PRCAT", "PRSCAT", "PROCCUR", "PRLNKID", "PRSTDTC", "PRSTDY"),
    "AE": (
        "AETERM", "AEDECOD", "AESOC", "AEBODSYS", "AESEV", "AETOXGR", "AEOCCUR", "AESTDTC",
        "AEENDTC", "AEOUT", "AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG",
        "AESMIE", "AEREL", "AEACN",
    ),
    "LB": (
        "LBTESTCD", "LBTEST", "LBCAT", "LBSPEC", "LBORRES", "LBORRESU", "LBORNRLO", "LBORNRHI",
        "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBNRIND", "LBSTAT", "LBNAM",
        "LBDTC", "LBDY",
    ),
    "TU": (
        "TULNKID", "TUTESTCD", "TUTEST", "TUORRES", "TUSTRESC", "TULOC", "TULAT", "TUDIR",
        "TUPORTOT", "TUEVAL", "TUEVALID", "TUACPTFL", "TUBLFL", "TULOBXFL", "TUDTC", "TUDY",
        *_VISIT,
    ),
    "TR": (
        "TRGRPID", "TRLNKID", "TRTESTCD", "TRTEST", "TRORRES", "TRORRESU", "TRSTRESC", "TRSTRESN",
        "TRSTRESU", "TRSTAT", "TRREASND", "TRMETHOD", "TREVAL", "TREVALID", "TRACPTFL", "TRBLFL",
        "TRLOBXFL", "TRDTC", "TRDY", *_VISIT,
    ),
    "RS": (
        "RSTESTCD", "RSTEST", "RSCAT", "RSORRES", "RSSTRESC", "RSSTAT", "RSEVAL", "RSEVALID",
        "RSACPTFL", "RSDTC", "RSDY", *_VISIT,
    ),
}  # fmt: skip
# Of each group a file needs one column: without it, no row of the domain can be used.
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "TU": (("TULNKID",), ("TUSTRESC", "TUORRES")),
    "TR": (
        ("TRLNKID",), ("TRTESTCD", "TRTEST"), ("TRORRES", "TRSTRESC", "TRSTRESN"), ("TRDTC",),
    ),
    "RS": (("RSTESTCD", "RSTEST"), ("RSORRES", "RSSTRESC")),
}  # fmt: skip
_TUMOUR = ("TU", "TR", "RS")
_NAMED = re.compile(r"(supp[a-z]{2}|[a-z]{2})(?:_(.+))?", re.IGNORECASE)
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{2028}\x{2029}]"
_READABLE = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain as text: the columns of ``COLUMNS``, and ``row``, its 1-based source row."""

    code: str
    file: str
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class SdtmFiles:
    """The files of the chosen data set by domain, and those that are not read."""

    data_set: str
    domains: dict[str, Path]
    unread: tuple[Path, ...]


def holds_sdtm(folder: Path) -> bool:
    """Tell whether a folder holds SDTM domains and no table of a data set of ours."""
    if not folder.is_dir():
        return False
    files = [path for path in folder.iterdir() if is_readable(path)]
    if any(path.stem.casefold() in TABLES for path in files):
        return False
    return any(_domain_of(path)[0] in (*_TUMOUR, "DM") for path in files)


def find_domains(folder: Path, data_set: str | None) -> SdtmFiles:
    """Choose the files of one data set.

    A domain that the data set lacks (``dm``, ``ex``) is taken from the file without a suffix.

    Raises
    ------
    DataError
        If the folder holds no TU, TR or RS; if it holds several data sets and none is named;
        if there is none of the given name; or if one domain has two files.
    """
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    found: dict[str, dict[str, Path]] = defaultdict(dict)
    for path in files:
        domain, suffix = _domain_of(path)
        if domain in COLUMNS and is_readable(path):
            _refuse_twice(found[suffix].get(domain), path)
            found[suffix][domain] = path
    chosen = _choose(folder, found, data_set)
    domains = {**found.get("", {}), **found[chosen]}
    if chosen:  # tumour domains of one data set are never completed by those of another
        kept = {code for code in domains if code not in _TUMOUR or code in found[chosen]}
        domains = {code: path for code, path in domains.items() if code in kept}
    unread = tuple(path for path in files if path not in domains.values())
    return SdtmFiles(chosen, domains, unread)


def read_domain(code: str, path: Path) -> Domain:
    """Read one file as text.

    Raises
    ------
    DataError
        If it cannot be read, lacks a column without which no row can be used, or holds another
        domain.
    """
    table = read_table(path)
    if "DOMAIN" in table.columns:
        others = [one for one in table["DOMAIN"].drop_nulls().unique().to_list() if one != code]
        if others:
            msg = f"{path}: holds the domain {others[0]}, not {code}; rename the file"
            raise DataError(msg)
    _refuse_missing(code, path, table.columns)
    wanted = (*_SUBJECT, *COLUMNS[code])
    frame = table.select(
        pl.col(name) if name in table.columns else pl.lit(None, pl.String).alias(name)
        for name in wanted
    ).with_row_index("row", offset=2)
    _refuse_control(path, frame)
    return Domain(code, path.name, frame.with_columns(pl.col("row").cast(pl.Int64)))


def read_table(path: Path) -> pl.DataFrame:
    """Read a CSV or Parquet file as text; blank cells are null, names are capitals."""
    if not path.is_file():
        msg = f"{path}: is no file; put the file there, or take it away"
        raise DataError(msg)
    try:
        if path.suffix.casefold() == ".parquet":
            table = pl.read_parquet(path).select(pl.all().cast(pl.String))
        else:
            table = _read_text(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).strip().splitlines()[0] + _odd_row(path)
        msg = f"{path}: cannot be read ({reason}); export it again as CSV (UTF-8) or Parquet"
        raise DataError(msg) from error
    text = pl.all().str.strip_chars()
    return table.rename(_names(path, table.columns)).select(
        pl.when(text != "").then(text).name.keep()
    )


def _read_text(path: Path) -> pl.DataFrame:
    """Read a CSV file whose header is its first row, so that a name that stands twice is seen."""
    rows = pl.read_csv(path, infer_schema=False, has_header=False)
    names = [name or "" for name in rows.row(0)]
    _names(path, names)
    return rows.slice(1).rename(dict(zip(rows.columns, names, strict=True)))


def _odd_row(path: Path) -> str:
    """Name the first row of a CSV file that has more cells than the header, if there is one."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            most = len(next(rows, []))
            number = next((at for at, cells in enumerate(rows, start=2) if len(cells) > most), None)
    except (OSError, UnicodeDecodeError, csv.Error):
        return ""
    return "" if number is None else f"; row {number} has more cells than the header"


def _names(path: Path, columns: list[str]) -> dict[str, str]:
    """Return the names of columns in capitals; one that stands twice could mean either."""
    names = {name: name.strip().upper() for name in columns}
    held = [name.strip().upper() for name in columns]
    twice = sorted({name for name in held if held.count(name) > 1})
    if twice:
        named = ", ".join(name or "a blank" for name in twice)
        msg = f"{path}: the header names {named} twice; keep one of the columns"
        raise DataError(msg)
    return names


def choices(found: Iterable[tuple[str, Iterable[str]]]) -> str:
    """List data sets with their domains: ``onco (TR, TU), onco_recist (RS, TR, TU)``."""
    return ", ".join(f"{name or '(no suffix)'} ({', '.join(sorted(held))})" for name, held in found)


def is_readable(path: Path) -> bool:
    """Tell whether the name of a file ends as those of the formats that are read."""
    return path.suffix.casefold() in _READABLE


def is_domain_in_another_format(path: Path) -> bool:
    """Tell whether a file is named after a domain that is read, in a format that is not."""
    return path.is_file() and _domain_of(path)[0] in COLUMNS and not is_readable(path)


def _domain_of(path: Path) -> tuple[str, str]:
    """Return the domain and the data set that a file name tells; blanks if none."""
    named = _NAMED.fullmatch(path.stem)
    return (named[1].upper(), named[2] or "") if named else ("", "")


def _choose(folder: Path, found: dict[str, dict[str, Path]], data_set: str | None) -> str:
    held = {name: [code for code in domains if code in _TUMOUR] for name, domains in found.items()}
    sets = {name: codes for name, codes in sorted(held.items()) if codes}
    if not sets:
        msg = (
            f"{folder}: no SDTM domain TU, TR or RS as CSV or Parquet (tr.csv, tr_onco.parquet); "
            "convert XPT files first"
        )
        raise DataError(msg)
    if data_set is not None and data_set not in sets:
        meant = _meant(data_set, [name for name in sets if name])
        msg = f"{folder}: no data set {data_set!r}; it holds {choices(sets.items())}{meant}"
        raise DataError(msg)
    if data_set is None and len(sets) > 1:
        msg = (
            f"{folder} holds {len(sets)} data sets: {choices(sets.items())}; name one "
            "(--data-set, or data_set in Python)"
        )
        raise DataError(msg)
    return next(iter(sets)) if data_set is None else data_set


def _meant(name: str, known: list[str]) -> str:
    close = nearest(name, known)
    if close is not None:
        return f"; did you mean {close}?"
    return "" if known else "; leave --data-set out"


def _refuse_missing(code: str, path: Path, columns: list[str]) -> None:
    groups = (("USUBJID",), *NEEDED.get(code, ()))
    missing = [group for group in groups if not set(group) & set(columns)]
    if not missing:
        return
    named = ", ".join(" or ".join(group) for group in missing)
    one = f"; the header is one column, {columns[0][:60]!r}" if len(columns) == 1 else ""
    msg = (
        f"{path}: no column {named}, so no row of it can be used{one}; export the domain again, "
        "as UTF-8 with commas between the columns"
    )
    raise DataError(msg)


def _refuse_twice(known: Path | None, path: Path) -> None:
    if known is not None:
        msg = f"{path.parent} holds {known.name} and {path.name}; keep one of them"
        raise DataError(msg)


def _refuse_control(path: Path, frame: pl.DataFrame) -> None:
    """Refuse texts that no report can be written with."""
    for name in frame.columns:
        if frame[name].dtype != pl.String:
            continue
        odd = frame.filter(pl.col(name).str.contains(_CONTROL))
        if not odd.is_empty():
            control = find_control(odd[name][0])
            msg = f"{path} row {odd['row'][0]}: {name} holds the control character {control}"
            raise DataError(msg)
