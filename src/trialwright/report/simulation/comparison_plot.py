"""Dot plot of protocols compared: one row a choice, one panel a quantity, one mark a scenario.

The line through a panel is the study's own way; the bar through a mark is the 95 % Monte Carlo
interval of the difference from it, drawn around the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.report.drawing import check_picture_path, render_picture
from trialwright.report.palette import FAINT, GREY, INK
from trialwright.stats.checks import normal_quantile
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from trialwright.simulate.trials.comparison import ComparedProtocol, ProtocolComparison
    from trialwright.simulate.trials.paired import Compared

SHOWN = ("ORR", "median PFS", "declares activity")
_TITLES = {
    "ORR": "Response rate (ORR), %",
    "DCR": "Disease control (DCR), %",
    "declares activity": "Activity is declared, %",
    "stops for futility": "Stopped for futility, %",
    "stops for toxicity": "Stopped for toxicity, %",
    "patients": "Patients enrolled, mean",
    "months": "Duration of trial, months",
}
# Told apart by colour-blind readers and by shape.
_MARKS = (("#b8430a", "D"), ("#0b4f8a", "o"), ("#17795e", "s"), ("#7d5f97", "^"))
_WIDTH, _ROW, _TOP, _BOTTOM = 7.2, 0.2, 0.56, 0.3  # inches; the width fits on A4
_LABELS, _GAP, _RIGHT = 1.95, 0.2, 0.12
_LEVEL = 0.95  # of the bars
_LETTERS = 36  # of a label


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the picture: the heading of a factor, or one of its choices."""

    words: str
    own: bool
    protocols: tuple[ComparedProtocol, ...]  # one a scenario; none: a heading


def write_comparison(
    comparisons: Sequence[ProtocolComparison],
    path: str | Path,
    *,
    shown: Sequence[str] = SHOWN,
) -> None:
    """Draw protocols compared into a file.

    Parameters
    ----------
    comparisons : sequence of ProtocolComparison
        The same protocols in one scenario or several, at most four.
    path : str or Path
        Its ending says what is written: ``.svg``, ``.png`` or ``.pdf``. The file is written whole
        or not at all.
    shown : sequence of str
        Quantities or decisions, one panel each.

    Raises
    ------
    ExportError
        If the ending is another one, or the folder does not exist.
    ValueError
        If there is nothing to draw, more than four scenarios, or the protocols differ between
        scenarios.
    """
    kind = check_picture_path(path)
    rows = _rows(comparisons)
    size = _WIDTH, _TOP + _BOTTOM + _ROW * len(rows)
    content = render_picture(kind, size, lambda figure: _paint(figure, comparisons, rows, shown))
    write_whole(Path(path), content)


def _rows(comparisons: Sequence[ProtocolComparison]) -> list[_Row]:
    if not comparisons or len(comparisons) > len(_MARKS):
        msg = f"a picture holds 1 to {len(_MARKS)} scenarios, not {len(comparisons)}"
        raise ValueError(msg)
    names = {tuple((p.factor, p.choice.label) for p in one.protocols) for one in comparisons}
    if len(names) > 1:
        msg = "the scenarios were not compared under the same protocols"
        raise ValueError(msg)
    rows: list[_Row] = []
    before = None
    for protocols in zip(*(one.protocols for one in comparisons), strict=True):
        first = protocols[0]
        if first.factor != before:
            rows.append(_Row(factor_words(first.factor), own=False, protocols=()))
        before = first.factor
        rows.append(_Row(first.choice.label, first.own, protocols))
    return rows


def factor_words(name: str) -> str:
    """Return the name of a factor as a heading: the last part of a field, in words.

    Examples
    --------
    >>> factor_words("schedule.assessment_interval_weeks")
    'assessment interval weeks'
    """
    parts = (part.strip() for part in name.split(" · "))
    return " · ".join(part.rpartition(".")[2].replace("_", " ") for part in parts)


def _paint(
    figure: Figure,
    comparisons: Sequence[ProtocolComparison],
    rows: list[_Row],
    shown: Sequence[str],
) -> None:
    width, height = figure.get_size_inches()
    panel = (_WIDTH - _LABELS - _RIGHT - _GAP * (len(shown) - 1)) / len(shown)
    for number, name in enumerate(shown):
        left = _LABELS + number * (panel + _GAP)
        size = (left / width, _BOTTOM / height, panel / width, 1 - (_TOP + _BOTTOM) / height)
        axes = figure.add_axes(size)
        _paint_panel(axes, comparisons, rows, name)
    _write_labels(figure, rows)
    _write_legend(figure, comparisons)


def _paint_panel(
    axes: Axes, comparisons: Sequence[ProtocolComparison], rows: list[_Row], name: str
) -> None:
    for number, _ in enumerate(comparisons):
        colour, shape = _MARKS[number]
        for at, row in enumerate(rows):
            if row.protocols:
                one = row.protocols[number].find(name)
                _paint_mark(axes, at, one, colour, shape, own=row.own)
                if row.own and not isnan(one.value):
                    own = one.value * _scale(one)
                    axes.axvline(own, color=colour, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
    kind = next(row.protocols[0].find(name).kind for row in rows if row.protocols)
    title = _TITLES.get(name, f"{name}, {'%' if kind == 'share' else kind}")
    axes.set_title(title[0].upper() + title[1:], fontsize=7.2, fontweight="bold", loc="left", pad=5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for at, row in enumerate(rows):
        if row.protocols:
            axes.axhline(at, color=FAINT, linewidth=0.4, zorder=0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.08)
    if kind == "share":
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", labelsize=7)
    axes.locator_params(axis="x", nbins=6)


def _paint_mark(axes: Axes, at: int, one: Compared, colour: str, shape: str, *, own: bool) -> None:
    scale = _scale(one)
    if isnan(one.value):
        axes.text(
            0.02, at, "not defined", transform=axes.get_yaxis_transform(), fontsize=6,
            color=GREY, va="center",
        )  # fmt: skip
        return
    error = one.standard_error_of_difference
    if not isnan(error) and error > 0:
        half = normal_quantile(_LEVEL) * error * scale
        middle = one.value * scale
        ends = [middle - half, middle + half]
        if one.kind == "share":  # no rate lies beyond
            ends = [max(ends[0], 0.0), min(ends[1], 100.0)]
        axes.plot(ends, [at, at], color=colour, linewidth=1.2, zorder=2)
    axes.plot(
        one.value * scale, at, shape, color=colour, markersize=4.6 if shape == "o" else 4.0,
        markerfacecolor="white" if own else colour, markeredgewidth=1.1, zorder=3,
    )  # fmt: skip


def _scale(one: Compared) -> float:
    return 100.0 if one.kind == "share" else 1.0


def _write_labels(figure: Figure, rows: list[_Row]) -> None:
    width, height = figure.get_size_inches()
    for at, row in enumerate(rows):
        y = 1 - (_TOP + _ROW * (at + 0.5)) / height
        words = row.words if len(row.words) <= _LETTERS else f"{row.words[: _LETTERS - 1]}…"
        indent = 0.2 if row.protocols else 0.08
        figure.text(
            indent / width, y, f"{words}  (the study)" if row.own else words, fontsize=7,
            va="center", color=INK, fontweight="normal" if row.protocols else "bold",
        )  # fmt: skip


def _write_legend(figure: Figure, comparisons: Sequence[ProtocolComparison]) -> None:
    from matplotlib.lines import Line2D

    height = figure.get_size_inches()[1]
    handles = [
        Line2D([], [], color=colour, marker=shape, linestyle="none", markersize=4.6, label=name)
        for (colour, shape), name in zip(
            _MARKS, (one.scenario for one in comparisons), strict=False
        )
    ]
    handles.append(
        Line2D(
            [], [], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)), marker="o", markersize=4.6,
            markerfacecolor="white", label="the study's own way",
        )
    )  # fmt: skip
    handles.append(
        Line2D(
            [], [], color=GREY, linewidth=1.2,
            label=f"{100 * _LEVEL:g} % Monte Carlo interval of a difference",
        )
    )  # fmt: skip
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1 - 0.02 / height),
        ncols=len(handles), fontsize=7, handletextpad=0.5, columnspacing=1.4,
    )  # fmt: skip
