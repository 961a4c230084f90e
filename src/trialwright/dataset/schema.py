"""The tables that every derivation reads: their columns, kinds, units and keys.

One row is one fact. Names are the words of the trial; the SDTM names live in ``cdisc``.
A table that a source never collected is absent, which is not the same as empty: no deaths
collected says nothing, no deaths among those collected says that everybody is alive.

Source: the data model of ``docs/architecture.md``; states of a measurement follow RECIST 1.1
(Eisenhauer 2009, sections 4.3.2 and 4.3.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "category", "date", "partial date", "number", "count", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its meaning, its unit, and whether every row must fill it.

    ``kind`` is how it is stored: ``date`` a full calendar date, ``partial date`` an ISO text
    that keeps the precision it was given (``2024``, ``2024-03`` or ``2024-03-15``; a hyphen for
    an unknown part before a known one, ``2024---15``), ``number`` a float, ``count`` an integer,
    ``flag`` a boolean (Y/N in text), ``category`` one of ``allowed``.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row says, its columns, and the columns that identify a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Name the columns in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raise ``KeyError`` if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


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
EVENT_OUTCOMES = (
    "recovered",
    "recovered with sequelae",
    "recovering",
    "not recovered",
    "fatal",
    "unknown",
)
# Criteria of a serious event. Source: ICH E2A, section II.B.
SERIOUS_CRITERIA = (
    "death",
    "life-threatening",
    "hospitalisation",
    "hospitalization",
    "disability",
    "congenital anomaly",
    "medically important",
)
EVENT_TREATMENTS = ("steroid", "hormone", "immunosuppressant", "other")
DOSE_ACTIONS = ("interrupted", "reduced", "delayed", "stopped", "unchanged")
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

_PATIENT = Column("patient_id", "text", "the patient's study identifier", required=True)
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
                _PATIENT,
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
        Table(
            "visits",
            "one planned or unplanned tumour assessment of a patient",
            (
                _PATIENT,
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
                _PATIENT,
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
                _PATIENT,
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
                _PATIENT,
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
                _PATIENT,
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
                _PATIENT,
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
                _PATIENT,
                Column("drug", "text", "name of the drug", required=True),
                Column("start_date", "date", "first day at this dose", required=True),
                Column("end_date", "date", "last day at this dose"),
                Column("dose_mg", "number", "dose given", required=True, unit="mg", minimum=0.0),
                Column("reason", "text", "why the dose was changed or left out"),
            ),
            ("patient_id", "drug", "start_date"),
        ),
        Table(
            "adverse_events",
            "one adverse event",
            (
                _PATIENT,
                Column("term", "text", "preferred term", required=True),
                Column("reported_term", "text", "the event in the words of the report"),
                Column("body_system", "text", "system organ class of the term"),
                Column("grade", "count", "CTCAE grade 1-5", required=True, minimum=1, maximum=5),
                Column(
                    "grade_before",
                    "count",
                    "CTCAE grade of the same condition before treatment; 0: it was not there",
                    minimum=0,
                    maximum=5,
                ),
                Column("start_date", "partial date", "onset"),
                Column("end_date", "partial date", "resolution"),
                Column("outcome", "category", "how it ended", allowed=EVENT_OUTCOMES),
                Column("serious", "flag", "serious adverse event"),
                Column(
                    "serious_because",
                    "text",
                    "criteria of seriousness, split by ;: " + ", ".join(SERIOUS_CRITERIA),
                ),
                Column(
                    "related_to",
                    "text",
                    "treatments it is attributed to, split by ; (none: to none of them; blank: "
                    "not assessed)",
                ),
                Column("immune_related", "flag", "immune-related in the investigator's judgement"),
                Column("symptomatic", "flag", "the patient has symptoms of it"),
                Column(
                    "treated_with",
                    "text",
                    "what it was treated with, split by ;: "
                    + ", ".join(EVENT_TREATMENTS)
                    + "; none: nothing",
                ),
                Column(
                    "actions",
                    "text",
                    "what was done with a treatment because of it, split by ;: "
                    + ", ".join(f"drug: {action}" for action in DOSE_ACTIONS),
                ),
                Column(
                    "cirse_grade",
                    "category",
                    "grade of a complication of a procedure, CIRSE 2017 or as modified in 2026",
                    allowed=("1", "1a", "1b", "2", "3", "3a", "3b", "4", "5", "6"),
                ),
                Column(
                    "sir_class",
                    "category",
                    "class of a complication of a procedure, SIR 2003",
                    allowed=("A", "B", "C", "D", "E", "F"),
                ),
                Column(
                    "sir_severity",
                    "category",
                    "severity of a complication of a procedure, SIR 2017",
                    allowed=("mild", "moderate", "severe", "life-threatening", "death"),
                ),
            ),
            ("patient_id", "term", "start_date"),
        ),
        Table(
            "labs",
            "one laboratory result",
            (
                _PATIENT,
                Column("test", "text", "name of the test", required=True),
                Column("sample_date", "date", "date of the sample", required=True),
                Column("value", "number", "result", required=True),
                Column(
                    "qualifier",
                    "category",
                    "the result is only known to lie below or above the value",
                    allowed=("<", "<=", ">", ">="),
                ),
                Column("unit", "text", "unit of the result", required=True),
                Column("lower_limit", "number", "lower limit of normal"),
                Column("upper_limit", "number", "upper limit of normal"),
                Column("laboratory", "text", "the laboratory that measured it"),
            ),
            ("patient_id", "test", "sample_date"),
        ),
        Table(
            "therapies",
            "one later anticancer treatment that is not study treatment",
            (
                _PATIENT,
                Column("therapy", "text", "name or class", required=True),
                *_in_part("start_date", "first day"),
            ),
            ("patient_id", "therapy", "start_date", "start_date_partial"),
        ),
        Table(
            "deaths",
            "one death",
            (
                _PATIENT,
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
            "one end: of a drug, of study treatment, or of the study",
            (
                _PATIENT,
                Column(
                    "scope",
                    "category",
                    "what ended",
                    required=True,
                    allowed=("drug", "treatment", "study"),
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
                _PATIENT,
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
