"""The days on which an event that begins is emergent, patient by patient.

There is a window of the study treatment as a whole, one of each drug, and one of each ablation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import is_dose_given
from trialwright.safety.course import drug_names, procedure_name
from trialwright.safety.emergence import Window, close_window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.study.model import Study

STUDY_TREATMENT = "study treatment"


@dataclass(frozen=True, slots=True)
class PatientWindows:
    """One patient's windows for one kind of event.

    Parameters
    ----------
    whole : Window
        Of the study treatment as a whole.
    drugs : tuple of Window
        Of each drug of the study, in its order; the treatment is the drug.
    procedures : tuple of Window
        Of each planned ablation.
    """

    whole: Window
    drugs: tuple[Window, ...]
    procedures: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class OngoingTreatment:
    """Who is still being treated, as far as the data say.

    Parameters
    ----------
    patients : frozenset of str
        Patients without a recorded end of treatment and without a death.
    stopped : frozenset of (str, str)
        Patient and drug, in lower case, that has ended while treatment goes on: an end of the drug
        is on file, or it has been left out (0 mg) and not given since.
    """

    patients: frozenset[str]
    stopped: frozenset[tuple[str, str]]

    def goes_on(self, patient: str, drug: str | None = None) -> bool:
        """Tell whether a patient is still on treatment, or on one drug."""
        if patient not in self.patients:
            return False
        return drug is None or (patient, drug.casefold()) not in self.stopped


def find_ongoing(dataset: Dataset, courses: Mapping[str, TreatmentCourse]) -> OngoingTreatment:
    """Return who is still being treated.

    Where ends of treatment were not collected, nothing says that it goes on, and each window is
    counted from the last day of treatment.
    """
    if not dataset.collected("dispositions"):
        return OngoingTreatment(frozenset(), frozenset())
    patients = frozenset(
        name
        for name, course in courses.items()
        if course.treatment_end is None and course.death is None
    )
    of_drugs = dataset.dispositions.filter(scope="drug").drop_nulls(("patient_id", "drug"))
    ended = of_drugs.select("patient_id", pl.col("drug").str.to_lowercase())
    key = ("patient_id", pl.col("drug").str.to_lowercase())
    last = (
        dataset.doses.drop_nulls(("patient_id", "drug", "start_date"))
        .sort("start_date", maintain_order=True)
        .group_by(*key, maintain_order=True)
        .agg(is_dose_given().last().alias("given"))
        .filter(~pl.col("given"))
        .select("patient_id", "drug")
    )
    return OngoingTreatment(patients, frozenset(pl.concat([ended, last]).iter_rows()))


def open_windows(
    course: TreatmentCourse, study: Study, ongoing: OngoingTreatment, *, prolonged: bool
) -> PatientWindows:
    """Return one patient's windows.

    Parameters
    ----------
    course : TreatmentCourse
        What the patient was given.
    study : Study
        How long each window is.
    ongoing : OngoingTreatment
        Whose windows have no end yet.
    prolonged : bool
        Whether it is for a serious or an immune-related event, which is followed for longer.
    """
    safety = study.safety
    days = (safety.emergent_days_serious if prolonged else safety.emergent_days).require()
    therapy = course.new_therapy if safety.emergent_until_new_therapy.require() else None
    patient, last = course.patient_id, course.last_treatment or course.treatment_end
    whole = close_window(
        STUDY_TREATMENT,
        course.first_treatment,
        last,
        days=days,
        goes_on=ongoing.goes_on(patient),
        new_therapy=therapy,
    )
    drugs = []
    for name in drug_names(study):
        given = course.drug(name)
        drugs.append(
            Window(name, None)
            if given is None
            else close_window(
                name,
                given.first_dose,
                given.last_dose,
                days=days,
                goes_on=ongoing.goes_on(patient, name),
                new_therapy=therapy,
            )
        )
    return PatientWindows(whole, tuple(drugs), _of_procedures(course, study))


def open_treatment_windows(
    dataset: Dataset, study: Study, courses: Mapping[str, TreatmentCourse]
) -> dict[str, Window]:
    """Return the days of each patient on which a value counts as on treatment."""
    ongoing = find_ongoing(dataset, courses)
    return {
        patient: open_windows(course, study, ongoing, prolonged=False).whole
        for patient, course in courses.items()
    }


def is_on_treatment(day: date | None, window: Window | None) -> bool:
    """Tell whether a value of a day counts as on treatment.

    The day of the first treatment counts as before it: values are taken before a dose.
    """
    if day is None or window is None or window.first is None:
        return False
    ended = window.last is not None and day > window.last
    return day > window.first and not ended


def _of_procedures(course: TreatmentCourse, study: Study) -> tuple[Window, ...]:
    """Return the windows of the planned ablations, one a day; a new therapy does not end them."""
    name = procedure_name(study)
    if name is None:
        return ()
    length = study.safety.procedure_days.require()
    days = sorted({one.date for one in course.ablations if one.planned})
    return tuple(
        Window(name, day, day + timedelta(days=length), f"{length} days after {name} on {day}")
        for day in days
    )
