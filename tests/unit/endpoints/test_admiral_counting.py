"""The preset ``admiral``: every event counts, and the last assessment may be not evaluable."""

from __future__ import annotations

import pytest

from trialwright.endpoints import censoring_of
from trialwright.endpoints.censoring import (
    NEVER,
    Assessed,
    Cause,
    DeathIs,
    Happened,
    Status,
    Why,
    end_of_life,
    end_of_time,
)
from trialwright.study.calendar import AssessmentCalendar
from trialwright.study.counting import preset_countings

RULES = censoring_of(preset_countings()["admiral"], AssessmentCalendar(56, 7, NEVER, 56))


def end(progression, death, last, start=0.0):
    """End the time of a patient whose last assessment was not evaluable."""
    assessed = Assessed([last], [True], [False]) if last is not None else Assessed([], [], [])
    happened = Happened(start, True, progression, NEVER, death, NEVER, NEVER, NEVER)
    ended = end_of_time(assessed, happened, DeathIs.EVENT, RULES)
    return ended.day, Status(ended.status), Cause(ended.cause)


@pytest.mark.parametrize(
    ("progression", "death", "last", "expected"),
    [
        (80, 100, 90, (80, Status.EVENT, Cause.PROGRESSION)),
        (80, 80, 80, (80, Status.EVENT, Cause.PROGRESSION)),
        (100, 80, 100, (80, Status.EVENT, Cause.DEATH)),
        (NEVER, 80, 40, (80, Status.EVENT, Cause.DEATH)),
        (80, NEVER, 90, (80, Status.EVENT, Cause.PROGRESSION)),
        (NEVER, NEVER, 40, (40, Status.CENSORED, Cause.NOTHING)),
        (NEVER, NEVER, None, (0, Status.CENSORED, Cause.NOTHING)),
    ],
)
def test_progression_free_survival(progression, death, last, expected):
    assert end(progression, death, last) == expected


def test_duration_of_response():
    assert end(80, NEVER, 80, start=50) == (80, Status.EVENT, Cause.PROGRESSION)
    assert end(NEVER, 90, 80, start=50) == (90, Status.EVENT, Cause.DEATH)
    # censored on the day of the response itself
    assert end(NEVER, NEVER, 50, start=50) == (50, Status.CENSORED, Cause.NOTHING)


def test_a_time_that_would_end_before_its_start_is_a_contradiction():
    # upstream counts one day; one of the dates is wrong, and we count nothing
    assert end(NEVER, 40, 50, start=50)[1] == Status.CONTRADICTION
    assert end_of_life(50, 40, 60, NEVER).status == Status.CONTRADICTION


@pytest.mark.parametrize(
    ("death", "contact", "expected"),
    [
        (100, 100, (100, Status.EVENT, Why.HAPPENED)),
        (NEVER, 50, (50, Status.CENSORED, Why.NO_EVENT)),
        (NEVER, 0, (0, Status.CENSORED, Why.NO_EVENT)),
        (NEVER, -5, (0, Status.CENSORED, Why.NO_EVENT)),
        (NEVER, -NEVER, (0, Status.CENSORED, Why.NO_EVENT)),
    ],
)
def test_overall_survival(death, contact, expected):
    ended = end_of_life(0, death, contact, NEVER)
    assert (ended.day, ended.status, ended.why) == expected
