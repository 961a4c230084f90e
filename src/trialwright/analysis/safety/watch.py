"""The stopping rule for toxicity on the patients there are: looks made, the next one, who is open.

The boundaries are those of ``design``; whether a patient had an unacceptable toxicity is said by
``safety``. A patient who is still inside the window, and has had none, may still have one: what
the rule says is therefore given for the fewest and for the most that there can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.design.toxicity.of_study import toxicity_rule_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.safety.toxicity import PatientToxicity
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class ToxicityLook:
    """One look of the rule, at the first ``patients`` treated.

    Parameters
    ----------
    patients : int
        Patients of the look.
    stop_at : int or None
        Enrolment stops at so many patients with toxicity or more; none: no number stops here.
    had : tuple of str
        Patients with toxicity.
    may_have : tuple of str
        Those who may still have one: inside their window, or with an event of which the data leave
        open whether it counts.
    """

    patients: int
    stop_at: int | None
    had: tuple[str, ...]
    may_have: tuple[str, ...]

    @property
    def least(self) -> int:
        """Patients with toxicity."""
        return len(self.had)

    @property
    def most(self) -> int:
        """Patients with toxicity, with those added who may still have one."""
        return len(self.had) + len(self.may_have)

    @property
    def verdict(self) -> str:
        """What the look says, or that it depends on patients who are still inside the window."""
        if self.stop_at is not None and self.least >= self.stop_at:
            return "stop enrolment"
        if self.stop_at is not None and self.most >= self.stop_at:
            return "open: depends on patients who may still count"
        return "go on"


@dataclass(frozen=True, slots=True)
class ToxicityWatch:
    """The rule on the patients there are.

    Parameters
    ----------
    patients : tuple of PatientToxicity
        Treated patients in the order of treatment.
    looks : tuple of ToxicityLook
        Looks that have been reached.
    ahead : tuple of (int, int or None)
        Looks to come, with the number that would stop.
    """

    patients: tuple[PatientToxicity, ...]
    looks: tuple[ToxicityLook, ...]
    ahead: tuple[tuple[int, int | None], ...]

    @property
    def verdict(self) -> str:
        """What the rule says now: that of the first look that stops, or else of the last."""
        if not self.looks:
            return "no look reached yet"
        stopped = [look for look in self.looks if look.verdict == "stop enrolment"]
        look = stopped[0] if stopped else self.looks[-1]
        return f"{look.verdict} (look at {look.patients} patients)"


def watch_toxicity(patients: Sequence[PatientToxicity], study: Study) -> ToxicityWatch:
    """Apply the toxicity rule of the study to the patients treated so far.

    Parameters
    ----------
    patients : sequence of PatientToxicity
        Every treated patient, in the order of the first treatment.
    study : Study
        States the rule.

    Raises
    ------
    StudyError
        If a field of the rule is still a gap.
    DesignError
        If the fields make no rule.

    Notes
    -----
    Source: Thall, Simon & Estey 1995; boundaries of ``design.toxicity_rule_of``.
    """
    rule = toxicity_rule_of(study)
    bounds = dict(zip(rule.looks, rule.boundaries.stop_at_least, strict=True))
    return ToxicityWatch(
        tuple(patients),
        tuple(
            _look(patients[:look], stop_at)
            for look, stop_at in bounds.items()
            if look <= len(patients)
        ),
        tuple((look, stop_at) for look, stop_at in bounds.items() if look > len(patients)),
    )


def _look(patients: Sequence[PatientToxicity], stop_at: int | None) -> ToxicityLook:
    had = tuple(one.patient_id for one in patients if one.had_toxicity)
    may_have = tuple(one.patient_id for one in patients if one.may_have_toxicity)
    return ToxicityLook(len(patients), stop_at, had, may_have)
