"""Harm in tables and pictures: events by term, the liver, laboratory values, doses, toxicity.

Every table and figure shows columns that the rooms above have derived; none decides a grade or a
window.
"""

from trialwright.report.safety.chapter import SafetyChapter, build_safety, build_safety_tables

__all__ = ["SafetyChapter", "build_safety", "build_safety_tables"]
