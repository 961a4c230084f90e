"""Patients counted by their worst event."""

from __future__ import annotations

from event_trials import ablation, event, trial
from trialwright.safety.event_counts import count_overview, count_patients, worst_by_term
from trialwright.safety.events import derive_events

PATIENTS = ("P1", "P2", "P3", "P4")
SKIN, GUT = "Skin and subcutaneous tissue disorders", "Gastrointestinal disorders"


def derived(study):
    events = [
        event(10, term="Rash", grade=1, body_system=SKIN, related_to="Regorafenib"),
        event(20, term="Rash", grade=3, body_system=SKIN, serious=True, related_to="none"),
        event(30, term="Pruritus", grade=2, body_system=SKIN),
        event(10, patient="P2", term="Rash", grade=2, body_system=SKIN, related_to="RFA"),
        event(10, patient="P3", term="Diarrhoea", grade=None, body_system=GUT,
              actions="Regorafenib: reduced; Regorafenib: interrupted"),
        event(10, patient="P3", term="Odd", grade=5, outcome="fatal"),
    ]  # fmt: skip
    return derive_events(trial(*events, ablations=[ablation(5, patient="P2")]), study)


def test_a_patient_has_one_row_a_term(crclm_study):
    worst = worst_by_term(derived(crclm_study))
    rash = worst.filter(patient_id="P1", term="Rash").row(0, named=True)
    assert worst.height == 5
    assert (rash["worst_grade"], rash["events"], rash["serious"]) == (3, 2, True)
    assert rash["first_onset"].isoformat() == "2026-01-14"
    assert worst.filter(patient_id="P2")["serious"].to_list() == [False]
    assert worst.filter(term="Diarrhoea")["worst_grade"].to_list() == [None]


def test_lines_count_patients_at_their_worst(crclm_study):
    lines = count_patients(derived(crclm_study), PATIENTS)
    named = [(one["level"], one["term"] or one["body_system"]) for one in lines.to_dicts()]
    assert named == [
        ("any", None),
        ("body system", SKIN),
        ("term", "Rash"),
        ("term", "Pruritus"),
        ("body system", GUT),
        ("term", "Diarrhoea"),
        ("body system", None),  # not coded
        ("term", "Odd"),
    ]
    columns = ("patients", "severe", "grade_2", "grade_3", "grade_5", "ungraded", "events", "of")
    counts = [lines.row(n, named=True) for n in (0, 1, 2, 5)]
    assert [tuple(one[name] for name in columns) for one in counts] == [
        (3, 2, 1, 1, 1, 0, 6, 4),
        (2, 1, 1, 1, 0, 0, 4, 4),
        (2, 1, 1, 1, 0, 0, 3, 4),
        (1, 0, 0, 0, 0, 1, 1, 4),
    ]


def test_only_patients_of_the_denominator_count(crclm_study):
    lines = count_patients(derived(crclm_study), ["P2"])
    assert lines.select("patients", "of").row(0) == (1, 1)
    nobody = count_patients(derived(crclm_study).clear(), PATIENTS)
    assert nobody.select("level", "patients", "of").rows() == [("any", 0, 4)]


def test_the_overview_counts_what_events_were_and_did(crclm_study):
    lines = count_overview(derived(crclm_study), PATIENTS, crclm_study)
    assert lines["of"].unique().to_list() == [4]
    counts = {
        name: (patients, severe, events)
        for name, patients, severe, events in lines.select(
            "category", "patients", "severe", "events"
        ).iter_rows()
    }
    assert counts["any event"] == (3, 2, 6)
    assert counts["serious"] == (1, 1, 1)
    assert counts["fatal"] == (1, 1, 1)
    assert counts["marked immune-related"] == (0, 0, 0)
    assert counts["related to Regorafenib"] == (1, 0, 1)
    assert counts["related to RFA"] == (1, 0, 1)
    assert counts["related to none of them"] == (1, 1, 1)
    assert counts["not assessed"] == (2, 1, 3)
    assert counts["Regorafenib reduced"] == (1, 0, 1)
    assert counts["Regorafenib stopped"] == (0, 0, 0)
    assert "RFA reduced" not in counts
    assert set(crclm_study.safety.special_interest.require()) < set(counts)
