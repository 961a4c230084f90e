"""Every strategy for every intercurrent event, alone, around an event and in company.

Source: ICH E9(R1), section A.3.2; ``shared/reference/domain.md`` §5.2; decisions 005 and 014.
Days count from the first treatment; scans lie every 8 weeks with a window of 7 days.
"""

from __future__ import annotations

from itertools import product

import pytest
from ended_times import (
    CENSORED,
    COMPOSITE,
    EVENT,
    EVENTS,
    HYPOTHETICAL,
    POLICY,
    PROGRESSED,
    STABLE,
    each_event,
    end,
    short,
)

from trialwright.endpoints.censoring import NO_ASSESSMENT, Cause, DeathIs, Strategy, Why

# --- One intercurrent event, one strategy

# day of the event: where the time ends under treatment policy, hypothetical and composite
BEFORE_PROGRESSION = {
    20: ((168, EVENT), (0, CENSORED), (20, EVENT)),
    56: ((168, EVENT), (56, CENSORED), (56, EVENT)),
    80: ((168, EVENT), (56, CENSORED), (80, EVENT)),
    112: ((168, EVENT), (112, CENSORED), (112, EVENT)),
    167: ((168, EVENT), (112, CENSORED), (167, EVENT)),
    # on the day of the scan that shows it, or later: the progression
    168: ((168, EVENT), (168, EVENT), (168, EVENT)),
    169: ((168, EVENT), (168, EVENT), (168, EVENT)),
}


@each_event
@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("day", BEFORE_PROGRESSION)
def test_an_event_around_a_documented_progression(event, strategy, day):
    name, cause = EVENTS[event]
    found = end(PROGRESSED, **{event: day, name: strategy})
    expected = BEFORE_PROGRESSION[day][strategy]
    if event == "claimed" and strategy == HYPOTHETICAL:
        expected = (168, EVENT)  # the later scan documents what treatment was stopped for
    assert (found.day, found.status) == expected
    if found.status == CENSORED:
        assert (found.why, found.cause, found.cause_day) == (Why.BEFORE, cause, day)
        assert found.assessment == {0: -1, 56: 0, 112: 1}[found.day]
    else:
        happened = cause if found.day == day < 168 else Cause.PROGRESSION
        assert (found.why, found.cause) == (Why.HAPPENED, happened)
        assert found.assessment == NO_ASSESSMENT


# the same around a death on day 200, where no scan shows progression
BEFORE_DEATH = {
    20: ((200, EVENT), (0, CENSORED), (20, EVENT)),
    112: ((200, EVENT), (112, CENSORED), (112, EVENT)),
    199: ((200, EVENT), (168, CENSORED), (199, EVENT)),
    200: ((200, EVENT), (200, EVENT), (200, EVENT)),
}


@each_event
@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("day", BEFORE_DEATH)
def test_an_event_around_a_death(event, strategy, day):
    name, cause = EVENTS[event]
    found = end(STABLE, death=200, **{event: day, name: strategy})
    assert (found.day, found.status) == BEFORE_DEATH[day][strategy]
    if day == 200:
        # a claim is an event of its own before the death it comes with; others are not
        claim = event == "claimed" and strategy == COMPOSITE
        assert found.cause == (cause if claim else Cause.DEATH)


# and where nothing else happened: the last scan is that of day 168
ALONE = {
    20: ((168, CENSORED), (0, CENSORED), (20, EVENT)),
    112: ((168, CENSORED), (112, CENSORED), (112, EVENT)),
    300: ((168, CENSORED), (168, CENSORED), (300, EVENT)),
}


@each_event
@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("day", ALONE)
@pytest.mark.parametrize("death_is", DeathIs)
def test_an_event_alone(event, strategy, day, death_is):
    name, cause = EVENTS[event]
    found = end(STABLE, death_is=death_is, **{event: day, name: strategy})
    assert (found.day, found.status) == ALONE[day][strategy]
    assert found.cause == (Cause.NOTHING if strategy == POLICY else cause)
    assert found.why == (Why.NO_EVENT, Why.BEFORE, Why.HAPPENED)[strategy]


@each_event
@pytest.mark.parametrize("strategy", Strategy)
def test_an_event_that_never_came_changes_nothing(event, strategy):
    name, _ = EVENTS[event]
    assert short(end(PROGRESSED, **{name: strategy})) == (168, EVENT, Cause.PROGRESSION)
    assert short(end(STABLE, **{name: strategy})) == (168, CENSORED, Cause.NOTHING)
    for scans in (PROGRESSED, STABLE):
        assert end(scans, **{name: strategy}) == end(scans)


# --- Several events

TWO = [pair for pair in product(EVENTS, repeat=2) if len(set(pair)) == 2 and "claimed" not in pair]


@pytest.mark.parametrize(("first", "second"), TWO)
def test_the_earlier_of_two_that_censor_decides(first, second):
    rules = {EVENTS[one][0]: HYPOTHETICAL for one in (first, second)}
    found = end(PROGRESSED, **{first: 60, second: 115}, **rules)
    assert short(found) == (56, CENSORED, EVENTS[first][1])


@pytest.mark.parametrize(("censors", "counts"), TWO)
def test_what_censors_and_what_counts_compete_by_their_days(censors, counts):
    rules = {EVENTS[censors][0]: HYPOTHETICAL, EVENTS[counts][0]: COMPOSITE}
    earlier = end(STABLE, **{censors: 60, counts: 61}, **rules)
    assert short(earlier) == (56, CENSORED, EVENTS[censors][1])
    for later in (61, 60):  # on one day the event counts
        found = end(STABLE, **{censors: later, counts: 60}, **rules)
        assert short(found) == (60, EVENT, EVENTS[counts][1])


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({"death": 168}, Cause.PROGRESSION),
        ({"claimed": 168}, Cause.PROGRESSION),
        ({"therapy": 168, "local": 168, "stop": 168}, Cause.PROGRESSION),
        ({"claimed": 100, "death": 100, "therapy": 100}, Cause.CLINICAL_PROGRESSION),
        ({"death": 100, "therapy": 100, "local": 100, "stop": 100}, Cause.DEATH),
        ({"therapy": 100, "local": 100, "stop": 100}, Cause.NEW_THERAPY),
        ({"local": 100, "stop": 100}, Cause.LOCAL_THERAPY),
    ],
)
def test_of_several_events_on_one_day_the_worst_for_the_disease_is_named(facts, cause):
    every = dict.fromkeys((name for name, _ in EVENTS.values()), COMPOSITE)
    found = end(PROGRESSED, **facts, **every)
    assert short(found) == (min(facts.values()), EVENT, cause)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # the claim came first, and no scan that counts shows progression
        ({"claimed": 80, "therapy": 120}, (56, CENSORED, Cause.CLINICAL_PROGRESSION)),
        ({"claimed": 80, "death": 100}, (56, CENSORED, Cause.CLINICAL_PROGRESSION)),
        # the therapy came first
        ({"claimed": 120, "therapy": 80}, (56, CENSORED, Cause.NEW_THERAPY)),
        # on one day: treatment was stopped and changed
        ({"claimed": 80, "therapy": 80}, (56, CENSORED, Cause.NEW_THERAPY)),
        # the progression after the new therapy is not counted, so it documents nothing
        ({"claimed": 115, "therapy": 130}, (112, CENSORED, Cause.CLINICAL_PROGRESSION)),
        ({"claimed": 120, "therapy": 200}, (168, EVENT, Cause.PROGRESSION)),
    ],
)
def test_a_claim_is_documented_only_by_a_progression_that_counts(facts, expected):
    found = end(PROGRESSED, **facts, clinical_progression=HYPOTHETICAL, new_therapy=HYPOTHETICAL)
    assert short(found) == expected


def test_a_progression_after_missed_assessments_documents_no_claim():
    found = end(
        {56: "SD", 112: "SD", 112 + 127: "PD"},
        claimed=150,
        clinical_progression=HYPOTHETICAL,
        missed_before_progression=1,
    )
    assert short(found) == (112, CENSORED, Cause.CLINICAL_PROGRESSION)


def test_a_progression_after_the_horizon_documents_no_claim():
    found = end(
        {56: "SD", 112: "PD"},
        claimed=80,
        clinical_progression=HYPOTHETICAL,
        horizon_day=100.5,
    )
    assert short(found) == (56, CENSORED, Cause.CLINICAL_PROGRESSION)
