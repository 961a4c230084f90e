"""The methods in words, from the choices of the study file; an open field says that it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.words.plan import (
    say_ablated_lesions,
    say_design,
    say_population,
    say_reading,
    say_treatment,
)
from trialwright.report.words.plan_analysis import (
    say_endpoints,
    say_estimands,
    say_safety_methods,
    say_software,
    say_statistics,
)
from trialwright.report.words.sentences import choose_sentences

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.report.model import Paragraph
    from trialwright.report.model.document import Language


def build_methods_words(analysis: Analysis, language: Language = "en") -> tuple[Paragraph, ...]:
    """Put the methods in words.

    Parameters
    ----------
    analysis : Analysis
        Its study, and the endpoints that were computed.
    language : {"en", "zh"}
        The language.

    Returns
    -------
    tuple of Paragraph
        Design, population and treatment, assessments and criteria, how ablated lesions count,
        endpoints (a paragraph each), estimands, statistics, safety, software.
    """
    say = choose_sentences(language)
    study = analysis.study
    subjects = (
        say_design(say, analysis),
        say_population(say, study),
        say_treatment(say, study),
        say_reading(say, study),
        say_ablated_lesions(say, study),
    )
    rest = (say_statistics(say, study), say_safety_methods(say, study), say_software(say))
    return (
        *(say.paragraph(one) for one in subjects if any(one)),
        *(say.paragraph((one,), "item") for one in say_endpoints(say, analysis)),
        *(say.paragraph((one,), "small") for one in say_estimands(say, analysis)),
        *(say.paragraph(one) for one in rest if any(one)),
    )
