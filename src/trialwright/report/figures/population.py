"""Among whom figures are drawn and listings made: screened, counted, treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import say_count
from trialwright.report.model import Population

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis


def efficacy_population(analysis: Analysis) -> Population:
    """Return the full analysis set, whose responses and times are drawn."""
    patients = tuple(member.patient_id for member in analysis.sets.efficacy)
    counted = say_count(len(patients), f"{analysis.sets.efficacy_set} patient")
    words = f"{counted} (full analysis set)"
    return Population("full_analysis", words, patients)


def treated_population(safety: SafetyAnalysis) -> Population:
    """Return the treated patients, whose harm is drawn."""
    words = say_count(len(safety.treated), "treated patient")
    return Population("safety", words, safety.treated)


def tells_of_ablation(safety: SafetyAnalysis) -> bool:
    """Tell whether the tables of harm speak of ablation: one was planned, or one was done."""
    planned = safety.study.ablation is not None
    return planned or any(course.ablations for course in safety.courses.values())


def screened_population(analysis: Analysis) -> Population:
    """Return every patient of the data, whether or not the analysis counts them."""
    patients = tuple(one.patient_id for one in analysis.sets.members)
    return Population("screened", say_count(len(patients), "screened patient"), patients)
