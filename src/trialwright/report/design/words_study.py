"""The design of a study file in words: response, what was considered, toxicity, both together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.simon import SimonDesign
from trialwright.report.design.wording import Wording, say_chance, say_percent, say_rate
from trialwright.report.design.words_simon import word_simon
from trialwright.report.design.words_toxicity import word_toxicity

if TYPE_CHECKING:
    from trialwright.design.study_design import JudgedDesign, StudyDesign


def word_study(found: StudyDesign) -> Wording:
    """Return the paragraphs of a study's design.

    Parameters
    ----------
    found : StudyDesign
        What the study file states, judged.
    """
    main = _word_design(found.chosen)
    protocol, grant, references = [main.protocol], [main.grant], list(main.references)
    protocol += [_say_considered(one) for one in found.considered]
    if found.toxicity is not None:
        overlay = word_toxicity(found.toxicity)
        protocol.append(overlay.protocol)
        grant.append(overlay.grant)
        references += overlay.references
    if found.together is not None:
        protocol.append(say_together(found))
    return Wording("\n\n".join(protocol), " ".join(grant), tuple(references))


def say_together(found: StudyDesign) -> str:
    """Say what the toxicity rule takes from the power, and spares of the type I error."""
    if found.together is None:
        return ""
    asked = found.chosen.asked
    rows = [row for row in found.together.rows if row.response_rate == asked.p1]
    parts = [
        f"{say_chance(row.declares_activity)} at a toxicity rate of {say_rate(row.toxicity_rate)}"
        for row in rows
    ]
    null = max(
        row.declares_activity for row in found.together.rows if row.response_rate == asked.p0
    )
    return (
        "With both rules in force, and response and toxicity independent, the exact chance to "
        f"declare activity with acceptable toxicity at a response rate of {say_rate(asked.p1)} is "
        f"{', '.join(parts)} ({say_chance(rows[0].response_alone)} by the responses alone). At a "
        f"response rate of {say_rate(asked.p0)} it is at most {say_percent(null)} at these "
        "toxicity rates: the toxicity rule never raises the type I error."
    )


def _word_design(one: JudgedDesign) -> Wording:
    return word_simon(SimonDesign(one.design, one.null, one.alternative, one.kind), one.asked)


def _say_considered(one: JudgedDesign) -> str:
    basis = one.basis.rstrip(".")
    kind = f" ({one.kind})" if one.kind else ""
    return (
        f"Considered as well: {one.design}{kind} for {say_rate(one.asked.p0)} against "
        f"{say_rate(one.asked.p1)}, with exact type I error "
        f"{say_chance(one.null.probability_declare_active)}, power "
        f"{say_chance(one.alternative.probability_declare_active)}, probability of an early stop "
        f"{say_chance(one.null.probability_early_stop)} and {one.null.expected_patients:.1f} "
        f"patients expected at {say_rate(one.asked.p0)}. {basis[:1].upper()}{basis[1:]}."
    )
