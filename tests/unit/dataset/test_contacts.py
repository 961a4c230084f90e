"""The last day known alive: which rows show a living patient, and which row it is."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import TABLES, Contact, Dataset, find_last_contacts, last_contacts
from trialwright.dataset.contacts import _CONTACTS

EARLY, LATE = date(2026, 3, 1), date(2026, 3, 20)
SHOWING = [*_CONTACTS]
# Dates on which nobody need have seen the patient: a death, a reading, a decision, a deviation, the
# end of a medication.
NOT_SHOWING = {
    ("patients", "birth_date"),
    ("calls", "call_date"),
    ("adjudications", "adjudication_date"),
    ("deaths", "death_date"),
    ("medications", "end_date"),
    ("deviations", "deviation_date"),
}


def make(**tables):
    frames = {
        name: pl.DataFrame([{"patient_id": "P1"} | row for row in rows])
        for name, rows in tables.items()
    }
    return Dataset.create(frames, source="-")


def test_every_date_of_the_schema_shows_the_patient_or_does_not():
    dates = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if column.kind in ("date", "partial date") and not column.name.endswith("_partial")
    }
    assert dates == set(SHOWING) | NOT_SHOWING


@pytest.mark.parametrize(("table", "column"), SHOWING)
def test_each_shows_the_patient_alive(table, column):
    partial = TABLES[table].column(column).kind == "partial date"
    row = {column: str(LATE) if partial else LATE, "source_row": 7}
    if table == "dispositions":
        row["reason_category"] = "completed"
    dataset = make(
        patients=[{"last_alive_date": EARLY}], **{table: [row]} if table != "patients" else {}
    )
    if table == "patients":
        dataset = make(patients=[{"last_alive_date": EARLY} | row])
    assert last_contacts(dataset) == {"P1": LATE}
    assert find_last_contacts(dataset) == {"P1": Contact(LATE, table, column, 7)}


@pytest.mark.parametrize(("table", "column"), sorted(NOT_SHOWING))
def test_no_other_date_does(table, column):
    day = str(LATE) if column == "birth_date" else LATE
    dataset = make(**{table: [{column: day}]})
    assert last_contacts(dataset) == {}


@pytest.mark.parametrize(
    ("category", "shows"),
    [("completed", True), ("progression", True), ("clinical progression", True),
     ("adverse event", True), ("withdrawal", True), ("death", False),
     ("lost to follow-up", False), ("other", False), (None, False)],
)  # fmt: skip
def test_an_end_that_the_patient_told_or_was_told(category, shows):
    dataset = make(dispositions=[{"end_date": LATE, "reason_category": category}])
    assert (last_contacts(dataset) == {"P1": LATE}) == shows


def test_a_date_known_in_part_counts_as_its_first_possible_day():
    """Whatever it was completed to: nobody saw the patient on the day that was chosen."""
    completed = {
        "start_date": date(2026, 3, 31), "start_date_partial": "2026-03", "start_date_imputed": "D"
    }  # fmt: skip
    assert last_contacts(make(therapies=[completed])) == {"P1": date(2026, 3, 1)}
    assert last_contacts(make(adverse_events=[{"start_date": "2026"}])) == {"P1": date(2026, 1, 1)}
    assert last_contacts(make(adverse_events=[{"start_date": "--03-15"}])) == {}
    flagged = {"start_date": date(2026, 3, 31), "start_date_imputed": "Y"}
    assert last_contacts(make(therapies=[flagged])) == {}


def test_of_two_on_one_day_the_later_column_and_row_are_named():
    dataset = make(
        labs=[{"sample_date": LATE, "source_row": 2}],
        measurements=[{"scan_date": LATE, "source_row": row} for row in (9, 4)],
    )
    assert find_last_contacts(dataset)["P1"] == Contact(LATE, "measurements", "scan_date", 9)


def test_rows_without_a_patient_or_a_date_are_no_contact():
    labs = [{"patient_id": None, "sample_date": LATE}, {"sample_date": None}]
    assert last_contacts(make(labs=labs)) == {}
