"""The flow of patients, single-arm: in the data, counted, treated, read at baseline, assessed.

Each step divides the patients of the step before into those who go on and those who do not,
with the reason; nobody is lost between two boxes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.analysis.disposition import given_drug, planned_ablations
from trialwright.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.analysis import Analysis
    from trialwright.dataset import Dataset
    from trialwright.endpoints import Member
    from trialwright.response import PatientResponse

Reasons = tuple[tuple[str, tuple[str, ...]], ...]  # (reason, patients)


@dataclass(frozen=True, slots=True)
class Step:
    """One box of the flow.

    Parameters
    ----------
    title : str
        What the patients of the box have in common.
    patients : int
        How many they are.
    parts : sequence of (str, int)
        How the box divides; adds up to ``patients`` where there are any.
    left : Reasons
        Who of this box does not reach the next one, and why.
    """

    title: str
    patients: int
    parts: tuple[tuple[str, int], ...] = ()
    left: Reasons = ()

    @property
    def leaving(self) -> int:
        """Patients who do not reach the next box."""
        return sum(len(patients) for _, patients in self.left)


def build_flow(analysis: Analysis) -> tuple[Step, ...]:
    """Return the boxes of the flow from the top to the bottom."""
    sets, calls = analysis.sets, analysis.by_patient
    counted = [calls[member.patient_id] for member in sets.efficacy]
    baseline = [one for one in counted if one.baseline is not None]
    assessed = [one for one in baseline if one.time_points]
    read = [one for one in assessed if one.best.response != Response.NE]
    return (
        Step("In the data", len(sets.members), left=_why_excluded(sets.excluded)),
        Step(
            f"Efficacy set: {sets.efficacy_set}",
            len(counted),
            _treated_by(analysis.dataset, [member.patient_id for member in sets.efficacy]),
            _reasons(
                (one.patient_id, one.not_evaluable or "") for one in _not_in(baseline, counted)
            ),
        ),
        Step(
            "Baseline tumour assessment",
            len(baseline),
            left=_reasons(
                (one.patient_id, "no assessment after baseline")
                for one in _not_in(assessed, baseline)
            ),
        ),
        Step(
            "Assessed after baseline",
            len(assessed),
            left=_reasons(
                (one.patient_id, "best response not evaluable") for one in _not_in(read, assessed)
            ),
        ),
        Step("Best response known", len(read)),
    )


def _not_in(
    kept: Sequence[PatientResponse], everybody: Sequence[PatientResponse]
) -> list[PatientResponse]:
    names = {one.patient_id for one in kept}
    return [one for one in everybody if one.patient_id not in names]


def _why_excluded(members: Iterable[Member]) -> Reasons:
    return _reasons((member.patient_id, member.excluded or "") for member in members)


def _reasons(pairs: Iterable[tuple[str, str]]) -> Reasons:
    grouped: dict[str, list[str]] = {}
    for patient, why in pairs:
        grouped.setdefault(why, []).append(patient)
    return tuple((why, tuple(patients)) for why, patients in grouped.items())


def _treated_by(dataset: Dataset, patients: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Count patients by what the data hold of their treatment: drug, ablation, both."""
    drug, ablated = given_drug(dataset), planned_ablations(dataset)
    if not (dataset.collected("doses") or dataset.collected("ablations")):
        return ()
    both = sum(one in drug and one in ablated for one in patients)
    only_drug = sum(one in drug and one not in ablated for one in patients)
    only_ablated = sum(one in ablated and one not in drug for one in patients)
    parts = (
        ("drug and planned ablation", both),
        ("drug only", only_drug),
        ("planned ablation only", only_ablated),
        ("neither recorded", len(patients) - both - only_drug - only_ablated),
    )
    return tuple((words, count) for words, count in parts if count)
