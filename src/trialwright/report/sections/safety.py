"""Section 6: safety by subject, with its tables and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.model import Paragraph, Section
from trialwright.report.safety.chapter import build_safety

if TYPE_CHECKING:
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days


def build_safety_section(safety: SafetyAnalysis, days: Days) -> Section:
    """Build the section of safety.

    Parameters
    ----------
    safety : SafetyAnalysis
        The results.
    days : Days
        How dates look.
    """
    chapter = build_safety(safety, days)
    missing = tuple(
        Paragraph(f"{one.title}: not shown. {one.why}", style="caveat")
        for one in chapter.not_computable
    )
    parts = tuple(
        Section(part.key, f"6.{number}", part.title, (*part.tables, *part.pictures))
        for number, part in enumerate(chapter.parts, 1)
    )
    lead = Paragraph(chapter.population, style="small")
    return Section("safety", "6", "Safety", (lead, *missing, *parts))
