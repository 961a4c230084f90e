"""The subjects of ADRS: those of ADSL, with the day that days count from and the death."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from trialwright.cdisc.adam.adrs_rules import adrs_finding
from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialwright.cdisc.adam.adrs_source import AdrsSource

NO_DAY = -(2**31)  # in an array of days where there is none


@dataclass(frozen=True, slots=True)
class AdrsSubjects:
    """The subjects of ADRS, in its order.

    Parameters
    ----------
    adsl : polars.DataFrame
        ADSL as it was given; shape (subjects, variables).
    order : array of int64, shape (subjects,)
        The rows of ADSL in the order of STUDYID and USUBJID, which is that of all that follows.
    reference, death : array of int32, shape (subjects,)
        Days since 1970-01-01; ``NO_DAY`` where there is none.
    died : array of bool, shape (subjects,)
        Whether the subject died; under ``recist11`` also where only DTHFL says so.
    new_therapy_day : array of float, shape (subjects,)
        Days since the reference date; ``inf``: none, or not known.
    """

    adsl: pl.DataFrame
    order: NDArray[np.int64]
    reference: NDArray[np.int32]
    death: NDArray[np.int32]
    died: NDArray[np.bool_]
    new_therapy_day: NDArray[np.float64]

    @property
    def ids(self) -> pl.Series:
        """USUBJID in the order of ADRS."""
        return self.select(["USUBJID"]).to_series()

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        """Return variables of ADSL in the order of ADRS.

        Raises
        ------
        DataError
            If ADSL has no such variable.
        """
        _refuse_missing(self.adsl, names)
        chosen = self.adsl.select(names)
        in_order = len(self.order) == 0 or bool(np.all(np.diff(self.order) > 0))
        return chosen if in_order else chosen[self.order]

    @property
    def death_day(self) -> NDArray[np.float64]:
        """Days from the reference date to the death, shape (subjects,); ``nan`` if not known."""
        known = (self.death != NO_DAY) & (self.reference != NO_DAY)
        return np.where(known, self.death.astype(np.float64) - self.reference, np.nan)


def read_subjects(adsl: pl.DataFrame, source: AdrsSource, *, flag_counts: bool) -> AdrsSubjects:
    """Read the subjects from ADSL.

    Parameters
    ----------
    adsl : polars.DataFrame
        One row a subject.
    source : AdrsSource
        Which variables of ADSL hold the dates.
    flag_counts : bool
        Whether a subject died of whom only DTHFL says so.

    Raises
    ------
    DataError
        If a variable is missing, a subject is blank or stands twice, or a date is none.
    """
    therapy = () if source.new_therapy is None else (source.new_therapy,)
    _refuse_missing(adsl, ("USUBJID", source.reference, source.death, *therapy))
    _refuse_repeated(adsl)
    order = _find_order(adsl)
    reference, death = (_days(adsl, name)[order] for name in (source.reference, source.death))
    died = death != NO_DAY
    if flag_counts and "DTHFL" in adsl.columns:
        died |= (adsl["DTHFL"] == "Y").fill_null(value=False).to_numpy()[order]
    new_therapy_day = np.full(adsl.height, np.inf)
    for name in therapy:
        started = _days(adsl, name)[order]
        known = (started != NO_DAY) & (reference != NO_DAY)
        new_therapy_day[known] = started[known].astype(np.float64) - reference[known]
    return AdrsSubjects(adsl, order, reference, death, died, new_therapy_day)


def _refuse_missing(adsl: pl.DataFrame, names: Sequence[str]) -> None:
    missing = ", ".join(name for name in names if name not in adsl.columns)
    if missing:
        msg = f"ADSL has no {missing}, which ADRS needs; add it, or name another variable"
        raise DataError(msg)


def _find_order(adsl: pl.DataFrame) -> NDArray[np.int64]:
    """Return the rows in the order of STUDYID and USUBJID."""
    keys = [name for name in ("STUDYID", "USUBJID") if name in adsl.columns]
    rows = adsl.select(keys).with_row_index("at")
    one_study = "STUDYID" not in keys or rows["STUDYID"].n_unique() <= 1
    if not (one_study and rows["USUBJID"].is_sorted()):
        rows = rows.sort(keys[-1:] if one_study else keys)
    return rows["at"].cast(pl.Int64).to_numpy()


def _refuse_repeated(adsl: pl.DataFrame) -> None:
    subjects = adsl["USUBJID"]
    if subjects.null_count() == 0 and subjects.n_unique() == adsl.height:
        return
    twice = adsl.filter(subjects.is_null() | subjects.is_duplicated())["USUBJID"].unique().sort()
    findings = [
        adrs_finding(
            "adrs.subject_repeated",
            "a row of ADSL has no subject" if one is None else f"subject {one} has several rows",
            "keep one row a subject",
            patient=one,
            table="ADSL",
        )
        for one in twice.to_list()
    ]
    msg = f"ADSL: {len(findings)} error(s) in the subjects; correct them first"
    raise DataError(msg, findings)


def _days(adsl: pl.DataFrame, name: str) -> NDArray[np.int32]:
    """Return a variable of ADSL as days since 1970-01-01."""
    column = adsl[name]
    if column.dtype in (pl.String, pl.Null):
        dates = column.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
        _refuse_unread(adsl.filter(dates.is_null() & column.is_not_null()), name)
    elif column.dtype in (pl.Date, pl.Datetime):
        dates = column.cast(pl.Date)
    else:
        msg = f"ADSL: {name} is {column.dtype}; make it a date, or a text such as 2026-03-15"
        raise DataError(msg)
    return dates.cast(pl.Int32).fill_null(NO_DAY).to_numpy()


def _refuse_unread(rows: pl.DataFrame, name: str) -> None:
    if rows.is_empty():
        return
    findings = [
        adrs_finding(
            "adrs.date_unreadable",
            f"{name} {one[name]} is no whole date",
            "write it as 2026-03-15",
            patient=one["USUBJID"],
            table="ADSL",
        )
        for one in rows.iter_rows(named=True)
    ]
    msg = f"ADSL: {len(findings)} date(s) cannot be read; correct them first"
    raise DataError(msg, findings)


def days_of_variable(subjects: AdrsSubjects, name: str) -> NDArray[np.int32]:
    """Return a date variable of ADSL as days since 1970-01-01, in the order of ADRS.

    ``NO_DAY`` where there is none.

    Raises
    ------
    DataError
        If ADSL has no such variable, or a value of it is no date.
    """
    _refuse_missing(subjects.adsl, (name,))
    return _days(subjects.adsl, name)[subjects.order]
