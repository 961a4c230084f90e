"""What the safety chapter shows: frames of the room ``safety`` and what was counted of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.safety.events import select_emergent
from trialwright.safety.laboratory_tables import count_worst_grades
from trialwright.safety.liver import count_quadrants

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from trialwright.analysis.result import NotComputable
    from trialwright.analysis.safety.first_events import FirstEvents
    from trialwright.analysis.safety.watch import ToxicityWatch
    from trialwright.dataset.findings import Finding
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.dosing import DoseDisagreement
    from trialwright.safety.liver import HysLawCandidate
    from trialwright.study.model import Study


@dataclass(frozen=True)
class EventResults:
    """Adverse events: every row with its flags, and the counts of the emergent ones.

    ``overview`` and ``terms`` are those of ``safety.event_counts``; ``terms_by_treatment`` counts
    the events attributed to each treatment of the study. ``first_events`` are those of any event
    and of any severe one, ``of_interest`` those of each group of special interest;
    ``complications`` is that of ``safety.complications``, of the treated.
    """

    rows: pl.DataFrame
    overview: pl.DataFrame
    terms: pl.DataFrame
    terms_by_treatment: Mapping[str, pl.DataFrame]
    first_events: tuple[FirstEvents, ...]
    of_interest: Mapping[str, FirstEvents]
    complications: pl.DataFrame

    @property
    def emergent(self) -> pl.DataFrame:
        """The treatment-emergent rows."""
        return select_emergent(self.rows)


@dataclass(frozen=True)
class LaboratoryResults:
    """Laboratory values: every row with its grades, worst grades, shifts from baseline."""

    rows: pl.DataFrame  # of safety.grade_laboratory
    worst: pl.DataFrame
    shifts: pl.DataFrame

    @property
    def grades(self) -> pl.DataFrame:
        """The patients of each worst grade, of ``safety.laboratory_tables.count_worst_grades``."""
        return count_worst_grades(self.worst)


@dataclass(frozen=True)
class VitalResults:
    """Vital signs: every row, blood pressure by day, and how its band shifts from baseline."""

    rows: pl.DataFrame  # of safety.read_signs
    pressures: pl.DataFrame  # of safety.pair_pressures
    worst: pl.DataFrame  # of safety.worst_pressures, one row a treated patient
    shifts: pl.DataFrame


@dataclass(frozen=True)
class EcgResults:
    """ECG: every row, and the longest QTcF and largest rise of each treated patient."""

    rows: pl.DataFrame  # of safety.read_signs
    worst: pl.DataFrame  # of safety.worst_qtcf
    counts: pl.DataFrame  # of safety.count_qtcf


@dataclass(frozen=True)
class SafetyAnalysis:
    """Everything that the safety chapter shows.

    ``events``, ``deaths``, ``laboratory``, ``hys_law``, ``edish``, ``exposure``, ``toxicity``,
    ``vitals`` and ``ecgs`` are none where the data did not collect them or the study leaves a
    choice open; ``not_computable`` says which and why.
    """

    study: Study
    courses: Mapping[str, TreatmentCourse]
    treated: tuple[str, ...]
    events: EventResults | None
    deaths: pl.DataFrame | None
    laboratory: LaboratoryResults | None
    hys_law: tuple[HysLawCandidate, ...] | None
    edish: pl.DataFrame | None  # of safety.edish_points
    exposure: pl.DataFrame | None
    exposure_summary: pl.DataFrame | None
    dose_disagreements: tuple[DoseDisagreement, ...] | None
    toxicity: ToxicityWatch | None
    findings: tuple[Finding, ...]
    not_computable: tuple[NotComputable, ...]
    vitals: VitalResults | None = None
    ecgs: EcgResults | None = None

    @property
    def quadrants(self) -> pl.DataFrame | None:
        """The patients of each quadrant of eDISH, of ``safety.liver.count_quadrants``."""
        return None if self.edish is None else count_quadrants(self.edish)
