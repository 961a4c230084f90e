"""Find the files of the SDTM domains in a folder, choose one data set, and read them as text.

A file is named after its domain: ``tr.csv``, ``TR.parquet``, or ``tr_onco.csv`` where a folder
holds several data sets of one study (``onco`` is then the name of the data set).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset import TABLES
from trialwright.dataset.characters import find_control
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
    files = [path for path in folder.iterdir() if path.suffix.casefold() in _READABLE]
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
        if domain in COLUMNS and path.suffix.casefold() in _READABLE:
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
        If it cannot be read, names no subjects, or holds another domain.
    """
    table = read_table(path)
    if "USUBJID" not in table.columns:
        msg = f"{path}: no column USUBJID, so its rows belong to nobody; export the domain again"
        raise DataError(msg)
    if "DOMAIN" in table.columns:
        others = [one for one in table["DOMAIN"].drop_nulls().unique().to_list() if one != code]
        if others:
            msg = f"{path}: holds the domain {others[0]}, not {code}; rename the file"
            raise DataError(msg)
    wanted = (*_SUBJECT, *COLUMNS[code])
    frame = table.select(
        pl.col(name) if name in table.columns else pl.lit(None, pl.String).alias(name)
        for name in wanted
    ).with_row_index("row", offset=2)
    _refuse_control(path, frame)
    return Domain(code, path.name, frame.with_columns(pl.col("row").cast(pl.Int64)))


def read_table(path: Path) -> pl.DataFrame:
    """Read a CSV or Parquet file as text; blank cells are null, names are capitals."""
    try:
        if path.suffix.casefold() == ".parquet":
            table = pl.read_parquet(path).select(pl.all().cast(pl.String))
        else:
            table = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        msg = f"{path}: cannot be read ({reason}); export it again as CSV (UTF-8) or Parquet"
        raise DataError(msg) from error
    text = pl.all().str.strip_chars()
    return table.rename(lambda name: name.strip().upper()).select(
        pl.when(text != "").then(text).name.keep()
    )


def choices(found: Iterable[tuple[str, Iterable[str]]]) -> str:
    """List data sets with their domains: ``onco (TR, TU), onco_recist (RS, TR, TU)``."""
    return ", ".join(f"{name or '(no suffix)'} ({', '.join(sorted(held))})" for name, held in found)


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
        msg = f"{folder}: no data set {data_set!r}; it holds {choices(sets.items())}"
        raise DataError(msg)
    if data_set is None and len(sets) > 1:
        msg = (
            f"{folder} holds {len(sets)} data sets: {choices(sets.items())}; name one "
            "(--data-set, or data_set in Python)"
        )
        raise DataError(msg)
    return next(iter(sets)) if data_set is None else data_set


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
