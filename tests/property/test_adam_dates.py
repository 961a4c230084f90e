"""Dates of whole columns are those that the rules of single dates make."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from trialwright.cdisc.adam.dates import (
    date_flag,
    datetime_of,
    days_since,
    first_day,
    study_day,
    time_flag,
)
from trialwright.dataset.durations import study_day as study_day_of_one
from trialwright.dataset.partial_dates import complete_date, read_partial_date
from trialwright.dataset.partial_times import MomentRules, complete_moment, read_partial_moment

DAYS = st.dates(date(1999, 1, 1), date(2030, 12, 31))
DATES = st.one_of(
    DAYS.map(str),
    DAYS.map(lambda day: f"{day:%Y-%m}"),
    DAYS.map(lambda day: f"{day:%Y}"),
    DAYS.map(lambda day: f"{day:%Y}---{day:%d}"),
    DAYS.map(lambda day: f"{day:%Y-%m}-UN"),
    DAYS.map(lambda day: f"{day}T10:15"),
    st.sampled_from(["2023-02-30", "2024-02-29", "--03-15", "unknown", "2024-13", "0000-01-01"]),
)
CLOCKS = st.sampled_from(["", "T10", "T10:15", "T00:00:00", "T23:59:59", "T07:05:09", "T13:-:19"])


@given(st.lists(st.one_of(st.none(), DATES)), st.sampled_from(["none", "day", "month"]))
def test_a_column_of_dates_is_completed_as_each_date_is(texts, highest):
    frame = pl.DataFrame({"D": texts}, schema={"D": pl.String}).select(
        first_day("D", highest).alias("day"), date_flag("D", highest).alias("flag")
    )
    expected = [
        complete_date(text, "first", highest=highest, keep_known=False)
        if text is not None and read_partial_date(text) is not None
        else None
        for text in texts
    ]
    assert frame["day"].to_list() == [None if one is None else one.day for one in expected]
    assert frame["flag"].to_list() == [None if one is None else one.imputed for one in expected]


@given(st.lists(st.tuples(DAYS, CLOCKS), max_size=4), st.sampled_from(["first", "last"]))
def test_a_column_of_moments_is_completed_as_each_moment_is(written, missing):
    texts = [f"{day}{clock}" for day, clock in written]
    rules = MomentRules(time_rule=missing, highest="hour", keep_known=False)
    expected = [complete_moment(text, rules) for text in texts]
    frame = pl.DataFrame({"D": texts}, schema={"D": pl.String}).select(
        datetime_of("D", missing=missing).alias("moment"), time_flag("D").alias("flag")
    )
    assert frame["moment"].to_list() == [one.moment for one in expected]
    seconds = any(len(text) == len("2024-01-01T00:00:00") and "-:" not in text for text in texts)
    flags = [one.time_imputed for one in expected]
    assert frame["flag"].to_list() == [
        None if flag == "S" and not seconds else flag for flag in flags
    ]


@given(st.text("0123456789-T:", max_size=20))
def test_no_text_is_a_moment_of_a_column_that_is_none_by_itself(text):
    moment = pl.DataFrame({"D": [text]}).select(datetime_of("D", missing="first")).item()
    known = read_partial_moment(text)
    if known is None or known.date.whole is None:
        assert moment is None or read_partial_date(text) is not None
    if known is not None and known.date.whole is not None:
        assert moment is not None


@given(st.lists(st.tuples(DAYS, st.integers(-400, 400)), min_size=1))
def test_a_column_of_study_days_is_counted_as_each_day_is(pairs):
    days = [(reference + timedelta(shift), reference) for reference, shift in pairs]
    frame = pl.DataFrame(days, schema=["day", "reference"], orient="row").select(
        study_day("day", "reference").alias("study"), days_since("day", "reference").alias("since")
    )
    assert frame["study"].to_list() == [study_day_of_one(*one) for one in days]
    assert frame["since"].to_list() == [shift for _, shift in pairs]
