"""Kaplan-Meier curves with band, censor ticks, median, and the numbers below the axis.

Convention: KMunicate (Morris et al., BMJ Open 2019): at risk, and cumulative events and
censored, under each tick; survival from 0 to 1; one time unit for all curves.
"""

from __future__ import annotations

from math import ceil, isnan
from typing import TYPE_CHECKING

import numpy as np

from trialwright.analysis import days_per_unit
from trialwright.endpoints import time_endpoint
from trialwright.report.drawing import HALF_WIDTH_INCHES, Picture, draw_svg, place_axes
from trialwright.report.formats import show_median_interval, show_median_with_unit
from trialwright.report.palette import BAND, CURVE, GREY, INK
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from trialwright.analysis import Analysis, SurvivalResult
    from trialwright.stats import KaplanMeier

_HEIGHT_INCHES = 4.0
_MOST_TICKS = 9
_SLACK_DAYS = 31.0  # a last visit a little after the horizon does not cut the curve
_MARGINS = (1.0, 0.2, 1.3, 0.2)


def draw_survival(analysis: Analysis) -> tuple[Picture, ...]:
    """Draw the curves of the endpoints that have one, on one common time axis."""
    drawn = [one for one in analysis.survival if time_endpoint(one.key).drawn]
    end = _end_of_axis(analysis, drawn)
    return tuple(_draw(result, end) for result in drawn)


def _end_of_axis(analysis: Analysis, drawn: Sequence[SurvivalResult]) -> float:
    """Return the longest follow-up, cut at the study's horizon where it is settled."""
    longest = max((float(one.curve.time[-1]) for one in drawn), default=1.0)
    study = analysis.study
    months = study.schedule.horizon_months.value
    longest = max(longest, 1.0)
    if months is None:
        return longest
    unit = days_per_unit(study.endpoints.time_unit.require(), study)
    horizon = months * days_per_unit("months", study) / unit
    return longest if longest <= horizon + _SLACK_DAYS / unit else horizon


def _draw(result: SurvivalResult, end: float) -> Picture:
    key = f"km-{result.key.lower()}"
    svg = draw_svg(
        key, (HALF_WIDTH_INCHES, _HEIGHT_INCHES), lambda figure: _paint(figure, result, end)
    )
    return Picture(key, result.title, _caption(result, end), _describe(result), svg, wide=False)


def _caption(result: SurvivalResult, end: float) -> str:
    median, events = result.median, sum(result.events.values())
    beyond = result.curve.time > end
    later = int((result.curve.n_event + result.curve.n_censor)[beyond].sum())
    interval = f"{show_level(median.level)} {show_median_interval(median).strip('()')}"
    counted = "1 event" if events == 1 else f"{events} events"
    words = (
        f"Kaplan–Meier, n = {len(result.times)}, {counted}. Median "
        f"{show_median_with_unit(median, result.unit)} ({interval}; {median.method}). Shaded: "
        f"pointwise {show_level(median.level)}, {median.method}. Ticks on the curve: censored."
    )
    return words + (f" {later} followed beyond the end of the axis." if later else "")


def _describe(result: SurvivalResult) -> str:
    rates = ", ".join(
        f"{100 * rate.value:.0f} % at {month:g} months"
        for month, rate in result.landmarks
        if not isnan(rate.value)
    )
    return (
        f"Kaplan–Meier curve of {result.title.lower()} for {len(result.times)} patients; median "
        f"{show_median_with_unit(result.median, result.unit)}" + (f"; {rates}" if rates else "")
    )


def _paint(figure: Figure, result: SurvivalResult, end: float) -> None:
    axes = place_axes(figure, _MARGINS)
    _paint_curve(axes, result)
    _paint_median(axes, result, end)
    ticks = _ticks(end)
    axes.set(xlim=(0, 1.02 * end), ylim=(0, 1.02))
    axes.set_xticks(ticks)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.set_xlabel(result.unit.capitalize())
    axes.set_ylabel(result.title)
    _write_numbers(axes, result.curve, ticks)


def _paint_curve(axes: Axes, result: SurvivalResult) -> None:
    curve, chosen = result.curve, result.median
    time = np.r_[0.0, curve.time]
    survival = np.r_[1.0, curve.survival]
    low, high = curve.limits(level=chosen.level, band=chosen.method)  # type: ignore[arg-type]
    axes.fill_between(
        time, np.r_[np.nan, low], np.r_[np.nan, high], step="post", color=BAND, linewidth=0
    )
    axes.step(time, survival, where="post", color=CURVE, linewidth=1.5)
    censored = curve.n_censor > 0
    axes.plot(
        curve.time[censored], curve.survival[censored], "|", color=INK, markersize=6,
        markeredgewidth=0.8, zorder=3,
    )  # fmt: skip


def _paint_median(axes: Axes, result: SurvivalResult, end: float) -> None:
    median = result.median.value
    words = f"median {show_median_with_unit(result.median, result.unit)}"
    right = end
    if median <= end:  # nan, not reached, is not
        right = median
        axes.plot([median, median], [0, 0.5], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.plot([0, right], [0.5, 0.5], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.text(
        0.98, 0.98, f"{words} {show_median_interval(result.median)}", ha="right", va="top",
        transform=axes.transAxes,
    )  # fmt: skip


def _ticks(end: float) -> list[int]:
    steps = (1, 2, 3, 4, 6, 12, 24, 60, 90, 120, 180, 360)  # months, weeks or days
    step = next((step for step in steps if end / step <= _MOST_TICKS), ceil(end / _MOST_TICKS))
    return list(range(0, int(end) + 1, step))


def count_leaving(curve: KaplanMeier, ticks: Sequence[float]) -> tuple[tuple[str, list[int]], ...]:
    """Count at each tick who is at risk, had the event before it, was censored before it.

    The three add up to the number of patients.

    Parameters
    ----------
    curve : KaplanMeier
        The fitted curve.
    ticks : sequence of float
        Times of the axis ticks.
    """
    before = [curve.time < tick for tick in ticks]
    return (
        ("At risk", [int(count) for count in curve.at_risk(ticks)]),
        ("Events", [int(curve.n_event[past].sum()) for past in before]),
        ("Censored", [int(curve.n_censor[past].sum()) for past in before]),
    )


def _write_numbers(axes: Axes, curve: KaplanMeier, ticks: Sequence[int]) -> None:
    place = axes.get_xaxis_transform()
    for number, (words, counts) in enumerate(count_leaving(curve, ticks)):
        y = -0.255 - 0.075 * number
        axes.text(-0.045, y, words, transform=axes.transAxes, ha="right", va="center", color=GREY)
        for tick, count in zip(ticks, counts, strict=True):
            axes.text(tick, y, str(count), transform=place, ha="center", va="center")
