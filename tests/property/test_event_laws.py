"""Laws of adverse events: partial dates, order of rows, counts, windows and times at risk."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from event_trials import LAST, ablation, death, dose, end_of_treatment, event, trial
from trialwright.safety.attribution import read_attribution
from trialwright.safety.course import gather_courses
from trialwright.safety.deaths import deaths_on_treatment
from trialwright.safety.emergence import Window, judge_emergence
from trialwright.safety.event_counts import count_overview, count_patients
from trialwright.safety.event_times import follow_patients, time_at_risk
from trialwright.safety.events import DERIVED, derive_events, select_emergent
from trialwright.safety.onset import (
    PossibleDays,
    bound_onset,
    complete_onset,
    complete_resolution,
    read_possible_days,
)
from trialwright.safety.toxicity import unacceptable_toxicities
from trialwright.study import read_study
from trialwright.study.vary import vary_study

STUDY = read_study(Path(__file__).parents[2] / "examples" / "crclm" / "study.toml")

DAYS = st.dates(date(2025, 11, 1), date(2026, 4, 30))
GRADES = st.none() | st.integers(0, 5)
TEXTS = st.one_of(
    st.none(),
    DAYS.map(date.isoformat),
    DAYS.map(lambda one: f"{one:%Y-%m}"),
    DAYS.map(lambda one: f"{one:%Y---%d}"),
    st.sampled_from(["2025", "2026", "--03-15"]),
)
WINDOWS = st.builds(
    lambda first, days: Window(
        "treatment", first, None if days is None else first + timedelta(days), "the end"
    ),
    DAYS,
    st.none() | st.integers(0, 120),
)
EVENTS = st.lists(
    st.builds(
        event,
        st.integers(-30, 160).filter(bool) | st.sampled_from([None, "2026-01", "2026-03", "2025"]),
        patient=st.sampled_from(["P1", "P2", "P3"]),
        term=st.sampled_from(["Rash", "Fatigue", "Pneumonitis", "Liver abscess"]),
        grade=st.integers(1, 5),
        grade_before=GRADES,
        body_system=st.sampled_from([None, "Skin", "General"]),
        serious=st.sampled_from([None, True, False]),
        immune_related=st.sampled_from([None, True, False]),
        related_to=st.sampled_from([None, "none", "Regorafenib", "RFA; toripalimab"]),
    ),
    min_size=1,
    max_size=8,
)


def every_day(onset: PossibleDays) -> list[PossibleDays]:
    """Return each day of an onset as a whole day, within the years that the windows lie in."""
    low = onset.earliest or date(2025, 1, 1)
    high = onset.latest or date(2026, 12, 31)
    days = (low + timedelta(n) for n in range((high - low).days + 1))
    return [PossibleDays(None, one, one) for one in days]


@given(TEXTS, TEXTS, WINDOWS, GRADES, GRADES, st.sampled_from(["emergent", "not_emergent"]))
def test_the_days_decide_where_they_agree_and_the_study_where_not(
    start, end, window, grade, before, unknown
):
    resolution = read_possible_days(end)
    onset = bound_onset(read_possible_days(start), resolution)

    def judge(days):
        return judge_emergence(
            days, resolution, window, grade=grade, grade_before=before, unknown_onset=unknown
        )

    answers = {judge(one).emergent for one in every_day(onset)}
    found = judge(onset)
    assert found.emergent == (answers.pop() if len(answers) == 1 else unknown == "emergent")
    assert found.why


@given(TEXTS, TEXTS, st.lists(DAYS, max_size=2), st.lists(DAYS, max_size=2))
def test_a_completed_day_is_a_possible_one(start, end, after, before):
    resolution = read_possible_days(end)
    onset = bound_onset(read_possible_days(start), resolution)
    begun = complete_onset(onset, not_before=after)
    over = complete_resolution(resolution, not_before=after, not_after=before)
    for done, days in ((begun, onset), (over, resolution)):
        assert (done is None) == (days.earliest is None)
        if done is not None:
            assert days.earliest <= done.day <= days.latest
            assert (done.imputed is None) == (read_possible_days(days.written).whole is not None)


@given(
    st.lists(st.sampled_from(["Regorafenib", "toripalimab", "RFA", "none", "other"]), max_size=5),
    st.randoms(use_true_random=False),
)
def test_the_order_and_the_capitals_of_an_attribution_do_not_count(names, dice):
    mixed = [dice.choice([name, name.upper(), f" {name.lower()} "]) for name in names]
    dice.shuffle(mixed)
    one, other = (
        read_attribution(";".join(words), ["Regorafenib", "Toripalimab"], "RFA")
        for words in (names, mixed)
    )
    assert one.related == other.related
    assert (one.assessed, one.drug_related, one.ablation_related, one.contradicts) == (
        other.assessed,
        other.drug_related,
        other.ablation_related,
        other.contradicts,
    )


def treated(events, **tables):
    """Return a trial of three patients: one goes on, one was ablated, one died."""
    names = ("P1", "P2", "P3")
    doses = [dose(drug, patient=one) for one in names for drug in ("Regorafenib", "Toripalimab")]
    ends = [end_of_treatment(patient="P2"), end_of_treatment(LAST - 20, patient="P3")]
    return trial(
        *events,
        doses=doses,
        ends=ends,
        ablations=[ablation(15, patient="P2")],
        deaths=[death(LAST + 40, "toxicity", patient="P3")],
        **tables,
    )


@settings(max_examples=40)
@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_count(events, dice):
    order = [*range(len(events))]
    dice.shuffle(order)
    plain = derive_events(treated(events), STUDY)
    mixed = derive_events(treated([events[n] for n in order]), STUDY)
    assert mixed.select(list(DERIVED)).equals(plain.select(list(DERIVED))[order])


@settings(max_examples=40)
@given(EVENTS, st.integers(0, 200), st.integers(0, 200))
def test_a_longer_time_after_treatment_takes_no_event_away(events, days, more):
    def emergent(length):
        study = vary_study(
            STUDY,
            {"safety.emergent_days": length, "safety.emergent_days_serious": length},
            basis="a test",
        )
        return derive_events(treated(events), study)["emergent"]

    assert (emergent(days) <= emergent(days + more)).all()


@settings(max_examples=40)
@given(EVENTS)
def test_counts_add_up(events):
    patients = ["P1", "P2", "P3"]
    rows = select_emergent(derive_events(treated(events), STUDY))
    lines = count_patients(rows, patients)
    grades = [f"grade_{grade}" for grade in range(1, 6)]
    total = lines.select(pl.sum_horizontal(*grades, "ungraded")).to_series()
    assert (total == lines["patients"]).all()
    assert (lines["patients"] <= lines["of"]).all()
    assert (lines["patients"] <= lines["events"]).all()
    severe = lines.select(pl.sum_horizontal(grades[2:])).to_series()
    assert (severe == lines["severe"]).all()
    for count, who in (("patients", "patient_ids"), ("severe", "severe_ids")):
        assert (lines[who].list.n_unique() == lines[count]).all()
    assert (lines["patient_events"].list.sum() == lines["events"]).all()
    assert (lines["patient_events"].list.len() == lines["patients"]).all()
    everything = lines.filter(level="any")["events"][0]
    assert everything == rows.height == lines.filter(level="term")["events"].sum()
    twice = count_patients(pl.concat([rows, rows]), patients)
    doubled = ("events", "patient_events")
    assert twice.drop(doubled).equals(lines.drop(doubled))


@settings(max_examples=40)
@given(EVENTS)
def test_every_event_has_one_place_in_the_attribution(events):
    rows = derive_events(treated(events), STUDY)
    lines = count_overview(rows, ["P1", "P2", "P3"], STUDY)
    place = dict(lines.select("category", "events").iter_rows())
    related = sum(place[f"related to {name}"] for name in ("Regorafenib", "Toripalimab", "RFA"))
    assert related == rows["related"].list.len().sum()
    without = place["related to none of them"] + place["not assessed"]
    assert without == (rows["related"].list.len() == 0).sum()


@settings(max_examples=40)
@given(EVENTS, st.booleans())
def test_more_events_never_lengthen_a_time_at_risk(events, competing):
    data = treated(events)
    courses = gather_courses(data, STUDY)
    follow_up = follow_patients(data, STUDY, courses)
    rows = select_emergent(derive_events(data, STUDY, courses)).drop_nulls("onset")
    some = time_at_risk(rows.head(rows.height // 2), follow_up, STUDY, competing=competing)
    all_ = time_at_risk(rows, follow_up, STUDY, competing=competing)
    assert sorted(all_["patient_id"]) == ["P1", "P2", "P3"]
    assert (all_["time_days"] <= some["time_days"]).all()
    assert (all_["time_days"] >= 1).all()
    assert set(all_["kind"]) <= {"event", "competing", "censored"}
    assert ((some["kind"] == "event") <= (all_["kind"] == "event")).all()


@settings(max_examples=40)
@given(EVENTS, st.integers(1, 5), st.integers(0, 120))
def test_a_stricter_definition_of_toxicity_finds_no_more(events, grade, window):
    data = treated(events)
    courses = gather_courses(data, STUDY)
    rows, deaths = (
        derive_events(data, STUDY, courses),
        deaths_on_treatment(data, STUDY, courses),
    )

    def had(least, days):
        study = vary_study(
            STUDY,
            {"safety.unacceptable_grade": least, "safety.toxicity_window_days": days},
            basis="a test",
        )
        found = unacceptable_toxicities(rows, deaths, study, courses)
        return {one.patient_id for one in found if one.had_toxicity}

    assert had(min(grade + 1, 5), window) <= had(grade, window) <= had(grade, window + 30)
