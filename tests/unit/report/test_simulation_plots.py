"""Pictures of simulated trials: what they say, and that nothing is cut off, wide or narrow."""

from __future__ import annotations

import re
from math import nan

import numpy as np
import pytest

from trialwright.design import TwoStageDesign
from trialwright.errors import ExportError
from trialwright.report.drawing import HALF_WIDTH_INCHES, WIDTH_INCHES, drawing_settings, svg_of
from trialwright.report.simulation import sheet as sheets
from trialwright.report.simulation.curve_plot import curve_sheet
from trialwright.report.simulation.fan_plot import fan_sheet
from trialwright.report.simulation.sheet import figure_of, write_picture
from trialwright.report.simulation.tornado_plot import say_value, tornado_sheet
from trialwright.simulate.trials.characteristics import Chance
from trialwright.simulate.trials.fans import Fans, SurvivalFan, WaterfallFan
from trialwright.simulate.trials.sweep import (
    CONFIRMATION,
    LOOK,
    TOXICITY,
    Measured,
    Sweep,
    SweepPoint,
)
from trialwright.simulate.trials.tornado import RESULTS, Bar, Effect, Tornado
from trialwright.simulate.trials.variations import Variation, read_variations

DESIGN = TwoStageDesign(10, 1, 29, 5)


def sweep(*steps: str) -> Sweep:
    points = tuple(
        SweepPoint(
            wanted=rate,
            rate=Measured(rate, 0.001),
            ks_median_per_week=0.02,
            declared=Chance(rate, 0.01),
            futile=Chance(0.9 - rate, 0.01),
            toxic=Chance(0.03, 0.004),
            patients=Measured(10 + 40 * rate, 0.1),
            exact=DESIGN.operating_characteristics(rate),
            costs={step: Measured(-rate / 3, 0.01) for step in steps},
        )
        for rate in (0.05, 0.1, 0.2, 0.3)
    )
    return Sweep("crclm_alternative", DESIGN, 0.1, 0.3, 4000, 1, points)


def fans() -> Fans:
    month = np.linspace(0, 24, 100)
    median = np.exp(-month / 9)
    bands = np.array([np.clip(median * f, 0, 1) for f in (0.6, 0.75, 0.9, 1, 1.1, 1.25, 1.5)])
    tick = np.arange(0, 25, 3)
    at_risk = np.array([[max(0, 29 - 3 * t // 2 + k) for t in tick] for k in range(-3, 4)])
    curves = tuple(
        SurvivalFan(name, month, bands, np.ones(100), median, tick, at_risk)
        for name in ("PFS", "OS")
    )
    ranks = np.linspace(0.6, -1, 29)
    quantiles = np.array([ranks + 0.05 * k for k in range(-3, 4)])
    quantiles[3:, 0] = np.inf
    counts = (0, 1, 2, 3, 4, 5, 6)
    fall = WaterfallFan(quantiles, ranks, (0, 0, 0, 1, 2, 2, 3), counts, counts)
    return Fans("crclm_null", 2000, 1, 29, 200_013, curves, fall)


def tornado(variations=None, declared: float = 0.65) -> Tornado:
    base = {
        "ORR": Measured(0.3, 0.002),
        "median PFS": Measured(4.4, 0.05),
        "declares activity": Measured(declared, 0.01),
        "patients enrolled": Measured(23.0, 0.2),
    }
    bars = []
    for number, one in enumerate(variations or read_variations()):
        size = 0.4 / (1 + number)
        ends = []
        for sign in (-1.0, 0.5 if number % 3 else 0.0):
            change = {name: sign * size * base[name].value for name in RESULTS}
            error = {name: 0.02 * base[name].value if sign else 0.0 for name in RESULTS}
            ends.append(
                {
                    name: Effect(
                        base[name].value + change[name], Measured(change[name], error[name]), 0.1
                    )
                    for name in RESULTS
                }
            )
        bars.append(Bar(one, one.low, one.low, one.high, *ends))
    return Tornado("crclm_alternative", 2000, 1, base, tuple(bars))


SHEETS = {
    "curve": lambda: curve_sheet(sweep(LOOK, TOXICITY, CONFIRMATION)),
    "fan": lambda: fan_sheet(fans()),
    "tornado": lambda: tornado_sheet(tornado(), ("ORR", "median PFS"), most=8),
}


def words_of(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def labels_beyond(axes) -> list[object]:
    """Return labels of ticks outside the axes, which matplotlib keeps and does not draw."""
    low, high = axes.get_xlim()
    labels = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    return [label for tick, label in labels if not low <= tick <= high]


@pytest.mark.parametrize("width", [WIDTH_INCHES, HALF_WIDTH_INCHES])
def test_values_beside_bars_stay_within_the_axes(width: float) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sheet = tornado_sheet(tornado())
    with drawing_settings():
        figure = Figure(figsize=(width, sum(part.room for part in sheet.parts)))
        canvas = FigureCanvasAgg(figure)
        sheets._paint(figure, sheet.parts)
        canvas.draw()
        for axes in figure.axes:
            assert len(axes.texts) == 24
            for text in axes.texts:
                assert text.get_window_extent().x0 >= axes.bbox.x0, text.get_text()


@pytest.mark.parametrize("width", [WIDTH_INCHES, HALF_WIDTH_INCHES])
@pytest.mark.parametrize("name", SHEETS)
def test_no_word_is_cut_off(name: str, width: float) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    sheet = SHEETS[name]()
    with drawing_settings():
        figure = Figure(figsize=(width, sum(part.room for part in sheet.parts)))
        canvas = FigureCanvasAgg(figure)
        sheets._paint(figure, sheet.parts)
        canvas.draw()
        renderer = canvas.get_renderer()
        beyond = [label for axes in figure.axes for label in labels_beyond(axes)]
        for text in figure.findobj(Text):
            if text.get_visible() and text.get_text() and text not in beyond:
                box = text.get_window_extent(renderer)
                assert box.x0 >= 0, text.get_text()
                assert box.x1 <= figure.bbox.x1, text.get_text()
                assert box.y0 >= 0, text.get_text()
                assert box.y1 <= figure.bbox.y1, text.get_text()


@pytest.mark.parametrize("width", [WIDTH_INCHES, HALF_WIDTH_INCHES])
@pytest.mark.parametrize("name", SHEETS)
def test_titles_legends_and_axes_do_not_meet(name: str, width: float) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sheet = SHEETS[name]()
    with drawing_settings():
        figure = Figure(figsize=(width, sum(part.room for part in sheet.parts)))
        canvas = FigureCanvasAgg(figure)
        sheets._paint(figure, sheet.parts)
        canvas.draw()
        titles = [text.get_window_extent() for text in figure.texts]
        for axes in figure.axes:
            legend = axes.get_legend()
            named = [text.get_window_extent() for text in axes.texts if "p0" in text.get_text()]
            boxes = ([legend.get_window_extent()] if legend else []) + named
            for number, box in enumerate(boxes):
                assert box.y0 >= axes.bbox.y1 - 1
                others = [*titles, *boxes[:number], *boxes[number + 1 :]]
                assert not any(box.overlaps(other) for other in others)


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
@pytest.mark.parametrize("name", SHEETS)
def test_the_same_picture_gives_the_same_bytes(tmp_path, name: str, kind: str) -> None:
    first, second = tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"
    write_picture(SHEETS[name](), first)
    write_picture(SHEETS[name](), second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", SHEETS)
def test_a_file_says_what_it_shows_to_who_cannot_see_it(tmp_path, name: str) -> None:
    sheet = SHEETS[name]()
    write_picture(sheet, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert sheet.description[:60] in text
    assert "nan" not in sheet.description
    assert "nan" not in " ".join(words_of(text))
    assert figure_of(sheet).description == sheet.description


def test_a_file_of_another_kind_is_refused(tmp_path) -> None:
    sheet = curve_sheet(sweep(LOOK))
    with pytest.raises(ExportError, match=r"written as one of \.svg, \.png, \.pdf, not \.jpg"):
        write_picture(sheet, tmp_path / "curve.jpg")
    with pytest.raises(ExportError, match="not none"):
        write_picture(sheet, tmp_path / "curve")
    with pytest.raises(ExportError, match="does not exist"):
        write_picture(sheet, tmp_path / "away" / "curve.svg")
    assert not list(tmp_path.iterdir())


def test_the_curve_names_its_steps_and_hypotheses() -> None:
    sheet = curve_sheet(sweep(LOOK, TOXICITY, CONFIRMATION))
    words = words_of(svg_of(figure_of(sheet)))
    assert words.count("p0 = 0.1") == 2
    assert {"look before all is known", "toxicity rule", "confirmation"} <= set(words)
    assert "4,000 trials at each rate" in sheet.caption
    assert "confirmation" not in words_of(svg_of(figure_of(curve_sheet(sweep(LOOK, TOXICITY)))))


def test_simulated_marks_stand_where_the_numbers_are() -> None:
    from matplotlib.figure import Figure

    found = sweep(LOOK)
    with drawing_settings():
        figure = Figure(figsize=(9, 9))
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        curve_sheet(found).parts[0].paint(axes)
    marks = next(line for line in axes.lines if line.get_marker() == "o")
    assert np.allclose(marks.get_xdata(), [one.rate.value for one in found.points])
    assert np.allclose(marks.get_ydata(), [one.declared.value for one in found.points])


def test_the_fan_says_who_has_no_sum() -> None:
    sheet = fan_sheet(fans())
    assert "without a sum after baseline (median 1, 95 %: 0 to 3 a trial)" in sheet.caption
    words = words_of(svg_of(figure_of(sheet)))
    assert {"At risk", "95 %", "+100", "−100"} <= set(words)
    assert "responders by the study's rules: median 3, 95 %: 0 to 6" in words


def test_a_tornado_says_what_it_leaves_out() -> None:
    variations = read_variations()
    sheet = tornado_sheet(tornado(), most=5)
    assert f"Not drawn: the {len(variations) - 5} weakest" in sheet.caption
    assert "Not drawn" not in tornado_sheet(tornado(variations[:3])).caption
    words = words_of(svg_of(figure_of(sheet)))
    assert words.count(variations[0].title) == 4  # one a result
    assert variations[9].title not in words


def test_a_result_the_study_does_not_have_is_left_out_and_named() -> None:
    sheet = tornado_sheet(tornado(declared=nan))
    assert len(sheet.parts) == 3
    assert "gives no result for: declares activity" in sheet.caption
    with pytest.raises(ValueError, match="gives none of declares activity"):
        tornado_sheet(tornado(declared=nan), ("declares activity",))


def test_a_value_that_changes_nothing_says_so() -> None:
    one = Variation("Confirmed", "choice", "response.confirmation_required", True, False, "a test")
    words = words_of(svg_of(figure_of(tornado_sheet(tornado((one,)), ("ORR",)))))
    assert "no (no change)" in words
    assert "yes" in words


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "yes"), ((0.5, 1.0), "0.5 / 1"), ("fda_a", "fda a"), (-0.25, "−0.25"), (12.0, "12")],
)
def test_values_are_written_to_be_read(value, words: str) -> None:
    assert say_value(value) == words
