"""Every time says why it ended: kind, sentence, source, and how much of its date was completed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from called_patients import day, patient

from following import CENSORING, FDA, READ
from trialwright.endpoints import (
    NoTime,
    duration_of_response,
    overall_survival,
    progression_free_survival,
    time_on_treatment,
    time_to_progression,
    time_to_progression_or_competing_death,
    time_to_response,
)
from trialwright.endpoints.endings import DeathIs, Strategy

POLICY, HYPOTHETICAL, COMPOSITE = Strategy
STABLE = {56: 90, 112: 90}
PROGRESSED = {56: 90, 112: 130}


def rules(last="adequate", **changes):
    strategies = {"new_therapy": POLICY} | changes
    return replace(FDA, last_assessment=last, censoring=CENSORING._replace(**strategies))


def told(endpoint, one, how):
    (found,) = endpoint([one], how)
    return found.kind, found.reason, found.source


def local(sizes, on):
    return replace(patient(sizes, rules=READ), local_therapy=day(on))


PFS = progression_free_survival
EVENTS = [
    (PROGRESSED, {}, {}, ("progression", "progression", "measurements, D112")),
    (STABLE, {"death": 130}, {}, ("death", "death", "deaths")),
    (
        STABLE,
        {"therapy": 80},
        {"new_therapy": COMPOSITE},
        ("new anticancer therapy", "new anticancer therapy", "therapies"),
    ),
    (
        STABLE,
        {"stop": (80, "adverse event")},
        {"discontinuation": COMPOSITE},
        ("treatment discontinuation", "treatment discontinuation", "dispositions"),
    ),
    (
        STABLE,
        {"stop": (80, "progression")},
        {"clinical_progression": COMPOSITE},
        ("clinical progression", "clinical progression", "dispositions"),
    ),
    (
        {56: 90, 80: 130},
        {},
        {"dated_at_visit": True},
        (
            "progression",
            f"progression on {day(80)}, dated at the scheduled visit",
            "measurements, D80",
        ),
    ),
]


@pytest.mark.parametrize(("sizes", "facts", "changes", "expected"), EVENTS)
def test_an_event_names_itself_and_its_record(sizes, facts, changes, expected):
    one = patient(sizes, rules=READ, **facts)
    assert told(PFS, one, rules(**changes)) == expected


def test_a_local_treatment_as_event_comes_from_the_ablations():
    words = "unplanned local therapy"
    assert told(PFS, local(STABLE, 80), rules(local_therapy=COMPOSITE)) == (
        *(words, words, "ablations"),
    )


def test_a_competing_death_says_so():
    one = patient(STABLE, rules=READ, death=130)
    assert told(time_to_progression_or_competing_death, one, rules()) == (
        *("death", "competing event: death without progression", "deaths"),
    )


LAST = {
    "adequate": "last adequate assessment",
    "measured": "last assessment of measured lesions",
    "any": "last assessment",
}


@pytest.mark.parametrize("last", LAST)
def test_a_censoring_names_the_assessment_and_what_came(last):
    one = patient(PROGRESSED, rules=READ, therapy=80)
    assert told(PFS, one, rules(last, new_therapy=HYPOTHETICAL)) == (
        "new anticancer therapy",
        f"censored at the {LAST[last]} before new anticancer therapy ({day(80)})",
        "measurements, D56",
    )
    alive = patient(STABLE, rules=READ)
    words = f"censored at the {LAST[last]}: no progression"
    assert told(PFS, alive, rules(last)) == ("no progression", words, "measurements, D112")


@pytest.mark.parametrize("last", LAST)
def test_without_an_assessment_the_time_is_censored_at_its_start_and_says_so(last):
    name = LAST[last].removeprefix("last ")
    early = patient(PROGRESSED, rules=READ, therapy=20)
    assert told(PFS, early, rules(last, new_therapy=HYPOTHETICAL)) == (
        "new anticancer therapy",
        f"censored at the start, with no {name} before new anticancer therapy ({day(20)})",
        "start of time",
    )
    alone = patient({}, rules=READ, contact=90)
    words = f"no {name}"
    expected = (words, f"censored at the start: {words}", "start of time")
    assert told(PFS, alone, rules(last)) == expected
    late = patient({}, rules=READ, death=400)
    kind, reason, source = told(PFS, late, rules(last))
    assert kind == "death after missed assessments"
    assert reason == (
        f"censored at the start, with no {name}: death on {day(400)} after too many missed "
        "assessments in a row"
    )
    assert source == "start of time"


def test_an_event_after_missed_assessments_names_its_day():
    one = patient({56: 90, 300: 130}, rules=READ)
    kind, reason, source = told(PFS, one, rules())
    assert (kind, source) == ("progression after missed assessments", "measurements, D56")
    assert reason == (
        f"censored at the last adequate assessment: progression on {day(300)} after too many "
        "missed assessments in a row"
    )


def test_a_death_in_time_to_progression_is_told_as_it_is_censored():
    one = patient(STABLE, rules=READ, death=130)
    words = "death without progression"
    assert told(time_to_progression, one, rules()) == (
        *(words, f"censored at the last adequate assessment: {words}", "measurements, D112"),
    )
    at_death = replace(rules(), death_in_progression=DeathIs.CENSORED_AT_DEATH)
    assert told(time_to_progression, one, at_death) == (
        *(words, f"censored at death: {words}", "deaths"),
    )


@pytest.mark.parametrize("endpoint", [PFS, overall_survival])
def test_the_horizon_names_what_came_later(endpoint):
    one = patient(STABLE, rules=READ, death=150)
    assert told(endpoint, one, rules(horizon_day=120.5)) == (
        "followed to the horizon",
        f"censored: followed to the horizon; death on {day(150)} came later",
        "horizon of the study",
    )
    (found,) = endpoint([one], rules(horizon_day=120.5))
    assert found.end == day(120)


def test_survival_names_the_death_or_the_contact():
    assert told(overall_survival, patient(STABLE, rules=READ, death=150), FDA) == (
        *("death", "death", "deaths"),
    )
    assert told(overall_survival, patient(STABLE, rules=READ, contact=150), FDA) == (
        *("alive at last contact", "alive at last contact", "patients"),
    )
    unseen = replace(patient({}, rules=READ), last_contact=day(-3))
    words = "no contact after the start"
    for one in (unseen, replace(unseen, last_contact=None)):
        assert told(overall_survival, one, FDA) == (words, words, "patients")


def test_a_death_before_the_start_is_told_as_a_death():
    one = replace(patient({}, rules=READ), death=day(-3))
    for endpoint in (PFS, overall_survival):
        (found,) = endpoint([one], rules())
        assert found.contradiction
        assert found.why == (
            f"death on {day(-3)} (deaths) lies before the start of time, {day(0)}; "
            "one of the dates is wrong"
        )


@pytest.mark.parametrize(
    ("imputed", "endpoint", "facts", "changes", "flag"),
    [
        ("death", PFS, {"death": 130}, {}, "M"),
        ("death", overall_survival, {"death": 130}, {}, "M"),
        ("death", time_to_progression_or_competing_death, {"death": 130}, {}, "M"),
        ("new_therapy", PFS, {"therapy": 80}, {"new_therapy": COMPOSITE}, "M"),
        ("stop", PFS, {"stop": (80, "other")}, {"discontinuation": COMPOSITE}, "M"),
        ("stop", PFS, {"stop": (80, "progression")}, {"clinical_progression": COMPOSITE}, "M"),
        # the time does not end on the completed date
        ("new_therapy", PFS, {"therapy": 80}, {"new_therapy": HYPOTHETICAL}, None),
        ("new_therapy", PFS, {"therapy": 80, "death": 90}, {}, None),
        ("death", time_to_progression, {"death": 130}, {}, None),
    ],
)
def test_a_completed_date_flags_the_time_that_ends_on_it(imputed, endpoint, facts, changes, flag):
    one = replace(patient(STABLE, rules=READ, **facts), imputed=((imputed, "M"),))
    (found,) = endpoint([one], rules(**changes))
    assert found.imputed == flag


# --- Responses that come after the time has ended

LATE = {56: 90, 112: 60, 168: 60}


@pytest.mark.parametrize("on", [55, 56, 80, 111])
def test_a_response_after_a_composite_event_has_no_duration_and_no_wrong_date(on):
    one = patient(LATE, rules=READ, stop=(on, "adverse event"))
    how = rules(discontinuation=COMPOSITE)
    (found,) = duration_of_response([one], how)
    assert isinstance(found, NoTime)
    assert not found.contradiction
    assert found.why.startswith(
        f"treatment discontinuation on {day(on)} (dispositions) came before"
    )
    (free,) = progression_free_survival([one], how)
    assert (free.end, free.event) == (day(on), True)
    (first,) = time_to_response([one], how)
    assert first.days == 112


@pytest.mark.parametrize("strategy", [HYPOTHETICAL, COMPOSITE])
@pytest.mark.parametrize("on", [55, 56, 80, 111])
def test_a_response_after_time_ended_has_no_duration(on, strategy):
    one = patient(LATE, rules=READ, stop=(on, "adverse event"))
    (found,) = duration_of_response([one], rules(discontinuation=strategy))
    assert isinstance(found, NoTime)
    assert not found.contradiction
    assert found.why == (
        f"treatment discontinuation on {day(on)} (dispositions) came before the first response, "
        "and in this way of counting time ends there"
    )


def test_a_response_after_the_horizon_has_no_time():
    one = patient(LATE, rules=READ)
    for endpoint in (duration_of_response, time_to_response):
        (found,) = endpoint([one], rules(horizon_day=111.0))
        assert "first response came after the horizon" in found.why
        (found,) = endpoint([one], rules(horizon_day=112.0))
        assert found.end == day(112)


@pytest.mark.parametrize(("horizon", "event"), [(79.9, False), (80.0, True), (79.0, False)])
def test_the_horizon_ends_time_on_treatment(horizon, event):
    one = patient(LATE, rules=READ, stop=(80, "adverse event"))
    (found,) = time_on_treatment([one], rules(horizon_day=horizon))
    assert (found.end, found.event) == (day(80 if event else 79), event)
    if not event:
        words = "censored: followed to the horizon; treatment stopped"
        assert found.reason.startswith(words)
        assert (found.kind, found.source) == ("followed to the horizon", "horizon of the study")


def test_a_response_on_the_day_of_the_stop_is_counted():
    one = patient(LATE, rules=READ, stop=(112, "adverse event"))
    (found,) = duration_of_response([one], rules(discontinuation=COMPOSITE))
    assert (found.days, found.event) == (0, True)
