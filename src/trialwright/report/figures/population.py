"""Among whom the figures of efficacy and of safety are drawn."""

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


def data_population(analysis: Analysis) -> Population:
    """Return all patients of the data, whose scans are read whether or not they are counted."""
    patients = tuple(one.patient_id for one in analysis.sets.members)
    words = f"{len(patients)} patient{'s' * (len(patients) != 1)} of the data"
    return Population("screened", words, patients)
