"""Cases that mutated rules of censoring got past before."""

from __future__ import annotations

import pytest

from following import CENSORING
from trialwright.endpoints.censoring import end_of_life, end_of_time
from trialwright.endpoints.endings import (
    NEVER,
    Assessed,
    Cause,
    DeathIs,
    Happened,
    Status,
    Strategy,
    Why,
)

SEEN = Assessed([56, 112], [True, True], [True, True])


def happened(**days):
    nothing = dict.fromkeys(Happened._fields, NEVER) | {"start": 0.0, "has_baseline": True}
    return Happened(**(nothing | days))


def test_without_a_baseline_nothing_else_is_named():
    rules = CENSORING._replace(censors_without_baseline=True)
    ended = end_of_time(SEEN, happened(has_baseline=False, death=40.0), DeathIs.EVENT, rules)
    assert (ended.day, ended.why, ended.cause) == (0, Why.NO_BASELINE, Cause.NOTHING)


@pytest.mark.parametrize(("day", "status"), [(730, Status.EVENT), (731, Status.CENSORED)])
def test_an_event_on_the_day_of_the_horizon_is_seen(day, status):
    rules = CENSORING._replace(
        horizon_day=730.0, missed_before_progression=-1, missed_before_death=-1
    )
    for event in ({"progression": float(day)}, {"death": float(day)}):
        ended = end_of_time(SEEN, happened(**event), DeathIs.EVENT, rules)
        assert (ended.day, ended.status) == (730, status)
    assert end_of_life(0, day, 0, 730.0)[:2] == (730, status)


@pytest.mark.parametrize(("day", "why"), [(730.0, Why.HAPPENED), (731.0, Why.BEFORE)])
def test_a_progression_documents_a_stop_up_to_the_day_of_the_horizon(day, why):
    rules = CENSORING._replace(
        horizon_day=730.0,
        missed_before_progression=-1,
        clinical_progression=Strategy.HYPOTHETICAL,
    )
    claimed = happened(clinical_progression=100.0, progression=day)
    assert end_of_time(SEEN, claimed, DeathIs.EVENT, rules).why == why


def test_of_two_that_censor_on_one_day_the_first_of_the_list_is_named():
    rules = CENSORING._replace(
        local_therapy=Strategy.HYPOTHETICAL, discontinuation=Strategy.HYPOTHETICAL
    )
    both = happened(new_therapy=100.0, local_therapy=100.0, discontinuation=100.0)
    assert end_of_time(SEEN, both, DeathIs.EVENT, rules).cause == Cause.NEW_THERAPY
    two = happened(local_therapy=100.0, discontinuation=100.0)
    assert end_of_time(SEEN, two, DeathIs.EVENT, rules).cause == Cause.LOCAL_THERAPY


def test_survival_to_the_horizon_names_a_later_death_alone():
    assert end_of_life(0, NEVER, 900, 730.5).cause == Cause.NOTHING
    assert end_of_life(0, 800, 800, 730.5).cause == Cause.DEATH
    assert end_of_life(0, NEVER, 100, NEVER).cause == Cause.NOTHING
