"""The waterfall: the deepest change of each patient's sum, from the worst to the best.

Convention: one bar a patient, best change from baseline among the scans that count (up to
progression, before new anticancer therapy), coloured by best overall response, so that a bar
that looks like a response but progressed by a new lesion is coloured as progression.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from trialwright.report.drawing import (
    WIDTH_INCHES,
    count_letters,
    place_axes,
    shorten_label,
    show_axis_percent,
    svg_of,
)
from trialwright.report.figures.marks import paint_rectangles
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Figure
from trialwright.report.palette import GREY, INK, SHADES
from trialwright.response import Response
from trialwright.response.recist import GROWTH, SHRINKAGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.analysis import Analysis

_CAP = 1.0  # bars are cut at +100 %
_HEIGHT_INCHES = 4.3
_MOST_LABELS = 80  # more patients than this have no room for an identifier each
_HALF = 0.41  # of the width of a bar
_MOST_LETTERS = 50  # nor for the letters of a response
_LEAST_WIDTH = 16  # few bars stay slim
_KEY, _NUMBER = "waterfall", "14.2.1"
_TITLE = "Waterfall: best change of the sum of target diameters"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the change as a fraction, the best response, and what is marked."""

    patient: str
    change: float
    best: Response
    new_lesion: bool
    ablated: bool


def collect_bars(analysis: Analysis) -> tuple[Bar, ...]:
    """Return the bars of the efficacy set, the worst change first."""
    ablated = set(analysis.dataset.ablations["patient_id"])
    calls = analysis.by_patient
    bars = []
    for member in analysis.sets.efficacy:
        response = calls[member.patient_id]
        deepest = response.best_change
        if deepest is None or isnan(deepest.change_from_baseline):
            continue
        counted = response.time_points[: response.counted]
        bars.append(
            Bar(
                member.patient_id,
                deepest.change_from_baseline,
                response.best.response,
                any(point.new_lesions for point in counted),
                member.patient_id in ablated,
            )
        )
    return tuple(sorted(bars, key=lambda bar: (-bar.change, bar.patient)))


def draw_waterfall(analysis: Analysis, anchors: Mapping[str, str]) -> Figure:
    """Draw the waterfall of an analysis; each bar links to the patient's page.

    Parameters
    ----------
    analysis : Analysis
        The results.
    anchors : mapping of str to str
        Where the page of each patient is; empty: no links.
    """
    bars = collect_bars(analysis)
    among = efficacy_population(analysis)
    if not bars:
        words = "No patient has a sum after baseline that can be compared with it."
        return Figure(_KEY, _NUMBER, _TITLE, words, words, population=among)
    return Figure(
        _KEY,
        _NUMBER,
        _TITLE,
        _caption(bars, _say_absent(analysis, bars)),
        _describe(bars),
        (WIDTH_INCHES, _HEIGHT_INCHES),
        lambda figure: _paint(figure, bars, anchors),
        _tabulate(bars),
        among,
    )


def render_waterfall(analysis: Analysis) -> str:
    """Return the waterfall alone, as the text of an SVG file; empty if there is nothing to draw."""
    return svg_of(draw_waterfall(analysis, {}))


def _tabulate(bars: Sequence[Bar]) -> pl.DataFrame:
    """Return a row a bar, in its order."""
    import polars as pl

    return pl.DataFrame(
        {
            "patient_id": [bar.patient for bar in bars],
            "best_change_percent": [100 * bar.change for bar in bars],
            "drawn_percent": [100 * min(bar.change, _CAP) for bar in bars],
            "best_overall_response": [bar.best.label for bar in bars],
            "new_lesion": [bar.new_lesion for bar in bars],
            "ablated": [bar.ablated for bar in bars],
        }
    )


def _say_absent(analysis: Analysis, bars: Sequence[Bar]) -> str:
    """Count the patients without a bar by what they lack."""
    drawn, calls = {bar.patient for bar in bars}, analysis.by_patient
    others = [one.patient_id for one in analysis.sets.efficacy if one.patient_id not in drawn]
    bare = sum(calls[patient].baseline is None for patient in others)
    unseen = sum(not calls[patient].time_points for patient in others) - bare
    counts = (
        (bare, "without a baseline"),
        (unseen, "without a scan after baseline"),
        (len(others) - bare - unseen, "without a complete sum after baseline to compare"),
    )
    said = ", ".join(f"{count} {words}" for count, words in counts if count)
    return f" Not drawn: {said}." if said else " Nobody is left out."


def _caption(bars: Sequence[Bar], absent: str) -> str:
    cut = sum(bar.change > _CAP for bar in bars)
    marks = "Asterisk: a new lesion at a scan that counts. "
    if any(bar.ablated for bar in bars):
        marks += "Dot: a lesion was ablated. "
    if len(bars) > _MOST_LABELS:
        marks = "Strokes below: a lesion was ablated, a new lesion at a scan that counts. "
    words = (
        f"n = {len(bars)}. Deepest fall (or least rise) from baseline among complete sums up to "
        f"progression and before new anticancer therapy. Dashed lines: +{100 * GROWTH:.0f} % and "
        f"−{100 * SHRINKAGE:.0f} %. Colour: best overall response. {marks}Bars are cut at +100 % "
        f"({cut or 'none'})."
    )
    if len(bars) > _MOST_LABELS:
        words += " No room for the names of the patients; the data behind the figure hold them."
    return words + absent


def _describe(bars: Sequence[Bar]) -> str:
    return (
        f"Waterfall plot of {len(bars)} patients: best change from {100 * bars[0].change:+.0f} % "
        f"to {100 * bars[-1].change:+.0f} %."
    )


def _paint(figure: Canvas, bars: Sequence[Bar], anchors: Mapping[str, str]) -> None:
    axes = place_axes(figure, (0.75, 0.1, _bottom_inches(bars), 0.35))
    heights = [100 * min(bar.change, _CAP) for bar in bars]
    few = len(bars) <= _MOST_LABELS
    half = _HALF if few else 0.5
    for response in dict.fromkeys(bar.best for bar in bars):
        chosen = [x for x, bar in enumerate(bars) if bar.best == response]
        paint_rectangles(
            axes,
            [(x - half, min(0.0, heights[x]), 2 * half, abs(heights[x])) for x in chosen],
            [anchors.get(bars[x].patient) for x in chosen],
            facecolor=SHADES[response].fill,
            hatch=SHADES[response].hatch if few else None,
            edgecolor=INK if few else "none",
            linewidth=0.4 if few else 0.0,
        )
    for level in (100 * GROWTH, -100 * SHRINKAGE):
        axes.axhline(level, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0.5)
    axes.axhline(0, color=INK, linewidth=0.8)
    _set_limits(axes, heights)
    if few:
        _mark_bars(figure, axes, bars, heights)
        _write_strip(axes, bars)
    else:
        _mark_strips(axes, bars)
    _add_legend(axes, bars)


def _bottom_inches(bars: Sequence[Bar]) -> float:
    """Return the room that the strip and the longest identifier need below the bars."""
    if len(bars) > _MOST_LABELS:
        return 0.5
    longest = max(count_letters(shorten_label(bar.patient)) for bar in bars)
    return 0.55 + 0.066 * longest


def _mark_bars(figure: Canvas, axes: Axes, bars: Sequence[Bar], heights: Sequence[float]) -> None:
    """Put an asterisk beyond the end of a bar with a new lesion, and the value of a cut one."""
    from matplotlib.transforms import ScaledTranslation

    for away in (-_AWAY_INCHES, _AWAY_INCHES):
        marked = [
            (x, height)
            for x, (bar, height) in enumerate(zip(bars, heights, strict=True))
            if bar.new_lesion and (height < 0) == (away < 0)
        ]
        place = axes.transData + ScaledTranslation(0, away, figure.dpi_scale_trans)
        axes.plot([x for x, _ in marked], [y for _, y in marked], transform=place, **_ASTERISK)
    for x, bar in enumerate(bars):
        if bar.change > _CAP:
            place = axes.transData + ScaledTranslation(0, 2 * _AWAY_INCHES, figure.dpi_scale_trans)
            value = f"{100 * bar.change:+.0f}"
            axes.text(x, 100 * _CAP, value, ha="center", fontsize=6.5, transform=place)


_AWAY_INCHES = 0.065
_ASTERISK: dict[str, Any] = {
    "marker": (6, 2, 0), "color": INK, "markersize": 5, "markeredgewidth": 0.8, "linestyle": "",
}  # fmt: skip


def _set_limits(axes: Axes, heights: Sequence[float]) -> None:
    low, high = min(-40.0, *heights) - 8, max(30.0, *heights) + 8
    spare = max(0.0, (_LEAST_WIDTH - len(heights)) / 2)
    axes.set(xlim=(-0.7 - spare, len(heights) - 0.3 + spare), ylim=(low, high))
    axes.set_ylabel("Best change from baseline, %")
    axes.set_yticks([tick for tick in range(-100, 101, 20) if low <= tick <= high])
    axes.yaxis.set_major_formatter(show_axis_percent)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)


def _write_strip(axes: Axes, bars: Sequence[Bar]) -> None:
    """Write response, ablation and identifier of each patient below the bars."""
    size = min(7.0, 330 / len(bars))
    inch = axes.get_figure(root=True).dpi / axes.bbox.height  # type: ignore[union-attr]  # it has one
    ablated, response, patient = -0.15 * inch, -0.32 * inch, -0.5 * inch
    place: dict[str, Any] = {"clip_on": False, "transform": axes.get_xaxis_transform()}
    dots = [x for x, bar in enumerate(bars) if bar.ablated]
    axes.plot(dots, [ablated] * len(dots), "o", color=INK, markersize=min(3.0, size / 2), **place)
    rows = [(ablated, "Ablated")] if dots else []
    if len(bars) <= _MOST_LETTERS:
        rows.append((response, "Response"))
        for x, bar in enumerate(bars):
            axes.text(
                x, response, _letters(bar.best), fontsize=min(6.0, size), ha="center",
                va="center", **place,
            )  # fmt: skip
    labels = [shorten_label(bar.patient) for bar in bars] if len(bars) <= _MOST_LABELS else []
    if labels:
        rows.append((patient, "Patient"))
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=size)
    axes.tick_params(axis="x", pad=30)
    for y, words in rows:
        axes.text(
            -0.008, y, words, transform=axes.transAxes, ha="right", va="center", fontsize=6.5,
            color=GREY,
        )  # fmt: skip


def _mark_strips(axes: Axes, bars: Sequence[Bar]) -> None:
    """Mark below very many bars, with a stroke each, who was ablated and who had a new lesion."""
    inch = axes.get_figure(root=True).dpi / axes.bbox.height  # type: ignore[union-attr]  # it has one
    axes.set_xticks([])
    for down, words, marked in (
        (0.15, "Ablated", [x for x, bar in enumerate(bars) if bar.ablated]),
        (0.33, "New lesion", [x for x, bar in enumerate(bars) if bar.new_lesion]),
    ):
        axes.plot(
            marked, [-down * inch] * len(marked), "|", color=INK, markersize=7, clip_on=False,
            markeredgewidth=min(0.8, 300 / len(bars)), transform=axes.get_xaxis_transform(),
        )  # fmt: skip
        axes.text(
            -0.008, -down * inch, words, transform=axes.transAxes, ha="right", va="center",
            fontsize=6.5, color=GREY,
        )  # fmt: skip


def _letters(response: Response) -> str:
    return "NN" if response == Response.NON_CR_NON_PD else response.label


def _add_legend(axes: Axes, bars: Sequence[Bar]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    present = [bar.best for bar in bars]
    handles: list[Artist] = [
        Patch(
            facecolor=SHADES[response].fill,
            hatch=SHADES[response].hatch,
            edgecolor=INK,
            linewidth=0.4,
            label=f"{response.label} ({present.count(response)})",
        )
        for response in Response
        if response in present
    ]
    if any(bar.new_lesion for bar in bars) and len(bars) <= _MOST_LABELS:
        handles.append(Line2D([], [], label="new lesion", **_ASTERISK))
    axes.legend(
        handles=handles, loc="lower right", ncols=len(handles), bbox_to_anchor=(1.0, 1.02),
        handlelength=1.6, columnspacing=1.2, borderaxespad=0,
    )  # fmt: skip
