"""All that the endpoints read of one patient beside the scans: deaths, therapies, treatment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.dataset.anchors import last_doses, treatment_end_frame
from trialwright.dataset.contacts import find_last_contacts
from trialwright.endpoints.called import called_of
from trialwright.endpoints.censoring import is_claimed
from trialwright.endpoints.endings import NEVER
from trialwright.response.timeline import first_unplanned_treatment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.endpoints.called import Called, Criteria
    from trialwright.endpoints.sets import AnalysisSets, Member
    from trialwright.response.patient import PatientScans
    from trialwright.response.result import PatientResponse

StopKind = Literal["documented", "claimed", "discontinued", "no stop"]

FOR_PROGRESSION = ("progression", "clinical progression")
_NO_STOP = ("completed", "death")  # the treatment was not stopped before its time


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of study treatment; ``category`` is none where nobody recorded one."""

    date: date
    reason: str
    category: str | None


@dataclass(frozen=True, slots=True)
class Patient:
    """All that the endpoints read of one patient.

    ``local_therapy`` is the first local treatment outside the protocol. ``imputed`` says of
    which dates a part was completed (``death``, ``new_therapy``, ``stop``: D, M or Y). ``failed``
    says why the patient counts as not having responded whatever the scans show. ``contact_table``
    holds the row that shows the last contact. ``called`` remembers what ``called_by`` returned; it
    is no part of the value.
    """

    member: Member
    response: PatientResponse
    death: date | None
    new_therapy: date | None
    last_contact: date | None
    local_therapy: date | None = None
    stop: Stop | None = None
    last_dose: date | None = None
    imputed: tuple[tuple[str, str], ...] = ()
    failed: str | None = None
    contact_table: str = "patients"
    called: dict[Criteria, Called] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def called_by(self, criteria: Criteria) -> Called:
        """Return the calls by these criteria (``called_of``), which every endpoint asks for."""
        if criteria not in self.called:
            self.called[criteria] = called_of(self.response, criteria)
        return self.called[criteria]

    @property
    def anchor(self) -> date | None:
        """Day 0: the first treatment, or the enrolment of a patient who was never treated."""
        return self.member.first_treatment or self.member.enrolment


def kind_of_stop(stop: Stop | None, progression: date | None) -> StopKind:
    """Return what the end of treatment says about progression.

    A stop for progression is a claim, unless a scan had documented the progression by then. What
    becomes of a claim is the study's choice (``times.clinical_progression``). A reason that
    nobody recorded is another reason.

    Parameters
    ----------
    stop : Stop or None
        The end of treatment.
    progression : date or None
        The first progression that a scan documents.

    Returns
    -------
    {"documented", "claimed", "discontinued", "no stop"}
        ``documented``: progression that a scan shows; ``claimed``: progression that none had
        shown; ``discontinued``: toxicity or another reason; ``no stop``: not stopped, completed
        as planned, or stopped by death.

    Notes
    -----
    Source: FDA guidance (2007), appendix 3, tables A to C (discontinuation for undocumented
    progression, and for toxicity or another reason).
    """
    if stop is None or stop.category in _NO_STOP:
        return "no stop"
    if stop.category not in FOR_PROGRESSION:
        return "discontinued"
    shown = NEVER if progression is None else progression.toordinal()
    return "claimed" if is_claimed(stop.date.toordinal(), shown) else "documented"


def gather_patients(
    sets: AnalysisSets,
    scans: Iterable[PatientScans],
    responses: Mapping[str, PatientResponse],
    last_contacts: Mapping[str, date],
    dataset: Dataset | None = None,
) -> tuple[Patient, ...]:
    """Put together what is known of each patient of the efficacy set.

    Parameters
    ----------
    sets : AnalysisSets
        Who is counted.
    scans : iterable of PatientScans
        Deaths and later therapies, patient by patient.
    responses : mapping of str to PatientResponse
        The calls by patient.
    last_contacts : mapping of str to date
        Last day known alive by patient, from `last_contacts`.
    dataset : Dataset or None
        Ends of treatment, doses, and which dates were completed; none: nothing is known of them.
    """
    by_id = {one.patient_id: one for one in scans}
    stops = {} if dataset is None else _stops(dataset)
    doses = {} if dataset is None else last_doses(dataset)
    imputed = {} if dataset is None else _imputed(dataset, by_id)
    contacts = {} if dataset is None else find_last_contacts(dataset)
    return tuple(
        Patient(
            member,
            responses[member.patient_id],
            by_id[member.patient_id].death,
            by_id[member.patient_id].new_therapy,
            last_contacts.get(member.patient_id),
            first_unplanned_treatment(by_id[member.patient_id]),
            stops.get(member.patient_id),
            doses.get(member.patient_id),
            tuple(imputed.get(member.patient_id, ())),
            contact_table=contacts[member.patient_id].table
            if member.patient_id in contacts
            else "patients",
        )
        for member in sets.efficacy
    )


def _stops(dataset: Dataset) -> dict[str, Stop]:
    """Return the first end of study treatment of each patient."""
    return {
        row["patient_id"]: Stop(row["end_date"], row["reason"], row["reason_category"])
        for row in treatment_end_frame(dataset).iter_rows(named=True)
    }


def _imputed(
    dataset: Dataset, scans: Mapping[str, PatientScans]
) -> dict[str, list[tuple[str, str]]]:
    """Return which of the dates that end a time were completed, and how much of each.

    Of the later therapies it is the one that the patient's ``new_therapy`` is the date of, and not
    one from before the study treatment.
    """
    treatment = dataset.dispositions.filter(scope="treatment")
    found: dict[str, list[tuple[str, str]]] = {}
    for what, frame, column in (
        ("death", dataset.deaths, "death_date"),
        ("new_therapy", dataset.therapies, "start_date"),
        ("stop", treatment, "end_date"),
    ):
        dated = frame.drop_nulls(column).sort(column, maintain_order=True)
        if what == "new_therapy":
            begun = [(name, one.new_therapy) for name, one in scans.items()]
            schema = {"patient_id": pl.String, column: pl.Date}
            dated = dated.join(
                pl.DataFrame(begun, schema=schema, orient="row"),
                on=("patient_id", column),
                how="semi",
            )
        first = dated.unique("patient_id", keep="first", maintain_order=True)
        flagged = first.select("patient_id", f"{column}_imputed").drop_nulls()
        for patient, flag in flagged.iter_rows():
            found.setdefault(patient, []).append((what, flag))
    return found
