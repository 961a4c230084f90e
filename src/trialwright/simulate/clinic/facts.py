"""What a clinic visit is drawn from: purposes of the draws, and the course of the patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from math import ceil, isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.simulate.clinic.assumptions import Assumptions
    from trialwright.simulate.draws import Draws
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.rows import AdverseEventRow
    from trialwright.study.characteristics_section import Characteristic


class ClinicPurpose(IntEnum):
    """What a draw of this package is for; beside ``HarmPurpose``, which ends before 80.

    Part of what makes a result reproducible: add new ones at the end, never renumber. The index of
    a visit's draws is its day, that of a characteristic the checksum of its name, that of a
    medication its number.
    """

    CHARACTERISTIC = 80  # known; value
    BASELINE_VISIT = 81
    SYSTOLIC_LEVEL = 82
    DIASTOLIC_LEVEL = 83
    PULSE_LEVEL = 84
    SYSTOLIC_NOISE = 85
    DIASTOLIC_NOISE = 86
    PULSE_NOISE = 87
    QTCF_LEVEL = 88
    QTCF_NOISE = 89
    QTCF_OUTLIER = 90
    USUAL_MEDICATION = 91  # at all; how long ago
    EVENT_MEDICATION = 92  # by event and medication


@dataclass(frozen=True, slots=True)
class Clinic:
    """What all patients of a trial share: assumptions, and the characteristics of the study."""

    assumptions: Assumptions
    characteristics: tuple[Characteristic, ...] = ()


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """One patient's course as the clinic knows it; days count from the first dose.

    Parameters
    ----------
    plan : TrialPlan
        The protocol.
    draws : Draws
        Names the patient.
    patient_id : str
        Written in each row.
    day_0 : date
        Day of the first dose.
    treatment_end_day : float
        First day without study treatment.
    last_known : float
        First day that is not in the data.
    events : tuple of AdverseEventRow
        The patient's adverse events.
    """

    plan: TrialPlan
    draws: Draws
    patient_id: str
    day_0: date
    treatment_end_day: float
    last_known: float
    events: tuple[AdverseEventRow, ...]

    def date_of(self, day: int) -> date:
        """Return the date of a day."""
        return self.day_0 + timedelta(days=day)

    def day_of(self, text: str | None) -> int | None:
        """Return the day of a date that an event holds as a text; none without one."""
        return None if text is None else (date.fromisoformat(text) - self.day_0).days

    def cycle_days(self) -> int:
        """Return the days between visits: the cycle of the first drug, else of the scans."""
        drugs = self.plan.drugs
        return drugs[0].cycle_days if drugs else self.plan.interval_days

    def visit_days(self, clinic: Clinic, cycles: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """Return the days of visits; ``cycles`` picks those at the start of some cycles, from 0."""
        visits = clinic.assumptions.visits
        earliest, latest = visits.baseline_earliest_days, visits.baseline_latest_days
        baseline = -self.draws.integer(ClinicPurpose.BASELINE_VISIT, latest, earliest)
        until = min(self.treatment_end_day, self.last_known)
        length = self.cycle_days()
        wanted = range(1, ceil(until / length)) if cycles is None else cycles
        days = [number * length for number in wanted if number * length < until]
        after = self.treatment_end_day + visits.days_after_treatment
        last = [int(after)] if isfinite(after) and after < self.last_known else []
        return tuple(sorted({baseline, *days, *last}))
