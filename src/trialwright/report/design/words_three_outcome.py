"""Two stages with three outcomes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.staged.three_outcome import outcome_chances
from trialwright.report.design.wording import (
    Wording,
    say_at_most,
    say_chance,
    say_enrolled,
    say_rate,
)
from trialwright.report.design.words_simon import JUNG, SIMON
from trialwright.report.design.words_staged import say_sizes, say_weights

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
        f"{say_rate(p0)} is of no interest, one of {say_rate(p1)} is worth pursuing. "
        f"{say_enrolled(n1)} in the first stage. If {few} of them respond, enrolment stops for "
        f"futility. Otherwise {say_enrolled(n - n1, more=True)}, {n} in all. The treatment is "
        f"taken to be not active if at most {r} of the {n} patients respond and active if at least "
        f"{s} respond; with {middle} the trial does not decide, and other evidence may. At a true "
        f"rate of {say_rate(p0)} the exact chances are {say_chance(is_so['alpha'])} for active "
        f"(alpha; at most {limits.alpha:g} was asked for), {say_chance(is_so['eta'])} for not "
        f"active (eta; at least {limits.eta:g}) and {say_chance(is_so['lambda'])} for undecided; "
        f"at {say_rate(p1)} they are {say_chance(is_so['pi'])} for active (pi; at least "
        f"{limits.pi:g}), {say_chance(is_so['beta'])} for not active (beta; at most "
        f"{limits.beta:g}) and {say_chance(is_so['delta'])} for undecided.{slack} "
        f"{say_sizes(found, p0, p1)}{weights}"
    )
    grant = (
        f"{n} patients in two stages (stop if {few} of {n1} respond; then not active at {r} or "
        f"fewer, active at {s} or more of {n}) compare response rates of {say_rate(p0)} and "
        f"{say_rate(p1)}. The treatment is wrongly called active with probability "
        f"{say_chance(is_so['alpha'], 3)} and rightly with {say_chance(is_so['pi'], 3)}; the trial "
        f"stays undecided with probability {say_chance(is_so['lambda'], 3)} and "
        f"{say_chance(is_so['delta'], 3)}. If the treatment is inactive, "
        f"{found.expected_patients[0]:.1f} patients are expected."
    )
    references = (SARGENT, SIMON, JUNG) if weights else (SARGENT, SIMON)
    return Wording(protocol, grant, references)
