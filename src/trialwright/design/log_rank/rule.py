"""Any one-sample log-rank design as analyses at calendar times, for simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.design.log_rank.trial import LogRankMethod, LogRankTrial


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis of the patients so far.

    Parameters
    ----------
    time : float
        Calendar time from the first entry, above 0.
    stop_at_most : float or None
        Stop for futility if Z is at most this.
    declare_above : float or None
        Declare activity, and stop, if Z is above this.
    """

    time: float
    stop_at_most: float | None = None
    declare_above: float | None = None


@dataclass(frozen=True, slots=True)
class LogRankRule:
    """A trial and its analyses.

    Parameters
    ----------
    trial : LogRankTrial
        History, accrual and follow-up.
    method : {"Wu", "Woolson"}
        The statistic.
    patients : int
        Planned, entering evenly over the accrual.
    analyses : tuple of Analysis
        By time; the last one ends the trial.
    """

    trial: LogRankTrial
    method: LogRankMethod
    patients: int
    analyses: tuple[Analysis, ...]
