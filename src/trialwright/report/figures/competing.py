"""Cumulative incidence where another event competes: both curves, and the numbers below the axis.

A Kaplan–Meier curve would treat the patients with the competing event as if they could still have
the other, so there is none (Gray 1988; Aalen and Johansen 1978).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.report.drawing import HALF_WIDTH_INCHES, place_axes
from trialwright.report.figures.population import efficacy_population
from trialwright.report.figures.survival import axis_end, time_ticks, write_counts
from trialwright.report.model import Figure
from trialwright.report.palette import BAND, CURVE
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from matplotlib.figure import Figure as Canvas

    from trialwright.analysis import Analysis
    from trialwright.analysis.result import CompetingResult
    from trialwright.stats import CumulativeIncidence
    from trialwright.study.model import Study

    Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_NUMBER = "14.2.11"
_HEIGHT_INCHES = 4.2
_MARGINS = (1.1, 0.2, 1.5, 0.2)
_COMPETES = "#7a3b8f"


def draw_competing(analysis: Analysis) -> tuple[Figure, ...]:
    """Draw the incidence of each endpoint with which another event competes.

    Parameters
    ----------
    analysis : Analysis
        The results; none where no event competes.
    """
    longest = [float(one.curves.time[-1]) for one in analysis.competing]
    end = axis_end(analysis.study, longest)
    return tuple(_draw(result, end, analysis) for result in analysis.competing)


def _draw(result: CompetingResult, end: float, analysis: Analysis) -> Figure:
    limits = _limits(result, analysis.study)
    return Figure(
        f"incidence-{result.key.lower().replace(' ', '-')}",
        _NUMBER,
        result.title,
        _caption(result, analysis.study, end),
        _describe(result),
        (HALF_WIDTH_INCHES, _HEIGHT_INCHES),
        lambda figure: _paint(figure, result, limits, end),
        _tabulate(result, limits),
        efficacy_population(analysis),
        wide=False,
    )


def _limits(result: CompetingResult, study: Study) -> tuple[Floats, Floats]:
    """Return the limits of the incidence of the event, by the study's level and transformation."""
    chosen = study.statistics
    return result.curves.limits(
        result.curves.causes[0],
        level=chosen.confidence_level.require(),
        band=chosen.incidence_interval.require(),
    )


def _caption(result: CompetingResult, study: Study, end: float) -> str:
    chosen, curves = study.statistics, result.curves
    level = show_level(chosen.confidence_level.require())
    later = int((curves.n_event.sum(axis=1) + curves.n_censor)[curves.time > end].sum())
    whom = result.counted if len(result.times) == 1 else f"{result.counted}s"
    words = (
        f"Cumulative incidence (Aalen–Johansen), {len(result.times)} {whom}: "
        f"{sum(result.events.values())} with the event, {sum(result.competing.values())} with the "
        f"competing event, {sum(result.censored.values())} censored. Shaded: pointwise {level}, "
        f"{chosen.incidence_interval.require()}, variance of {curves.variance_method}."
    )
    return words + (f" {later} followed beyond the end of the axis." if later else "")


def _describe(result: CompetingResult) -> str:
    last = result.curves.incidence[-1]
    return (
        f"Cumulative incidence curves, {result.title.lower()}: in the end {100 * last[0]:.0f} % "
        f"with the event and {100 * last[1]:.0f} % with the competing event, of "
        f"{len(result.times)}."
    )


def _tabulate(result: CompetingResult, limits: tuple[Floats, Floats]) -> pl.DataFrame:
    """Return a row a step of the curves."""
    import polars as pl

    curves = result.curves
    return pl.DataFrame(
        {
            "time": curves.time,
            "unit": [result.unit] * len(curves.time),
            "at_risk": curves.n_risk,
            "events": curves.n_event[:, 0],
            "competing_events": curves.n_event[:, 1],
            "censored": curves.n_censor,
            "incidence": curves.incidence[:, 0],
            "lower_limit": limits[0],
            "upper_limit": limits[1],
            "incidence_of_competing": curves.incidence[:, 1],
        }
    ).with_columns(pl.col("lower_limit", "upper_limit").fill_nan(None))


def _paint(
    figure: Canvas, result: CompetingResult, limits: tuple[Floats, Floats], end: float
) -> None:
    axes, curves = place_axes(figure, _MARGINS), result.curves
    time = np.r_[0.0, curves.time]
    low, high = (np.r_[np.nan, one] for one in limits)
    axes.fill_between(time, low, high, step="post", color=BAND, linewidth=0)
    own, other = (np.r_[0.0, curves.incidence[:, place]] for place in (0, 1))
    axes.step(
        time, own, where="post", color=CURVE, linewidth=1.5, label="event", zorder=3, clip_on=False
    )
    axes.step(
        time, other, where="post", color=_COMPETES, linewidth=1.2, linestyle=(0, (4, 2)),
        label="competing event",
    )  # fmt: skip
    ticks = time_ticks(end)
    axes.set(xlim=(0, 1.02 * end), ylim=(0, 1.02))
    axes.set_xticks(ticks)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.set_xlabel(result.unit.capitalize())
    axes.set_ylabel("Cumulative incidence")
    axes.legend(loc="upper left", borderaxespad=0.3)
    write_counts(axes, ticks, _count(curves, ticks))


def _count(curves: CumulativeIncidence, ticks: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Count at each tick who is at risk, and who left before it, by how; they add up to all."""
    before = [curves.time < tick for tick in ticks]
    return [
        ("At risk", [int(count) for count in curves.at_risk(ticks)]),
        ("Events", [int(curves.n_event[past, 0].sum()) for past in before]),
        ("Competing", [int(curves.n_event[past, 1].sum()) for past in before]),
        ("Censored", [int(curves.n_censor[past].sum()) for past in before]),
    ]
