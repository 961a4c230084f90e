"""The toxicity watch: what has happened, what may still be, and where enrolment stops."""

from __future__ import annotations

import pytest
from safety_pictures import words_of, words_outside

from trialwright.report.drawing import svg_of
from trialwright.report.safety.toxicity_plot import draw_toxicity
from trialwright.safety.toxicity import PatientToxicity

STATES = {"x": "event", ".": "none", "o": "inside window", "?": "undecided"}
BOUNDS = ((5, 3), (10, 5), (15, 7))


def patients(states):
    return [
        PatientToxicity(f"P{number}", STATES[state], "", None, 1, 56, "")
        for number, state in enumerate(states, 1)
    ]


def test_the_open_patients_make_a_range():
    picture = draw_toxicity(patients("x..o?x"), BOUNDS, "go on (look at 5 patients)")
    assert "6 patients treated" in picture.caption
    assert "2 with unacceptable toxicity, 2 followed" in picture.caption
    assert "1 still inside it, 1 undecided." in picture.caption
    assert "Shaded: from 2 to 4 of 6" in picture.caption
    assert "Look at 10 patients: stop with 5 or more." in picture.caption
    assert "The rule says: go on (look at 5 patients)." in picture.caption
    assert "2 may still turn out to have it, so 2 to 4." in picture.description


def test_nobody_open_makes_no_range():
    picture = draw_toxicity(patients("x.."), BOUNDS)
    assert "Shaded" not in picture.caption
    assert "if all who are open have one" not in words_of(svg_of(picture))


def test_bounds_and_events_are_written():
    words = words_of(svg_of(draw_toxicity(patients("..x.x"), BOUNDS)))
    assert {"3 of 5", "5 of 10", "7 of 15", "P3", "P5", "toxicity (2)"} <= set(words)
    assert "P1" not in words


def test_a_look_that_no_number_stops_is_left_out():
    picture = draw_toxicity(patients("."), ((5, None), (10, 5)))
    assert "Enrolment stops with 5 of 10." in picture.description
    assert "Look at 10 patients" in picture.caption


def test_after_the_last_look_none_is_announced():
    assert "Look at" not in draw_toxicity(patients("." * 16), BOUNDS).caption
    assert "Look at 15" in draw_toxicity(patients("." * 15), BOUNDS).caption


@pytest.mark.parametrize("bounds", [(), ((5, None),)])
def test_without_a_rule_the_counts_remain(bounds):
    picture = draw_toxicity(patients("x.o"), bounds)
    assert "the study has no rule that stops for toxicity" in picture.caption
    assert "enrolment stops" not in words_of(svg_of(picture))
    assert "No stopping rule." in picture.description


def test_nobody_treated_is_said():
    assert draw_toxicity([], BOUNDS).caption == "No patient was treated."
    assert svg_of(draw_toxicity([], BOUNDS)) == ""


@pytest.mark.parametrize("states", ["o", "x" * 5, ".x?o" * 50])
def test_one_and_two_hundred_patients_stay_within_the_figure(states):
    looks = tuple((look, 1 + look // 3) for look in range(5, 121))
    for bounds in (BOUNDS, looks, ()):
        assert words_outside(svg_of(draw_toxicity(patients(states), bounds))) == []
