"""Which value stands for a window: the last one, and the baseline that was chosen before."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from trialwright.safety.measurement_windows import last_in_windows, window_days_of

SCHEMA = {"patient_id": pl.String, "day": pl.Int64, "is_baseline": pl.Boolean, "y": pl.Float64}


def rows(*of):
    return pl.DataFrame(list(of), schema=SCHEMA, orient="row")


def test_the_last_value_of_a_window_counts():
    found = last_in_windows(
        rows(("A", 2, False, 1.0), ("A", 29, False, 2.0), ("A", 30, False, 3.0)), 28
    )
    assert found.select("window", "y").rows() == [(1, 2.0), (2, 3.0)]


def test_the_baseline_is_the_one_that_was_chosen_not_the_latest():
    found = last_in_windows(rows(("A", -7, True, 1.0), ("A", 1, False, 9.0)), 28)
    assert found.select("window", "y").rows() == [(0, 1.0)]


def test_who_has_no_day_or_no_name_stands_in_no_window():
    assert last_in_windows(rows(("A", None, True, 1.0), (None, 5, False, 2.0)), 28).is_empty()


@pytest.mark.parametrize(("cycles", "days"), [([21, 28], 28), ([21, None], 21), ([None], 28)])
def test_a_window_is_as_long_as_the_longest_cycle(cycles, days):
    drugs = [SimpleNamespace(cycle_days=SimpleNamespace(value=cycle)) for cycle in cycles]
    assert window_days_of(SimpleNamespace(treatments=drugs)) == days
