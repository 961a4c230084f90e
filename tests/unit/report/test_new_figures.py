"""The forest, the lesion grid and the boxes: who is where, and what has no room."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_pictures import words_of, words_outside

from trialwright.analysis.lesion_changes import follow_lesions
from trialwright.analysis.subgroups import Subgroup, SubgroupLevel
from trialwright.report.anchors import build_anchors
from trialwright.report.drawing import svg_of
from trialwright.report.figures.boxes import BoxedValue, draw_boxes
from trialwright.report.figures.forest import draw_forest
from trialwright.report.figures.lesion_grid import draw_lesion_grid
from trialwright.stats import clopper_pearson


def level(label, responders, n):
    names = tuple(f"P{number}" for number in range(n))
    estimate = clopper_pearson(responders, n) if n else None
    return SubgroupLevel(label, names, names[:responders], estimate)


SEX = Subgroup("Sex", (level("female", 1, 3), level("male", 1, 4), level("not known", 0, 0)))


def test_the_forest_writes_each_level_and_all_patients(analysis):
    (figure,) = draw_forest(analysis, [SEX])
    words = words_of(svg_of(figure))
    assert {"Sex", "female", "1 / 3", "1 / 4", "0 / 0", "All patients"} <= set(words)
    data = figure.data
    assert data["patients"].to_list() == [7, 3, 4, 0]
    assert data["percent"].to_list()[1] == pytest.approx(100 / 3)
    assert data["percent"].to_list()[3] is None
    assert words_outside(svg_of(figure)) == []


def test_a_subgroup_that_is_not_shown_is_named_with_why(analysis):
    away = Subgroup("Site", (), "30 sites, too many to show apart")
    (figure,) = draw_forest(analysis, [SEX, away])
    assert "Not drawn: Site: 30 sites, too many to show apart." in figure.caption
    (empty,) = draw_forest(analysis, [away])
    assert empty.paint is None
    assert "30 sites" in empty.caption


def test_a_long_forest_is_cut_into_pages_that_hold_every_level(analysis):
    many = [
        Subgroup(f"Trait {number}", tuple(level(f"l{i} " * 30, 1, 2) for i in range(7)))
        for number in range(20)
    ]
    figures = draw_forest(analysis, many)
    assert len(figures) > 1
    levels = pl.concat([one.data.slice(1) for one in figures])
    assert levels.height == 140
    assert all("stand in full in the data" in one.caption for one in figures)
    for one in figures:
        assert words_outside(svg_of(one)) == []
        assert one.size_inches[1] < 13


@pytest.fixture(scope="module")
def lesions(analysis):
    return {(one.patient_id, one.lesion_id): one for one in follow_lesions(analysis)}


def test_a_lesion_is_followed_by_itself(lesions):
    course = lesions["SD-3", "T1"]
    assert course.baseline_mm == 30
    assert [round(change, 4) for *_, change in course.changes] == [-0.0333, -0.0667]
    assert course.best_change == pytest.approx(-2 / 30)
    assert lesions["CR-1", "T1"].best_change == -1
    assert lesions["NE-6", "T1"].best_change is None


def test_scans_after_progression_count_for_no_lesion(lesions):
    assert [visit for visit, *_ in lesions["PD-4", "T1"].changes] == ["week 8"]


def test_an_ablated_lesion_stands_apart_and_gives_no_change(lesions, analysis):
    assert {key for key, one in lesions.items() if one.touch == "ablated"} == {("PR-2", "T2")}
    assert lesions["PR-2", "T2"].changes == ()
    (grid,) = draw_lesion_grid(analysis, build_anchors(analysis))
    apart = grid.data.filter(pl.col("touch") == "ablated")
    assert apart["lesion_id"].to_list() == ["T2"]
    assert apart["size_before_ablation_mm"].to_list() == [20.0]
    words = words_of(svg_of(grid))
    assert {"Ablated", "−100", "+150", "new"} <= set(words)
    assert words_outside(svg_of(grid)) == []


def test_every_lesion_stands_in_the_data_once_a_scan(lesions, analysis):
    (grid,) = draw_lesion_grid(analysis, {})
    keys = ["patient_id", "lesion_id"]
    assert set(grid.data.select(keys).unique().rows()) == set(lesions)
    scans = grid.data.drop_nulls("visit")
    assert scans.height == scans.select(*keys, "visit").unique().height


def test_more_lesions_than_have_room_are_counted(analysis):
    from trialwright.report.figures import lesion_cells, lesion_grid

    one = follow_lesions(analysis)[0]
    many = [replace(one, lesion_id=f"T{number}") for number in range(9)]
    lanes = lesion_cells.collect_lanes(many)
    assert "+n: further lesions without room (5)" in lesion_grid._caption(lanes, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lesion_grid, "follow_lesions", lambda _: tuple(many))
        (grid,) = draw_lesion_grid(analysis, {})
    assert "+5" in words_of(svg_of(grid))
    assert grid.data["lesion_id"].n_unique() == 9


def test_the_grid_is_cut_into_parts_of_a_page(analysis, monkeypatch):
    monkeypatch.setattr("trialwright.report.figures.lesion_grid._MOST_ROWS", 3)
    parts = draw_lesion_grid(analysis, {})
    assert [one.key for one in parts] == ["lesion-grid-1", "lesion-grid-2"]
    patients = set(pl.concat([one.data for one in parts])["patient_id"])
    assert patients == {"CR-1", "PR-2", "SD-3", "PD-4", "NEW-5", "NE-6"}
    assert all("Not drawn: 1 without a baseline" in one.caption for one in parts)  # LATE-7


def boxed(values, **options):
    rows = pl.DataFrame(
        [(f"P{i}", day, base, y) for i, (day, base, y) in enumerate(values)],
        schema={
            "patient_id": pl.String, "day": pl.Int64, "is_baseline": pl.Boolean, "y": pl.Float64
        },
        orient="row",
    )  # fmt: skip
    return BoxedValue("boxes-x", "14.3.9", "X over time", "U/L", rows, 28, **options)


def test_a_box_is_given_with_its_values_and_n_stands_below():
    values = [(-1, True, float(y)) for y in (1, 2, 3, 4, 30)] + [(10, False, 7.0)]
    figure = draw_boxes(boxed(values))
    base = figure.data.filter(pl.col("window") == "baseline")
    assert base["n"].to_list() == [5] * 5
    assert base["median"].to_list() == [3.0] * 5
    assert base.filter("outside")["patient_id"].to_list() == ["P4"]
    words = words_of(svg_of(figure))
    assert {"base", "2–29", "n", "5", "1"} <= set(words)
    assert "fewer than 5 patients: their values alone" in figure.caption
    assert "1.5 interquartile ranges" in figure.caption


def test_values_that_cannot_stand_on_a_log_axis_are_counted():
    values = [(-1, True, 0.0), (-1, True, 2.0), (5, False, None)]
    figure = draw_boxes(boxed(values, log=True, line=1.0, line_words="upper limit"))
    assert "Not drawn: values without a number or not above 0: 2." in figure.caption
    assert "Dashed: upper limit." in figure.caption
    assert svg_of(figure).startswith("<svg")


def test_no_value_is_said():
    figure = draw_boxes(boxed([(None, False, 1.0)]))
    assert figure.paint is None
    assert figure.caption == "No value with a study day."


@given(st.lists(st.tuples(st.integers(2, 900), st.floats(0.1, 1e4)), min_size=1, max_size=40))
def test_every_drawn_patient_is_counted_once_a_window(points):
    figure = draw_boxes(boxed([(day, False, y) for day, y in points]))
    drawn = figure.data
    assert drawn.height == sum((day - 2) // 28 + 1 < 20 for day, _ in points)
    for (_,), some in drawn.group_by("window"):
        assert set(some["n"]) == {some.height}
