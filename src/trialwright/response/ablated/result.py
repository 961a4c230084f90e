"""What became of one ablated lesion, with the reason for each answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response.ablated.rules import Answer

if TYPE_CHECKING:
    import datetime as dt

    from trialwright.response.ablated.rules import LocalEnd, Zone
    from trialwright.response.patient import Lesion, LocalTreatment
    from trialwright.response.result import Reason


@dataclass(frozen=True, slots=True)
class Control:
    """One scan that says what the ablation zone shows."""

    visit: str
    date: dt.date
    zone: Zone
    recorded: str  # the finding or state that says so


@dataclass(frozen=True, slots=True)
class LocalOutcome:
    """Time from the ablation to local progression, and what ended it.

    ``days`` and ``date`` are none for a lesion that was never complete or never assessed.
    """

    end: LocalEnd
    date: dt.date | None
    days: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class AblatedLesion:
    """What became of one ablated lesion.

    ``course`` is the defined course: the planned ablations before the first control (all
    ablations before it, where none was planned). ``retreatments`` are the others. Days are
    counted from the last ablation of the course.
    """

    patient_id: str
    lesion: Lesion
    course: tuple[LocalTreatment, ...]
    retreatments: tuple[LocalTreatment, ...]
    controls: tuple[Control, ...]
    days_from_first_treatment: int | None  # to the first ablation
    size_before_mm: float | None  # last size up to the first ablation
    zone_sizes_mm: tuple[float, ...]  # sizes on later scans, in order of date
    in_window: bool | None  # the first control; none: no control, or no window stated
    primary_efficacy: Answer
    secondary_efficacy: Answer | None  # none: ablation was not repeated
    efficacy_reason: Reason
    local: LocalOutcome

    @property
    def ablations(self) -> tuple[LocalTreatment, ...]:
        """All ablations of the lesion in order of date."""
        return tuple(sorted(self.course + self.retreatments, key=lambda one: one.treatment_date))

    @property
    def first_control(self) -> Control | None:
        """The first control after the defined course."""
        return self.controls[0] if self.controls else None

    @property
    def first_control_days(self) -> int | None:
        """Days from the last ablation of the course to the first control."""
        if not self.controls:
            return None
        return (self.controls[0].date - self.course[-1].treatment_date).days

    @property
    def technical_success(self) -> bool | None:
        """Whether the zone covered the lesion at the end of the course; none: not recorded.

        Source: Ahmed 2014: judged when the last session of the course ends.
        """
        return self.course[-1].technical_success

    @property
    def residual_tumour(self) -> Answer:
        """Whether the first control after the course showed tumour at the zone."""
        opposite = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}
        return opposite.get(self.primary_efficacy, Answer.NOT_ASSESSED)

    @property
    def efficacy(self) -> Answer:
        """Technique efficacy after all ablations: secondary where there is one, else primary."""
        if self.secondary_efficacy is None:
            return self.primary_efficacy
        return self.secondary_efficacy
