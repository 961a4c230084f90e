"""Boxes over time: how a measured value is spread among the patients, window by window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.drawing import WIDTH_INCHES, place_axes
from trialwright.report.figures.marks import paint_rectangles
from trialwright.report.model import Figure
from trialwright.report.palette import BAND, CURVE, GREY, INK
from trialwright.report.safety.axes import set_log_ticks
from trialwright.safety.measurement_windows import BASELINE, last_in_windows
from trialwright.stats.box_summary import WHISKERS, summarise_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.report.model import Population
    from trialwright.stats.box_summary import BoxSummary

_HEIGHT_INCHES = 3.4
_MARGINS = (0.75, 0.12, 0.82, 0.28)
_LEAST = 5  # patients from which a box says more than their values
_MOST_WINDOWS = 20
_HALF = 0.3  # of the width of a box
_FAR_FROM_ZERO = 0.5  # lowest over highest value from which the axis leaves 0 out


@dataclass(frozen=True, slots=True)
class BoxedValue:
    """What is boxed.

    Parameters
    ----------
    key, number, title : str
        Of the figure.
    axis : str
        The value with its unit.
    rows : DataFrame
        ``patient_id``, ``day``, ``is_baseline`` and ``y``, the value.
    window_days : int
        Length of a window.
    log : bool
        A logarithmic axis; values of 0 or below are then not drawn, and said.
    line : float or None
        A level to mark, and ``line_words`` what it is.
    line_words : str
        What the level is.
    """

    key: str
    number: str
    title: str
    axis: str
    rows: pl.DataFrame
    window_days: int
    log: bool = False
    line: float | None = None
    line_words: str = ""


@dataclass(frozen=True, slots=True)
class _Window:
    """The values of one window, and their box."""

    at: int
    patients: tuple[str, ...]
    values: tuple[float, ...]
    box: BoxSummary


def draw_boxes(boxed: BoxedValue, among: Population | None = None) -> Figure:
    """Draw the boxes of a value, baseline first.

    Parameters
    ----------
    boxed : BoxedValue
        What is drawn.
    among : Population, optional
        Whose values these are.
    """
    usable = boxed.rows.filter(boxed.rows["y"].is_finite().fill_null(value=False))
    if boxed.log:
        usable = usable.filter(usable["y"] > 0)
    windows = _windows(last_in_windows(usable, boxed.window_days))
    if not windows:
        words = "No value with a study day."
        return Figure(boxed.key, boxed.number, boxed.title, words, words, population=among)
    drawn = [one for one in windows if one.at < _MOST_WINDOWS]
    return Figure(
        boxed.key,
        boxed.number,
        boxed.title,
        _caption(boxed, windows, boxed.rows.height - usable.height),
        _describe(boxed, drawn),
        (WIDTH_INCHES, _HEIGHT_INCHES),
        lambda figure: _paint(figure, boxed, drawn),
        _tabulate(boxed, drawn),
        among,
    )


def _windows(rows: pl.DataFrame) -> list[_Window]:
    found = []
    for (at,), some in sorted(rows.group_by("window", maintain_order=True)):
        values = some["y"].to_list()
        patients = tuple(some["patient_id"].to_list())
        found.append(_Window(int(str(at)), patients, tuple(values), summarise_box(values)))
    return found


def _caption(boxed: BoxedValue, windows: Sequence[_Window], unusable: int) -> str:
    small = any(len(one.values) < _LEAST for one in windows)
    few = f"; fewer than {_LEAST} patients: their values alone" if small else ""
    words = [
        (
            f"Boxes: median and quartiles; {WHISKERS}; dots: values beyond{few}. One value a "
            f"patient and window of {boxed.window_days} days from the first treatment on, the "
            "last one; n: patients with a value."
        )
    ]
    if boxed.line is not None:
        words.append(f"Dashed: {boxed.line_words}.")
    later = [one.at for one in windows if one.at >= _MOST_WINDOWS]
    if later:
        words.append(f"Not drawn for want of room: {len(later)} later windows.")
    if unusable:
        zero = " or not above 0" if boxed.log else ""
        words.append(f"Not drawn: values without a number{zero}: {unusable}.")
    return " ".join(words)


def _describe(boxed: BoxedValue, windows: Sequence[_Window]) -> str:
    said = "; ".join(
        f"{_name(one, boxed.window_days)}: n {one.box.n}, median {one.box.median:.3g}"
        for one in windows
    )
    return f"Box plots, {boxed.title}, {boxed.axis}. {said}."


def _name(window: _Window, days: int) -> str:
    if window.at == BASELINE:
        return "baseline"
    return f"days {(window.at - 1) * days + 2} to {window.at * days + 1}"


def _tabulate(boxed: BoxedValue, windows: Sequence[_Window]) -> pl.DataFrame:
    """Return a row a value, with the box of its window."""
    import polars as pl

    rows = [
        (
            _name(one, boxed.window_days), patient, value, one.box.n, one.box.low, one.box.q1,
            one.box.median, one.box.q3, one.box.high, value in one.box.outside,
        )
        for one in windows
        for patient, value in zip(one.patients, one.values, strict=True)
    ]  # fmt: skip
    columns = (
        "window", "patient_id", "value", "n", "low_whisker", "first_quartile", "median",
        "third_quartile", "high_whisker", "outside",
    )  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def _paint(figure: Canvas, boxed: BoxedValue, windows: Sequence[_Window]) -> None:
    axes = place_axes(figure, _MARGINS)
    last = windows[-1].at
    axes.set_xlim(-0.7, max(last, 5) + 0.7)
    _set_y(axes, boxed, windows)
    whole = [one for one in windows if len(one.values) >= _LEAST]
    boxes = [one.box for one in whole]
    axes.vlines([one.at for one in whole], [b.low for b in boxes], [b.q1 for b in boxes],
                color=INK, linewidth=0.8)  # fmt: skip
    axes.vlines([one.at for one in whole], [b.q3 for b in boxes], [b.high for b in boxes],
                color=INK, linewidth=0.8)  # fmt: skip
    paint_rectangles(
        axes,
        [(one.at - _HALF, one.box.q1, 2 * _HALF, one.box.q3 - one.box.q1) for one in whole],
        [None] * len(whole),
        facecolor=BAND, edgecolor=CURVE, linewidth=0.9,
    )  # fmt: skip
    axes.hlines([b.median for b in boxes], [one.at - _HALF for one in whole],
                [one.at + _HALF for one in whole], color=CURVE, linewidth=1.7)  # fmt: skip
    dots = [(one.at, value) for one in windows
            for value in (one.box.outside if one in whole else one.values)]  # fmt: skip
    axes.plot([x for x, _ in dots], [y for _, y in dots], "o", color=CURVE, markersize=2.6,
              markerfacecolor="none", markeredgewidth=0.7)  # fmt: skip
    if boxed.line is not None:
        axes.axhline(boxed.line, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0.5)
    _write_windows(axes, boxed, windows)


def _set_y(axes: Axes, boxed: BoxedValue, windows: Sequence[_Window]) -> None:
    values = [value for one in windows for value in one.values]
    low, high = min(values), max(values)
    if boxed.log:
        lowest, highest = (low, high) if boxed.line is None else (min(low, boxed.line), max(
            high, boxed.line))  # fmt: skip
        set_log_ticks(axes, "y", (0.8 * lowest, 1.25 * highest))
    else:
        room = 0.08 * max(high - low, 0.1 * abs(high), 1e-9)
        bottom = low - room if low < 0 or low > _FAR_FROM_ZERO * high else 0.0
        axes.set_ylim(bottom, high + room)
    axes.set_ylabel(boxed.axis)


def _write_windows(axes: Axes, boxed: BoxedValue, windows: Sequence[_Window]) -> None:
    days, place = boxed.window_days, axes.get_xaxis_transform()
    counts = {one.at: one.box.n for one in windows}
    shown = range(windows[-1].at + 1)
    labels = ["base" if at == BASELINE else f"{(at - 1) * days + 2}–{at * days + 1}"
              for at in shown]  # fmt: skip
    size = 7.0 if len(labels) <= 14 else 5.8  # noqa: PLR2004 - room of a label
    axes.set_xticks(list(shown), labels, fontsize=size)
    axes.set_xlabel("Study days (first treatment: day 1)", labelpad=17)
    for at in shown:
        axes.text(at, -0.145, str(counts.get(at, 0)), transform=place, ha="center", va="center",
                  fontsize=size)  # fmt: skip
    axes.text(-0.012, -0.145, "n", transform=axes.transAxes, ha="right", va="center", color=GREY)
