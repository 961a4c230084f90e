"""Two stages with both stops, in words; Fleming's approximate boundaries too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.staged.staged_design import IN_WORDS, StagedDesign, write_bounds
from trialwright.report.design.wording import (
    Wording,
    say_at_most,
    say_chance,
    say_enrolled,
    say_hypotheses,
    say_patients,
    say_rate,
)
from trialwright.report.design.words_simon import JUNG
from trialwright.report.design.words_staged import (
    say_errors,
    say_grant,
    say_sizes,
    say_weights,
)

if TYPE_CHECKING:
    from trialwright.design.boundaries import Bound
    from trialwright.design.checks import Hypotheses
    from trialwright.design.staged.fleming_normal import FlemingBoundaries
    from trialwright.design.staged.staged_design import Minimise

FLEMING = (
    "Fleming TR. One-sample multiple testing procedure for phase II clinical trials. Biometrics "
    "1982;38:143-51."
)
MANDER = (
    "Mander AP, Thompson SG. Two-stage designs optimal under the alternative hypothesis for phase "
    "II cancer clinical trials. Contemp Clin Trials 2010;31:572-8."
)


def word_fleming(found: StagedDesign, asked: Hypotheses, minimise: Minimise = "p0") -> Wording:
    """Return the paragraphs of one two-stage design that stops for futility and for activity.

    Parameters
    ----------
    found : StagedDesign
        The design that was chosen.
    asked : Hypotheses
        The hypotheses and error rates that it was chosen for.
    minimise : {"p0", "p1", "maximum", "mean"}
        The expected size that the search minimised.
    """
    (n1, r1, a1), (n, r, _) = found.boundaries.steps()
    few = say_at_most(r1)
    name = f"the {found.kind} two-stage design" if found.kind else "a two-stage design"
    size = IN_WORDS[minimise].replace("p0", say_rate(asked.p0)).replace("p1", say_rate(asked.p1))
    chosen = f" It was found by an exact search that minimises {size} [2]."
    weights = say_weights(found, 3)
    protocol = (
        f"The primary endpoint is tested by {name} with early stopping for futility and for "
        f"activity [1,2]. {say_hypotheses(asked.p0, asked.p1)} {say_enrolled(n1)} in the first "
        f"stage. If {few} of them respond, enrolment stops for futility; if at least {a1} respond, "
        "enrolment stops and the treatment is declared active. Otherwise "
        f"{say_enrolled(n - n1, more=True)}, {n} in all, and the treatment is declared active if "
        f"more than {r} of the {n} patients respond. {say_errors(found, asked)} "
        f"{say_sizes(found, asked.p0, asked.p1)}{chosen}{weights}"
    )
    rule = (
        f"in two stages (stop if {few} of {n1} respond, active if {a1} or more; then active "
        f"if more than {r} of {n} respond)"
    )
    references = (FLEMING, MANDER, JUNG) if weights else (FLEMING, MANDER)
    return Wording(protocol, say_grant(found, rule, asked), references)


def word_fleming_boundaries(found: FlemingBoundaries, p1: float) -> Wording:
    """Return the paragraphs of Fleming's approximate boundaries, judged exactly at p0 and p1."""
    judged = StagedDesign.judge(found.boundaries, found.p0, p1)
    stages = " ".join(_say_look(*step) for step in list(found.boundaries.steps())[:-1])
    n, r = judged.total, found.boundaries.stop_at_most[-1]
    protocol = (
        "The primary endpoint is tested by Fleming's multiple testing procedure [1] with "
        f"{len(found.boundaries.looks)} stages. {say_hypotheses(found.p0, p1)} {stages} At "
        f"{say_patients(n)} the treatment is declared active if more than {r} respond. The "
        "boundaries are those of the normal approximation for a nominal type I error of "
        f"{found.alpha:g}; the exact type I error is {say_chance(judged.type_one_error)} at a true "
        f"rate of {say_rate(found.p0)}, the exact power {say_chance(judged.power)} at "
        f"{say_rate(p1)}. {say_sizes(judged, found.p0, p1)}"
    )
    grant = (
        f"{n} patients in {len(found.boundaries.looks)} stages by Fleming's procedure (bounds "
        f"{write_bounds(found.boundaries)}) test a response rate of {say_rate(found.p0)} against "
        f"{say_rate(p1)} with exact one-sided type I error {say_chance(judged.type_one_error, 3)} "
        f"and power {say_chance(judged.power, 3)}. If the treatment is inactive, "
        f"{judged.expected_patients[0]:.1f} patients are expected."
    )
    return Wording(protocol, grant, (FLEMING,))


def _say_look(look: int, most: Bound, least: Bound) -> str:
    stops = []
    if most is not None:
        stops.append(f"stops for futility if {say_at_most(most)} respond")
    if least is not None:
        stops.append(f"stops and declares activity if at least {least} respond")
    return f"At {say_patients(look)} the trial {' and '.join(stops) or 'goes on'}."
