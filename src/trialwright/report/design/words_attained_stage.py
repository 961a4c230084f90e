"""A first stage of another size in words: what the plan does now, and the new plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import (
    Wording,
    say_at_most,
    say_chance,
    say_enrolled,
    say_patients,
    say_rate,
)
from trialwright.report.design.words_simon import SIMON
from trialwright.report.formats import say_count

if TYPE_CHECKING:
    from trialwright.design.attained.redesign import AttainedStageDesign, AttainedStageRedesign
    from trialwright.design.attained.sizes import AttainedSizes
    from trialwright.design.boundaries import Characteristics

GREEN = (
    "Green SJ, Dahlberg S. Planned versus attained design in phase II clinical trials. Stat Med "
    "1992;11:853-862."
)
LIU = (
    "Liu Y, Pan H. Clinical trial design methods for managing under- and over-enrollment in "
    "Simon's two-stage design. 2024; R package UnplanSimon."
)


def word_attained_stage(
    found: AttainedStageRedesign, *, sizes: AttainedSizes | None = None
) -> Wording:
    """Return the paragraphs of a redesign after the first stage.

    Parameters
    ----------
    found : AttainedStageRedesign
        The new design.
    sizes : AttainedSizes or None
        The plan, and what its bounds do on the attained sizes; left out if None.
    """
    design, asked = found.design, found.hypotheses
    both = design.boundaries.characteristics([asked.p0, asked.p1])
    n1, n, needed = design.first_stage, design.total, design.total_bound + 1
    protocol = (
        f"{_planned(sizes)}The first stage of this two-stage trial [1] evaluated "
        f"{say_patients(n1)}, a number that was not chosen by their responses. The rest of the "
        "trial is redesigned for it with the error limits of the protocol [2, 3]: of all designs "
        f"with this first stage, a one-sided type I error of at most {asked.alpha:g} at a true "
        f"rate of {say_rate(asked.p0)} and a power of at least {1 - asked.beta:g} at "
        f"{say_rate(asked.p1)}, the one with the smallest expected number of patients at "
        f"{say_rate(asked.p0)}. {_after_stage_1(design)}, {n} in all. The treatment is declared "
        f"active if {needed} or more of the {n} respond. {_does(both, found)}{_enough(found)}"
    )
    grant = (
        f"After a first stage of {say_patients(n1)} the trial goes on as {design}: {n} patients at "
        f"most, active if {needed} or more respond. It tests a response rate of "
        f"{say_rate(asked.p0)} against {say_rate(asked.p1)} with exact one-sided type I error "
        f"{say_chance(both.probability_high[0], 3)} and power "
        f"{say_chance(both.probability_high[1], 3)}."
    )
    return Wording(protocol, grant, (SIMON, GREEN, LIU))


def _after_stage_1(design: AttainedStageDesign) -> str:
    more = design.total - design.first_stage
    enrolled = say_enrolled(more, more=True)
    if design.first_stage_bound is None:
        return (
            "The trial goes on whatever they show, as a bound of stage 1 would raise the expected "
            f"number or break a limit: {enrolled}"
        )
    return (
        f"If {say_at_most(design.first_stage_bound)} of them respond, enrolment stops for "
        f"futility; otherwise {enrolled}"
    )


def _does(both: Characteristics, found: AttainedStageRedesign) -> str:
    p0, p1, *_ = found.hypotheses
    early, expected = both.probability_early_stop, both.expected_patients
    return (
        f"The exact type I error is {say_chance(both.probability_high[0])}, the exact power "
        f"{say_chance(both.probability_high[1])}. At a true rate of {say_rate(p0)} the trial stops "
        f"after the first stage with probability {say_chance(early[0])} and evaluates "
        f"{expected[0]:.1f} patients on average; at {say_rate(p1)} it stops with probability "
        f"{say_chance(early[1])} and evaluates {expected[1]:.1f}."
    )


def _enough(found: AttainedStageRedesign) -> str:
    single = found.enough_already
    if single is None:
        return ""
    p0, p1, *_ = found.hypotheses
    return (
        f" The {say_patients(single.total)} alone keep{'s' if single.total == 1 else ''} both "
        f"limits as a single stage: active if {single.total_bound + 1} or more respond, type I "
        f"error {say_chance(single.probability_declare_active(p0))}, power "
        f"{say_chance(single.probability_declare_active(p1))}; no second stage is needed."
    )


def _planned(sizes: AttainedSizes | None) -> str:
    if sizes is None:
        return ""
    found, plan = sizes.characteristics(), sizes.plan
    error, power = (
        {name: float(one.probability_high[i]) for name, one in found.items()} for i in (0, 1)
    )
    return (
        f"The protocol planned the two-stage design {plan} (stop if "
        f"{say_at_most(plan.first_stage_bound)} of {plan.first_stage} respond; active if more than "
        f"{plan.total_bound} of {plan.total} do), with exact type I error "
        f"{say_chance(error['planned'])} at {say_rate(sizes.p0)} and power "
        f"{say_chance(power['planned'])} at {say_rate(sizes.p1)}. With "
        f"{say_patients(sizes.first_stage)} in the first stage and {sizes.total} in all, the "
        f"planned bounds have type I error {say_chance(error['attained'])} and power "
        f"{say_chance(power['attained'])}; {_tested(sizes, error['tested'], power['tested'])}. "
    )


def _tested(sizes: AttainedSizes, error: float, power: float) -> str:
    kept = "is kept" if sizes.tested_bound == sizes.plan.total_bound else "is replaced"
    return (
        "an analysis that allows no more type I error than the plan declares activity above "
        f"{say_count(sizes.tested_bound, 'responder')} (the planned bound {kept}), with type I "
        f"error {say_chance(error)} and power {say_chance(power)}"
    )
