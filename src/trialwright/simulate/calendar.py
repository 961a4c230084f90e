"""The dates of one patient: consent, enrolment, baseline scan, first dose, and the data cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from math import floor, inf
from typing import TYPE_CHECKING

from trialwright.simulate.draws import Purpose
from trialwright.study.calendar import planned_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.simulate.draws import Draws
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario import Scenario

_CONSENT_DAYS = (1, 7)  # before enrolment
_SCREENING_DAYS = (0, 3)  # from enrolment to the baseline scan


@dataclass(frozen=True, slots=True)
class Calendar:
    """Dates of one patient; days count from the first dose (day 0).

    ``cut_day`` is the first day whose facts are no longer in the data; infinite without a cut.
    """

    consent: date
    enrolment: date
    first_dose: date
    baseline_day: int
    cut_day: float

    def date_of(self, day: float) -> date:
        """Return the date of a day."""
        return self.first_dose + timedelta(days=int(day))

    def day_of(self, when: date) -> int:
        """Return the day of a date."""
        return (when - self.first_dose).days


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """A scan of the protocol: the day it was planned for and made on; None: missed."""

    number: int
    planned_day: int
    day: int | None

    @property
    def visit(self) -> str:
        """Name the visit by the planned week, or day where the plan is not in whole weeks."""
        week, rest = divmod(self.planned_day, 7)
        return f"day {self.planned_day}" if rest else f"week {week}"


def draw_calendar(scenario: Scenario, plan: TrialPlan, draws: Draws) -> Calendar:
    """Draw a patient's dates; patients come in the order of their numbers, one a slot."""
    slot = (draws.patient + draws.uniform(Purpose.ENROLMENT)) * plan.days_between_patients
    enrolment = plan.first_patient_date + timedelta(days=floor(slot))
    scans = scenario.scans
    before = draws.integer(
        Purpose.BASELINE_SCAN, int(scans.baseline_latest_days), int(scans.baseline_earliest_days)
    )
    first_dose = enrolment + timedelta(
        days=before + draws.integer(Purpose.FIRST_DOSE, *_SCREENING_DAYS)
    )
    return Calendar(
        consent=enrolment - timedelta(days=draws.integer(Purpose.CONSENT, *_CONSENT_DAYS)),
        enrolment=enrolment,
        first_dose=first_dose,
        baseline_day=-before,
        cut_day=inf if plan.data_cut is None else (plan.data_cut - first_dose).days + 1,
    )


def list_scans(
    scenario: Scenario, plan: TrialPlan, draws: Draws, *, until: float
) -> tuple[PlannedScan, ...]:
    """Return the scans planned before day ``until``, without those it came too early for.

    Each is jittered within the window. A missed scan is listed; one that the patient was no
    longer there for is not.
    """
    scans = []
    last_day = plan.horizon_days - 1
    for number, planned in enumerate(_planned_days(plan), start=1):
        jitter = round(scenario.scans.jitter_sd_days * draws.normal(Purpose.VISIT_JITTER, number))
        day = min(planned + max(-plan.window_days, min(jitter, plan.window_days)), last_day)
        missed = draws.uniform(Purpose.MISSED_VISIT, number) < scenario.scans.missed_probability
        if missed and planned < until:
            scans.append(PlannedScan(number, planned, None))
        elif not missed and day < until:
            scans.append(PlannedScan(number, planned, day))
    return tuple(scans)


def _planned_days(plan: TrialPlan) -> Iterator[int]:
    """Yield the planned days of the assessments before the horizon."""
    calendar = plan.assessments
    for number in count(1):
        day = planned_day(calendar, number)
        if day >= plan.horizon_days:
            return
        yield day
