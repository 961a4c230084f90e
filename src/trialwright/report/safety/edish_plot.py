"""eDISH: the highest bilirubin of each patient against the highest transaminase.

Both in multiples of the upper limit of normal, on log axes, with lines at 2 and at 3, which cut
the plane into the four quadrants of drug-induced liver injury. Beside it the same with values
corrected for the patient's baseline, for livers that were not normal before treatment. A peak that
follows an ablation is drawn with another mark and joined to the peak without procedural values.

Source: Watkins PB et al. Drug Saf 2011;34:243-252 (evaluation of drug-induced serious
hepatotoxicity, eDISH). What a peak is, and which quadrant it is in, is decided in `safety.liver`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from trialwright.report.drawing import place_axes
from trialwright.report.figures.marks import paint_lines
from trialwright.report.model import Figure
from trialwright.report.palette import FAINT, GREY, INK
from trialwright.report.safety.axes import (
    COOL,
    SMALL,
    WARM,
    WIDTH_INCHES,
    empty_figure,
    say_names,
    say_patients,
    set_log_ticks,
)
from trialwright.report.safety.names import line_boxes, mark_boxes, name_points
from trialwright.safety.liver.edish import (
    HYPERBILIRUBINAEMIA,
    NORMAL,
    POTENTIAL_HYS_LAW,
    QUADRANTS,
    TEMPLE,
)
from trialwright.safety.liver.pairs import BILIRUBIN_LINE, TRANSAMINASE_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.report.design.labels import Box

_KEY, _NUMBER = "edish", "14.3.10"
_TITLE = "Liver: highest bilirubin against highest transaminase (eDISH)"
_HEIGHT, _LEFT, _BETWEEN, _BELOW, _ABOVE = 4.25, 0.62, 0.62, 0.5, 0.62
_LOW, _LEAST_HIGH = 0.1, 12.0  # of the axes, in multiples of the upper limit
_ROOM = 1.35  # beyond the highest peak
_WORDS_TO = 0.117  # bilirubin up to which the names of quadrants stand at the foot
_MOST_PAIRS = 300  # patients of whom a second peak has room
_MOST_NAMES = 25  # on one panel
_UNDECIDED = "quadrant not decided"
_COLOURS: dict[str | None, str] = {
    NORMAL: GREY,
    TEMPLE: COOL,
    HYPERBILIRUBINAEMIA: "#7a3b8f",
    POTENTIAL_HYS_LAW: WARM,
    None: INK,
}
_PANELS = (
    ("Multiples of the upper limit of normal", "", "without_"),
    ("Multiples of the upper limit or the baseline", "corrected_", "corrected_without_"),
)


@dataclass(frozen=True, slots=True)
class _Peak:
    """The highest values of a patient, as multiples, and the quadrant; none: not decided."""

    transaminase: float
    bilirubin: float
    quadrant: str | None


@dataclass(frozen=True, slots=True)
class _Point:
    """One patient on one panel; ``apart`` is the peak without procedural values."""

    patient: str
    peak: _Peak
    procedural: bool
    apart: _Peak | None


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    points: tuple[_Point, ...]
    missing: tuple[str, ...]  # patients without a value

    @classmethod
    def of(cls, points: pl.DataFrame, panel: tuple[str, str, str]) -> _Panel:
        title, prefix, prefix_apart = panel
        found, missing = [], []
        for row in points.iter_rows(named=True):
            peak = _read_peak(row, prefix)
            if peak is None:
                missing.append(row["patient_id"])
                continue
            sides = (f"{prefix}transaminase_procedural", f"{prefix}bilirubin_procedural")
            procedural = any(row[side] for side in sides)
            apart = _read_peak(row, prefix_apart) if procedural else None
            found.append(_Point(row["patient_id"], peak, procedural, apart))
        return cls(title, tuple(found), tuple(missing))

    def count(self) -> Counter[str | None]:
        return Counter(point.peak.quadrant for point in self.points)

    def beyond(self) -> list[_Point]:
        """Return the points outside the normal quadrant, those that are named first in front."""
        found = [point for point in self.points if point.peak.quadrant != NORMAL]
        found.sort(
            key=lambda point: (point.peak.quadrant != POTENTIAL_HYS_LAW, -point.peak.bilirubin)
        )
        return found


def _read_peak(row: Mapping[str, Any], prefix: str) -> _Peak | None:
    values = row[f"{prefix}transaminase_multiple"], row[f"{prefix}bilirubin_multiple"]
    if any(value is None or not isfinite(value) for value in values):
        return None
    return _Peak(*values, row[f"{prefix}quadrant"])


def draw_edish(points: pl.DataFrame) -> Figure:
    """Draw the peaks by the upper limit of normal, and beside them by the patient's baseline too.

    Parameters
    ----------
    points : DataFrame
        One row a treated patient: of ``safety.liver.edish_points``.
    """
    panels = tuple(_Panel.of(points, panel) for panel in _PANELS)
    if not any(panel.points for panel in panels):
        return empty_figure(_KEY, _NUMBER, _TITLE, _say_nothing(points.height))
    return Figure(
        _KEY,
        _NUMBER,
        _TITLE,
        _caption(panels),
        _describe(panels),
        (WIDTH_INCHES, _HEIGHT),
        lambda figure: _paint(figure, panels),
        points,
    )


def _say_nothing(patients: int) -> str:
    if not patients:
        return "No patient was treated."
    return f"None of {say_patients(patients)} has both a transaminase and bilirubin to compare."


def _caption(panels: Sequence[_Panel]) -> str:
    drawn = (
        "Highest alanine or aspartate aminotransferase and highest total bilirubin of each patient "
        f"since the first treatment, not necessarily of one day; lines at {TRANSAMINASE_LINE:g} "
        f"and {BILIRUBIN_LINE:g}; right: by the baseline where it is above the upper limit. Named: "
        "patients outside the normal quadrant, where there is room."
    )
    words = [drawn, _say_marks(panels)]
    for panel in panels:
        unnamed = [point.patient for point in panel.beyond()[_MOST_NAMES:]]
        zero = [point.patient for point in panel.points if _is_below(point.peak)]
        open_ones = [point.patient for point in panel.points if point.peak.quadrant is None]
        for names, said in (
            (panel.missing, "not drawn, a value is missing"),
            (zero, f"below {_LOW:g}, drawn on the edge"),
            (open_ones, _UNDECIDED),
            (unnamed, "no room for the name"),
        ):
            if names:
                words.append(f"{panel.title}: {said}: {say_names(names)}.")
    return " ".join(filter(None, words))


def _say_marks(panels: Sequence[_Panel]) -> str:
    if not any(point.procedural for panel in panels for point in panel.points):
        return ""
    if any(len(panel.points) > _MOST_PAIRS for panel in panels):
        return (
            "Open diamond: a peak that follows an ablation; too many patients to show the peak "
            "without such values too."
        )
    return (
        "Open diamond: a peak that follows an ablation, joined to the peak without such values "
        "(small circle) where there is one."
    )


def _is_below(peak: _Peak) -> bool:
    return min(peak.transaminase, peak.bilirubin) < _LOW


def _describe(panels: Sequence[_Panel]) -> str:
    said = []
    for panel in panels:
        counts = panel.count()
        quadrants = ", ".join(f"{name} {counts[name]}" for name in QUADRANTS)
        beyond = [p.patient for p in panel.points if p.peak.quadrant == POTENTIAL_HYS_LAW]
        names = f" ({say_names(beyond)})" if beyond else ""
        said.append(f"{panel.title}, {say_patients(len(panel.points))}: {quadrants}{names}.")
    return "Scatter plot of highest bilirubin against highest transaminase. " + " ".join(said)


def _paint(figure: Canvas, panels: Sequence[_Panel]) -> None:
    limits = _limits(panels)
    width = (WIDTH_INCHES - _LEFT - _BETWEEN - 0.12) / 2
    for number, panel in enumerate(panels):
        left = _LEFT + number * (width + _BETWEEN)
        axes = place_axes(figure, (left, WIDTH_INCHES - left - width, _BELOW, _ABOVE))
        _paint_panel(axes, panel, limits)


def _limits(panels: Sequence[_Panel]) -> tuple[float, float]:
    """Return the end of the transaminase axis and of the bilirubin axis, the same on both."""
    peaks = [
        peak
        for panel in panels
        for point in panel.points
        for peak in (point.peak, point.apart)
        if peak is not None
    ]
    right = max(_LEAST_HIGH, _ROOM * max(peak.transaminase for peak in peaks))
    return right, max(_LEAST_HIGH, _ROOM * max(peak.bilirubin for peak in peaks))


def _paint_panel(axes: Axes, panel: _Panel, limits: tuple[float, float]) -> None:
    set_log_ticks(axes, "x", (_LOW, limits[0]), TRANSAMINASE_LINE)
    set_log_ticks(axes, "y", (_LOW, limits[1]), BILIRUBIN_LINE)
    axes.set_xlabel("Highest transaminase, multiples")
    axes.set_ylabel("Highest bilirubin, multiples")
    axes.text(0, 1 + 0.42 / 3.13, panel.title, transform=axes.transAxes, fontweight="bold")
    axes.axvline(TRANSAMINASE_LINE, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.axhline(BILIRUBIN_LINE, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.plot([1, 1], [_LOW, 1], [_LOW, 1], [1, 1], color=FAINT, linewidth=0.7, zorder=0.5)
    _write_quadrants(axes, panel)
    taken = [
        *line_boxes(axes, (TRANSAMINASE_LINE, _LOW), (TRANSAMINASE_LINE, limits[1])),
        *line_boxes(axes, (_LOW, BILIRUBIN_LINE), (limits[0], BILIRUBIN_LINE)),
        *line_boxes(axes, (_LOW, _WORDS_TO), (limits[0], _WORDS_TO)),
    ]
    taken += _paint_points(axes, panel)
    named = [(point.patient, _place(point.peak)) for point in panel.beyond()[:_MOST_NAMES]]
    name_points(axes, named, taken)


def _write_quadrants(axes: Axes, panel: _Panel) -> None:
    """Write the name of each quadrant with its count: above the axes, and at their foot."""
    counts = panel.count()
    for quadrant, x, y, align in (
        (HYPERBILIRUBINAEMIA, 0.0, 1.025, "left"),
        (POTENTIAL_HYS_LAW, 1.0, 1.025, "right"),
        (NORMAL, 0.015, 0.02, "left"),
        (TEMPLE, 0.985, 0.02, "right"),
    ):
        axes.text(
            x, y, f"{quadrant}: {counts[quadrant]}", transform=axes.transAxes,
            ha=align, va="bottom", fontsize=SMALL, color=_COLOURS[quadrant],
        )  # fmt: skip


def _place(peak: _Peak) -> tuple[float, float]:
    """Return where a peak is drawn; below the axes on their edge."""
    return max(peak.transaminase, _LOW), max(peak.bilirubin, _LOW)


def _paint_points(axes: Axes, panel: _Panel) -> list[Box]:
    """Draw the points of each quadrant, potential Hy's law on top; return the room they take."""
    taken: list[Box] = []
    for quadrant, colour in sorted(_COLOURS.items(), key=lambda one: one[0] == POTENTIAL_HYS_LAW):
        points = [point for point in panel.points if point.peak.quadrant == quadrant]
        style: dict[str, Any] = {"color": colour, "linestyle": "", "clip_on": False, "zorder": 4}
        plain = [_place(point.peak) for point in points if not point.procedural]
        moved = [point for point in points if point.procedural]
        pairs = [(_place(one.peak), _place(one.apart)) for one in moved if one.apart is not None]
        if len(panel.points) > _MOST_PAIRS:
            pairs = []
        paint_lines(axes, pairs, [None] * len(pairs), color=colour, linewidth=0.7, zorder=3)
        taken += [box for pair in pairs for box in line_boxes(axes, *pair)]
        apart = [other for _, other in pairs]
        open_ones = [_place(point.peak) for point in moved]
        dot = {"marker": "o", "markersize": 4.2, "markeredgecolor": "white", "markeredgewidth": 0.4}
        for places, look in (
            (plain, dot),
            (apart, {"marker": "o", "markersize": 3, "markerfacecolor": "white"}),
            (open_ones, {"marker": "D", "markersize": 4.8, "markerfacecolor": "white"}),
        ):
            if places:
                axes.plot(*zip(*places, strict=True), **(style | look))
                taken += mark_boxes(axes, places)
    return taken
