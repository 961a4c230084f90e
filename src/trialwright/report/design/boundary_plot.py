"""The boundary plot: count against patients, where the trial stops, where it stands.

Convention: at each look a bar covers the counts that stop the trial there; the wedge before it is
where that stop can no longer be escaped, or is already earned, whatever the next patients do. The
path of the trial is drawn patient by patient, and what the next patient can do from its end.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from trialwright.report.design.labels import Labels, to_points, width_in_points
from trialwright.report.palette import FAINT, GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trialwright.design.boundaries import Bound, Boundaries
    from trialwright.report.design.panels import BoundaryPanel

# Told apart by colour-blind readers; what stops a trial as a failure is hatched too.
_BAD, _GOOD = "#b8430a", "#0b4f8a"
_GOOD_BAR: dict[str, Any] = {
    "facecolor": _GOOD,
    "edgecolor": "white",
    "linewidth": 0.5,
    "zorder": 2,
}
_BAD_BAR: dict[str, Any] = {**_GOOD_BAR, "facecolor": _BAD, "hatch": "////"}
_MARGIN = 1.03  # of the axis over all patients
_MOST_WORDS = 8  # looks that have room for words
_HEADROOM = 1.45  # of the axis over the highest bound
_BAR, _MOST_OF_STAGE = 0.024, 0.7  # widest bar, as a share of all patients and of its stage
_HATCHED_POINTS = 3.0  # narrower bars are plain
_LEVEL_POINTS, _UPRIGHT_POINTS = 62.0, 24.0  # room of "more than all", level and upright


def paint_boundaries(axes: Axes, panel: BoundaryPanel) -> None:
    """Paint bars, wedges, the path and the legend on the axes."""
    from matplotlib.ticker import MaxNLocator

    plan = panel.boundaries
    top = _top(panel)
    axes.set(xlim=(0, _MARGIN * plan.most_patients), ylim=(-0.5, top))
    axes.set_xlabel("Patients enrolled" if any(panel.waiting) else "Patients evaluated")
    axes.set_ylabel(panel.counted.capitalize())
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    axes.fill_between(
        [0, top], [0.5, top + 0.5], [top + 0.5, top + 0.5], color=FAINT, alpha=0.35, linewidth=0
    )
    _name_the_impossible(axes, top)
    before = 0
    for look, most, least in plan.steps():
        _paint_low(axes, (before, look), most)
        _paint_high(axes, panel, (before, look), least)
        before = look
    if len(plan.looks) <= _MOST_WORDS:
        _write_bounds(axes, plan)
    if panel.seen:
        _paint_path(axes, panel)
    _add_legend(axes, panel)


def _name_the_impossible(axes: Axes, top: float) -> None:
    """Name the corner where more would respond than were enrolled, if there is room for it."""
    high = 0.97 * top
    wedge = width_in_points(axes, high - 0.5)
    if wedge < _UPRIGHT_POINTS:
        return
    axes.annotate(
        "more than all", (0, high), xytext=(4, 0), textcoords="offset points", color=GREY,
        fontsize=7, va="top", ha="left", rotation=0 if wedge > _LEVEL_POINTS else 90,
    )  # fmt: skip


def _top(panel: BoundaryPanel) -> float:
    """Return the highest count shown: enough for every bound and the path."""
    plan = panel.boundaries
    bounds = [bound for bound in (*plan.stop_at_most, *plan.stop_at_least) if bound is not None]
    waiting = panel.waiting or (0,) * len(panel.seen)
    reached = [count + wait for (_, count), wait in zip(panel.seen, waiting, strict=True)]
    highest = max([*bounds, *(count + 1 for count in reached), 1])
    return min(float(plan.most_patients) + 0.5, _HEADROOM * highest + 1)


def _paint_low(axes: Axes, stage: tuple[int, int], most: Bound) -> None:
    """Paint the bar of a lower bound, and the wedge from which it cannot be escaped."""
    if most is None:
        return
    before, look = stage
    begin = max(before, look - most - 1)
    corners = [begin, begin, look, look], [-0.5, most + 0.5 - (look - begin), most + 0.5, -0.5]
    axes.fill(*corners, color=_BAD, alpha=0.12, linewidth=0)
    width = _width(axes, stage)
    axes.bar(look, most + 1, bottom=-0.5, width=width, **_style(axes, width, _BAD_BAR))


def _paint_high(axes: Axes, panel: BoundaryPanel, stage: tuple[int, int], least: Bound) -> None:
    """Paint the bar of an upper bound, and where it is already reached."""
    top = axes.get_ylim()[1]
    if least is None or least > top:
        return
    before, look = stage
    begin = max(before, least - 0.5)
    wedge = [begin, min(look, max(begin, top - 0.5)), look]
    axes.fill_between(wedge, least - 0.5, [min(x + 0.5, top) for x in wedge],
                      color=_colour(panel), alpha=0.1, linewidth=0)  # fmt: skip
    height = min(look + 0.5, top) - (least - 0.5)
    width = _width(axes, stage)
    style = _style(axes, width, _GOOD_BAR if panel.low else _BAD_BAR)
    axes.bar(look, height, bottom=least - 0.5, width=width, **style)


def _colour(panel: BoundaryPanel) -> str:
    """Return the colour of the high side: where there is no low side, it is the bad one."""
    return _GOOD if panel.low else _BAD


def _width(axes: Axes, stage: tuple[int, int]) -> float:
    """Return how wide a bar is: the same in every picture, less where looks follow closely."""
    return min(_BAR * axes.get_xlim()[1], _MOST_OF_STAGE * (stage[1] - stage[0]))


def _style(axes: Axes, width: float, style: dict[str, Any]) -> dict[str, Any]:
    """Return how a bar is painted: a narrow one has no room for hatching."""
    if width_in_points(axes, width) >= _HATCHED_POINTS:
        return style
    return {**style, "hatch": None, "linewidth": 0}


def _write_bounds(axes: Axes, plan: Boundaries) -> None:
    """Write each bound beside its bar: to the right, where no path can pass, but for the last."""
    top, labels = axes.get_ylim()[1], Labels(axes, _BOUND_WORDS["fontsize"])
    for look, most, least in plan.steps():
        if most is not None:
            _write_bound(labels, f"≤ {most} of {look}", (look, most + 0.4), is_low=True)
        if least is not None and least <= top:
            _write_bound(labels, f"≥ {least} of {look}", (look, least - 0.4), is_low=False)


def _write_bound(labels: Labels, words: str, at: tuple[float, float], *, is_low: bool) -> None:
    """Write one bound, further down or up where another one stands already."""
    axes = labels.axes
    away = width_in_points(axes, 0.5 * _BAR * axes.get_xlim()[1]) + 2
    last = at[0] * _MARGIN >= axes.get_xlim()[1]
    side: Literal["left", "right"] = "right" if last else "left"
    edge: Literal["top", "bottom"] = "top" if is_low else "bottom"
    x, y = -away if last else away, -1.5 if is_low else 1.5
    floor = to_points(axes, (0, axes.get_ylim()[0]))[1] + 1
    y += max(0.0, floor - labels.box(words, at, (x, y), side, edge).bottom)
    y += labels.make_way(labels.box(words, at, (x, y), side, edge), upwards=not is_low)
    axes.annotate(words, at, xytext=(x, y), textcoords="offset points", ha=side, va=edge,
                  **_BOUND_WORDS)  # fmt: skip


_BOUND_WORDS: dict[str, Any] = {
    "fontsize": 7.5, "color": INK, "zorder": 6,
    "bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8},
}  # fmt: skip


def _paint_path(axes: Axes, panel: BoundaryPanel) -> None:
    """Draw the trial so far and the two steps that the next patient can make."""
    for (before, had), (n, count) in pairwise([(0, 0), *panel.seen]):
        if n - before == 1:
            axes.plot([before, n, n], [had, had, count], color=INK, linewidth=1.4, zorder=4)
        else:  # totals alone: who responded between them was not said
            axes.plot(
                [before, n], [had, count], color=GREY, linewidth=0.9, linestyle="--", zorder=4
            )
            axes.plot([n], [count], "o", color=INK, markersize=4, zorder=5)
    if any(panel.waiting):
        patients, counts = zip(*panel.seen, strict=True)
        most = [count + wait for count, wait in zip(counts, panel.waiting, strict=True)]
        axes.fill_between(
            patients, counts, most, step="post", color=INK, alpha=0.25, linewidth=0, zorder=3
        )
    n, count = panel.seen[-1]
    axes.plot([n], [count], "o", color=INK, markersize=6, zorder=5)
    if goes_on(panel):
        for step in (0, 1):
            axes.plot([n, n + 1], [count, count + step], color=INK, linewidth=0.9, linestyle=":",
                      zorder=4)  # fmt: skip
            axes.plot([n + 1], [count + step], "o", mfc="white", mec=INK, markersize=5, zorder=5)


def _add_legend(axes: Axes, panel: BoundaryPanel) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    for words, style in ((panel.low, _BAD_BAR), (panel.high, _GOOD_BAR if panel.low else _BAD_BAR)):
        if words:
            handles.append(Patch(label=words, **style))
    if panel.seen:
        handles.append(Line2D([], [], color=INK, marker="o", markersize=5, label=_where(panel)))
        if goes_on(panel):
            handles.append(
                Line2D([], [], color=INK, marker="o", mfc="white", linestyle=":", markersize=5,
                       label="after the next patient")
            )  # fmt: skip
    axes.legend(handles=handles, loc="lower right", ncols=len(handles), bbox_to_anchor=(1.0, 1.01),
                borderaxespad=0, columnspacing=1.4)  # fmt: skip


def _where(panel: BoundaryPanel) -> str:
    n, count = panel.seen[-1]
    pending = panel.waiting[-1] if panel.waiting else 0
    waits = f", {pending} pending (band)" if pending else ""
    return f"{panel.counted}: {count} of {n} patients{waits}"


def goes_on(panel: BoundaryPanel) -> bool:
    """Return whether the trial takes another patient: no look has certainly ended it."""
    n, count = panel.seen[-1]
    highest = count + (panel.waiting[-1] if panel.waiting else 0)
    for look, most, least in panel.boundaries.steps():
        low = most is not None and highest <= most
        high = least is not None and count >= least
        if look == n and (low or high):
            return False
    return n < panel.boundaries.most_patients
