"""Tables of the time-to-event endpoints: events, reasons for censoring, landmark rates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.analysis import SurvivalResult
from trialwright.report.formats import (
    show_median,
    show_median_interval,
    show_median_with_unit,
    show_rate,
)
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from trialwright.analysis import Analysis, CompetingResult


@dataclass(frozen=True, slots=True)
class SurvivalRow:
    """One endpoint with its events and censorings by kind, and its rates at the landmarks.

    ``competing`` are the events that made the one in question impossible; such an endpoint has
    no ``median``, and its rates are cumulative incidences. ``not_counted`` says of how many there
    is no time, by reason.
    """

    key: str
    title: str
    n: int
    events: tuple[tuple[str, int], ...]
    competing: tuple[tuple[str, int], ...]
    censored: tuple[tuple[str, int], ...]
    not_counted: tuple[tuple[str, int], ...]
    median: str
    landmarks: tuple[tuple[str, str], ...]

    @property
    def event_count(self) -> int:
        """Number of events."""
        return sum(count for _, count in self.events)

    @property
    def censored_count(self) -> int:
        """Number of censored times."""
        return sum(count for _, count in self.censored)


def build_survival_rows(analysis: Analysis) -> tuple[SurvivalRow, ...]:
    """Return one row a time-to-event endpoint."""
    return tuple(_row(result) for result in analysis.timed)


def _row(result: SurvivalResult | CompetingResult) -> SurvivalRow:
    median = ""
    measure = "by "  # a cumulative incidence
    if isinstance(result, SurvivalResult):
        median = f"{show_median(result.median)} {show_median_interval(result.median)}"
        measure = ""
    landmarks = tuple(
        (f"{measure}{month:g} months", show_rate(rate)) for month, rate in result.landmarks
    )
    return SurvivalRow(
        result.key,
        result.title,
        len(result.times),
        _by_count(result.events),
        _by_count(result.competing),
        _by_count(result.censored),
        _by_count(Counter(one.why for one in result.no_times)),
        median,
        landmarks,
    )


def _by_count(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Put the most frequent kind first; equal ones by name."""
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def show_follow_up(analysis: Analysis) -> str:
    """Write the median follow-up; empty where it is not computable."""
    estimate, unit = analysis.follow_up, analysis.study.endpoints.time_unit.require()
    if estimate is None:
        return ""
    return (
        f"{show_median_with_unit(estimate, unit)} ({show_level(estimate.level)} "
        f"{show_median_interval(estimate).strip('()')}), reverse Kaplan–Meier of overall survival"
    )
