"""What the figures show, and that drawing leaves no trace outside the figure."""

from __future__ import annotations

import re

import matplotlib as mpl
import pytest
from small_trial import make_analysis, make_dataset, make_study

from trialwright.report.anchors import build_anchors
from trialwright.report.drawing import draw_svg, drawing_settings, embed_svg, shorten_label, svg_of
from trialwright.report.figures.spider import collect_threads, draw_spider
from trialwright.report.figures.survival import count_leaving, draw_survival
from trialwright.report.figures.swimmer import collect_lanes, draw_swimmers
from trialwright.report.figures.waterfall import collect_bars, draw_waterfall
from trialwright.response import Response
from trialwright.stats import KaplanMeier


@pytest.fixture(scope="module")
def anchors(analysis):
    return build_anchors(analysis)


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_the_waterfall_goes_from_the_worst_to_the_best(analysis):
    bars = collect_bars(analysis)
    assert [bar.patient for bar in bars] == ["PD-4", "SD-3", "PR-2", "NEW-5", "CR-1"]
    assert [bar.change for bar in bars] == sorted((bar.change for bar in bars), reverse=True)


def test_a_bar_that_looks_like_a_response_keeps_its_progression(analysis):
    bar = next(bar for bar in collect_bars(analysis) if bar.patient == "NEW-5")
    assert bar.change == pytest.approx(-0.6)
    assert bar.best == Response.PD
    assert [bar.patient for bar in collect_bars(analysis) if bar.new_lesion] == ["NEW-5"]
    assert [bar.patient for bar in collect_bars(analysis) if bar.ablated] == ["PR-2"]


def test_the_waterfall_says_what_it_cut_and_whom_it_leaves_out(analysis, anchors):
    with drawing_settings():
        picture = draw_waterfall(analysis, anchors)
    assert "n = 5." in picture.caption
    assert "cut at +100 % (1)" in picture.caption
    assert "Not drawn: 1 without a baseline, 1 without a scan after baseline." in picture.caption
    words = texts(svg_of(picture))
    assert "+150" in words
    assert {"PD-4", "NEW-5", "PR", "PD (2)", "CR (1)"} <= set(words)
    assert svg_of(picture).count('href="#patient-') == 5


def test_bars_carry_a_pattern_besides_the_colour(analysis, anchors):
    with drawing_settings():
        svg = svg_of(draw_waterfall(analysis, anchors))
    assert "<pattern" in svg


def test_a_spider_ends_in_progression_death_or_censoring(analysis):
    ends = {thread.patient: thread.ends for thread in collect_threads(analysis)}
    assert ends == {
        "CR-1": "ongoing",
        "PR-2": "ongoing",
        "SD-3": "ongoing",
        "PD-4": "PD",
        "NEW-5": "PD",
    }


def test_the_legend_of_the_spider_holds_what_is_drawn(analysis, anchors):
    with drawing_settings():
        words = texts(svg_of(draw_spider(analysis, anchors)))
    assert {"PD", "new lesion", "censored", "best CR", "best PD"} <= set(words)
    assert "death" not in words
    assert "best NE" not in words


def test_a_spider_starts_at_zero_and_stops_at_progression(analysis):
    threads = {thread.patient: thread for thread in collect_threads(analysis)}
    assert threads["NEW-5"].weeks == (0.0, 8.0)
    assert threads["NEW-5"].new_lesion == (False, True)
    assert threads["SD-3"].not_drawn == 1
    assert all(thread.changes[0] == 0 for thread in threads.values())


def test_swimmers_are_sorted_and_end_with_death_or_contact(analysis):
    lanes = collect_lanes(analysis)
    assert [lane.follow_up for lane in lanes] == sorted(
        (lane.follow_up for lane in lanes), reverse=True
    )
    by_name = {lane.patient: lane for lane in lanes}
    assert "OUT-8" not in by_name
    assert {name for name, lane in by_name.items() if lane.died} == {"NE-6", "PD-4", "NEW-5"}
    month = 30.4375
    assert by_name["CR-1"].treated == pytest.approx(150 / month)
    assert by_name["PR-2"].treated == pytest.approx(90 / month)
    assert by_name["NE-6"].treated == pytest.approx(by_name["NE-6"].follow_up)
    assert ("ablation", pytest.approx(19 / month)) in by_name["PR-2"].marks
    assert {kind for kind, _ in by_name["PD-4"].marks} == {"therapy", "PD"}


def test_a_death_before_the_recorded_contact_ends_the_lane(analysis):
    lane = next(lane for lane in collect_lanes(analysis) if lane.patient == "NE-6")
    assert lane.follow_up == pytest.approx(25 / 30.4375)


def test_many_swimmers_go_on_several_figures(analysis, anchors, monkeypatch):
    monkeypatch.setattr("trialwright.report.figures.swimmer._MOST_LANES", 3)
    with drawing_settings():
        pictures = draw_swimmers(analysis, anchors)
    assert [picture.caption.partition(".")[0] for picture in pictures] == [
        "n = 3",
        "n = 3",
        "n = 1",
    ]
    assert len({picture.key for picture in pictures}) == 3


@pytest.mark.parametrize("ticks", [[0], [0, 3, 6], [0.5, 4.0, 4.5, 99]])
def test_at_risk_events_and_censored_add_up(ticks):
    curve = KaplanMeier.fit([0, 1, 4, 4, 4, 6, 9], [0, 1, 1, 0, 1, 0, 1])
    rows = count_leaving(curve, ticks)
    assert [sum(column) for column in zip(*(counts for _, counts in rows), strict=True)] == [
        7
    ] * len(ticks)


def test_a_curve_shows_its_numbers_and_its_interval(analysis):
    with drawing_settings():
        pictures = {picture.key: picture for picture in draw_survival(analysis)}
    assert set(pictures) == {"km-pfs", "km-os", "km-ttp", "km-dor", "km-ltpfs"}
    assert "log-log" in pictures["km-pfs"].caption
    assert "n = 7, 3 events" in pictures["km-pfs"].caption
    words = texts(svg_of(pictures["km-pfs"]))
    assert {"At risk", "Events", "Censored", "Months", "0.0", "1.0"} <= set(words)
    assert "Median NR (95 % CI NE" in pictures["km-dor"].caption


def test_the_horizon_ends_the_axis_and_the_caption_says_so():
    short = make_analysis(make_study(schedule__horizon_months=6.0))
    with drawing_settings():
        picture = next(one for one in draw_survival(short) if one.key == "km-os")
    assert "6 followed beyond the end of the axis" in picture.caption


def test_nothing_to_draw_is_said_in_words(anchors):
    data = make_dataset()
    first = data.measurements["visit"] == "baseline"
    frames = data.frames | {"measurements": data.measurements.filter(first)}
    bare = make_analysis(dataset=type(data).create(frames, source="folder"))
    with drawing_settings():
        assert svg_of(draw_waterfall(bare, anchors)) == ""
        assert svg_of(draw_spider(bare, anchors)) == ""


def test_the_users_settings_neither_matter_nor_change(analysis, anchors):
    with drawing_settings():
        plain = svg_of(draw_waterfall(analysis, anchors))
    before = mpl.rcParams["axes.facecolor"]
    try:
        mpl.rcParams["axes.facecolor"] = "black"
        with drawing_settings():
            assert svg_of(draw_waterfall(analysis, anchors)) == plain
        assert mpl.rcParams["axes.facecolor"] == "black"
    finally:
        mpl.rcParams["axes.facecolor"] = before


def test_a_dollar_sign_is_not_mathematics():
    with drawing_settings():
        svg = draw_svg("x", (2, 1), lambda figure: figure.text(0.1, 0.5, "$a_b$ <i>") and None)
    assert texts(svg) == ["$a_b$ &lt;i&gt;"]


def test_identifiers_of_two_figures_never_meet():
    body = (
        '<svg><style>x</style><g id="a"/><path id="b"/><use xlink:href="#b"/>'
        '<g clip-path="url(#a)"/></svg>'
    )
    one, other = embed_svg(body, "one"), embed_svg(body, "two")
    assert set(re.findall(r'id="([^"]+)"', one)).isdisjoint(re.findall(r'id="([^"]+)"', other))
    assert 'href="#one-b"' in one
    assert "url(#one-a)" in one
    assert "<style" not in one


def test_long_identifiers_are_cut_in_figures():
    assert shorten_label("P001") == "P001"
    assert shorten_label("a" * 40) == "a" * 17 + "…"
