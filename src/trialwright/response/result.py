"""What the response rules say of one patient, with the reason for each call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from trialwright.response.codes import Response
    from trialwright.response.immune.result import ImmuneResponse


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a call was made: the rule, its inputs, and one sentence for a reader."""

    rule: str
    sentence: str
    inputs: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LesionValue:
    """What one lesion was on one visit.

    ``shown`` is what the reader recorded; ``counted_mm`` what entered the sum (``nan``: it
    could not be read; none: the lesion is not part of the sum).
    """

    lesion_id: str
    role: str
    shown: str
    counted_mm: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One tumour assessment with its call.

    ``day`` counts from the first treatment (0). ``sum_mm`` is ``nan`` unless every target
    was read; ``measured_mm`` adds up those that were. Changes are fractions.
    """

    visit: str
    date: dt.date
    day: int
    values: tuple[LesionValue, ...]
    sum_mm: float
    measured_mm: float
    change_from_baseline: float
    nadir_mm: float
    nadir_visit: str
    target: Response
    non_target: Response
    new_lesions: tuple[str, ...]
    overall: Response
    reason: Reason

    @property
    def change_from_nadir(self) -> float:
        """Change of the sum from the nadir before this scan, as a fraction."""
        if not self.nadir_mm > 0:
            return float("nan")
        return (self.sum_mm - self.nadir_mm) / self.nadir_mm


@dataclass(frozen=True, slots=True)
class BestResponse:
    """Best overall response, when it was reached, when confirmed, and why."""

    response: Response
    date: dt.date | None
    confirmed_on: dt.date | None
    visit: str | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class PatientResponse:
    """Every call about one patient under one reading.

    ``baseline`` is none, and ``not_evaluable`` says why, if there is nothing to compare
    later scans with. ``counted`` is the number of time points up to the first PD and before
    any new anticancer therapy. ``early_death`` is the kind of cause (``malignant disease``,
    ``toxicity``, ``other``, ``unknown``) of a death before any assessment after baseline could
    be evaluated.
    """

    patient_id: str
    baseline: TimePoint | None
    time_points: tuple[TimePoint, ...]
    counted: int
    best: BestResponse  # by the study's choice, confirmed or not
    unconfirmed: BestResponse
    confirmed: BestResponse
    response_start: dt.date | None = None  # first CR or PR that counts
    not_evaluable: str | None = None
    excluded_lesions: tuple[str, ...] = ()
    reader: str | None = None  # none: the data hold one reading and name no reader
    immune: ImmuneResponse | None = None  # the reading by iRECIST, where the study asks for it
    early_death: str | None = None

    @property
    def first_progression(self) -> TimePoint | None:
        """The first time point with PD, whether or not new therapy came before it."""
        for point in self.time_points:
            if point.overall.name == "PD":
                return point
        return None

    @property
    def best_change(self) -> TimePoint | None:
        """The time point with the deepest fall (or least rise) of a complete sum.

        Only time points that count are searched: up to PD and before new therapy.
        """
        counted = self.time_points[: self.counted]
        # nan: a target was not read, on this scan or at baseline
        complete = [p for p in counted if p.change_from_baseline == p.change_from_baseline]
        return min(complete, key=lambda point: point.change_from_baseline, default=None)
