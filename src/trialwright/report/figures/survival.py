"""Kaplan-Meier curves with band, censor ticks, median, and the numbers below the axis.

Convention: KMunicate (Morris et al., BMJ Open 2019): at risk, and cumulative events and
censored, under each tick; survival from 0 to 1; one time unit for all curves. Where fewer than a
tenth are at risk the curve is grey (Pocock et al., Lancet 2002;359:1686, advise to leave it out).
"""

from __future__ import annotations

from math import ceil, isnan
from typing import TYPE_CHECKING

import numpy as np

from trialwright.analysis import days_per_unit
from trialwright.endpoints import time_endpoint
from trialwright.report.drawing import HALF_WIDTH_INCHES, place_axes
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import say_count, show_median_interval, show_median_with_unit
from trialwright.report.model import Figure
from trialwright.report.palette import BAND, CURVE, GREY, INK
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.analysis import Analysis, SurvivalResult
    from trialwright.report.model import Population
    from trialwright.stats import KaplanMeier
    from trialwright.study.model import Study

    Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_NUMBERS = {"DOR": "14.2.2", "LTPFS": "14.2.6"}  # tables that show a curve's numbers
_FEW = 0.1  # share at risk under which Pocock et al. advise to show no more of a curve
_PALE = "#e3e7eb"
_HEIGHT_INCHES = 4.0
_MOST_TICKS = 9
_SLACK_DAYS = 31.0  # a last visit a little after the horizon does not cut the curve
_MARGINS = (1.0, 0.2, 1.3, 0.2)
_FIRST_ROW, _ROW = 0.64, 0.19  # of counts below the axis, in inches


def draw_survival(analysis: Analysis) -> tuple[Figure, ...]:
    """Draw the curves of the endpoints that have one, on one common time axis.

    Parameters
    ----------
    analysis : Analysis
        The results.
    """
    drawn = [one for one in analysis.survival if time_endpoint(one.key).drawn]
    longest = [float(one.curve.time[-1]) for one in drawn]
    end, among = axis_end(analysis.study, longest), efficacy_population(analysis)
    return tuple(_draw(result, end, among) for result in drawn)


def axis_end(study: Study, longest_times: Sequence[float]) -> float:
    """Return the longest follow-up, cut at the study's horizon where it is settled.

    Parameters
    ----------
    study : Study
        Names the horizon and the unit of times.
    longest_times : sequence of float
        The last time of each curve that shares the axis.
    """
    longest = max([*longest_times, 1.0])
    months = study.schedule.horizon_months.value
    longest = max(longest, 1.0)
    if months is None:
        return longest
    unit = days_per_unit(study.endpoints.time_unit.require(), study)
    horizon = months * days_per_unit("months", study) / unit
    return longest if longest <= horizon + _SLACK_DAYS / unit else horizon


def _draw(result: SurvivalResult, end: float, among: Population) -> Figure:
    return Figure(
        f"km-{result.key.lower()}",
        _NUMBERS.get(result.key, "14.2.3"),
        result.title,
        _caption(result, end),
        _describe(result),
        (HALF_WIDTH_INCHES, _HEIGHT_INCHES),
        lambda figure: _paint(figure, result, end),
        _tabulate(result),
        among,
        wide=False,
    )


def _tabulate(result: SurvivalResult) -> pl.DataFrame:
    """Return a row a step of the curve, and one for its start."""
    import polars as pl

    curve = result.curve
    low, high = _limits(result)
    n = int((curve.n_event + curve.n_censor).sum())
    return pl.DataFrame(
        {
            "time": np.r_[0.0, curve.time],
            "unit": [result.unit] * (len(curve.time) + 1),
            "at_risk": np.r_[n, curve.n_risk],
            "events": np.r_[0, curve.n_event],
            "censored": np.r_[0, curve.n_censor],
            "survival": np.r_[1.0, curve.survival],
            "lower_limit": np.r_[np.nan, low],
            "upper_limit": np.r_[np.nan, high],
        }
    ).with_columns(pl.col("lower_limit", "upper_limit").fill_nan(None))


def _limits(result: SurvivalResult) -> tuple[Floats, Floats]:
    chosen = result.median
    return result.curve.limits(level=chosen.level, band=chosen.method)  # type: ignore[arg-type]


def _caption(result: SurvivalResult, end: float) -> str:
    median, events = result.median, sum(result.events.values())
    beyond = result.curve.time > end
    later = int((result.curve.n_event + result.curve.n_censor)[beyond].sum())
    interval = f"{show_level(median.level)} {show_median_interval(median).strip('()')}"
    counted = say_count(events, "event")
    words = (
        f"Kaplan–Meier, n = {len(result.times)}, {counted}. Median "
        f"{show_median_with_unit(median, result.unit)} ({interval}; {median.method}). Shaded: "
        f"pointwise {show_level(median.level)}, {median.method}. Ticks on the curve: censored."
    )
    if _first_few(result.curve) < len(result.curve.time):
        words += " Grey: fewer than a tenth at risk, to be read with care (Pocock 2002)."
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


def _paint(figure: Canvas, result: SurvivalResult, end: float) -> None:
    axes = place_axes(figure, _MARGINS)
    _paint_curve(axes, result)
    _paint_median(axes, result, end)
    ticks = time_ticks(end)
    axes.set(xlim=(0, 1.02 * end), ylim=(0, 1.02))
    axes.set_xticks(ticks)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.set_xlabel(result.unit.capitalize())
    axes.set_ylabel(result.title)
    write_counts(axes, ticks, count_leaving(result.curve, ticks))


def _paint_curve(axes: Axes, result: SurvivalResult) -> None:
    curve = result.curve
    time, survival = np.r_[0.0, curve.time], np.r_[1.0, curve.survival]
    low, high = _limits(result)
    limits = np.r_[np.nan, low], np.r_[np.nan, high]
    few = _first_few(curve)
    for part, line, band in ((slice(few + 1), CURVE, BAND), (slice(few, None), GREY, _PALE)):
        axes.fill_between(
            time[part], limits[0][part], limits[1][part], step="post", color=band, linewidth=0
        )
        axes.step(time[part], survival[part], where="post", color=line, linewidth=1.5)
    censored = curve.n_censor > 0
    axes.plot(
        curve.time[censored], curve.survival[censored], "|", color=INK, markersize=6,
        markeredgewidth=0.8, zorder=3,
    )  # fmt: skip


def _first_few(curve: KaplanMeier) -> int:
    """Return the step of the drawn curve from which fewer than a tenth are at risk."""
    n = int((curve.n_event + curve.n_censor).sum())
    after = curve.n_risk - curve.n_event - curve.n_censor
    few = np.flatnonzero(after < _FEW * n)
    return int(few[0]) + 1 if len(few) else len(curve.time)


def _paint_median(axes: Axes, result: SurvivalResult, end: float) -> None:
    median = result.median.value
    words = f"median {show_median_with_unit(result.median, result.unit)}"
    right = end
    if median <= end:  # nan, not reached, is not
        right = median
        axes.plot([median, median], [0, 0.5], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.plot([0, right], [0.5, 0.5], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.text(
        0.97, 0.93, f"{words} {show_median_interval(result.median)}", ha="right", va="top",
        transform=axes.transAxes, zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.0},
    )  # fmt: skip


def time_ticks(end: float) -> list[int]:
    """Return the ticks of an axis of months, weeks or days."""
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


def write_counts(
    axes: Axes, ticks: Sequence[int], rows: Sequence[tuple[str, Sequence[int]]]
) -> None:
    """Write rows of counts under the ticks of an axis.

    Parameters
    ----------
    axes : Axes
        Of a curve over time.
    ticks : sequence of int
        Where the counts stand.
    rows : sequence of (str, sequence of int)
        Name and counts of each row, from the top.
    """
    place = axes.get_xaxis_transform()
    height = axes.bbox.height / axes.get_figure(root=True).dpi  # type: ignore[union-attr]  # it has one
    for number, (words, counts) in enumerate(rows):
        y = -(_FIRST_ROW + _ROW * number) / height
        axes.text(-0.07, y, words, transform=axes.transAxes, ha="right", va="center", color=GREY)
        for tick, count in zip(ticks, counts, strict=True):
            axes.text(tick, y, str(count), transform=place, ha="center", va="center")
