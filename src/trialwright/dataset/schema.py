"""The tables that every derivation reads: their columns, kinds, units and keys.

One row is one fact. Names are the words of the trial; the SDTM names live in ``cdisc``.
A table that a source never collected is absent, which is not the same as empty: no deaths
collected says nothing, no deaths among those collected says that everybody is alive.

Source: the data model of ``docs/architecture.md``; states of a measurement follow RECIST 1.1
(Eisenhauer 2009, sections 4.3.2 and 4.3.4).
"""

from __future__ import annotations

from trialwright.dataset.columns import PATIENT, Column, Table
from trialwright.dataset.course_tables import CHARACTERISTICS, ECGS, MEDICATIONS, VITALS
from trialwright.dataset.harm_tables import ADVERSE_EVENTS, LABS

SOURCE_ROW = "source_row"  # every frame carries the 1-based row of its source file

MEASUREMENT_STATES = (
    "absent",  # looked for, and gone: 0 mm
    "merged",  # grown together with another lesion, which carries the joint diameter: 0 mm
    "too_small",  # seen, too small to measure: 5 mm
    "not_evaluable",  # not imaged, or the image cannot be read
    "not_recorded",  # the source holds a blank
    "present",  # seen, not measured (non-target and new lesions)
    "increased",  # grown, but not unequivocally (non-target lesions)
    "unequivocal_progression",  # grown so that therapy should stop (non-target lesions)
    "equivocal",  # a new finding that may or may not be a lesion
)
# What a state counts in mm. Source: RECIST 1.1 (Eisenhauer 2009), section 4.3.2: a lesion that
# has disappeared is 0 mm; one that is seen and too small to measure is given 5 mm; of lesions
# that truly merged one keeps the joint diameter and the others add nothing.
SIZE_OF_STATE = {"absent": 0.0, "merged": 0.0, "too_small": 5.0}
UNREAD_STATES = ("not_evaluable", "not_recorded")  # nothing was read of the lesion
LESION_ROLES = ("target", "non_target", "new")
READERS = ("investigator", "central_1", "central_2", "adjudicator")
ABLATION_FINDINGS = (
    "complete",  # the zone covers the lesion, no viable tumour
    "benign_rim",  # smooth rim of enhancement around a complete zone: no tumour
    "residual",  # viable tumour at the edge on the first control: the ablation was incomplete
    "local_progression",  # tumour at the edge after a control that had shown a complete zone
)
CALLED = ("CR", "PR", "SD", "Non-CR/Non-PD", "PD", "NE")
CALLED_BY_IRECIST = ("iCR", "iPR", "iSD", "Non-iCR/Non-iUPD", "iUPD", "iCPD", "NE")
REASONS_FOR_ENDS = (
    "completed",
    "progression",
    "clinical progression",
    "adverse event",
    "death",
    "withdrawal",
    "lost to follow-up",
    "other",
)
# Dates on which endpoints turn, and which real data know only in part: their table and column.
# Each has two companions: what is known of it, and how much of it was completed.
DATES_IN_PART = {"therapies": "start_date", "deaths": "death_date", "dispositions": "end_date"}
ORGANS = (
    "liver", "lung", "lymph node", "peritoneum", "bone", "brain", "adrenal", "kidney",
    "pancreas", "colon", "soft tissue", "skin", "pleura", "spleen", "ovary", "other",
    "not recorded",
)  # fmt: skip
_LOCAL_THERAPIES = ("RFA", "MWA", "cryoablation", "HIFU", "radiotherapy", "surgery", "TACE",
                    "other")  # fmt: skip

_LESION = Column("lesion_id", "text", "the lesion's identifier within the patient", required=True)
_READER = Column(
    "reader",
    "category",
    "who read the scan; blank in all rows: the data hold one reading",
    allowed=READERS,
)


def known_part_of(name: str) -> str:
    """Name the column that holds what is known of a date, where it is not a whole day."""
    return f"{name}_partial"


def completed_part_of(name: str) -> str:
    """Name the column that says how much of a date was completed."""
    return f"{name}_imputed"


def _in_part(name: str, meaning: str) -> tuple[Column, Column, Column]:
    """Return the column of a date that may be known in part, and its two companions."""
    return (
        Column(name, "date", meaning),
        Column(
            known_part_of(name),
            "partial date",
            "what is known of the date, where it is not a whole day",
        ),
        Column(
            completed_part_of(name),
            "category",
            "how much of the date was completed, day, month too or all; blank if nothing",
            allowed=("D", "M", "Y"),
        ),
    )


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "patients",
            "one patient who was screened",
            (
                PATIENT,
                Column("site", "text", "the hospital"),
                Column("arm", "text", "arm or cohort, where the source has several"),
                Column("sex", "category", "sex", allowed=("female", "male", "unknown")),
                Column("birth_date", "partial date", "date of birth"),
                Column(
                    "ecog", "count", "ECOG performance status at baseline", minimum=0, maximum=5
                ),
                Column("consent_date", "date", "informed consent signed"),
                Column("enrolment_date", "date", "registered in the study"),
                Column(
                    "first_treatment_date",
                    "date",
                    "first study treatment, where the source states it and holds no doses",
                ),
                Column("last_alive_date", "date", "last date known to be alive"),
            ),
            ("patient_id",),
        ),
        CHARACTERISTICS,
        Table(
            "visits",
            "one planned or unplanned tumour assessment of a patient",
            (
                PATIENT,
                Column("visit", "text", "name of the visit", required=True),
                Column(
                    "visit_type",
                    "category",
                    "why the assessment was made",
                    required=True,
                    allowed=("baseline", "scheduled", "unscheduled", "post_ablation"),
                ),
                Column("planned_day", "count", "planned day counted from the first dose (0)"),
                Column("visit_date", "date", "date of the visit; empty: it did not take place"),
                Column(
                    "not_imaged", "text", "organs that this assessment did not image, split by ;"
                ),
            ),
            ("patient_id", "visit"),
        ),
        Table(
            "lesions",
            "one lesion and the part it plays, for one reader",
            (
                PATIENT,
                _READER,
                _LESION,
                Column("role", "category", "part in RECIST", required=True, allowed=LESION_ROLES),
                Column("organ", "category", "organ", required=True, allowed=ORGANS),
                Column("location", "text", "where in the organ"),
                Column(
                    "lymph_node", "flag", "lymph node, measured by its short axis", required=True
                ),
                Column("split_from", "text", "the lesion that this one is a fragment of"),
            ),
            ("patient_id", "reader", "lesion_id"),
        ),
        Table(
            "measurements",
            "one lesion on one scan, for one reader: a diameter or a state",
            (
                PATIENT,
                _READER,
                _LESION,
                Column("visit", "text", "name of the visit the scan belongs to", required=True),
                Column("scan_date", "date", "date of the scan", required=True),
                Column(
                    "diameter_mm",
                    "number",
                    "longest diameter; short axis of a lymph node",
                    unit="mm",
                    minimum=0.0,
                ),
                Column("state", "category", "what was seen instead", allowed=MEASUREMENT_STATES),
                Column("method", "text", "CT, MRI, ..."),
                Column("slice_mm", "number", "slice thickness", unit="mm", minimum=0.0),
                Column(
                    "viable_mm",
                    "number",
                    "longest diameter of the part that takes up contrast",
                    unit="mm",
                    minimum=0.0,
                ),
                Column(
                    "ablation_finding",
                    "category",
                    "what a scan after the ablation shows at the zone",
                    allowed=ABLATION_FINDINGS,
                ),
            ),
            ("patient_id", "reader", "lesion_id", "scan_date"),
        ),
        Table(
            "calls",
            "one response as a person or another system called it",
            (
                PATIENT,
                _READER,
                Column(
                    "criteria",
                    "category",
                    "by which criteria",
                    required=True,
                    allowed=("RECIST 1.1", "iRECIST"),
                ),
                Column("visit", "text", "name of the visit", required=True),
                Column("call_date", "date", "date of the assessment"),
                Column(
                    "target",
                    "category",
                    "target response",
                    allowed=(*CALLED, *CALLED_BY_IRECIST[:-1]),
                ),
                Column(
                    "non_target",
                    "category",
                    "non-target response",
                    allowed=(*CALLED, *CALLED_BY_IRECIST[:-1]),
                ),
                Column("new_lesion", "flag", "an unequivocal new lesion was called"),
                Column(
                    "overall",
                    "category",
                    "overall response",
                    allowed=(*CALLED, *CALLED_BY_IRECIST[:-1]),
                ),
            ),
            ("patient_id", "reader", "criteria", "visit"),
        ),
        Table(
            "adjudications",
            "one patient whose central readings an adjudicator decided between",
            (
                PATIENT,
                Column(
                    "accepted_reader",
                    "category",
                    "the reader whose whole reading counts",
                    required=True,
                    allowed=READERS[1:],
                ),
                Column("adjudication_date", "date", "when it was decided"),
                Column("reason", "text", "why, in the adjudicator's words"),
            ),
            ("patient_id",),
        ),
        Table(
            "ablations",
            "one local treatment of one lesion",
            (
                PATIENT,
                Column(
                    "reader",
                    "category",
                    "whose lesion it names; blank: the lesion of that name of every reader",
                    allowed=READERS,
                ),
                _LESION,
                Column("ablation_date", "date", "date of the treatment", required=True),
                Column(
                    "modality", "category", "technique", required=True, allowed=_LOCAL_THERAPIES
                ),
                Column("planned", "flag", "foreseen by the protocol", required=True),
                Column("technical_success", "flag", "zone covered the lesion as planned"),
                Column("margin_mm", "number", "smallest ablative margin", unit="mm", minimum=0.0),
            ),
            ("patient_id", "reader", "lesion_id", "ablation_date"),
        ),
        Table(
            "doses",
            "one drug given from one date to another at one dose",
            (
                PATIENT,
                Column("drug", "text", "name of the drug", required=True),
                Column("start_date", "date", "first day at this dose", required=True),
                Column("end_date", "date", "last day at this dose"),
                Column("dose_mg", "number", "dose given", required=True, unit="mg", minimum=0.0),
                Column("reason", "text", "why the dose was changed or left out"),
            ),
            ("patient_id", "drug", "start_date"),
        ),
        ADVERSE_EVENTS,
        LABS,
        VITALS,
        ECGS,
        MEDICATIONS,
        Table(
            "therapies",
            "one later anticancer treatment that is not study treatment",
            (
                PATIENT,
                Column("therapy", "text", "name or class", required=True),
                *_in_part("start_date", "first day"),
            ),
            ("patient_id", "therapy", "start_date", "start_date_partial"),
        ),
        Table(
            "deaths",
            "one death",
            (
                PATIENT,
                *_in_part("death_date", "date of death"),
                Column("cause", "text", "cause"),
                Column(
                    "cause_category",
                    "category",
                    "kind of cause, as RECIST asks of an early death",
                    allowed=("malignant disease", "toxicity", "other", "unknown"),
                ),
            ),
            ("patient_id",),
        ),
        Table(
            "dispositions",
            "one end: of screening without enrolment, of a drug, of treatment, or of the study",
            (
                PATIENT,
                Column(
                    "scope",
                    "category",
                    "what ended",
                    required=True,
                    allowed=("screening", "drug", "treatment", "study"),
                ),
                Column("drug", "text", "the drug, where the scope is a drug"),
                *_in_part("end_date", "when it ended"),
                Column("reason", "text", "why", required=True),
                Column("reason_category", "category", "kind of reason", allowed=REASONS_FOR_ENDS),
            ),
            ("patient_id", "scope", "drug"),
        ),
        Table(
            "deviations",
            "one deviation from the protocol",
            (
                PATIENT,
                Column("deviation", "text", "what was done otherwise", required=True),
                Column(
                    "major", "flag", "it may change what the patient's result says", required=True
                ),
                Column("deviation_date", "date", "when it happened"),
            ),
            ("patient_id", "deviation", "deviation_date"),
        ),
    )
}
