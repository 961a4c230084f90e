"""The plain rules: every strategy for every intercurrent event, ties, horizon, missed scans.

Expected results follow ``shared/reference/domain.md`` §5.2 and §5.3, and decisions 005, 013, 014.
Scans lie every 8 weeks with a window of 7 days; days count from the first treatment.
"""

from __future__ import annotations

from itertools import product

import pytest

from following import CENSORING, EVERY_8_WEEKS
from trialwright.endpoints.censoring import (
    NEVER,
    NO_ASSESSMENT,
    Assessed,
    Cause,
    DeathIs,
    Happened,
    Status,
    Strategy,
    Why,
    date_event,
    end_of_life,
    end_of_time,
    last_assessment,
)
from trialwright.study.calendar import AssessmentCalendar

POLICY, HYPOTHETICAL, COMPOSITE = Strategy
# Nothing censors and no assessment is missed, unless a test says so.
PLAIN = CENSORING._replace(
    missed_before_progression=-1, missed_before_death=-1, new_therapy=Strategy.TREATMENT_POLICY
)
EVENT, CENSORED, COMPETING, CONTRADICTION, ENDED_BEFORE = (
    *(Status.EVENT, Status.CENSORED, Status.COMPETING, Status.CONTRADICTION, Status.ENDED_BEFORE),
)


def end(scans, rules=PLAIN, death_is=DeathIs.EVENT, *, start=0.0, baseline=True, **happened):
    """End a time; ``scans`` maps days to calls, of which PD is the first progression."""
    days = sorted(scans)
    evaluable = [scans[day] != "NE" for day in days]
    progression = next((float(day) for day in days if scans[day] == "PD"), NEVER)
    return end_of_time(
        Assessed(days, evaluable, evaluable),
        Happened(
            start,
            baseline,
            progression,
            *(float(happened.pop(name, NEVER)) for name in _HAPPENED),
        ),
        death_is,
        rules._replace(**happened),
    )


_HAPPENED = ("claimed", "death", "therapy", "local", "stop")
PROGRESSED = {56: "SD", 112: "SD", 168: "PD"}
STABLE = {56: "SD", 112: "SD", 168: "SD"}
# name of the fact in a test, of the strategy in the rules, and its cause
EVENTS = {
    "therapy": ("new_therapy", Cause.NEW_THERAPY),
    "local": ("local_therapy", Cause.LOCAL_THERAPY),
    "stop": ("discontinuation", Cause.DISCONTINUATION),
    "claimed": ("clinical_progression", Cause.CLINICAL_PROGRESSION),
}
each_event = pytest.mark.parametrize("event", EVENTS)


def short(ended):
    return ended.day, ended.status, ended.cause


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


# --- Death


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


@pytest.mark.parametrize(
    ("death_is", "expected"),
    [
        (DeathIs.EVENT, (0, CENSORED)),
        (DeathIs.COMPETING, (0, CENSORED)),
        (DeathIs.CENSORED_AT_LAST_ASSESSMENT, (0, CENSORED)),
        (DeathIs.CENSORED_AT_DEATH, (127, CENSORED)),
    ],
)
def test_a_death_after_missed_assessments_is_no_event_of_any_kind(death_is, expected):
    found = end({}, death_is=death_is, death=127, missed_before_death=1)
    assert (found.day, found.status) == expected
    assert end({}, death_is=DeathIs.COMPETING, death=126, missed_before_death=1).status == COMPETING


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


# --- Missed assessments

ALLOWED = {0: 70, 1: 126, 2: 182}  # allowed: intervals of 56 days and two windows of 7


@pytest.mark.parametrize("allowed", ALLOWED)
@pytest.mark.parametrize("last", [49, 56, 63, 112])
@pytest.mark.parametrize("kind", ["PD", "death"])
def test_missed_by_days_has_exact_edges(allowed, last, kind):
    for over, expected in ((0, EVENT), (1, CENSORED)):
        when = last + ALLOWED[allowed] + over
        scans, facts = ({last: "SD", when: "PD"}, {}) if kind == "PD" else ({last: "SD"}, {})
        if kind == "death":
            facts["death"] = when
        rules = {f"missed_before_{'progression' if kind == 'PD' else 'death'}": allowed}
        found = end(scans, **facts, **rules)
        assert found.status == expected, when
        if expected == CENSORED:
            assert (found.day, found.why, found.cause_day) == (last, Why.MISSED, when)


def test_each_kind_of_event_has_its_own_allowance():
    late = {56: "SD", 400: "PD"}
    assert end(late, missed_before_death=1).status == EVENT
    assert end(late, missed_before_progression=1).status == CENSORED
    assert end({56: "SD"}, death=400, missed_before_progression=1).status == EVENT


def test_a_scan_that_could_not_be_read_is_a_missed_one():
    scans = {56: "SD", 112: "NE", 168: "NE", 224: "PD"}
    found = end(scans, missed_before_progression=1)
    assert (found.day, found.why) == (56, Why.MISSED)
    assert end(scans, missed_before_progression=2).status == EVENT


@each_event
def test_the_day_of_another_event_is_known_without_a_scan(event):
    name, cause = EVENTS[event]
    found = end({56: "SD"}, **{event: 600, name: COMPOSITE}, missed_before_progression=0,
                missed_before_death=0)  # fmt: skip
    assert short(found) == (600, EVENT, cause)


def test_a_gap_over_the_change_of_the_interval_adds_the_actual_intervals():
    changing = AssessmentCalendar(56, 7, 168.0, 84)
    for last, gap in ((112, 154), (168, 182)):
        for over, expected in ((0, EVENT), (1, CENSORED)):
            found = end(
                {last: "SD", last + gap + over: "PD"},
                calendar=changing,
                missed_before_progression=1,
            )
            assert found.status == expected, (last, over)


@pytest.mark.parametrize(
    ("last", "event", "passed"),
    [
        (56, 119, 0),  # within the window of day 112
        (56, 120, 1),
        (56, 175, 1),  # within the window of day 168
        (56, 176, 2),
        (105, 120, 0),  # a scan on the first day of the window belongs to it
        (104, 120, 1),
        (0, 63, 0),
        (0, 64, 1),
    ],
)
@pytest.mark.parametrize("allowed", [0, 1])
def test_missed_by_planned_visits_counts_whole_windows(last, event, passed, allowed):
    scans = {event: "PD"} | ({last: "SD"} if last else {})
    found = end(scans, by_planned_visits=True, missed_before_progression=allowed)
    assert found.status == (EVENT if passed <= allowed else CENSORED)


def test_a_missed_progression_does_not_come_back_to_life():
    # nothing after a progression that does not count revives the time (decision 013, point 3)
    scans = {56: "SD", 300: "PD", 310: "SD", 320: "PD"}
    found = end(scans, missed_before_progression=1, death=330, missed_before_death=1)
    assert (found.day, found.why, found.cause) == (56, Why.MISSED, Cause.PROGRESSION)


def test_the_censoring_scan_may_be_another_than_the_one_that_was_not_missed():
    """FDA table A: censored at the last measured scan, missed by evaluable ones."""
    assessed = Assessed([56, 112, 168], [True, True, False], [True, False, True])
    happened = Happened(0.0, True, NEVER, NEVER, 168 + 127.0, NEVER, NEVER, NEVER)
    rules = PLAIN._replace(missed_before_death=1)
    found = end_of_time(assessed, happened, DeathIs.EVENT, rules)
    assert (found.day, found.why, found.assessment) == (112, Why.MISSED, 1)
    in_time = happened._replace(death=168 + 126.0)
    assert end_of_time(assessed, in_time, DeathIs.EVENT, rules).status == EVENT


# --- Dates of scheduled visits

SCHEDULED = {"dated_at_visit": True}


@pytest.mark.parametrize(
    ("shown", "dated"),
    [
        (20, 56), (49, 56), (56, 56), (63, 56),  # early, on the day, late
        (64, 112), (80, 112), (105, 112), (119, 112), (120, 168),
    ],
)  # fmt: skip
def test_a_progression_is_dated_at_its_visit_or_the_next(shown, dated):
    assert end({shown: "PD"}, **SCHEDULED)[:2] == (dated, EVENT)
    assert end({shown: "PD"}, **SCHEDULED).cause_day == shown
    claimed = end({}, claimed=shown, clinical_progression=COMPOSITE, **SCHEDULED)
    assert short(claimed) == (dated, EVENT, Cause.CLINICAL_PROGRESSION)


def test_the_planned_days_are_those_of_a_calendar_that_changes():
    changing = AssessmentCalendar(56, 7, 168.0, 84)
    assert [end({day: "PD"}, calendar=changing, **SCHEDULED).day for day in (175, 176, 259)] == [
        *(168, 252, 252)
    ]


@pytest.mark.parametrize(
    ("death", "dated"), [(64, 64), (90, 90), (111, 111), (112, 112), (300, 112)]
)
def test_no_planned_day_is_later_than_the_death(death, dated):
    for death_is in DeathIs:
        assert end({64: "PD"}, death_is=death_is, death=death, **SCHEDULED)[:2] == (dated, EVENT)


@pytest.mark.parametrize("event", ["therapy", "local", "stop"])
def test_only_progressions_are_moved_to_the_planned_day(event):
    name, _ = EVENTS[event]
    assert end(STABLE, **{event: 80, name: COMPOSITE}, **SCHEDULED).day == 80
    assert end(STABLE, death=180, **SCHEDULED).day == 180
    assert end({60: "SD", 130: "SD"}, **SCHEDULED).day == 130
    assert date_event(Cause.PROGRESSION, 80, NEVER, PLAIN) == 80


def test_what_came_first_is_told_by_actual_days():
    # new therapy on day 90, a progression on day 80 that is dated on day 112
    found = end({56: "SD", 80: "PD"}, therapy=90, new_therapy=HYPOTHETICAL, **SCHEDULED)
    assert short(found) == (112, EVENT, Cause.PROGRESSION)


def test_a_response_on_a_late_scan_never_ends_before_it_began():
    # day 113 and day 126 both belong to the visit of day 112, if the window is two weeks
    wide = EVERY_8_WEEKS._replace(window_days=14)
    found = end({113: "PR", 126: "PD"}, start=113.0, calendar=wide, **SCHEDULED)
    assert short(found) == (113, EVENT, Cause.PROGRESSION)
    claimed = end(
        {113: "PR"}, start=113.0, calendar=wide, claimed=113, clinical_progression=COMPOSITE,
        **SCHEDULED,
    )  # fmt: skip
    assert short(claimed) == (113, EVENT, Cause.CLINICAL_PROGRESSION)


# --- Start of time, baseline, contradictions


def test_without_a_baseline_the_rules_say_whether_to_follow():
    assert end({}, baseline=False, death=40)[:2] == (40, EVENT)
    assert end({}, baseline=False)[:3] == (0, CENSORED, Why.NO_EVENT)
    for facts in ({}, {"death": 40}, {"claimed": 20, "clinical_progression": COMPOSITE}):
        found = end({}, baseline=False, censors_without_baseline=True, **facts)
        assert (found.day, found.status, found.why) == (0, CENSORED, Why.NO_BASELINE)
    assert end(STABLE, censors_without_baseline=True).day == 168


@pytest.mark.parametrize("death_is", [DeathIs.EVENT, DeathIs.CENSORED_AT_DEATH, DeathIs.COMPETING])
def test_a_death_before_the_start_is_a_contradiction(death_is):
    found = end({}, death_is=death_is, start=10.0, death=9)
    assert (found.day, found.status, found.cause) == (9, CONTRADICTION, Cause.DEATH)
    assert end({}, death_is=death_is, start=10.0, death=10).status != CONTRADICTION


def test_a_death_that_only_censors_needs_no_day_of_its_own():
    found = end({56: "SD"}, death_is=DeathIs.CENSORED_AT_LAST_ASSESSMENT, start=10.0, death=9)
    assert found[:2] == (56, CENSORED)


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


@pytest.mark.parametrize("start", [-28.0, 0.0])
def test_the_origin_of_time_does_not_decide_what_was_missed(start):
    """A visit every 56 days, 7 around it: on day 110 the second is not over (1 allowed)."""
    found = end({}, start=start, death=110, missed_before_death=1)
    assert (found.day, found.status) == (110, EVENT)


@pytest.mark.parametrize(
    ("days", "counts", "start", "until", "shows", "expected"),
    [
        ([], [], 0, NEVER, False, -1),
        ([56, 112], [True, True], 0, NEVER, False, 1),
        ([56, 112], [True, False], 0, NEVER, False, 0),
        ([56, 112], [False, False], 0, NEVER, False, -1),
        ([56, 112], [True, True], 0, 112, False, 1),
        ([56, 112], [True, True], 0, 112, True, 0),
        ([56, 112], [True, True], 0, 111, False, 0),
        ([56, 112], [True, True], 57, 112, True, -1),
        ([56, 112], [True, True], 112, 112, False, 1),
        ([56, 112], [True, True], 100, 56, False, -1),
        ([-7, 56], [True, True], 0, 20, False, -1),
    ],
)
def test_the_last_assessment(days, counts, start, until, shows, expected):
    assert last_assessment(days, counts, start, until, shows) == expected


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
