"""What a log-rank design does at one true hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.stats.result import Reported


@dataclass(frozen=True, slots=True)
class LogRankCharacteristics(Reported):
    """What a design does at one true hazard ratio, in the normal approximation.

    Parameters
    ----------
    hazard_ratio : float
        True hazard over the historical one; 1 under the null hypothesis.
    probability_declare_active : float
        The type I error at 1, the power at the hazard ratio worth pursuing.
    probability_early_stop : float
        Of stopping at an interim analysis (PET); 0 with one stage.
    expected_patients : float
        Enrolled when the trial ends, on average.
    expected_duration : float
        From the first entry to the last analysis, on average.
    """

    hazard_ratio: float
    probability_declare_active: float
    probability_early_stop: float
    expected_patients: float
    expected_duration: float
