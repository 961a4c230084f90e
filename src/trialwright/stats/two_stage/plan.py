"""What was planned and what was attained: Simon's numbers, and the patients that came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from trialwright.stats.checks import check_count, check_inside, check_whole

MOST_PATIENTS = 1000  # beyond it a binomial coefficient no longer fits a float


@dataclass(frozen=True, slots=True)
class TwoStagePlan:
    """A two-stage design in Simon's numbers, and the response rate it tests against.

    Stop if X1 <= r1 of the first n1 patients respond; declare activity if X > r of all n respond.

    Parameters
    ----------
    first_stage : int
        n1, patients of stage 1; 1 or more.
    first_stage_bound : int
        r1: stop if at most this many of them respond; 0 to n1 - 1.
    total : int
        n, patients of both stages; above n1, at most 1000.
    total_bound : int
        r: declare activity if more than this many of all respond; r1 to n - 1.
    p0 : float
        Response rate of no interest, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If no trial could follow the numbers; the message names the number and what is allowed.

    Examples
    --------
    >>> from trialwright.stats.two_stage import TwoStagePlan
    >>> print(TwoStagePlan(10, 1, 29, 5, 0.10))
    1/10 5/29, p0 = 0.1
    """

    first_stage: int
    first_stage_bound: int
    total: int
    total_bound: int
    p0: float

    def __post_init__(self) -> None:
        """Refuse what cannot be a design."""
        for name in ("first_stage", "first_stage_bound", "total", "total_bound"):
            # Kept as Python's own: an unsigned integer of NumPy would wrap below 0.
            object.__setattr__(self, name, check_whole(name, getattr(self, name)))
        _from_to("first_stage (n1)", self.first_stage, 1, MOST_PATIENTS - 1)
        _from_to("first_stage_bound (r1)", self.first_stage_bound, 0, self.first_stage - 1)
        _from_to("total (n)", self.total, self.first_stage + 1, MOST_PATIENTS)
        _from_to("total_bound (r)", self.total_bound, self.first_stage_bound, self.total - 1)
        check_inside("p0", self.p0)

    def __str__(self) -> str:
        """Write the design as Simon's tables do: ``r1/n1 r/n``."""
        stage_1 = f"{self.first_stage_bound}/{self.first_stage}"
        return f"{stage_1} {self.total_bound}/{self.total}, p0 = {self.p0:g}"


@dataclass(frozen=True, slots=True)
class Attained:
    """The patients a finished trial really had, where they are not the planned ones.

    Parameters
    ----------
    first_stage : int
        Patients on whom the decision after stage 1 was taken; 1 or more.
    first_stage_responses : int
        Responses among them.
    total : int
        Patients of both stages; equal to ``first_stage`` if the trial ended after stage 1.
    first_stage_bound : int or None
        The bound that was applied after stage 1, 0 to ``first_stage - 1``; the planned r1 if
        None. State it if the protocol or the monitoring committee changed it.

    Raises
    ------
    ValueError
        If a count does not fit the others; the message names it and what is allowed.
    """

    first_stage: int
    first_stage_responses: int
    total: int
    first_stage_bound: int | None = None

    def __post_init__(self) -> None:
        """Refuse counts that do not fit one another."""
        check_count(
            self.first_stage_responses, self.first_stage, ("first_stage_responses", "first_stage")
        )
        names = ["first_stage", "first_stage_responses", "total"]
        names += ["first_stage_bound"] if self.first_stage_bound is not None else []
        for name in names:
            object.__setattr__(self, name, check_whole(name, getattr(self, name)))
        _from_to("total", self.total, self.first_stage, MOST_PATIENTS)
        if self.first_stage_bound is not None:
            _from_to("first_stage_bound", self.first_stage_bound, 0, self.first_stage - 1)

    def check_responses(self, responses: int) -> None:
        """Raise ``ValueError`` unless so many responses of all patients fit those of stage 1."""
        least = self.first_stage_responses
        _from_to("responses", responses, least, least + self.total - self.first_stage)


def _from_to(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        _refuse(name, value, least, most)


def _refuse(name: str, value: int, least: int, most: int) -> NoReturn:
    msg = f"{name} must be from {least} to {most}, not {value}"
    raise ValueError(msg)
