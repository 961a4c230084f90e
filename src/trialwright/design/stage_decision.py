"""What a two-stage design decides of the responses so far, in a verdict and a sentence.

Convention of Simon 1989: stop if X1 <= r1 of the first n1 patients respond; declare activity if
X > r of all n respond.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.two_stage import TwoStageDesign

Verdict = Literal[
    "too early",
    "stop for futility",
    "continue to stage 2",
    "activity declared",
    "activity not declared",
]


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


def decide_stages(design: TwoStageDesign, responses: Sequence[bool | None]) -> StageDecision:
    """Return the decision; see `TwoStageDesign.decide`, which says what it counts.

    Parameters
    ----------
    design : TwoStageDesign
        The design.
    responses : sequence of bool or None
        One per patient, in order of enrolment; None for a patient who may still respond.

    Raises
    ------
    ValueError
        If a response is none of True, False and None; the message names its index.
    """
    check_responses(responses)
    pending = sum(response is None for response in responses)
    worst = _decide_settled(design, [bool(response) for response in responses])
    if not pending:
        return worst
    best = _decide_settled(design, [response is None or bool(response) for response in responses])
    if (worst.stage, worst.verdict) == (best.stage, best.verdict):
        who = "1 pending patient does" if pending == 1 else f"{pending} pending patients do"
        words = f"{worst.sentence} This holds whatever the {who}."
        return replace(worst, sentence=words)
    sentence = (
        f"{worst.responders} of {worst.evaluated} patients responded so far and {pending} may "
        f"still respond: too early to decide between '{worst.verdict}' and '{best.verdict}'."
    )
    return StageDecision(worst.stage, worst.responders, worst.evaluated, "too early", sentence)


def check_responses(responses: Sequence[bool | None]) -> tuple[bool | None, ...]:
    """Return responses as Python's own; raise ``ValueError`` for what is none of the three."""
    for i, response in enumerate(responses):
        if response is not None and response not in (True, False):
            msg = f"responses[{i}] is {response!r}; each must be True, False or None (pending)"
            raise ValueError(msg)
    return tuple(None if response is None else bool(response) for response in responses)


def _decide_settled(design: TwoStageDesign, calls: list[bool]) -> StageDecision:
    n1, r1 = design.first_stage, design.first_stage_bound
    x1 = sum(calls[:n1])
    if len(calls) < n1:
        return _first_stage_open(design, x1, len(calls))
    if x1 <= r1:
        return _futility(design, x1, len(calls))
    if len(calls) == n1:
        sentence = (
            f"{x1} of the first {n1} patients responded, more than {r1}: "
            f"stage 2 enrols {design.total - n1} more."
        )
        return StageDecision(1, x1, n1, "continue to stage 2", sentence)
    if len(calls) < design.total:
        return _second_stage_open(design, sum(calls), len(calls))
    return _final(design, calls)


def _first_stage_open(design: TwoStageDesign, x1: int, evaluated: int) -> StageDecision:
    n1, r1 = design.first_stage, design.first_stage_bound
    sentence = (
        f"{x1} of {evaluated} patients responded; stage 1 is decided at {n1} patients "
        f"and continues if more than {r1} respond."
    )
    return StageDecision(1, x1, evaluated, "too early", sentence)


def _futility(design: TwoStageDesign, x1: int, enrolled: int) -> StageDecision:
    n1, r1 = design.first_stage, design.first_stage_bound
    beyond = enrolled - n1
    sentence = f"{x1} of the first {n1} patients responded, at most {r1}: stop for futility."
    if beyond:
        sentence += (
            f" {enrolled} patients were evaluated where the design stops at {n1}: the "
            f"attained size is not the planned one; the decision uses the first {n1} and "
            f"leaves out the {beyond} after them."
        )
    return StageDecision(1, x1, n1, "stop for futility", sentence, beyond)


def _second_stage_open(design: TwoStageDesign, x: int, evaluated: int) -> StageDecision:
    sentence = (
        f"{x} of {evaluated} patients responded; stage 1 was passed, stage 2 is decided at "
        f"{design.total} patients and declares activity if more than {design.total_bound} respond."
    )
    return StageDecision(2, x, evaluated, "too early", sentence)


def _final(design: TwoStageDesign, calls: list[bool]) -> StageDecision:
    n, r, beyond = design.total, design.total_bound, len(calls) - design.total
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
