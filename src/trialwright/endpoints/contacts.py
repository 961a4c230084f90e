"""The last day on which each patient is known to have been alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset

# Columns that show the patient in person on that day.
_CONTACTS = (
    ("patients", "last_alive_date"),
    ("patients", "enrolment_date"),
    ("patients", "first_treatment_date"),
    ("visits", "visit_date"),
    ("measurements", "scan_date"),
    ("ablations", "ablation_date"),
    ("doses", "start_date"),
    ("therapies", "start_date"),
)


def last_contacts(dataset: Dataset) -> dict[str, date]:
    """Return the latest day on which the data show each patient alive.

    The stated date counts together with every scan, treatment and visit in person, so that
    a form that lags behind does not shorten the follow-up.
    """
    latest: dict[str, date] = {}
    for table, column in _CONTACTS:
        frame = dataset.table(table).select("patient_id", column).drop_nulls()
        for patient, day in frame.iter_rows():
            latest[patient] = max(day, latest.get(patient, day))
    return latest
