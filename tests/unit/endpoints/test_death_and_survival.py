"""What a death is to a time to progression, and to survival itself.

Source: ``shared/reference/domain.md`` §5.2 and §5.3; decision 013.
Days count from the first treatment; scans lie every 8 weeks with a window of 7 days.
"""

from __future__ import annotations

import pytest
from ended_times import (
    CENSORED,
    COMPETING,
    CONTRADICTION,
    EVENT,
    PROGRESSED,
    STABLE,
    end,
    short,
)

from trialwright.endpoints.censoring import NEVER, Cause, DeathIs, Why, end_of_life

# --- Death in a time to progression


@pytest.mark.parametrize(
    ("death_is", "expected"),
    [
        (DeathIs.EVENT, (200, EVENT, Why.HAPPENED)),
        (DeathIs.CENSORED_AT_LAST_ASSESSMENT, (168, CENSORED, Why.NO_EVENT)),
        (DeathIs.CENSORED_AT_DEATH, (200, CENSORED, Why.AT_DEATH)),
        (DeathIs.COMPETING, (200, COMPETING, Why.HAPPENED)),
    ],
)
def test_a_death_is_what_the_endpoint_says(death_is, expected):
    found = end(STABLE, death_is=death_is, death=200)
    assert (found.day, found.status, found.why) == expected
    assert (found.cause, found.cause_day) == (Cause.DEATH, 200)


@pytest.mark.parametrize("death_is", DeathIs)
def test_progression_comes_before_the_death_of_its_day(death_is):
    for death in (168, 169, 400):
        found = end(PROGRESSED, death_is=death_is, death=death)
        assert short(found) == (168, EVENT, Cause.PROGRESSION)


@pytest.mark.parametrize("death_is", [DeathIs.EVENT, DeathIs.CENSORED_AT_DEATH, DeathIs.COMPETING])
def test_a_death_before_the_start_is_a_contradiction(death_is):
    found = end({}, death_is=death_is, start=10.0, death=9)
    assert (found.day, found.status, found.cause) == (9, CONTRADICTION, Cause.DEATH)
    assert end({}, death_is=death_is, start=10.0, death=10).status != CONTRADICTION


def test_a_death_that_only_censors_needs_no_day_of_its_own():
    found = end({56: "SD"}, death_is=DeathIs.CENSORED_AT_LAST_ASSESSMENT, start=10.0, death=9)
    assert found[:2] == (56, CENSORED)


# --- Survival


@pytest.mark.parametrize(
    ("start", "death", "contact", "horizon", "expected"),
    [
        (0, 300, 300, NEVER, (300, EVENT, Why.HAPPENED)),
        (0, 0, 0, NEVER, (0, EVENT, Why.HAPPENED)),
        (0, NEVER, 200, NEVER, (200, CENSORED, Why.NO_EVENT)),
        (0, NEVER, -4, NEVER, (0, CENSORED, Why.NO_EVENT)),
        (-10, NEVER, -4, NEVER, (-4, CENSORED, Why.NO_EVENT)),
        (0, NEVER, -NEVER, NEVER, (0, CENSORED, Why.NO_EVENT)),
        (0, 730, 730, 730.5, (730, EVENT, Why.HAPPENED)),
        (0, 731, 731, 730.5, (730, CENSORED, Why.HORIZON)),
        (0, NEVER, 731, 730.5, (730, CENSORED, Why.HORIZON)),
        (0, NEVER, 730, 730.5, (730, CENSORED, Why.NO_EVENT)),
        (0, -1, 0, NEVER, (-1, CONTRADICTION, Why.HAPPENED)),
        (-10, -1, 0, NEVER, (-1, EVENT, Why.HAPPENED)),
    ],
)
def test_survival(start, death, contact, horizon, expected):
    found = end_of_life(start, death, contact, horizon)
    assert (found.day, found.status, found.why) == expected
