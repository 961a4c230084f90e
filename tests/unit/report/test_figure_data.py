"""Every figure of response and survival: its data, its words, and that nothing is drawn early."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_trial import make_analysis, make_dataset

from trialwright.report.anchors import build_anchors
from trialwright.report.drawing import (
    chinese_families,
    count_letters,
    shorten_label,
    svg_of,
    wrap_words,
)
from trialwright.report.figures.boundary import draw_boundary
from trialwright.report.figures.competing import draw_competing
from trialwright.report.figures.lesion_grid import draw_lesion_grid
from trialwright.report.figures.spider import draw_spider
from trialwright.report.figures.survival import draw_survival
from trialwright.report.figures.swimmer import draw_swimmers
from trialwright.report.figures.waterfall import draw_waterfall
from trialwright.report.model import Figure
from trialwright.report.writers.pictures import draw_pdf, draw_png

HOSTILE = ("<script>alert(1)</script>", r"{\rtf1 \par}", r"\input{/etc/passwd}", "$x_1$ & #", "病")


def draw_all(analysis, anchors):
    return (
        draw_waterfall(analysis, anchors),
        draw_spider(analysis, anchors),
        *draw_swimmers(analysis, anchors),
        *draw_survival(analysis),
        *draw_competing(analysis),
        *draw_lesion_grid(analysis, anchors),
        *draw_boundary(analysis),
    )


@pytest.fixture(scope="module")
def figures(analysis):
    return {one.key: one for one in draw_all(analysis, build_anchors(analysis))}


def test_figures_are_built_without_drawing(analysis, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError

    monkeypatch.setattr("matplotlib.figure.Figure.__init__", refuse)
    assert all(isinstance(one, Figure) for one in draw_all(analysis, {}))


def test_every_figure_has_words_a_number_a_population_and_data(figures):
    for key, one in figures.items():
        assert one.title, key
        assert one.caption, key
        assert one.description, key
        assert re.fullmatch(r"14\.2\.\d+", one.number), key
        assert len(one.population) == 7, key
        assert one.data.height > 0, key
        assert svg_of(one).startswith("<svg"), key


def test_the_waterfall_gives_each_bar_in_full(figures, analysis):
    data = figures["waterfall"].data
    for row in data.iter_rows(named=True):
        deepest = analysis.response_of(row["patient_id"]).best_change
        assert row["best_change_percent"] == 100 * deepest.change_from_baseline
    assert data["best_change_percent"].to_list() == sorted(data["best_change_percent"])[::-1]
    assert data["drawn_percent"].max() <= 100


def test_a_shrunken_patient_with_a_new_lesion_is_coloured_as_progression(figures):
    row = figures["waterfall"].data.row(by_predicate=pl.col("patient_id") == "NEW-5", named=True)
    assert row["best_change_percent"] < -30
    assert row["best_overall_response"] == "PD"
    assert row["new_lesion"]


def test_who_has_no_bar_is_counted_by_why(figures):
    assert "Not drawn: 1 without a baseline, 1 without a scan after baseline." in (
        figures["waterfall"].caption
    )


def test_the_curve_is_given_with_its_counts(figures, analysis):
    for key in ("km-pfs", "km-os"):
        data, result = figures[key].data, analysis.survival_of(key[3:].upper())
        n = len(result.times)
        assert data["at_risk"][0] == n
        assert data["events"].sum() + data["censored"].sum() == n
        assert data["survival"].to_list()[1:] == result.curve.survival.tolist()
        left = n - np.cumsum(data["events"] + data["censored"])[:-1]
        assert data["at_risk"].to_list()[1:] == list(left)


def test_a_curve_of_few_is_greyed_and_says_so(figures, analysis):
    assert "Grey: fewer than a tenth at risk" not in figures["km-pfs"].caption  # 1 of 7 is more
    many = replace(
        analysis.survival_of("OS"),
        curve=type(analysis.survival_of("OS").curve).fit(np.arange(1.0, 41.0), [1] * 40),
    )
    (figure,) = draw_survival(replace(analysis, survival=(many,)))
    assert "Grey: fewer than a tenth at risk" in figure.caption
    assert svg_of(figure).count("#5b6875") > svg_of(figures["km-os"]).count("#5b6875")


def test_incidences_and_the_event_free_add_up(figures, analysis):
    assert {one.key for one in analysis.competing}
    for result in analysis.competing:
        data = figures[f"incidence-{result.key.lower().replace(' ', '-')}"].data
        counted = data.select("events", "competing_events", "censored").sum().row(0)
        assert sum(counted) == len(result.times)
        both = data["incidence"] + data["incidence_of_competing"]
        assert (both + result.curves.event_free).to_list() == pytest.approx([1.0] * data.height)


def test_a_swimmer_gives_bars_and_marks(figures, analysis):
    data = figures["swimmer"].data
    died = {one.patient_id for one in analysis.sets.efficacy} & set(
        analysis.dataset.deaths["patient_id"]
    )
    assert set(data.filter(pl.col("mark") == "death")["patient_id"]) == died
    follow = data.filter(pl.col("mark") == "follow-up")["end"].to_list()
    assert follow == sorted(follow, reverse=True)


def test_hostile_names_are_text_in_every_figure():
    patients = ("CR-1", "PR-2", "SD-3", "PD-4", "NEW-5")
    names = dict(zip(patients, HOSTILE, strict=True))
    found = make_analysis(dataset=make_dataset(names))
    figures = draw_all(found, build_anchors(found))
    for one in figures:
        svg = svg_of(one)
        assert "<script" not in svg, one.key
        assert draw_png(one).startswith(b"\x89PNG"), one.key
    assert set(HOSTILE) <= set(figures[0].data["patient_id"])
    assert draw_pdf(figures[0]) == draw_pdf(replace(figures[0]))


def test_svg_names_no_font_of_this_machine(figures):
    for one in figures.values():
        assert not any(family in svg_of(one) for family in chinese_families())
        families = set(re.findall(r"font-family: ([^;]+);", svg_of(one)))
        assert families <= {"'DejaVu Sans', sans-serif"}, one.key


def test_nothing_to_draw_cannot_be_rendered(analysis):
    bare = replace(analysis, sets=replace(analysis.sets, members=()))
    empty = draw_waterfall(bare, {})
    assert svg_of(empty) == ""
    with pytest.raises(ValueError, match="waterfall"):
        draw_png(empty)
    assert all(one.paint is None for one in draw_lesion_grid(bare, {}))
    assert all(one.caption for one in draw_lesion_grid(bare, {}))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_a_label_is_never_wider_than_its_room(label):
    short = shorten_label(label)
    assert count_letters(short) <= max(18, 19 * (short != label))
    assert label.startswith(short.removesuffix("…"))


def test_words_of_chinese_are_broken_at_half_the_letters():
    term = "丙氨酸氨基转移酶升高" * 5
    lines = wrap_words(term, 29, 3)
    assert all(count_letters(line) <= 30 for line in lines)
    assert lines[-1].endswith("…")
    assert wrap_words("", 29, 3) == ("",)
