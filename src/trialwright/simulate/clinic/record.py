"""All that the clinic writes down of one virtual patient, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.clinic.history import draw_characteristics, list_medications
from trialwright.simulate.clinic.signs import list_ecgs, list_vitals

if TYPE_CHECKING:
    from trialwright.simulate.clinic.facts import Clinic, ClinicFacts
    from trialwright.simulate.rows import CharacteristicRow, EcgRow, MedicationRow, VitalRow


class ClinicRows(NamedTuple):
    """The rows of one patient, by table."""

    characteristics: tuple[CharacteristicRow, ...] = ()
    medications: tuple[MedicationRow, ...] = ()
    vitals: tuple[VitalRow, ...] = ()
    ecgs: tuple[EcgRow, ...] = ()


def list_clinic_rows(clinic: Clinic, facts: ClinicFacts) -> ClinicRows:
    """List what the clinic writes down of one patient.

    Parameters
    ----------
    clinic : Clinic
        Assumptions, and the characteristics that the study declares.
    facts : ClinicFacts
        The patient's course.
    """
    return ClinicRows(
        draw_characteristics(clinic, facts),
        list_medications(clinic, facts),
        list_vitals(clinic, facts),
        list_ecgs(clinic, facts),
    )
