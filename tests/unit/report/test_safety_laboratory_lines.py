"""The lines of one laboratory value: hollow after an ablation, nothing left out unsaid."""

from __future__ import annotations

from math import inf

import polars as pl
import pytest
from safety_pictures import words_of, words_outside

from trialwright.report.drawing import svg_of
from trialwright.report.safety.laboratory_lines import draw_laboratory
from trialwright.report.safety.laboratory_view import GradeBand, LaboratoryView

ALT = "alanine aminotransferase"
SCHEMA = {
    "patient_id": pl.String,
    "analyte": pl.String,
    "day": pl.Int64,
    "standard_value": pl.Float64,
    "standard_unit": pl.String,
    "standard_lower": pl.Float64,
    "standard_upper": pl.Float64,
    "upper_ratio": pl.Float64,
    "qualifier": pl.String,
    "grade": pl.Int64,
    "procedural": pl.Boolean,
}
BANDS = (GradeBand(1, 1, 3), GradeBand(2, 3, 5), GradeBand(3, 5, 20), GradeBand(4, 20))


def sample(patient, day, value, **other):
    row = {
        "patient_id": patient,
        "analyte": ALT,
        "day": day,
        "standard_value": value,
        "standard_unit": "U/L",
        "standard_lower": 7.0,
        "standard_upper": 40.0,
        "upper_ratio": None if value is None else value / 40,
        "qualifier": None,
        "grade": 0,
        "procedural": False,
    }
    return row | other


def draw(*rows, days=None, analyte=ALT, **view):
    frame = pl.DataFrame(rows, schema=SCHEMA)
    return draw_laboratory(frame, analyte, days or {}, LaboratoryView(**view))


USUAL = (
    sample("A", -3, 30.0),
    sample("A", 20, 400.0, procedural=True, grade=3),
    sample("A", 40, 35.0),
    sample("B", 1, 20.0),
    sample("B", 29, 90.0, grade=1),
)


def test_patients_values_and_procedural_ones_are_counted():
    picture = draw(*USUAL, days={"A": [19]})
    assert picture.key == "laboratory-alanine-aminotransferase"
    assert picture.title == "Alanine aminotransferase over time"
    assert picture.caption.startswith("2 patients, 5 values. Hollow: 1 value in the days after")
    assert {"after ablation", "ablation", "limit of normal", "U/L"} <= set(
        words_of(svg_of(picture))
    )
    assert "Grade 3 or higher: A." in picture.description
    assert "from 20 to 400 U/L" in picture.description


def test_the_worst_are_named_from_the_grade_asked_for():
    assert "A" in words_of(svg_of(draw(*USUAL)))
    assert "B" not in words_of(svg_of(draw(*USUAL)))
    assert {"A", "B"} <= set(words_of(svg_of(draw(*USUAL, name_from=1))))


def test_grades_are_shaded_where_the_axis_shows_them():
    picture = draw(*USUAL, measure="multiple", bands=BANDS)
    words = words_of(svg_of(picture))
    assert {"grade 1", "grade 2", "grade 3"} <= set(words)
    assert "grade 4" not in words
    assert "Multiples of the upper limit" in words
    assert "grade 1" not in words_of(svg_of(draw(*USUAL)))


def test_a_fall_is_shaded_down_to_the_axis():
    rows = [sample("A", day, value) for day, value in ((1, 140.0), (8, 118.0))]
    low = (GradeBand(1, 130, 135), GradeBand(3, 120, 130), GradeBand(4, -inf, 120))
    assert "grade 4" in words_of(svg_of(draw(*rows, bands=low)))


def test_a_zero_on_a_log_axis_stands_at_the_foot_and_is_said():
    rows = (*USUAL, sample("B", 50, 0.0))
    assert (
        "1 value of 0 or below stand at the foot of the log axis." in draw(*rows, log=True).caption
    )
    assert "log axis" not in draw(*rows).caption
    assert "from 0 to 400" in draw(*rows, log=True).description


def test_only_zeros_can_be_drawn_on_a_log_axis():
    assert "<svg" in svg_of(draw(sample("A", 1, 0.0), log=True))


def test_what_cannot_be_drawn_is_counted():
    rows = (*USUAL, sample("C", 5, None), sample("C", None, 3.0), sample("C", 6, float("nan")))
    caption = draw(*rows).caption
    assert "Not drawn: 2 without a number in this measure, 1 without a study day." in caption
    assert svg_of(draw(sample("C", 5, None))) == ""
    assert "No value can be drawn. Not drawn: 1 without" in draw(sample("C", 5, None)).caption
    assert draw().caption == "No value of this analyte in the data."


def test_values_with_a_sign_are_said():
    assert "1 value with < or >" in draw(*USUAL, sample("B", 50, 5.0, qualifier="<")).caption


def test_limits_that_differ_are_not_drawn():
    rows = [sample("A", 1, 30.0), sample("A", 8, 30.0, standard_upper=50.0, standard_lower=None)]
    picture = draw(*rows)
    assert "A limit of normal that differs between samples is not drawn." in picture.caption
    assert "limit of normal" not in words_of(svg_of(picture))
    assert "differs" not in draw(*rows, measure="multiple").caption


def test_one_patient_can_stand_out():
    assert "patient B" in words_of(svg_of(draw(*USUAL, highlight="B")))
    absent = draw(*USUAL, highlight="Z")
    assert "No value of patient Z." in absent.caption
    assert "patient Z" not in words_of(svg_of(absent))


def test_ablations_of_patients_without_values_are_left_out():
    assert "ablation" not in words_of(svg_of(draw(*USUAL, days={"Z": [900]})))
    assert "Triangles" not in draw(*USUAL, days={"A": []}).caption


def test_there_is_no_day_zero():
    words = words_of(svg_of(draw(*USUAL, sample("A", -28, 30.0))))
    assert "1" in words
    assert "0" not in [word for word in words if word.lstrip("−").isdigit() and word == "−0"]
    assert "−28" in words or "−14" in words or "−7" in words


@pytest.mark.parametrize("log", [False, True])
def test_one_value_and_many_patients_stay_within_the_figure(log):
    one = draw(sample("A", 1, 40.0), log=log)
    assert words_outside(svg_of(one)) == []
    rows = [sample(f"P{i:03}-{'x' * 20}", 1 + i % 7, 500.0 + i, grade=4) for i in range(80)]
    many = draw(*rows, log=log)
    assert words_outside(svg_of(many)) == []
    assert "without room for a name: " in many.caption
