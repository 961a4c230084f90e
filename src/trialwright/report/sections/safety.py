"""Section 6: safety by subject, with its tables and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.figures.laboratory_boxes import draw_blood_pressure, draw_laboratory_boxes
from trialwright.report.figures.population import treated_population
from trialwright.report.model import Paragraph, Section
from trialwright.report.safety.event_tables import build_event_tables
from trialwright.report.safety.laboratory_tables import build_laboratory_tables
from trialwright.report.safety.liver_tables import build_liver_tables
from trialwright.report.safety.pictures import (
    draw_event_pictures,
    draw_laboratory_pictures,
    draw_liver_pictures,
    draw_toxicity_pictures,
)
from trialwright.report.safety.toxicity_tables import build_toxicity_tables
from trialwright.report.safety.vital_tables import build_vital_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Figure, Table

    Subject = tuple[str, str, tuple[Table, ...], tuple[Figure, ...]]


def build_safety_section(safety: SafetyAnalysis, days: Days) -> Section:
    """Build the section of safety: who is counted, what could not be shown, then each subject.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analysis.safety.analyse_safety``.
    days : Days
        How days are written: as dates, or as study days where the study has no calendar.
    """
    version = safety.study.safety.ctcae_version.value or "version not settled"
    counted = Paragraph(f"All {treated_population(safety).words}. CTCAE {version}.", style="small")
    missing = tuple(
        Paragraph(f"{one.title}: not shown. {one.why}", style="caveat")
        for one in safety.not_computable
    )
    shown = [subject for subject in _subjects(safety, days) if subject[2] or subject[3]]
    parts = tuple(
        Section(key, f"6.{number}", title, (*tables, *figures))
        for number, (key, title, tables, figures) in enumerate(shown, 1)
    )
    return Section("safety", "6", "Safety", (counted, *missing, *parts))


def _subjects(safety: SafetyAnalysis, days: Days) -> Iterator[Subject]:
    yield (
        "safety-events",
        "Adverse events",
        build_event_tables(safety, days),
        draw_event_pictures(safety),
    )
    yield (
        "safety-toxicity",
        "Stopping for toxicity",
        build_toxicity_tables(safety, days),
        draw_toxicity_pictures(safety),
    )
    yield (
        "safety-liver",
        "Liver",
        build_liver_tables(safety, days),
        draw_liver_pictures(safety),
    )
    yield (
        "safety-laboratory",
        "Laboratory values",
        build_laboratory_tables(safety),
        (*draw_laboratory_pictures(safety), *draw_laboratory_boxes(safety)),
    )
    yield (
        "safety-vitals",
        "Vital signs and ECG",
        build_vital_tables(safety),
        draw_blood_pressure(safety),
    )
