"""Laws of time to event: what bounds what, and what the choices of a study may change.

Source: ``shared/reference/domain.md`` §5.1 and §5.2 (FDA's censoring table A, EMA counting every
event). Patients are drawn as scans, so the calls come from the real rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

from hypothesis import assume, given
from hypothesis import strategies as st

from following import CENSORING, EMA, EVERY_8_WEEKS, FDA, READ, times_of
from trialwright.endpoints import (
    Member,
    Patient,
    TimeRules,
    duration_of_response,
    overall_survival,
    progression_free_survival,
    time_to_progression,
)
from trialwright.endpoints.endings import DeathIs, Strategy
from trialwright.response import (
    Lesion,
    PatientScans,
    Reading,
    Response,
    assess_patient,
)
from trialwright.study.calendar import longest_gap, windows_passed

FIRST_TREATMENT = date(2024, 1, 8)
ENROLMENT = FIRST_TREATMENT - timedelta(10)
SIZES = [0.0, 30.0, 60.0, 65.0, 90.0, 100.0, 130.0, None]
STABLE = [90.0, 95.0, 100.0, None]


@st.composite
def patients(draw, *, dies=None, therapy=True, baseline=None, sizes=SIZES):
    gaps = draw(st.lists(st.integers(20, 140), max_size=6))
    days = list(accumulate(gaps))
    has_baseline = draw(st.integers(0, 9)) > 0 if baseline is None else baseline
    readings = [Reading("T1", "V0", FIRST_TREATMENT - timedelta(7), 100.0)] * has_baseline
    for number, day in enumerate(days, start=1):
        size = draw(st.sampled_from(sizes))
        state = None if size is not None else "not_evaluable"
        readings.append(Reading("T1", f"V{number}", FIRST_TREATMENT + timedelta(day), size, state))
    last = days[-1] if days else 0
    dead = draw(st.booleans()) if dies is None else dies
    end = FIRST_TREATMENT + timedelta(last + draw(st.integers(0, 400)))
    treated = draw(st.none() | st.integers(1, last + 30)) if therapy else None
    new_therapy = None if treated is None else FIRST_TREATMENT + timedelta(treated)
    if new_therapy is not None:
        end = max(end, new_therapy)
    death = end if dead else None
    scans = PatientScans(
        "P1",
        FIRST_TREATMENT,
        (Lesion("T1", "target", "liver", lymph_node=False),),
        tuple(readings),
        new_therapy=new_therapy,
        death=death,
    )
    return Patient(
        Member("P1", ENROLMENT, FIRST_TREATMENT, None),
        assess_patient(scans, READ),
        death,
        new_therapy,
        end,
    )


MISSED = st.sampled_from([-1, 0, 1, 2])
CENSORINGS = st.builds(
    CENSORING._replace,
    missed_before_progression=MISSED,
    missed_before_death=MISSED,
    by_planned_visits=st.booleans(),
    new_therapy=st.sampled_from([Strategy.TREATMENT_POLICY, Strategy.HYPOTHETICAL]),
)
RULES = st.builds(
    TimeRules,
    origin=st.just("first_treatment"),
    survival_origin=st.just("first_treatment"),
    death_ends_response=st.booleans(),
    death_in_progression=st.sampled_from(
        [DeathIs.CENSORED_AT_LAST_ASSESSMENT, DeathIs.CENSORED_AT_DEATH]
    ),
    extra_day=st.sampled_from([0, 1]),
    censoring=CENSORINGS,
    last_assessment=st.just("adequate"),
    criteria=st.just("RECIST 1.1"),
)
ENDPOINTS = [progression_free_survival, time_to_progression, duration_of_response, overall_survival]


def time_of(endpoint, patient, rules):
    times = times_of(endpoint([patient], rules))
    return times[0] if times else None


def all_times(patient, rules):
    return [time for endpoint in ENDPOINTS if (time := time_of(endpoint, patient, rules))]


@given(patients(), RULES)
def test_days_are_counted_from_the_dates_and_never_negative(patient, rules):
    for time in all_times(patient, rules):
        assert time.days == (time.end - time.start).days + rules.extra_day
        assert time.days >= rules.extra_day
        assert time.reason
        assert time.source


@given(patients(), RULES)
def test_progression_free_survival_is_never_longer_than_survival(patient, rules):
    free = time_of(progression_free_survival, patient, rules)
    alive = time_of(overall_survival, patient, rules)
    assert free.days <= alive.days
    assert free.start == alive.start


@given(patients(), RULES)
def test_time_to_progression_has_no_event_that_pfs_lacks(patient, rules):
    free = time_of(progression_free_survival, patient, rules)
    progression = time_of(time_to_progression, patient, rules)
    if progression.event:
        assert (free.event, free.days) == (True, progression.days)
        assert free.end == patient.response.first_progression.date
    if free.event and not progression.event:
        assert free.end == patient.death


@given(patients(dies=True))
def test_pfs_is_progression_or_death_where_nothing_is_censored(patient):
    free = time_of(progression_free_survival, patient, EMA)
    progression = time_of(time_to_progression, patient, EMA)
    death = time_of(overall_survival, patient, EMA)
    times = [time.days for time in (progression, death) if time.event]
    assert free.event
    assert free.days == min(times)


@given(patients(dies=False, therapy=False, baseline=True, sizes=STABLE))
def test_without_an_event_time_ends_at_the_last_scan_that_was_read(patient):
    read = [p.date for p in patient.response.time_points if p.overall != Response.NE]
    free = time_of(progression_free_survival, patient, FDA)
    assert (free.event, free.end) == (False, max(read, default=FIRST_TREATMENT))
    assert time_of(time_to_progression, patient, FDA).end == free.end


@given(patients())
def test_fda_censors_events_that_ema_counts_and_moves_none(patient):
    for endpoint in ENDPOINTS[:3]:
        strict, every = time_of(endpoint, patient, FDA), time_of(endpoint, patient, EMA)
        assert (strict is None) == (every is None)
        if strict is None:
            continue
        assert strict.days <= every.days
        if strict.event:
            assert (every.event, every.days) == (True, strict.days)


@given(patients(), RULES)
def test_no_event_follows_too_long_after_the_last_assessment(patient, rules):
    # FDA table A: an event later than the allowed gap is censored at the last adequate assessment
    free = time_of(progression_free_survival, patient, rules)
    read = [
        point.date
        for point in patient.response.time_points
        if point.overall != Response.NE
        and point.date <= free.end
        and (point.overall, point.date) != (Response.PD, free.end)
    ]
    last = (max([FIRST_TREATMENT, *read]) - FIRST_TREATMENT).days
    end = (free.end - FIRST_TREATMENT).days
    if not free.event:
        assert end == last
        return
    censoring = rules.censoring
    allowed = (
        censoring.missed_before_death
        if free.kind == "death"
        else censoring.missed_before_progression
    )
    if allowed >= 0 and censoring.by_planned_visits:
        assert windows_passed(EVERY_8_WEEKS, last, end) <= allowed
    elif allowed >= 0:
        assert end - last <= longest_gap(EVERY_8_WEEKS, last, allowed)


@given(patients())
def test_new_therapy_leaves_no_event_after_it(patient):
    assume(patient.new_therapy is not None)
    for endpoint in ENDPOINTS[:3]:
        time = time_of(endpoint, patient, FDA)
        assert time is None or time.end <= patient.new_therapy


@given(patients(), RULES)
def test_duration_of_response_ends_when_pfs_ends(patient, rules):
    duration = time_of(duration_of_response, patient, rules)
    responded = patient.response.best.response in (Response.CR, Response.PR)
    assert (duration is not None) == responded
    if duration is not None:
        assert duration.start == patient.response.response_start
        endpoint = progression_free_survival
        if not rules.death_ends_response:
            endpoint = time_to_progression
            rules = replace(rules, death_in_progression=DeathIs.CENSORED_AT_LAST_ASSESSMENT)
        other = time_of(endpoint, patient, rules)
        assert (duration.end, duration.event) == (other.end, other.event)


@given(patients(), RULES)
def test_origin_at_enrolment_adds_the_days_before_treatment(patient, rules):
    enrolled = replace(rules, origin="enrolment", survival_origin="enrolment")
    alive, before = (time_of(overall_survival, patient, one) for one in (rules, enrolled))
    assert (before.days - alive.days, before.event) == (10, alive.event)
    # The distance allowed to the first assessment starts at the origin: no limit here.
    any_number = rules.censoring._replace(missed_before_progression=-1, missed_before_death=-1)
    rules, enrolled = (replace(one, censoring=any_number) for one in (rules, enrolled))
    free, before = (time_of(progression_free_survival, patient, one) for one in (rules, enrolled))
    assert before.event == free.event
    assert before.days - free.days == (0 if free.end == free.start and not free.event else 10)


@given(patients(), RULES)
def test_extra_day_adds_one_to_every_time(patient, rules):
    plain = all_times(patient, replace(rules, extra_day=0))
    more = all_times(patient, replace(rules, extra_day=1))
    assert [time.days + 1 for time in plain] == [time.days for time in more]
    assert [time.event for time in plain] == [time.event for time in more]


@given(st.lists(patients(), max_size=4), RULES)
def test_each_patient_is_read_alone(several, rules):
    for endpoint in ENDPOINTS:
        together = endpoint(several, rules)
        alone = tuple(time for one in several for time in endpoint([one], rules))
        assert together == alone
