"""The last day on which each patient is known to have been alive.

A contact is a row of the data that shows the patient alive on a day. A death is none, and
neither is an end of treatment or study that may have been written down without the patient: one
for death or loss to follow-up, or one whose reason is not among the known ones. A date that is
known in part counts as its first possible day, whatever it was completed to: so no contact is
later than what is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.date_columns import earliest_day
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset

# Columns that show the patient alive; of two on one day the one that stands later is named.
_CONTACTS = (
    ("patients", "consent_date"),
    ("patients", "enrolment_date"),
    ("patients", "first_treatment_date"),
    ("patients", "last_alive_date"),
    ("dispositions", "end_date"),
    ("adverse_events", "start_date"),
    ("adverse_events", "end_date"),
    ("medications", "start_date"),  # that it ended may be written down without the patient
    ("vitals", "measured_date"),
    ("ecgs", "ecg_date"),
    ("labs", "sample_date"),
    ("doses", "start_date"),
    ("doses", "end_date"),
    ("ablations", "ablation_date"),
    ("therapies", "start_date"),
    ("visits", "visit_date"),
    ("measurements", "scan_date"),
)
# Reasons for which an end is told by, or to, the living patient.
_TOLD_IN_PERSON = (
    "completed",
    "progression",
    "clinical progression",
    "adverse event",
    "withdrawal",
)


@dataclass(frozen=True, slots=True)
class Contact:
    """The last day known alive, and the row that shows it.

    ``row`` is the 1-based row of the source; None where the data were made in code.
    """

    day: date
    table: str
    column: str
    row: int | None


def last_contacts(dataset: Dataset) -> dict[str, date]:
    """Return the latest day on which the data show each patient alive.

    The stated date counts together with every scan, treatment, sample, event and visit, so that
    a form that lags behind does not shorten the follow-up.

    Examples
    --------
    >>> from datetime import date
    >>> from trialwright.dataset import Dataset
    >>> labs = pl.DataFrame({"patient_id": ["014"], "sample_date": [date(2026, 3, 20)]})
    >>> last_contacts(Dataset.create({"labs": labs}, source="made in code"))
    {'014': datetime.date(2026, 3, 20)}
    """
    return dict(dataset.contacts.select("patient_id", "day").iter_rows())


def find_last_contacts(dataset: Dataset) -> dict[str, Contact]:
    """Return ``last_contacts`` with the row that shows each; a patient without one is not in it."""
    columns = ("patient_id", "day", "table", "column", SOURCE_ROW)
    return {
        patient: Contact(day, table, column, row)
        for patient, day, table, column, row in dataset.contacts.select(columns).iter_rows()
    }


def pick_dated(candidates: pl.DataFrame, *, last: bool) -> pl.DataFrame:
    """Pick each patient's first or last dated row.

    Parameters
    ----------
    candidates : polars.DataFrame
        ``patient_id``, ``day``, ``place`` and any others. Rows without a day are no candidates.
    last : bool
        The last row; False: the first. Of several on one day the first has the lowest ``place``,
        the last the highest, and of those of one place they are the first and last in order.

    Returns
    -------
    polars.DataFrame
        One row a patient, sorted by patient.
    """
    return (
        candidates.drop_nulls(("patient_id", "day"))
        .sort("patient_id", "day", "place", maintain_order=True)
        .unique("patient_id", keep="last" if last else "first", maintain_order=True)
    )


def last_rows(dataset: Dataset) -> pl.DataFrame:
    """Return the row that shows each patient alive last; ``Dataset.contacts`` finds them once.

    Parameters
    ----------
    dataset : Dataset
        What was observed.

    Returns
    -------
    polars.DataFrame
        One row a patient: ``patient_id``, ``day``, ``place``, ``table``, ``column`` and the row
        of the source.
    """
    columns = [
        _rows(dataset, table).select(
            "patient_id",
            earliest_day(dataset.table(table), column).alias("day"),
            pl.lit(place).alias("place"),
            pl.lit(table).alias("table"),
            pl.lit(column).alias("column"),
            SOURCE_ROW,
        )
        for place, (table, column) in enumerate(_CONTACTS)
    ]
    return pick_dated(pl.concat(columns).sort(SOURCE_ROW, maintain_order=True), last=True)


def _rows(dataset: Dataset, table: str) -> pl.DataFrame:
    rows = dataset.table(table)
    if table != "dispositions":
        return rows
    return rows.filter(pl.col("reason_category").is_in(_TOLD_IN_PERSON))
