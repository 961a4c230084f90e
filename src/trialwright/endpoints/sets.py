"""Analysis sets: who is counted, and why somebody is not.

Source: ICH E9 section 5.2; FDA and EMA practice for single-arm trials (all treated).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.dataset.anchors import first_treatments

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class Member:
    """One enrolled patient: dates from which time is counted, and set membership.

    ``excluded`` says why the patient is not in the efficacy set; none for a member.
    """

    patient_id: str
    enrolment: date | None
    first_treatment: date | None
    excluded: str | None


@dataclass(frozen=True, slots=True)
class AnalysisSets:
    """All patients of the data in order of enrolment, and the efficacy set among them."""

    efficacy_set: str
    members: tuple[Member, ...]

    @property
    def efficacy(self) -> tuple[Member, ...]:
        """The patients of the efficacy set."""
        return tuple(member for member in self.members if member.excluded is None)

    @property
    def excluded(self) -> tuple[Member, ...]:
        """The patients left out of the efficacy set, each with the reason."""
        return tuple(member for member in self.members if member.excluded is not None)


def derive_analysis_sets(dataset: Dataset, study: Study) -> AnalysisSets:
    """Sort every patient of the data into the analysis sets of the study.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Names the efficacy set.

    Returns
    -------
    AnalysisSets
        Every patient of the data, in order of enrolment, with the reason for an exclusion.

    Notes
    -----
    A patient with neither an enrolment date nor treatment was screened only, where the source
    records enrolment at all.
    """
    chosen = study.analysis_sets.efficacy.require()
    started = first_treatments(dataset)
    frame = dataset.patients
    records_enrolment = frame["enrolment_date"].is_not_null().any()
    members = []
    for row in frame.iter_rows(named=True):
        patient, enrolled = row["patient_id"], row["enrolment_date"]
        treated = started.get(patient)
        why = None
        if records_enrolment and enrolled is None and treated is None:
            why = "screened, not enrolled"
        elif chosen == "treated" and treated is None:
            why = "enrolled, never treated"
        members.append(Member(patient, enrolled, treated, why))
    return AnalysisSets(chosen, tuple(sorted(members, key=_order_of_enrolment)))


def _order_of_enrolment(member: Member) -> tuple[str, str]:
    day = member.enrolment or member.first_treatment
    return (day.isoformat() if day else "9999", member.patient_id)
