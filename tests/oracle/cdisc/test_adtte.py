"""ADTTE from RS against the ADTTE that admiral makes of the same data, and 500 random subjects.

Oracle: ``shared/data/adam/adtte_onco.csv`` (pharmaverseadam), ``oracle_admiral_random.json``
(admiralonco template ``ad_adtte`` run unchanged; both Apache-2.0).
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from admiral_cases import RANDOM, TEMPLATE, read_cases
from trialwright.cdisc.adam.adrs_frame import read_parameters
from trialwright.cdisc.adam.adrs_records import read_called
from trialwright.cdisc.adam.adtte import AdtteRules, build_adtte
from trialwright.cdisc.files import read_table
from trialwright.endpoints import TimeRules, censoring_of
from trialwright.response.bulk.derive_called import derive_called
from trialwright.study.calendar import AssessmentCalendar
from trialwright.study.counting import preset_countings

pytestmark = pytest.mark.shared

CALENDAR = AssessmentCalendar(56, 7, float("inf"), 56)
ADMIRAL = AdtteRules(
    censoring_of(preset_countings()["admiral"], CALENDAR),
    evaluable_only=False,
    death_ends_response=True,
    extra_day=1,
)
OF_SUBJECT = ("AGE", "SEX", "ARM", "ARMCD", "ACTARM", "ACTARMCD")


def derive(rs, adsl, codes, **options):
    read = read_called(rs, adsl, "admiral")
    found = derive_called(read.called, TEMPLATE, "admiral")
    return build_adtte(read, found, "admiral", ADMIRAL, codes=codes, **options)


def as_text(frame):
    """Write a frame as the CSV of the oracle does, every value a text."""
    return frame.with_columns(
        pl.when(pl.col(name).cast(pl.Float64) == pl.col(name).cast(pl.Float64).round())
        .then(pl.col(name).cast(pl.Int64).cast(pl.String))
        .alias(name)
        for name, kind in frame.schema.items()
        if kind.is_numeric()
    ).cast(pl.String)


def test_every_row_of_the_published_data_set(shared):
    rs = read_table(shared / "data" / "sdtm" / "rs_onco_recist.csv")
    adsl = read_table(shared / "data" / "adam" / "adsl.csv")
    expected = read_table(shared / "data" / "adam" / "adtte_onco.csv")
    found = derive(rs, adsl, tuple(read_parameters()), adsl_variables=OF_SUBJECT)
    ours = as_text(found.frame).select(expected.columns).sort("USUBJID", "PARAMCD")
    theirs = expected.cast(pl.String).sort("USUBJID", "PARAMCD")
    assert ours.height == theirs.height == 512
    for name in expected.columns:
        assert ours[name].equals(theirs[name], null_equal=True), name
    # Nobody is dropped: who has no time is named
    assert found.frame.filter(PARAMCD="PFS").height + 52 == adsl.height
    missing = found.not_counted.filter(PARAMCD="PFS")
    assert missing["reason"].unique().to_list() == ["no reference date"]
    assert missing.height == 52


# Under the default profile and the study's own way of counting, by the worked example
UNCONFIRMED = "only unconfirmed responses: RECIST 1.1 section 4.6.1"
AFTER_MISSED = "a death after two or more missed assessments: FDA guidance 2007, appendix 3"
EXPLAINED = {
    ("01-701-1015", "DOR"): UNCONFIRMED,  # PR and CR 21 days apart
    ("01-701-1115", "DOR"): UNCONFIRMED,
    ("01-701-1133", "DOR"): UNCONFIRMED,
    ("01-704-1445", "PFS"): AFTER_MISSED,  # no assessment, dead after 174 days
}


def test_every_difference_under_the_default_profile_is_explained(shared, crclm_study):
    rs = read_table(shared / "data" / "sdtm" / "rs_onco_recist.csv")
    adsl = read_table(shared / "data" / "adam" / "adsl.csv")
    rules = TimeRules.of(crclm_study)
    counted = AdtteRules(
        rules.censoring, evaluable_only=True, death_ends_response=True, extra_day=1
    )
    read = read_called(rs, adsl, "recist11")
    found = derive_called(read.called, TEMPLATE, "recist11")
    ours = build_adtte(read, found, "recist11", counted, codes=tuple(read_parameters()))
    rows = as_text(ours.frame).filter(pl.col("PARAMCD") != "TTP")
    mine = {(row["USUBJID"], row["PARAMCD"]): row for row in rows.iter_rows(named=True)}
    expected = read_table(shared / "data" / "adam" / "adtte_onco.csv").cast(pl.String)
    differing = {}
    for row in expected.iter_rows(named=True):
        where = (row["USUBJID"], row["PARAMCD"].replace("RSD", "DOR"))
        one = mine.pop(where, None)
        if one is None or any(one[name] != row[name] for name in ("ADT", "CNSR", "AVAL")):
            differing[where] = one
    assert not mine
    assert set(differing) == set(EXPLAINED)
    none = dict(ours.not_counted.filter(PARAMCD="DOR").select("USUBJID", "reason").iter_rows())
    for (subject, code), one in differing.items():
        if EXPLAINED[subject, code] == UNCONFIRMED:
            assert none[subject] == "no response that counts"
        else:
            assert one["EVNTDESC"] == "Event After Missed Assessments"
            assert (one["CNSR"], one["ADT"]) == ("1", one["STARTDT"])


def random_tables(shared):
    """Return the 500 random subjects as RS and ADSL."""
    subjects = read_cases(shared, RANDOM)["subjects"]
    adsl = pl.DataFrame(
        {
            "STUDYID": "R",
            "USUBJID": [one["usubjid"] for one in subjects],
            "RANDDT": [one["reference_date"] for one in subjects],
            "DTHDT": [one["death_date"] for one in subjects],
            "LSTALVDT": [one["last_alive_date"] for one in subjects],
        }
    )
    rows = [
        {
            "USUBJID": one["usubjid"],
            "RSTESTCD": "OVRLRESP",
            "RSEVAL": "INVESTIGATOR",
            "RSSTRESC": record["response"],
            "RSDTC": record["date"],
            "RSSEQ": str(number),
        }
        for one in subjects
        for number, record in enumerate(one["assessments"], start=1)
    ]
    return subjects, pl.DataFrame(rows), adsl


def test_every_time_of_500_random_subjects(shared):
    subjects, rs, adsl = random_tables(shared)
    codes = tuple(code for code in read_parameters() if code != "MDIS")
    found = derive(rs, adsl, codes)
    rows = {(row["USUBJID"], row["PARAMCD"]): row for row in found.frame.iter_rows(named=True)}
    compared = 0
    for one in subjects:
        for name, time in one["expected"]["tte"].items():
            row = rows.pop((one["usubjid"], name))
            assert (row["AVAL"], row["CNSR"]) == (time["aval_days"], time["cnsr"])
            assert row["STARTDT"] == date.fromisoformat(time["start"])
            assert row["ADT"] == date.fromisoformat(time["date"])
            assert row["EVNTDESC"] == time["event"]
            compared += 1
    assert not rows
    assert compared == 500 + 500 + 326
    assert found.not_counted.height == 500 - 326
