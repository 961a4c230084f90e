"""The results in words, subject by subject: what a manuscript says, every number live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.words.efficacy import (
    say_ablation,
    say_control,
    say_decision,
    say_response,
)
from trialwright.report.words.flow import say_flow, say_follow_up
from trialwright.report.words.harm import say_harm
from trialwright.report.words.sentences import choose_sentences
from trialwright.report.words.times import say_progression, say_responders, say_survival

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model import Paragraph
    from trialwright.report.model.document import Language


def build_results_words(
    analysis: Analysis, safety: SafetyAnalysis | None, language: Language = "en"
) -> tuple[Paragraph, ...]:
    """Put the results in words.

    Parameters
    ----------
    analysis : Analysis
        The efficacy results.
    safety : SafetyAnalysis or None
        The results of harm; none: they are left out.
    language : {"en", "zh"}
        The language.

    Returns
    -------
    tuple of Paragraph
        Patients and follow-up, response and the decision, disease control, duration of response,
        progression, survival, ablation, harm; a subject that could not be computed says why.
    """
    say = choose_sentences(language)
    subjects = [(*say_flow(say, analysis, safety), *say_follow_up(say, analysis))]
    if analysis.sets.efficacy:
        subjects += [
            say_response(say, analysis),
            say_decision(say, analysis),
            say_control(say, analysis),
            say_responders(say, analysis),
            say_progression(say, analysis),
            say_survival(say, analysis),
            say_ablation(say, analysis),
        ]
    subjects += say_harm(say, safety) if safety is not None else ()
    lead, *rest = (say.paragraph(sentences) for sentences in subjects if any(sentences))
    return (lead, *rest)
