"""Dates that are known in part: how they are read, completed and counted, case by case."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from trialwright.dataset.durations import duration, study_day
from trialwright.dataset.partial_dates import (
    CompletedDate,
    PartialDate,
    complete_date,
    read_partial_date,
)
from trialwright.dataset.partial_times import (
    MomentRules,
    complete_moment,
    read_partial_moment,
)

NOON = datetime(2024, 3, 20, 12, 0)  # noqa: DTZ001 - as recorded, without a zone


@pytest.mark.parametrize(
    ("text", "known", "written"),
    [
        ("2024", PartialDate(2024), "2024"),
        ("2024-03", PartialDate(2024, 3), "2024-03"),
        ("2024-01", PartialDate(2024, 1), "2024-01"),
        ("2024-12", PartialDate(2024, 12), "2024-12"),
        (" 2024-03-15T08:30 ", PartialDate(2024, 3, 15), "2024-03-15"),
        ("2024---15", PartialDate(2024, None, 15), "2024---15"),
        ("--03-15", PartialDate(None, 3, 15), "--03-15"),
        ("--02-29", PartialDate(None, 2, 29), "--02-29"),
        ("----31", PartialDate(None, None, 31), "----31"),
        ("----01", PartialDate(None, None, 1), "----01"),
        ("2024-03--", PartialDate(2024, 3), "2024-03"),
        ("2024-03-UN", PartialDate(2024, 3), "2024-03"),
        ("2024-unk-NK", PartialDate(2024), "2024"),
        ("UN-UN-UN", PartialDate(), ""),
    ],
)
def test_what_is_known_is_read_and_written_in_iso(text, known, written):
    assert read_partial_date(text) == known
    assert str(known) == written


@pytest.mark.parametrize(
    "text",
    ["", "soon", "24-03", "2024/03", "2024-13", "2024-00", "2024-02-30", "2023-02-29", "0000",
     "--02-30", "----32", "2024-3", "2024-03-15-1", "15-03-2024", "2024-"],
)  # fmt: skip
def test_what_is_no_date_is_not_read(text):
    assert read_partial_date(text) is None


def test_a_day_that_no_calendar_holds_cannot_be_made():
    with pytest.raises(ValueError, match="there is no day 2023, 2, 29"):
        PartialDate(2023, 2, 29)


@pytest.mark.parametrize(
    ("text", "rule", "day", "flag"),
    [
        ("2024-03", "first", "2024-03-01", "D"),
        ("2024-03", "middle", "2024-03-15", "D"),
        ("2024-02", "last", "2024-02-29", "D"),
        ("2024-02", "--07-31", "2024-02-29", "D"),  # the month is known, the day given
        ("2024", "middle", "2024-06-30", "M"),
        ("2024", "--06-15", "2024-06-15", "M"),
        ("2023", "--02-29", "2023-02-28", "M"),
        ("2024---15", "first", "2024-01-15", "M"),
        ("2024---31", "middle", "2024-05-31", "M"),  # June has no such day: the nearest that has
        ("2024---31", "last", "2024-12-31", "M"),
        ("2024---31", "--02-01", "2024-01-31", "M"),
        ("2024---31", "--12-01", "2024-12-31", "M"),
        ("2024-03-05", "last", "2024-03-05", None),
    ],
)
def test_a_rule_chooses_a_possible_day(text, rule, day, flag):
    found = complete_date(text, rule, highest="month")
    assert found == CompletedDate(date.fromisoformat(day), flag)


@pytest.mark.parametrize(
    ("text", "rule", "low", "high", "day"),
    [
        ("2024-03", "first", "2024-03-20", None, "2024-03-20"),
        ("2024-03", "first", "2024-03-31", None, "2024-03-31"),
        ("2024-03", "first", "2024-04-02", None, "2024-03-01"),  # excluded by what is known
        ("2024-03", "last", None, "2024-03-01", "2024-03-01"),
        ("2024-03", "last", None, "2024-03-10", "2024-03-10"),
        ("2024-03", "last", None, "2024-02-10", "2024-03-31"),
        ("2024-03", "middle", "2024-03-20", "2024-03-25", "2024-03-20"),
        ("2024-03", "first", "2024-03-20", "2024-03-10", "2024-03-10"),  # nothing between them
        ("2024---15", "first", "2024-03-20", None, "2024-04-15"),
        ("2024---15", "last", None, "2024-03-10", "2024-02-15"),
        ("--03-15", "first", "2024-03-20", None, "2025-03-15"),
        ("--02-29", "first", "2024-03-01", None, "2028-02-29"),
        ("----31", "last", None, "2024-03-10", "2024-01-31"),
        (None, "first", "2024-03-20", "2024-03-25", "2024-03-20"),
        ("", "last", "2024-03-20", "2024-03-25", "2024-03-25"),
        (None, "first", "2024-03-20", "2024-03-20", "2024-03-20"),
        (None, "last", "2024-03-20", "2024-03-20", "2024-03-20"),
        (None, "first", "2024-03-20", "2024-03-19", None),  # no day between the bounds
        ("--03-15", "last", "2024-03-16", "2025-03-01", None),
        (None, "first", None, "2024-03-25", None),  # no bound to count from
        (None, "--06-15", "2024-03-20", "2024-03-25", None),
    ],
)
def test_bounds_move_the_day_where_what_is_known_allows_it(text, rule, low, high, day):
    bounds = {
        "not_before": [low and date.fromisoformat(low), None],
        "not_after": [high and date.fromisoformat(high)],
    }
    found = complete_date(text, rule, highest="year", **bounds)
    assert (found and str(found.day)) == day


def test_of_several_bounds_the_closest_counts():
    bounds = [date(2024, 3, 10), date(2024, 3, 20), date(2024, 4, 2)]
    found = complete_date("2024-03", "first", highest="day", not_before=bounds)
    assert found == CompletedDate(date(2024, 3, 20), "D")
    bounds = [date(2024, 2, 10), date(2024, 3, 10), date(2024, 3, 20)]
    found = complete_date("2024-03", "last", highest="day", not_after=bounds)
    assert found == CompletedDate(date(2024, 3, 10), "D")
    found = complete_date(None, "first", highest="year", not_before=bounds)
    assert found == CompletedDate(date(2024, 3, 20), "Y")
    found = complete_date(None, "last", highest="year", not_after=bounds)
    assert found == CompletedDate(date(2024, 2, 10), "Y")
    for rule in ("first", "last"):  # one of each side leaves nothing between them
        between = {
            "not_before": [date(2024, 3, 1), bounds[1]],
            "not_after": [date(2024, 3, 5), bounds[2]],
        }
        assert complete_date(None, rule, highest="year", **between) is None


def test_the_last_day_of_time_has_no_day_after_it():
    assert complete_date("--03-15", "first", highest="year", not_before=[date.max]) is None
    assert complete_date("--03-15", "last", highest="year", not_after=[date.min]) is None
    end = complete_date("--12-31", "first", highest="year", not_before=[date.max])
    start = complete_date("--01-01", "last", highest="year", not_after=[date.min])
    assert (end.day, start.day) == (date.max, date.min)


@pytest.mark.parametrize(
    ("text", "highest", "completed"),
    [("2024-03", "none", False), ("2024-03", "day", True), ("2024", "day", False),
     ("2024", "month", True), ("2024---15", "day", False), ("--03-15", "month", False)],
)  # fmt: skip
def test_no_more_is_completed_than_may_be(text, highest, completed):
    found = complete_date(text, "first", highest=highest, not_before=[date(2024, 1, 1)])
    assert (found is not None) == completed


def test_a_stray_day_is_forgotten_if_it_does_not_count():
    assert str(complete_date("2024---15", highest="month", keep_known=False).day) == "2024-01-01"
    found = complete_date(
        "--03-15", highest="year", keep_known=False, not_before=[date(2024, 5, 9)]
    )
    assert found == CompletedDate(date(2024, 5, 9), "Y")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"text": "soon"}, "'soon' is not a date, nor part of one"),
        ({"text": "2024", "rule": "mid"}, "not 'mid'"),
        ({"text": "2024", "rule": "06-15"}, "not '06-15'"),
        ({"text": "2024", "rule": "--06-31"}, "not '--06-31'"),
        ({"text": "2024", "highest": "week"}, "not 'week'"),
    ],
)
def test_wrong_arguments_name_the_value(options, words):
    with pytest.raises(ValueError, match=words):
        complete_date(**options)


# --- Days between dates


def test_study_days_leave_the_time_of_day_out():
    assert study_day(NOON, datetime(2024, 3, 19, 23, 59)) == 2  # noqa: DTZ001
    assert study_day(date(2024, 3, 19), NOON) == -1
    assert study_day(NOON, NOON) == 1


def test_a_time_of_day_counts_in_a_duration():
    assert duration(date(2024, 3, 20), NOON, "hours", first_counts=False) == 12


@pytest.mark.parametrize(
    ("start", "end", "unit", "options", "length"),
    [
        ("2024-01-31", "2024-02-29", "months", {"first_counts": False}, 1.0),
        ("2024-01-31", "2024-03-30", "months", {"first_counts": False}, 1 + 30 / 31),
        ("2024-02-29", "2025-02-28", "years", {"first_counts": False}, 1.0),
        ("2024-03-15", "2024-02-14", "months", {"first_counts": False}, -(1 + 1 / 31)),
        ("2024-01-01", "2024-12-31", "years", {}, 1.0),
        ("2024-01-02", "2024-01-01", "days", {}, -1.0),  # before the start nothing is added
        ("2024-01-01", "2024-01-14", "weeks", {}, 2.0),
        ("2024-01-01", "2024-01-13", "weeks", {"truncate": True}, 1.0),
        ("2024-01-13", "2024-01-01", "weeks", {"truncate": True}, -1.0),
        ("2024-01-01", "2024-01-01", "hours", {}, 24.0),
    ],
)
def test_durations(start, end, unit, options, length):
    days = date.fromisoformat(start), date.fromisoformat(end)
    assert duration(*days, unit, by_calendar=True, **options) == pytest.approx(length, rel=1e-15)


def test_an_unknown_unit_is_named():
    with pytest.raises(ValueError, match="not 'fortnights'"):
        duration(date(2024, 1, 1), date(2024, 1, 2), "fortnights")


# --- Moments


def test_a_day_with_nothing_behind_the_t_is_a_day():
    assert read_partial_moment("2024-03-15T").unknown == "hour"


@pytest.mark.parametrize(
    "text", ["soon", "2024-03-15T24", "2024-03-15T08:60", "2024-03-15T8:30", "T08:30"]
)
def test_what_is_no_moment_is_refused(text):
    assert read_partial_moment(text) is None
    with pytest.raises(ValueError, match="is not a moment"):
        complete_moment(text, MomentRules(highest="year"))


@pytest.mark.parametrize(
    ("text", "rules", "bounds", "moment"),
    [
        ("2024-03-20T-:15", {}, {"not_before": [NOON]}, "2024-03-20T12:15:00"),
        ("2024-03-20T-:15", {}, {"not_after": [NOON]}, "2024-03-20T00:15:00"),
        ("2024-03", {"highest": "day"}, {"not_before": [NOON]}, "2024-03-20T12:00:00"),
        ("2024-03T08:30", {"highest": "day"}, {"not_before": [NOON]}, "2024-03-21T08:30:00"),
        (
            "2024-03",
            {"highest": "day", "date_rule": "last", "time_rule": "last"},
            {"not_after": [date(2024, 3, 20)]},
            "2024-03-20T23:59:59",
        ),
        ("--03-20", {"highest": "year"}, {"not_before": [NOON]}, "2024-03-20T12:00:00"),
        ("--03-20T08", {"highest": "year"}, {"not_before": [NOON]}, "2025-03-20T08:00:00"),
        (
            "--03-20T08",
            {"highest": "year", "date_rule": "last"},
            {"not_after": [NOON]},
            "2024-03-20T08:59:59",
        ),
        (
            None,
            {"highest": "year"},
            {"not_before": [NOON], "not_after": [date(2024, 3, 19)]},
            None,
        ),
        ("--03-20", {"highest": "year"}, {}, None),
        (
            "2024",
            {"highest": "month", "date_rule": "last"},
            {"not_after": [datetime(2024, 1, 1)]},  # noqa: DTZ001
            "2024-01-01T00:00:00",
        ),
        ("2024", {"highest": "day"}, {}, None),
        ("2024-03-20T12", {}, {"not_before": [date(2024, 3, 20)]}, "2024-03-20T12:00:00"),
        ("2024-03-20", {}, {"not_before": [date(2024, 3, 20), NOON]}, "2024-03-20T12:00:00"),
        (
            "2024-03-20",
            {"time_rule": "last"},
            {"not_after": [NOON, date(2024, 3, 20)]},
            "2024-03-20T12:00:00",
        ),
        (
            "2024-03-20",
            {},
            {"not_before": [datetime(2024, 3, 20, 23, 59, 59)]},  # noqa: DTZ001
            "2024-03-20T23:59:59",
        ),
        (
            "2024-03-20",
            {"time_rule": "last"},
            {"not_after": [datetime(2024, 3, 20)]},  # noqa: DTZ001
            "2024-03-20T00:00:00",
        ),
        (
            None,
            {"highest": "year"},
            {"not_before": [NOON, date(2024, 3, 1)], "not_after": [NOON]},
            "2024-03-20T12:00:00",
        ),
        (
            None,
            {"highest": "year", "date_rule": "last"},
            {"not_before": [NOON], "not_after": [NOON, date(2024, 4, 1)]},
            "2024-03-20T12:00:00",
        ),
        (None, {"highest": "year", "date_rule": "last"}, {"not_before": [NOON]}, None),
        (
            None,
            {"highest": "year", "date_rule": "last"},
            {"not_before": [date(2024, 3, 1), NOON], "not_after": [date(2024, 3, 5)]},
            None,
        ),
        (
            None,
            {"highest": "year"},
            {"not_before": [date(2024, 3, 6)], "not_after": [date(2024, 3, 5), NOON]},
            None,
        ),
        ("2024-03-15T-:15:18", {"keep_known": False}, {}, "2024-03-15T00:00:00"),
        ("2024-03-15T13:-:19", {"keep_known": False}, {}, "2024-03-15T13:00:00"),
        ("2024-03-15T13:15:18.25", {"highest": "none"}, {}, "2024-03-15T13:15:18.250000"),
    ],
)
def test_moments(text, rules, bounds, moment):
    found = complete_moment(text, MomentRules(**rules), **bounds)
    assert (found and found.moment.isoformat()) == moment


@pytest.mark.parametrize(
    ("options", "words"),
    [({"highest": "week"}, "not 'week'"), ({"time_rule": "noon"}, "noon")],
)
def test_wrong_rules_of_moments_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        MomentRules(**options)
