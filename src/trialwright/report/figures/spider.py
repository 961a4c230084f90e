"""The spider: each patient's sum over time, as change from baseline."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from trialwright.report.drawing import WIDTH_INCHES, place_axes, show_axis_percent
from trialwright.report.figures.marks import paint_lines
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Figure
from trialwright.report.palette import GREY, INK, SHADES
from trialwright.response import Response
from trialwright.response.recist import GROWTH, SHRINKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.lines import Line2D

    from trialwright.analysis import Analysis
    from trialwright.endpoints import TimeToEvent
    from trialwright.response import PatientResponse

_CAP = 1.0
_HEIGHT_INCHES = 4.4
_DAYS_PER_WEEK = 7
_KEY, _NUMBER = "spider", "14.2.1"
_MOST_DOTS = 1200  # points with room for a dot each
_MOST_THICK = 150  # lines that may be as thick as usual
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


def draw_spider(analysis: Analysis, anchors: Mapping[str, str]) -> Figure:
    """Draw the spider of an analysis; each line links to the patient's page.

    Parameters
    ----------
    analysis : Analysis
        The results.
    anchors : mapping of str to str
        Where the page of each patient is; empty: no links.
    """
    threads = collect_threads(analysis)
    absent = len(analysis.sets.efficacy) - len(threads)
    among = efficacy_population(analysis)
    if not threads:
        words = "No patient has a sum after baseline that can be compared with it."
        return Figure(_KEY, _NUMBER, _TITLE, words, words, population=among)
    return Figure(
        _KEY,
        _NUMBER,
        _TITLE,
        _caption(threads, absent),
        _describe(threads),
        (WIDTH_INCHES, _HEIGHT_INCHES),
        lambda figure: _paint(figure, threads, anchors),
        _tabulate(threads),
        among,
    )


def _tabulate(threads: Sequence[Thread]) -> pl.DataFrame:
    """Return a row a point; how the line ends stands at its last one."""
    import polars as pl

    points = [
        (thread, week, change, new, number == len(thread.weeks) - 1)
        for thread in threads
        for number, (week, change, new) in enumerate(
            zip(thread.weeks, thread.changes, thread.new_lesion, strict=True)
        )
    ]
    return pl.DataFrame(
        {
            "patient_id": [thread.patient for thread, *_ in points],
            "weeks": [week for _, week, *_ in points],
            "change_percent": [100 * change for _, _, change, *_ in points],
            "new_lesion": [new for *_, new, _ in points],
            "ends": [thread.ends if last else "" for thread, *_, last in points],
            "best_overall_response": [thread.best.label for thread, *_ in points],
        }
    )


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
    if not _has_dots(threads):
        words += " Too many scans for a dot each: the points are where a line bends."
    if absent:
        words += f" Not drawn: {absent} without a complete sum after baseline."
    return words


def _describe(threads: Sequence[Thread]) -> str:
    ends = [thread.ends for thread in threads]
    return (
        f"Spider plot of {len(threads)} patients over {max(t.weeks[-1] for t in threads):.0f} "
        f"weeks; {ends.count('PD')} end in progression, {ends.count('ongoing')} are censored."
    )


def _has_dots(threads: Sequence[Thread]) -> bool:
    return sum(len(thread.weeks) for thread in threads) <= _MOST_DOTS


def _paint(figure: Canvas, threads: Sequence[Thread], anchors: Mapping[str, str]) -> None:
    axes = place_axes(figure, (0.75, 0.45, 0.45, 0.35))
    thin = len(threads) > _MOST_THICK
    for response in dict.fromkeys(thread.best for thread in threads):
        chosen = [thread for thread in threads if thread.best == response]
        lines = [list(zip(one.weeks, _cut(one), strict=True)) for one in chosen]
        links = [anchors.get(thread.patient) for thread in chosen]
        look = _line(response) | ({"linewidth": 0.5, "alpha": 0.6} if thin else {})
        paint_lines(axes, lines, links, **look)
        if _has_dots(threads):
            points = [point for line in lines for point in line[1:]]
            color = SHADES[response].line
            axes.plot(*zip(*points, strict=True), "o", color=color, markersize=2.4)
    _mark_ends(figure, axes, threads)
    for level in (100 * GROWTH, -100 * SHRINKAGE):
        axes.axhline(level, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0.5)
    axes.axhline(0, color=INK, linewidth=0.6, zorder=0.5)
    _set_axes(axes, threads)
    _add_legend(axes, threads)


def _cut(thread: Thread) -> list[float]:
    return [100 * min(change, _CAP) for change in thread.changes]


def _line(response: Response) -> dict[str, Any]:
    shade = SHADES[response]
    style = (0, shade.dashes) if shade.dashes else "solid"
    return {"color": shade.line, "linewidth": 1.3, "linestyle": style}


def _mark_ends(figure: Canvas, axes: Axes, threads: Sequence[Thread]) -> None:
    """Put a star on each point with a new lesion, and on each last point how the line ends."""
    from matplotlib.transforms import ScaledTranslation

    news = [
        (week, change)
        for thread in threads
        for week, change, new in zip(thread.weeks, _cut(thread), thread.new_lesion, strict=True)
        if new
    ]
    shrink = 0.6 if len(threads) > _MOST_THICK else 1.0
    for kind, (marker, size, color, _) in _MARKS.items():
        points = news if kind == "new lesion" else _last_points(threads, kind)
        place = axes.transData
        if kind == "ongoing":  # an arrow just behind the last point
            place = place + ScaledTranslation(5.5 / 72, 0, figure.dpi_scale_trans)
        edge = _STAR_EDGE if kind == "new lesion" else {}
        axes.plot(
            [x for x, _ in points], [y for _, y in points], marker, color=color, transform=place,
            markersize=size * shrink, zorder=4 if kind == "new lesion" else 3, **edge,
        )  # fmt: skip


def _last_points(threads: Sequence[Thread], kind: str) -> list[tuple[float, float]]:
    return [
        (thread.weeks[-1], _cut(thread)[-1])
        for thread in threads
        if thread.ends == kind and not (kind == "PD" and thread.new_lesion[-1])
    ]


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


_STAR_EDGE: dict[str, Any] = {"markeredgecolor": "white", "markeredgewidth": 0.5}
_MARKS = {
    "PD": ("s", 4.2, SHADES[Response.PD].fill, "PD"),
    "new lesion": ("*", 7.5, INK, "new lesion"),
    "death": ("D", 3.4, INK, "death"),
    "event": ("X", 4.4, INK, "other event"),
    "ongoing": (">", 4.0, GREY, "censored"),
}
