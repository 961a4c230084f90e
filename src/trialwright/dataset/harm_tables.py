"""The tables of harm: adverse events and laboratory results, with the words they may hold."""

from __future__ import annotations

from trialwright.dataset.columns import PATIENT, Column, Table

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

ADVERSE_EVENTS = Table(
    "adverse_events",
    "one adverse event",
    (
        PATIENT,
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
)

LABS = Table(
    "labs",
    "one laboratory result",
    (
        PATIENT,
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
)
