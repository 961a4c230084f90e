"""First events and the toxicity rule, from patients written by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.analysis.safety.first_events import first_events_of
from trialwright.analysis.safety.watch import watch_toxicity
from trialwright.safety.event_times import FollowUp
from trialwright.safety.toxicity import PatientToxicity


def followed(patient, at_risk_to, stopped=None):
    """Return one patient treated since 1 January 2026."""
    return FollowUp(patient, date(2026, 1, 1), at_risk_to, "", stopped, "")


def first_of(patient, day):
    """Return an event as far as the first one of a patient is read of it."""
    return {"patient_id": patient, "onset": day}


SCHEMA = {"patient_id": pl.String, "onset": pl.Date}


def test_first_events_by_hand(crclm_study):
    """Event on day 10, treatment stopped on day 20, watched for 30 days, event on day 40."""
    follow_up = [
        followed("1", date(2026, 2, 28)),
        followed("2", date(2026, 2, 19), stopped=date(2026, 1, 20)),
        followed("3", date(2026, 1, 30)),
        followed("4", date(2026, 2, 28)),
    ]
    events = pl.DataFrame(
        [first_of("1", date(2026, 1, 10)), first_of("4", date(2026, 2, 9))], schema=SCHEMA
    )
    found = first_events_of("rash", events, follow_up, crclm_study)
    assert (found.rate.events, found.patients, found.with_event, found.untimed) == (2, 4, 2, 0)
    # The rate runs on after the end of treatment: 10 + 50 + 30 + 40 days.
    assert found.rate.time_at_risk == pytest.approx(130 / 30.4375)
    assert found.median_onset == pytest.approx(25 / 30.4375)
    # Aalen and Johansen: 1/4 on day 10; on day 40 the half that is left, for one of one at risk.
    assert found.incidence_by(1.0, crclm_study).value == pytest.approx(0.25)
    assert found.incidence_by(1.32, crclm_study).value == pytest.approx(0.75)


def test_an_event_on_an_unknown_day_is_counted_and_left_out_of_the_times(crclm_study):
    events = pl.DataFrame([first_of("1", None)], schema=SCHEMA)
    follow_up = [followed("1", date(2026, 2, 28)), followed("2", date(2026, 2, 28))]
    found = first_events_of("rash", events, follow_up, crclm_study)
    assert (found.with_event, found.rate.events, found.untimed) == (1, 0, 1)


def test_nobody_treated_has_no_curve(crclm_study):
    found = first_events_of("rash", pl.DataFrame(schema=SCHEMA), [], crclm_study)
    assert found.curves is None
    assert found.incidence_by(3.0, crclm_study) is None
    assert found.median_onset is None
    assert found.rate.estimate().state == "not estimable"


def watched(*states):
    """Return treated patients in these states; the rule reads no more of them."""
    return [
        PatientToxicity(f"T-{number}", state, "", None, 42, 42, "made here")
        for number, state in enumerate(states, 1)
    ]


def test_a_look_counts_who_is_still_inside_the_window_apart(crclm_study):
    """The study stops at 3 of 5 and at 5 of 10 (Thall, Simon and Estey, uniform prior)."""
    watch = watch_toxicity(
        watched("event", "event", "none", "inside window", "none"),
        crclm_study,
    )
    (look,) = watch.looks
    assert (look.patients, look.stop_at, look.least, look.most) == (5, 3, 2, 3)
    assert look.verdict.startswith("open")
    assert watch.ahead[0] == (10, 5)


def test_the_first_look_that_stops_is_the_verdict(crclm_study):
    patients = watched(*["event"] * 3, *["none"] * 7)
    watch = watch_toxicity(patients, crclm_study)
    assert watch.verdict == "stop enrolment (look at 5 patients)"


def test_before_the_first_look_nothing_is_said(crclm_study):
    assert watch_toxicity(watched(*["event"] * 4), crclm_study).verdict == "no look reached yet"


def test_an_event_that_may_count_is_open(crclm_study):
    states = ("event", "event", "undecided", "none", "none")
    (look,) = watch_toxicity(watched(*states), crclm_study).looks
    assert (look.least, look.most) == (2, 3)
    assert look.verdict == "open: depends on patients who may still count"
