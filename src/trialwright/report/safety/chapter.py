"""The safety chapter: its tables by subject, with the figures that belong to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.safety.display import say_treated
from trialwright.report.safety.event_tables import build_event_tables
from trialwright.report.safety.exposure_tables import build_exposure_tables
from trialwright.report.safety.finding_tables import build_finding_tables
from trialwright.report.safety.laboratory_tables import build_laboratory_tables
from trialwright.report.safety.liver_tables import build_liver_tables
from trialwright.report.safety.pictures import (
    draw_event_pictures,
    draw_laboratory_pictures,
    draw_liver_pictures,
    draw_toxicity_pictures,
)
from trialwright.report.safety.toxicity_tables import build_toxicity_tables

if TYPE_CHECKING:
    from trialwright.analysis.result import NotComputable
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.drawing import Picture
    from trialwright.report.formats import Days
    from trialwright.report.safety.display import SafetyTable


@dataclass(frozen=True, slots=True)
class Part:
    """One subject of the chapter."""

    key: str
    title: str
    tables: tuple[SafetyTable, ...]
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class SafetyChapter:
    """The whole chapter: who is counted, the parts, and what could not be shown and why."""

    population: str
    parts: tuple[Part, ...]
    not_computable: tuple[NotComputable, ...]


def build_safety(safety: SafetyAnalysis, days: Days) -> SafetyChapter:
    """Turn the analysis of harm into tables and figures. Call within ``drawing_settings``.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analysis.safety.analyse_safety``.
    days : Days
        How days are written: as dates, or as study days where the study has no calendar.
    """
    parts = (
        Part(
            "safety-events",
            "Adverse events",
            build_event_tables(safety, days),
            draw_event_pictures(safety),
        ),
        Part(
            "safety-toxicity",
            "Stopping for toxicity",
            build_toxicity_tables(safety, days),
            draw_toxicity_pictures(safety),
        ),
        Part(
            "safety-liver",
            "Liver",
            build_liver_tables(safety, days),
            draw_liver_pictures(safety),
        ),
        Part(
            "safety-laboratory",
            "Laboratory values",
            build_laboratory_tables(safety, days),
            draw_laboratory_pictures(safety),
        ),
        Part("safety-exposure", "Exposure", build_exposure_tables(safety, days)),
        Part("safety-findings", "Checks of the data", build_finding_tables(safety, days)),
    )
    return SafetyChapter(
        f"All {say_treated(len(safety.treated))}. CTCAE "
        f"{safety.study.safety.ctcae_version.value or 'version not settled'}.",
        tuple(part for part in parts if part.tables),
        safety.not_computable,
    )


def build_safety_tables(safety: SafetyAnalysis, days: Days) -> tuple[SafetyTable, ...]:
    """Return every table of the chapter, in its order.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analysis.safety.analyse_safety``.
    days : Days
        How days are written: as dates, or as study days where the study has no calendar.
    """
    return (
        *build_event_tables(safety, days),
        *build_toxicity_tables(safety, days),
        *build_liver_tables(safety, days),
        *build_laboratory_tables(safety, days),
        *build_exposure_tables(safety, days),
        *build_finding_tables(safety, days),
    )
