"""The data as they were known on a day: what is dated later is left out.

A row is left out if it is certain to be later. A date that is known in part counts as the first
day that it may be. A row without a date is kept, because nothing says that it is later, and so is
a death of unknown date: without it the patient would be alive. A missed assessment has no date; it
is left out if its planned day lies after the cut.

Dates that are known in part are best completed before the data are cut (``complete_dates``): a
completed date is cut like any other, and one that is completed later may lie after the cut.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatment_frame
from trialwright.dataset.checks import as_told
from trialwright.dataset.date_columns import earliest_day
from trialwright.dataset.rules import Rule
from trialwright.dataset.schema import DATES_IN_PART, SOURCE_ROW, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding

# The column that says when a row happened. A patient has entered or not, with the characteristics
# of before treatment; a lesion has been seen.
ROW_DATES = {
    "visits": "visit_date",
    "measurements": "scan_date",
    "calls": "call_date",
    "adjudications": "adjudication_date",
    "ablations": "ablation_date",
    "doses": "start_date",
    "adverse_events": "start_date",
    "labs": "sample_date",
    "vitals": "measured_date",
    "ecgs": "ecg_date",
    "medications": "start_date",
    "therapies": "start_date",
    "deaths": "death_date",
    "dispositions": "end_date",
    "deviations": "deviation_date",
}
# Dates of a row that is kept, which were not known yet if they are later.
_NOT_YET_KNOWN = {
    "patients": ("consent_date", "first_treatment_date"),
    "doses": ("end_date",),
    "adverse_events": ("end_date",),
    "medications": ("end_date",),
}
# What became known with such a date.
_KNOWN_WITH = {"adverse_events": ("end_date", "outcome")}
_LESION = ("patient_id", "lesion_id")
_MOST_DAYS = 36_500  # of a planned day; a larger one is no day of a trial
_MEND = "nothing to do; choose a later day to count them"


def cut_data(dataset: Dataset, last_day: date) -> Dataset:
    """Leave out what happened after a day.

    Left out are rows dated later, patients who were enrolled later with all their rows (where no
    enrolment is recorded, those first treated later, else those who consented later), and lesions
    that every scan and treatment shows only later. An end after the cut becomes blank, and with it
    the outcome of an event. A patient known to be alive later is known to be alive on the day of
    the cut.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    last_day : date
        The last day that counts.

    Returns
    -------
    Dataset
        The rows that are left, in their order, and a note for each table that lost any, with
        their number. Findings about rows that were left out are dropped.

    Examples
    --------
    >>> from datetime import date
    >>> from trialwright.dataset import Dataset
    >>> days = [date(2026, 3, 1), date(2026, 5, 1)]
    >>> scans = pl.DataFrame({"patient_id": "014", "lesion_id": "T1", "scan_date": days})
    >>> whole = Dataset.create({"measurements": scans}, source="made in code")
    >>> cut = cut_data(whole, date(2026, 4, 1))
    >>> cut.measurements["scan_date"].to_list()
    [datetime.date(2026, 3, 1)]
    """
    late = _late_patients(dataset, last_day)
    kept = {
        name: _until(dataset, name, last_day).join(
            late, on="patient_id", how="anti", maintain_order="left"
        )
        for name in dataset.frames
    }
    if "lesions" in kept:
        kept["lesions"] = _without_unseen(kept["lesions"], dataset, replace(dataset, frames=kept))
    told = _findings_left(dataset, kept, set(late["patient_id"]))
    frames = {name: _without_later(name, frame, last_day) for name, frame in kept.items()}
    earlier = dataset.cut or last_day
    cut = replace(dataset, frames=frames, findings=tuple(told), cut=min(last_day, earlier))
    return cut.with_findings(tuple(_say(dataset, kept, cut, last_day)))


def last_observed_day(dataset: Dataset) -> date | None:
    """Return the last day on which a row of the data happened; none without a date.

    A date that is known in part counts where it was completed.
    """
    days: list[date] = []
    for name, column in ROW_DATES.items():
        kind = TABLES[name].column(column).kind
        if kind == "date":
            days.extend(dataset.table(name)[column].drop_nulls())
    return max(days, default=None)


def _late_patients(dataset: Dataset, last_day: date) -> pl.DataFrame:
    entered = pl.coalesce("enrolment_date", "first_treatment", "consent_date")
    return (
        dataset.patients.join(first_treatment_frame(dataset), on="patient_id", how="left")
        .filter(entered > last_day)
        .select("patient_id")
        .unique()
    )


def _until(dataset: Dataset, name: str, last_day: date) -> pl.DataFrame:
    """Return the rows of a table that are not certain to be later."""
    rows = dataset.frames[name]
    if name not in ROW_DATES:
        return rows
    column = ROW_DATES[name]
    day = earliest_day(rows, column)
    if name in DATES_IN_PART:
        day = pl.coalesce(column, day)  # a date that was completed counts as it stands
    if name == "visits":
        firsts = first_treatment_frame(dataset)
        rows = rows.join(firsts, on="patient_id", how="left", maintain_order="left")
        day = pl.coalesce(day, _planned_date(last_day))
    kept = rows.filter((day <= last_day).fill_null(value=True))
    return kept.select(dataset.frames[name].columns)


def _planned_date(last_day: date) -> pl.Expr:
    """Return the planned date; before the first treatment nothing is planned yet."""
    number, start = pl.col("planned_day"), pl.col("first_treatment")
    days = pl.when(number.is_between(-_MOST_DAYS, _MOST_DAYS)).then(number)
    return pl.when(start > last_day).then(start).otherwise(start + pl.duration(days=days))


def _without_unseen(lesions: pl.DataFrame, before: Dataset, after: Dataset) -> pl.DataFrame:
    """Leave out the lesions that scans or treatments showed, and none that is left."""
    numbered = lesions.with_row_index("at")
    unseen = set(_shown(numbered, before)) - set(_shown(numbered, after))
    return numbered.filter(~pl.col("at").is_in(unseen)).drop("at")


def _shown(lesions: pl.DataFrame, dataset: Dataset) -> list[int]:
    """Return the numbers of the lesions that a scan shows or a treatment names."""
    key = (*_LESION, "reader")
    named = dataset.ablations["reader"].is_not_null()
    by_reader = pl.concat(
        [dataset.measurements.select(key), dataset.ablations.filter(named).select(key)]
    )
    shown = (
        lesions.join(by_reader, on=key, how="semi", nulls_equal=True),
        lesions.join(dataset.ablations.filter(~named), on=_LESION, how="semi"),
    )
    return [at for rows in shown for at in rows["at"]]


def _without_later(name: str, rows: pl.DataFrame, last_day: date) -> pl.DataFrame:
    """Make blank what was not known yet, and move the last day alive to the cut."""
    late = {
        column: (earliest_day(rows, column) > last_day).fill_null(value=False)
        for column in _NOT_YET_KNOWN.get(name, ())
    }
    blank = [pl.when(~is_late).then(column).alias(column) for column, is_late in late.items()]
    if name in _KNOWN_WITH:
        day, column = _KNOWN_WITH[name]
        blank.append(pl.when(~late[day]).then(column).alias(column))
    if name == "patients":
        alive = pl.col("last_alive_date")
        blank.append(
            pl.when(alive > last_day)
            .then(pl.lit(last_day))
            .otherwise(alive)
            .alias("last_alive_date")
        )
    return rows.with_columns(blank)


def _findings_left(
    dataset: Dataset, kept: dict[str, pl.DataFrame], late: set[str]
) -> Iterator[Finding]:
    """Yield the findings that are not about a row, or a patient, that was left out."""
    rows = {
        name: set(frame[SOURCE_ROW].drop_nulls()) - set(kept[name][SOURCE_ROW].drop_nulls())
        for name, frame in dataset.frames.items()
    }
    for finding in dataset.findings:
        gone = finding.row in rows.get(finding.table, ())
        if not gone and not (finding.concerned and late.issuperset(finding.concerned)):
            yield finding


def _say(
    dataset: Dataset, kept: dict[str, pl.DataFrame], cut: Dataset, last_day: date
) -> Iterator[Finding]:
    for name, frame in dataset.frames.items():
        number = frame.height - kept[name].height
        blanks = sum(
            cut.frames[name][column].null_count() - kept[name][column].null_count()
            for column in _NOT_YET_KNOWN.get(name, ())
        )
        said = [_left_out(name, number, last_day)] if number else []
        if blanks:
            said.append(f"{blanks} later date{'s' * (blanks > 1)} of rows that are kept made blank")
        if said:
            rule = Rule("cut.left_out", name, None, _MEND)
            yield as_told(rule.finding({}, "; ".join(said)), dataset)


def _left_out(name: str, number: int, last_day: date) -> str:
    one = number == 1
    verb = "is" if one else "are"
    match name:
        case "patients":
            who = "patient who entered" if one else "patients who entered"
            return f"{number} {who} after {last_day} {verb} left out with all rows"
        case "lesions":
            return f"{number} lesion{'s' * (not one)} first seen after {last_day} {verb} left out"
    rows = "row" if one else "rows"
    return (
        f"{number} {rows} dated after {last_day}, or of patients who entered later, {verb} left out"
    )
