"""Outcome strings split from the right, with their doubts."""

import pytest

from trialwright.study.outcomes import split_outcome, split_outcomes

_BOILERPLATE = (
    "From date of enrolment until the date of progression, whichever came first, "
    "assessed up to 100 months"
)


@pytest.mark.parametrize(
    ("raw", "measure", "description", "time_frame"),
    [
        ("ORR, CR or PR, 2 years", "ORR", "CR or PR", "2 years"),
        ("ORR, 2 years", "ORR", None, "2 years"),
        ("Survival, time to death, two years.", "Survival", "time to death", "two years"),
        ("AUC, Day 1, 8, and 15", "AUC", None, "Day 1, 8, and 15"),
        ("PK, level, 12, 24 and 48 weeks", "PK", "level", "12, 24 and 48 weeks"),
        (
            "Pain (VAS, NRS), mean, baseline, 6 weeks",
            "Pain (VAS, NRS)",
            "mean",
            "baseline, 6 weeks",
        ),
        (
            "AE, count, through study completion, an average of 1 year",
            "AE",
            "count",
            "through study completion, an average of 1 year",
        ),
        (f"PFS, time, {_BOILERPLATE}", "PFS", "time", _BOILERPLATE),
        (
            "TTP, Time to PD or death, whichever occurs first, up to 2 years",
            "TTP",
            "Time to PD or death, whichever occurs first",
            "up to 2 years",
        ),
        ("DLT, events, C1D1", "DLT", "events", "C1D1"),
    ],
)
def test_parts(raw, measure, description, time_frame):
    outcome = split_outcome(raw)
    assert (outcome.measure, outcome.description) == (measure, description)
    assert outcome.time_frame == time_frame
    assert outcome.raw == raw


def test_three_sound_parts_leave_no_doubt():
    outcome = split_outcome("Response rate (RR), CR, PR or better, 2 years")
    assert outcome.confidence == "high"
    assert outcome.doubt is None


@pytest.mark.parametrize(
    ("raw", "confidence", "doubt"),
    [
        ("Change in weight, height, the rest, 2 years", "medium", "the measure may hold a comma"),
        ("AUC, Day 1, 8, and 15", "medium", "the time frame holds a comma"),
        ("a) pain, b) itch, 2 hours", "medium", "the parentheses do not balance"),
        ("Safety", "low", "no time frame recognised"),
        ("Safety, number of events", "low", "no time frame recognised"),
    ],
)
def test_doubt_is_said(raw, confidence, doubt):
    outcome = split_outcome(raw)
    assert outcome.confidence == confidence
    assert doubt in outcome.doubt


def test_pipe_in_free_text_is_mended():
    first, second = split_outcomes("Pain (VAS|NRS), mean, 2 weeks|OS, time to death, 2 years")
    assert first.measure == "Pain (VAS|NRS)"
    assert first.confidence == "low"
    assert "2 fragments" in first.doubt
    assert second.measure == "OS"


def test_titles_alone_are_not_put_together():
    assert [o.measure for o in split_outcomes("Response|Survival")] == ["Response", "Survival"]


def test_a_last_fragment_without_time_stands_alone():
    first, last = split_outcomes("OS, time to death, 2 years|Safety")
    assert first.time_frame == "2 years"
    assert (last.measure, last.time_frame, last.confidence) == ("Safety", None, "low")


def test_empty_cell_has_no_outcome():
    assert split_outcomes("") == split_outcomes(" | ") == ()
