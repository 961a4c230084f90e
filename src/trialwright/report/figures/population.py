"""Among whom figures are drawn and listings made: screened, counted, treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.model import Population

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis


def efficacy_population(analysis: Analysis) -> Population:
    """Return the full analysis set, whose responses and times are drawn."""
    patients = tuple(member.patient_id for member in analysis.sets.efficacy)
    one = "patient" if len(patients) == 1 else "patients"
    words = f"{len(patients)} {analysis.sets.efficacy_set} {one} (full analysis set)"
    return Population("full_analysis", words, patients)


def treated_population(safety: SafetyAnalysis) -> Population:
    """Return the treated patients, whose harm is drawn."""
    one = "patient" if len(safety.treated) == 1 else "patients"
    return Population("safety", f"{len(safety.treated)} treated {one}", safety.treated)


def tells_of_ablation(safety: SafetyAnalysis) -> bool:
    """Tell whether the tables of harm speak of ablation: one was planned, or one was done."""
    planned = safety.study.ablation is not None
    return planned or any(course.ablations for course in safety.courses.values())


def screened_population(analysis: Analysis) -> Population:
    """Return every patient of the data, whether or not the analysis counts them."""
    patients = tuple(one.patient_id for one in analysis.sets.members)
    words = f"{len(patients)} screened patient{'s' * (len(patients) != 1)}"
    return Population("screened", words, patients)
