"""The days that an onset may be, and the one that is written down."""

from __future__ import annotations

from datetime import date

import pytest

from trialwright.safety.onset import (
    PossibleDays,
    bound_onset,
    complete_onset,
    complete_resolution,
    read_possible_days,
)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2026-03-04", date(2026, 3, 4), date(2026, 3, 4)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026---15", date(2026, 1, 15), date(2026, 12, 15)),
        ("--03-15", None, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_text_stands_for_the_days_that_agree_with_it(text, earliest, latest):
    days = read_possible_days(text)
    assert (days.earliest, days.latest) == (earliest, latest)


def test_words_name_the_days():
    assert str(read_possible_days("2026-03-04")) == "2026-03-04"
    assert str(read_possible_days("2026-03")) == "2026-03 (2026-03-01 to 2026-03-31)"
    assert str(read_possible_days("--03-15")) == "an unknown day (--03-15)"
    assert str(read_possible_days(None)) == "an unknown day"
    bounded = bound_onset(read_possible_days(None), read_possible_days("2026-03-04"))
    assert str(bounded) == "an unknown day up to 2026-03-04"


def test_the_resolution_bounds_the_onset():
    onset, end = read_possible_days("2026-03"), read_possible_days("2026-03-10")
    assert bound_onset(onset, end) == PossibleDays("2026-03", date(2026, 3, 1), date(2026, 3, 10))
    first = read_possible_days("2026-03-01")
    assert bound_onset(onset, first).whole == date(2026, 3, 1)
    assert bound_onset(onset, read_possible_days("2026-04")) == onset
    assert bound_onset(onset, read_possible_days(None)) == onset
    assert bound_onset(onset, read_possible_days("2026-02")) == onset  # a finding says so


def test_an_onset_is_completed_to_its_first_possible_day():
    march = read_possible_days("2026-03")
    assert complete_onset(march).day == date(2026, 3, 1)
    assert complete_onset(march, not_before=[date(2026, 3, 9)]).day == date(2026, 3, 9)
    assert complete_onset(march, not_before=[date(2026, 4, 9)]).day == date(2026, 3, 1)
    bounded = bound_onset(march, read_possible_days("2026-03-05"))
    assert complete_onset(bounded, not_before=[date(2026, 3, 9)]).day == date(2026, 3, 5)
    assert complete_onset(read_possible_days("2026")).imputed == "M"
    assert complete_onset(read_possible_days("2026-03-04")).imputed is None
    assert complete_onset(read_possible_days(None)) is None


def test_a_resolution_is_completed_to_its_last_possible_day():
    march = read_possible_days("2026-03")
    assert complete_resolution(march).day == date(2026, 3, 31)
    assert complete_resolution(march, not_after=[date(2026, 3, 20)]).day == date(2026, 3, 20)
    assert complete_resolution(read_possible_days("--03-15")) is None
