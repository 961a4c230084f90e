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
    SETTABLE,
    TABLES,
    Column,
    Dataset,
    baseline_visits,
    check_dataset,
    find_last_contacts,
    first_treatments,
    last_contacts,
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
        )
        | st.sampled_from(("2024---15", "--03-15", "--03", "----31")),
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
@settings(max_examples=40, deadline=None)
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
VISITS = st.sampled_from(("v", "week 8", "week 16"))
READERS = st.sampled_from(("central_1", "central_2"))
SOME_READERS = st.none() | READERS
SCANS = st.sampled_from([date(2026, month, 1) for month in range(1, 6)])
KNOWN = st.sampled_from((None, "2026", "2026-02", "2026-04", "2026---01", "--03-01", "2026-03-01"))


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
        planned_day=st.none() | st.sampled_from((0, 56)),
        not_imaged=st.none() | st.sampled_from(("lung", "liver; lug")),
    ),
    keyed(
        "lesions",
        patient_id=PATIENTS,
        lesion_id=LESIONS,
        role=st.sampled_from(("target", "non_target", "new")),
        organ=st.sampled_from(("liver", "lung")),
        lymph_node=st.booleans(),
        split_from=st.none() | LESIONS,
        reader=SOME_READERS,
    ),
    keyed(
        "measurements",
        patient_id=PATIENTS,
        lesion_id=LESIONS,
        visit=VISITS,
        scan_date=st.none() | SCANS,
        diameter_mm=SIZES,
        state=STATES,
        method=st.none() | st.sampled_from(("CT", "MRI")),
        slice_mm=st.none() | st.sampled_from((5.0, 8.0)),
        reader=SOME_READERS,
    ),
    keyed(
        "ablations",
        patient_id=PATIENTS,
        lesion_id=LESIONS,
        reader=SOME_READERS,
        ablation_date=SCANS,
        modality=st.just("RFA"),
        planned=st.booleans(),
    ),
    keyed("adjudications", patient_id=PATIENTS, accepted_reader=READERS),
    keyed(
        "deaths",
        patient_id=PATIENTS,
        death_date=st.none() | SCANS,
        death_date_partial=KNOWN,
        death_date_imputed=st.sampled_from((None, "D", "M", "Y")),
    ),
    keyed(
        "therapies",
        patient_id=PATIENTS,
        therapy=st.sampled_from(("a", "b")),
        start_date=st.none() | SCANS,
        start_date_partial=KNOWN,
    ),
    keyed(
        "dispositions",
        patient_id=PATIENTS,
        scope=st.sampled_from(("screening", "treatment", "study")),
        end_date=st.none() | SCANS,
        end_date_partial=KNOWN,
        reason=st.sampled_from(("told", "death")),
        reason_category=st.sampled_from((None, "death", "progression")),
    ),
    keyed(
        "calls",
        patient_id=PATIENTS,
        criteria=st.just("RECIST 1.1"),
        visit=VISITS,
        call_date=st.none() | SCANS,
        overall=st.sampled_from((None, "NE", "PD")),
    ),
    keyed("labs", patient_id=PATIENTS, test=st.just("t"), sample_date=SCANS),
    keyed("vitals", patient_id=PATIENTS, test=st.just("t"), measured_date=SCANS),
    keyed("ecgs", patient_id=PATIENTS, parameter=st.just("t"), ecg_date=SCANS),
    keyed(
        "medications",
        patient_id=PATIENTS,
        medication=st.just("t"),
        start_date=KNOWN,
        end_date=KNOWN,
    ),
    keyed(
        "adverse_events", patient_id=PATIENTS, term=st.just("t"), start_date=KNOWN, end_date=KNOWN
    ),
    keyed("doses", patient_id=PATIENTS, drug=st.just("r"), start_date=SCANS, dose_mg=SIZES),
)


def build(trial, *, numbered=True):
    """Make a data set of drawn rows, each with the row of a source or with none."""
    empty = Dataset.create({}, source="-")
    frames = {}
    for name, rows in trial:
        schema = {key: kind for key, kind in empty.table(name).schema.items() if key in rows[0]}
        frame = pl.DataFrame(rows, schema=schema)
        frames[name] = frame.with_row_index("source_row", offset=2) if numbered else frame
    return Dataset.create(frames, source="-")


@settings(max_examples=30, deadline=None)
@given(trial=TRIALS, seed=st.randoms(use_true_random=False), numbered=st.booleans())
def test_findings_do_not_depend_on_the_order_of_rows(trial, seed, numbered):
    ordered = build(trial, numbered=numbered)
    orders = {name: list(range(frame.height)) for name, frame in ordered.frames.items()}
    for order in orders.values():
        seed.shuffle(order)
    shuffled = Dataset.create(
        {name: frame[orders[name]] for name, frame in ordered.frames.items()}, source="-"
    )
    assert check_dataset(shuffled) == check_dataset(ordered)
    assert baseline_visits(shuffled) == baseline_visits(ordered)
    assert last_contacts(shuffled) == last_contacts(ordered)
    if numbered:
        assert find_last_contacts(shuffled) == find_last_contacts(ordered)
    assert set(baseline_visits(ordered)) <= set(first_treatments(ordered))


def without_reader(dataset, reader):
    """Take away what one reader read; an ablation stays, whoever names its lesion."""
    frames = dict(dataset.frames)
    for name in ("lesions", "measurements"):
        frames[name] = frames[name].filter(pl.col("reader").ne_missing(reader))
    return Dataset.create(frames, source="-")


@settings(max_examples=30, deadline=None)
@given(trial=TRIALS)
def test_the_rows_of_one_reader_change_no_finding_of_another(trial):
    whole = build(trial)
    alone = without_reader(whole, "central_2")

    def own(dataset):
        # A column that is blank in all rows, of any reader, is told of once.
        found = (one for one in check_dataset(dataset) if one.rule != "value.missing")
        return [one for one in found if one.reader == "central_1"]

    assert own(alone) == own(whole)
    assert baseline_visits(alone) == baseline_visits(whole, reader="central_1")


@settings(max_examples=30, deadline=None)
@given(trial=TRIALS, numbered=st.booleans())
def test_a_finding_whose_consequence_is_set_names_its_patients(trial, numbered):
    for finding in check_dataset(build(trial, numbered=numbered)):
        if finding.rule in SETTABLE:
            assert finding.concerned
