"""One laboratory value over time: a line for each patient, grades shaded, ablations marked.

Values in the days after an ablation are hollow: seen, and seen apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.report.drawing import place_axes, shorten_label
from trialwright.report.figures.marks import paint_lines
from trialwright.report.model import Figure
from trialwright.report.palette import GREY, INK
from trialwright.report.safety.axes import (
    COOL,
    SMALL,
    WARM,
    WIDTH_INCHES,
    empty_figure,
    place_of_day,
    say_names,
    say_patients,
    say_values,
    set_log_ticks,
    set_study_days,
    slug_of,
)
from trialwright.report.safety.laboratory_view import COLUMNS, DrawnValues, LaboratoryView
from trialwright.report.safety.names import mark_boxes, name_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.report.safety.laboratory_view import GradeBand

_NUMBER = "14.3.9"
_COLUMNS = (
    "patient_id", "analyte", "day", "standard_value", "standard_unit", "qualifier",
    "standard_lower", "standard_upper", "upper_ratio", "grade", "procedural",
)  # fmt: skip
_MOST_VALUES = 1500  # that have room for a mark each
_HEIGHT, _MARGINS = 4.1, (0.68, 0.72, 0.5, 0.36)
_DEPTHS = (0.0, 0.06, 0.12, 0.2, 0.3, 0.3)  # of the shading, by grade
_MOST_NAMES = 12
_FAR_FROM_ZERO = 0.5  # lowest over highest value from which the axis leaves 0 out
_LINE_POINTS = 9.5  # between the names of two grades


def draw_laboratory(
    graded: pl.DataFrame,
    analyte: str,
    ablation_days: Mapping[str, Sequence[int]],
    view: LaboratoryView | None = None,
) -> Figure:
    """Draw the values of one analyte over the days of the study.

    Parameters
    ----------
    graded : DataFrame
        Of ``safety.laboratory.grade_laboratory``; read are ``patient_id``, ``analyte``, ``day``,
        ``standard_value``, ``standard_unit``, ``standard_lower``, ``standard_upper``,
        ``upper_ratio``, ``qualifier``, ``grade`` and ``procedural``.
    analyte : str
        Which one.
    ablation_days : mapping of str to sequence of int
        Study days of the ablations, by patient.
    view : LaboratoryView, optional
        How it is drawn.
    """
    asked = LaboratoryView() if view is None else view
    rows = graded.filter(pl.col("analyte") == analyte)
    key = f"laboratory-{slug_of(analyte)}"
    title = f"{analyte[:1].upper()}{analyte[1:]} over time"
    values = DrawnValues.of(rows, asked)
    if not values.drawn.height:
        return empty_figure(key, _NUMBER, title, _say_nothing(values))
    drawn = set(values.drawn["patient_id"])
    view = asked if asked.highlight in drawn else replace(asked, highlight=None)
    days = {patient: days for patient, days in ablation_days.items() if patient in drawn}
    return Figure(
        key,
        _NUMBER,
        title,
        _caption(values, asked, days),
        _describe(values, view, analyte),
        (WIDTH_INCHES, _HEIGHT),
        lambda figure: _paint(figure, values, view, days),
        values.drawn.select(_COLUMNS),
    )


def _say_nothing(values: DrawnValues) -> str:
    if not values.without_value + values.without_day:
        return "No value of this analyte in the data."
    return f"No value can be drawn. {_say_absent(values)}"


def _say_absent(values: DrawnValues) -> str:
    absent = (
        (values.without_value, "without a number in this measure"),
        (values.without_day, "without a study day"),
    )
    said = ", ".join(f"{count} {words}" for count, words in absent if count)
    return f"Not drawn: {said}." if said else ""


_TOO_MANY = (
    "Too many values for a mark each: lines bend where a value is, and neither values after an "
    "ablation nor ablations are marked."
)


def _caption(
    values: DrawnValues,
    view: LaboratoryView,
    days: Mapping[str, Sequence[int]],
) -> str:
    drawn = values.drawn
    marked = drawn.height <= _MOST_VALUES
    zero, signs = int(drawn["is_zero"].sum()), int(drawn["qualifier"].is_not_null().sum())
    procedural = int(drawn["procedural"].fill_null(value=False).sum())
    bad = [patient for patient, _ in values.worst(view.name_from)]
    most = _MOST_NAMES if marked else 0
    severe, asked = f"grade {view.name_from} or higher", view.highlight
    said = (
        (True, f"{say_patients(values.patients)}, {say_values(drawn.height)}."),
        (not marked, _TOO_MANY),
        (marked and procedural, f"Hollow: {say_values(procedural)} in the days after an ablation."),
        (marked and any(days.values()), "Triangles at the foot: ablations."),
        (view.bands, "Shaded: grades, where their limits are the same for everybody."),
        (values.limits_differ, "A limit of normal that differs between samples is not drawn."),
        (zero, f"{say_values(zero)} of 0 or below stand at the foot of the log axis."),
        (
            marked and signs,
            f"{say_values(signs)} with < or > stand at their number, as a triangle.",
        ),
        (bad[:most], f"Named: {severe}, where there is room."),
        (
            bad[most:],
            f"{severe.capitalize()}, without room for a name: {say_names(bad[most:])}.",
        ),
        (
            asked is not None and asked not in set(drawn["patient_id"]),
            f"No value of patient {asked}.",
        ),
        (True, _say_absent(values)),
    )
    return " ".join(words for is_so, words in said if is_so and words)


def _describe(values: DrawnValues, view: LaboratoryView, analyte: str) -> str:
    y: list[float] = values.drawn[COLUMNS[view.measure]].to_list()
    bad = [patient for patient, _ in values.worst(view.name_from)]
    named = say_names(bad) if bad else "none"
    return (
        f"Line plot of {analyte} in {say_patients(values.patients)}, {say_values(len(y))} from "
        f"{min(y):.4g} to {max(y):.4g} {values.unit}. Grade {view.name_from} or higher: {named}."
    )


def _paint(
    figure: Canvas, values: DrawnValues, view: LaboratoryView, days: Mapping[str, Sequence[int]]
) -> None:
    axes = place_axes(figure, _MARGINS)
    _set_axes(axes, values, view, days)
    _paint_bands(axes, view.bands)
    _paint_limits(axes, values)
    marked = values.drawn.height <= _MOST_VALUES
    chosen = pl.col("patient_id").is_in([view.highlight] if view.highlight is not None else [])
    for rows, look in (
        (values.drawn.filter(~chosen), _look_of(view)),
        (values.drawn.filter(chosen), _HIGHLIGHTED),
    ):
        _paint_lines(axes, rows, look)
        if marked:
            _paint_values(axes, rows, look)
    if marked:
        _mark_ablations(axes, days, view.highlight)
    axes.legend(
        handles=_handles(values, view, days), loc="lower left", bbox_to_anchor=(0, 1.01), ncols=5,
        borderaxespad=0, handlelength=1.6, columnspacing=1.2,
    )  # fmt: skip
    _name_worst(axes, values, view)


def _set_axes(
    axes: Axes, values: DrawnValues, view: LaboratoryView, days: Mapping[str, Sequence[int]]
) -> None:
    x, y = values.drawn["x"].to_list(), values.drawn["y"].to_list()
    x += [place_of_day(day) for some in days.values() for day in some]
    set_study_days(axes, min(x), max(x))
    low, high = min(y), max(y)
    if view.log:
        set_log_ticks(axes, "y", (0.8 * min(low, high / 2), 1.3 * high))
    else:
        room = 0.08 * max(high - low, 0.1 * abs(high), 1e-9)
        bottom = low - room if low < 0 or low > _FAR_FROM_ZERO * high else 0.0
        axes.set_ylim(bottom, high + room)
    axes.set_ylabel(values.unit[:1].upper() + values.unit[1:] if view.measure == "multiple"
                    else values.unit)  # fmt: skip


def _paint_bands(axes: Axes, bands: Iterable[GradeBand]) -> None:
    """Shade each grade that the axis shows, and name it at the right."""
    bottom, top = axes.get_ylim()
    inches = axes.bbox.height / axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    before, to_axes = -inf, axes.transData + axes.transAxes.inverted()
    for band in sorted(bands, key=lambda band: max(band.low, bottom)):
        low, high = max(band.low, bottom), min(band.high, top)
        if low >= high:
            continue
        axes.axhspan(low, high, color=WARM, alpha=_DEPTHS[band.grade], linewidth=0, zorder=0.3)
        ends = [to_axes.transform((1, end))[1] * inches * 72 for end in (low, high)]
        before = max(sum(ends) / 2, before + _LINE_POINTS)
        axes.text(
            1.01, before / inches / 72, f"grade {band.grade}", transform=axes.transAxes,
            va="center", fontsize=SMALL, color=INK,
        )  # fmt: skip


def _paint_limits(axes: Axes, values: DrawnValues) -> None:
    bottom, top = axes.get_ylim()
    for limit in values.limits:
        if limit is not None and bottom < limit < top:
            axes.axhline(limit, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)


@dataclass(frozen=True, slots=True)
class _Look:
    """How the line of a patient is drawn."""

    colour: str
    alpha: float
    width: float
    size: float
    order: float


_HIGHLIGHTED = _Look(COOL, 1.0, 1.9, 4.2, 4)


def _look_of(view: LaboratoryView) -> _Look:
    """Return how the patients are drawn whom nothing sets apart."""
    return _Look(COOL, 0.5, 0.8, 2.6, 2) if view.highlight is None else _BEHIND


_BEHIND = _Look(GREY, 0.4, 0.7, 2.2, 2)


def _paint_lines(axes: Axes, rows: pl.DataFrame, look: _Look) -> None:
    grouped = rows.group_by("patient_id", maintain_order=True).agg("x", "y")
    lines = [list(zip(x, y, strict=True)) for _, x, y in grouped.iter_rows()]
    thin = 0.5 if rows.height > _MOST_VALUES else 1.0
    paint_lines(
        axes, lines, [None] * len(lines), color=look.colour, alpha=look.alpha * thin,
        linewidth=look.width * thin, zorder=look.order,
    )  # fmt: skip


def _paint_values(axes: Axes, rows: pl.DataFrame, look: _Look) -> None:
    for marker, hollow, some in _kinds(rows):
        colour = WARM if hollow else look.colour
        axes.plot(
            some["x"], some["y"], marker, linestyle="", markersize=look.size + 1.2 * hollow,
            color=colour, markerfacecolor="white" if hollow else colour, markeredgewidth=0.9,
            alpha=1.0 if hollow else min(1.0, 1.4 * look.alpha), zorder=look.order + 0.1,
            clip_on=False,
        )  # fmt: skip


def _kinds(rows: pl.DataFrame) -> Iterable[tuple[str, bool, pl.DataFrame]]:
    """Yield the rows of each mark: below (``<``, 0 on a log axis), above (``>``) or a number."""
    sign = pl.col("qualifier").fill_null("")
    below = sign.str.starts_with("<") | pl.col("is_zero")
    above = sign.str.starts_with(">") & ~below
    hollow = pl.col("procedural").fill_null(value=False)
    for marker, chosen in (("v", below), ("^", above), ("o", ~below & ~above)):
        for is_hollow in (False, True):
            some = rows.filter(chosen & (hollow == is_hollow))
            if some.height:
                yield marker, is_hollow, some


_ABLATION: dict[str, Any] = {"marker": "^", "color": INK, "markersize": 5, "linestyle": "",
                             "markeredgecolor": "white", "markeredgewidth": 0.5}  # fmt: skip


def _mark_ablations(axes: Axes, days: Mapping[str, Sequence[int]], highlight: str | None) -> None:
    own = [place_of_day(day) for day in days.get(highlight or "", ())]
    others = [place_of_day(day) for name, some in days.items() if name != highlight for day in some]
    for x, alpha in ((others, 1.0 if highlight is None else 0.35), (own, 1.0)):
        axes.plot(
            x, [0.0] * len(x), transform=axes.get_xaxis_transform(), clip_on=False, zorder=5,
            alpha=alpha, **_ABLATION,
        )  # fmt: skip
    for day in own:
        axes.axvline(day, color=INK, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1.5)


def _name_worst(axes: Axes, values: DrawnValues, view: LaboratoryView) -> None:
    worst = values.worst(view.name_from)[:_MOST_NAMES]
    if worst and values.drawn.height <= _MOST_VALUES:
        taken = mark_boxes(axes, values.drawn.select("x", "y").rows())
        name_points(axes, worst, taken)


def _handles(
    values: DrawnValues, view: LaboratoryView, days: Mapping[str, Sequence[int]]
) -> list[Any]:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=GREY if view.highlight else COOL, marker="o", markersize=3,
                      linewidth=0.9, label="a patient")]  # fmt: skip
    if view.highlight is not None:
        words = f"patient {shorten_label(view.highlight)}"
        handles.append(Line2D([], [], color=COOL, marker="o", markersize=4, label=words))
    marked = values.drawn.height <= _MOST_VALUES
    if marked and values.drawn["procedural"].any():
        handles.append(Line2D([], [], color=WARM, marker="o", markerfacecolor="white",
                              markersize=4, linestyle="", label="after ablation"))  # fmt: skip
    if marked and any(days.values()):
        handles.append(Line2D([], [], label="ablation", **_ABLATION))
    if any(limit is not None and isfinite(limit) for limit in values.limits):
        handles.append(Line2D([], [], color=INK, linewidth=0.8, linestyle=(0, (4, 3)),
                              label="limit of normal"))  # fmt: skip
    return handles
