"""The spider: each patient's sum over time, as change from baseline."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from trialwright.report.drawing import (
    WIDTH_INCHES,
    Picture,
    draw_svg,
    place_axes,
    show_axis_percent,
)
from trialwright.report.palette import GREY, INK, SHADES
from trialwright.response import Response
from trialwright.response.recist import GROWTH, SHRINKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from trialwright.analysis import Analysis
    from trialwright.endpoints import TimeToEvent
    from trialwright.response import PatientResponse

_CAP = 1.0
_HEIGHT_INCHES = 4.4
_DAYS_PER_WEEK = 7
_TITLE = "Spider: change of the sum of target diameters over time"


@dataclass(frozen=True, slots=True)
class Thread:
    """One patient's line: weeks and changes, which points show a new lesion, how it ends."""

    patient: str
    best: Response
    weeks: tuple[float, ...]
    changes: tuple[float, ...]
    new_lesion: tuple[bool, ...]
    ends: str  # PD, death, event, ongoing, or empty
    not_drawn: int  # counted time points without a complete sum


def collect_threads(analysis: Analysis) -> tuple[Thread, ...]:
    """Return the lines of the efficacy set: baseline and the time points that count."""
    timed = analysis.survival_of("PFS")
    times = {time.patient_id: time for time in timed.times} if timed is not None else {}
    calls = analysis.by_patient
    threads = (
        _thread(calls[member.patient_id], times.get(member.patient_id))
        for member in analysis.sets.efficacy
    )
    return tuple(thread for thread in threads if thread is not None)


def _thread(response: PatientResponse, time: TimeToEvent | None) -> Thread | None:
    counted = response.time_points[: response.counted]
    read = [point for point in counted if isfinite(point.change_from_baseline)]
    if not read:
        return None
    ends = "PD" if counted[-1].overall == Response.PD else ""
    if not ends and time is not None:
        ends = _end_of(time)
    return Thread(
        response.patient_id,
        response.best.response,
        (0.0, *(point.day / _DAYS_PER_WEEK for point in read)),
        (0.0, *(point.change_from_baseline for point in read)),
        (False, *(bool(point.new_lesions) for point in read)),
        ends,
        len(counted) - len(read),
    )


def _end_of(time: TimeToEvent) -> str:
    """Name the end of a line whose last point is no progression.

    An event that is not death came after the last point that counts: a progression under a new
    therapy, say, or the therapy itself where the study counts it as an event.
    """
    if not time.event:
        return "ongoing"
    return "death" if time.kind == "death" else "event"


def draw_spider(analysis: Analysis, anchors: Mapping[str, str]) -> Picture:
    """Draw the spider of an analysis; each line links to the patient's page."""
    threads = collect_threads(analysis)
    absent = len(analysis.sets.efficacy) - len(threads)
    if not threads:
        words = "No patient has a sum after baseline that can be compared with it."
        return Picture("spider", _TITLE, words, words, "")
    svg = draw_svg(
        "spider", (WIDTH_INCHES, _HEIGHT_INCHES), lambda figure: _paint(figure, threads, anchors)
    )
    return Picture("spider", _TITLE, _caption(threads, absent), _describe(threads), svg)


def _caption(threads: Sequence[Thread], absent: int) -> str:
    cut = sum(max(thread.changes) > _CAP for thread in threads)
    unread = sum(thread.not_drawn for thread in threads)
    words = (
        f"n = {len(threads)}. Change from baseline by weeks since the first treatment, up to "
        "progression and before new anticancer therapy; the baseline scan stands at week 0. "
        f"Dashed lines: +{100 * GROWTH:.0f} % and −{100 * SHRINKAGE:.0f} %. Colour and line "
        "style: best overall response. Square: progression. Star: new lesion. Diamond: death "
        "without progression. Cross: another event of progression-free survival, after the last "
        "scan that counts. Arrow: censored for progression-free survival. Lines are cut at "
        f"+100 % ({cut or 'none'})."
    )
    if unread:
        words += f" {unread} scan(s) that count have no complete sum and no point."
    if absent:
        words += f" Not drawn: {absent} without a complete sum after baseline."
    return words


def _describe(threads: Sequence[Thread]) -> str:
    ends = [thread.ends for thread in threads]
    return (
        f"Spider plot of {len(threads)} patients over {max(t.weeks[-1] for t in threads):.0f} "
        f"weeks; {ends.count('PD')} end in progression, {ends.count('ongoing')} are censored."
    )


def _paint(figure: Figure, threads: Sequence[Thread], anchors: Mapping[str, str]) -> None:
    axes = place_axes(figure, (0.75, 0.45, 0.45, 0.35))
    for thread in threads:
        changes = [100 * min(change, _CAP) for change in thread.changes]
        (line,) = axes.plot(thread.weeks, changes, **_line(thread.best))
        line.set_url(f"#{anchors[thread.patient]}")
        axes.plot(
            thread.weeks[1:], changes[1:], "o", color=SHADES[thread.best].line, markersize=2.4
        )
        _mark_end(axes, thread, changes)
    for level in (100 * GROWTH, -100 * SHRINKAGE):
        axes.axhline(level, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0.5)
    axes.axhline(0, color=INK, linewidth=0.6, zorder=0.5)
    _set_axes(axes, threads)
    _add_legend(axes, threads)


def _line(response: Response) -> dict[str, Any]:
    shade = SHADES[response]
    style = (0, shade.dashes) if shade.dashes else "solid"
    return {"color": shade.line, "linewidth": 1.3, "linestyle": style}


def _mark_end(axes: Axes, thread: Thread, changes: Sequence[float]) -> None:
    last = (thread.weeks[-1], changes[-1])
    for week, change, new in zip(thread.weeks, changes, thread.new_lesion, strict=True):
        if new:
            axes.plot(
                week, change, "*", color=INK, markersize=7.5, markeredgecolor="white",
                markeredgewidth=0.5, zorder=4,
            )  # fmt: skip
    if thread.ends == "PD" and not thread.new_lesion[-1]:
        axes.plot(*last, "s", color=SHADES[Response.PD].fill, markersize=4.2, zorder=3)
    elif thread.ends == "death":
        axes.plot(*last, "D", color=INK, markersize=3.4, zorder=3)
    elif thread.ends == "event":
        axes.plot(*last, "X", color=INK, markersize=4.4, zorder=3)
    elif thread.ends == "ongoing":
        axes.annotate(
            "", last, (12, 0), textcoords="offset points",
            arrowprops={"arrowstyle": "<|-", "color": GREY, "linewidth": 1.0, "shrinkA": 0,
                        "shrinkB": 0},
        )  # fmt: skip


def _set_axes(axes: Axes, threads: Sequence[Thread]) -> None:
    low = min(-40.0, *(100 * min(thread.changes) for thread in threads)) - 5
    high = max(40.0, *(100 * min(max(thread.changes), _CAP) for thread in threads)) + 5
    last = max(thread.weeks[-1] for thread in threads)
    axes.set(ylim=(low, high), xlim=(0, 1.03 * last))
    step = next((step for step in (4, 8, 16, 24) if last / step <= 14), 52)  # noqa: PLR2004
    axes.set_xticks(range(0, int(last) + 1, step))
    axes.set_yticks([tick for tick in range(-100, 101, 20) if low <= tick <= high])
    axes.yaxis.set_major_formatter(show_axis_percent)
    axes.set_xlabel("Weeks since the first treatment")
    axes.set_ylabel("Change from baseline, %")


def _add_legend(axes: Axes, threads: Sequence[Thread]) -> None:
    axes.legend(
        handles=list(_handles(threads)), loc="upper right", ncols=9, bbox_to_anchor=(1.0, 1.1),
        handlelength=1.4, columnspacing=1.2, borderaxespad=0,
    )  # fmt: skip


def _handles(threads: Sequence[Thread]) -> Iterator[Line2D]:
    from matplotlib.lines import Line2D

    present = {thread.best for thread in threads}
    for response in Response:
        if response in present:
            yield Line2D([], [], label=f"best {response.label}", **_line(response))
    for kind in dict.fromkeys(kind for thread in threads for kind in _marks_of(thread)):
        marker, size, color, words = _MARKS[kind]
        yield Line2D([], [], marker=marker, markersize=size, color=color, linestyle="", label=words)


def _marks_of(thread: Thread) -> Iterator[str]:
    """Name the marks that a line carries; a new lesion stands in place of its progression."""
    if any(thread.new_lesion):
        yield "new lesion"
    if thread.ends and not (thread.ends == "PD" and thread.new_lesion[-1]):
        yield thread.ends


_MARKS = {
    "PD": ("s", 4.2, SHADES[Response.PD].fill, "PD"),
    "new lesion": ("*", 6.5, INK, "new lesion"),
    "death": ("D", 3.4, INK, "death"),
    "event": ("X", 4.4, INK, "other event"),
    "ongoing": (">", 4.0, GREY, "censored"),
}
