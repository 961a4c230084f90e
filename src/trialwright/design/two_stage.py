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
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import MOST_PATIENTS, check_number
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.stats.two_stage import SizeChange, TwoStageInference

Verdict = Literal[
    "too early",
    "stop for futility",
    "continue to stage 2",
    "activity declared",
    "activity not declared",
]


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
class StageDecision:
    """What the design says of the responses so far.

    Parameters
    ----------
    stage : {1, 2}
        Stage whose patients the decision counts.
    responders, evaluated : int
        Responders among the patients that the decision counts, and those patients.
    verdict : str
        One of `Verdict`.
    sentence : str
        The decision with its numbers, for a report.
    left_out : int
        Patients given beyond ``evaluated``, which the design leaves no place for.
    """

    stage: Literal[1, 2]
    responders: int
    evaluated: int
    verdict: Verdict
    sentence: str
    left_out: int = 0


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
        for name, value in (("first_stage", n1), ("first_stage_bound", r1), ("total", n)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "total_bound", r)

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
        looks = (self.first_stage, self.total)
        return Boundaries(
            looks, (self.first_stage_bound, self.total_bound), (None, self.total_bound + 1)
        )

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
        check_responses(responses)
        pending = sum(response is None for response in responses)
        worst = self._decide_settled([bool(response) for response in responses])
        if not pending:
            return worst
        best = self._decide_settled([response is None or bool(response) for response in responses])
        if (worst.stage, worst.verdict) == (best.stage, best.verdict):
            who = "1 pending patient does" if pending == 1 else f"{pending} pending patients do"
            words = f"{worst.sentence} This holds whatever the {who}."
            return replace(worst, sentence=words)
        sentence = (
            f"{worst.responders} of {worst.evaluated} patients responded so far and {pending} may "
            f"still respond: too early to decide between '{worst.verdict}' and '{best.verdict}'."
        )
        return StageDecision(worst.stage, worst.responders, worst.evaluated, "too early", sentence)

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
        from trialwright.stats.two_stage import Attained, TwoStagePlan, infer_after_two_stages

        check_responses(responses)
        n1, r1, n = self.first_stage, self.first_stage_bound, self.total
        plan = TwoStagePlan(n1, r1, n, self.total_bound, p0)
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

    def _decide_settled(self, calls: list[bool]) -> StageDecision:
        n1, r1 = self.first_stage, self.first_stage_bound
        x1 = sum(calls[:n1])
        if len(calls) < n1:
            return self._first_stage_open(x1, len(calls))
        if x1 <= r1:
            return self._futility(x1, len(calls))
        if len(calls) == n1:
            sentence = (
                f"{x1} of the first {n1} patients responded, more than {r1}: "
                f"stage 2 enrols {self.total - n1} more."
            )
            return StageDecision(1, x1, n1, "continue to stage 2", sentence)
        if len(calls) < self.total:
            return self._second_stage_open(sum(calls), len(calls))
        return self._final(calls)

    def _first_stage_open(self, x1: int, evaluated: int) -> StageDecision:
        n1, r1 = self.first_stage, self.first_stage_bound
        sentence = (
            f"{x1} of {evaluated} patients responded; stage 1 is decided at {n1} patients "
            f"and continues if more than {r1} respond."
        )
        return StageDecision(1, x1, evaluated, "too early", sentence)

    def _futility(self, x1: int, enrolled: int) -> StageDecision:
        n1, r1 = self.first_stage, self.first_stage_bound
        beyond = enrolled - n1
        sentence = f"{x1} of the first {n1} patients responded, at most {r1}: stop for futility."
        if beyond:
            sentence += (
                f" {enrolled} patients were evaluated where the design stops at {n1}: the "
                f"attained size is not the planned one; the decision uses the first {n1} and "
                f"leaves out the {beyond} after them."
            )
        return StageDecision(1, x1, n1, "stop for futility", sentence, beyond)

    def _second_stage_open(self, x: int, evaluated: int) -> StageDecision:
        sentence = (
            f"{x} of {evaluated} patients responded; stage 1 was passed, stage 2 is decided at "
            f"{self.total} patients and declares activity if more than {self.total_bound} respond."
        )
        return StageDecision(2, x, evaluated, "too early", sentence)

    def _final(self, calls: list[bool]) -> StageDecision:
        n, r, beyond = self.total, self.total_bound, len(calls) - self.total
        x = sum(calls[:n])
        verdict: Verdict = "activity declared" if x > r else "activity not declared"
        compared = "more than" if x > r else "at most"
        who = f"the first {n}" if beyond else f"{n}"
        sentence = f"{x} of {who} patients responded, {compared} {r}: {verdict}."
        if beyond:
            sentence += (
                f" {len(calls)} patients were evaluated where the design has {n}: the attained "
                f"size is not the planned one; the decision uses the first {n} and leaves out "
                f"the {beyond} after them ({sum(calls)} of all {len(calls)} responded)."
            )
        return StageDecision(2, x, n, verdict, sentence, beyond)


def check_responses(responses: Sequence[bool | None]) -> tuple[bool | None, ...]:
    """Return responses as Python's own; raise ``ValueError`` for what is none of the three."""
    for i, response in enumerate(responses):
        if response is not None and response not in (True, False):
            msg = f"responses[{i}] is {response!r}; each must be True, False or None (pending)"
            raise ValueError(msg)
    return tuple(None if response is None else bool(response) for response in responses)
