"""What became of every patient: screened, enrolled, treated, each treatment ended or going on.

Every patient is in exactly one place of each step; nobody is lost between two of them.

Source: ICH E3, section 10.1 (disposition of patients); CONSORT 2025, item on the flow of
participants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.dataset.anchors import is_dose_given
from trialwright.safety.course import spell_drug
from trialwright.safety.drug_ends import DrugEnds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from trialwright.analysis.result import Analysis
    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.drug_ends import DrugEnd

Given = Literal["drug and planned ablation", "drug only", "planned ablation only", "neither"]
State = Literal["ended", "ongoing", "died, no end recorded", "ends not collected"]
GIVEN: tuple[Given, ...] = (
    "drug and planned ablation", "drug only", "planned ablation only", "neither",
)  # fmt: skip
NO_SCREENING_REASON = "no reason recorded"


@dataclass(frozen=True, slots=True)
class End:
    """Where a patient stands with a drug, the study treatment or the study.

    ``reason`` and ``date`` are those of an end that is on file; the date may be unknown.
    """

    state: State
    reason: str = ""
    date: date | None = None


@dataclass(frozen=True, slots=True)
class PatientDisposition:
    """What became of one patient.

    Parameters
    ----------
    patient_id : str
        The patient.
    not_enrolled : str or None
        Why the patient was screened only; none: enrolled.
    given : {"drug and planned ablation", "drug only", "planned ablation only", "neither"} or None
        What the data hold of the treatment; none: never treated. ``neither``: treated by the date
        that the source states, with neither on file.
    drugs : tuple of (str, End)
        Each drug that was given, as the study spells it.
    treatment : End or None
        Study treatment; none: never treated.
    study : End or None
        The study; none: not enrolled.
    """

    patient_id: str
    not_enrolled: str | None
    given: Given | None
    drugs: tuple[tuple[str, End], ...]
    treatment: End | None
    study: End | None


def follow_disposition(analysis: Analysis) -> tuple[PatientDisposition, ...]:
    """Return what became of every patient of the data, in order of enrolment.

    Parameters
    ----------
    analysis : Analysis
        Its sets say who was enrolled and who was treated.
    """
    dataset = analysis.dataset
    ends, drugs = DrugEnds(dataset), _drugs_given(analysis)
    ablated = planned_ablations(dataset)
    dead = set(dataset.deaths["patient_id"])
    enrolled = set(analysis.sets.named("enrolled").patients)
    treated = set(analysis.sets.named("safety").patients)
    found = []
    for member in analysis.sets.members:
        patient = member.patient_id
        own = drugs.get(patient, ())
        found.append(
            PatientDisposition(
                patient,
                None if patient in enrolled else _why_not_enrolled(ends, patient),
                _given(bool(own), patient in ablated) if patient in treated else None,
                tuple(
                    (drug, _stand(ends.of(patient, drug), ends, patient in dead)) for drug in own
                ),
                _stand(_end_of_treatment(ends, patient), ends, patient in dead)
                if patient in treated
                else None,
                _stand(ends.of_scope(patient, "study"), ends, patient in dead)
                if patient in enrolled
                else None,
            )
        )
    return tuple(found)


def given_drug(dataset: Dataset) -> set[str]:
    """Return the patients with a dose above 0 mg."""
    return set(dataset.doses.filter(is_dose_given())["patient_id"])


def planned_ablations(dataset: Dataset) -> set[str]:
    """Return the patients with a planned ablation."""
    return set(dataset.ablations.filter("planned")["patient_id"])


def _drugs_given(analysis: Analysis) -> Mapping[str, Sequence[str]]:
    """Return the drugs that each patient was given, in the order of the study."""
    planned = [drug.name.value for drug in analysis.study.treatments if drug.name.value]
    rows = analysis.dataset.doses.filter(is_dose_given()).drop_nulls(("patient_id", "drug"))
    found: dict[str, dict[str, None]] = {}
    for patient, drug in rows.select("patient_id", "drug").iter_rows():
        found.setdefault(patient, {})[spell_drug(drug, planned)] = None
    order = {name: place for place, name in enumerate(planned)}
    return {
        patient: sorted(drugs, key=lambda drug: order.get(drug, len(order)))
        for patient, drugs in found.items()
    }


def _given(drug: bool, ablated: bool) -> Given:
    if drug:
        return "drug and planned ablation" if ablated else "drug only"
    return "planned ablation only" if ablated else "neither"


def _why_not_enrolled(ends: DrugEnds, patient: str) -> str:
    end = ends.of_scope(patient, "screening") or ends.of_scope(patient, "study")
    return NO_SCREENING_REASON if end is None else end.reason


def _end_of_treatment(ends: DrugEnds, patient: str) -> DrugEnd | None:
    """Return the end of study treatment; who left the study has left its treatment."""
    return ends.of_scope(patient, "treatment") or ends.of_scope(patient, "study")


def _stand(end: DrugEnd | None, ends: DrugEnds, dead: bool) -> End:
    if end is not None:
        return End("ended", end.reason, end.date)
    if not ends.collected:
        return End("ends not collected")
    return End("died, no end recorded" if dead else "ongoing")
