"""The safety chapter: its tables by subject, with the figures that belong to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.figures.population import treated_population
from trialwright.report.safety.event_tables import build_event_tables
from trialwright.report.safety.exposure_tables import build_exposure_tables
from trialwright.report.safety.finding_tables import build_finding_tables
from trialwright.report.safety.laboratory_listings import build_severe_values
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
    from trialwright.analysis.result import NotComputable
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Figure, Table


@dataclass(frozen=True, slots=True)
class Part:
    """One subject of the chapter."""

    key: str
    title: str
    tables: tuple[Table, ...]
    pictures: tuple[Figure, ...] = ()


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
            (*build_laboratory_tables(safety), *build_severe_values(safety, days)),
            draw_laboratory_pictures(safety),
        ),
        Part("safety-vitals", "Vital signs and ECG", build_vital_tables(safety)),
        Part("safety-exposure", "Exposure", build_exposure_tables(safety, days)),
        Part("safety-findings", "Checks of the data", build_finding_tables(safety, days)),
    )
    return SafetyChapter(
        f"All {treated_population(safety).words}. CTCAE "
        f"{safety.study.safety.ctcae_version.value or 'version not settled'}.",
        tuple(part for part in parts if part.tables),
        safety.not_computable,
    )


def build_safety_tables(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return the tables 14.3.x, in the order of their numbers.

    Exposure (14.1.6), findings (16.2.10) and the listings have builders of their own.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analysis.safety.analyse_safety``.
    days : Days
        How days are written: as dates, or as study days where the study has no calendar.
    """
    return (
        *build_event_tables(safety, days),
        *build_laboratory_tables(safety),
        *build_liver_tables(safety, days),
        *build_vital_tables(safety),
        *build_toxicity_tables(safety, days),
    )
