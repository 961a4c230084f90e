"""Small made-up SDTM domains as frames of text, and a small data set of our own."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from trialwright.dataset import Dataset, first_treatments
from trialwright.endpoints import AnalysisSets, Member

SUBJECT = "S-01"
STUDY = "TEST-01"
COLUMNS = {
    "DM": ("STUDYID", "USUBJID", "DTHDTC", "DTHFL", "AGE", "RACE", "COUNTRY", "ARM", "ACTARM"),
    "DS": ("USUBJID", "DSDECOD", "DSTERM", "DSCAT", "DSSCAT", "DSSTDTC"),
    "EX": ("USUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXSTDTC", "EXENDTC"),
    "AE": ("USUBJID", "AESEQ", "AEDECOD", "AEOUT", "AESTDTC", "AEENDTC"),
    "LB": ("USUBJID", "LBDTC"),
    "TU": ("USUBJID", "TULNKID", "TULOC", "TUEVAL"),
    "TR": ("USUBJID", "TRSEQ", "TRGRPID", "TRLNKID", "TRTESTCD", "TRSTRESN", "TRDTC", "VISIT",
           "VISITNUM", "TREVAL"),
    "RS": ("USUBJID", "RSTESTCD", "RSSTRESC", "RSEVAL", "RSDTC"),
}  # fmt: skip
DOSE = {"USUBJID": SUBJECT, "EXTRT": "DRUG", "EXDOSE": "80", "EXSTDTC": "2026-01-05",
        "EXENDTC": "2026-03-01"}  # fmt: skip
DAYS = {"SCREENING": "2025-12-29", "BASELINE": "2026-01-02", "WEEK 8": "2026-03-02",
        "WEEK 16": "2026-04-27", "WEEK 24": "2026-06-22"}  # fmt: skip
START = date(2026, 1, 5)


def frame(code, rows):
    """Write rows of one domain; a column that a row leaves out is blank."""
    columns = dict.fromkeys((*COLUMNS[code], *(name for row in rows for name in row)), pl.String)
    return pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns)


def subject_domains(**rows):
    """Return DM, DS, EX, AE and LB; those that are not given are empty, but for one subject."""
    given = {"DM": [{"STUDYID": STUDY, "USUBJID": SUBJECT}]} | rows
    return {code: frame(code, given.get(code, [])) for code in ("DM", "DS", "EX", "AE", "LB")}


def place(lesion, location="LIVER", **more):
    return {"USUBJID": SUBJECT, "TULNKID": lesion, "TULOC": location,
            "TUEVAL": "INVESTIGATOR"} | more  # fmt: skip


def size(lesion, visit, value, test="LDIAM", **more):
    return {"USUBJID": SUBJECT, "TRGRPID": "TARGET", "TRLNKID": lesion, "TRTESTCD": test,
            "TRSTRESN": None if value is None else str(value), "TRDTC": DAYS[visit],
            "VISIT": visit, "VISITNUM": str(list(DAYS).index(visit) + 1),
            "TREVAL": "INVESTIGATOR"} | more  # fmt: skip


def sizes_of(lesion, values, test="LDIAM"):
    """Write the sizes of one lesion at screening, week 8, 16, ..."""
    visits = [visit for visit in DAYS if visit != "BASELINE"]
    return [size(lesion, visit, value, test) for visit, value in zip(visits, values, strict=False)]


def overall(visit, response, **more):
    return {"USUBJID": SUBJECT, "RSTESTCD": "OVRLRESP", "RSSTRESC": response,
            "RSEVAL": "INVESTIGATOR", "RSDTC": DAYS[visit]} | more  # fmt: skip


def tumour_domains(tr, tu=None, rs=()):
    """Return TU, TR and RS; without TU every lesion is in the liver."""
    lesions = dict.fromkeys(row["TRLNKID"] for row in tr)
    located = [place(one) for one in lesions] if tu is None else tu
    return {"TU": frame("TU", located), "TR": frame("TR", tr), "RS": frame("RS", list(rs))}


def adsl_frame(*subjects, reference=START):
    """Return as much of ADSL as ADTR needs."""
    return pl.DataFrame(
        {"STUDYID": STUDY, "USUBJID": list(subjects or (SUBJECT,)), "RANDDT": reference,
         "TRTSDT": reference},
        schema_overrides={"RANDDT": pl.Date, "TRTSDT": pl.Date},
    )  # fmt: skip


def day(number):
    return START + timedelta(days=number)


def own_dataset(**tables):
    """Make a data set; rows are dictionaries, and every patient named has a row in patients."""
    named = dict.fromkeys(
        row["patient_id"] for rows in tables.values() for row in rows if "patient_id" in row
    )
    known = {row["patient_id"] for row in tables.get("patients", [])}
    patients = [
        *tables.get("patients", []),
        *({"patient_id": one} for one in named if one not in known),
    ]
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    frames["patients"] = pl.DataFrame(patients, infer_schema_length=None)
    return Dataset.create(frames, source="made in code")


def sets_of(dataset):
    started = first_treatments(dataset)
    return AnalysisSets(
        "treated",
        tuple(
            Member(row["patient_id"], row["enrolment_date"], started.get(row["patient_id"]), None)
            for row in dataset.patients.iter_rows(named=True)
        ),
    )
