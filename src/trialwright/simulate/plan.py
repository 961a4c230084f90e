"""What the simulator needs to know of a protocol: patients, calendar, drugs, ablation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwright.simulate.tumour import DAYS_PER_MONTH
from trialwright.study.calendar import make_calendar

if TYPE_CHECKING:
    from datetime import date

    from trialwright.study.calendar import AssessmentCalendar


@dataclass(frozen=True, slots=True)
class DrugPlan:
    """A drug given on the first ``days_given`` days of each cycle, as one row a cycle.

    An infusion every three weeks is ``cycle_days=21, days_given=1``.
    """

    name: str
    dose_mg: float
    cycle_days: int
    days_given: int

    def __post_init__(self) -> None:
        if not (self.dose_mg >= 0 and 1 <= self.days_given <= self.cycle_days):
            msg = (
                f"drug {self.name}: dose {self.dose_mg} mg on {self.days_given} of "
                f"{self.cycle_days} days; a dose is 0 mg or more on 1 .. cycle_days days"
            )
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class AblationPlan:
    """One planned ablation of one liver target, between two days after the first dose (day 0)."""

    first_day: int
    last_day: int
    max_diameter_mm: float
    modality: str = "RFA"

    def __post_init__(self) -> None:
        if not 0 <= self.first_day <= self.last_day:
            msg = (
                f"ablation from day {self.first_day} to day {self.last_day}; "
                "the first is 0 or more and not after the last"
            )
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """The protocol as the simulator sees it.

    Parameters
    ----------
    patients : int
        Patients to enrol, 1 or more.
    accrual_months : float
        Time in which they are enrolled, at a steady rate; more than 0.
    assessment_interval_weeks : float
        Time between tumour assessments, counted from the first dose.
    window_days : int
        A scan is at most this many days early or late; less than half the interval.
    horizon_months : float
        Treatment and follow-up of a patient end this long after the first dose.
    first_patient_date : date
        Accrual opens.
    data_cut : date or None
        Last day whose facts are in the data; None: everybody is followed to the horizon.
    drugs : tuple of DrugPlan
        The schedule of study drugs.
    ablation : AblationPlan or None
        The planned local treatment, if any.
    later_assessments : tuple of float
        After how many weeks the interval changes, and to how many weeks; empty: never.
    toxicity_window_days : int
        Days from the first dose in which unacceptable toxicity counts; 0: none is drawn.
    days_per_month : float
        Days that make a month of accrual and horizon; hazards of a scenario have months of their
        own, of 30.4375 days.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    patients: int
    accrual_months: float
    assessment_interval_weeks: float
    window_days: int
    horizon_months: float
    first_patient_date: date
    data_cut: date | None
    drugs: tuple[DrugPlan, ...]
    ablation: AblationPlan | None
    later_assessments: tuple[float, ...] = ()
    toxicity_window_days: int = 0
    days_per_month: float = DAYS_PER_MONTH

    def __post_init__(self) -> None:
        for name in ("patients", "accrual_months", "assessment_interval_weeks", "horizon_months"):
            if not getattr(self, name) > 0:
                msg = f"{name} must be more than 0, not {getattr(self, name)}"
                raise ValueError(msg)
        if self.later_assessments:
            self._check_later_assessments()
        if not 0 <= 2 * self.window_days < self.interval_days:
            msg = (
                f"window_days must be 0 or more and less than half of the {self.interval_days} "
                f"days between assessments, not {self.window_days}"
            )
            raise ValueError(msg)

    def _check_later_assessments(self) -> None:
        """Refuse a change of the interval that makes no calendar."""
        pair = len(self.later_assessments) == 2  # noqa: PLR2004 - the week, and the interval
        if not (pair and min(self.later_assessments) > 0):
            msg = (
                "later_assessments must be a week and an interval in weeks, both more than 0, not "
                f"{self.later_assessments}"
            )
            raise ValueError(msg)
        if not 2 * self.window_days < self.assessments.later_interval_days:
            msg = (
                f"window_days must be less than half of the "
                f"{self.assessments.later_interval_days} days between later assessments, not "
                f"{self.window_days}"
            )
            raise ValueError(msg)

    @property
    def assessments(self) -> AssessmentCalendar:
        """The planned calendar of tumour assessments."""
        return make_calendar(
            self.assessment_interval_weeks, self.window_days, self.later_assessments
        )

    @property
    def interval_days(self) -> int:
        """Days between the first planned assessments."""
        return self.assessments.interval_days

    @property
    def horizon_days(self) -> int:
        """Days from the first dose to the end of a patient's follow-up."""
        return round(self.horizon_months * self.days_per_month)

    @property
    def days_between_patients(self) -> float:
        """Length of the accrual slot of one patient."""
        return round(self.accrual_months * self.days_per_month / self.patients, 6)

    def resized(self, patients: int) -> TrialPlan:
        """Return the plan for more or fewer patients who come at the same rate.

        The patients whom both plans have are drawn alike, dates included.
        """
        months = self.accrual_months * patients / self.patients
        return replace(self, patients=patients, accrual_months=months)
