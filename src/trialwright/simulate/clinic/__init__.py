"""What the clinic writes down of a virtual patient beside tumours and harm.

Characteristics before treatment, vital signs, electrocardiograms and concomitant medication: for
displays, so one virtual trial of a study holds them and many trials do not draw them.
"""

from __future__ import annotations

from trialwright.simulate.clinic.assumptions import read_assumptions
from trialwright.simulate.clinic.facts import Clinic, ClinicFacts, ClinicPurpose
from trialwright.simulate.clinic.record import ClinicRows, list_clinic_rows

__all__ = [
    "Clinic",
    "ClinicFacts",
    "ClinicPurpose",
    "ClinicRows",
    "list_clinic_rows",
    "read_assumptions",
]
