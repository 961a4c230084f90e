"""The points of eDISH: peaks, quadrants, procedural values and the corrected multiples."""

from __future__ import annotations

import pytest

from liver_values import LiverTrial, day
from trialwright.safety.liver import QUADRANTS, edish_points, name_quadrant


@pytest.fixture
def point(crclm_study):
    def point(trial):
        graded, _, study, courses = trial.read(crclm_study)
        (row,) = edish_points(graded, courses, study).iter_rows(named=True)
        return row

    return point


@pytest.mark.parametrize(
    ("alt", "bilirubin", "quadrant"),
    [
        (2.99, 1.99, QUADRANTS[0]),
        (3.0, 1.99, QUADRANTS[1]),
        (2.99, 2.0, QUADRANTS[2]),
        (3.0, 2.0, QUADRANTS[3]),
    ],
)
def test_quadrants(point, alt, bilirubin, quadrant):
    assert point(LiverTrial().value("ALT", 9, alt).value("BILI", 80, bilirubin))["quadrant"] == (
        quadrant
    )


def test_the_peaks_and_their_study_days(point):
    trial = LiverTrial().value("ALT", 9, 2.0).value("AST", 14, 2.6).value("AST", 21, 2.6)
    row = point(trial.value("BILI", 9, 1.2).value("BILI", 14, 1.1).value("ALT", 0, 9.0))
    assert (row["transaminase"], row["transaminase_multiple"]) == ("AST", pytest.approx(2.6))
    assert (row["transaminase_date"], row["transaminase_day"]) == (day(14), 15)
    assert row["bilirubin_day"] == 10


def test_a_procedural_peak_is_marked_and_what_is_left_stands_beside(point):
    trial = LiverTrial().ablate(10).value("ALT", 12, 8.0).value("BILI", 13, 2.4)
    row = point(trial.value("ALT", 30, 1.2).value("BILI", 30, 0.6))
    assert (row["quadrant"], row["transaminase_procedural"]) == (QUADRANTS[3], True)
    assert row["bilirubin_procedural"] is True
    assert (row["without_quadrant"], row["without_transaminase_multiple"]) == (QUADRANTS[0], 1.2)


def test_the_corrected_point(point):
    trial = LiverTrial().baseline("ALT", 2.0).value("ALT", 30, 4.0).value("BILI", 30, 2.0)
    row = point(trial)
    assert (row["quadrant"], row["corrected_quadrant"]) == (QUADRANTS[3], QUADRANTS[2])
    assert row["corrected_transaminase_multiple"] == 2.0


def test_without_a_value_there_is_no_point(point):
    row = point(LiverTrial().value("ALT", 9, 5.0))
    assert row["transaminase_multiple"] == 5.0
    assert row["quadrant"] is None
    row = point(LiverTrial().baseline("ALT", None).value("ALT", 9, 5.0).value("BILI", 9, 1.0))
    assert (row["quadrant"], row["corrected_quadrant"]) == (QUADRANTS[1], None)


def test_values_that_cannot_be_compared_are_named(point):
    row = point(LiverTrial().value("ALT", 9, 5.0, limit=False).value("BILI", 9, 1.0))
    assert row["not_judged"] == f"ALT of {day(9)}: no upper limit of normal"
    row = point(LiverTrial().value("ALT", 9, 5.0, "<").value("ALT", 12, 1.0).value("BILI", 9, 1.0))
    assert row["transaminase_multiple"] == 1.0
    open_above = LiverTrial().value("ALT", 9, 2.5, ">").value("BILI", 9, 1.0)
    assert point(open_above)["quadrant"] is None
    assert "ALT > 2.5 times" in point(open_above)["not_judged"]
    assert row["not_judged"].startswith(f"ALT < 5 times the upper limit on {day(9)}: it may lie")


def test_a_patient_without_samples_has_a_row(point):
    row = point(LiverTrial())
    assert (row["patient_id"], row["quadrant"], row["not_judged"]) == ("P1", None, None)


def test_unknown_sides_have_no_quadrant():
    assert name_quadrant(None, bilirubin=True) is None
    assert name_quadrant(transaminase=True, bilirubin=True) == "potential Hy's law"
