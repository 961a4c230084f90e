"""Simon's two-stage design in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import (
    Wording,
    say_at_most,
    say_chance,
    say_enrolled,
    say_hypotheses,
    say_rate,
)

if TYPE_CHECKING:
    from trialwright.design.checks import Hypotheses
    from trialwright.design.simon import SimonDesign

SIMON = (
    "Simon R. Optimal two-stage designs for phase II clinical trials. Control Clin Trials "
    "1989;10:1-10."
)
JUNG = (
    "Jung SH, Lee T, Kim K, George SL. Admissible two-stage designs for phase II cancer clinical "
    "trials. Stat Med 2004;23:561-9."
)


def word_simon(found: SimonDesign, asked: Hypotheses) -> Wording:
    """Return the paragraphs of one two-stage design.

    Parameters
    ----------
    found : SimonDesign
        The design that was chosen.
    asked : Hypotheses
        The hypotheses and error rates that it was chosen for.
    """
    design, null, alternative = found.design, found.null, found.alternative
    p0, p1 = say_rate(asked.p0), say_rate(asked.p1)
    name = f"{found.kind} two-stage design" if found.kind else "two-stage design"
    protocol = (
        f"The primary endpoint is tested by Simon's {name} [1]. "
        f"{say_hypotheses(asked.p0, asked.p1)} {say_enrolled(design.first_stage)} in the first "
        f"stage. If {say_at_most(design.first_stage_bound)} of them respond, enrolment stops for "
        f"futility. Otherwise {say_enrolled(design.total - design.first_stage, more=True)}, "
        f"{design.total} in all. The treatment is declared active if more than "
        f"{design.total_bound} of the {design.total} patients respond. The exact type I error is "
        f"{say_chance(null.probability_declare_active)} at a true rate of {p0} (at most "
        f"{asked.alpha:g} was asked for), the exact power "
        f"{say_chance(alternative.probability_declare_active)} at {p1} (at least "
        f"{1 - asked.beta:g}). At a true rate of {p0} the trial stops after the first stage with "
        f"probability {say_chance(null.probability_early_stop)} and enrols "
        f"{null.expected_patients:.1f} patients on average; at {p1} it stops early with "
        f"probability {say_chance(alternative.probability_early_stop)} and enrols "
        f"{alternative.expected_patients:.1f}."
    )
    if found.weights is not None and "optimal" not in found.kind and "minimax" not in found.kind:
        low, high = found.weights
        protocol += (
            f" Among all two-stage designs it has the smallest q n + (1 - q) EN for every weight q "
            f"of the largest size from {low:.3f} to {high:.3f} [2]."
        )
    grant = (
        f"{design.total} patients in two stages ({name}: stop if "
        f"{say_at_most(design.first_stage_bound)} of {design.first_stage} respond; active if more "
        f"than {design.total_bound} of {design.total} respond) test a response rate of {p0} "
        f"against {p1} with one-sided type I error "
        f"{say_chance(null.probability_declare_active, 3)} and power "
        f"{say_chance(alternative.probability_declare_active, 3)}. If the treatment is inactive, "
        f"{null.expected_patients:.1f} patients are expected, and the trial stops early with "
        f"probability {say_chance(null.probability_early_stop, 2)}."
    )
    admissible = "[2]" in protocol
    return Wording(protocol, grant, (SIMON, JUNG) if admissible else (SIMON,))
