"""DM, DS, EX, CM and PR: patients, deaths, doses, other treatments, local treatments."""

from __future__ import annotations

from datetime import date

import pytest
from sdtm_domains import DM, SUBJECT, by, result, tumour

from trialwright.dataset import first_treatments

SEEN = {"TU": [tumour("T01")], "TR": [result("T01", 31)]}


def _event(name, day="2024-01-05", **more):
    return {"USUBJID": SUBJECT, "DSDECOD": name, "DSSTDTC": day} | more


def _dose(drug, dose, unit="mg", start="2024-01-09", **more):
    return {"USUBJID": SUBJECT, "EXTRT": drug, "EXDOSE": dose, "EXDOSU": unit,
            "EXSTDTC": start} | more  # fmt: skip


def _medication(name, day="2024-06-01", **more):
    return {"USUBJID": SUBJECT, "CMTRT": name, "CMSTDTC": day} | more


def _procedure(name, day="2024-01-20", **more):
    return {"USUBJID": SUBJECT, "PRTRT": name, "PRSTDTC": day, "PRLNKID": "T01",
            "PRCAT": "STUDY TREATMENT"} | more  # fmt: skip


def test_a_patient_of_dm_with_the_milestones_of_ds(read):
    person = DM | {"SITEID": "701", "ARM": "A", "BRTHDTC": "1961-05", "RFPENDTC": "2024-09-01"}
    found = read(
        DM=[person], **SEEN,
        DS=[_event("INFORMED CONSENT OBTAINED", "2023-12-20"), _event("ENROLLED"),
            _event("DEATH", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY TREATMENT"),
            _event("ADVERSE EVENT", DSCAT="DISPOSITION EVENT"),
            _event("RANDOMIZED", "2024-01")],
    )  # fmt: skip
    assert found.dataset.patients.drop("source_row", "ecog").row(0, named=True) == {
        "patient_id": SUBJECT, "site": "701", "arm": "A", "sex": "female",
        "birth_date": "1961-05", "consent_date": date(2023, 12, 20),
        "enrolment_date": date(2024, 1, 5), "first_treatment_date": date(2024, 1, 8),
        "last_alive_date": date(2024, 9, 1),
    }  # fmt: skip
    assert found.table("dispositions", "scope", "reason", "reason_category") == [
        ("treatment", "DEATH", "death")
    ]
    assert found.left_out("sdtm.disposition_unread") == [5]
    assert found.left_out("sdtm.date_unreadable") == [6]


def test_deaths_were_collected_if_anybody_died_with_or_without_a_date(read):
    dead = DM | {"USUBJID": "S-02", "DTHFL": "Y", "DTHDTC": "2024-08-01", "RFPENDTC": "2024-08-02"}
    others = [
        DM | {"USUBJID": f"S-0{number}", "DTHFL": "Y", "DTHDTC": text}
        for number, text in ((3, "2024-08"), (4, ""), (5, "AUGUST"), (6, "2024-02-30"))
    ]
    unflagged = DM | {"USUBJID": "S-07", "DTHDTC": "2024---15"}
    found = read(DM=[DM, dead, *others, unflagged], **SEEN)
    assert found.table("deaths", "patient_id", "death_date", "death_date_partial") == [
        ("S-02", date(2024, 8, 1), None), ("S-03", None, "2024-08"), ("S-04", None, None),
        ("S-05", None, None), ("S-06", None, None), ("S-07", None, "2024---15"),
    ]  # fmt: skip
    assert found.table("patients", "last_alive_date") == [None] * 7
    parts = [one for one in found.findings if one.rule == "sdtm.date_in_part"]
    assert [(one.patient, one.severity) for one in parts] == [("S-03", "note"), ("S-07", "note")]
    assert "died: DTHDTC 2024-08 is part of a date; it is kept" in parts[0].message
    unread = [one for one in found.dataset.errors if one.rule == "sdtm.date_unreadable"]
    assert [one.patient for one in unread] == ["S-05", "S-06"]
    unknown = [one for one in found.dataset.findings if one.rule == "death.undated"]
    assert [(one.patient, one.severity) for one in unknown] == [
        ("S-04", "warning"), ("S-05", "warning"), ("S-06", "warning"),
    ]  # fmt: skip
    assert not read(**SEEN).dataset.collected("deaths")


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("PROGRESSIVE DISEASE", "progression"),
        ("Adverse Event", "adverse event"),
        ("DEATH", "death"),
        ("WITHDRAWAL BY SUBJECT", "withdrawal"),
        ("LOST TO FOLLOW-UP", "lost to follow-up"),
        ("COMPLETED", "completed"),
        ("SYMPTOMATIC DETERIORATION", "clinical progression"),
        ("PHYSICIAN DECISION", "other"),
        ("", None),
    ],
)
def test_the_reason_of_an_end_by_its_code(read, written, category):
    end = {"DSTERM": "as it was told", "DSCAT": "DISPOSITION EVENT", "DSSCAT": "STUDY TREATMENT"}
    found = read(**SEEN, DS=[_event(written, "2024-07", **end), _event(written, "soon", **end)])
    assert found.table("dispositions", "end_date", "end_date_partial", "reason_category") == [
        (None, "2024-07", category)
    ]
    assert found.left_out("sdtm.date_unreadable") == [3]
    assert "DSSTDTC 2024-07 is part of a date" in found.message("sdtm.date_in_part")


def test_a_disposition_without_a_word_is_left_out(read):
    found = read(**SEEN, DS=[_event(""), _event("ENROLLED")])
    assert found.left_out("sdtm.disposition_unread") == [2]


def test_doses_in_mg_and_placebo_is_none(read):
    found = read(
        **SEEN,
        EX=[_dose("REGORAFENIB", "80"), _dose("TORIPALIMAB", "0.24", "g"), _dose("PLACEBO", "0"),
            _dose("REGORAFENIB", "3", "mg/kg"), _dose("REGORAFENIB", ""),
            _dose("REGORAFENIB", "80", start="2024-02"), _dose("REGORAFENIB", "80", EXOCCUR="N")],
    )  # fmt: skip
    assert found.table("doses", "drug", "dose_mg") == [
        ("REGORAFENIB", 80.0),
        ("TORIPALIMAB", 240.0),
    ]
    assert found.rules == {
        "sdtm.placebo", "sdtm.unit_unknown", "sdtm.dose_unknown", "sdtm.date_unreadable",
        "sdtm.not_given",
    }  # fmt: skip
    assert first_treatments(found.dataset) == {SUBJECT: date(2024, 1, 9)}


def test_a_patient_on_placebo_is_treated_from_the_day_of_dm(read):
    found = read(**SEEN, EX=[_dose("PLACEBO", "0")])
    assert not found.dataset.collected("doses")
    assert first_treatments(found.dataset) == {SUBJECT: date(2024, 1, 8)}


def test_only_medications_that_say_so_treat_the_cancer(read):
    later = {"CMCAT": "SUBSEQUENT ANTI-CANCER THERAPY"}
    found = read(
        **SEEN,
        CM=[_medication("FOLFOX", **later), _medication("ASPIRIN"),
            _medication("LUPRON", CMCLAS="ANTINEOPLASTIC AND IMMUNOMODULATING AGENTS"),
            _medication("FOLFIRI", "2023", CMCAT="PRIOR ANTICANCER THERAPY"),
            _medication("TAS-102", "2024-07", **later), _medication("FTD", "2024", **later),
            _medication("CAPOX", "2024-07", CMSTDY="200", **later),
            _medication("S-1", "JULY", **later)],
        options={"partial_dates": "last_day"},  # of scans; the study decides about therapies
    )  # fmt: skip
    columns = ("therapy", "start_date", "start_date_partial", "start_date_imputed")
    assert found.table("therapies", *columns) == [
        ("FOLFOX", date(2024, 6, 1), None, None), ("TAS-102", None, "2024-07", None),
        ("FTD", None, "2024", None), ("CAPOX", date(2024, 7, 25), None, None),
    ]  # fmt: skip
    assert [one.row for one in found.findings if one.rule == "sdtm.date_in_part"] == [6, 7]
    assert found.left_out("sdtm.not_anticancer") == [3]
    assert found.left_out("sdtm.anticancer_unclear") == [4]
    assert found.left_out("sdtm.prior_therapy") == [5]
    assert found.left_out("sdtm.date_unreadable") == [9]


def test_without_a_category_later_treatment_was_not_collected(read):
    assert not read(**SEEN, CM=[_medication("ASPIRIN")]).dataset.collected("therapies")


def test_local_treatments_name_their_lesion_and_whether_they_were_planned(read):
    found = read(
        **SEEN,
        PR=[_procedure("Radiofrequency ablation of liver lesion"),
            _procedure("MWA", "2024-05-01", PRCAT="CONCOMITANT PROCEDURE"),
            _procedure("RFA", PRCAT=""), _procedure("RFA", PRLNKID=""),
            _procedure("BIOPSY"), _procedure("RFA", PROCCUR="N"), _procedure("RFA", "2024-05")],
    )  # fmt: skip
    assert found.table("ablations", "lesion_id", "ablation_date", "modality", "planned") == [
        ("T01", date(2024, 1, 20), "RFA", True),
        ("T01", date(2024, 5, 1), "MWA", False),
    ]
    assert found.left_out("sdtm.planned_unknown") == [4]
    assert found.left_out("sdtm.link_missing") == [5]
    assert found.left_out("sdtm.not_local") == [6]
    assert found.left_out("sdtm.not_given") == [7]
    assert found.left_out("sdtm.date_unreadable") == [8]


def test_a_row_without_a_subject_is_left_out_with_an_error(read):
    found = read(TU=[tumour("T01"), tumour("T02", USUBJID="")], TR=[result("T01", 31)])
    assert found.left_out("sdtm.subject_missing") == [3]


def test_an_impossible_size_is_reported_and_not_used(read):
    found = read(TU=[tumour("T01", **by("central_2"))], TR=[result("T01", -4, **by("central_2"))])
    assert found.table("measurements", "diameter_mm") == [None]
    assert any(one.rule == "measurement.negative" for one in found.dataset.errors)
