"""Two stages with three outcomes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.staged.three_outcome import outcome_chances
from trialwright.report.design.wording import Wording, say_rate
from trialwright.report.design.words_staged import (
    JUNG,
    SIMON,
    say_at_most,
    say_sizes,
    say_weights,
)

if TYPE_CHECKING:
    from trialwright.design.staged.staged_design import StagedDesign
    from trialwright.design.staged.three_outcome import ThreeOutcomeSearch

SARGENT = (
    "Sargent DJ, Chan V, Goldberg RM. A three-outcome design for phase II clinical trials. Control "
    "Clin Trials 2001;22:117-25."
)


def word_three_outcome(found: StagedDesign, search: ThreeOutcomeSearch) -> Wording:
    """Return the paragraphs of one three-outcome design.

    Parameters
    ----------
    found : StagedDesign
        The design that was chosen.
    search : ThreeOutcomeSearch
        What it was chosen from: hypotheses and limits.
    """
    (n1, r1, _), (n, r, s) = found.boundaries.steps()
    p0, p1, limits = search.p0, search.p1, search.limits
    few, is_so = say_at_most(r1), outcome_chances(found)
    name = f"the {found.kind} three-outcome design" if found.kind else "a three-outcome design"
    slack = (
        f" Each limit was allowed to be missed by {limits.tolerance:g}." if limits.tolerance else ""
    )
    weights = say_weights(found, 3)
    middle = f"{(r or 0) + 1} to {(s or 0) - 1}" if s != (r or 0) + 2 else f"{(r or 0) + 1}"
    protocol = (
        f"The primary endpoint is tested in two stages by {name} [1,2]. A true response rate of "
        f"{say_rate(p0)} is of no interest, one of {say_rate(p1)} is worth pursuing. {n1} patients "
        f"are enrolled in the first stage. If {few} of them respond, enrolment stops for "
        f"futility. Otherwise {n - n1} more patients are enrolled, {n} in all. The treatment is "
        f"taken to be not active if at most {r} of the {n} patients respond and active if at least "
        f"{s} respond; with {middle} the trial does not decide, and other evidence may. At a true "
        f"rate of {say_rate(p0)} the exact chances are {is_so['alpha']:.4f} for active (alpha; at "
        f"most {limits.alpha:g} was asked for), {is_so['eta']:.4f} for not active (eta; at least "
        f"{limits.eta:g}) and {is_so['lambda']:.4f} for undecided; at {say_rate(p1)} they are "
        f"{is_so['pi']:.4f} for active (pi; at least {limits.pi:g}), {is_so['beta']:.4f} for not "
        f"active (beta; at most {limits.beta:g}) and {is_so['delta']:.4f} for undecided.{slack} "
        f"{say_sizes(found, p0, p1)}{weights}"
    )
    grant = (
        f"{n} patients in two stages (stop if {few} of {n1} respond; then not active at "
        f"{r} or fewer, active at {s} or more of {n}) compare response rates of {say_rate(p0)} and "
        f"{say_rate(p1)}. The treatment is wrongly called active with probability "
        f"{is_so['alpha']:.3f} and rightly with {is_so['pi']:.3f}; the trial stays undecided with "
        f"probability {is_so['lambda']:.3f} and {is_so['delta']:.3f}. If the treatment is "
        f"inactive, {found.expected_patients[0]:.1f} patients are expected."
    )
    references = (SARGENT, SIMON, JUNG) if weights else (SARGENT, SIMON)
    return Wording(protocol, grant, references)
