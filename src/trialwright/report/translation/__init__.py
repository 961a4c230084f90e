"""The report in another language: a catalogue of phrases and patterns over the finished document.

Displays are built once, in English; what a catalogue does not know stays English and can be
listed. Numbers, the patients behind them and what users wrote are never touched.
"""

from __future__ import annotations

from trialwright.report.translation.catalogue import translate_text
from trialwright.report.translation.document import (
    translate_document,
    translate_figure,
    untranslated,
)

__all__ = ["translate_document", "translate_figure", "translate_text", "untranslated"]
