"""Time on treatment, and what the end of treatment says of progression."""

from __future__ import annotations

from dataclasses import replace

import pytest
from called_patients import START, day, patient

from following import FDA
from trialwright.endpoints import Member, NoTime, Stop, time_on_treatment
from trialwright.endpoints.patient import kind_of_stop


def treated(*, stop=None, death=None, last_dose=None, contact=300, first=START):
    one = patient({}, contact=contact)
    return replace(
        one,
        member=Member("P1", day(-7), first, None),
        stop=None if stop is None else Stop(day(stop[0]), "in words", stop[1]),
        death=day(death),
        last_dose=day(last_dose),
        last_contact=day(contact),
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"stop": (80, "adverse event")}, (80, True, "treatment stopped: adverse event")),
        ({"stop": (80, "completed")}, (80, True, "treatment stopped: completed")),
        ({"stop": (80, "progression")}, (80, True, "treatment stopped: progression")),
        ({"stop": (80, None)}, (80, True, "treatment stopped: in words")),
        ({"stop": (80, "death"), "death": 82}, (80, True, "treatment stopped: death")),
        ({"stop": (80, "withdrawal"), "death": 300}, (80, True, "treatment stopped: withdrawal")),
        ({"death": 90}, (90, True, "death")),
        ({"death": 60, "stop": (80, "death")}, (60, True, "death")),
        ({"last_dose": 70}, (70, False, "on treatment at the last dose")),
        ({"stop": (80, "other"), "last_dose": 90}, (80, True, "treatment stopped: other")),
        ({}, (300, False, "end of treatment unknown")),
        ({"contact": None}, (0, False, "end of treatment unknown")),
        ({"stop": (0, "adverse event")}, (0, True, "treatment stopped: adverse event")),
    ],
)
def test_treatment_ends_once(facts, expected):
    (found,) = time_on_treatment([treated(**facts)], FDA)
    assert (found.days, found.event, found.kind) == expected
    assert found.start == START
    assert found.reason == (found.kind if found.event else f"censored: {found.kind}")
    sources = {True: {"dispositions", "deaths"}, False: {"doses", "patients"}}
    assert found.source in sources[found.event]


def test_who_was_never_treated_has_no_time():
    assert time_on_treatment([treated(first=None)], FDA) == (NoTime("P1", "never treated"),)


@pytest.mark.parametrize("facts", [{"stop": (-3, "other")}, {"death": -3}, {"last_dose": -3}])
def test_an_end_before_the_first_treatment_is_a_contradiction(facts):
    (found,) = time_on_treatment([treated(**facts)], FDA)
    assert found.contradiction
    assert str(day(-3)) in found.why
    assert str(START) in found.why


def test_the_convention_may_add_a_day_and_the_origin_does_not_matter():
    one = treated(stop=(80, "completed"))
    (found,) = time_on_treatment([one], replace(FDA, extra_day=1))
    assert found.days == 81
    assert time_on_treatment([one], replace(FDA, origin="enrolment"))[0].days == 80


@pytest.mark.parametrize(
    ("category", "progression", "kind"),
    [
        ("progression", None, "claimed"),
        ("progression", 81, "claimed"),
        ("progression", 80, "documented"),
        ("progression", 56, "documented"),
        ("clinical progression", None, "claimed"),
        ("clinical progression", 56, "documented"),
        ("adverse event", None, "discontinued"),
        ("adverse event", 56, "discontinued"),
        ("withdrawal", None, "discontinued"),
        ("lost to follow-up", None, "discontinued"),
        ("other", None, "discontinued"),
        (None, None, "discontinued"),  # a reason that nobody recorded is another reason
        ("completed", None, "no stop"),
        ("death", None, "no stop"),
    ],
)
def test_what_a_stop_says_of_progression(category, progression, kind):
    assert kind_of_stop(Stop(day(80), "in words", category), day(progression)) == kind


def test_no_end_of_treatment_says_nothing():
    assert kind_of_stop(None, day(56)) == "no stop"
