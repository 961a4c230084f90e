"""ADSL: of SDTM domains what the reference does not hold, and of a data set of our own."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from adam_domains import (
    DOSE,
    START,
    STUDY,
    SUBJECT,
    day,
    own_dataset,
    sets_of,
    subject_domains,
)

from trialwright.cdisc.adam.adsl import adsl, adsl_from_sdtm, age_on, check_adsl_domains
from trialwright.cdisc.adam.rules import ADAM_RULES
from trialwright.cdisc.adam.variables import read_variables
from trialwright.errors import DataError

P = "014"
DEAD = {"STUDYID": STUDY, "USUBJID": SUBJECT, "DTHFL": "Y"}


def one(**rows):
    """Derive ADSL of one subject."""
    return adsl_from_sdtm(subject_domains(**rows)).row(0, named=True)


def refused(domains):
    with pytest.raises(DataError) as caught:
        adsl_from_sdtm(domains)
    assert all(ADAM_RULES[found.rule].severity == "error" for found in caught.value.findings)
    return [(found.rule, found.table, found.row, found.patient) for found in caught.value.findings]


def warned(domains):
    return [(found.rule, found.table, found.row) for found in check_adsl_domains(domains)]


def own(arm=None, flags=None, **tables):
    """Derive ADSL of a data set of ours with one patient."""
    dataset = own_dataset(**({"patients": [{"patient_id": P}]} | tables))
    frame = adsl(dataset, sets_of(dataset), flags or {}, study_id=STUDY, arm=arm)
    assert frame.height == dataset.patients.height
    return frame.row(0, named=True)


def dose(start, end, drug="drug", mg=80.0):
    last = None if end is None else day(end)
    return {"patient_id": P, "drug": drug, "start_date": day(start), "end_date": last,
            "dose_mg": mg}  # fmt: skip


# --- Bad input, SDTM


def test_a_missing_domain_is_named_and_an_empty_one_was_not_collected():
    domains = subject_domains(EX=[DOSE])
    assert adsl_from_sdtm(domains)["LSTALVDT"].to_list() == [date(2026, 3, 1)]
    del domains["LB"]
    assert refused(domains) == [("adam.domain_missing", "LB", None, None)]


def test_a_missing_column_is_named():
    domains = subject_domains()
    domains["EX"] = domains["EX"].drop("EXDOSE", "EXENDTC")
    with pytest.raises(DataError, match="EX has no column EXDOSE, EXENDTC"):
        adsl_from_sdtm(domains)


def test_a_subject_twice_in_dm_is_refused():
    twice = {"STUDYID": STUDY, "USUBJID": SUBJECT}
    domains = subject_domains(DM=[twice, twice])
    assert refused(domains) == [("adam.subject_repeated", "DM", 2, SUBJECT)]


def test_a_subject_whom_dm_does_not_hold_is_refused_once_a_domain():
    stray = DOSE | {"USUBJID": "S-02"}
    domains = subject_domains(EX=[DOSE, stray, stray])
    assert refused(domains) == [("adam.subject_unknown", "EX", 3, "S-02")]
    with pytest.raises(DataError, match=r"EX row 3, patient S-02: 2 row\(s\) of EX are of a subj"):
        adsl_from_sdtm(domains)


def test_a_row_without_a_subject_is_refused():
    rows = [{"LBDTC": "2026-01-05"}, {"USUBJID": "  ", "LBDTC": "2026-01-05"}]
    found = refused(subject_domains(LB=rows))
    assert found == [("adam.subject_blank", "LB", row, None) for row in (2, 3)]


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("EX", DOSE | {"EXSTDTC": "05.01.2026"}),
        ("EX", DOSE | {"EXSTDTC": "2026-01-05T25:00"}),
        ("AE", {"USUBJID": SUBJECT, "AEENDTC": "2026-02-30"}),
        ("DM", DEAD | {"DTHDTC": "unknown"}),
        ("LB", {"USUBJID": SUBJECT, "LBDTC": "0000-01-01"}),
    ],
)
def test_a_date_that_is_none_is_refused(code, row):
    assert [found[:3] for found in refused(subject_domains(**{code: [row]}))] == [
        ("adam.date_unreadable", code, 2)
    ]


def test_a_number_that_is_none_is_refused():
    domains = subject_domains(EX=[DOSE | {"EXDOSE": "eighty"}])
    assert refused(domains) == [("adam.number_unreadable", "EX", 2, SUBJECT)]


def test_two_ends_of_the_study_are_refused_unless_one_is_of_treatment():
    end = {"USUBJID": SUBJECT, "DSCAT": "DISPOSITION EVENT", "DSDECOD": "COMPLETED",
           "DSSTDTC": "2026-05-01"}  # fmt: skip
    treatment = end | {"DSSCAT": "STUDY TREATMENT", "DSDECOD": "ADVERSE EVENT",
                       "DSSTDTC": "2026-02-01"}  # fmt: skip
    assert refused(subject_domains(DS=[end, end])) == [
        ("adam.disposition_repeated", "DS", 2, SUBJECT)
    ]
    row = one(DS=[treatment, end | {"DSSCAT": "STUDY PARTICIPATION"}])
    assert (row["EOSSTT"], row["EOSDT"]) == ("COMPLETED", date(2026, 5, 1))


def test_what_is_left_blank_is_a_warning():
    rows = [DOSE | {"EXSTDTC": "2026-01"}, DOSE | {"EXDOSE": None}, DOSE | {"EXENDTC": None}]
    domains = subject_domains(EX=rows)
    assert warned(domains) == [
        ("adam.date_partial", "EX", 2),
        ("adam.dose_blank", "EX", 3),
        ("adam.exposure_open", "EX", 4),
    ]
    assert adsl_from_sdtm(domains)["TRTSDT"].to_list() == [START]


def test_a_partial_date_that_is_completed_is_no_warning():
    event = {"USUBJID": SUBJECT, "AESTDTC": "2026", "AEENDTC": "2026"}
    sample = {"USUBJID": SUBJECT, "LBDTC": "2026"}
    death = DEAD | {"DTHDTC": "2026"}
    assert warned(subject_domains(DM=[death], AE=[event], LB=[sample])) == []


def test_a_death_before_the_first_treatment_is_a_warning():
    domains = subject_domains(DM=[DEAD | {"DTHDTC": "2026-01-04"}], EX=[DOSE])
    assert ("adam.end_before_start", "ADSL", None) in warned(domains)
    assert adsl_from_sdtm(domains)["DTHADY"].to_list() == [-1]  # there is no day 0


# --- Rules, SDTM


def test_only_placebo_is_a_treatment_at_dose_0():
    zero = DOSE | {"EXDOSE": "0"}
    assert one(EX=[zero])["SAFFL"] == "N"
    assert one(EX=[zero])["TRTSDT"] is None
    assert one(EX=[zero | {"EXTRT": "PLACEBO TABLET"}])["SAFFL"] == "Y"


def test_first_and_last_treatment_complete_the_time_and_never_the_day():
    later = DOSE | {"EXSTDTC": "2026-02-02T10:30", "EXENDTC": "2026-04-01T10", "EXSEQ": "2"}
    row = one(EX=[later, DOSE | {"EXSEQ": "1"}])
    assert (str(row["TRTSDTM"]), row["TRTSTMF"]) == ("2026-01-05 00:00:00", "H")
    assert (str(row["TRTEDTM"]), row["TRTETMF"]) == ("2026-04-01 10:59:59", "M")
    assert (row["TRTSDT"], row["TRTEDT"], row["TRTDURD"]) == (START, date(2026, 4, 1), 87)


@pytest.mark.parametrize(
    ("written", "completed", "flag"),
    [
        ("2026-03-15", date(2026, 3, 15), None),
        ("2026-03", date(2026, 3, 1), "D"),
        ("2026", date(2026, 1, 1), "M"),
        ("2026---15", date(2026, 1, 1), "M"),
    ],
)
def test_a_partial_death_is_completed_to_the_first_day_and_flagged(written, completed, flag):
    row = one(DM=[DEAD | {"DTHDTC": written}])
    assert (row["DTHDT"], row["DTHDTF"], row["DTHDTC"]) == (completed, flag, written)


@pytest.mark.parametrize(
    ("died", "elapsed", "group", "first"),
    [("2026-03-31", 30, "<= 30", None), ("2026-04-01", 31, "> 30", None)],
)
def test_the_groups_of_death_turn_after_30_days_of_the_last_dose(died, elapsed, group, first):
    row = one(DM=[DEAD | {"DTHDTC": died}], EX=[DOSE])
    assert (row["LDDTHELD"], row["LDDTHGR1"]) == (elapsed, group)
    assert (row["DTH30FL"], row["DTHA30FL"]) == (("Y", None) if elapsed <= 30 else (None, "Y"))
    assert row["DTHB30FL"] is first


@pytest.mark.parametrize(("died", "flag"), [("2026-02-04", "Y"), ("2026-02-05", None)])
def test_a_death_within_30_days_of_the_first_dose(died, flag):
    assert one(DM=[DEAD | {"DTHDTC": died}], EX=[DOSE])["DTHB30FL"] == flag


def test_without_treatment_nothing_is_counted_to_death():
    row = one(DM=[DEAD | {"DTHDTC": "2026-02-04"}])
    names = ("DTHADY", "LDDTHELD", "LDDTHGR1", "DTH30FL", "DTHA30FL", "DTHB30FL", "TRTDURD")
    assert [row[name] for name in names] == [None] * len(names)


def test_the_cause_of_death_is_the_fatal_event_before_the_disposition():
    said = {"USUBJID": SUBJECT, "DSCAT": "DISPOSITION EVENT", "DSDECOD": "DEATH",
            "DSTERM": "DEATH DUE TO PROGRESSIVE DISEASE", "DSSTDTC": "2026-02-04"}  # fmt: skip
    fatal = {"USUBJID": SUBJECT, "AESEQ": "2", "AEDECOD": "SEPSIS", "AEOUT": "FATAL"}
    first = fatal | {"AESEQ": "1", "AEDECOD": "ILEUS"}
    causes = ("DTHCAUS", "DTHDOM", "DTHCGR1")
    row = one(DM=[DEAD], DS=[said])
    assert [row[name] for name in causes] == [said["DSTERM"], "DS", "PROGRESSIVE DISEASE"]
    row = one(DM=[DEAD], DS=[said], AE=[fatal, first])
    assert [row[name] for name in causes] == ["ILEUS", "AE", "ADVERSE EVENT"]
    row = one(DM=[DEAD], DS=[said | {"DSTERM": "DEATH DUE TO ACCIDENT"}])
    assert row["DTHCGR1"] == "OTHER"
    assert one(DM=[DEAD], DS=[said | {"DSTERM": "DEATH"}])["DTHCAUS"] is None


def test_the_last_day_alive_is_the_latest_of_events_samples_and_treatment():
    event = {"USUBJID": SUBJECT, "AESTDTC": "2026-05", "AEENDTC": None}
    assert one(EX=[DOSE], AE=[event])["LSTALVDT"] == date(2026, 5, 1)
    assert one(EX=[DOSE], LB=[{"USUBJID": SUBJECT, "LBDTC": "2026-04-02T08:00"}])[
        "LSTALVDT"
    ] == date(2026, 4, 2)
    assert one()["LSTALVDT"] is None


@pytest.mark.parametrize(
    ("age", "group"), [("17", "<18"), ("18", "18-64"), ("64", "18-64"), ("65", ">64"), (None, None)]
)
def test_age_groups_and_what_is_blank_stays_blank(age, group):
    row = one(DM=[{"STUDYID": STUDY, "USUBJID": SUBJECT, "AGE": age}])
    assert row["AGEGR1"] == group
    assert row["RACEGR1"] is row["REGION1"] is row["ARM"] is None


def test_the_status_of_those_without_an_end():
    failure = {"USUBJID": SUBJECT, "DSCAT": "DISPOSITION EVENT", "DSDECOD": "SCREEN FAILURE",
               "DSSTDTC": "2026-01-02"}  # fmt: skip
    assert one()["EOSSTT"] == "ONGOING"
    assert one(DM=[DEAD | {"DTHDTC": "2026-02-04"}])["EOSSTT"] == "DISCONTINUED"
    later = {"USUBJID": SUBJECT, "DSCAT": "OTHER EVENT", "DSDECOD": "FINAL LAB VISIT"}
    row = one(DS=[failure, later])
    assert (row["EOSSTT"], row["EOSDT"], row["SCRFDT"]) == (None, None, date(2026, 1, 2))


def test_a_disposition_that_does_not_say_what_it_is_says_nothing():
    unsaid = {"USUBJID": SUBJECT, "DSSTDTC": "2026-01-02"}
    row = one(DS=[unsaid | {"DSDECOD": "COMPLETED"}, unsaid | {"DSCAT": "OTHER EVENT"}])
    names = ("EOSDT", "FRVDT", "RANDDT", "SCRFDT")
    assert [row[name] for name in names] == [None] * 4
    assert row["EOSSTT"] == "ONGOING"


# --- A data set of our own


def test_own_variables_are_exactly_those_of_the_list_and_the_flags():
    dataset = own_dataset(patients=[{"patient_id": P}, {"patient_id": "015"}])
    flags = {"SAFFL": {P: True, "015": False}, "ABLSAFFL": {P: False, "015": False}}
    frame = adsl(dataset, sets_of(dataset), flags, study_id=STUDY)
    listed = read_variables("ADSL")
    assert frame.columns == [*listed.lists["own"], "SAFFL", "ABLSAFFL"]
    assert frame.schema == {name: listed.variables[name].polars_type for name in frame.columns}
    assert frame["USUBJID"].to_list() == [P, "015"]
    assert frame["SAFFL"].to_list() == ["Y", "N"]
    blank = [name for name in frame.columns if frame[name].null_count() == 2]
    assert set(frame.columns) - set(blank) == {
        "STUDYID", "USUBJID", "SUBJID", "SAFFL", "ABLSAFFL"
    }  # fmt: skip


def test_own_flags_have_to_be_known_and_to_speak_of_every_patient():
    with pytest.raises(ValueError, match="'SAFEFL' is no flag of an analysis set; did you mean"):
        own(flags={"SAFEFL": {P: True}})
    for members in ({}, {P: True, "099": False}):
        with pytest.raises(ValueError, match="SAFFL: it has to say of every patient"):
            own(flags={"SAFFL": members})


def test_own_sets_have_to_be_of_the_same_data():
    dataset = own_dataset(patients=[{"patient_id": P}])
    other = sets_of(own_dataset(patients=[{"patient_id": "015"}]))
    with pytest.raises(ValueError, match="do not hold patient 014"):
        adsl(dataset, other, {}, study_id=STUDY)


@pytest.mark.parametrize(
    "tables",
    [
        {"patients": [{"patient_id": P}, {"patient_id": P}]},
        {"deaths": [{"patient_id": P, "death_date": day(9)}] * 2},
        {"dispositions": [{"patient_id": P, "scope": "study", "end_date": day(9)}] * 2},
    ],
)
def test_own_rows_that_stand_twice_are_refused(tables):
    with pytest.raises(DataError, match=r"patient 014: .* holds 2 rows where there is one"):
        own(**tables)


def test_several_drugs_may_end():
    ends = [{"patient_id": P, "scope": "drug", "drug": one, "end_date": day(9)} for one in "ab"]
    assert own(dispositions=ends)["EOTSTT"] is None


def test_own_treatment_ends_with_the_last_dose_or_planned_ablation():
    row = own(doses=[dose(0, 20), dose(28, 48), dose(0, 0, "other")])
    assert (row["TRTSDT"], row["TRTEDT"], row["TRTDURD"]) == (START, day(48), 49)
    ablation = {"patient_id": P, "lesion_id": "T1", "ablation_date": day(60), "modality": "RFA"}
    assert own(doses=[dose(0, 20)], ablations=[ablation | {"planned": True}])["TRTEDT"] == day(60)
    assert own(doses=[dose(0, 20)], ablations=[ablation | {"planned": False}])["TRTEDT"] == day(20)


def test_own_last_treatment_is_not_known_while_a_dose_is_open_or_doses_are_missing():
    assert own(doses=[dose(0, None), dose(28, 48)])["TRTEDT"] == day(48)  # the next one ended it
    assert own(doses=[dose(0, 20), dose(28, None), dose(0, 90, "other")])["TRTEDT"] is None
    assert own(doses=[dose(0, 20), dose(28, None, mg=0.0)])["TRTEDT"] == day(20)
    stated = [{"patient_id": P, "first_treatment_date": START}]
    ablation = {"patient_id": P, "lesion_id": "T1", "ablation_date": day(60), "modality": "RFA",
                "planned": True}  # fmt: skip
    assert own(patients=stated, ablations=[ablation])["TRTEDT"] is None
    assert (
        own(patients=stated, ablations=[ablation], doses=[dose(0, 20) | {"patient_id": "015"}])[
            "TRTEDT"
        ]
        is None
    )


def test_own_arms_are_planned_for_all_and_actual_for_the_treated():
    names = ("ARM", "TRT01P", "ACTARM", "TRT01A")
    assert [own(arm="drug + RFA")[name] for name in names] == ["drug + RFA"] * 2 + [None] * 2
    treated = own(patients=[{"patient_id": P, "arm": "A"}], doses=[dose(0, 20)], arm="drug")
    assert [treated[name] for name in names] == ["A"] * 4


@pytest.mark.parametrize(
    ("category", "reason", "status", "told"),
    [
        ("completed", "all cycles given", "COMPLETED", None),
        ("adverse event", "hepatitis", "DISCONTINUED", "hepatitis"),
        (None, "planned end", "COMPLETED", None),
        (None, "end of follow-up", "COMPLETED", None),
        (None, "patient moved away", "DISCONTINUED", "patient moved away"),
    ],
)
@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("treatment", ("EOTSTT", "DCTREAS", "EOTDT", "EOTDTF")),
        ("study", ("EOSSTT", "DCSREAS", "EOSDT", "EOSDTF")),
    ],
)
def test_own_status_is_what_the_reason_says(category, reason, status, told, scope, names):
    end = {"patient_id": P, "scope": scope, "end_date": day(90), "end_date_imputed": "D",
           "reason": reason, "reason_category": category}  # fmt: skip
    row = own(doses=[dose(0, 20)], dispositions=[end])
    assert [row[name] for name in names] == [status, told, day(90), "D"]


def test_own_status_without_an_end():
    enrolled = [{"patient_id": P, "enrolment_date": day(-3)}]
    other = [{"patient_id": "015", "scope": "study", "end_date": day(9), "reason": "death"}]
    both = ("EOTSTT", "EOSSTT")

    def status(**tables):
        row = own(**tables)
        return [row[name] for name in both]

    assert status(patients=enrolled) == [None, None]  # no ends were collected
    assert status(patients=enrolled, dispositions=other) == [None, "ONGOING"]
    assert status(doses=[dose(0, 20)], dispositions=other) == ["ONGOING", "ONGOING"]
    assert status(dispositions=other) == [None, None]  # screened, no more
    blank = {"patient_id": P, "scope": "treatment", "end_date": day(9)}
    assert status(doses=[dose(0, 20)], dispositions=[blank]) == [None, "ONGOING"]


def test_own_death_ends_the_study_where_no_end_was_recorded():
    death = {"patient_id": P, "death_date": day(50), "death_date_partial": "2026-02",
             "death_date_imputed": "D", "cause": "progression",
             "cause_category": "malignant disease"}  # fmt: skip
    row = own(doses=[dose(0, 20)], deaths=[death])
    assert (row["EOSSTT"], row["EOSDT"], row["EOSDTF"], row["DCSREAS"]) == (
        "DISCONTINUED", day(50), "D", "DEATH"
    )  # fmt: skip
    assert (row["EOTSTT"], row["EOTDT"], row["DCTREAS"]) == ("DISCONTINUED", None, None)
    assert (row["DTHFL"], row["DTHDT"], row["DTHDTF"]) == ("Y", day(50), "D")
    assert (row["DTHCAUS"], row["DTHCGR1"]) == ("progression", "MALIGNANT DISEASE")
    assert (row["DTHADY"], row["LDDTHELD"], row["DTH30FL"]) == (51, 30, "Y")
    left = {"patient_id": P, "scope": "study", "end_date": day(30), "reason": "withdrawal"}
    row = own(doses=[dose(0, 20)], deaths=[death], dispositions=[left])
    assert (row["EOSDT"], row["EOSDTF"], row["DCSREAS"]) == (day(30), None, "withdrawal")


def test_own_last_day_alive_is_the_contact_that_survival_is_censored_at():
    scan = {"patient_id": P, "lesion_id": "T1", "visit": "week 8", "scan_date": day(58),
            "diameter_mm": 20.0}  # fmt: skip
    assert own(doses=[dose(0, 20)], measurements=[scan])["LSTALVDT"] == day(58)
    assert own()["LSTALVDT"] is None


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("1961-01-05", 65),
        ("1961-01-06", 64),
        ("1960-12", 65),
        ("1961-01", None),
        ("1961", None),
        ("--01-05", None),
        (None, None),
    ],
)
def test_age_is_known_where_all_possible_births_agree(birth, age):
    assert age_on(birth, START) == age
    row = own(patients=[{"patient_id": P, "birth_date": birth, "consent_date": START}])
    assert (row["AGE"], row["AGEU"]) == (age, None if age is None else "YEARS")


def test_age_counts_to_consent_else_enrolment_else_treatment():
    born = {"patient_id": P, "birth_date": "1961-01-05"}
    dates = {"consent_date": day(-1), "enrolment_date": day(0)}
    assert own(patients=[born | dates])["AGE"] == 64
    assert own(patients=[born | {"enrolment_date": day(0)}])["AGE"] == 65
    assert own(patients=[born], doses=[dose(0, 9)])["AGE"] == 65
    assert own(patients=[born])["AGE"] is None
    assert age_on("1961-01-05", None) is None


def test_sexes_are_coded_as_cdisc_does():
    for word, code in (("female", "F"), ("male", "M"), ("unknown", "U"), (None, None)):
        assert own(patients=[{"patient_id": P, "sex": word}])["SEX"] == code


def test_no_patients_make_an_empty_frame():
    dataset = own_dataset(patients=[{"patient_id": P}])
    none = own_dataset(patients=[{"patient_id": P}]).patients.clear()
    frame = adsl(type(dataset)({"patients": none}, "empty"), sets_of(dataset), {}, study_id=STUDY)
    assert frame.is_empty()
    assert frame.schema["TRTSDT"] == pl.Date
