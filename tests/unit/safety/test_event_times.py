"""Time at risk, rates by patient-time, and competing ends."""

from __future__ import annotations

import pytest

from event_trials import LAST, death, dose, end_of_treatment, event, trial
from trialwright.analysis.safety.first_events import first_events_of
from trialwright.safety.course import gather_courses
from trialwright.safety.event_times import follow_patients, time_at_risk
from trialwright.safety.events import derive_events, select_emergent
from trialwright.stats import CumulativeIncidence


def read(study, *events, competing=True, **tables):
    data = trial(*events, **tables)
    courses = gather_courses(data, study)
    chosen = select_emergent(derive_events(data, study, courses)).filter(term="Fatigue")
    follow_up = follow_patients(data, study, courses)
    return time_at_risk(chosen, follow_up, study, competing=competing)


def only(study, *events, **tables):
    return read(study, *events, **tables).select("time_days", "kind", "why").row(0)


def test_the_first_event_ends_the_time(crclm_study):
    assert only(crclm_study, event(20), event(10)) == (10, "event", "first event on 2026-01-14")


def test_the_first_day_counts_if_the_study_says_so(crclm_study, settle):
    assert crclm_study.endpoints.first_day_counts.require()
    study = settle(crclm_study, endpoints__first_day_counts=False)
    assert only(study, event(10))[:2] == (9, "event")


def test_the_end_of_treatment_competes(crclm_study):
    assert only(crclm_study) == (LAST, "competing", "treatment ended on 2026-03-05")
    assert only(crclm_study, event(LAST + 5))[1] == "competing"
    assert only(crclm_study, event(LAST))[:2] == (LAST, "event")


def test_death_competes(crclm_study):
    found = only(crclm_study, deaths=[death(41)])
    assert found == (41, "competing", "died on 2026-02-14")


def test_the_earlier_of_the_end_of_treatment_and_death_competes(crclm_study):
    for number, words in ((LAST - 1, "died on"), (LAST, "died on"), (LAST + 1, "treatment ended")):
        assert only(crclm_study, deaths=[death(number)])[2].startswith(words)
    going = [end_of_treatment(patient="P2")]
    assert only(crclm_study, deaths=[death(70)], ends=going)[:2] == (70, "competing")


def test_for_a_rate_the_time_runs_to_the_end_of_the_window(crclm_study):
    found = only(crclm_study, competing=False)
    assert found[:2] == (LAST + 30, "censored")
    assert found[2] == (
        "no event to the end of the window on 2026-04-04, 30 days after the last day, 2026-03-05"
    )
    assert only(crclm_study, event(LAST + 5), competing=False)[:2] == (LAST + 5, "event")
    seen = only(crclm_study, competing=False, alive=70)
    assert seen == (70, "censored", "no event to the last contact on 2026-03-15")


def test_a_late_serious_event_is_outside_the_time_at_risk(crclm_study):
    late = event(LAST + 50, serious=True)
    assert only(crclm_study, late, competing=False)[:2] == (LAST + 30, "censored")


def test_treatment_that_goes_on_is_censored_at_the_last_contact(crclm_study):
    found = only(crclm_study, ends=[end_of_treatment(patient="P2")], alive=80)
    assert found == (80, "censored", "no event to the last contact on 2026-03-25")


def test_an_event_of_unknown_day_has_no_time(crclm_study):
    for events in ([event(None)], [event(10), event(None)]):
        assert only(crclm_study, *events)[:2] == (None, "undated")


def test_an_event_that_worsened_counts_from_the_first_treatment(crclm_study):
    assert only(crclm_study, event(-9, grade_before=1))[:2] == (1, "event")


def test_the_rate_is_by_patient_months(crclm_study):
    doses = [dose(patient=name) for name in ("P1", "P2", "P3")]
    data = trial(
        event(10), event(30, patient="P2", term="Rash"), event(None, patient="P3"), doses=doses
    )
    courses = gather_courses(data, crclm_study)
    events = select_emergent(derive_events(data, crclm_study, courses))
    follow_up = follow_patients(data, crclm_study, courses)
    per_month = crclm_study.endpoints.days_per_month.require()
    # P2 and P3 were last known alive on day 200: they are at risk to day 90
    for term, patients, days in ((None, 2, 40), ("Fatigue", 1, 100), ("Rash", 1, 210)):
        some = events if term is None else events.filter(term=term)
        rate = first_events_of(str(term), some, follow_up, crclm_study).rate
        assert rate.events == patients
        assert rate.time_at_risk == pytest.approx(days / per_month)
        assert rate.estimate().value == pytest.approx(100 * patients * per_month / days)
    # P3 had the event on an unknown day, so there is a rate without that patient.
    left_out = {
        term: time_at_risk(events.filter(term=term), follow_up, crclm_study)["kind"].to_list()
        for term in ("Fatigue", "Rash")
    }
    assert [kinds.count("undated") for kinds in left_out.values()] == [1, 0]


def test_nobody_at_risk_has_no_rate(crclm_study):
    data = trial()
    events = derive_events(data, crclm_study)
    assert first_events_of("any", events, (), crclm_study).rate.estimate().state == "not estimable"
    assert time_at_risk(events, (), crclm_study).is_empty()


def test_the_end_of_treatment_competes_unless_asked_otherwise(crclm_study):
    data = trial()
    courses = gather_courses(data, crclm_study)
    follow_up = follow_patients(data, crclm_study, courses)
    found = time_at_risk(derive_events(data, crclm_study), follow_up, crclm_study)
    assert found["kind"].to_list() == ["competing"]


def test_stats_takes_the_frame(crclm_study):
    names = [f"P{number}" for number in range(1, 6)]
    doses = [dose(patient=name) for name in names]
    late = [event(900, patient=name, term="Rash") for name in names]
    ends = [end_of_treatment(30 + n, patient=name) for n, name in enumerate(names[:3])]
    found = read(crclm_study, event(10), event(12, patient="P5"), *late, doses=doses, ends=ends)
    assert found["kind"].to_list() == ["event", "competing", "competing", "censored", "event"]
    codes = found["kind"].replace_strict({"censored": 0, "event": 1, "competing": 2})
    fitted = CumulativeIncidence.fit(
        found["time_days"].to_numpy(), codes.to_numpy(), causes=("event", "competing")
    )
    assert fitted.incidence[-1].tolist() == pytest.approx([0.4, 0.4])
