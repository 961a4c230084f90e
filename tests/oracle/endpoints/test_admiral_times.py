"""OS, PFS and duration of response: the profile ``admiral`` against its oracles, and where the
study's own endpoints part from it.

Oracle: ``shared/cases/oracle_admiral_random.json`` and ``published_pharmaverseadam_onco.json``
(admiralonco template ``ad_adtte`` run unchanged; pharmaverseadam; Apache-2.0).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from admiral_cases import RANDOM, TEMPLATE, read_by_guideline, read_subjects
from following import EMA, EVERY_8_WEEKS, FDA, times_of
from trialwright.endpoints import (
    Member,
    Patient,
    censoring_of,
    duration_of_response,
    overall_survival,
    progression_free_survival,
)
from trialwright.endpoints.censoring import (
    NEVER,
    Assessed,
    Cause,
    DeathIs,
    Happened,
    Status,
    end_of_life,
    end_of_time,
)
from trialwright.response import Response
from trialwright.response.admiral import derive_parameters, worst_of_each_day
from trialwright.study.counting import preset_countings

pytestmark = pytest.mark.shared

ADMIRAL = censoring_of(preset_countings()["admiral"], EVERY_8_WEEKS)
PUBLISHED = "published_pharmaverseadam_onco"


def death_and_contact(subject):
    """Return the days of death and of the last contact from the subject's row."""
    row = subject.row.get("adsl", subject.row)
    names = ("DTHDT", "LSTALVDT") if "adsl" in subject.row else ("death_date", "last_alive_date")
    return tuple(subject.day_of(row[name]) for name in names)


def times_by_admiral(subject):
    """Return each time by the preset ``admiral``, written as the oracle writes it."""
    found = derive_parameters(subject.responses, subject.days, TEMPLATE)
    death, contact = (NEVER if math.isnan(day) else day for day in death_and_contact(subject))
    kept = [subject.days[i] for i in worst_of_each_day(subject.responses, subject.days)]
    every = [True] * len(kept)
    progression = subject.days[found.progression] if found.progression >= 0 else NEVER

    def end(start):
        happened = Happened(start, True, progression, NEVER, death, NEVER, NEVER, NEVER)
        return end_of_time(Assessed(kept, every, every), happened, DeathIs.EVENT, ADMIRAL)

    last = -NEVER if contact == NEVER else contact
    times = {"OS": (0, end_of_life(0, death, last, NEVER)), "PFS": (0, end(0))}
    if found.response >= 0:
        first = subject.days[found.response]
        times["RSD"] = (first, end(first))
    return {name: as_written(name, subject, start, time) for name, (start, time) in times.items()}


def as_written(name, subject, start, time):
    return {
        "aval_days": int(time.day - start) + 1,
        "cnsr": int(time.status != Status.EVENT),
        "start": str(subject.reference + timedelta(start)),
        "date": str(subject.reference + timedelta(int(time.day))),
        "event": in_words(name, start, time),
    }


def in_words(name, start, time):
    if time.status == Status.EVENT:
        return "Disease Progression" if time.cause == Cause.PROGRESSION else "Death"
    if time.day == start and time.assessment < 0:
        return "Randomization"
    return "Alive" if name == "OS" else "Last Tumor Assessment"


@pytest.mark.parametrize(
    ("table", "key", "count"), [(RANDOM, None, 500 + 500 + 326), (PUBLISHED, "expected_tte", 32)]
)
def test_every_time_of_every_patient(shared, table, key, count):
    compared = 0
    for subject in read_subjects(shared, table):
        expected = subject.row[key] if key else subject.row["expected"]["tte"]
        assert times_by_admiral(subject) == expected, subject
        compared += len(expected)
    assert compared == count


@pytest.mark.parametrize("table", [RANDOM, PUBLISHED])
def test_deaths_are_those_of_the_subjects(shared, table):
    for subject in read_subjects(shared, table):
        expected = subject.row["expected"]
        death = expected.get("params", expected)["DEATH"]
        day, _ = death_and_contact(subject)
        assert (death["value"] == "Y") == (not math.isnan(day))
        assert str(subject.day_of(death["date"])) == str(day)


# --- The study's own endpoints, on the same records

EVERY_EVENT = replace(EMA, extra_day=1)
MISSED_CENSORED = replace(FDA, extra_day=1)  # the default, with scans every 8 weeks ± 7 days
NOT_EVALUABLE = "censored at the last assessment that could be evaluated"
AFTER_MISSED = "event after more missed assessments than allowed"
NOT_CONFIRMED = "no duration without a confirmed response"
CONFIRMED_START = "duration starts with the confirmed response"


def times_by_study(subject, rules):
    """Return each time of the study's endpoints, as start, end and whether it is an event."""
    response = read_by_guideline(subject, TEMPLATE, True)
    death, contact = (
        subject.reference + timedelta(day) if not math.isnan(day) else None
        for day in death_and_contact(subject)
    )
    member = Member(subject.name, subject.reference, subject.reference, None)
    patient = Patient(member, response, death, None, contact)
    functions = {
        "OS": overall_survival,
        "PFS": progression_free_survival,
        "RSD": duration_of_response,
    }
    return {
        name: one for name, count in functions.items() for one in times_of(count([patient], rules))
    }


def told(time):
    return {
        "aval_days": time.days,
        "cnsr": int(not time.event),
        "start": str(time.start),
        "date": str(time.end),
    }


def causes_of(subject, rules):
    """Return why the times of one patient differ; fail where no cause explains it."""
    ours, causes = times_by_study(subject, rules), []
    every = times_by_study(subject, EVERY_EVENT)
    seen = times_by_admiral(without_last_not_evaluable(subject))
    for name, theirs in times_by_admiral(subject).items():
        if name not in ours:
            assert name == "RSD"
            assert read_by_guideline(subject, TEMPLATE, True).response_start is None
            causes.append((name, NOT_CONFIRMED))
            continue
        if str(ours[name].start) != theirs["start"]:
            assert name == "RSD"
            assert (
                str(read_by_guideline(subject, TEMPLATE, False).response_start) == theirs["start"]
            )
            causes.append((name, CONFIRMED_START))
        if ended(told(ours[name])) == ended(theirs):
            continue
        if ended(told(every[name])) == ended(theirs):
            assert ours[name].kind.endswith("after missed assessments")
            causes.append((name, AFTER_MISSED))
        else:
            assert theirs["event"] == "Last Tumor Assessment"
            assert ended(told(ours[name])) == ended(seen[name])
            causes.append((name, NOT_EVALUABLE))
    assert set(ours) <= set(times_by_admiral(subject))
    return causes


def ended(time):
    return time["date"], time["cnsr"]


def without_last_not_evaluable(subject):
    """Return the subject without the NE records at the end: what the last evaluable one was."""
    end = len(subject.responses)
    while end > 0 and subject.responses[end - 1] == Response.NE:
        end -= 1
    return replace(subject, responses=subject.responses[:end], days=subject.days[:end])


DIFFERENCES = {
    ("PFS", NOT_EVALUABLE): 27,  # of 179 censored at an assessment
    ("RSD", NOT_EVALUABLE): 5,
    ("RSD", NOT_CONFIRMED): 224,
    ("RSD", CONFIRMED_START): 7,
}
AFTER_GAPS = {("PFS", AFTER_MISSED): 55, ("RSD", AFTER_MISSED): 12}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [(EVERY_EVENT, DIFFERENCES), (MISSED_CENSORED, DIFFERENCES | AFTER_GAPS)],
    ids=["every event", "the default"],
)
def test_every_difference_in_time(shared, rules, expected):
    found = Counter(
        cause for subject in read_subjects(shared, RANDOM) for cause in causes_of(subject, rules)
    )
    assert found == expected
