"""What is odd about the responses of RS: errors that stop ADRS, warnings, and what was done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from trialwright.cdisc.adam.adrs_rules import adrs_finding, find_each
from trialwright.cdisc.adam.adrs_source import NOT_DONE
from trialwright.cdisc.adam.adrs_subjects import NO_DAY
from trialwright.dataset.partial_dates import read_partial_date
from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from trialwright.cdisc.adam.adrs_source import AdrsSource
    from trialwright.cdisc.adam.adrs_subjects import AdrsSubjects
    from trialwright.dataset import Finding
    from trialwright.response.bulk.called import CalledResponses

_MEND_DATE = "write the date as far as it is known (2026, 2026-03 or 2026-03-15)"


def refuse_unusable(rows: pl.DataFrame) -> None:
    """Raise if a row could only be used wrongly or left out.

    Parameters
    ----------
    rows : polars.DataFrame
        The overall responses with ``subject``, ``ADT`` and the texts of numbers.

    Raises
    ------
    DataError
        With a finding for each row that names no subject, one who is not in ADSL, or holds a
        date or a number that is none.
    """
    found = [*_find_unknown(rows), *_find_no_numbers(rows), *_find_no_dates(rows)]
    if found:
        msg = f"RS: {len(found)} error(s) in the responses; correct them first"
        raise DataError(msg, found)


def say_of_others(count: int, source: AdrsSource) -> Iterator[Finding]:
    """Say how many rows of RS are not overall responses of the evaluator by the criteria."""
    if count:
        whose = f"overall response of {source.evaluator} by {source.criteria}"
        message = f"{count:,} row(s) are no {whose} and are not read"
        yield adrs_finding("adrs.rows_of_others", message, "nothing to do")


def say_completed(rows: pl.DataFrame) -> Iterator[Finding]:
    """Say of each partial date to which day it was completed."""
    return find_each(
        rows.filter(pl.col("ADTF").is_not_null()),
        "adrs.date_completed",
        lambda row: f"RSDTC {row['RSDTC']} is completed to {row['ADT']}, as was asked",
        "write the whole date, if the source document has it",
    )


def find_odd_records(
    rows: pl.DataFrame, called: CalledResponses, subjects: AdrsSubjects, first_day: int
) -> tuple[Finding, ...]:
    """Find records that count nowhere, and subjects about whom something is missing.

    Parameters
    ----------
    rows : polars.DataFrame
        The records in their order.
    called : CalledResponses
        The same records as numbers.
    subjects : AdrsSubjects
        Whom they are of.
    first_day : int
        The first day since the reference date that counts.
    """
    owner = np.repeat(np.arange(called.patients), np.diff(called.start))
    return (
        *_find_no_responses(rows),
        *_find_undated(rows),
        *_find_outside(rows, called, subjects, owner, first_day),
        *_find_same_day(rows, called, owner, first_day),
        *_find_incomplete_subjects(called, subjects),
    )


# --- Errors


def _find_unknown(rows: pl.DataFrame) -> Iterator[Finding]:
    unknown = rows.filter(pl.col("subject").is_null())
    blank = unknown.filter(pl.col("USUBJID").is_null())
    yield from find_each(
        blank, "adrs.subject_blank", lambda _: "USUBJID is blank", "write the subject"
    )
    strange = unknown.filter(pl.col("USUBJID").is_not_null())
    for one in strange.unique("USUBJID", keep="first", maintain_order=True).iter_rows(named=True):
        count = strange.filter(pl.col("USUBJID") == one["USUBJID"]).height
        yield adrs_finding(
            "adrs.subject_unknown",
            f"{count} response(s) of a subject who is not in ADSL",
            "add the subject to ADSL, or correct USUBJID",
            row=one["row"],
            patient=one["USUBJID"],
        )


def _find_no_numbers(rows: pl.DataFrame) -> Iterator[Finding]:
    for name in ("RSSEQ", "VISITNUM"):
        none = rows.filter(pl.col(name).is_null() & pl.col(f"{name}_text").is_not_null())
        yield from find_each(
            none,
            "adrs.number_unreadable",
            lambda row, name=name: f"{name} {row[f'{name}_text']} is no number",  # type: ignore[misc]
            "write a number",
        )


def _find_no_dates(rows: pl.DataFrame) -> Iterator[Finding]:
    undated = rows.filter(pl.col("ADT").is_null() & pl.col("RSDTC").is_not_null())
    texts = undated["RSDTC"].unique().to_list()
    none = [text for text in texts if read_partial_date(text) is None]
    yield from find_each(
        undated.filter(pl.col("RSDTC").is_in(none)),
        "adrs.date_unreadable",
        lambda row: f"RSDTC {row['RSDTC']} is no date",
        _MEND_DATE,
    )


# --- Warnings and notes


def _find_no_responses(rows: pl.DataFrame) -> Iterator[Finding]:
    none = rows.filter(pl.col("code").is_null())
    not_done = pl.col("word").is_null() | pl.col("word").is_in(NOT_DONE)
    yield from find_each(
        none.filter(not_done),
        "adrs.not_done",
        lambda row: f"no response was assessed at {row['VISIT']}; the record counts nowhere",
        "nothing to do",
    )
    yield from find_each(
        none.filter(~not_done),
        "adrs.response_unknown",
        lambda row: f"{row['word']} at {row['VISIT']} is no response; the record counts nowhere",
        "settle the call",
    )


def _find_undated(rows: pl.DataFrame) -> Iterator[Finding]:
    return find_each(
        rows.filter(pl.col("ADT").is_null()),
        "adrs.date_missing",
        lambda row: (
            f"{row['AVALC']} at {row['VISIT']} has no whole date ({row['RSDTC'] or 'blank'}); the "
            "record counts nowhere"
        ),
        f"{_MEND_DATE}, and say how a missing day is completed",
    )


def _find_outside(
    rows: pl.DataFrame,
    called: CalledResponses,
    subjects: AdrsSubjects,
    owner: NDArray[np.int64],
    first_day: int,
) -> Iterator[Finding]:
    """Find responses before the reference date, and after the death."""
    read = called.response > 0
    early = read & (called.day < first_day) & (subjects.reference != NO_DAY)[owner]
    reference, death = _dates(subjects.reference), _dates(subjects.death)
    for at in np.flatnonzero(early).tolist():
        one, side = rows.row(at, named=True), "before" if first_day == 0 else "not after"
        message = (
            f"{one['AVALC']} on {one['ADT']} lies {side} the reference date "
            f"{reference(owner[at])}; it is no assessment under treatment"
        )
        yield _about(one, "adrs.before_reference", message, "correct the date, or leave it so")
    late = read & (called.day > np.nan_to_num(subjects.death_day, nan=np.inf)[owner])
    for at in np.flatnonzero(late).tolist():
        one = rows.row(at, named=True)
        message = f"{one['AVALC']} on {one['ADT']} lies after the death on {death(owner[at])}"
        yield _about(one, "adrs.after_death", message, "correct the date, or that of the death")


def _find_same_day(
    rows: pl.DataFrame, called: CalledResponses, owner: NDArray[np.int64], first_day: int
) -> Iterator[Finding]:
    """Find days with different responses."""
    code, day = called.response, called.day
    twice = (owner[1:] == owner[:-1]) & (day[1:] == day[:-1]) & (code[1:] != code[:-1])
    twice &= (code[1:] > 0) & (code[:-1] > 0) & (day[1:] >= first_day)
    for at in np.flatnonzero(twice).tolist():
        one, other = rows.row(at, named=True), rows.row(at + 1, named=True)
        message = (
            f"{one['AVALC']} (row {one['row']}) and {other['AVALC']} on {other['ADT']}: the worst "
            "counts"
        )
        yield _about(other, "adrs.same_day", message, "keep one response a day")


def _find_incomplete_subjects(called: CalledResponses, subjects: AdrsSubjects) -> Iterator[Finding]:
    without = (np.diff(called.start) > 0) & (subjects.reference == NO_DAY)
    undated = subjects.died & (subjects.death == NO_DAY)
    kinds = (
        (
            without,
            "adrs.reference_missing",
            "there are responses and no reference date, so none of them counts",
            "write the reference date",
        ),
        (
            undated,
            "adrs.death_undated",
            "DTHFL says that the subject died, and there is no date",
            "write the date of death",
        ),
    )
    for where, rule, message, mend in kinds:
        for one in subjects.ids.filter(pl.Series(where)).to_list():
            yield adrs_finding(rule, message, mend, patient=one, table="ADSL")


def _about(row: dict[str, Any], rule: str, message: str, mend: str) -> Finding:
    return adrs_finding(rule, message, mend, row=row["row"], patient=row["USUBJID"])


def _dates(days: NDArray[np.int32]) -> Any:
    """Return a function from a position to the date there."""
    origin = date(1970, 1, 1).toordinal()
    return lambda at: date.fromordinal(origin + int(days[at]))
