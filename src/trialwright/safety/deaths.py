"""Deaths, and how long after the last treatment they came.

Source: ICH E3, section 12.3.1 (deaths during the study and within its follow-up are listed). How
many days after the last treatment count is the study's choice (``safety.death_days``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from trialwright.dataset.date_columns import earliest_day, latest_day
from trialwright.dataset.event_checks import is_fatal
from trialwright.dataset.schema import SOURCE_ROW
from trialwright.safety.course import gather_courses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.study.model import Study

Row = dict[str, Any]
Period = Literal["on treatment", "after treatment", "later", "unknown", "never treated"]

_SCHEMA: dict[str, Any] = {
    "patient_id": pl.String,
    "death_date": pl.Date,
    "known_from": pl.Date,
    "known_to": pl.Date,
    "day": pl.Int64,
    "last_treatment": pl.Date,
    "days_after_treatment": pl.Int64,
    "period": pl.String,
    "listed": pl.Boolean,
    "why": pl.String,
    "cause": pl.String,
    "cause_category": pl.String,
    "fatal_events": pl.List(pl.String),
    SOURCE_ROW: pl.Int64,
}


def deaths_on_treatment(
    dataset: Dataset, study: Study, courses: Mapping[str, TreatmentCourse] | None = None
) -> pl.DataFrame:
    """Say of every death how it lies to the treatment.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Days after the last treatment that count.
    courses : mapping of str to TreatmentCourse, optional
        As ``course.gather_courses`` returns it, where it is at hand.

    Returns
    -------
    polars.DataFrame
        One row a row of ``deaths``, in its order: ``patient_id``, ``death_date``, ``known_from``
        and ``known_to`` (days that it may be), ``day`` (study day), ``last_treatment``,
        ``days_after_treatment``, ``period`` (``on treatment``: up to the last treatment;
        ``after treatment``: at most ``safety.death_days`` later; ``later``; ``unknown``: the day
        does not say, or the last treatment is not on record; ``never treated``), ``listed`` (the
        first two, and ``unknown``), ``why``, ``cause``, ``cause_category``, ``fatal_events``
        (terms of the patient's fatal events), ``source_row``.
    """
    courses = gather_courses(dataset, study) if courses is None else courses
    days, fatal = study.safety.death_days.require(), _fatal_events(dataset)
    deaths = dataset.deaths.with_columns(
        earliest_day(dataset.deaths, "death_date").alias("known_from"),
        latest_day(dataset.deaths, "death_date").alias("known_to"),
    )
    rows = [
        _place_row(row, courses.get(row["patient_id"]), days)
        | {"fatal_events": fatal.get(row["patient_id"], [])}
        for row in deaths.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _place_row(row: Row, course: TreatmentCourse | None, days: int) -> Row:
    last = None if course is None else course.last_treatment
    when = row["death_date"]
    low, high = (row["known_from"], row["known_to"]) if when is None else (when, when)
    period, why = place_death(low, high, last, days)
    if last is None and course is not None and course.first_treatment is not None:
        # Neither doses nor ablations say how long the treatment went on.
        period, why = "unknown", f"{_say_death(low, high)}; the last treatment is not on record"
    return {
        **{name: row[name] for name in _SCHEMA if name in row},
        "day": None if course is None else course.study_day(when),
        "last_treatment": last,
        "days_after_treatment": None if when is None or last is None else (when - last).days,
        "period": period,
        "listed": period in {"on treatment", "after treatment", "unknown"},
        "why": why,
    }


def place_death(
    low: date | None, high: date | None, last: date | None, days: int
) -> tuple[Period, str]:
    """Tell whether a death came on treatment, within some days after it, or later.

    Parameters
    ----------
    low, high : date or None
        First and last day that it may be; none: not even the year is known.
    last : date or None
        Last treatment; none: never treated.
    days : int
        Days after the last treatment that count.

    Examples
    --------
    >>> from datetime import date
    >>> place_death(date(2024, 5, 20), date(2024, 5, 20), date(2024, 5, 1), 30)
    ('after treatment', 'died on 2024-05-20, 19 days after the last treatment on 2024-05-01')
    """
    if last is None:
        return "never treated", "was never treated"
    if low is None or high is None:
        return "unknown", f"{_say_death(low, high)}; the last treatment was on {last}"
    first_place, last_place = (_place((day - last).days, days) for day in (low, high))
    if first_place != last_place:
        return "unknown", f"{_say_death(low, high)}; the last treatment was on {last}"
    after = (low - last).days
    when = _say_death(low, high)
    if first_place == "on treatment":
        return first_place, f"{when}, on treatment: the last was given on {last}"
    days_after = f"{after} day{'' if after == 1 else 's'}{'' if low == high else ' or more'}"
    return first_place, f"{when}, {days_after} after the last treatment on {last}"


def _say_death(low: date | None, high: date | None) -> str:
    if low is None or high is None:
        return "died on an unknown day"
    return f"died on {low}" if low == high else f"died from {low} to {high}"


def _place(after: int, days: int) -> Period:
    if after <= 0:
        return "on treatment"
    return "after treatment" if after <= days else "later"


def _fatal_events(dataset: Dataset) -> dict[str, list[str]]:
    events = dataset.table("adverse_events").drop_nulls("patient_id")
    by_patient = (
        events.filter(is_fatal())
        .group_by("patient_id", maintain_order=True)
        .agg(pl.col("term").drop_nulls().unique(maintain_order=True))
    )
    return dict(by_patient.iter_rows())
