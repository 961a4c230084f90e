"""DM, DS, EX, CM and PR: patients, deaths, doses, other treatments, local treatments."""

from __future__ import annotations

from datetime import date

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
    assert found.table("dispositions", "scope", "reason") == [("treatment", "DEATH")]
    assert found.left_out("sdtm.disposition_unread") == [5]
    assert found.left_out("sdtm.date_unreadable") == [6]


def test_deaths_were_collected_if_anybody_died_and_need_a_full_date(read):
    dead = DM | {"USUBJID": "S-02", "DTHFL": "Y", "DTHDTC": "2024-08-01", "RFPENDTC": "2024-08-02"}
    undated = DM | {"USUBJID": "S-03", "DTHFL": "Y", "DTHDTC": "2024-08"}
    found = read(DM=[DM, dead, undated], **SEEN)
    assert found.table("deaths", "patient_id", "death_date") == [("S-02", date(2024, 8, 1))]
    assert found.table("patients", "last_alive_date") == [None, None, None]
    assert "DTHDTC 2024-08 is no full date" in found.message("sdtm.death_undated")
    assert not read(**SEEN).dataset.collected("deaths")


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
            _medication("TAS-102", "2024-07", **later)],
    )  # fmt: skip
    assert found.table("therapies", "therapy", "start_date") == [("FOLFOX", date(2024, 6, 1))]
    assert found.left_out("sdtm.not_anticancer") == [3]
    assert found.left_out("sdtm.anticancer_unclear") == [4]
    assert found.left_out("sdtm.prior_therapy") == [5]
    assert found.left_out("sdtm.date_unreadable") == [6]


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
