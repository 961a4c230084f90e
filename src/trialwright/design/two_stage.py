"""Simon's two-stage design for one binary endpoint: its decision and its exact properties.

Convention of Simon 1989 and R clinfun: stop if X1 <= r1 of the first n1 patients respond;
declare activity if X > r of all n respond.

Sources
-------
Simon R. Optimal two-stage designs for phase II clinical trials. Control Clin Trials 1989;10:1.
Oracle: R clinfun ph2simon, ``tests/oracle/stats/test_two_stage_oracle.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import MOST_PATIENTS, check_number
from trialwright.design.stage_decision import StageDecision, check_responses, decide_stages
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.boundaries import Bound
    from trialwright.stats.two_stage import SizeChange, TwoStageInference, TwoStagePlan


_WRITTEN = re.compile(r"(\d+)/(\d+)[ ,]+(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """What the design does at one true rate.

    Parameters
    ----------
    rate : float
        True probability of a response, in [0, 1].
    probability_declare_active : float
        Of declaring activity: the type I error at p0, the power at p1.
    probability_early_stop : float
        Of stopping after stage 1 (PET).
    expected_patients : float
        Expected number enrolled (EN).
    """

    rate: float
    probability_declare_active: float
    probability_early_stop: float
    expected_patients: float


@dataclass(frozen=True, slots=True)
class TwoStageDesign:
    """A two-stage design, n1, r1, n, r in Simon's symbols.

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

    Raises
    ------
    DesignError
        If no trial could follow the numbers, such as a total below the first stage.

    Examples
    --------
    >>> design = TwoStageDesign(first_stage=10, first_stage_bound=1, total=29, total_bound=5)
    >>> print(design)
    1/10 5/29
    >>> round(design.operating_characteristics(0.10).probability_declare_active, 4)
    0.0471
    """

    first_stage: int
    first_stage_bound: int
    total: int
    total_bound: int

    def __post_init__(self) -> None:
        """Refuse what cannot be a design."""
        n1 = check_number("first_stage (n1)", self.first_stage, 1, MOST_PATIENTS - 1)
        r1 = check_number("first_stage_bound (r1)", self.first_stage_bound, 0, n1 - 1)
        n = check_number("total (n)", self.total, n1 + 1)
        r = check_number("total_bound (r)", self.total_bound, r1, n - 1)
        # Kept as Python's own: an unsigned integer of NumPy would wrap below 0.
        for name, value in zip(self.__slots__, (n1, r1, n, r), strict=True):
            object.__setattr__(self, name, value)

    @classmethod
    def parse(cls, text: str) -> TwoStageDesign:
        """Read a design as Simon's tables write it: ``1/10 5/29``.

        Raises
        ------
        DesignError
            If the text is not of that form, or no trial could follow the numbers.
        """
        found = _WRITTEN.fullmatch(str(text).strip())
        if found is None:
            msg = f"{text!r} is not r1/n1 r/n, such as '1/10 5/29'"
            raise DesignError(msg)
        r1, n1, r, n = (int(number) for number in found.groups())
        return cls(n1, r1, n, r)

    def __str__(self) -> str:
        """Write the design as Simon's tables do: ``r1/n1 r/n``."""
        stage_1 = f"{self.first_stage_bound}/{self.first_stage}"
        return f"{stage_1} {self.total_bound}/{self.total}"

    def operating_characteristics(self, rate: float) -> OperatingCharacteristics:
        """Return the exact properties at one true response rate.

        Parameters
        ----------
        rate : float
            True probability of a response, in [0, 1].

        Returns
        -------
        OperatingCharacteristics
            Sums of binomial probabilities, no approximation.

        Raises
        ------
        ValueError
            If ``rate`` lies outside [0, 1].

        Notes
        -----
        Source: Simon 1989, section 2.
        """
        found = self.boundaries.characteristics(rate)
        return OperatingCharacteristics(
            float(rate),
            float(found.probability_high[0]),
            float(found.probability_early_stop[0]),
            float(found.expected_patients[0]),
        )

    @property
    def boundaries(self) -> Boundaries:
        """The design as bounds of responders at two looks."""
        return simon_boundaries(
            self.first_stage, self.first_stage_bound, self.total, self.total_bound
        )

    def plan(self, p0: float) -> TwoStagePlan:
        """Return the design with the rate that it tests against, as inference takes it."""
        from trialwright.stats.two_stage import TwoStagePlan

        return TwoStagePlan(
            self.first_stage, self.first_stage_bound, self.total, self.total_bound, p0
        )

    def ends_at(self, responders: int) -> int:
        """Return the patients of a trial that followed the design and ended with so many."""
        return self.first_stage if responders <= self.first_stage_bound else self.total

    def decide(self, responses: Sequence[bool | None]) -> StageDecision:
        """Say what the design decides of the responses so far.

        Stage 1 is decided on the first n1 patients and stage 2 on the first n, whatever was
        enrolled after them; the sentence says when that differs from the plan.

        Parameters
        ----------
        responses : sequence of bool or None
            One per patient, in order of enrolment; None for a patient who may still respond.
            A verdict is given only if it holds whatever those patients do.

        Returns
        -------
        StageDecision
            The verdict with its numbers and a sentence for the report.

        Raises
        ------
        ValueError
            If a response is none of True, False and None; the message names its index.

        Examples
        --------
        >>> TwoStageDesign(10, 1, 29, 5).decide([False] * 9 + [True]).verdict
        'stop for futility'
        """
        return decide_stages(self, responses)

    def infer(
        self,
        responses: Sequence[bool | None],
        *,
        p0: float,
        level: float = 0.90,
        closed: bool = False,
        size_change: SizeChange = "stage-wise",
    ) -> TwoStageInference | None:
        """Return estimate, interval and test that keep to the decision, once the trial is over.

        The patients are those that `decide` counts: the first n1 if they stop the trial, else
        the first n.

        Parameters
        ----------
        responses : sequence of bool or None
            One per patient, in order of enrolment; None for a patient who may still respond.
        p0 : float
            Response rate of no interest that the design tests against, in (0, 1).
        level : float
            Two-sided confidence level, in (0, 1).
        closed : bool
            Whether enrolment ended for good. A trial that ended short of its plan is then
            analysed on the sizes it attained, a first stage too, by the planned bound r1.
        size_change : {"stage-wise", "conditional"}
            How a second stage of another size is tested; see `infer_after_two_stages`.

        Returns
        -------
        TwoStageInference or None
            None while the trial goes on, or a counted patient may still respond, or if it closed
            with r1 patients or fewer.

        Raises
        ------
        ValueError
            If a response is none of True, False and None, or a number lies outside its range.

        Notes
        -----
        Source: `trialwright.stats.two_stage.infer_after_two_stages`, which says more.

        Examples
        --------
        >>> design = TwoStageDesign(10, 1, 29, 5)
        >>> print(design.infer([True] * 6 + [False] * 23, p0=0.10))
        6/29; UMVUE 26.1 % (stage-wise 90 % CI 10.2 to 41.3), p = 0.0471
        """
        from trialwright.stats.two_stage import Attained, infer_after_two_stages

        check_responses(responses)
        n1, r1, n = self.first_stage, self.first_stage_bound, self.total
        plan = self.plan(p0)
        futile = self.decide(responses[:n1]).verdict == "stop for futility"
        counted = responses[: n1 if futile else n]
        if None in counted or not counted:
            return None
        x = sum(map(bool, counted))
        if futile or len(counted) == n:
            return infer_after_two_stages(x, plan, level=level)
        if not closed or len(counted) <= r1:  # so few could not have passed the bound
            return None
        m1 = min(n1, len(counted))
        stage_1 = sum(map(bool, counted[:m1]))
        attained = Attained(m1, stage_1, len(counted), first_stage_bound=r1)
        return infer_after_two_stages(
            x, plan, attained=attained, level=level, size_change=size_change
        )


def simon_boundaries(
    first_stage: int, first_stage_bound: Bound, total: int, total_bound: int
) -> Boundaries:
    """Return the looks and bounds of n1, r1, n and r; an r1 of None stops nobody."""
    looks, stop_at_most = (first_stage, total), (first_stage_bound, total_bound)
    return Boundaries(looks, stop_at_most, (None, total_bound + 1))
