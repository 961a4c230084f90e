"""To what an event is attributed, and what only the study can find wrong with it."""

from __future__ import annotations

import pytest

from event_trials import ablation, dose, event, trial
from trialwright.safety.attribution import nearest_treatments, read_attribution
from trialwright.safety.event_findings import find_event_findings
from trialwright.safety.events import derive_events

DRUGS = ("Regorafenib", "Toripalimab")


@pytest.mark.parametrize(
    ("text", "related", "assessed", "drug", "procedure"),
    [
        (None, (), False, None, None),
        (" ; ", (), False, None, None),
        ("none", (), True, False, False),
        ("NONE", (), True, False, False),
        ("regorafenib", ("Regorafenib",), True, True, False),
        ("rfa; TORIPALIMAB ;Regorafenib", ("Regorafenib", "Toripalimab", "RFA"), True, True, True),
        ("Ablation", ("RFA",), True, False, True),
        ("aspirin", (), False, None, None),
        ("aspirin; none", (), False, None, None),
        ("aspirin; regorafenib", ("Regorafenib",), True, True, None),
        ("none; RFA", ("RFA",), True, False, True),
    ],
)
def test_names_are_matched_to_the_treatments(text, related, assessed, drug, procedure):
    found = read_attribution(text, DRUGS, "RFA")
    assert found.related == related
    assert (found.assessed, found.drug_related, found.ablation_related) == (
        assessed,
        drug,
        procedure,
    )


def test_a_study_without_ablation_knows_no_ablation():
    found = read_attribution("ablation", DRUGS, None)
    assert (found.unknown, found.assessed) == (("ablation",), False)
    assert read_attribution("none", DRUGS, None).ablation_related is False


def test_the_nearest_names_are_offered():
    assert nearest_treatments("regorafinib", (*DRUGS, "RFA")) == ("Regorafenib",)
    assert nearest_treatments("aspirin", (*DRUGS, "RFA")) == ()


def findings(study, **columns):
    return find_event_findings(trial(event(**columns)), study)


def test_an_unknown_name_is_a_finding(crclm_study):
    (one,) = findings(crclm_study, related_to="Regorafinib")
    assert (one.rule, one.severity, one.field, one.patient) == (
        "event.unknown_treatment",
        "warning",
        "related_to",
        "P1",
    )
    assert one.message.endswith("no treatment of the study; did you mean Regorafenib?")
    (one,) = findings(crclm_study, related_to="aspirin")
    assert one.message.endswith("it has Regorafenib, Toripalimab, RFA")
    (one,) = findings(crclm_study, actions="Cetuximab: stopped; Regorafenib: reduced; x")
    assert (one.rule, one.field) == ("event.unknown_treatment", "actions")
    assert one.message.startswith("Fatigue: actions names 'Cetuximab', which is no treatment")


def test_none_beside_a_treatment_is_a_finding(crclm_study):
    assert [one.rule for one in findings(crclm_study, related_to="none; rfa")] == [
        "event.related_contradicts"
    ]
    assert findings(crclm_study, related_to="rfa; regorafenib") == ()


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"treated_with": "Steroid"}, True),
        ({"treated_with": "hormone; other", "immune_related": False}, True),
        ({"treated_with": "steroid", "immune_related": True}, False),
        ({"treated_with": "other"}, False),
        ({}, False),
        ({"treated_with": "steroid", "term": "Fatigue"}, False),
    ],
)
def test_an_unmarked_immune_event_is_asked_about(crclm_study, columns, found):
    seen = findings(crclm_study, **{"term": "Pneumonitis", **columns})
    assert [(one.rule, one.severity) for one in seen] == (
        [("event.immune_unmarked", "note")] if found else []
    )
    events = derive_events(trial(event(**{"term": "Pneumonitis", **columns})), crclm_study)
    assert events["immune_related"].to_list() == [columns.get("immune_related")]  # not decided


def test_the_question_says_how_it_is_marked(crclm_study):
    columns = {"term": "Pneumonitis", "treated_with": "steroid"}
    (blank,) = findings(crclm_study, **columns)
    assert blank.message == (
        "Pneumonitis was treated with steroid in a patient given Toripalimab, and is not marked "
        "immune-related"
    )
    (refused,) = findings(crclm_study, immune_related=False, **columns)
    assert refused.message.endswith("and is marked as not immune-related")


def test_it_is_asked_about_only_after_a_checkpoint_inhibitor(crclm_study):
    data = trial(event(term="Colitis", treated_with="steroid"), doses=[dose()])
    assert find_event_findings(data, crclm_study) == ()


def test_attribution_stands_in_the_frame(crclm_study):
    rows = (None, "none", "rfa", "regorafenib; rfa")
    data = trial(*(event(related_to=text) for text in rows), ablations=[ablation()])
    events = derive_events(data, crclm_study)
    assert events["related"].to_list() == [[], [], ["RFA"], ["Regorafenib", "RFA"]]
    assert events["assessed"].to_list() == [False, True, True, True]
    assert events["drug_related"].to_list() == [None, False, False, True]
    assert events["ablation_related"].to_list() == [None, False, True, True]
