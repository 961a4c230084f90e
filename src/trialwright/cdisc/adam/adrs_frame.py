"""The frame of ADRS, built column by column from what stands behind each row.

Source: ADaM Implementation Guide 1.3, section 3.3 (BDS); texts of the template ``ad_adrs`` of
admiralonco 1.4.0 (Apache-2.0).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from trialwright.cdisc.adam.adrs_rows import OVR, VALUES, WORDS
from trialwright.cdisc.adam.adrs_subjects import NO_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from trialwright.cdisc.adam.adrs_records import CalledRecords
    from trialwright.cdisc.adam.adrs_rows import AdrsRows
    from trialwright.cdisc.adam.adrs_subjects import AdrsSubjects
    from trialwright.response.bulk.called import CalledParameters


@dataclass(frozen=True, slots=True)
class ParameterText:
    """The words of one parameter; ``of_reading``: PARCAT2 and PARCAT3 say whose, by what."""

    param: str
    category: str
    of_reading: bool


@cache
def read_parameters() -> dict[str, ParameterText]:
    """Read the parameters of ADRS in the order of their codes (``adrs.toml``)."""
    file = resources.files(__package__) / "adrs.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))["parameters"]
    return {code: ParameterText(*said) for code, said in content.items()}


@dataclass(frozen=True, slots=True)
class ReadingText:
    """Who assessed, and by which criteria: PARCAT2, a part of PARAM, and PARCAT3.

    Parameters
    ----------
    assessors : tuple of str or None
        The words for who assessed; none: nobody is named.
    criteria : str
        The criteria.
    of_subject : array of int, shape (subjects,), or None
        Which of the assessors read each subject; none: the first.
    """

    assessors: tuple[str | None, ...]
    criteria: str
    of_subject: NDArray[np.int64] | None = None


def build_frame(
    rows: AdrsRows,
    read: CalledRecords,
    found: CalledParameters,
    *,
    reading: ReadingText,
    variables: Sequence[str],
    given: Mapping[str, pl.Series] | None = None,
) -> pl.DataFrame:
    """Build the variables of ADRS.

    Parameters
    ----------
    rows : AdrsRows
        What stands behind each row.
    read : CalledRecords
        The subjects with their deaths; the records with ADT and what a row takes from its record
        (``VISIT``, ``RSSEQ``).
    found : CalledParameters
        Which records count.
    reading : ReadingText
        Who assessed, and by which criteria.
    variables : sequence of str
        The variables of the frame in order: of ``adrs.toml``, of the records, and of ADSL.
    given : mapping of str to polars.Series, optional
        Variables that are there already, with a value for each row.

    Returns
    -------
    polars.DataFrame
        One row a subject and parameter, of OVR one a record; shape (rows, variables).
    """
    records, subjects = read.records, read.subjects
    counts = np.diff(rows.layout.first)
    subject = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    before = rows.layout.first[:-1].astype(np.int32)[subject]
    columns: dict[str, pl.Series] = {
        "ASEQ": pl.Series(np.arange(1, len(subject) + 1, dtype=np.int32) - before).cast(pl.Int64),
        "ADT": _dates(rows, records, subjects),
        **_texts(rows, reading, subject),
        **_values(rows),
        **_flags(rows, found),
        **(given or {}),
    }
    if "ADY" in variables:
        columns["ADY"] = _study_days(columns["ADT"], subjects.reference[subject])
    others = [name for name in variables if name not in columns]
    of_record = [name for name in others if name in records.columns]
    of_subject = [name for name in others if name not in records.columns]
    gathered = (
        *_gather(records.select(of_record), _index(rows.record)),
        *_gather(subjects.select(of_subject), _index(subject)),
    )
    columns |= {one.name: one for one in gathered}
    return pl.DataFrame([columns[name].alias(name) for name in variables])


def _index(positions: NDArray[np.integer]) -> pl.Series:
    """Return positions to gather from, where -1 is a blank."""
    at = pl.DataFrame({"at": positions.astype(np.int32, copy=False)})
    return at.select(pl.when(pl.col("at") >= 0).then(pl.col("at")).cast(pl.UInt32)).to_series()


def _gather(frame: pl.DataFrame, index: pl.Series) -> list[pl.Series]:
    return frame.select(pl.all().gather(index)).get_columns()


def _pick(texts: Sequence[str | None], index: pl.Series) -> pl.Series:
    """Return texts at some positions, as categories."""
    return pl.Series(texts, dtype=pl.String).cast(pl.Categorical).gather(index)


def _dates(rows: AdrsRows, records: pl.DataFrame, subjects: AdrsSubjects) -> pl.Series:
    """Return the date of the record behind each row, and of DEATH that of the death."""
    days = records["ADT"].cast(pl.Int32).fill_null(NO_DAY).to_numpy()
    day = np.append(days, np.int32(NO_DAY))[rows.record]
    day[rows.layout.rows_of("DEATH")] = subjects.death
    known = pl.col("day") != NO_DAY
    dates = pl.DataFrame({"day": day}).select(pl.when(known).then("day").cast(pl.Date))
    return dates.to_series()


def _study_days(dates: pl.Series, reference: NDArray[np.int32]) -> pl.Series:
    """Return the study days of dates: 1 on the reference date, -1 the day before."""
    elapsed = pl.col("day") - pl.col("reference")
    known = pl.col("reference") != NO_DAY
    frame = pl.DataFrame({"day": dates.cast(pl.Int64), "reference": reference.astype(np.int64)})
    return frame.select(pl.when(known).then(elapsed + (elapsed >= 0))).to_series()


def _texts(
    rows: AdrsRows, reading: ReadingText, subject: NDArray[np.int32]
) -> dict[str, pl.Series]:
    """Return PARAMCD, PARAM and their categories, by parameter and assessor."""
    codes, texts = rows.layout.codes, read_parameters()
    both = [(code, texts[code], assessor) for assessor in reading.assessors for code in codes]
    columns: dict[str, list[str | None]] = {
        "PARAMCD": [code for code, _, _ in both],
        "PARAM": [_name(one.param, assessor) for _, one, assessor in both],
        "PARCAT1": [one.category or None for _, one, _ in both],
        "PARCAT2": [assessor if one.of_reading else None for _, one, assessor in both],
        "PARCAT3": [reading.criteria if one.of_reading else None for _, one, _ in both],
    }
    parameter = rows.parameter
    if reading.of_subject is not None:
        parameter = parameter + len(codes) * reading.of_subject[subject]
    index = _index(parameter)
    return {name: _pick(values, index) for name, values in columns.items()}


def _name(param: str, assessor: str | None) -> str:
    if assessor is None:
        return param.replace(" by {assessor}", "")
    return param.format(assessor=assessor)


def _values(rows: AdrsRows) -> dict[str, pl.Series]:
    numbers = [*VALUES, *[None] * (len(rows.words) - len(WORDS))]
    index = _index(rows.word)
    return {
        "AVAL": pl.Series(numbers, dtype=pl.Float64).gather(index),
        "AVALC": _pick(rows.words, index),
    }


def _flags(rows: AdrsRows, found: CalledParameters) -> dict[str, pl.Series]:
    """Return the flags: of OVR whether the record counts, of a parameter always Y."""
    counts = np.ones(len(rows.record), np.bool_)
    overall = rows.layout.rows_of(OVR)
    counts[overall] = found.counts[rows.record[overall]]
    until_end = np.append(found.until_end, np.False_)[rows.record]
    flags = {"ANL01FL": counts, "ANL02FL": until_end}
    return {name: _pick(["Y"], _index(flag.astype(np.int8) - 1)) for name, flag in flags.items()}
