"""Laws of the data set: what is written reads back equal; checks do not depend on row order."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialwright.dataset import (
    TABLES,
    Column,
    Dataset,
    baseline_visits,
    check_dataset,
    first_treatments,
    read_dataset,
    write_dataset,
)
from trialwright.dataset.csv_folder import guard, unguard

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
# Control characters are neither written nor read; tab and line ends are text.
ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("\t\r\n"),
    max_size=8,
)
NASTY = st.sampled_from(
    ["=1+1", "-4", "+x", "@a", "\tx", "'=", "'", '"', 'a"b', "a,b", "a;b\tc", "a\r\nb", "\rx",
     "肝转移", "０１", "NA", "null", "007", "1e5", "\ufeffx", " x "]
)  # fmt: skip
WORDS = (ANY_TEXT | NASTY).filter(lambda text: bool(text.strip()))


def values(column: Column) -> st.SearchStrategy:
    low, high = column.minimum, column.maximum
    kinds = {
        "text": WORDS,
        "category": st.sampled_from(column.allowed or ("none",)),
        "date": DAYS,
        "partial date": st.tuples(DAYS, st.sampled_from((4, 7, 10))).map(
            lambda pair: pair[0].isoformat()[: pair[1]]
        ),
        "number": st.floats(low, high, allow_nan=False, allow_infinity=False),
        "count": st.integers(
            -(2**63) if low is None else int(low), 2**63 - 1 if high is None else int(high)
        ),
        "flag": st.booleans(),
    }
    return kinds[column.kind]


def rows_of(name: str) -> st.SearchStrategy:
    cells = {
        column.name: values(column) if column.name == "patient_id" else st.none() | values(column)
        for column in TABLES[name].columns
    }
    return st.lists(st.fixed_dictionaries(cells), max_size=4)


@st.composite
def datasets(draw):
    names = draw(st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=3, unique=True))
    empty = Dataset.create({}, source="-")
    frames = {
        name: pl.DataFrame(draw(rows_of(name)), schema=empty.table(name).drop("source_row").schema)
        for name in names
    }
    zero = draw(st.none() | DAYS)
    return Dataset.create(
        frames, source=draw(st.text(max_size=5, alphabet='aé中"\n')), day_zero=zero
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@settings(max_examples=60, deadline=None)
@given(dataset=datasets())
def test_what_is_written_reads_back_equal(kind, dataset):
    with tempfile.TemporaryDirectory() as folder:
        write_dataset(dataset, Path(folder) / "out", kind=kind)
        back = read_dataset(Path(folder) / "out")
    assert back.same_data(dataset)
    assert back.source == dataset.source
    assert not [f for f in back.findings if f.rule.startswith(("cell.", "row.", "column."))
                and f.rule not in ("cell.spaces", "column.empty")]  # fmt: skip


@example(text=" \tx")
@example(text=" \t=x")
@given(text=ANY_TEXT | NASTY | st.text("'=-+ @\t\r\nx", max_size=6))
def test_the_formula_guard_is_lossless_and_leaves_no_formula(text):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("\t", "\r", "\n"))
    # A plain number, such as an identifier below zero, is no formula and stays as it is.
    number = re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", guard(text))
    assert number or not guard(text).lstrip().startswith(tuple("=+-@"))


SIZES = st.none() | st.sampled_from((-4.0, 0.0, 3.1, 9.0, 12.0, 30.0, 31.0, 310.0, 401.0))
STATES = st.none() | st.sampled_from(
    ("absent", "too_small", "not_evaluable", "present", "not_recorded")
)
PATIENTS = st.sampled_from(("P1", "P2"))
LESIONS = st.sampled_from(("T1", "T2", "T3"))
VISITS = st.sampled_from(("v", "w"))
SCANS = st.sampled_from([date(2026, month, 1) for month in range(1, 6)])


def keyed(name: str, **cells: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=10).map(
        lambda rows: (name, rows)
    )


TRIALS = st.tuples(
    keyed(
        "patients",
        patient_id=PATIENTS,
        enrolment_date=st.none() | SCANS,
        first_treatment_date=st.none() | SCANS,
    ),
    keyed(
        "visits",
        patient_id=PATIENTS,
        visit=VISITS,
        visit_type=st.sampled_from(("baseline", "scheduled")),
    ),
    keyed(
        "lesions",
        patient_id=PATIENTS,
        lesion_id=LESIONS,
        role=st.sampled_from(("target", "non_target", "new")),
        organ=st.sampled_from(("liver", "lung")),
        lymph_node=st.booleans(),
    ),
    keyed(
        "measurements",
        patient_id=PATIENTS,
        lesion_id=LESIONS,
        visit=VISITS,
        scan_date=st.none() | SCANS,
        diameter_mm=SIZES,
        state=STATES,
    ),
    keyed("deaths", patient_id=PATIENTS, death_date=SCANS),
    keyed("doses", patient_id=PATIENTS, drug=st.just("r"), start_date=SCANS, dose_mg=SIZES),
)


@settings(max_examples=60, deadline=None)
@given(trial=TRIALS, seed=st.randoms(use_true_random=False), numbered=st.booleans())
def test_findings_do_not_depend_on_the_order_of_rows(trial, seed, numbered):
    empty = Dataset.create({}, source="-")

    def build(shuffle):
        frames = {}
        for name, rows in trial:
            schema = {key: kind for key, kind in empty.table(name).schema.items() if key in rows[0]}
            frame = pl.DataFrame(rows, schema=schema)
            if numbered:
                frame = frame.with_row_index("source_row", offset=2)
            order = list(range(frame.height))
            if shuffle:
                seed.shuffle(order)
            frames[name] = frame[order]
        return Dataset.create(frames, source="-")

    shuffled, ordered = build(shuffle=True), build(shuffle=False)
    assert check_dataset(shuffled) == check_dataset(ordered)
    assert baseline_visits(shuffled) == baseline_visits(ordered)
    assert set(baseline_visits(ordered)) <= set(first_treatments(ordered))
