"""Laws of exposure: as planned is 1; splits, shifts and longer holds do what they must."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import polars as pl
from hypothesis import assume, given
from hypothesis import strategies as st

from planned_drugs import dosed, exposure_of, plan
from trialwright.dataset import Dataset
from trialwright.study import read_study

_STUDY = Path(__file__).parents[2] / "examples" / "crclm" / "study.toml"
DOSES = st.sampled_from([0.1, 7.3, 40.0, 80.0, 120.0, 240.0])
SCHEDULES = st.tuples(st.integers(1, 35), st.integers(1, 35)).map(
    lambda pair: (max(pair), min(pair))
)
PLACES = ("first_dose", "last_dose", "gaps", "why", "planned_to_date_mg", "notes")


@cache
def study_of(dose_mg, cycle_days, days_given):
    return plan(_read(), dose_mg=dose_mg, cycle_days=cycle_days, days_given=days_given)


@cache
def _read():
    return read_study(_STUDY)


def numbers(row):
    return {name: value for name, value in row.items() if name not in PLACES}


def one_day_rows(cycle_days, days_given, cycles, dose_mg):
    days = [cycle_days * n + on for n in range(cycles) for on in range(days_given)]
    return [(day, day, dose_mg) for day in days]


def per_cycle(cycle_days, days_given, cycles, dose_mg):
    starts = [cycle_days * n for n in range(cycles)]
    return [(start, start + days_given - 1, dose_mg) for start in starts]


@given(DOSES, SCHEDULES, st.integers(1, 6), st.data())
def test_as_planned_the_relative_dose_intensity_is_one(dose, schedule, cycles, data):
    cycle_days, days_given = schedule
    rows = per_cycle(cycle_days, days_given, cycles, dose)
    last_day = data.draw(st.integers(rows[-1][0], rows[-1][1]))  # it may end in mid-cycle
    rows[-1] = (rows[-1][0], last_day, dose)
    row = exposure_of(dosed(*rows), study_of(dose, cycle_days, days_given))
    assert row["relative_dose_intensity"] == 1.0
    assert row["cumulative_mg"] == row["planned_mg"]
    assert (row["interruptions"], row["days_left_out"], row["reductions"]) == (0, 0, 0)
    assert row["doses_given"] == row["doses_expected"]


@given(DOSES, SCHEDULES, st.integers(1, 4))
def test_splits_of_rows_change_nothing(dose, schedule, cycles):
    study = study_of(80.0, *schedule)
    whole = exposure_of(dosed(*per_cycle(*schedule, cycles, dose)), study)
    split = exposure_of(dosed(*one_day_rows(*schedule, cycles, dose)), study)
    assert whole == split


RUNS = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 30), st.sampled_from([0.0, 40.0, 80.0])),
    min_size=1,
    max_size=8,
)


def laid_out(runs):
    """Return rows one after the other: days to wait, days of the row, dose."""
    rows, day = [], 0
    for wait, length, dose in runs:
        first = day + wait - 1
        rows.append((first, first + length - 1, dose))
        day = first + length
    return rows


@given(RUNS, st.integers(-400, 400))
def test_a_shift_of_all_dates_changes_nothing(runs, days):
    data, study = dosed(*laid_out(runs)), study_of(80.0, 28, 21)
    assume(any(dose > 0 for *_, dose in runs))
    shifted = Dataset.create(
        {
            name: frame.drop("source_row").with_columns(pl.col(pl.Date) + timedelta(days=days))
            for name, frame in data.frames.items()
        },
        source="shifted",
    )
    before, after = exposure_of(data, study), exposure_of(shifted, study)
    assert numbers(before) == numbers(after)
    assert before["planned_to_date_mg"] == after["planned_to_date_mg"]
    assert (after["first_dose"] - before["first_dose"]).days == days


@given(RUNS)
def test_what_is_given_and_left_out(runs):
    rows = laid_out(runs)
    assume(any(dose > 0 for *_, dose in rows))
    row = exposure_of(dosed(*rows), study_of(80.0, 28, 21))
    assert row["cumulative_mg"] == sum(dose * (last - first + 1) for first, last, dose in rows)
    assert row["days_given"] == sum(last - first + 1 for first, last, dose in rows if dose)
    assert row["longest_gap_days"] <= row["days_left_out"] <= row["duration_days"]
    assert row["planned_mg"] > 0
    assert row["interruptions"] <= len(row["gaps"])
    assert row["duration_days"] >= (row["last_dose"] - row["first_dose"]).days + 1


@given(st.integers(0, 60), st.integers(1, 20))
def test_a_later_second_cycle_lowers_the_intensity(delay, more):
    def intensity(days):
        rows = ((0, 20, 80), (28 + days, 48 + days, 80))
        return exposure_of(dosed(*rows), study_of(80.0, 28, 21))["relative_dose_intensity"]

    assert intensity(delay + more) < intensity(delay) <= 1.0
