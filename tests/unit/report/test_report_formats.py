from __future__ import annotations

import datetime as dt
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.report.formats import (
    Days,
    show_change,
    show_count,
    show_median_interval,
    show_median_with_unit,
    show_percent,
    show_proportion,
    show_proportion_interval,
    show_rate,
    show_size,
    show_value,
)
from trialwright.stats import Estimate, Proportion

ZERO = dt.date(2000, 1, 1)


def estimate(value, low, high):
    return Estimate(value, low, high, 0.95, "log-log")


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (show_count(5, 29), "5 (17.2 %)"),
        (show_count(0, 0), "0"),
        (show_percent(0.172), "17.2 %"),
        (show_percent(nan), "NE"),
        (show_change(-0.3), "−30.0 %"),
        (show_change(0.205), "+20.5 %"),
        (show_change(nan), "NE"),
        (show_size(58.0), "58"),
        (show_size(123.5), "123.5"),
        (show_size(nan), "NE"),
        (show_median_with_unit(estimate(5.44, 3, 9), "months"), "5.4 months"),
        (show_median_with_unit(estimate(nan, 3, nan), "weeks"), "NR"),
        (show_median_interval(estimate(5.4, 3.61, nan)), "(3.6 to NE)"),
        (show_median_interval(estimate(nan, nan, nan)), "(NE)"),
        (show_rate(estimate(0.401, 0.26, 0.538)), "40.1 % (26.0 to 53.8)"),
        (show_rate(estimate(1.0, nan, nan)), "100.0 % (NE)"),
        (show_rate(estimate(nan, nan, nan)), "NE"),
        (show_value(None), "open"),
        (show_value(True), "yes"),
        (show_value((3.0, 6.0)), "3, 6"),
        (show_value(()), "none"),
        (show_value(dt.date(2025, 1, 6)), "2025-01-06"),
    ],
)
def test_numbers_look_as_agreed(shown, wanted):
    assert shown == wanted


def test_a_proportion_shows_its_patients_and_its_interval():
    one = Proportion(5, 29, 5 / 29, 0.058, 0.358, 0.95, "Clopper-Pearson")
    assert show_proportion(one) == "5/29 (17.2 %)"
    assert show_proportion_interval(one) == "(5.8 to 35.8 %)"


def test_calendar_dates_stay_as_they_are():
    assert Days().show(dt.date(2025, 3, 1)) == "2025-03-01"
    assert Days().in_words("PD at week 8 (2025-03-01)") == "PD at week 8 (2025-03-01)"
    assert Days().show(None) == "–"


def test_study_days_replace_dates_in_sentences_too():
    days = Days(ZERO)
    assert days.show(dt.date(2000, 2, 26)) == "day 56"
    assert days.show(dt.date(1999, 12, 25)) == "day −7"
    assert (
        days.in_words("therapy of 2000-01-31, death 2000-02-01")
        == "therapy of day 30, death day 31"
    )
    assert days.in_words("lot 2000-99-99") == "lot 2000-99-99"


@given(st.integers(-2000, 5000))
def test_a_study_day_never_shows_the_made_up_date(number):
    day = ZERO + dt.timedelta(days=number)
    words = Days(ZERO).in_words(f"at week 8 ({day.isoformat()})")
    assert words == f"at week 8 ({Days(ZERO).show(day)})"
    assert str(abs(number)) in words
