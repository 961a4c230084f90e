"""eDISH draws every patient, says who is not drawn, and tells procedural peaks apart."""

from __future__ import annotations

import polars as pl
import pytest
from safety_pictures import words_of, words_outside

from trialwright.report.drawing import svg_of
from trialwright.report.safety.edish_plot import draw_edish
from trialwright.safety.liver.edish import QUADRANTS, name_quadrant

NORMAL, TEMPLE, HYPERBILIRUBINAEMIA, POTENTIAL = QUADRANTS
PREFIXES = ("", "corrected_", "without_", "corrected_without_")
TYPES = {
    "transaminase_multiple": pl.Float64,
    "bilirubin_multiple": pl.Float64,
    "transaminase_procedural": pl.Boolean,
    "bilirubin_procedural": pl.Boolean,
    "quadrant": pl.String,
}
SCHEMA = {"patient_id": pl.String} | {
    f"{prefix}{name}": kind for prefix in PREFIXES for name, kind in TYPES.items()
}


def patient(name, **points):
    """A row; each point as (transaminase, bilirubin, procedural)."""
    row = {"patient_id": name}
    for prefix in PREFIXES:
        key = prefix.strip("_") or "plain"
        alt, bilirubin, procedural = points.get(key, (None, None, False))
        reached = (None if alt is None else alt >= 3, None if bilirubin is None else bilirubin >= 2)
        cells = (alt, bilirubin, procedural, False, name_quadrant(*reached))
        row |= {f"{prefix}{name}": cell for name, cell in zip(TYPES, cells, strict=True)}
    return row


def same(name, alt, bilirubin):
    point = (alt, bilirubin, False)
    return patient(name, plain=point, corrected=point, without=point, corrected_without=point)


def draw(*rows):
    return draw_edish(pl.DataFrame(rows, schema=SCHEMA))


def test_patients_are_counted_by_quadrant_and_named_outside_the_normal_one():
    picture = draw(same("N", 1, 1), same("T", 9, 1), same("B", 1, 4), same("H", 9, 4))
    words = words_of(svg_of(picture))
    assert {f"{quadrant}: 1" for quadrant in QUADRANTS} <= set(words)
    assert [words.count(name) for name in "NTBH"] == [0, 2, 2, 2]
    assert f"{POTENTIAL} 1 (H)" in picture.description


def test_a_procedural_peak_has_another_mark_and_is_joined_to_the_other_peak():
    peak, rest = (9.0, 1.0, True), (1.0, 1.0, False)
    procedural = patient("P", plain=peak, corrected=peak, without=rest, corrected_without=rest)
    picture = draw(procedural)
    assert "Open diamond: a peak that follows an ablation" in picture.caption
    assert f"{TEMPLE}: 1" in words_of(svg_of(picture))
    alone = draw(same("P", 9.0, 1.0))
    assert "Open diamond" not in alone.caption
    assert svg_of(picture).count("<use") == svg_of(alone).count("<use") + 2  # a second mark a panel


def test_a_procedural_peak_without_any_other_value_stands_alone():
    picture = draw(patient("P", plain=(9.0, 1.0, True), corrected=(9.0, 1.0, True)))
    assert svg_of(picture).count("<use") == svg_of(draw(same("P", 9.0, 1.0))).count("<use")


def test_who_cannot_be_drawn_is_named():
    picture = draw(
        patient("A", plain=(9.0, 4.0, False)), same("B", None, 1.0), same("N", float("nan"), 1.0)
    )
    assert "limit of normal: not drawn, a value is missing: B, N." in picture.caption
    assert "or the baseline: not drawn, a value is missing: A, B, N." in picture.caption


def test_a_value_of_zero_stands_on_the_edge_and_is_said():
    picture = draw(same("Z", 0.0, 4.0))
    assert "below 0.1, drawn on the edge: Z." in picture.caption
    assert "Z" in words_of(svg_of(picture))


def test_an_open_quadrant_is_drawn_and_said():
    row = same("U", 4.0, 1.0)
    row["quadrant"] = None
    picture = draw(row)
    assert "quadrant not decided: U." in picture.caption
    assert "U" in words_of(svg_of(picture))
    assert [f"{quadrant}: 0" in words_of(svg_of(picture)) for quadrant in QUADRANTS] == [True] * 4


def test_nothing_to_draw_is_said():
    assert draw().caption == "No patient was treated."
    assert svg_of(draw(same("A", None, 1.0))) == ""
    assert "None of 1 patient has both" in draw(same("A", None, 1.0)).caption


@pytest.mark.parametrize("top", [0.2, 5.0, 900.0])
def test_names_stay_within_the_figure_wherever_the_points_are(top):
    rows = [same(f"{i:03}-{'x' * i}", top * (1 + i / 50), top / 2) for i in range(40)]
    picture = draw(*rows)
    assert words_outside(svg_of(picture)) == []


def test_names_without_room_are_listed():
    picture = draw(*(same(f"CRC-{i:03}", 9.0, 4.0) for i in range(60)))
    assert "no room for the name: " in picture.caption
    drawn = {word for word in words_of(svg_of(picture)) if word.startswith("CRC-")}
    assert drawn
    assert f"{POTENTIAL}: 60" in words_of(svg_of(picture))
    for name in drawn:
        left = picture.caption.split("Multiples of the upper limit or the baseline: no room")[0]
        assert name not in left.split("no room for the name:")[1]
