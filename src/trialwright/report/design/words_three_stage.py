"""Three stages with futility stops, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import (
    Wording,
    say_at_most,
    say_chance,
    say_enrolled,
    say_hypotheses,
)
from trialwright.report.design.words_simon import JUNG
from trialwright.report.design.words_staged import (
    say_errors,
    say_grant,
    say_sizes,
    say_weights,
)

if TYPE_CHECKING:
    from trialwright.design.checks import Hypotheses
    from trialwright.design.staged.staged_design import StagedDesign

CHEN = (
    "Chen TT. Optimal three-stage designs for phase II cancer clinical trials. Stat Med "
    "1997;16:2701-11."
)


def word_three_stage(found: StagedDesign, asked: Hypotheses) -> Wording:
    """Return the paragraphs of one three-stage design.

    Parameters
    ----------
    found : StagedDesign
        The design that was chosen.
    asked : Hypotheses
        The hypotheses and error rates that it was chosen for.
    """
    (m1, r1, _), (m2, r2, _), (n, r, _) = found.boundaries.steps()
    name = f"the {found.kind} three-stage design" if found.kind else "a three-stage design"
    few, fewer = say_at_most(r1), say_at_most(r2)
    stops = found.characteristics.low[0]
    weights = say_weights(found, 2)
    protocol = (
        f"The primary endpoint is tested by {name} [1]. {say_hypotheses(asked.p0, asked.p1)} "
        f"{say_enrolled(m1)} in the first stage. If {few} of them respond, enrolment "
        f"stops for futility. Otherwise {_say_more(m2 - m1)}; if {fewer} of these {m2} "
        f"patients respond, enrolment stops for futility. Otherwise {_say_more(n - m2)}, "
        f"{n} in all, and the treatment is declared active if more than {r} of the {n} patients "
        f"respond. {say_errors(found, asked)} {say_sizes(found, asked.p0, asked.p1)} Of the "
        f"early stops at the lower rate, {say_chance(stops[0])} fall to the first stage and "
        f"{say_chance(stops[1])} to the second.{weights}"
    )
    rule = (
        f"in three stages (stop if {few} of {m1} or {fewer} of {m2} respond; active if "
        f"more than {r} of {n} respond)"
    )
    return Wording(protocol, say_grant(found, rule, asked), (CHEN, JUNG) if weights else (CHEN,))


def _say_more(patients: int) -> str:
    return f"{patients} more {'is' if patients == 1 else 'are'} enrolled"
