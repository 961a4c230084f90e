"""What a table tells of a time-to-event endpoint beside its median: quartiles and range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.analysis.times import days_per_unit

if TYPE_CHECKING:
    from trialwright.analysis.result import SurvivalResult
    from trialwright.endpoints import TimeToEvent
    from trialwright.stats import Estimate
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The shortest and the longest time in the unit of the study.

    Each with whether it was ended by the event; a censored one is only known to be longer.
    """

    least: float
    least_ended: bool
    largest: float
    largest_ended: bool


def quartiles_of(result: SurvivalResult, study: Study) -> tuple[Estimate, Estimate, Estimate]:
    """Return the times by which a quarter, half and three quarters had the event.

    Parameters
    ----------
    result : SurvivalResult
        The endpoint with its curve.
    study : Study
        Level and scale of the intervals.

    Notes
    -----
    Kaplan-Meier quantiles with the limits of Brookmeyer and Crowley (``KaplanMeier.quantile``);
    the second is the median of the result.
    """
    level = study.statistics.confidence_level.require()
    band = study.statistics.survival_interval.require()
    first, middle, third = (
        result.curve.quantile(share, level=level, band=band) for share in (0.25, 0.5, 0.75)
    )
    return first, middle, third


def range_of(result: SurvivalResult, study: Study) -> TimeRange:
    """Return the shortest and the longest time.

    Parameters
    ----------
    result : SurvivalResult
        The endpoint; it has at least one time.
    study : Study
        The unit.

    Notes
    -----
    Of equal times the one that ended in the event is the shorter, as on the curve.
    """
    per_unit = days_per_unit(result.unit, study)
    ordered: list[TimeToEvent] = sorted(result.times, key=lambda one: (one.days, not one.event))
    first, last = ordered[0], ordered[-1]
    return TimeRange(first.days / per_unit, first.event, last.days / per_unit, last.event)
