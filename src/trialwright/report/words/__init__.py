"""The report in words: methods, results, limitations, checklist and choices, in two languages.

Sentences are data (``sentences.en.toml``, ``sentences.zh.toml``); every number in them is a live
value that knows the patients behind it.
"""

from __future__ import annotations

from trialwright.report.words.checklist import build_checklist
from trialwright.report.words.choices import build_choice_sections
from trialwright.report.words.limitations import build_limitations
from trialwright.report.words.methods import build_methods_words
from trialwright.report.words.results import build_results_words

__all__ = [
    "build_checklist",
    "build_choice_sections",
    "build_limitations",
    "build_methods_words",
    "build_results_words",
]
