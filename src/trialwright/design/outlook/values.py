"""What `look_ahead` returns: where a trial stands, and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

    from trialwright.design.boundaries import Bound, Boundaries
    from trialwright.design.joint.rule import BadSide

Standing = Literal["under way", "stopped low", "stopped high", "ended"]
LookState = Literal["passed", "open", "stopped low", "stopped high", "not needed"]


@dataclass(frozen=True, slots=True)
class LookOutlook:
    """What one look has and needs.

    Parameters
    ----------
    patients : int
        Patients that the look counts: the first so many enrolled.
    stop_at_most, stop_at_least : int or None
        Its bounds.
    responders, evaluated, pending, to_enrol : int
        Of these patients: who responded, whose outcome is known, who may still respond, and who
        is not enrolled yet.
    state : {"passed", "open", "stopped low", "stopped high", "not needed"}
        What is certain of it whatever the open outcomes are; "not needed": the trial is decided
        before it.
    """

    patients: int
    stop_at_most: Bound
    stop_at_least: Bound
    responders: int
    evaluated: int
    pending: int
    to_enrol: int
    state: LookState

    @property
    def unknown(self) -> int:
        """Patients of the look whose outcome is not known."""
        return self.pending + self.to_enrol

    @property
    def needed_to_go_on(self) -> int | None:
        """Further responders needed not to stop low; none where there is no lower bound."""
        return _still_needed(self.stop_at_most, self.responders, 1)

    @property
    def needed_to_stop_high(self) -> int | None:
        """Further responders needed to stop high; none where there is no upper bound."""
        return _still_needed(self.stop_at_least, self.responders, 0)

    def least_of_pending(self, needed: int) -> int:
        """Return how many pending must respond even if all patients to enrol respond."""
        return max(0, needed - self.to_enrol)


@dataclass(frozen=True, slots=True)
class Chances:
    """What may become of the trial under one assumption of the true rate.

    Parameters
    ----------
    assumption : str
        Name: ``"p0"``, ``"observed rate"``, ``"posterior"``.
    next_response : float
        Chance that a new patient responds: the rate, or the mean of the posterior.
    low, high : tuple of float
        Chance to stop at each look by the lower and by the upper bound, from now on.
    success : float
        Chance that the trial ends in success; the predictive probability under the posterior.
    """

    assumption: str
    next_response: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    success: float


@dataclass(frozen=True, slots=True)
class PatientOutlook:
    """What one open patient changes.

    Parameters
    ----------
    patient : int
        Place in the order of enrolment, from 1.
    pending : bool
        Whether the patient is enrolled; False: the next to enrol.
    if_responds, if_not : tuple of Chances
        What becomes of the chances, one an assumption, in the order of `Outlook.chances`.
    standing_if_responds, standing_if_not : str
        Where the trial then stands, whatever the others do.
    """

    patient: int
    pending: bool
    if_responds: tuple[Chances, ...]
    if_not: tuple[Chances, ...]
    standing_if_responds: Standing
    standing_if_not: Standing


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a trial stands and what may become of it; from `trialwright.design.outlook.look_ahead`.

    Parameters
    ----------
    boundaries : Boundaries
        The plan.
    responses : tuple of bool or None
        Outcomes in order of enrolment; None for a patient who may still respond.
    bad_side : {"low", "high"}
        Which stop is a failure.
    standing : {"under way", "stopped low", "stopped high", "ended"}
        What is certain whatever the pending do; "ended": at the last look nothing stopped.
    decided_at : int or None
        Patients of the look that decided; none while under way.
    looks : tuple of LookOutlook
        Each look.
    chances : tuple of Chances
        One an assumption.
    patients : tuple of PatientOutlook
        Every pending patient of the plan and the next to enrol; empty once decided.
    """

    boundaries: Boundaries
    responses: tuple[bool | None, ...]
    bad_side: BadSide
    standing: Standing
    decided_at: int | None
    looks: tuple[LookOutlook, ...]
    chances: tuple[Chances, ...]
    patients: tuple[PatientOutlook, ...]

    @property
    def counted(self) -> int:
        """Patients that the decision counts: those of its look, or of the plan so far."""
        return min(len(self.responses), self.decided_at or self.boundaries.most_patients)

    @property
    def left_out(self) -> int:
        """Patients enrolled beyond those that the plan has a place for."""
        return len(self.responses) - self.counted

    @property
    def responders(self) -> int:
        """Responders among the counted patients."""
        return sum(x is True for x in self.responses[: self.counted])

    @property
    def pending(self) -> int:
        """Counted patients who may still respond."""
        return sum(x is None for x in self.responses[: self.counted])

    @property
    def evaluated(self) -> int:
        """Counted patients whose outcome is known."""
        return self.counted - self.pending

    @property
    def next_look(self) -> LookOutlook | None:
        """The first look that is not settled; none once the trial is decided."""
        return next((look for look in self.looks if look.state == "open"), None)

    @property
    def succeeded(self) -> bool | None:
        """Whether the trial ended in success; none while under way."""
        if self.standing == "under way":
            return None
        return _is_success(self.boundaries, self.standing, self.bad_side)

    @property
    def seen(self) -> tuple[tuple[int, int], ...]:
        """The path for a boundary plot: (patients, responders) after each counted patient."""
        counted = self.responses[: self.counted]
        responders = accumulate(int(response is True) for response in counted)
        return tuple(enumerate(responders, 1))

    @property
    def waiting(self) -> tuple[int, ...]:
        """How many of the patients up to each point of `seen` may still respond."""
        return tuple(accumulate(int(x is None) for x in self.responses[: self.counted]))

    def to_frame(self) -> pl.DataFrame:
        """Return one row an assumption and look: its chances to stop there, and of success."""
        import polars as pl

        rows = [
            (one.assumption, one.next_response, look.patients, look.state, low, high, one.success)
            for one in self.chances
            for look, low, high in zip(self.looks, one.low, one.high, strict=True)
        ]
        names = ("assumption", "next_response", "patients", "state", "stop_low", "stop_high")
        kinds = (pl.String, pl.Float64, pl.Int64, pl.String, pl.Float64, pl.Float64, pl.Float64)
        schema = dict(zip((*names, "success"), kinds, strict=True))
        return pl.DataFrame(rows, schema=schema, orient="row")

    def patients_frame(self) -> pl.DataFrame:
        """Return one row an open patient and assumption: success now, after a response, or none."""
        import polars as pl

        rows = [
            (one.patient, one.pending, now.assumption, now.success, yes.success, no.success)
            for one in self.patients
            for now, yes, no in zip(self.chances, one.if_responds, one.if_not, strict=True)
        ]
        schema = {
            "patient": pl.Int64,
            "pending": pl.Boolean,
            "assumption": pl.String,
            "success_now": pl.Float64,
            "success_if_responds": pl.Float64,
            "success_if_not": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")


def _still_needed(bound: Bound, responders: int, beyond: int) -> int | None:
    return None if bound is None else max(0, bound + beyond - responders)


def has_good_end(plan: Boundaries, bad_side: BadSide) -> bool:
    """Return whether the last look has a bound on the good side."""
    last = plan.stop_at_least[-1] if bad_side == "low" else plan.stop_at_most[-1]
    return last is not None


def _is_success(plan: Boundaries, standing: Standing, bad_side: BadSide) -> bool:
    if standing == "ended":
        return not has_good_end(plan, bad_side)
    return standing != f"stopped {bad_side}"
