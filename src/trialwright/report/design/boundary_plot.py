"""The boundary plot: count against patients, where the trial stops, where it stands.

Convention: at each look a bar covers the counts that stop the trial there; the wedge before it is
where that stop can no longer be escaped, or is already earned, whatever the next patients do. The
path of the trial is drawn patient by patient, and what the next patient can do from its end.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

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
_MOST_WORDS = 8  # looks that have room for words
_HEADROOM = 1.45  # of the axis over the highest bound


def paint_boundaries(axes: Axes, panel: BoundaryPanel) -> None:
    """Paint bars, wedges, the path and the legend on the axes."""
    from matplotlib.ticker import MaxNLocator

    plan = panel.boundaries
    top = _top(panel)
    axes.set(xlim=(0, 1.03 * plan.most_patients), ylim=(-0.5, top))
    axes.set_xlabel("Patients enrolled" if any(panel.waiting) else "Patients evaluated")
    axes.set_ylabel(panel.counted.capitalize())
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    axes.fill_between(
        [0, top], [0.5, top + 0.5], [top + 0.5, top + 0.5], color=FAINT, alpha=0.35, linewidth=0
    )
    axes.text(0.35 * top, 0.97 * top, "more than all", color=GREY, fontsize=7, va="top", ha="right")
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
    axes.bar(look, most + 1, bottom=-0.5, width=_width(stage), **_BAD_BAR)


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
    style = _GOOD_BAR if panel.low else _BAD_BAR
    axes.bar(look, height, bottom=least - 0.5, width=_width(stage), **style)


def _colour(panel: BoundaryPanel) -> str:
    """Return the colour of the high side: where there is no low side, it is the bad one."""
    return _GOOD if panel.low else _BAD


def _width(stage: tuple[int, int]) -> float:
    return min(0.7, 0.7 * (stage[1] - stage[0]))


def _write_bounds(axes: Axes, plan: Boundaries) -> None:
    """Write each bound beside its bar: to the right, where no path can pass, but for the last."""
    top, away = axes.get_ylim()[1], 0.4 + 0.004 * plan.most_patients
    for look, most, least in plan.steps():
        last = look == plan.most_patients
        x, side = (look - away, "right") if last else (look + away, "left")
        if most is not None:
            axes.text(x, most + 0.4, f"≤ {most} of {look}", ha=side, va="top", **_BOUND_WORDS)
        if least is not None and least <= top:
            axes.text(x, least - 0.4, f"≥ {least} of {look}", ha=side, va="bottom", **_BOUND_WORDS)


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
