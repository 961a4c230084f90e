"""Complications of ablation: three systems side by side, by phase."""

from __future__ import annotations

import pytest

from event_trials import ablation, event, trial
from trialwright.safety.complications import count_complications, list_complications, phase_of
from trialwright.safety.events import derive_events


@pytest.mark.parametrize(
    ("days", "related", "phase"),
    [
        (0, False, "immediate"),
        (1, False, "immediate"),
        (2, False, "periprocedural"),
        (30, False, "periprocedural"),
        (31, False, None),
        (31, True, "delayed"),
        (None, True, None),
        (-1, True, None),
    ],
)
def test_the_phase_is_by_days(days, related, phase):
    assert phase_of(days, 30, related=related) == phase


def derived(study, *events, **tables):
    return derive_events(trial(*events, ablations=[ablation(15)], **tables), study)


def test_an_event_is_placed_after_the_last_ablation(crclm_study):
    events = [event(number, related_to="RFA") for number in (14, 15, 16, 17, 45, 46)]
    found = derived(crclm_study, *events)
    assert found["after_ablation_days"].to_list() == [None, 0, 1, 2, 30, 31]
    assert found["procedure_phase"].to_list() == [
        None,
        "immediate",
        "immediate",
        "periprocedural",
        "periprocedural",
        "delayed",
    ]
    assert found["emergent_on"].list.contains("RFA").to_list() == [False, *[True] * 4, False]


def test_of_two_ablations_the_later_one_counts(crclm_study):
    data = trial(event(31), ablations=[ablation(15), ablation(30, planned=False)])
    row = derive_events(data, crclm_study).row(0, named=True)
    assert (row["after_ablation_days"], row["procedure_phase"]) == (1, "immediate")
    assert row["emergent_on"][-1] == "RFA"  # the planned one, 16 days before


def test_a_month_gives_a_phase_where_all_its_days_do(crclm_study):
    assert derived(crclm_study, event("2026-02"))["procedure_phase"][0] is None
    row = derived(crclm_study, event("2026-02", end_date="2026-02-10")).row(0, named=True)
    assert (row["procedure_phase"], row["after_ablation_days"]) == ("periprocedural", None)


def test_an_ablation_that_was_not_planned_is_no_study_treatment(crclm_study):
    data = trial(event(16), ablations=[ablation(15, planned=False)])
    row = derive_events(data, crclm_study).row(0, named=True)
    assert row["after_ablation_days"] == 1
    assert row["emergent_on"] == ["Regorafenib", "Toripalimab"]
    assert row["emergent_on_why"][-1] == "RFA: no planned RFA was done"


def complications(study):
    events = [
        event(15, term="Pain", grade=2, related_to="RFA", cirse_grade="1b", sir_class="B"),
        event(20, term="Abscess", grade=3, related_to="RFA", cirse_grade="3a", sir_class="D",
              sir_severity="severe"),
        event(20, term="Rash", related_to="Regorafenib"),
        event(20, term="Cough"),  # nobody assessed its cause
        event(16, term="Bleeding", patient="P2", grade=4, cirse_grade="6"),
        event(18, term="Fever", patient="P3", grade=1, related_to="ablation"),
    ]  # fmt: skip
    places = [ablation(15, patient=name) for name in ("P1", "P2", "P3")]
    return list_complications(derive_events(trial(*events, ablations=places), study))


def test_a_complication_is_attributed_or_graded_as_one(crclm_study):
    found = complications(crclm_study)
    assert found["term"].to_list() == ["Pain", "Abscess", "Bleeding", "Fever"]
    assert found["cirse_grade"].to_list() == ["1b", "3a", "6", None]
    assert found["cirse_2017"].to_list() == ["1", "3", "6", None]
    assert found["sir_2003"].to_list() == ["minor", "major", None, None]
    assert found["disagreement"].to_list() == [
        None,
        None,
        "a death in CIRSE (6), and none in CTCAE (4)",
        None,
    ]


def test_patients_count_at_their_worst_in_each_system(crclm_study):
    found = count_complications(complications(crclm_study), ["P1", "P2", "P3", "P4"])
    assert found["of"].unique().to_list() == [4]
    lines = {tuple(row[:3]): row[3] for row in found.iter_rows()}
    assert lines["CTCAE", None, "3"] == lines["CTCAE", None, "4"] == 1
    assert ("CTCAE", None, "2") not in lines  # P1 counts at grade 3
    assert lines["CTCAE", "immediate", "2"] == 1  # in the first day the worst was grade 2
    assert (
        lines["CIRSE", None, "3a"] == lines["CIRSE", None, "6"] == lines["CIRSE", None, None] == 1
    )
    assert lines["SIR 2003", None, "D"] == 1
    assert lines["SIR 2003", None, None] == 2
    assert lines["SIR 2017", None, None] == 2


def test_no_grade_is_translated_into_another_system(crclm_study):
    fever = complications(crclm_study).filter(term="Fever").row(0, named=True)
    assert (fever["grade"], fever["cirse_grade"], fever["sir_class"], fever["sir_severity"]) == (
        1,
        None,
        None,
        None,
    )
