"""Laws of the data cut: twice is once, the last day changes nothing, order does not matter."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.dataset import Dataset, cut_data, first_treatments, last_contacts
from trialwright.dataset.data_cut import ROW_DATES
from trialwright.dataset.date_columns import earliest_day
from trialwright.dataset.partial_dates import read_partial_date
from trialwright.dataset.schema import DATES_IN_PART

DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30))
MAYBE = st.none() | DAYS
PARTS = st.none() | st.tuples(DAYS, st.sampled_from((4, 7, 10))).map(
    lambda pair: str(pair[0])[: pair[1]]
) | st.just("2026---15") | st.just("--03-15")  # fmt: skip
PATIENTS = st.sampled_from(("A", "B", "C", None))
LESIONS = st.sampled_from(("T1", "N1"))
READERS = st.sampled_from((None, "central_1", "central_2"))
FLAGS = st.sampled_from((None, "D", "M", "Y"))


def rows(**columns):
    return st.lists(st.fixed_dictionaries({"patient_id": PATIENTS} | columns), max_size=5)


DRAWN = st.fixed_dictionaries(
    {
        "patients": rows(enrolment_date=MAYBE, consent_date=MAYBE, first_treatment_date=MAYBE,
                         last_alive_date=MAYBE),
        "visits": rows(visit=st.sampled_from("ab"), visit_date=MAYBE,
                       planned_day=st.none() | st.integers(-30, 120)),
        "lesions": rows(lesion_id=LESIONS, reader=READERS),
        "measurements": rows(lesion_id=LESIONS, reader=READERS, scan_date=MAYBE),
        "ablations": rows(lesion_id=LESIONS, reader=READERS, ablation_date=MAYBE,
                          planned=st.booleans()),
        "doses": rows(start_date=MAYBE, end_date=MAYBE, dose_mg=st.sampled_from((0.0, 80.0))),
        "adverse_events": rows(start_date=PARTS, end_date=PARTS),
        "labs": rows(sample_date=MAYBE),
        "vitals": rows(measured_date=MAYBE),
        "ecgs": rows(ecg_date=MAYBE),
        "medications": rows(start_date=PARTS, end_date=PARTS),
        "characteristics": rows(value=st.none()),
        "therapies": rows(start_date=MAYBE, start_date_partial=PARTS, start_date_imputed=FLAGS),
        "deaths": rows(death_date=MAYBE, death_date_partial=PARTS, death_date_imputed=FLAGS),
        "dispositions": rows(end_date=MAYBE, end_date_partial=PARTS),
        "calls": rows(call_date=MAYBE),
        "adjudications": rows(adjudication_date=MAYBE),
    }
)  # fmt: skip


def without_contradiction(row):
    """Forget what is known in part where the date beside it says otherwise (an error)."""
    for name in DATES_IN_PART.values():
        known = read_partial_date(row.get(f"{name}_partial") or "")
        if row.get(name) and known and not known.agrees(row[name]):
            return row | {f"{name}_partial": None}
    return row


def build(drawn):
    empty = Dataset.create({}, source="-")
    frames = {}
    for name, drawn_rows in drawn.items():
        schema = empty.table(name).schema
        held = [without_contradiction(row) for row in drawn_rows]
        columns = {key: [row.get(key) for row in held] for key in schema}
        columns["source_row"] = list(range(2, len(drawn_rows) + 2))
        frames[name] = pl.DataFrame(columns, schema=schema)
    return Dataset.create(frames, source="-")


DATASETS = DRAWN.map(build)


@settings(max_examples=60, deadline=None)
@given(DATASETS, DAYS, DAYS)
def test_cutting_twice_is_cutting_at_the_earlier_day(dataset, one, other):
    once = cut_data(dataset, min(one, other))
    assert cut_data(cut_data(dataset, one), other).same_data(once)


@settings(max_examples=60, deadline=None)
@given(DATASETS)
def test_the_last_day_of_the_data_changes_nothing(dataset):
    """The last day of any row, or planned for a visit that was missed."""
    cut = cut_data(dataset, date(2026, 12, 31))
    assert cut.same_data(dataset)
    assert cut.findings == ()
    last = max(_days(dataset), default=date(2026, 1, 1))
    assert cut_data(dataset, last).same_data(dataset)


def _days(dataset):
    for name, frame in dataset.frames.items():
        for column, kind in frame.schema.items():
            if kind == pl.Date:
                yield from frame[column].drop_nulls()
            elif column in ("start_date", "end_date") or column.endswith("_partial"):
                yield from frame.select(earliest_day(frame, column)).to_series().drop_nulls()
        if name == "visits":
            starts = first_treatments(dataset)
            for patient, number in frame.select("patient_id", "planned_day").iter_rows():
                if patient in starts and number is not None:
                    yield starts[patient] + timedelta(days=number)


@settings(max_examples=40, deadline=None)
@given(DATASETS, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(dataset, last_day, seed):
    orders = {name: list(range(frame.height)) for name, frame in dataset.frames.items()}
    for order in orders.values():
        seed.shuffle(order)
    shuffled = Dataset.create(
        {name: frame[orders[name]] for name, frame in dataset.frames.items()}, source="-"
    )
    cut, mixed = cut_data(dataset, last_day), cut_data(shuffled, last_day)
    assert cut.findings == mixed.findings
    for name, frame in cut.frames.items():
        assert frame.sort("source_row").equals(mixed.frames[name].sort("source_row"))


@settings(max_examples=60, deadline=None)
@given(DATASETS, DAYS)
def test_nothing_that_is_left_is_certain_to_be_later(dataset, last_day):
    cut = cut_data(dataset, last_day)
    for name, column in ROW_DATES.items():
        rows = cut.table(name)
        days = rows.select(earliest_day(rows, column)).to_series().drop_nulls()
        assert all(day <= last_day for day in days)
    for name in dataset.frames:
        left_out = dataset.table(name).height - cut.table(name).height
        told = [one for one in cut.findings if one.table == name]
        assert bool(told) >= bool(left_out)
        assert (str(left_out) in told[0].message) if left_out else True
    assert all(day <= last_day for day in last_contacts(cut).values())
