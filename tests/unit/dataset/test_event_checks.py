"""Checks of adverse events."""

from __future__ import annotations

import polars as pl
import pytest

from trialwright.dataset import Dataset, check_dataset
from trialwright.dataset.event_checks import disagree_on_death, read_action
from trialwright.dataset.harm_tables import SERIOUS_CRITERIA

EVENTS = "patient_id,term,grade,start_date,end_date\n"
DIED = "patient_id,death_date\nP1,2026-03-20\n"
NOBODY_DIED = "patient_id,death_date\n"
SECOND = "+P2,1960-05,2026-01-02\n"


def columns(**values: str) -> dict[str, str | None]:
    """Return a table of one event with some further columns."""
    names = ["patient_id", "term", "start_date", *values]
    row = ["P1", "Fatigue", "2026-02-01", *values.values()]
    return {"adverse_events": f"{','.join(names)}\n{','.join(row)}\n"}


CASES = [  # changed tables, rule, severity, row, part of the message
    (
        {"adverse_events": EVENTS + "P1,Rash,1,2026-02-03,2026-02-02\n"},
        ("event.end_before_start", "error", 2),
        "Rash: the end, 2026-02-02, is before the start, 2026-02-03",
    ),
    (
        {"adverse_events": EVENTS + "P1,Rash,1,2026-02,2026-01\n"},
        ("event.end_before_start", "error", 2),
        "the end, 2026-01, is before the start, 2026-02",
    ),
    ({"adverse_events": EVENTS + "P1,Rash,1,2026-02-03,2026-02-03\n"}, None, ""),
    ({"adverse_events": EVENTS + "P1,Rash,1,2026-02-03,2026-02\n"}, None, ""),
    ({"adverse_events": EVENTS + "P1,Rash,1,2026-02,2026\n"}, None, ""),
    (
        {"adverse_events": EVENTS + "P1,Rash,6,2026-02-03,\n"},
        ("value.impossible", "error", 2),
        "grade 6; CTCAE grade 1-5 is 1 to 5",
    ),
    (
        {"adverse_events": EVENTS + "P2,Rash,1,2026-02-03,\n", "patients": SECOND},
        ("event.never_treated", "warning", 2),
        "Rash, grade 1, of a patient who was never treated",
    ),
    (
        columns(grade="3", outcome="fatal") | {"deaths": DIED},
        ("event.fatal_differs", "warning", 2),
        "Fatigue: grade 3, and the outcome is fatal",
    ),
    (
        columns(grade="5", outcome="recovered") | {"deaths": DIED},
        ("event.fatal_differs", "warning", 2),
        "grade 5, and the outcome is recovered",
    ),
    (columns(grade="5", outcome="fatal") | {"deaths": DIED}, None, ""),
    (columns(grade="5", outcome="") | {"deaths": DIED}, None, ""),
    (
        columns(grade="5") | {"deaths": NOBODY_DIED},
        ("event.death_missing", "error", 2),
        "Fatigue was fatal, and the table of deaths does not name the patient",
    ),
    (columns(grade="5"), None, ""),  # deaths were not collected
    (
        columns(grade="2", serious="N", serious_because="hospitalisation"),
        ("event.serious_differs", "warning", 2),
        "serious because of hospitalisation, and not marked as serious",
    ),
    (
        columns(grade="2", serious_because="death"),
        ("event.serious_differs", "warning", 2),
        "serious because of death, and not marked as serious",
    ),
    (columns(grade="2", serious="Y", serious_because="hospitalization"), None, ""),
    (columns(grade="2", serious="N", serious_because="none"), None, ""),
    (columns(grade="2", serious="Y"), None, ""),
    (
        columns(grade="2", serious="Y", serious_because="life threatening"),
        ("event.unknown_word", "error", 2),
        "serious_because holds 'life threatening' (did you mean life-threatening?)",
    ),
    (
        columns(grade="2", treated_with="Steroid;steriod"),
        ("event.unknown_word", "error", 2),
        "treated_with holds 'steriod' (did you mean steroid?)",
    ),
    (columns(grade="2", treated_with="steroid; other"), None, ""),
    (columns(grade="2", treated_with="none"), None, ""),
    (
        columns(grade="2", actions="regorafenib: halved"),
        ("event.unknown_word", "error", 2),
        "actions holds 'regorafenib: halved'",
    ),
    (
        columns(grade="2", actions="reduced"),
        ("event.unknown_word", "error", 2),
        "actions holds 'reduced'",
    ),
    (columns(grade="2", actions="regorafenib: reduced; regorafenib: interrupted"), None, ""),
    (
        columns(grade="3", cirse_grade="6"),
        ("event.complication_differs", "warning", 2),
        "a death in CIRSE (6), and none in CTCAE (3)",
    ),
    (columns(grade="3", cirse_grade="3b", sir_class="D", sir_severity="severe"), None, ""),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_events(check, changes, expected, words):
    check(changes, expected, words)


def test_nobody_treated_is_no_finding_about_events():
    patients = pl.DataFrame({"patient_id": ["P1"]})
    events = pl.DataFrame({"patient_id": ["P1"], "term": ["Rash"], "grade": [1]})
    data = Dataset.create({"patients": patients, "adverse_events": events}, source="made in code")
    assert check_dataset(data) == ()


@pytest.mark.parametrize(
    ("grades", "words"),
    [
        ((5, "6", "F", "death"), None),
        ((4, "5", "E", "life-threatening"), None),
        ((None, "6", "F", None), None),
        ((5, "5", "F", None), "a death in CTCAE (5) and SIR 2003 (F), and none in CIRSE (5)"),
        ((None, None, "A", "death"), "a death in SIR 2017 (death), and none in SIR 2003 (A)"),
    ],
)
def test_systems_agree_on_a_death_or_are_named(grades, words):
    names = ("grade", "cirse_grade", "sir_class", "sir_severity")
    assert disagree_on_death(dict(zip(names, grades, strict=True))) == words


def test_a_fatal_outcome_asks_for_a_death_whatever_the_grade(read):
    changes = columns(grade="3", outcome="fatal") | {"deaths": NOBODY_DIED}
    found = [one.rule for one in read(**changes).findings]
    assert found == ["event.death_missing", "event.fatal_differs"]


def test_an_action_is_a_treatment_and_a_word():
    assert read_action("Anti-PD-1: new: Stopped") == ("Anti-PD-1: new", "stopped")
    assert read_action(": stopped") == ("", None)


def test_every_criterion_of_seriousness_is_known(check):
    for word in SERIOUS_CRITERIA:
        check(columns(grade="2", serious="Y", serious_because=word.upper()), None, "")
