"""The age that a birth date leaves open."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.dataset import Dataset
from trialwright.dataset.age import derive_ages, possible_age

DAY = dt.date(2025, 6, 15)


@pytest.mark.parametrize(
    ("born", "words", "group"),
    [
        ("1960-06-15", "65", "65 to 74"),
        ("1960-06-16", "64", "under 65"),
        ("1960-06", "64 or 65", None),
        ("1960-07", "64", "under 65"),
        ("1960", "64 or 65", None),
        ("1950", "74 or 75", None),
        ("1945", "79 or 80", "75 to 84"),
        ("1940-01", "85", "85 +"),
        ("2025", "0", "under 65"),
        ("2026", "not known: the birth date is after the reference day", None),
        ("--06-15", "not known: no year of birth", None),
        (None, "not known: no birth date", None),
        ("", "not known: no birth date", None),
        ("<script>", "not known: no year of birth", None),
    ],
)
def test_what_a_birth_date_tells(born, words, group) -> None:
    age = possible_age(born, DAY)
    assert (str(age), age.group) == (words, group)


def test_a_leap_day_completes_its_year_on_the_first_of_march() -> None:
    assert possible_age("2000-02-29", dt.date(2025, 2, 28)).years == 24
    assert possible_age("2000-02-29", dt.date(2025, 3, 1)).years == 25


@given(st.dates(dt.date(1920, 1, 1), dt.date(2020, 12, 31)), st.dates(dt.date(2021, 1, 1)))
def test_what_is_known_less_holds_what_is_known_whole(born, day) -> None:
    whole = possible_age(born.isoformat(), day)
    for part in (born.isoformat()[:7], born.isoformat()[:4]):
        partly = possible_age(part, day)
        assert partly.at_least <= whole.years <= partly.at_most <= partly.at_least + 1


def dataset(**options) -> Dataset:
    patients = pl.DataFrame(
        {
            "patient_id": ["1", "2", "3", "4"],
            "birth_date": "1960-06-15",
            "consent_date": [DAY, None, None, None],
            "enrolment_date": [dt.date(2026, 6, 15), dt.date(2026, 6, 15), None, None],
            "first_treatment_date": [None, None, dt.date(2027, 6, 15), None],
        }
    )
    return Dataset.create({"patients": patients}, source="-", **options)


def test_the_reference_day_is_consent_then_enrolment_then_treatment() -> None:
    found = derive_ages(dataset())
    assert [str(age) for age in found.values()] == [
        "65", "66", "67", "not known: neither consent, enrolment nor treatment is dated",
    ]  # fmt: skip


def test_study_days_tell_no_age() -> None:
    found = derive_ages(dataset(day_zero=DAY))
    assert {age.why_not for age in found.values()} == {"the data hold no calendar dates"}
