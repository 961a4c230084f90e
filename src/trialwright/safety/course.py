"""What each patient was given, and when: the course of treatment that harm is counted against.

Every window of safety (treatment-emergent, procedural, deaths after the last treatment) is
measured from these days, and they are taken here once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import (
    dosing_frame,
    first_treatment_frame,
    first_treatments,
    treatment_ends,
)
from trialwright.dataset.contacts import last_contacts
from trialwright.dataset.durations import study_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.study.model import Study

PROCEDURE = "ablation"  # how an event names the procedure, beside the modality itself


@dataclass(frozen=True, slots=True)
class DrugCourse:
    """The first and the last day on which a patient was given one drug, as the study names it."""

    drug: str
    first_dose: date
    last_dose: date


@dataclass(frozen=True, slots=True)
class AblationDay:
    """One local treatment of a lesion of the patient."""

    date: date
    modality: str
    lesion_id: str
    planned: bool


@dataclass(frozen=True, slots=True)
class TreatmentCourse:
    """One patient's treatment.

    Parameters
    ----------
    patient_id : str
        The patient.
    first_treatment : date or None
        First dose or planned ablation; none: never treated.
    drugs : tuple of DrugCourse
        Each drug given, in the order of the study; a drug that the study does not name comes last.
    ablations : tuple of AblationDay
        Local treatments by date, those outside the protocol included.
    treatment_end : date or None
        The recorded end of study treatment; none: it goes on, as far as the data say.
    new_therapy : date or None
        First anticancer treatment after the first study treatment.
    death, last_contact : date or None
        Death, and the last day on which the data show the patient alive.
    """

    patient_id: str
    first_treatment: date | None
    drugs: tuple[DrugCourse, ...]
    ablations: tuple[AblationDay, ...]
    treatment_end: date | None
    new_therapy: date | None
    death: date | None
    last_contact: date | None

    @property
    def last_dose(self) -> date | None:
        """Last day of any drug."""
        return max((drug.last_dose for drug in self.drugs), default=None)

    @property
    def last_treatment(self) -> date | None:
        """Last day of any drug or planned ablation."""
        days = [drug.last_dose for drug in self.drugs]
        days += [one.date for one in self.ablations if one.planned]
        return max(days, default=None)

    @property
    def last_known(self) -> date | None:
        """Death, or else the last contact."""
        return self.death if self.death is not None else self.last_contact

    def drug(self, name: str) -> DrugCourse | None:
        """Return the course of a drug; none if it was never given. Capitals do not matter."""
        wanted = name.casefold()
        return next((one for one in self.drugs if one.drug.casefold() == wanted), None)

    def study_day(self, day: date | None) -> int | None:
        """Return the study day: the first treatment is day 1, the day before it -1.

        None where the day is not known or the patient was never treated.
        """
        first = self.first_treatment
        return None if day is None or first is None else study_day(day, first)

    def last_ablation(self, day: date) -> AblationDay | None:
        """Return the last ablation up to a day; none if there was none.

        One on the day itself counts: which came first is not recorded.
        """
        return next((one for one in reversed(self.ablations) if one.date <= day), None)


def gather_courses(dataset: Dataset, study: Study) -> dict[str, TreatmentCourse]:
    """Return the course of every patient of the data, in the order of the table of patients.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Names the drugs; where the data spell one with other capitals, it is the same drug.

    Returns
    -------
    dict of str to TreatmentCourse
        By patient, the never treated included.

    Examples
    --------
    >>> from datetime import date
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> doses = pl.DataFrame({"patient_id": ["014"], "drug": ["Regorafenib"], "dose_mg": [80.0],
    ...     "start_date": [date(2026, 3, 2)], "end_date": [date(2026, 3, 22)]})
    >>> data = Dataset.create({"doses": doses}, source="made in code")
    >>> courses = gather_courses(data, read_study("examples/crclm/study.toml"))
    >>> print(courses["014"].first_treatment, courses["014"].last_treatment)
    2026-03-02 2026-03-22
    """
    first, ends = first_treatments(dataset), treatment_ends(dataset)
    contacts, deaths = last_contacts(dataset), _earliest(dataset.deaths, "death_date")
    drugs, ablations = _drugs(dataset, study), _ablations(dataset)
    therapies = _new_therapies(dataset)
    return {
        patient: TreatmentCourse(
            patient,
            first.get(patient),
            tuple(drugs.get(patient, ())),
            tuple(ablations.get(patient, ())),
            ends.get(patient),
            therapies.get(patient),
            deaths.get(patient),
            contacts.get(patient),
        )
        for patient in _everybody(dataset)
    }


def treatment_names(study: Study) -> tuple[str, ...]:
    """Return the drugs of the study, and last the modality of its ablation if it has one."""
    procedure = procedure_name(study)
    return (*drug_names(study), *(() if procedure is None else (procedure,)))


def drug_names(study: Study) -> tuple[str, ...]:
    """Return the drugs of the study, in its order.

    Examples
    --------
    >>> from trialwright.study import read_study
    >>> drug_names(read_study("examples/crclm/study.toml"))
    ('Regorafenib', 'Toripalimab')
    """
    return tuple(drug.name.require() for drug in study.treatments)


def spell_drug(name: str, planned: Sequence[str]) -> str:
    """Return a drug as the study spells it; one that the study does not name stays as it is.

    Parameters
    ----------
    name : str
        As the data spell it; capitals do not matter.
    planned : sequence of str
        From `drug_names`.

    Examples
    --------
    >>> spell_drug("REGORAFENIB", ["Regorafenib"]), spell_drug("Aspirin", ["Regorafenib"])
    ('Regorafenib', 'Aspirin')
    """
    plain = name.casefold()
    return next((one for one in planned if one.casefold() == plain), name)


def procedure_name(study: Study) -> str | None:
    """Return the modality of the study's ablation; none if it has none."""
    return None if study.ablation is None else study.ablation.modality.require()


def _everybody(dataset: Dataset) -> Iterator[str]:
    tables = ("patients", "doses", "adverse_events", "labs")
    frames = [dataset.table(name).select("patient_id") for name in tables]
    names = pl.concat(frames).drop_nulls()
    yield from names["patient_id"].unique(maintain_order=True)


def _drugs(dataset: Dataset, study: Study) -> dict[str, list[DrugCourse]]:
    planned = drug_names(study)
    found: dict[str, list[DrugCourse]] = {}
    for row in dosing_frame(dataset).drop_nulls("first_dose").iter_rows(named=True):
        drug = spell_drug(row["drug"], planned)
        course = DrugCourse(drug, row["first_dose"], row["last_dose"])
        found.setdefault(row["patient_id"], []).append(course)
    order = {name: place for place, name in enumerate(planned)}
    for courses in found.values():
        courses.sort(key=lambda course: order.get(course.drug, len(order)))
    return found


def _ablations(dataset: Dataset) -> dict[str, list[AblationDay]]:
    found: dict[str, list[AblationDay]] = {}
    rows = dataset.ablations.drop_nulls("ablation_date").sort("ablation_date", maintain_order=True)
    for row in rows.iter_rows(named=True):
        one = AblationDay(row["ablation_date"], row["modality"], row["lesion_id"], row["planned"])
        found.setdefault(row["patient_id"], []).append(one)
    return found


def _new_therapies(dataset: Dataset) -> dict[str, date]:
    """Return each patient's first therapy since the first study treatment, prior ones left out."""
    begun = dataset.therapies.join(first_treatment_frame(dataset), on="patient_id")
    since = begun.filter(pl.col("start_date") >= pl.col("first_treatment"))
    return _earliest(since, "start_date")


def _earliest(table: pl.DataFrame, column: str) -> dict[str, date]:
    dated = table.drop_nulls(("patient_id", column))
    return dict(dated.group_by("patient_id").agg(pl.col(column).min()).iter_rows())
