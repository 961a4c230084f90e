"""Prior, concomitant or later: what the dates of a medication tell."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.safety.emergence import Window
from trialwright.safety.medications import CONCOMITANT, LATER, PRIOR, place_medication
from trialwright.safety.onset import read_possible_days

FIRST, LAST = dt.date(2025, 3, 10), dt.date(2025, 9, 30)
TREATED = Window("study treatment", FIRST, LAST, "30 days after the last treatment")
ONGOING = Window("study treatment", FIRST)


def place(start, end, window=TREATED):
    return place_medication(read_possible_days(start), read_possible_days(end), window)


@pytest.mark.parametrize(
    ("start", "end", "name", "sure"),
    [
        ("2024-01-01", "2025-03-09", PRIOR, True),
        ("2024-01-01", "2025-03-10", CONCOMITANT, True),
        ("2024-01-01", "2025-02", PRIOR, True),
        ("2024-01-01", "2025-03", CONCOMITANT, False),
        ("2024-01-01", "2025", CONCOMITANT, False),
        ("2024-01-01", None, CONCOMITANT, True),
        (None, "2024", PRIOR, True),
        (None, None, CONCOMITANT, False),
        ("2025-09-30", None, CONCOMITANT, True),
        ("2025-10-01", None, LATER, True),
        ("2025-10", "2025-11", LATER, True),
        ("2025-09", None, CONCOMITANT, True),
        ("2025", None, CONCOMITANT, False),
        ("2026-01", "2025-01", PRIOR, True),  # ends before it begins: the end decides
    ],
)
def test_what_the_dates_tell(start, end, name, sure) -> None:
    found = place(start, end)
    assert found.name == name
    assert ("do not exclude" not in found.why) == sure


def test_on_going_treatment_has_nothing_after_it() -> None:
    assert place("2030-01-01", None, ONGOING).name == CONCOMITANT


@pytest.mark.parametrize("window", [None, Window("study treatment", None)])
def test_who_was_never_treated_took_nothing_concomitant(window) -> None:
    assert place("2025-04-01", None, window).name == "never treated"


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)), st.integers(0, 400))
def test_dates_known_in_part_are_called_elsewhere_only_if_the_whole_ones_are(start, length) -> None:
    """What is known less never moves a medication away from where the whole dates put it."""
    days = start.isoformat(), (start + dt.timedelta(days=length)).isoformat()
    whole = place(*days).name
    for cut in (7, 4):
        partly = place(*(day[:cut] for day in days)).name
        assert partly in (whole, CONCOMITANT)
