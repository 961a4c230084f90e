"""A small drawing of one patient's sum over time, in coordinates that a template writes out.

Drawn by hand rather than by matplotlib: a trial has hundreds of patients, and each drawing is
a handful of lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from trialwright.report.formats import show_size
from trialwright.report.palette import INK, SHADES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.response import PatientResponse, TimePoint

WIDTH, HEIGHT = 560, 188
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 128, 18, 34
_TICKS = 5
_STEPS_MM = (5, 10, 20, 25, 50, 100, 200, 500)
_STEPS_DAYS = (28, 56, 84, 168, 336, 672)
_DAYS_PER_WEEK = 7
_LABEL_HEIGHT = 12.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One assessment: where, what it was called, its colour, and whether it counts."""

    x: float
    y: float
    fill: str
    words: str
    new_lesion: bool
    counted: bool


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal level or a stepped one, with its words at the right edge."""

    path: str
    words: str
    label_y: float
    css: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of an axis."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class SumChart:
    """Everything the drawing shows, in the units of its view box."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[str, ...]
    lines_after: tuple[str, ...]  # after progression or new therapy
    levels: tuple[Level, ...]
    marks: tuple[Mark, ...]
    note: str
    description: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days and millimetres to the view box."""

    first_day: int
    last_day: int
    highest_mm: float

    def x(self, day: float) -> float:
        share = (day - self.first_day) / max(self.last_day - self.first_day, 1)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, size_mm: float) -> float:
        share = size_mm / self.highest_mm
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


def build_sum_chart(response: PatientResponse) -> SumChart | None:
    """Lay out the drawing; none if the patient has no two sums to join."""
    if response.baseline is None:
        return None
    points = (response.baseline, *response.time_points)
    read = [point for point in points if isfinite(point.sum_mm)]
    if len(read) < 2 or not isfinite(response.baseline.sum_mm):  # noqa: PLR2004 - a line
        return None
    scale = _Scale(points[0].day, points[-1].day, _highest(response))
    return SumChart(
        WIDTH,
        HEIGHT,
        _LEFT,
        WIDTH - _RIGHT,
        _TOP,
        HEIGHT - _BOTTOM,
        _x_ticks(scale),
        _y_ticks(scale),
        tuple(_lines(points[: response.counted + 1], scale)),
        tuple(_lines(points[response.counted :], scale)),
        _levels(response, scale),
        tuple(
            _mark(point, scale, counted=number <= response.counted)
            for number, point in enumerate(points)
            if isfinite(point.sum_mm)
        ),
        _thresholds(response),
        _describe(response.patient_id, read),
    )


def _highest(response: PatientResponse) -> float:
    """Return the top of the axis: room for every sum and for the growth level above a nadir."""
    points = response.time_points
    sizes = [point.sum_mm for point in points] + [_growth_mm(point) for point in points]
    base = response.baseline.sum_mm if response.baseline is not None else 0.0
    return 1.06 * max(1.0, base, *(size for size in sizes if isfinite(size)))


def _growth_mm(point: TimePoint) -> float:
    """Return the nadir before a scan with the growth that makes progression on top."""
    return point.nadir_mm * (1 + float(point.reason.inputs["growth_threshold"]))


def _lines(points: Sequence[TimePoint], scale: _Scale) -> Iterable[str]:
    """Yield the joined sums; a scan whose sum is not complete breaks the line."""
    run: list[str] = []
    for point in points:
        if isfinite(point.sum_mm):
            run.append(f"{scale.x(point.day)},{scale.y(point.sum_mm)}")
        elif run:
            yield " ".join(run)
            run = []
    if run:
        yield " ".join(run)


def _levels(response: PatientResponse, scale: _Scale) -> tuple[Level, ...]:
    """Return baseline, its fall to a partial response, growth above each nadir, the lowest sum."""
    last = response.time_points[-1]
    inputs = last.reason.inputs
    base, fall = float(inputs["baseline_mm"]), float(inputs["shrinkage_threshold"])
    lowest = min(last.nadir_mm, last.sum_mm if isfinite(last.sum_mm) else last.nadir_mm)
    rise = 100 * float(inputs["growth_threshold"])
    drawn = (
        (_flat(base, scale), f"baseline {base:g}", base, "baseline"),
        (_flat(base * (1 - fall), scale), f"−{100 * fall:.0f} % of baseline", base * (1 - fall),
         "partial"),
        (_stepped(response, scale), f"+{rise:.0f} % of nadir", _growth_mm(last), "growth"),
        (_flat(lowest, scale), f"lowest {lowest:g}", lowest, "nadir"),
    )  # fmt: skip
    places = _spread([scale.y(height) for _, _, height, _ in drawn])
    return tuple(
        Level(path, words, place, css)
        for (path, words, _, css), place in zip(drawn, places, strict=True)
    )


def _flat(size_mm: float, scale: _Scale) -> str:
    return f"M{_LEFT},{scale.y(size_mm)}H{WIDTH - _RIGHT}"


def _stepped(response: PatientResponse, scale: _Scale) -> str:
    """Return the path of the growth that makes progression, over the nadir of each scan."""
    first, *others = response.time_points
    path = f"M{_LEFT},{scale.y(_growth_mm(first))}H{scale.x(first.day)}"
    for point in others:
        path += f"V{scale.y(_growth_mm(point))}H{scale.x(point.day)}"
    return path


def _spread(places: Sequence[float]) -> list[float]:
    """Move labels apart that would lie on each other, keeping their order."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    spread = list(places)
    previous = float("-inf")
    for i in order:
        spread[i] = previous = max(places[i], previous + _LABEL_HEIGHT)
    over = max(0.0, previous - (HEIGHT - _BOTTOM))
    return [round(place - over, 1) for place in spread]


def _mark(point: TimePoint, scale: _Scale, *, counted: bool) -> Mark:
    words = f"{point.visit}, day {point.day}: sum {show_size(point.sum_mm)} mm"
    called = f", {point.overall.label}" if point.overall else ""
    return Mark(
        scale.x(point.day),
        scale.y(point.sum_mm),
        SHADES[point.overall].fill if point.overall else INK,
        words + called,
        bool(point.new_lesions),
        counted,
    )


def _x_ticks(scale: _Scale) -> tuple[Tick, ...]:
    step = _step(scale.last_day - min(scale.first_day, 0), _STEPS_DAYS)
    return tuple(
        Tick(scale.x(day), f"{day // _DAYS_PER_WEEK}") for day in range(0, scale.last_day + 1, step)
    )


def _y_ticks(scale: _Scale) -> tuple[Tick, ...]:
    step = _step(scale.highest_mm, _STEPS_MM)
    return tuple(
        Tick(scale.y(size), f"{size}") for size in range(0, int(scale.highest_mm) + 1, step)
    )


def _step(span: float, steps: Sequence[int]) -> int:
    return next((step for step in steps if span / step <= _TICKS), steps[-1])


def _thresholds(response: PatientResponse) -> str:
    """Say what the two dashed levels stand for; progression needs more than the drawn one."""
    inputs = response.time_points[-1].reason.inputs
    fall, rise = float(inputs["shrinkage_threshold"]), float(inputs["growth_threshold"])
    return (
        f"PR: −{100 * fall:.0f} % from baseline. PD: +{100 * rise:.0f} % and "
        f"+{inputs['growth_threshold_mm']:g} mm over the nadir, or new disease."
    )


def _describe(patient: str, read: Sequence[TimePoint]) -> str:
    sums = ", ".join(f"{point.visit} {show_size(point.sum_mm)}" for point in read)
    return f"Sum of target diameters of patient {patient} in mm: {sums}"
