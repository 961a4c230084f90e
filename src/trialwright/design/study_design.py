"""The design that a study file states: judged, set beside others, or chosen and written into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwright.design.checks import check_hypotheses
from trialwright.design.joint.together import judge_together
from trialwright.design.simon import find_simon_designs
from trialwright.design.toxicity.of_study import toxicity_rule_of
from trialwright.design.two_stage import TwoStageDesign
from trialwright.errors import DesignError, StudyError

if TYPE_CHECKING:
    from trialwright.design.checks import Hypotheses
    from trialwright.design.joint.together import Together
    from trialwright.design.simon import SimonDesign, SimonSearch
    from trialwright.design.toxicity.posterior import PosteriorToxicityRule
    from trialwright.design.two_stage import OperatingCharacteristics
    from trialwright.study.model import Study

# True rates of toxicity to judge at, as shares of the limit.
_SHARES_OF_LIMIT = (1 / 3, 2 / 3, 1.0, 4 / 3)
_NUMBERS = ("first_stage_patients", "first_stage_bound", "planned_patients", "final_bound")


@dataclass(frozen=True, slots=True)
class JudgedDesign:
    """A two-stage design of a study file, and what it does under its own hypotheses.

    Parameters
    ----------
    design : TwoStageDesign
        Its numbers.
    asked : Hypotheses
        p0, p1, and the error rates that were asked for.
    null, alternative : OperatingCharacteristics
        Exact properties at p0 and at p1.
    kind : str
        What it is among the designs for these hypotheses: ``"optimal"``, ``"minimax"``,
        ``"admissible"``; empty if it is none of them.
    basis : str
        Why it was looked at, as the study file says.
    """

    design: TwoStageDesign
    asked: Hypotheses
    null: OperatingCharacteristics
    alternative: OperatingCharacteristics
    kind: str
    basis: str

    @property
    def keeps_alpha(self) -> bool:
        """Whether the exact type I error is at most the one asked for."""
        return self.null.probability_declare_active <= self.asked.alpha

    @property
    def keeps_power(self) -> bool:
        """Whether the exact power is at least the one asked for."""
        return self.alternative.probability_declare_active >= 1 - self.asked.beta


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """Everything that a study file says of its design, judged exactly.

    Parameters
    ----------
    chosen : JudgedDesign
        The design of the trial.
    considered : tuple of JudgedDesign
        Those that were weighed against it.
    toxicity : PosteriorToxicityRule or None
        The rule of unacceptable toxicity; none while a field of it is open.
    together : Together or None
        What both rules do in one trial: at p0 and p1 and at toxicity rates around the limit,
        independent of each other; none without a toxicity rule.
    open_fields : str
        What the study still leaves open of the toxicity rule; empty if nothing.
    """

    chosen: JudgedDesign
    considered: tuple[JudgedDesign, ...]
    toxicity: PosteriorToxicityRule | None
    together: Together | None
    open_fields: str = ""

    @property
    def designs(self) -> tuple[JudgedDesign, ...]:
        """The chosen design and those weighed against it."""
        return (self.chosen, *self.considered)


def judge_study_design(study: Study) -> StudyDesign:
    """Judge the design of a study, the designs weighed against it, and its toxicity rule.

    Parameters
    ----------
    study : Study
        A two-stage design with every field settled.

    Returns
    -------
    StudyDesign
        Exact properties of each, and of response and toxicity together.

    Raises
    ------
    StudyError
        If the study is descriptive, or a field of the design is still open; `propose_designs`
        needs less.

    Examples
    --------
    >>> import trialwright as tw
    >>> found = judge_study_design(tw.read_study("examples/crclm/study.toml"))
    >>> [(str(one.design), one.kind) for one in found.designs]
    [('1/10 5/29', 'optimal'), ('0/10 3/29', 'optimal')]
    """
    _require_two_stages(study)
    design = study.design
    values = {
        name: getattr(design, name).require()
        for name in ("null_response_rate", "alternative_response_rate", "type_one_error", "power",
                     *_NUMBERS)
    }  # fmt: skip
    chosen = _judge(values, design.first_stage_patients.evidence)
    considered = tuple(_judge(one.model_dump(), one.basis) for one in study.considered_designs)
    try:
        toxicity = toxicity_rule_of(study)
    except StudyError as error:
        return StudyDesign(chosen, considered, None, None, str(error))
    except DesignError as error:  # a slip in the rule does not take the design with it
        fault = (
            f"the fields safety.toxicity_* and safety.highest_toxicity_rate make no rule: {error}"
        )
        return StudyDesign(chosen, considered, None, None, fault)
    return StudyDesign(chosen, considered, toxicity, _together(chosen, toxicity))


def two_stage_design_of(study: Study) -> TwoStageDesign:
    """Return the two-stage design that a study file plans.

    Parameters
    ----------
    study : Study
        Its section ``design``, with a test.

    Raises
    ------
    StudyError
        If one of the four numbers is still a gap.
    DesignError
        If no trial could follow them.
    """
    design = study.design
    return TwoStageDesign(
        design.first_stage_patients.require(),
        design.first_stage_bound.require(),
        design.planned_patients.require(),
        design.final_bound.require(),
    )


def design_is_open(study: Study) -> bool:
    """Return whether a number of patients or a bound of the two-stage design is still a gap."""
    return any(getattr(study.design, name).origin == "gap" for name in _NUMBERS)


def propose_designs(study: Study) -> SimonSearch:
    """Find the two-stage designs for the rates and error limits of a study.

    Parameters
    ----------
    study : Study
        Its null and alternative rate, type I error and power must be settled; its numbers of
        patients and its bounds may be open.

    Raises
    ------
    StudyError
        If one of these fields is still a gap, or the study is descriptive.
    DesignError
        If no design keeps the limits.
    """
    _require_two_stages(study)
    design = study.design
    return find_simon_designs(
        design.null_response_rate.require(),
        design.alternative_response_rate.require(),
        alpha=design.type_one_error.require(),
        power=design.power.require(),
    )


def settle_design(study: Study, chosen: SimonDesign) -> Study:
    """Return the study with the numbers of a design that was found for it.

    Parameters
    ----------
    study : Study
        The study file; it does not change.
    chosen : SimonDesign
        One of the designs of `propose_designs`.

    Returns
    -------
    Study
        Patients and bounds of both stages are assumptions whose basis names the method, the
        hypotheses and what the design does.

    Raises
    ------
    StudyError
        If the registry record states another number of patients.
    """
    design, null, alternative = chosen.design, chosen.null, chosen.alternative
    enrolment = study.design.planned_patients
    if enrolment.origin == "record" and enrolment.value != design.total:
        msg = (
            f"design.planned_patients is {enrolment.value} by the registry record "
            f"({enrolment.evidence!r}), and the design has {design.total}: amend the record, or "
            "state the number as an assumption with its basis"
        )
        raise StudyError(msg)
    basis = (
        f"Simon's {chosen.kind} design for {null.rate:g} against {alternative.rate:g}: exact type "
        f"I error {null.probability_declare_active:.4f}, power "
        f"{alternative.probability_declare_active:.4f}, {null.expected_patients:.1f} patients "
        f"expected at {null.rate:g} (Control Clin Trials 1989;10:1)"
    )
    numbers = (design.first_stage, design.first_stage_bound, design.total, design.total_bound)
    content: dict[str, Any] = study.model_dump(exclude_none=True)
    for name, value in zip(_NUMBERS, numbers, strict=True):
        if name == "planned_patients" and enrolment.origin == "record":
            continue
        content["design"][name] = {"value": value, "origin": "assumption", "basis": basis}
    return type(study).model_validate(content)


def _require_two_stages(study: Study) -> None:
    kind = study.design.kind.require()
    if kind != "two_stage":
        msg = (
            f"design.kind is {kind}: no rule decides, so there is none to judge; for a tested "
            "response rate write two_stage"
        )
        raise StudyError(msg)


def _judge(values: dict[str, Any], basis: str) -> JudgedDesign:
    asked = check_hypotheses(
        values["null_response_rate"],
        values["alternative_response_rate"],
        values["type_one_error"],
        1 - values["power"],
    )
    design = TwoStageDesign(*(values[name] for name in _NUMBERS))
    return JudgedDesign(
        design,
        asked,
        design.operating_characteristics(asked.p0),
        design.operating_characteristics(asked.p1),
        _kind(design, asked, values["power"]),
        basis,
    )


def _kind(design: TwoStageDesign, asked: Hypotheses, power: float) -> str:
    """Return what a design is among those for the same hypotheses."""
    try:
        found = find_simon_designs(asked.p0, asked.p1, alpha=asked.alpha, power=power)
    except DesignError:  # none keeps these limits, so this one does not either
        return ""
    return next((one.kind for one in found.admissible if one.design == design), "")


def _together(chosen: JudgedDesign, toxicity: PosteriorToxicityRule) -> Together:
    rates = [round(share * toxicity.limit, 4) for share in _SHARES_OF_LIMIT]
    return judge_together(
        chosen.design.boundaries,
        toxicity.boundaries,
        response_rates=[chosen.asked.p0, chosen.asked.p1],
        toxicity_rates=[rate for rate in rates if rate < 1],
    )
