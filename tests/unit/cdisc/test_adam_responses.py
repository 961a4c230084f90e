"""ADRS of RS: which rows are taken, how dates are read, what is said of odd rows, and the rows."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.cdisc.adam.adrs import adrs_from_sdtm
from trialwright.cdisc.adam.adrs_records import read_called
from trialwright.cdisc.adam.adrs_rules import ADRS_RULES
from trialwright.cdisc.adam.adrs_source import AdrsSource
from trialwright.cdisc.adam.variables import read_variables
from trialwright.errors import DataError
from trialwright.response import BestRules

RULES = BestRules(28, 1, 0, 42)
RS = {
    "DOMAIN": "RS",
    "USUBJID": "S-01",
    "RSTESTCD": "OVRLRESP",
    "RSTEST": "Overall Response",
    "RSCAT": "RECIST 1.1",
    "RSEVAL": "INVESTIGATOR",
}
ADSL = {"STUDYID": "T", "USUBJID": "S-01", "TRTSDT": "2026-01-05", "RANDDT": "2026-01-02"}
CENTRAL = {"RSEVAL": "INDEPENDENT ASSESSOR", "RSEVALID": "RADIOLOGIST 1"}
BY_DAY = {"SD": "2026-03-02", "PR": "2026-04-27", "PD": "2026-06-22"}


def rs(*rows):
    """Write rows of RS; a pair is a response and its date."""
    full = [
        RS | (row if isinstance(row, dict) else {"RSSTRESC": row[0], "RSDTC": row[1]})
        for row in rows
    ]
    numbered = [
        {"RSSEQ": str(at), "VISITNUM": str(at), "VISIT": f"V{at}", "RSORRES": row["RSSTRESC"]} | row
        for at, row in enumerate(full, start=1)
    ]
    names = dict.fromkeys(name for row in numbered for name in row)
    return pl.DataFrame(numbered, schema=dict.fromkeys(names, pl.String))


def adsl(*changes):
    rows = [ADSL | {"DTHDT": None, "DTHFL": None} | change for change in changes or ({},)]
    return pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))


COURSE = rs(*BY_DAY.items())


def derive(responses=COURSE, subjects=None, profile="recist11", **options):
    subjects = adsl() if subjects is None else subjects
    return adrs_from_sdtm(responses, subjects, RULES, profile, **options)


def values(frame, *codes):
    rows = frame.filter(pl.col("PARAMCD").is_in(codes or ["OVR"]))
    return [(row["AVALC"], str(row["ADT"])) for row in rows.iter_rows(named=True)]


def findings(responses, subjects=None, profile="recist11", **options):
    subjects = adsl() if subjects is None else subjects
    found = read_called(responses, subjects, profile, **options).findings
    assert all(one.severity == ADRS_RULES[one.rule].severity for one in found)
    return {one.rule: one for one in found}


# --- The frame


def test_the_variables_are_those_of_the_list_and_texts_read_as_text():
    frame = derive()
    listed = read_variables("ADRS").columns("from_sdtm")
    assert frame.columns == ["STUDYID", "USUBJID", *(one.name for one in listed)]
    for one in listed:
        held = frame.schema[one.name]
        assert held == one.polars_type or (one.type == "text" and held == pl.Categorical)


def test_each_parameter_has_one_row_a_subject_and_ovr_one_a_record():
    frame = derive(subjects=adsl({}, {"USUBJID": "S-02"}))
    counts = dict(frame.group_by("PARAMCD").len().cast({"PARAMCD": pl.String}).iter_rows())
    codes = ("BCP", "BOR", "CB", "CBCP", "CBOR", "CCB", "CRSP", "DEATH", "LSTA", "PD", "RSP")
    assert counts == dict.fromkeys(codes, 2) | {"OVR": 3}
    assert frame["ASEQ"].to_list() == [*range(1, 15), *range(1, 12)]


def test_rows_are_sorted_by_subject_and_parameter_whatever_the_order_of_the_source():
    subjects = adsl({"USUBJID": "S-10"}, {"USUBJID": "S-02"}, {"USUBJID": "S-01"})
    other = rs({"USUBJID": "S-02", "RSSTRESC": "SD", "RSDTC": "2026-03-02"})
    both = pl.concat([COURSE, other], how="diagonal")
    expected = derive(both, subjects)
    assert expected["USUBJID"].unique(maintain_order=True).to_list() == ["S-01", "S-02", "S-10"]
    for seed in range(5):
        mixed = both.sample(fraction=1, shuffle=True, seed=seed)
        assert derive(mixed, subjects.reverse()).equals(expected)


def test_subjects_of_two_studies_stand_study_by_study():
    subjects = adsl({"STUDYID": "Z", "USUBJID": "S-00"}, {"STUDYID": "A", "USUBJID": "S-01"})
    in_order = derive(subjects=subjects)["USUBJID"].unique(maintain_order=True)
    assert in_order.to_list() == ["S-01", "S-00"]


def test_the_same_source_gives_the_guideline_and_the_template():
    course = rs(("SD", "2026-01-05"), ("SD", "2026-02-15"), ("NE", "2026-03-30"))
    assert values(derive(course), "BOR", "LSTA") == [("NE", "None"), ("SD", "2026-02-15")]
    theirs = derive(course, profile="admiral")
    assert values(theirs, "BOR", "LSTA") == [("SD", "2026-02-15"), ("NE", "2026-03-30")]


def test_a_subject_without_responses():
    subjects = adsl({}, {"USUBJID": "S-02"})
    theirs, ours = (
        derive(subjects=subjects, profile=one).filter(USUBJID="S-02")
        for one in ("admiral", "recist11")
    )
    assert values(theirs, "BOR", "CBOR") == [("MISSING", "None")] * 2
    assert values(ours, "BOR", "CBOR") == [("NE", "None")] * 2
    for frame in (theirs, ours):
        assert values(frame, "LSTA") == [(None, "None")]
        assert values(frame, "PD", "RSP", "DEATH") == [("N", "None")] * 3


def test_what_a_parameter_takes_from_the_record_behind_it():
    row = derive().filter(PARAMCD="PD").row(0, named=True)
    assert row == row | {
        "DOMAIN": "RS",
        "ADT": date(2026, 6, 22),
        "AVISIT": "V3",
        "VISIT": "V3",
        "VISITNUM": 3.0,
        "RSSEQ": 3,
        "RSSTRESC": "PD",
        "RSDTC": "2026-06-22",
        "ANL01FL": "Y",
        "ANL02FL": "Y",
    }


def test_variables_of_adsl_on_every_row():
    source = AdrsSource(adsl_variables=("TRTSDT", "USUBJID"))
    frame = derive(source=source)
    assert frame.columns[:3] == ["STUDYID", "USUBJID", "TRTSDT"]
    assert frame["TRTSDT"].unique().to_list() == ["2026-01-05"]
    with pytest.raises(DataError, match="ADSL has no AGE, which ADRS needs"):
        derive(source=AdrsSource(adsl_variables=("AGE",)))


def test_a_new_therapy_ends_what_counts_only_by_the_guideline():
    source = AdrsSource(new_therapy="NACTDT")
    course = rs(("PR", "2026-03-02"), ("PR", "2026-04-27"))
    subjects = adsl().with_columns(NACTDT=pl.lit("2026-04-01"))
    ours = derive(course, subjects, source=source)
    assert values(ours, "BOR", "CBOR") == [("PR", "2026-03-02"), ("SD", "2026-03-02")]
    assert ours.filter(PARAMCD="OVR")["ANL02FL"].to_list() == ["Y", None]
    theirs = derive(course, subjects, "admiral", source=source)
    assert values(theirs, "CBOR") == [("PR", "2026-03-02")]


# --- Which rows are taken


def test_only_overall_responses_of_the_evaluator_by_the_criteria_are_taken():
    course = rs(
        ("SD", "2026-03-02"),
        {"RSSTRESC": "PR", "RSDTC": "2026-03-02", "RSTESTCD": "TRGRESP"},
        {"RSSTRESC": "PD", "RSDTC": "2026-03-02"} | CENTRAL,
        {"RSSTRESC": "iUPD", "RSDTC": "2026-03-02", "RSCAT": "iRECIST"},
        {"RSSTRESC": "CR", "RSDTC": "2026-04-27", "RSCAT": None},
    )
    assert values(derive(course)) == [("SD", "2026-03-02"), ("CR", "2026-04-27")]
    others = findings(course)["adrs.rows_of_others"]
    assert others.message.startswith("3 row(s) are no overall response of INVESTIGATOR")
    central = AdrsSource("INDEPENDENT ASSESSOR", "RADIOLOGIST 1", "Central Reader 1")
    frame = derive(course, source=central)
    assert values(frame) == [("PD", "2026-03-02")]
    [param] = frame.filter(PARAMCD="PD")["PARAM"]
    assert param == "Disease Progression by Central Reader 1"
    assert frame["PARCAT2"].drop_nulls().unique().to_list() == ["Central Reader 1"]


def test_an_evaluator_who_is_not_there_is_named_with_those_who_are():
    with pytest.raises(DataError, match="no OVRLRESP of SPONSOR; its evaluators are INVESTIGATOR"):
        derive(source=AdrsSource("SPONSOR"))
    with pytest.raises(DataError, match="no OVRLRESP of INVESTIGATOR R9"):
        derive(source=AdrsSource(evaluator_id="R9"))


@pytest.mark.parametrize("blank", [COURSE.drop("RSEVAL"), COURSE.with_columns(RSEVAL=None)])
def test_where_nobody_is_named_all_rows_are_one_reading(blank):
    assert len(values(derive(blank))) == 3


def test_rs_without_rows():
    frame = derive(COURSE.clear())
    assert frame.height == 11
    assert values(frame, "BOR") == [("NE", "None")]


# --- Dates


@pytest.mark.parametrize(
    ("text", "partial", "day", "flag"),
    [
        ("2026-03-02", None, "2026-03-02", None),
        ("2026-03-02T11:20", None, "2026-03-02", None),
        ("2026-02", "last", "2026-02-28", "D"),
        ("2024-02", "last", "2024-02-29", "D"),
        ("2026-02", "first", "2026-02-01", "D"),
        ("2026-02", None, "None", None),
        ("2026", "last", "None", None),
        (None, "last", "None", None),
    ],
)
def test_dates_are_read_and_completed_as_asked(text, partial, day, flag):
    course, source = rs(("SD", text)), AdrsSource(partial_dates=partial)
    row = derive(course, source=source).filter(PARAMCD="OVR").row(0, named=True)
    assert (str(row["ADT"]), row["ADTF"], row["AVALC"], row["AVAL"]) == (day, flag, "SD", 3.0)
    said = findings(course, source=source)
    assert ("adrs.date_completed" in said) == (flag is not None)
    assert ("adrs.date_missing" in said) == (day == "None")


def test_a_record_without_a_date_counts_nowhere_and_stands_last():
    course = rs(("PD", "2026"), ("SD", "2026-03-02"))
    frame = derive(course)
    assert values(frame) == [("SD", "2026-03-02"), ("PD", "None")]
    assert frame.filter(PARAMCD="OVR")["ANL01FL"].to_list() == ["Y", None]
    assert values(frame, "PD", "BOR") == [("SD", "2026-03-02"), ("N", "None")]
    found = findings(course)["adrs.date_missing"]
    assert (found.row, found.patient) == (2, "S-01")
    assert "PD at V1 has no whole date (2026)" in found.message


@pytest.mark.parametrize("text", ["02.03.2026", "2026-02-30", "2026-3-2", "20260302", "soon"])
def test_a_text_that_is_no_date_is_refused(text):
    with pytest.raises(DataError, match=rf"row 3, patient S-01: RSDTC {text} is no date"):
        derive(rs(("SD", "2026-03-02"), ("PR", text)))


def test_dates_of_adsl_may_be_dates():
    typed = adsl().with_columns(pl.col("TRTSDT", "DTHDT").str.to_date("%Y-%m-%d"))
    assert derive(subjects=typed).equals(derive())
    with pytest.raises(DataError, match="TRTSDT is Int32; make it a date"):
        derive(subjects=adsl().with_columns(TRTSDT=pl.lit(20_458, pl.Int32)))
    with pytest.raises(DataError, match="patient S-01: TRTSDT 2026-01 is no whole date"):
        derive(subjects=adsl({"TRTSDT": "2026-01"}))


# --- Same day


def test_of_one_day_the_worst_counts_and_the_rows_stand_by_visit_number():
    course = rs(
        {"RSSTRESC": "PD", "RSDTC": "2026-03-02", "VISITNUM": "9"},
        {"RSSTRESC": "SD", "RSDTC": "2026-03-02", "VISITNUM": "8.1"},
        {"RSSTRESC": "SD", "RSDTC": "2026-04-27"},
    )
    for profile in ("recist11", "admiral"):
        frame = derive(course, profile=profile)
        overall = frame.filter(PARAMCD="OVR").select("RSSEQ", "AVALC", "ANL01FL", "ANL02FL")
        assert overall.rows() == [(2, "SD", None, None), (1, "PD", "Y", "Y"), (3, "SD", "Y", None)]
        assert values(frame, "PD", "BOR") == [("PD", "2026-03-02"), ("Y", "2026-03-02")]
    same = findings(course)["adrs.same_day"]
    assert "PD (row 2) and SD on 2026-03-02: the worst counts" in same.message


def test_the_same_response_twice_on_a_day_is_nothing_to_say():
    assert set(findings(rs(("SD", "2026-03-02"), ("SD", "2026-03-02")))) == set()


# --- What is odd


def test_a_word_that_is_no_response_stays_and_counts_nowhere():
    course = rs(("SD", "2026-03-02"), ("CHECK", "2026-04-27"), ("ND", "2026-05-27"), (None, None))
    for profile in ("recist11", "admiral"):
        frame = derive(course, profile=profile)
        overall = frame.filter(PARAMCD="OVR").select("AVALC", "AVAL", "ANL01FL").rows()
        assert overall[0] == ("SD", 3.0, "Y")
        assert overall[1:] == [(word, None, None) for word in ("CHECK", "ND", None)]
        assert values(frame, "LSTA") == [("SD", "2026-03-02")]
    said = findings(course)
    assert "CHECK at V2 is no response" in said["adrs.response_unknown"].message
    assert said["adrs.not_done"].row == 5


def test_a_response_before_the_reference_date_is_said():
    course = rs(("PD", "2026-01-05"), ("SD", "2026-03-02"))
    early = findings(course)["adrs.before_reference"]
    assert "PD on 2026-01-05 lies not after the reference date 2026-01-05" in early.message
    assert "adrs.before_reference" not in findings(course, profile="admiral")
    course = rs(("PD", "2026-01-01"), ("SD", "2026-03-02"))
    early = findings(course, profile="admiral")["adrs.before_reference"]
    assert "lies before the reference date 2026-01-02" in early.message


def test_a_response_after_the_death_is_said_and_counts():
    dead = adsl({"DTHDT": "2026-05-01", "DTHFL": "Y"})
    frame = derive(subjects=dead)
    assert values(frame, "PD", "DEATH") == [("Y", "2026-05-01"), ("Y", "2026-06-22")]
    late = findings(COURSE, dead)["adrs.after_death"]
    assert "PD on 2026-06-22 lies after the death on 2026-05-01" in late.message


def test_a_death_without_a_date():
    dead = adsl({"DTHFL": "Y"})
    assert values(derive(subjects=dead), "DEATH") == [("Y", "None")]
    assert findings(COURSE, dead)["adrs.death_undated"].patient == "S-01"
    assert values(derive(subjects=dead, profile="admiral"), "DEATH") == [("N", "None")]


@pytest.mark.parametrize("profile", ["recist11", "admiral"])
def test_without_a_reference_date_nothing_counts(profile):
    nobody = adsl({"TRTSDT": None, "RANDDT": None})
    frame = derive(subjects=nobody, profile=profile)
    overall = frame.filter(PARAMCD="OVR")
    assert overall["ANL01FL"].to_list() == [None] * 3
    assert values(frame, "PD", "RSP", "LSTA") == [(None, "None"), ("N", "None"), ("N", "None")]
    said = findings(COURSE, nobody, profile)
    assert said["adrs.reference_missing"].patient == "S-01"
    assert "adrs.before_reference" not in said


# --- What is refused


@pytest.mark.parametrize(
    ("responses", "subjects", "words"),
    [
        (rs({"RSSTRESC": "SD", "RSDTC": "2026-03-02", "USUBJID": None}), None, "USUBJID is blank"),
        (rs({"RSSTRESC": "SD", "RSDTC": "2026-03-02", "USUBJID": "S-9"}), None,
         r"row 2, patient S-9: 1 response\(s\) of a subject who is not in ADSL"),
        (rs({"RSSTRESC": "SD", "RSDTC": "2026-03-02", "RSSEQ": "x"}), None, "RSSEQ x is no number"),
        (rs({"RSSTRESC": "SD", "RSDTC": "2026-03-02", "VISITNUM": "x"}), None,
         "VISITNUM x is no number"),
        (COURSE.drop("RSDTC"), None, "RS has no column RSDTC"),
        (COURSE, adsl().drop("TRTSDT", "DTHDT"), "ADSL has no TRTSDT, DTHDT"),
        (COURSE, adsl({}, {}), "patient S-01: subject S-01 has several rows"),
        (COURSE, adsl({}, {"USUBJID": None}), "a row of ADSL has no subject"),
    ],
)  # fmt: skip
def test_rows_that_could_only_be_used_wrongly_are_refused(responses, subjects, words):
    with pytest.raises(DataError, match=words):
        derive(responses, subjects)


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match=r"profile must be one of \['admiral', 'recist11'\]"):
        derive(profile="recist")


# --- Measurable disease


def tu(*rows):
    one = {"USUBJID": "S-01", "TUSTRESC": "TARGET", "VISIT": "SCREENING", "TUEVAL": "INVESTIGATOR"}
    return pl.DataFrame([one | row for row in rows])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, "Y"),
        ({"VISIT": "Baseline"}, "Y"),
        ({"VISIT": "WEEK 8"}, "N"),
        ({"TUSTRESC": "NON-TARGET"}, "N"),
        ({"TUEVAL": "INDEPENDENT ASSESSOR"}, "N"),
        ({"USUBJID": "S-02"}, "N"),
    ],
)
def test_measurable_disease_is_a_target_of_the_evaluator_at_baseline(row, expected):
    others = {"TUSTRESC": "NON-TARGET", "USUBJID": "S-03"}
    frame = derive(tu=tu(row, others))
    assert values(frame, "MDIS") == [(expected, "None")]
    assert frame["PARAMCD"].cast(pl.String).to_list()[:10][-1] == "MDIS"


def test_without_tu_there_is_no_measurable_disease():
    assert "MDIS" not in derive()["PARAMCD"].to_list()
    with pytest.raises(DataError, match="TU has no column VISIT, which MDIS needs"):
        derive(tu=tu({}).drop("VISIT"))
