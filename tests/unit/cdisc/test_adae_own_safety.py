"""ADAE, ADEX and ADLB of a trial of our own: the safety analysis, in the names of ADaM."""

from __future__ import annotations

import polars as pl
import pytest
import safety_domains as sdtm

from event_trials import LAST, START, ablation, day, event, trial
from trialwright.cdisc.adam.adae import adae
from trialwright.cdisc.adam.adex import adex
from trialwright.cdisc.adam.adlb import _parameter as name_parameter
from trialwright.cdisc.adam.adlb import adlb
from trialwright.cdisc.adam.harm import HarmRules, harm_from_sdtm, make_harm
from trialwright.dataset import Dataset
from trialwright.errors import DataError
from trialwright.safety.events import derive_events
from trialwright.safety.exposure import derive_exposure
from trialwright.safety.laboratory import grade_laboratory
from trialwright.safety.units import known_analytes

ALT = {"patient_id": "P1", "test": "SGPT", "unit": "U/L", "lower_limit": 5.0, "upper_limit": 40.0}


def subjects(*names):
    return pl.DataFrame(
        {"STUDYID": "TEST", "USUBJID": list(names or ("P1",)), "TRTSDT": START, "TRTEDT": day(LAST)}
    )


def with_labs(*rows, **tables):
    dataset = trial(**tables)
    labs = pl.DataFrame([ALT | {"qualifier": None} | row for row in rows], infer_schema_length=None)
    return Dataset.create(dataset.frames | {"labs": labs}, source="made in code")


def lab(number, value, **more):
    return {"sample_date": day(number), "value": float(value)} | more


def test_every_event_has_its_row_and_its_reason(crclm_study):
    events = derive_events(trial(event(80, term="Rash"), event(-3, term="Cough")), crclm_study)
    frame = adae(events, subjects())
    assert frame["AEDECOD"].to_list() == ["Cough", "Rash"]
    assert frame["TRTEMFL"].to_list() == [None, "Y"]
    assert frame["ASTDY"].to_list() == [-3, 80]
    assert sorted(frame["TRTEMREA"]) == sorted(events["emergent_why"])
    assert frame["ASEQ"].to_list() == [1, 2]


def test_the_first_of_the_worst_emergent_events_is_flagged(crclm_study):
    rows = (
        event(5, term="Rash", grade=3),
        event(10, term="Rash", grade=3),
        event(3, term="Cough", grade=1),
        event(-3, term="Rash", grade=4),
    )
    frame = adae(derive_events(trial(*rows), crclm_study), subjects())
    flagged = frame.select("ASTDY", "AOCCIFL", "AOCCPIFL").rows()
    assert flagged == [(-3, None, None), (3, None, "Y"), (5, "Y", "Y"), (10, None, None)]


def test_attribution_is_none_or_blank_but_never_both(crclm_study):
    rows = (event(5, related_to="none"), event(6), event(7, related_to="Regorafenib; RFA"))
    frame = adae(derive_events(trial(*rows), crclm_study), subjects())
    assert frame["ARELTO"].to_list() == ["none", None, "Regorafenib; RFA"]
    assert frame["ADRUGREL"].to_list() == ["N", None, "Y"]
    assert frame["AABLREL"].to_list() == ["N", None, "Y"]


def test_days_after_an_ablation_are_taken_over(crclm_study):
    dataset = trial(event(12), ablations=[ablation(10)])
    row = adae(derive_events(dataset, crclm_study), subjects()).row(0, named=True)
    assert (row["ADAYABL"], row["APHASE"]) == (2, "periprocedural")


def test_exposure_has_a_row_for_each_parameter_of_each_drug(crclm_study):
    found = derive_exposure(trial(), crclm_study)
    frame = adex(found, subjects())
    assert frame.height == 14 * found.height
    for row in found.iter_rows(named=True):
        mine = frame.filter(EXTRT=row["drug"])
        values = dict(mine.select("PARAMCD", "AVAL").iter_rows())
        assert values["TDOSE"] == row["cumulative_mg"]
        assert set(mine["AVALREAS"]) == {row["not_derived"] or row["why"]}
        intensity = row["relative_dose_intensity"]
        assert values["TDOSINT"] == (None if intensity is None else intensity * 100)


def test_results_stand_in_the_standard_unit_with_grade_and_reason(crclm_study):
    dataset = with_labs(lab(-1, 30), lab(8, 260), lab(15, 90))
    graded = grade_laboratory(dataset, crclm_study)
    frame = adlb(graded, subjects())
    plain = frame.filter(pl.col("DTYPE").is_null())
    assert plain.select("PARAMCD", "AVAL", "BASE", "CHG", "ATOXGR", "SHIFT2").rows() == [
        ("ALT", 30, 30, None, "0", "0 to 0"),
        ("ALT", 260, 30, 230, "3", "0 to 3"),
        ("ALT", 90, 30, 60, "1", "0 to 1"),
    ]
    assert plain["ATOXREAS"].to_list() == graded["why"].to_list()
    extremes = dict(frame.drop_nulls("DTYPE").select("DTYPE", "AVAL").iter_rows())
    assert extremes == {"MINIMUM": 90, "MAXIMUM": 260, "LOV": 90}


def test_a_result_beyond_a_limit_has_no_value(crclm_study):
    graded = grade_laboratory(with_labs(lab(8, 5, qualifier="<")), crclm_study)
    row = adlb(graded, subjects()).filter(pl.col("DTYPE").is_null()).row(0, named=True)
    assert (row["AVAL"], row["AVALC"], row["ATOXGR"]) == (None, "<5.0", "0")


def test_an_unknown_test_or_unit_is_a_parameter_of_its_own(crclm_study):
    rows = (lab(8, 30), lab(8, 1, unit="stones"), lab(9, 2, test="Mystery", unit="x"))
    frame = adlb(grade_laboratory(with_labs(*rows), crclm_study), subjects())
    named = frame.filter(pl.col("DTYPE").is_null()).select("PARAMCD", "PARAM", "AVALU").rows()
    assert named == [
        ("ALT", "Alanine aminotransferase (U/L)", "U/L"),
        ("TEST01", "Mystery (x)", "x"),
        ("TEST02", "SGPT (stones)", "stones"),
    ]


def test_every_analyte_has_a_parameter_code_of_its_own():
    codes = [name_parameter(name, name, "1", None)[0] for name in known_analytes()]
    assert len(set(codes)) == len(codes)
    assert all(code.isalnum() and code.isascii() and len(code) <= 8 for code in codes)


@pytest.mark.parametrize("adsl", [subjects("P2"), subjects("P1", "P1")])
def test_a_patient_who_is_not_once_in_adsl_is_an_error(crclm_study, adsl):
    with pytest.raises(DataError, match="error"):
        adae(derive_events(trial(event(5)), crclm_study), adsl)


def test_what_was_collected_becomes_a_data_set(crclm_study):
    dataset = with_labs(lab(8, 30))
    kept = {name: frame for name, frame in dataset.frames.items() if name != "adverse_events"}
    without_events = Dataset.create(kept, source="made in code")
    made = make_harm(without_events, crclm_study, subjects())
    assert set(made.frames) == {"ADEX", "ADLB"}
    assert made.findings == ()


def test_an_open_choice_leaves_its_data_set_out_with_a_finding(crclm_study):
    choice = crclm_study.safety.ctcae_version.model_copy(update={"value": None})
    safety = crclm_study.safety.model_copy(update={"ctcae_version": choice})
    study = crclm_study.model_copy(update={"safety": safety})
    made = make_harm(with_labs(lab(8, 30)), study, subjects())
    assert "ADLB" not in made.frames
    assert [one.rule for one in made.findings] == ["adam.choice_open"]
    assert "ctcae_version" in made.findings[0].message


def test_where_doses_cannot_be_added_up_there_is_no_adex():
    rules = HarmRules(emergent_days=30, ctcae_version="5.0", significant_digits=15)
    one = {"ae": [sdtm.event(5)], "lb": [sdtm.sample(8, 30)]}
    single = sdtm.domains(ex=[sdtm.dose(1, 14)], **one)
    mixed = sdtm.domains(ex=[sdtm.dose(1, 14), sdtm.dose(15, 20, EXTRT="OTHER")], **one)
    assert set(harm_from_sdtm(single, sdtm.adsl(), rules).frames) == {"ADAE", "ADEX", "ADLB"}
    made = harm_from_sdtm(mixed, sdtm.adsl(), rules)
    assert set(made.frames) == {"ADAE", "ADLB"}
    assert {finding.rule for finding in made.findings} == {"adam.doses_mixed"}


def test_the_rules_of_sdtm_are_those_of_the_study(crclm_study):
    rules = HarmRules.of(crclm_study)
    assert rules.ctcae_version == crclm_study.safety.ctcae_version.value
    assert rules.emergent_days == crclm_study.safety.emergent_days.value


def test_domains_without_rows_are_data_sets_without_rows():
    rules = HarmRules(emergent_days=30, ctcae_version="6.0", significant_digits=15)
    made = harm_from_sdtm(sdtm.domains(), sdtm.adsl(), rules)
    assert {name: frame.height for name, frame in made.frames.items()} == {
        "ADAE": 0, "ADEX": 0, "ADLB": 0,
    }  # fmt: skip
    assert made.findings == ()


def test_tables_without_rows_are_data_sets_without_rows(crclm_study):
    empty = Dataset.create(
        {name: trial().table(name) for name in ("patients", "adverse_events", "labs", "doses")},
        source="made in code",
    )
    made = make_harm(empty, crclm_study, subjects())
    assert made.frames["ADAE"].is_empty()
    assert made.frames["ADLB"].is_empty()
