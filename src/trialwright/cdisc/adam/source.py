"""The SDTM domains that ADSL and ADTR are made of, taken as text with the columns they need.

A domain that was not collected has to be given as an empty frame: a date last known alive
without LB, say, is another date, and nobody would see why.

Source: the inputs of the templates ``ad_adsl`` (admiral 1.4.1) and ``ad_adtr`` (admiralonco
1.4.0), Apache-2.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.rules import adam_finding
from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from trialwright.dataset import Finding

ROW = "row"  # the 1-based row of the source, its header counted


@dataclass(frozen=True, slots=True)
class SourceColumns:
    """The columns of one domain: those a row cannot do without, and those that may be absent."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    why: str = ""  # what the domain is needed for


SOURCES: dict[str, SourceColumns] = {
    "DM": SourceColumns(
        ("STUDYID", "USUBJID", "DTHDTC"),
        (
            "SUBJID", "SITEID", "COUNTRY", "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC",
            "RFICDTC", "RFPENDTC", "DTHFL", "DMDTC", "DMDY", "BRTHDTC", "AGE", "AGEU", "SEX",
            "RACE", "ETHNIC", "ARM", "ARMCD", "ACTARM", "ACTARMCD",
        ),
        "every subject has its row there",
    ),
    "DS": SourceColumns(
        ("USUBJID", "DSDECOD", "DSCAT", "DSSTDTC"),
        ("DSTERM", "DSSCAT", "DSSEQ"),
        "enrolment and the end of the study stand there",
    ),
    "EX": SourceColumns(
        ("USUBJID", "EXTRT", "EXDOSE", "EXSTDTC", "EXENDTC"),
        (
            "DOMAIN", "EXSEQ", "EXDOSU", "EXDOSFRM", "EXDOSFRQ", "EXROUTE", "EXADJ", "EXPLDOS",
            "EXSTDY", "EXENDY", "VISITNUM", "VISIT", "VISITDY",
        ),
        "first and last treatment are read from it",
    ),
    "AE": SourceColumns(
        ("USUBJID", "AESTDTC", "AEENDTC"),
        (
            "DOMAIN", "AESEQ", "AESPID", "AETERM", "AELLT", "AELLTCD", "AEDECOD", "AEPTCD",
            "AEHLT", "AEHLTCD", "AEHLGT", "AEHLGTCD", "AEBODSYS", "AEBDSYCD", "AESOC", "AESOCCD",
            "AESEV", "AETOXGR", "AESER", "AEACN", "AEREL", "AEOUT", "AESCAN", "AESCONG",
            "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESOD", "AEDTC", "AESTDY", "AEENDY",
        ),
        "causes of death and the date last known alive are read from it",
    ),
    "LB": SourceColumns(
        ("USUBJID", "LBDTC"),
        (
            "DOMAIN", "LBSEQ", "LBTESTCD", "LBTEST", "LBCAT", "LBSPEC", "LBORRES", "LBORRESU",
            "LBORNRLO", "LBORNRHI", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRLO", "LBSTNRHI",
            "LBNRIND", "LBBLFL", "LBDY", "VISITNUM", "VISIT", "VISITDY",
        ),
        "the date last known alive is read from it",
    ),
    "TU": SourceColumns(
        ("USUBJID", "TULNKID", "TULOC", "TUEVAL"), (), "the places of the lesions stand there"
    ),
    "TR": SourceColumns(
        ("USUBJID", "TRLNKID", "TRTESTCD", "TRSTRESN", "TRDTC", "VISIT", "VISITNUM", "TREVAL",
         "TRGRPID"),
        ("DOMAIN", "TRSEQ", "TRTEST", "TRORRES", "TRORRESU", "TRSTRESC", "TRSTRESU", "TREVALID",
         "TRACPTFL"),
        "the sizes of the lesions stand there",
    ),
    "RS": SourceColumns(
        ("USUBJID", "RSTESTCD", "RSSTRESC", "RSEVAL", "RSDTC"), (), "progression is read from it"
    ),
}  # fmt: skip


def take_domains(
    domains: Mapping[str, pl.DataFrame], codes: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """Take the domains that a data set is made of, as text.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        SDTM domains by their code; further domains and columns are not looked at.
    codes : sequence of str
        The domains that are needed.

    Returns
    -------
    dict of str to polars.DataFrame
        The columns of ``SOURCES`` as text, blanks null, and ``row``.

    Raises
    ------
    DataError
        If a domain or a column is missing; all of them are named.
    """
    by_code = {code.upper(): frame for code, frame in domains.items()}
    refuse_errors([*_find_missing(by_code, codes)], codes)
    return {code: _as_text(by_code[code], SOURCES[code]) for code in codes}


def read_domains(
    folder: Path, codes: Iterable[str], *, data_set: str | None = None
) -> dict[str, pl.DataFrame]:
    """Read the domains of a folder as text, with all their columns, for ``adsl_from_sdtm``.

    Parameters
    ----------
    folder : Path
        Holds one CSV or Parquet file a domain (``dm.csv``).
    codes : iterable of str
        The domains to read; one without a file is not in the result.
    data_set : str, optional
        Which data set, where the folder holds several: ``tr_onco.csv`` of ``onco``. A domain
        that it lacks is taken from the file without a suffix.

    Raises
    ------
    DataError
        If a file cannot be read.
    """
    from trialwright.cdisc.files import is_readable, read_table

    files = {path.stem.casefold(): path for path in sorted(folder.iterdir()) if is_readable(path)}
    names = {
        code.upper(): [f"{code}_{data_set}".casefold()] * (data_set is not None) + [code.casefold()]
        for code in codes
    }
    found = {
        code: next((files[stem] for stem in stems if stem in files), None)
        for code, stems in names.items()
    }
    return {code: read_table(path) for code, path in found.items() if path is not None}


def check_data_set(folder: Path, data_set: str | None) -> None:
    """Refuse a data set that no tumour domain has, and several of them where none is named.

    Parameters
    ----------
    folder : Path
        As in `read_domains`.
    data_set : str or None
        As in `read_domains`.

    Raises
    ------
    DataError
        Naming the data sets that there are.
    """
    stems = [path.stem.casefold().partition("_") for path in folder.iterdir()]
    held = sorted({name for code, _, name in stems if code in _TUMOUR})
    shown = ", ".join(name or "one without a suffix" for name in held) or "none"
    if data_set is None and held and "" not in held:
        msg = f"{folder} holds the data sets {shown}; name one (--data-set, or data_set in Python)"
        raise DataError(msg)
    if data_set is not None and data_set.casefold() not in held:
        msg = f"{folder}: no data set {data_set!r}; it holds {shown}"
        raise DataError(msg)


_TUMOUR = ("tu", "tr", "rs")


def refuse_errors(findings: Sequence[Finding], what: Iterable[str]) -> None:
    """Raise ``DataError`` with the findings that are errors, if there are any."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        msg = f"{', '.join(what)}: {len(errors)} error(s) in the data; correct them first"
        raise DataError(msg, errors)


def _find_missing(domains: Mapping[str, pl.DataFrame], codes: Sequence[str]) -> Iterator[Finding]:
    for code in codes:
        source = SOURCES[code]
        if code not in domains:
            message = f"there is no {code}, and {source.why}"
            mend = "give the domain, or an empty frame with its columns if it was not collected"
            yield adam_finding("adam.domain_missing", message, mend, code)
            continue
        lacking = [name for name in source.needed if name not in domains[code].columns]
        if lacking:
            message = f"{code} has no column {', '.join(lacking)}, and {source.why}"
            yield adam_finding("adam.column_missing", message, "add it; it may be blank", code)


def _as_text(frame: pl.DataFrame, source: SourceColumns) -> pl.DataFrame:
    """Return the columns as stripped text, blanks null; a column that is absent is blank."""
    names = (*source.needed, *source.optional)
    held = [
        (pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name))
        .cast(pl.String)
        .str.strip_chars()
        for name in names
    ]
    rows = frame.with_row_index(ROW, offset=2).select(pl.col(ROW).cast(pl.Int64), *held)
    text = pl.col(names)
    return rows.with_columns(pl.when(text != "").then(text).name.keep())
