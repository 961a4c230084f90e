"""One laboratory value over time: a line for each patient, grades shaded, ablations marked.

Values in the days after an ablation are hollow: seen, and seen apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.report.drawing import Picture, place_axes, shorten_label
from trialwright.report.palette import GREY, INK
from trialwright.report.safety.axes import (
    COOL,
    SMALL,
    WARM,
    empty_picture,
    paint_svg,
    place_of_day,
    say_names,
    say_patients,
    say_values,
    set_log_ticks,
    set_study_days,
)
from trialwright.report.safety.laboratory_view import COLUMNS, DrawnValues, LaboratoryView
from trialwright.report.safety.names import mark_box, name_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from trialwright.report.safety.laboratory_view import GradeBand

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
) -> Picture:
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
    key = f"laboratory-{re.sub(r'[^a-z0-9]+', '-', analyte.lower()).strip('-')}"
    title = f"{analyte[:1].upper()}{analyte[1:]} over time"
    values = DrawnValues.of(rows, asked)
    if not values.drawn.height:
        return empty_picture(key, title, _say_nothing(values))
    drawn = set(values.drawn["patient_id"])
    view = asked if asked.highlight in drawn else replace(asked, highlight=None)
    days = {patient: days for patient, days in ablation_days.items() if patient in drawn}
    unnamed: list[str] = []
    svg = paint_svg(key, _HEIGHT, lambda figure: unnamed.extend(_paint(figure, values, view, days)))
    caption = _caption(values, asked, days, unnamed)
    return Picture(key, title, caption, _describe(values, view, analyte), svg)


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


def _caption(
    values: DrawnValues,
    view: LaboratoryView,
    days: Mapping[str, Sequence[int]],
    unnamed: Sequence[str],
) -> str:
    drawn = values.drawn
    zero, marked = int(drawn["is_zero"].sum()), int(drawn["qualifier"].is_not_null().sum())
    procedural = int(drawn["procedural"].fill_null(value=False).sum())
    words = [f"{say_patients(values.patients)}, {say_values(drawn.height)}."]
    if procedural:
        words.append(f"Hollow: {say_values(procedural)} in the days after an ablation.")
    if any(days.values()):
        words.append("Triangles at the foot: ablations.")
    if view.bands:
        words.append("Shaded: grades, where their limits are the same for everybody.")
    if values.limits_differ:
        words.append("A limit of normal that differs between samples is not drawn.")
    if zero:
        words.append(f"{say_values(zero)} of 0 or below stand at the foot of the log axis.")
    if marked:
        words.append(f"{say_values(marked)} with < or > stand at their number, as a triangle.")
    if unnamed:
        words.append(f"Grade {view.name_from} or higher, without room for a name: "
                     f"{say_names(unnamed)}.")  # fmt: skip
    if view.highlight is not None and view.highlight not in set(drawn["patient_id"]):
        words.append(f"No value of patient {view.highlight}.")
    return " ".join(filter(None, [*words, _say_absent(values)]))


def _describe(values: DrawnValues, view: LaboratoryView, analyte: str) -> str:
    y: list[float] = values.drawn[COLUMNS[view.measure]].to_list()
    bad = [patient for patient, _ in values.worst(view.name_from)]
    named = say_names(bad) if bad else "none"
    return (
        f"Line plot of {analyte} in {say_patients(values.patients)}, {say_values(len(y))} from "
        f"{min(y):.4g} to {max(y):.4g} {values.unit}. Grade {view.name_from} or higher: {named}."
    )


def _paint(
    figure: Figure, values: DrawnValues, view: LaboratoryView, days: Mapping[str, Sequence[int]]
) -> list[str]:
    axes = place_axes(figure, _MARGINS)
    _set_axes(axes, values, view, days)
    _paint_bands(axes, view.bands)
    _paint_limits(axes, values)
    for (patient,), rows in values.drawn.group_by("patient_id", maintain_order=True):
        _paint_patient(axes, rows, _look_of(str(patient), view))
    _mark_ablations(axes, days, view.highlight)
    axes.legend(
        handles=_handles(values, view, days), loc="lower left", bbox_to_anchor=(0, 1.01), ncols=5,
        borderaxespad=0, handlelength=1.6, columnspacing=1.2,
    )  # fmt: skip
    return _name_worst(axes, values, view)


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


def _look_of(patient: str, view: LaboratoryView) -> _Look:
    if view.highlight is None:
        return _Look(COOL, 0.5, 0.8, 2.6, 2)
    if patient == view.highlight:
        return _Look(COOL, 1.0, 1.9, 4.2, 4)
    return _Look(GREY, 0.4, 0.7, 2.2, 2)


def _paint_patient(axes: Axes, rows: pl.DataFrame, look: _Look) -> None:
    axes.plot(rows["x"], rows["y"], color=look.colour, alpha=look.alpha, linewidth=look.width,
              zorder=look.order)  # fmt: skip
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
    for patient, some in days.items():
        x = [place_of_day(day) for day in some]
        faint = highlight is not None and patient != highlight
        axes.plot(
            x, [0.0] * len(x), transform=axes.get_xaxis_transform(), clip_on=False, zorder=5,
            alpha=0.35 if faint else 1.0, **_ABLATION,
        )  # fmt: skip
        if patient == highlight:
            for day in x:
                axes.axvline(day, color=INK, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1.5)


def _name_worst(axes: Axes, values: DrawnValues, view: LaboratoryView) -> list[str]:
    worst = values.worst(view.name_from)
    taken = [mark_box(axes, point) for point in values.drawn.select("x", "y").iter_rows()]
    unnamed = name_points(axes, worst[:_MOST_NAMES], taken)
    return [*unnamed, *(patient for patient, _ in worst[_MOST_NAMES:])]


def _handles(
    values: DrawnValues, view: LaboratoryView, days: Mapping[str, Sequence[int]]
) -> list[Any]:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=GREY if view.highlight else COOL, marker="o", markersize=3,
                      linewidth=0.9, label="a patient")]  # fmt: skip
    if view.highlight is not None:
        words = f"patient {shorten_label(view.highlight)}"
        handles.append(Line2D([], [], color=COOL, marker="o", markersize=4, label=words))
    if values.drawn["procedural"].any():
        handles.append(Line2D([], [], color=WARM, marker="o", markerfacecolor="white",
                              markersize=4, linestyle="", label="after ablation"))  # fmt: skip
    if any(days.values()):
        handles.append(Line2D([], [], label="ablation", **_ABLATION))
    if any(limit is not None and isfinite(limit) for limit in values.limits):
        handles.append(Line2D([], [], color=INK, linewidth=0.8, linestyle=(0, (4, 3)),
                              label="limit of normal"))  # fmt: skip
    return handles
