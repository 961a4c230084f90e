"""The two slides as a PDF, set by typst; every text goes in as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trialwright.report.formats import Days
from trialwright.report.provenance import build_front, build_provenance
from trialwright.report.slides.content import build_slides
from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.layout import break_words, keep_together
from trialwright.report.writers.pictures import svg_on_paper
from trialwright.report.writers.typeset import set_pages

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model import Figure
    from trialwright.report.model.document import Language
    from trialwright.report.slides.content import Slide


def render_slides(analysis: Analysis, safety: SafetyAnalysis, language: Language = "en") -> bytes:
    """Return the slides of the safety board as a PDF of two pages.

    Parameters
    ----------
    analysis : Analysis
        The results.
    safety : SafetyAnalysis
        The results of safety.
    language : {"en", "zh"}
        English or Simplified Chinese.

    Raises
    ------
    ExportError
        If no font of this machine has a letter of the slides, or they cannot be set.
    MissingExtra
        If typst is not installed.
    """
    layout = "trialwright.report.slides", "slides.typ"
    return set_pages("slide", layout, lambda: slides_data(analysis, safety, language))


def slides_data(analysis: Analysis, safety: SafetyAnalysis, language: Language = "en") -> str:
    """Return the data of ``slides.typ`` as JSON.

    Parameters
    ----------
    analysis : Analysis
        The results.
    safety : SafetyAnalysis
        The results of safety.
    language : {"en", "zh"}
        English or Simplified Chinese.
    """
    labels, front = labels_of(language), build_front(analysis)
    made = build_provenance(analysis, Days(analysis.dataset.day_zero))

    content = {
        "language": language,
        "title": show_controls(front.title),
        "banner": labels.simulated if front.simulated else "",
        "foot": f"{labels.decision_support} {labels.data_digest}{labels.colon}{made.data_digest}",
        "slides": [_slide(one) for one in build_slides(analysis, safety, language)],
    }
    return json.dumps(content, ensure_ascii=False)


def _slide(slide: Slide) -> dict[str, object]:
    return {
        "title": _plain(slide.title),
        "facts": [
            {
                "title": _plain(facts.title),
                "heads": [_plain(head) for head in facts.heads],
                "rows": [[_plain(cell) for cell in row] for row in facts.rows],
            }
            for facts in slide.facts
        ],
        "figures": [_figure(one) for one in slide.figures],
    }


def _figure(figure: Figure) -> dict[str, object]:
    width, height = figure.size_inches
    return {
        "svg": svg_on_paper(figure),
        "tall": height / width if width else 0.0,
        "alt": show_controls(figure.description or figure.title),
        "title": _plain(figure.title),
        "caption": _plain(figure.caption) if figure.paint is None else "",
    }


def _plain(text: str) -> str:
    return break_words(keep_together(show_controls(text)))
