"""The overall responses of RS, subject by subject, as the arrays that the parameters come from.

Only the calls of one evaluator by one set of criteria are taken. Every row is accounted for: it is
a record, or a finding says why not. A record without a response or without a date stays in ADRS
and counts nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from trialwright.cdisc.adam.adrs_checks import (
    find_odd_records,
    refuse_unusable,
    say_completed,
    say_of_others,
)
from trialwright.cdisc.adam.adrs_source import (
    OTHER_SPELLINGS,
    OVERALL,
    RESPONSE_OF,
    WORD_OF,
    AdrsSource,
    Profile,
    source_of,
)
from trialwright.cdisc.adam.adrs_subjects import NO_DAY, AdrsSubjects, read_subjects
from trialwright.cdisc.codes import CRITERIA
from trialwright.dataset.partial_dates import complete_date, read_partial_date
from trialwright.errors import DataError
from trialwright.response.admiral import REFERENCE_DAY
from trialwright.response.bulk.called import CalledResponses
from trialwright.response.codes import Response
from trialwright.response.guideline import AFTER_BASELINE

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from trialwright.dataset import Finding

# What ADRS takes from RS; a column that RS lacks is blank.
_TEXTS = (
    *("DOMAIN", "USUBJID", "VISIT", "RSTESTCD", "RSTEST", "RSORRES", "RSSTRESC", "RSEVAL"),
    *("RSEVALID", "RSACPTFL", "RSDTC", "RSCAT", "VISITNUM", "RSSEQ"),
)
# Texts that repeat: as categories they take a quarter of the memory, and less of the time.
_OF_FEW_WORDS = (
    *("DOMAIN", "VISIT", "RSTESTCD", "RSTEST", "RSORRES", "RSSTRESC", "RSEVAL", "RSEVALID"),
    *("RSACPTFL", "RSDTC", "ADTF", "AVALC"),
)
_NUMBERS = {"VISITNUM": pl.Float64, "RSSEQ": pl.Int64}
_NEEDED = ("USUBJID", "RSTESTCD", "RSSTRESC", "RSDTC")
_CODES = {word: int(code) for word, code in (RESPONSE_OF | OTHER_SPELLINGS).items()}
_STANDARD = {int(code): word for code, word in WORD_OF.items()}
_WHOLE_DATE = 10  # characters of 2026-03-15
_LAST_DAY = 2**31 - 1  # of a record without a date: it stands last and counts nowhere
# Of a subject without a reference date every day lies before it; the order of the days is kept.
_FAR_LATER = 2**30


@dataclass(frozen=True, slots=True)
class CalledRecords:
    """The overall responses of all subjects, in the order of ADRS, and what was odd about them.

    Parameters
    ----------
    subjects : AdrsSubjects
        Whom they are of, in the order of ``called``.
    records : polars.DataFrame
        One row a record, in the order of ``called``: variables of RS, ``ADT``, ``ADTF``,
        ``AVALC``, and ``row``, the row of the source.
    called : CalledResponses
        The same records as numbers; days count from the reference date. Of a subject without one
        every day is far below 0.
    findings : tuple of Finding
        Warnings and notes about rows; errors are raised.
    """

    subjects: AdrsSubjects
    records: pl.DataFrame
    called: CalledResponses
    findings: tuple[Finding, ...]


def read_called(
    rs: pl.DataFrame, adsl: pl.DataFrame, profile: Profile, *, source: AdrsSource | None = None
) -> CalledRecords:
    """Read the overall responses of one evaluator from RS.

    Parameters
    ----------
    rs : polars.DataFrame
        The domain as text, blanks null (``cdisc.files.read_table``).
    adsl : polars.DataFrame
        One row a subject: USUBJID, the reference date and the date of death, as dates or as
        whole ISO texts; STUDYID where there is one.
    profile : {"recist11", "admiral"}
        Whose rules the records are for.
    source : AdrsSource or None
        Whose calls, and how dates are read; none: ``SOURCES`` of the profile.

    Raises
    ------
    DataError
        If a column is missing, no row is of the evaluator, a subject is blank, unknown or twice
        in ADSL, or a date or number cannot be read; every finding is named.
    """
    chosen = source_of(profile, source)
    subjects = read_subjects(adsl, chosen, flag_counts=profile == "recist11")
    taken = _take_rows(rs, chosen)
    rows = _read_values(_place(taken, subjects))
    rows, completed = _complete_dates(rows, chosen)
    refuse_unusable(rows)
    rows, called = _put_in_order(
        rows.with_columns(pl.col(_OF_FEW_WORDS).cast(pl.Categorical)), subjects
    )
    first_day = REFERENCE_DAY if profile == "admiral" else AFTER_BASELINE
    odd = find_odd_records(rows, called, subjects, first_day)
    findings = (*say_of_others(rs.height - taken.height, chosen), *say_completed(completed), *odd)
    return CalledRecords(subjects, rows, called, findings)


def _take_rows(rs: pl.DataFrame, source: AdrsSource) -> pl.DataFrame:
    """Return the overall responses of the evaluator, by the criteria, with ``row``."""
    missing = [name for name in _NEEDED if name not in rs.columns]
    if missing:
        msg = f"RS has no column {', '.join(missing)}, and no response can be read without it"
        raise DataError(msg)
    indexed = rs if "row" in rs.columns else rs.with_row_index("row", offset=2)
    texts = [
        pl.col(name).cast(pl.String) if name in rs.columns else pl.lit(None, pl.String).alias(name)
        for name in _TEXTS
    ]
    overall = indexed.select("row", *texts).filter(_is_of(rs, source))
    _refuse_other_evaluators(rs, overall, source)
    spellings = [word for word, criteria in CRITERIA.items() if criteria == source.criteria]
    category = pl.col("RSCAT").str.to_uppercase()
    return overall.filter(
        category.is_null() | category.is_in([*spellings, source.criteria.upper()])
    )


def _is_of(rs: pl.DataFrame, source: AdrsSource) -> pl.Expr:
    wanted = pl.col("RSTESTCD") == OVERALL
    if _names_evaluators(rs):
        wanted = (pl.col("RSEVAL") == source.evaluator) & wanted
    if source.evaluator_id is not None:
        wanted &= pl.col("RSEVALID") == source.evaluator_id
    return wanted


def _names_evaluators(rs: pl.DataFrame) -> bool:
    return "RSEVAL" in rs.columns and rs["RSEVAL"].null_count() < rs.height


def _refuse_other_evaluators(rs: pl.DataFrame, taken: pl.DataFrame, source: AdrsSource) -> None:
    if taken.height or not rs.height:
        return
    named = rs["RSEVAL"].drop_nulls().unique().sort().to_list() if _names_evaluators(rs) else []
    msg = (
        f"RS holds no {OVERALL} of {source.evaluator}"
        f"{'' if source.evaluator_id is None else ' ' + source.evaluator_id}; its evaluators are "
        f"{', '.join(named) or 'not named'}: name one of them"
    )
    raise DataError(msg)


def _place(rows: pl.DataFrame, subjects: AdrsSubjects) -> pl.DataFrame:
    """Add ``subject``, the position of the subject among those of ADRS."""
    positions = subjects.ids.to_frame().with_row_index("subject")
    found = rows.select("USUBJID").join(positions, "USUBJID", "left", maintain_order="left")
    return rows.with_columns(found["subject"])


def _read_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``word``, ``code``, ``AVALC`` and ``ADT``; make numbers of numbers.

    What is no number, no response or no whole date is null; the texts of numbers stay beside them.
    """
    code = pl.col("word").replace_strict(_CODES, default=None, return_dtype=pl.Int8)
    standard = pl.col("code").replace_strict(_STANDARD, default=None, return_dtype=pl.String)
    numbers = [
        pl.col(name).cast(pl.Float64, strict=False).cast(kind, strict=False)
        for name, kind in _NUMBERS.items()
    ]
    return (
        rows.with_columns(pl.coalesce("RSSTRESC", "RSORRES").str.to_uppercase().alias("word"))
        .with_columns(code.alias("code"), _whole_date().alias("ADT"))
        .with_columns(
            pl.coalesce(standard, "word").alias("AVALC"),
            pl.lit(None, pl.String).alias("ADTF"),
            *(pl.col(name).alias(f"{name}_text") for name in _NUMBERS),
            *numbers,
        )
    )


def _whole_date() -> pl.Expr:
    """Return the date of the texts that are a whole day and nothing else."""
    text = pl.col("RSDTC")
    day = pl.when(text.str.len_bytes() == _WHOLE_DATE).then(text)
    return day.str.to_date("%Y-%m-%d", strict=False)


def _complete_dates(rows: pl.DataFrame, source: AdrsSource) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the dates that are not a whole day and nothing else; return also the completed rows.

    A time of day is left out. A text that is no date at all stays without ``ADT``.
    """
    others = rows.filter(pl.col("ADT").is_null() & pl.col("RSDTC").is_not_null())
    read = [(text, *_read_date(text, source)) for text in others["RSDTC"].unique().to_list()]
    if not read:
        return rows, others
    kinds = {"RSDTC": pl.String, "day": pl.Date, "flag": pl.String}
    known = pl.DataFrame(read, kinds, orient="row")
    rows = (
        rows.join(known, on="RSDTC", how="left", maintain_order="left")
        .with_columns(pl.coalesce("ADT", "day").alias("ADT"), pl.col("flag").alias("ADTF"))
        .drop("day", "flag")
    )
    return rows, rows.filter(pl.col("ADTF").is_not_null())


def _read_date(text: str, source: AdrsSource) -> tuple[date | None, str | None]:
    known = read_partial_date(text)
    if known is None or known.whole is not None:
        return None if known is None else known.whole, None
    if source.partial_dates is None:
        return None, None
    completed = complete_date(text, source.partial_dates, highest="day")
    return (None, None) if completed is None else (completed.day, completed.imputed)


def _put_in_order(
    rows: pl.DataFrame, subjects: AdrsSubjects
) -> tuple[pl.DataFrame, CalledResponses]:
    """Sort the records by subject, date and RSSEQ, and make numbers of them.

    A record without a date stands last; without RSSEQ the rows stay as they were.
    """
    subject = rows["subject"].to_numpy()
    date = rows["ADT"].cast(pl.Int32).fill_null(NO_DAY).to_numpy()
    day = _days_since_reference(date, subjects.reference[subject])
    sequence = rows["RSSEQ"].fill_null(0).to_numpy()
    if not _is_in_order(subject, day, sequence):
        order = np.lexsort((sequence, day, subject))
        rows, subject, day = rows[order], subject[order], day[order]
    code = rows["code"].fill_null(int(Response.NONE)).to_numpy().copy()
    code[day == _LAST_DAY] = Response.NONE
    start = np.searchsorted(subject, np.arange(len(subjects.order) + 1)).astype(np.int64)
    return rows, CalledResponses(start, code, day, subjects.new_therapy_day)


def _days_since_reference(
    date: NDArray[np.int32], reference: NDArray[np.int32]
) -> NDArray[np.int32]:
    origin = np.where(reference == NO_DAY, _FAR_LATER, reference)
    days = date.astype(np.int64) - origin
    return np.where(date == NO_DAY, _LAST_DAY, days).astype(np.int32)


def _is_in_order(*keys: NDArray[Any]) -> bool:
    """Tell whether rows are sorted by the first key, then the second, and so on."""
    if not len(keys[0]):
        return True
    rising = np.zeros(len(keys[0]) - 1, np.bool_)
    same = np.ones(len(keys[0]) - 1, np.bool_)
    for key in keys:
        rising |= same & (key[1:] > key[:-1])
        same &= key[1:] == key[:-1]
    return bool((rising | same).all())
