"""Unacceptable toxicity: what counts, what is open, and how far a patient was followed."""

from __future__ import annotations

import pytest

from event_trials import ablation, day, death, dose, event, trial
from trialwright.safety.course import gather_courses
from trialwright.safety.deaths import deaths_on_treatment
from trialwright.safety.events import derive_events
from trialwright.safety.toxicity import judge_death, kind_of_event, unacceptable_toxicities

WINDOW = 42  # days after the first treatment: to study day 43


def read(study, *events, **tables):
    data = trial(*events, ablations=[ablation(15)], **tables)
    courses = gather_courses(data, study)
    return unacceptable_toxicities(
        derive_events(data, study, courses),
        deaths_on_treatment(data, study, courses),
        study,
        courses,
    )


def only(study, *events, **tables):
    (one,) = read(study, *events, **tables)
    return one


def immune(number=20, grade=3, **columns):
    return event(
        number, term="Pneumonitis", grade=grade, immune_related=True, related_to="Toripalimab",
        **columns,
    )  # fmt: skip


def test_an_event_of_a_kind_that_counts(crclm_study):
    one = only(crclm_study, immune(30, 4), immune(20), event(5))
    assert (one.state, one.what, one.date) == ("event", "Pneumonitis, grade 3", day(20))
    assert one.had_toxicity
    assert one.why == "Pneumonitis, grade 3, on 2026-01-24: immune-related; 1 more"
    burn = event(16, term="Thermal burn", grade=3, related_to="RFA", immune_related=False)
    assert only(crclm_study, burn).why == "Thermal burn, grade 3, on 2026-01-20: ablation-related"


@pytest.mark.parametrize(
    "other",
    [
        immune(20, 2),
        immune(44),
        immune(-3),
        event(20, grade=4, related_to="Regorafenib"),
        event(20, grade=4, related_to="none", immune_related=False),
    ],
)
def test_other_events_do_not_count(crclm_study, other):
    one = only(crclm_study, other)
    assert (one.state, one.what, one.followed_days) == ("none", "", WINDOW)
    assert one.why == "none in 42 days since the first treatment on 2026-01-05"


def test_the_last_day_of_the_window_counts(crclm_study):
    assert only(crclm_study, immune(43)).state == "event"


def test_kinds_and_grade_are_the_studys(crclm_study, settle):
    rash = event(20, grade=2, related_to="Regorafenib", immune_related=False)
    study = settle(crclm_study, safety__unacceptable_kinds=("drug-related",))
    assert only(study, rash).state == "none"
    assert only(settle(study, safety__unacceptable_grade=2), rash).state == "event"
    everything = settle(crclm_study, safety__unacceptable_kinds=("any",))
    assert only(everything, event(20, grade=3)).why.endswith("of any kind")


def test_a_cause_that_nobody_assessed_leaves_it_open(crclm_study):
    one = only(crclm_study, event(20, grade=3))
    assert (one.state, one.may_have_toxicity, one.had_toxicity) == ("undecided", True, False)
    assert one.why.endswith("immune-related was not assessed or ablation-related was not assessed")
    assert only(crclm_study, event(20, grade=3), immune(25)).state == "event"
    unmarked = event(20, grade=3, related_to="Toripalimab")  # may be immune-related
    assert only(crclm_study, unmarked).state == "undecided"


def test_how_far_a_patient_was_followed(crclm_study):
    one = only(crclm_study, alive=30, doses=[dose(last=20)], ends=False)
    assert (one.state, one.followed_days, one.still_inside) == ("inside window", 29, True)
    assert one.why == (
        "none so far: followed to 2026-02-03, 29 of 42 days since the first treatment on 2026-01-05"
    )
    assert only(crclm_study, alive=43, doses=[dose(last=20)], ends=False).state == "none"


def test_an_unknown_onset_is_read_as_the_study_says(crclm_study, settle):
    assert only(crclm_study, immune("2026-02")).state == "event"  # 1 to 28 February; day 43 is 16th
    study = settle(crclm_study, safety__unknown_onset="not_emergent")
    assert only(study, immune("2026-02")).state == "none"
    assert only(study, immune("2026-02", end_date="2026-02-16")).state == "event"
    assert only(study, immune("2026-02", end_date="2026-02-17")).state == "none"


@pytest.mark.parametrize(
    ("category", "state"),
    [
        ("toxicity", "event"),
        ("other", "event"),
        ("malignant disease", "none"),
        ("unknown", "undecided"),
        (None, "undecided"),
    ],
)
def test_a_death_counts_by_its_cause(crclm_study, category, state):
    doses = [dose(last=20)]
    one = only(crclm_study, deaths=[death(30, category)], doses=doses, ends=False)
    assert (one.state, one.followed_days) == (state, 29)
    if state == "none":
        assert one.why == (
            "none before the death on 2026-02-03, 29 days since the first treatment on 2026-01-05"
        )
    late = only(crclm_study, deaths=[death(44, category)], doses=doses, ends=False)
    assert late.state == "none"


def test_a_death_in_a_month_that_the_window_cuts_is_open(crclm_study):
    died = {"patient_id": "P1", "death_date": None, "death_date_partial": "2026-02",
            "cause_category": "toxicity"}  # fmt: skip
    one = only(crclm_study, deaths=[died])
    assert one.state == "undecided"
    assert one.why.endswith("and whether it was by 2026-02-16 is not known")


def test_a_death_on_the_last_day_of_the_window_counts(crclm_study):
    assert only(crclm_study, deaths=[death(43, "toxicity")]).state == "event"
    assert only(crclm_study, deaths=[death(43, "other")]).why == (
        "died on 2026-02-16: the cause was another one, not the disease"
    )


def test_a_death_whose_date_was_completed_counts_on_that_day(crclm_study):
    completed = death(40, "toxicity") | {
        "death_date_partial": "2026-02",
        "death_date_imputed": "D",
    }
    one = only(crclm_study, deaths=[completed])
    assert (one.state, one.date) == ("event", day(40))


def test_which_deaths_count_is_the_studys():
    assert judge_death("malignant disease", "any")[0] == "counts"
    assert judge_death("toxicity", "none")[0] == "does not count"


def test_one_result_a_treated_patient(crclm_study):
    found = read(crclm_study, event(patient="P9"), event(patient="P2"), doses=[
        dose(), dose(patient="P2")
    ])  # fmt: skip
    assert [one.patient_id for one in found] == ["P1", "P2"]


def test_what_is_assessed_and_of_no_checkpoint_inhibitor_is_not_immune():
    row = {"immune_related": None, "assessed": True, "related": ["Regorafenib"]}
    assert kind_of_event(row, ["immune-related"]) == ("does not count", "not immune-related")
    row["related"] = ["Toripalimab"]
    assert kind_of_event(row, ["immune-related"])[0] == "open"
