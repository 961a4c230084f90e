"""What the frame of adverse events says of each row."""

from __future__ import annotations

import polars as pl
import pytest

from event_trials import (
    LAST,
    START,
    ablation,
    day,
    death,
    dose,
    end_of_treatment,
    event,
    iso,
    trial,
)
from trialwright.dataset.schema import TABLES
from trialwright.errors import StudyError
from trialwright.safety.events import DERIVED, derive_events, select_emergent


def one(study, *args, **kwargs):
    return derive_events(trial(*args, **kwargs), study).row(0, named=True)


def test_every_row_stays_with_all_its_columns(crclm_study):
    events = [event(n, term=term) for n, term in ((80, "Rash"), (-3, "Cough"), (10, "Rash"))]
    found = derive_events(trial(*events, event(None)), crclm_study)
    assert found.columns == [*TABLES["adverse_events"].column_names, *DERIVED, "source_row"]
    assert found["term"].to_list() == ["Rash", "Cough", "Rash", "Fatigue"]
    assert found["emergent"].to_list() == [True, False, True, True]
    assert select_emergent(found).height == 3


def test_no_events_are_an_empty_frame(crclm_study):
    found = derive_events(trial(), crclm_study)
    assert found.height == 0
    assert {name: found.schema[name] for name in DERIVED} == DERIVED


def test_days_are_study_days(crclm_study):
    row = one(crclm_study, event(10, end_date=iso(12)))
    assert (row["onset"], row["onset_day"], row["duration_days"]) == (day(10), 10, 3)
    assert one(crclm_study, event(10, end_date=iso(9)))["duration_days"] is None  # a finding
    assert one(crclm_study, event(10, end_date=iso(10)))["duration_days"] == 1
    assert one(crclm_study, event(-2))["onset_day"] == -2
    assert one(crclm_study, event(1))["onset_day"] == 1


def test_a_date_known_in_part_is_completed_and_marked(crclm_study):
    row = one(crclm_study, event("2026-01", end_date="2026-03"))
    assert (row["onset"], row["onset_imputed"]) == (START, "D")  # emergent: not before treatment
    assert (row["onset_known_from"], row["onset_known_to"]) == (day(-4), day(27))
    assert (row["resolution"], row["resolution_imputed"]) == (day(86), "D")
    unknown = one(crclm_study, event(None, end_date=None))
    assert (unknown["onset"], unknown["onset_day"], unknown["duration_days"]) == (None, None, None)


def test_a_resolution_is_not_completed_beyond_the_death(crclm_study):
    row = one(crclm_study, event(10, end_date="2026"), deaths=[death(100)])
    assert row["resolution"] == day(100)


def test_serious_and_immune_related_events_count_for_longer(crclm_study):
    late = LAST + 31
    flags = ({}, {"serious": True}, {"immune_related": True}, {"serious": False})
    found = derive_events(trial(*(event(late, **flag) for flag in flags)), crclm_study)
    assert found["emergent"].to_list() == [False, True, True, False]
    assert not one(crclm_study, event(LAST + 91, serious=True))["emergent"]


def test_a_new_treatment_ends_the_time_if_the_study_says_so(crclm_study, settle):
    row = one(crclm_study, event(LAST + 10), therapies=[LAST + 10])
    assert (row["emergent"], row["emergent_rule"]) == (False, "began after")
    policy = settle(crclm_study, safety__emergent_until_new_therapy=False)
    assert one(policy, event(LAST + 10), therapies=[LAST + 10])["emergent"]


def test_treatment_without_an_end_leaves_the_window_open(crclm_study):
    assert not one(crclm_study, event(300), ends=False)["emergent"]  # ends were not collected
    other = [end_of_treatment(patient="P2")]
    row = one(crclm_study, event(300), ends=other)
    assert row["emergent"]
    assert row["emergent_on"] == ["Regorafenib", "Toripalimab"]
    died = one(crclm_study, event(LAST + 40), ends=other, deaths=[death(LAST + 50)])
    assert not died["emergent"]


def test_each_treatment_has_its_own_time(crclm_study):
    doses = [dose(last=20), dose("Toripalimab", 30, 30)]
    data = trial(event(25), event(55), event(5), doses=doses, ablations=[ablation(15)])
    found = derive_events(data, crclm_study)
    assert found["emergent_on"].to_list() == [
        ["Regorafenib", "RFA"],
        ["Toripalimab"],
        ["Regorafenib"],
    ]
    why = found["emergent_on_why"][2].to_list()
    assert [text.partition(":")[0] for text in why] == ["Regorafenib", "Toripalimab", "RFA"]
    assert "before the first day of Toripalimab, 2026-02-03" in why[1]


def test_a_drug_that_is_left_out_for_good_has_an_end_of_its_own(crclm_study):
    left_out = [dose(last=20), dose(first=21, last=60, mg=0.0), dose("Toripalimab")]
    going = [end_of_treatment(patient="P2")]
    assert one(crclm_study, event(55), doses=left_out, ends=going)["emergent_on"] == ["Toripalimab"]
    ended = [*going, end_of_treatment(scope="drug", drug="REGORAFENIB")]
    both = [dose(last=20), dose("Toripalimab")]
    assert one(crclm_study, event(55), doses=both, ends=ended)["emergent_on"] == ["Toripalimab"]
    assert one(crclm_study, event(55), doses=both, ends=going)["emergent_on"] == [
        "Regorafenib",
        "Toripalimab",
    ]


def test_the_grade_before_treatment_says_nothing_of_a_later_one(crclm_study):
    doses = [dose(), dose("Toripalimab", 22, 43)]
    data = trial(event(-20, grade=3, grade_before=1), doses=doses, ablations=[ablation(15)])
    row = derive_events(data, crclm_study).row(0, named=True)
    assert (row["emergent_rule"], row["emergent_on"]) == ("worsened", ["Regorafenib"])


def test_who_was_never_treated_has_no_emergent_event(crclm_study):
    row = one(crclm_study, event(patient="P9", grade_before=0), doses=[dose()])
    assert (row["emergent"], row["emergent_rule"]) == (False, "not treated")
    assert row["onset_day"] is None
    assert row["emergent_on"] == []


def test_who_is_in_no_course_was_not_treated(crclm_study):
    row = derive_events(trial(event()), crclm_study, {}).row(0, named=True)
    assert (row["emergent"], row["emergent_rule"]) == (False, "not treated")
    assert row["emergent_why"] == "study treatment was never given"


def test_what_was_done_because_of_it(crclm_study):
    row = one(crclm_study, event(actions="regorafenib: Reduced; Toripalimab: unchanged; what"))
    assert row["led_to"] == ["Regorafenib: reduced"]
    assert one(crclm_study, event())["led_to"] == []


@pytest.mark.parametrize(
    ("columns", "fatal"),
    [({"grade": 5}, True), ({"outcome": "fatal"}, True), ({"outcome": "unknown"}, False)],
)
def test_fatal_is_the_outcome_or_the_grade(crclm_study, columns, fatal):
    assert one(crclm_study, event(**columns))["fatal"] is fatal


def test_a_choice_that_is_open_is_asked_for(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    content["safety"]["unknown_onset"] = {"origin": "gap", "needed": "to be chosen"}
    study = type(crclm_study).model_validate(content)
    with pytest.raises(StudyError, match=r"safety\.unknown_onset"):
        derive_events(trial(event()), study)


def test_a_simulated_trial_fills_what_it_knows(crclm_study):
    from trialwright.dataset import check_dataset
    from trialwright.safety.event_findings import find_event_findings
    from trialwright.simulate import simulate_study

    data = simulate_study(crclm_study, seed=2024)
    events = derive_events(data, crclm_study)
    assert events["assessed"].all()
    assert events["emergent"].sum() > 50
    immune = events.filter("immune_related")
    assert 0 < immune.height < events.height
    assert immune["related"].list.contains("Toripalimab").all()
    known = events.select((pl.col("outcome") == "recovered").fill_null(value=False))
    assert (known.to_series() == events["end_date"].is_not_null()).all()
    assert find_event_findings(data, crclm_study) == ()
    assert [one for one in check_dataset(data) if one.rule.startswith("event.")] == []


def test_the_actions_of_a_simulated_trial_are_those_of_its_doses(crclm_study):
    """A dose row names the event that changed it: that event names the drug and the change."""
    from trialwright.simulate import simulate_study

    data = simulate_study(crclm_study, seed=2024, patients=150)
    events = derive_events(data, crclm_study)
    words = {"held for": "interrupted", "reduced after": "reduced", "stopped after": "stopped"}
    seen = set()
    for row in data.doses.drop_nulls("reason").iter_rows(named=True):
        for said, action in words.items():
            if not row["reason"].startswith(said):
                continue
            term = row["reason"].partition(" grade ")[2][2:].partition(":")[0]
            mine = events.filter(patient_id=row["patient_id"], term=term)
            assert f"{row['drug']}: {action}" in mine["led_to"].explode().to_list(), row
            seen.add(action)
    assert seen == {"interrupted", "reduced", "stopped"}
