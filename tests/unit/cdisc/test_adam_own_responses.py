"""ADRS of our own reading: every value is the one that was concluded, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

import trialwright as tw
from trialwright.cdisc.adam.adrs import adrs, adrs_from_sdtm
from trialwright.cdisc.adam.adrs_source import AdrsSource
from trialwright.cdisc.adam.variables import read_variables
from trialwright.endpoints import AnalysisSets, Member, disease_control
from trialwright.errors import DataError
from trialwright.response import (
    Response,
    ResponseRules,
    assess_patient,
    gather_scans,
    refuse_patient,
)
from written_scans import STRICT, write_scans

CONTROL = 49
NAMES = {"STUDYID": pl.String, "USUBJID": pl.String, "TRTSDT": pl.Date, "DTHDT": pl.Date}


def adsl_of(scans):
    rows = [("T", one.patient_id, one.first_treatment, one.death) for one in scans]
    return pl.DataFrame(rows, NAMES, orient="row")


@pytest.fixture(scope="module")
def trial(crclm_study):
    """Read one virtual trial: scans, rules, responses and ADRS."""
    scans = gather_scans(tw.simulate_study(crclm_study, seed=3, patients=120))
    rules = ResponseRules.of(crclm_study)
    responses = {one.patient_id: assess_patient(one, rules) for one in scans}
    return scans, rules, responses, adrs(responses, adsl_of(scans), rules, control_days=CONTROL)


def values(frame, code):
    rows = frame.filter(PARAMCD=code).select("USUBJID", "AVALC", "ADT")
    return {subject: (value, day) for subject, value, day in rows.iter_rows()}


def label(response):
    return response.label.upper()


def yes_or_no(date):
    return ("Y" if date else "N"), date


def test_the_variables_are_those_of_the_list(trial):
    frame = trial[3]
    own = [one.name for one in read_variables("ADRS").columns("own")]
    assert frame.columns == ["STUDYID", "USUBJID", "TRTSDT", *own]
    assert frame.schema["PARCAT2"] == pl.Categorical


def test_every_time_point_is_a_row_of_ovr(trial):
    _, _, responses, frame = trial
    rows = (
        frame.filter(PARAMCD="OVR").select("USUBJID", "AVISIT", "ADT", "AVALC", "AVALREAS").rows()
    )
    assert rows == [
        (patient, one.visit, one.date, label(one.overall), one.reason.sentence)
        for patient in sorted(responses)
        for one in responses[patient].time_points
    ]
    flags = frame.filter(PARAMCD="OVR").group_by("USUBJID").agg(pl.col("ANL02FL").count())
    assert dict(flags.iter_rows()) == {
        patient: one.counted for patient, one in responses.items() if one.time_points
    }


def test_best_responses_and_progression_are_those_that_were_concluded(trial):
    _, _, responses, frame = trial
    for patient, one in responses.items():
        for code, rate, best in (("BOR", "BCP", one.unconfirmed), ("CBOR", "CBCP", one.confirmed)):
            assert values(frame, code)[patient] == (label(best.response), best.date)
            responded = best.response in (Response.CR, Response.PR)
            assert values(frame, rate)[patient] == yes_or_no(best.date if responded else None)
        seen = one.first_progression
        assert values(frame, "PD")[patient] == yes_or_no(seen and seen.date)
    found = {value for value, _ in values(frame, "CBOR").values()}
    assert {"CR", "PR", "SD", "PD", "NE"} >= found >= {"PR", "SD", "PD"}


@pytest.mark.parametrize("confirm", [True, False])
def test_the_first_response_is_where_our_reading_starts_the_response(trial, confirm):
    scans, rules, _, frame = trial
    changed = replace(rules, confirm=confirm)
    starts = {one.patient_id: assess_patient(one, changed).response_start for one in scans}
    found = values(frame, "CRSP" if confirm else "RSP")
    assert found == {patient: yes_or_no(start) for patient, start in starts.items()}
    assert len({value for value, _ in found.values()}) == 2


@pytest.mark.parametrize(("confirm", "code"), [(True, "CCB"), (False, "CB")])
def test_clinical_benefit_is_disease_control(trial, confirm, code):
    scans, rules, _, frame = trial
    changed = replace(rules, confirm=confirm)
    responses = {one.patient_id: assess_patient(one, changed) for one in scans}
    members = tuple(Member(one.patient_id, None, one.first_treatment, None) for one in scans)
    outcomes = disease_control(
        AnalysisSets("treated", members), responses, CONTROL, criteria="RECIST 1.1"
    )
    benefit = {patient: value for patient, (value, _) in values(frame, code).items()}
    assert benefit == {one.patient_id: "Y" if one.met else "N" for one in outcomes}


def test_our_calls_written_as_rs_and_read_by_the_guideline_are_the_same(trial):
    scans, rules, responses, frame = trial
    rs = pl.DataFrame(
        [
            {
                "USUBJID": patient,
                "RSTESTCD": "OVRLRESP",
                "RSSTRESC": label(one.overall),
                "RSDTC": str(one.date),
                "VISIT": one.visit,
            }
            for patient, response in responses.items()
            for one in response.time_points
        ]
    )
    therapy = {one.patient_id: one.new_therapy for one in scans}
    new = pl.Series("NACTDT", [therapy[one] for one in therapy], pl.Date)
    source = AdrsSource(new_therapy="NACTDT")
    read = adrs_from_sdtm(
        rs, adsl_of(scans).with_columns(new), rules.best, "recist11", source=source
    )
    shared = ["USUBJID", "PARAMCD", "AVAL", "AVALC", "ADT", "ANL01FL", "ANL02FL", "VISIT"]
    ours = frame.filter(pl.col("PARAMCD") != "MDIS")
    assert read.select(shared).equals(ours.select(shared))


def test_every_row_says_why(trial):
    frame = trial[3]
    assert frame["AVALREAS"].null_count() == 0
    for code in ("PD", "RSP", "CRSP", "LSTA"):
        seen = frame.filter(PARAMCD=code, ANL01FL="Y").filter(pl.col("ADT").is_not_null())
        overall = frame.filter(PARAMCD="OVR").select("USUBJID", "ADT", why="AVALREAS")
        joined = seen.join(overall, on=["USUBJID", "ADT"], how="left")
        assert (joined["AVALREAS"] == joined["why"]).all()


def test_study_days_have_no_day_zero():
    scans = write_scans({"T1": [100, 60, 50]}, death=write_scans({}).first_treatment)
    responses = {"P1": assess_patient(scans, STRICT)}
    frame = adrs(responses, adsl_of([scans]), STRICT, control_days=CONTROL)
    days = frame.filter(PARAMCD="OVR")["ADY"].to_list()
    assert days == [57, 113]
    assert frame.filter(PARAMCD="DEATH")["ADY"].to_list() == [1]


# --- Single patients


def one_of(response, scans, rules=STRICT):
    frame = adrs({"P1": response}, adsl_of([scans]), rules, control_days=CONTROL)
    return {
        row["PARAMCD"]: row for row in frame.filter(pl.col("PARAMCD") != "OVR").to_dicts()
    }, frame


def test_a_patient_who_was_not_read():
    scans = write_scans({"T1": [100, 60, 50]})
    frame = adrs({}, adsl_of([scans]), STRICT, control_days=CONTROL)
    assert "OVR" not in frame["PARAMCD"].to_list()
    rows = {row["PARAMCD"]: (row["AVALC"], row["AVALREAS"]) for row in frame.to_dicts()}
    why = "no scan of the patient was read"
    assert rows["BOR"] == rows["CBOR"] == ("NE", why)
    assert rows["MDIS"] == rows["LSTA"] == (None, why)
    assert rows["PD"] == rows["RSP"] == rows["CBCP"] == ("N", why)
    assert rows["DEATH"] == ("N", "ADSL holds no death")


def test_a_patient_whom_the_study_makes_not_evaluable():
    scans = write_scans({"T1": [100, 60, 50]})
    rows, _ = one_of(refuse_patient(scans, "the baseline is not credible"), scans)
    why = "NE because the baseline is not credible"
    assert (rows["CBOR"]["AVALC"], rows["CBOR"]["AVALREAS"]) == ("NE", why)
    assert (rows["PD"]["AVALC"], rows["PD"]["AVALREAS"]) == ("N", why)
    assert (rows["MDIS"]["AVALC"], rows["MDIS"]["AVALREAS"]) == (
        None,
        "the baseline is not credible",
    )


def test_measurable_disease_is_a_target_of_the_reading():
    with_target = write_scans({"T1": [100, 60]}, non_targets={"NT1": ["present", "present"]})
    rows, _ = one_of(assess_patient(with_target, STRICT), with_target)
    assert (rows["MDIS"]["AVALC"], rows["MDIS"]["AVALREAS"]) == ("Y", "target lesions: T1")
    without = write_scans({}, non_targets={"NT1": ["present", "present"]})
    rows, _ = one_of(assess_patient(without, STRICT), without)
    assert (rows["MDIS"]["AVALC"], rows["BOR"]["AVALC"]) == ("N", "NON-CR/NON-PD")


def test_the_profile_of_the_study_decides():
    scans = write_scans({"T1": [100, 0, 30]}, days=(-7, 28, 84))
    course = assess_patient(scans, STRICT)
    assert [one.overall.name for one in course.time_points] == ["CR", "PD"]
    rules = replace(STRICT, best_response_rules="admiral")
    rows, _ = one_of(assess_patient(scans, rules), scans, rules)
    assert rows["CBOR"]["AVALC"] == "PD"
    assert (rows["BOR"]["AVALC"], rows["RSP"]["AVALC"]) == ("CR", "Y")


def test_readers_are_named_where_the_data_name_them():
    scans = write_scans({"T1": [100, 60, 50]})
    response = replace(assess_patient(scans, STRICT), reader="central_1")
    other = replace(scans, patient_id="P2")
    frame = adrs(
        {"P1": response, "P2": replace(response, patient_id="P2", reader=None)},
        adsl_of([scans, other]),
        STRICT,
        control_days=CONTROL,
    ).filter(PARAMCD="PD")
    assert frame.select("PARAM", "PARCAT2").rows() == [
        ("Disease Progression by Central Reader 1", "Central Reader 1"),
        ("Disease Progression", None),
    ]


def test_a_patient_who_is_not_in_adsl_is_refused():
    scans = write_scans({"T1": [100, 60, 50]})
    response = assess_patient(scans, STRICT)
    with pytest.raises(DataError, match="patient P2: the patient was read, and is not in ADSL"):
        adrs({"P1": response, "P2": response}, adsl_of([scans]), STRICT, control_days=CONTROL)


def test_variables_of_adsl():
    scans = write_scans({"T1": [100, 60, 50]})
    adsl = adsl_of([scans]).with_columns(SAFFL=pl.lit("Y"), ENDT=pl.col("TRTSDT") + timedelta(9))
    response = assess_patient(scans, STRICT)
    frame = adrs({"P1": response}, adsl, STRICT, control_days=CONTROL, adsl_variables=("SAFFL",))
    assert frame.columns[:4] == ["STUDYID", "USUBJID", "TRTSDT", "SAFFL"]
