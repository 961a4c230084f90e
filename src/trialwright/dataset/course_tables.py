"""The tables of what else is on file of a patient: history, medication, vital signs, ECG."""

from __future__ import annotations

from trialwright.dataset.columns import PATIENT, Column, Table

CHARACTERISTICS = Table(
    "characteristics",
    "one characteristic of a patient or of the disease before treatment",
    (
        PATIENT,
        Column(
            "characteristic",
            "text",
            "name of the characteristic, as the study file declares it",
            required=True,
        ),
        Column("value", "text", "one of its levels, or a number; blank: not known"),
        Column("unit", "text", "unit of a number; blank: that of the study file"),
    ),
    ("patient_id", "characteristic"),
)

MEDICATIONS = Table(
    "medications",
    "one medication that is neither study treatment nor an anticancer treatment",
    (
        PATIENT,
        Column("medication", "text", "name of the medication", required=True),
        Column("medication_class", "text", "class that it is counted under"),
        Column("indication", "text", "what it was given for"),
        Column("start_date", "partial date", "first day"),
        Column("end_date", "partial date", "last day; blank: it goes on, or is not known"),
    ),
    ("patient_id", "medication", "indication", "start_date"),
)

VITALS = Table(
    "vitals",
    "one vital sign on one day; of several readings their mean",
    (
        PATIENT,
        Column("test", "text", "what was measured, such as systolic blood pressure", required=True),
        Column("measured_date", "date", "date of the measurement", required=True),
        Column("value", "number", "what it showed", required=True, minimum=0.0),
        Column("unit", "text", "unit of the value", required=True),
    ),
    ("patient_id", "test", "measured_date"),
)

ECGS = Table(
    "ecgs",
    "one parameter of the electrocardiogram of one day; of replicates their mean",
    (
        PATIENT,
        Column("parameter", "text", "what was measured, such as QTcF", required=True),
        Column("ecg_date", "date", "date of the electrocardiogram", required=True),
        Column("value", "number", "what it showed", required=True),
        Column("unit", "text", "unit of the value", required=True),
    ),
    ("patient_id", "parameter", "ecg_date"),
)
