"""Endpoints of many patients: compiled, in plain Python and one patient at a time are equal.

The rules are compiled once for the module, which takes some seconds the first time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest

from courses import draw_courses, draw_rules
from drawn_patients import CALENDARS, HORIZON, PRESETS, SIZES, START, STOPS, Course, patient_of
from drawn_patients import scans_of as write_scans
from following import FDA
from trialwright.endpoints import (
    NoTime,
    TimeRules,
    duration_of_response,
    duration_of_stable_disease,
    overall_survival,
    progression_free_survival,
    time_to_progression,
    time_to_progression_or_competing_death,
)
from trialwright.endpoints.bulk.follow_many import endpoint_rules, follow_many, followed_of
from trialwright.endpoints.bulk.followed import NO_TIME, EndpointRules, Times
from trialwright.endpoints.bulk.timed import (
    COMPILED_FROM,
    SURVIVAL,
    TimedPatients,
    end_times,
)
from trialwright.endpoints.called import called_of
from trialwright.endpoints.censoring import end_of_life, end_of_time
from trialwright.endpoints.endings import Assessed, Cause, DeathIs, Happened, Status, Strategy
from trialwright.endpoints.proportion import disease_control, objective_response
from trialwright.endpoints.sets import AnalysisSets
from trialwright.records import as_plain_numbers
from trialwright.response import BestRules, LocalTreatment, ResponseRules, assess_patient
from trialwright.response.bulk.packing import course_rules, pack_patients
from trialwright.response.bulk.read_many import read_many
from trialwright.study.vary import vary_study

PATIENTS = 400
MODES = ("adequate", "measured", "any")
INF = np.inf
NAMES = ("survival", "progression_free", "progression", "progression_competing", "response",
         "stable")  # fmt: skip


def some(rng, patients, *, share=0.5, least=0, most=500):
    """Draw days; some never come."""
    days = rng.integers(least, most, patients).astype(np.float64)
    return np.where(rng.random(patients) < share, days, INF)


def draw_happened(rng, patients):
    death = some(rng, patients)
    return {
        "death": death,
        "last_contact": np.where(np.isinf(death), rng.integers(-5, 700, patients), death),
        "new_therapy": some(rng, patients, share=0.3),
        "local_therapy": some(rng, patients, share=0.2),
        "stop": some(rng, patients, share=0.6),
        "stop_for_progression": rng.random(patients) < 0.5,
    }


def draw_followed(seed, patients=PATIENTS, *, confirm=True, last_assessment="adequate"):
    rng = np.random.default_rng(seed)
    courses = draw_courses(seed, patients)
    # days of the drawn baselines vary; time starts with day 0 for everybody
    results = read_many(courses, draw_rules(seed), sums=True)
    return followed_of(
        courses,
        results,
        confirm=confirm,
        last_assessment=last_assessment,
        happened=draw_happened(rng, patients),
    )


def draw_censoring(seed):
    """Draw any composition of the fields."""
    rng = Random(seed)  # noqa: S311 - drawn data, no secret
    return PRESETS["fda_b"][0]._replace(
        calendar=rng.choice(CALENDARS),
        dated_at_visit=rng.random() < 0.5,
        missed_before_progression=rng.choice([-1, 0, 1, 2]),
        missed_before_death=rng.choice([-1, 0, 1, 2]),
        by_planned_visits=rng.random() < 0.5,
        censors_without_baseline=rng.random() < 0.5,
        horizon_day=rng.choice([INF, HORIZON]),
        clinical_progression=rng.choice(list(Strategy)),
        new_therapy=rng.choice(list(Strategy)),
        local_therapy=rng.choice(list(Strategy)),
        discontinuation=rng.choice(list(Strategy)),
    )


def rules_of(censoring, *, confirm=True, seed=0):
    return EndpointRules(
        as_plain_numbers(censoring),
        BestRules(28, 1, 1, 49),
        confirm,
        49,
        bool(seed % 2),
        1 + seed // 2 % 2,
    )


def bits(found):
    """Return every array of endpoints as bytes."""
    named = {}
    for name in found._fields:
        value = getattr(found, name)
        if isinstance(value, Times):
            named |= {f"{name}.{field}": getattr(value, field) for field in value._fields}
        else:
            named[name] = value
    return {name: (array.dtype, array.tobytes()) for name, array in named.items()}


# --- Plain and compiled


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("preset", PRESETS)
def test_compiled_presets_equal_plain_python_bit_for_bit(preset, mode):
    followed = draw_followed(len(preset), last_assessment=mode)
    rules = rules_of(PRESETS[preset][0], seed=len(mode))
    plain = follow_many(followed, rules, compiled=False)
    assert bits(follow_many(followed, rules)) == bits(plain)
    statuses = set(plain.progression_free.status.tolist())
    assert {Status.CENSORED, Status.EVENT} <= statuses


@pytest.mark.parametrize("seed", range(30))
def test_so_do_drawn_compositions(seed):
    confirm = seed % 3 > 0
    followed = draw_followed(seed, 150, confirm=confirm, last_assessment=MODES[seed % 3])
    rules = rules_of(draw_censoring(seed), confirm=confirm, seed=seed)
    plain = follow_many(followed, rules, compiled=False)
    assert bits(follow_many(followed, rules)) == bits(plain)


def test_the_drawn_patients_meet_every_status_and_cause():
    statuses, causes = set(), set()
    for seed in range(30):
        found = follow_many(draw_followed(seed, 150), rules_of(draw_censoring(seed), seed=seed))
        for name in NAMES:
            times = getattr(found, name)
            statuses |= set(times.status.tolist())
            causes |= set(times.cause.tolist())
    assert statuses >= {NO_TIME, Status.CENSORED, Status.EVENT, Status.COMPETING}
    assert causes == {NO_TIME, *Cause}


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_results_do_not_depend_on_threads(threads):
    followed, rules = draw_followed(5, 101), rules_of(PRESETS["ema"][0])
    whole = bits(follow_many(followed, rules))
    assert bits(follow_many(followed, rules, threads=threads)) == whole


@pytest.mark.parametrize("compiled", [True, False])
def test_nobody_has_no_endpoints(compiled):
    found = follow_many(draw_followed(1, 0), rules_of(PRESETS["ema"][0]), compiled=compiled)
    assert found.responded.shape == found.survival.day.shape == (0,)


# --- The same as one patient at a time


def random_course(rng, name):
    """Draw one patient; the same kinds of courses as in ``drawn_patients``."""
    days, at = [], 0
    for _ in range(rng.randrange(7)):
        at += rng.randint(1, 100)
        days.append(at)
    end = at + rng.randrange(200)

    def maybe(share):
        return rng.randint(0, end) if rng.random() < share else None

    stopped = maybe(0.6)
    return Course(
        tuple((on, rng.choice(SIZES)) for on in days),
        new_lesion=rng.randrange(6) if rng.random() < 0.3 else None,
        baseline=rng.random() < 0.9,
        death=end if rng.random() < 0.5 else None,
        therapy=maybe(0.4),
        local=maybe(0.3),
        stop=None if stopped is None else (stopped, rng.choice(STOPS)),
        contact=end,
        name=name,
    )


def happened_of(courses):
    """Return what happened as bulk reads it: stops before their time, and which for progression."""

    def days(values):
        return np.array([INF if value is None else value for value in values], np.float64)

    early = [
        None if one.stop is None or one.stop[1] in ("completed", "death") else one.stop
        for one in courses
    ]
    return {
        "death": days(one.death for one in courses),
        "last_contact": days(one.contact for one in courses),
        "new_therapy": days(one.therapy for one in courses),
        "local_therapy": days(one.local for one in courses),
        "stop": days(None if stop is None else stop[0] for stop in early),
        "stop_for_progression": np.array(
            [stop is not None and stop[1] in ("progression", "clinical progression")
             for stop in early], np.bool_,
        ),
    }  # fmt: skip


SCALAR = {
    "survival": overall_survival,
    "progression_free": progression_free_survival,
    "progression": time_to_progression,
    "progression_competing": time_to_progression_or_competing_death,
    "response": duration_of_response,
    "stable": duration_of_stable_disease,
}
_EVENTS = {
    Cause.PROGRESSION: "progression",
    Cause.CLINICAL_PROGRESSION: "clinical progression",
    Cause.DEATH: "death",
    Cause.NEW_THERAPY: "new anticancer therapy",
    Cause.LOCAL_THERAPY: "unplanned local therapy",
    Cause.DISCONTINUATION: "treatment discontinuation",
}


def told(time):
    """Return what one patient's time says: start, end and status; and the scan that censors."""
    if isinstance(time, NoTime):
        return ("none",)
    status = Status.EVENT if time.event else Status.CENSORED
    status = Status.COMPETING if time.competing else status
    begin, end = ((one - START).days for one in (time.start, time.end))
    scan = time.source if status == Status.CENSORED and "measurements" in time.source else ""
    kind = time.kind if status != Status.CENSORED else ""
    return (begin, end, status, scan, kind)


def told_in_bulk(times, patient):
    status = int(times.status[patient])
    if status in (NO_TIME, Status.CONTRADICTION, Status.ENDED_BEFORE):
        return ("none",)  # why it is none is told of one patient alone
    at = int(times.assessment[patient])
    scan = f"measurements, V{at + 1}" if at >= 0 else ""
    kind = _EVENTS[Cause(int(times.cause[patient]))] if status != Status.CENSORED else ""
    return (int(times.begin[patient]), int(times.day[patient]), status, scan, kind)


@pytest.fixture(scope="module")
def cohort():
    rng = Random(20)  # noqa: S311 - drawn data, no secret
    return [random_course(rng, f"P{number}") for number in range(PATIENTS)]


def read_cohort(cohort, study):
    """Return the cohort read both ways."""
    rules = ResponseRules.of(study)
    scans = [treated(one) for one in cohort]
    courses = pack_patients(scans, rules)
    results = read_many(courses, course_rules(rules), sums=True)
    patients = [
        replace(patient_of(one, rules), response=assess_patient(each, rules))
        for one, each in zip(cohort, scans, strict=True)
    ]
    return courses, results, patients


def treated(course):
    """Write the scans of a course, with its local treatment outside the protocol."""
    scans = write_scans(course)
    if course.local is None:
        return scans
    day = START + timedelta(days=course.local)
    return replace(scans, local_treatments=(LocalTreatment("T1", day, "RFA", planned=False),))


CHOICES = [
    {},
    {"response.confirmation_required": False, "rates.new_anticancer_therapy": "treatment_policy"},
    {
        "rates.treatment_discontinuation": "while_on_treatment",
        "response.persistent_partial_response": False,
        "endpoints.duration_of_response_ends_at_death": False,
        "endpoints.time_to_progression_death": "censored_at_death",
    },
    {"response.unplanned_local_therapy": "censor"},
]


@pytest.mark.parametrize("choices", CHOICES, ids=range(len(CHOICES)))
def test_bulk_equals_one_patient_at_a_time(cohort, crclm_study, choices):
    """Under every preset and every last assessment, through the scans and the real rules."""
    study = vary_study(
        crclm_study,
        {"response.immune_criteria": "none", "schedule.horizon_months": 10.0, **choices},
        basis="test",
    )
    courses, results, patients = read_cohort(cohort, study)
    compared = set()
    for number, preset in enumerate(("study", *PRESETS)):
        for mode in {TimeRules.of(study, preset).last_assessment, MODES[number % 3]}:
            times = replace(TimeRules.of(study, preset), last_assessment=mode)
            followed = followed_of(
                courses,
                results,
                confirm=study.response.confirmation_required.require(),
                last_assessment=mode,
                happened=happened_of(cohort),
            )
            found = follow_many(followed, endpoint_rules(study, times))
            for name, endpoint in SCALAR.items():
                for at, time in enumerate(endpoint(patients, times)):
                    bulk = told_in_bulk(getattr(found, name), at)
                    assert bulk == told(time), (preset, mode, name, cohort[at])
                    compared.add(bulk[2] if len(bulk) > 1 else bulk[0])
            sets = AnalysisSets("treated", tuple(one.member for one in patients))
            calls = {one.member.patient_id: one.response for one in patients}
            met = objective_response(sets, calls, criteria="RECIST 1.1")
            assert found.responded.tolist() == [one.met for one in met]
            least = study.endpoints.disease_control_minimum_days.require()
            control = disease_control(sets, calls, least, criteria="RECIST 1.1")
            assert found.controlled.tolist() == [one.met for one in control]
    assert compared >= {Status.CENSORED, Status.EVENT, Status.COMPETING, "none"}


@pytest.mark.parametrize(
    "choice",
    [
        {"endpoints.time_origin": "enrolment"},
        {"endpoints.overall_survival_origin": "enrolment"},
        {"endpoints.criteria": "iRECIST"},
    ],
)
def test_what_bulk_does_not_know_is_refused(crclm_study, choice):
    study = vary_study(crclm_study, choice, basis="test")
    (path,) = choice
    with pytest.raises(ValueError, match=path):
        endpoint_rules(study, TimeRules.of(study))


# --- Arrays that do not fit


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("day", lambda array: array[:-1], "start must begin with 0"),
        ("start", lambda array: array + 1, "start must begin with 0"),
        ("start", lambda array: array[::-1].copy(), "start must begin with 0"),
        ("start", lambda array: array[:0], "start must begin with 0"),
        ("overall", lambda array: array[:-1], "overall has .* entries; give"),
        ("adequate", lambda array: array[1:], "adequate has .* entries; give"),
        ("best", lambda array: array[:-1], "best has 39 entries; give 40"),
        ("death", lambda array: np.full_like(array, np.nan), "death holds nan; inf stands"),
        ("counted", lambda array: array + 99, "counted must lie between 0"),
        ("counted", lambda array: array - 99, "counted must lie between 0"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name, change, words):
    followed = draw_followed(3, 40)
    broken = followed._replace(**{name: change(getattr(followed, name))})
    with pytest.raises(ValueError, match=words):
        follow_many(broken, rules_of(PRESETS["ema"][0]))


def test_measured_assessments_need_the_sums():
    courses = draw_courses(1, 10)
    results = read_many(courses, draw_rules(1), sums=False)
    happened = draw_happened(np.random.default_rng(1), 10)
    with pytest.raises(ValueError, match="needs the sums"):
        followed_of(courses, results, confirm=True, last_assessment="measured", happened=happened)


# --- One time whose progression and start are known already


def draw_timed(seed, patients=300):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 7, patients)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    days = [np.cumsum(rng.integers(1, 90, count)) for count in counts]
    seen = int(start[-1])
    evaluable = rng.random(seen) < 0.8
    begin = np.where(rng.random(patients) < 0.9, rng.integers(-10, 120, patients), INF)
    return TimedPatients(
        start=start,
        day=np.concatenate([*days, []]).astype(np.int32),
        adequate=evaluable | (rng.random(seen) < 0.1),
        evaluable=evaluable,
        begin=begin.astype(np.float64),
        has_baseline=rng.random(patients) < 0.9,
        progression=some(rng, patients),
        claimed=some(rng, patients, share=0.2),
        death=some(rng, patients),
        new_therapy=some(rng, patients, share=0.3),
        local_therapy=some(rng, patients, share=0.2),
        discontinuation=some(rng, patients, share=0.3),
        last_contact=np.where(rng.random(patients) < 0.1, -INF, rng.integers(-20, 600, patients)),
    )


def one_at_a_time(timed, death_is, rules):
    """End each time by the rules of one patient, with plain numbers."""
    for at in range(timed.patients):
        begin = float(timed.begin[at])
        if begin == INF:
            yield None
        elif death_is == SURVIVAL:
            yield end_of_life(
                begin, float(timed.death[at]), float(timed.last_contact[at]), rules.horizon_day
            )
        else:
            mine = slice(timed.start[at], timed.start[at + 1])
            yield end_of_time(
                Assessed(
                    timed.day[mine].tolist(),
                    timed.adequate[mine].tolist(),
                    timed.evaluable[mine].tolist(),
                ),
                Happened(
                    begin,
                    bool(timed.has_baseline[at]),
                    *(float(getattr(timed, name)[at]) for name in TimedPatients._fields[6:12]),
                ),
                death_is,
                rules,
            )


@pytest.mark.parametrize("death_is", [*DeathIs, SURVIVAL])
@pytest.mark.parametrize("way", [*PRESETS, *range(6)])
def test_known_progressions_end_alike_in_three_ways(death_is, way):
    censoring = PRESETS[way][0] if way in PRESETS else draw_censoring(way)
    timed = draw_timed(int(death_is) + 10)
    plain = end_times(timed, death_is, censoring, compiled=False)
    compiled = end_times(timed, death_is, censoring, compiled=True)
    for name in plain._fields:
        assert getattr(plain, name).tobytes() == getattr(compiled, name).tobytes(), name
    for at, ended in enumerate(one_at_a_time(timed, death_is, censoring)):
        if ended is None:
            assert plain.status[at] == NO_TIME
            continue
        found = tuple(getattr(plain, name)[at] for name in plain._fields[1:])
        expected = (ended.day, ended.status, ended.why, ended.cause, ended.assessment)
        assert found == expected, at
        assert plain.begin[at] == timed.begin[at]


def test_few_patients_are_not_compiled_for_and_the_result_is_the_same():
    timed, censoring = draw_timed(4, 50), PRESETS["fda_a"][0]
    assert timed.patients < COMPILED_FROM
    default = end_times(timed, DeathIs.EVENT, censoring)
    compiled = end_times(timed, DeathIs.EVENT, censoring, compiled=True)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(default, compiled, strict=True))


def test_the_called_progression_is_that_of_the_scans(cohort, crclm_study):
    """The bulk reading finds the first PD on the day that the endpoints of one patient read."""
    study = vary_study(crclm_study, {"response.immune_criteria": "none"}, basis="test")
    courses, results, patients = read_cohort(cohort, study)
    followed = followed_of(
        courses, results, confirm=True, last_assessment="adequate", happened=happened_of(cohort)
    )
    for at, one in enumerate(patients):
        called = called_of(one.response, FDA.criteria)
        mine = slice(followed.start[at], followed.start[at + 1])
        assert followed.day[mine].tolist() == [each.day for each in called.assessments]
        assert followed.evaluable[mine].tolist() == [each.evaluable for each in called.assessments]
