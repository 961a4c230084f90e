"""Where time starts and where it can last to: baseline, start of time and horizon.

Source: ``shared/reference/domain.md`` §5.2 and §5.3; decision 013.
Days count from the first treatment; scans lie every 8 weeks with a window of 7 days.
"""

from __future__ import annotations

import pytest
from ended_times import (
    CENSORED,
    COMPOSITE,
    ENDED_BEFORE,
    EVENT,
    EVENTS,
    HYPOTHETICAL,
    STABLE,
    end,
    short,
)

from trialwright.endpoints.censoring import DeathIs, Why

# --- Start of time and baseline


def test_without_a_baseline_the_rules_say_whether_to_follow():
    assert end({}, baseline=False, death=40)[:2] == (40, EVENT)
    assert end({}, baseline=False)[:3] == (0, CENSORED, Why.NO_EVENT)
    for facts in ({}, {"death": 40}, {"claimed": 20, "clinical_progression": COMPOSITE}):
        found = end({}, baseline=False, censors_without_baseline=True, **facts)
        assert (found.day, found.status, found.why) == (0, CENSORED, Why.NO_BASELINE)
    assert end(STABLE, censors_without_baseline=True).day == 168


@pytest.mark.parametrize("strategy", [HYPOTHETICAL, COMPOSITE])
@pytest.mark.parametrize("event", ["therapy", "local", "stop", "claimed"])
@pytest.mark.parametrize("day", [1, 56, 111])
def test_no_time_is_left_where_time_ended_before_the_start(event, day, strategy):
    """A response that began after the stop, say: no scan before the start is an end of it."""
    name, cause = EVENTS[event]
    found = end({56: "SD", 112: "PR", 168: "PR"}, start=112.0, **{event: day, name: strategy})
    assert (found.status, found.cause, found.cause_day) == (ENDED_BEFORE, cause, day)
    late = end({56: "SD", 112: "PR", 168: "PR"}, start=112.0, **{event: 112, name: strategy})
    assert (late.day, late.status) == (112, EVENT if strategy == COMPOSITE else CENSORED)


@pytest.mark.parametrize(("horizon", "status"), [(111, ENDED_BEFORE), (112, CENSORED)])
def test_no_time_is_left_where_the_horizon_came_before_the_start(horizon, status):
    found = end({56: "SD", 112: "PR", 168: "PR"}, start=112.0, horizon_day=horizon)
    assert (found.status, found.why) == (status, Why.HORIZON)


def test_what_came_before_the_first_treatment_leaves_time():
    found = end({56: "SD"}, therapy=-3, new_therapy=HYPOTHETICAL)
    assert (found.day, found.status) == (0, CENSORED)


# --- Horizon

BEFORE, AFTER = 730, 731


@pytest.mark.parametrize("death_is", [DeathIs.EVENT, DeathIs.COMPETING])
def test_the_last_day_before_the_horizon_still_counts(death_is):
    for kind, facts in (("PD", {}), ("SD", {"death": BEFORE})):
        seen = end({700: "SD", BEFORE: kind}, death_is=death_is, horizon_day=730.5, **facts)
        assert (seen.day, seen.why) == (BEFORE, Why.HAPPENED)
    for kind, facts in (("PD", {}), ("SD", {"death": AFTER})):
        late = end({700: "SD", AFTER: kind}, death_is=death_is, horizon_day=730.5, **facts)
        assert (late.day, late.status, late.why) == (730, CENSORED, Why.HORIZON)
        assert late.cause_day == AFTER


@pytest.mark.parametrize(
    ("scans", "facts", "expected"),
    [
        ({700: "SD"}, {}, (700, Why.NO_EVENT)),
        ({700: "SD", 760: "SD"}, {}, (730, Why.HORIZON)),
        # decision 013, point 14: also when the last scan was earlier and the death later
        ({56: "SD"}, {"death": 800}, (730, Why.HORIZON)),
        ({56: "SD", 800: "PD"}, {}, (730, Why.HORIZON)),
        ({700: "SD", 760: "SD"}, {"therapy": 720, "new_therapy": HYPOTHETICAL}, (700, Why.BEFORE)),
        ({700: "SD"}, {"therapy": 760, "new_therapy": COMPOSITE}, (730, Why.HORIZON)),
    ],
)
def test_what_would_end_later_ends_at_the_horizon(scans, facts, expected):
    found = end(scans, horizon_day=730.5, **facts)
    assert (found.day, found.why, found.status) == (*expected, CENSORED)


def test_a_horizon_that_is_a_whole_day_is_its_last():
    assert end({60: "PD"}, horizon_day=60.0).status == EVENT
    assert short(end({61: "PD"}, horizon_day=60.0))[:2] == (60, CENSORED)
