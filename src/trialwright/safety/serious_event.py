"""One serious event as the data tell it: what a narrative is written from.

Source: ICH E3, section 12.3.2 (narratives of deaths, other serious and significant adverse events:
nature and intensity, time course, treatment, countermeasures, outcome, laboratory measurements,
concomitant medication, opinion on causality).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.age import Age
    from trialwright.safety.course import AblationDay
    from trialwright.safety.onset import PossibleDays


@dataclass(frozen=True, slots=True)
class GivenDrug:
    """The last dose of a drug on or before an onset: how much, and the last day it was given."""

    drug: str
    first_dose: date
    dose_mg: float
    last_given: date


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """One laboratory result as it was written, with its multiple of the upper limit if known."""

    test: str
    date: date
    written: str
    multiple: float | None


@dataclass(frozen=True, slots=True)
class LiverCourse:
    """One liver test about an event: at baseline, and its highest from onset to resolution."""

    analyte: str
    baseline: ReportedValue | None
    highest: ReportedValue | None


@dataclass(frozen=True, slots=True)
class Medication:
    """A medication that was taken at the onset, or may have been (``sure`` is false)."""

    name: str
    indication: str | None
    sure: bool


@dataclass(frozen=True, slots=True)
class SeriousEvent:
    """One serious event, as the data tell it. None or empty: not on file.

    Parameters
    ----------
    patient_id : str or None
        The patient.
    sex : str or None
        ``female``, ``male``, ``unknown``.
    age : Age
        In completed years at the onset.
    term : str
        Preferred term; ``reported_term`` in the words of the report.
    grade : int or None
        CTCAE.
    recorded_serious : bool or None
        False or none where the event is told because it was fatal.
    fatal : bool
        The outcome is fatal or the grade 5.
    onset : PossibleDays
        The days on which it may have begun; ``onset_day`` counts from the first treatment.
    ablation : AblationDay or None
        The last ablation on or before the onset, and the days since.
    resolution : date or None
        Last day; ``duration_days`` of the event.
    criteria, related, led_to, treated_with : tuple of str
        Why it is serious, what it is attributed to, what was done with a treatment, with what the
        event was treated; ``untreated``: the data say, with nothing.
    emergent_why : str
        Whether it is treatment-emergent, in a sentence.
    drugs : tuple of GivenDrug
        Drugs of the study given on or before the onset; empty: none, or the onset is unknown.
    medications : tuple of Medication or None
        At the onset; none: the table was not collected, or the onset is unknown.
    liver : tuple of LiverCourse or None
        None: not an event of the liver; empty: no liver test is on file.
    """

    patient_id: str | None
    sex: str | None
    age: Age
    term: str
    reported_term: str | None
    grade: int | None
    recorded_serious: bool | None
    fatal: bool
    onset: PossibleDays
    onset_day: int | None
    first_treatment: date | None
    ablation: AblationDay | None
    after_ablation_days: int | None
    resolution: date | None
    duration_days: int | None
    outcome: str | None
    criteria: tuple[str, ...]
    related: tuple[str, ...]
    assessed: bool
    led_to: tuple[str, ...]
    treated_with: tuple[str, ...]
    untreated: bool
    emergent: bool
    emergent_why: str
    drugs: tuple[GivenDrug, ...]
    medications: tuple[Medication, ...] | None
    medications_collected: bool
    liver: tuple[LiverCourse, ...] | None
