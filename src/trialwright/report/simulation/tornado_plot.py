"""Tornado: how far each assumption and choice moves a result, the strongest first.

Convention: one row a variation; the upper bar is its low value and the lower bar its high one,
drawn from the result of the base, so that two effects of one sign do not hide each other.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from trialwright.report.palette import GREY, INK
from trialwright.report.simulation.sheet import Part, Sheet, inches_of, place_legend
from trialwright.simulate.trials.tornado import RESULTS
from trialwright.stats.checks import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from trialwright.simulate.trials.tornado import Bar, Effect, Result, Tornado

LEVEL = 0.95  # of the error bars
MOST = 12  # bars of a part
_LOW: dict[str, Any] = {"color": "#b8430a", "hatch": "////", "edgecolor": "white"}
_HIGH: dict[str, Any] = {"color": "#0b4f8a", "edgecolor": "white"}
_ROW, _HALF = 0.31, 0.36  # inches of a row; a bar in rows
_VALUE_INCHES = 0.45  # of a value beside its bar
_UNITS: dict[Result, tuple[str, float]] = {
    "ORR": ("Response rate, %", 100.0),
    "median PFS": ("Median PFS, months", 1.0),
    "declares activity": ("Chance to declare activity, %", 100.0),
    "patients enrolled": ("Patients enrolled, mean", 1.0),
}


def tornado_sheet(
    tornado: Tornado, results: Sequence[Result] = RESULTS, *, most: int = MOST
) -> Sheet:
    """Return the picture of a tornado, one part a result.

    Parameters
    ----------
    tornado : Tornado
        From ``simulate.trials.tornado.find_what_matters``.
    results : sequence of str
        Which results. One that the study does not have (``nan``) is left out, and the caption
        says so.
    most : int
        Bars of each part at most; the caption says how far the others reach.

    Raises
    ------
    ValueError
        If none of the results is there to be drawn.
    """
    shown = [one for one in results if not isnan(tornado.base[one].value)]
    if not shown:
        msg = f"nothing to draw: the study gives none of {', '.join(results)}"
        raise ValueError(msg)
    parts = tuple(_part(tornado, one, most) for one in shown)
    title = f"What matters in {tornado.scenario}"
    absent = [one for one in results if one not in shown]
    return Sheet(
        "tornado", title, parts, _caption(tornado, shown, most, absent), _describe(tornado, shown)
    )


def say_value(value: object) -> str:
    """Write a setting as it is read on a bar.

    Examples
    --------
    >>> say_value((0.85, 0.8)), say_value(True), say_value("fda_a"), say_value(0.01715)
    ('0.85 / 0.8', 'yes', 'fda a', '0.01715')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return " / ".join(say_value(one) for one in value)
    if isinstance(value, int | float):
        return f"{value:.4g}".replace("-", "−")
    return str(value).replace("_", " ")


def scale_of(result: Result) -> float:
    """Return what a result is multiplied by where it is shown: 100 for a share."""
    return _UNITS[result][1]


def say_result(result: Result, value: float) -> str:
    """Write a result with its name.

    Examples
    --------
    >>> say_result("ORR", 0.294)
    'Response rate, %: 29.4'
    """
    words, scale = _UNITS[result]
    return f"{words}: {value * scale:.1f}"


def _part(tornado: Tornado, result: Result, most: int) -> Part:
    bars = tornado.sorted_by(result)[:most]
    title = f"{say_result(result, tornado.base[result].value)} in the base"
    height = _ROW * len(bars)
    return Part(
        title, lambda axes: _paint(axes, tornado, result, bars), height, left=2.75, right=0.2,
        above=0.25, below=0.5,
    )  # fmt: skip


def _caption(tornado: Tornado, shown: Sequence[Result], most: int, absent: Sequence[str]) -> str:
    words = (
        f"One assumption or choice (bold) of the protocol at a time, {tornado.trials:,} trials "
        f"each in {tornado.scenario}, seed {tornado.seed}, always the same patients. Numbers at "
        f"the bars: the value tried. Error bars: {100 * LEVEL:g} % Monte Carlo interval of the "
        "difference between paired trials (for the median: between 20 groups of them). Grey: "
        "within that error."
    )
    left_out = max(0, len(tornado.bars) - most)
    if left_out:
        reach = ", ".join(f"{one} {_say_span(tornado, one, most)}" for one in shown)
        words += f" Not drawn: the {left_out} weakest, which span at most: {reach}."
    if absent:
        words += f" The study gives no result for: {', '.join(absent)}."
    return words


def _say_span(tornado: Tornado, result: Result, most: int) -> str:
    span = tornado.sorted_by(result)[most].span(result)
    scale = _UNITS[result][1]
    return f"{span * scale:.2g}" + (" points" if scale > 1 else "")


def _describe(tornado: Tornado, shown: Sequence[Result]) -> str:
    said = []
    for result in shown:
        words, scale = _UNITS[result]
        strongest = "; ".join(
            f"{bar.variation.title}: {bar.at_low[result].value * scale:.1f} at "
            f"{say_value(bar.low)}, {bar.at_high[result].value * scale:.1f} at "
            f"{say_value(bar.high)}"
            for bar in tornado.sorted_by(result)[:3]
        )
        said.append(f"{words}, {tornado.base[result].value * scale:.1f} in the base. {strongest}")
    return "Tornado plot. " + ". ".join(said) + "."


def _paint(axes: Axes, tornado: Tornado, result: Result, bars: Sequence[Bar]) -> None:
    words, scale = _UNITS[result]
    base = tornado.base[result].value * scale
    changes = [
        effect.change.value
        for bar in bars
        for effect in (bar.at_low[result], bar.at_high[result])
        if not isnan(effect.change.value)
    ]
    roomier = 1 if max(changes, default=0.0) >= -min(changes, default=0.0) else -1
    for row, bar in enumerate(bars):
        for effect, value, up, style in (
            (bar.at_low[result], bar.low, -1, _LOW),
            (bar.at_high[result], bar.high, 1, _HIGH),
        ):
            _paint_end(axes, (row + up * _HALF / 2, base, scale, roomier), effect, value, style)
    axes.axvline(base, color=INK, linewidth=0.9)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_yticks(range(len(bars)), [bar.variation.title for bar in bars])
    for label, bar in zip(axes.get_yticklabels(), bars, strict=True):
        label.set(fontsize=7.2, fontweight="bold" if bar.variation.kind == "choice" else "normal")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.set_xlabel(words)
    _leave_room(axes)
    place_legend(axes, _handles(), inches_above=0.06)


def _leave_room(axes: Axes) -> None:
    """Leave room on both sides for the values tried, which stand beside the bars."""
    width = inches_of(axes)[0]
    axes.margins(x=_VALUE_INCHES / (width - 2 * _VALUE_INCHES))
    axes.locator_params(axis="x", nbins=max(4, int(width / 0.7)))


def _paint_end(
    axes: Axes,
    at: tuple[float, float, float, int],
    effect: Effect,
    value: object,
    style: dict[str, Any],
) -> None:
    """Paint one bar with its error and the value tried; ``at``: row, base, scale, roomier side."""
    y, base, scale, roomier = at
    change, error = effect.change.value * scale, effect.change.standard_error * scale
    if isnan(change):
        axes.text(base, y, f" {say_value(value)}: not reached", fontsize=6, va="center", color=GREY)
        return
    half = 0.0 if isnan(error) else normal_quantile(LEVEL) * error
    if change != 0:
        axes.barh(y, change, left=base, height=_HALF, linewidth=0.3, **style)
    if half:
        axes.errorbar(base + change, y, xerr=half, fmt="none", ecolor=INK, elinewidth=0.8,
                      capsize=1.5)  # fmt: skip
    outward = roomier if change == 0 else -1 if change < 0 else 1
    end = base + change + outward * half
    told = abs(change) > half
    words = say_value(value) if change or half else f"{say_value(value)} (no change)"
    axes.annotate(
        words, (end, y), xytext=(outward * 3, 0), textcoords="offset points",
        fontsize=6, va="center", ha="left" if outward > 0 else "right",
        color=INK if told else GREY,
    )  # fmt: skip


def _handles() -> list[Artist]:
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=style["color"], hatch=style.get("hatch"), edgecolor="white", label=words)
        for style, words in ((_LOW, "low, or first value"), (_HIGH, "high, or second value"))
    ]
