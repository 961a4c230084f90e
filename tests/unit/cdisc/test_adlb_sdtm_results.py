"""ADLB of SDTM: baseline, range, changes, grades, extremes, and what is a finding."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_domains import SUBJECT, adsl, day, domains, dose, sample

from trialwright.cdisc.adam.adlb import adlb_from_sdtm, check_adlb_domains
from trialwright.errors import DataError

DOSES = (dose(1, 56),)


def made(*rows, ex=DOSES, version="5.0", subjects=None):
    return adlb_from_sdtm(
        domains(lb=rows, ex=ex), adsl() if subjects is None else subjects,
        ctcae_version=version, significant_digits=15,
    )  # fmt: skip


def results(*rows, **options):
    return made(*rows, **options).filter(pl.col("DTYPE").is_null()).sort("ADT")


def test_baseline_is_the_last_result_up_to_the_first_treatment():
    frame = results(sample(-5, 20), sample(1, 30), sample(8, 90))
    assert frame["ABLFL"].to_list() == [None, "Y", None]
    assert frame["BASE"].to_list() == [30, 30, 30]
    assert frame["CHG"].to_list()[-1] == 60
    assert frame["PCHG"].to_list()[-1] == 200
    assert frame["R2BASE"].to_list()[-1] == 3


def test_a_baseline_visit_has_no_change_and_is_not_on_treatment_on_day_1():
    frame = results(sample(1, 30, VISIT="BASELINE", VISITNUM="1"), sample(8, 90))
    assert frame["AVISIT"].to_list() == ["Baseline", "Week 2"]
    assert frame["CHG"].to_list() == [None, 60]
    assert frame["ONTRTFL"].to_list() == [None, "Y"]


def test_the_range_holds_its_limits():
    frame = results(sample(8, 6), sample(9, 40), sample(10, 5), sample(11, 41))
    assert frame["ANRIND"].to_list() == ["NORMAL", "NORMAL", "LOW", "HIGH"]
    one_limit = results(sample(8, 30, LBSTNRLO=None), sample(9, 50, LBSTNRLO=None))
    assert one_limit["ANRIND"].to_list() == ["NORMAL", "HIGH"]
    assert results(sample(8, 30, LBSTNRLO=None, LBSTNRHI=None))["ANRIND"].to_list() == [None]


def test_grades_of_both_directions_and_their_shift():
    frame = results(sample(-1, 20), sample(8, 90), sample(15, 260))
    assert frame["ATOXGRH"].to_list() == ["0", "1", "3"]
    assert frame["SHIFT2"].to_list() == ["0 to 0", "0 to 1", "0 to 3"]
    assert set(frame["ATOXDSCH"]) == {"Alanine aminotransferase increased"}
    low = results(sample(8, 40, "PLAT"), sample(9, 20, "PLAT"))
    assert low["ATOXGR"].to_list() == ["-3", "-4"]


def test_the_version_of_ctcae_is_chosen():
    rows = (sample(-1, 80), sample(8, 100))  # above the limit before treatment
    assert results(*rows, version="4.03")["ATOXGRH"].to_list()[-1] == "1"
    assert results(*rows, version="5.0")["ATOXGRH"].to_list()[-1] == "0"  # of baseline: 1.25 fold


def test_a_result_below_a_limit_has_no_value_and_the_grade_that_is_certain():
    row = results(sample(8, "<5")).row(0, named=True)
    assert (row["AVAL"], row["AVALC"], row["ATOXGRH"]) == (None, "<5", "0")
    assert results(sample(8, ">50"))["ATOXGRH"].to_list() == [None]


def test_a_word_is_a_result_without_a_value():
    row = results(sample(8, "N", "COLOR", LBSTRESU="NO UNITS")).row(0, named=True)
    assert (row["PARAM"], row["AVAL"], row["AVALC"]) == ("Color", None, "N")


def test_urine_is_never_graded_as_blood():
    for more in ({"LBSPEC": "URINE"}, {"LBCAT": "URINALYSIS"}):
        row = results(sample(8, 1, "GLUC", **more)).row(0, named=True)
        assert (row["ATOXDSCL"], row["ATOXGRL"]) == (None, None)
    assert results(sample(8, 1, "GLUC", LBSPEC="SERUM"))["ATOXGRL"].to_list() == ["4"]


def test_lowest_highest_and_last_on_treatment_have_rows_of_their_own():
    frame = made(sample(-1, 99), sample(8, 20), sample(15, 60), sample(22, 40), sample(400, 500))
    extremes = {
        row["DTYPE"]: (row["AVAL"], row["AVISITN"])
        for row in frame.drop_nulls("DTYPE").iter_rows(named=True)
    }
    assert extremes == {"MINIMUM": (20, 9997), "MAXIMUM": (60, 9998), "LOV": (40, 9999)}
    last = frame.filter(pl.col("DTYPE").is_null(), pl.col("LVOTFL") == "Y")
    assert last["AVAL"].to_list() == [40]


def test_the_last_result_of_a_visit_is_flagged():
    frame = results(sample(8, 20), sample(9, 30), sample(15, 40, VISIT="WEEK 4"))
    assert frame["ANL01FL"].to_list() == [None, "Y", "Y"]


def test_treatment_without_an_end_goes_on():
    assert results(sample(400, 30))["ONTRTFL"].to_list() == [None]
    assert results(sample(400, 30), ex=[dose(1, None)])["ONTRTFL"].to_list() == ["Y"]


def fraction(number, value):
    return sample(number, value, "LYMLE", LBSTRESU="FRACTION")


def test_a_missing_count_is_a_fraction_of_the_leukocytes():
    frame = made(fraction(8, "0.2"), sample(8, 5, "WBC"))
    counted = frame.filter(DTYPE="CALCULATION").row(0, named=True)
    assert (counted["PARAMCD"], counted["AVAL"], counted["LBSEQ"]) == ("LYMPH", 1.0, None)
    assert counted["ADT"] == day(8)
    present = made(fraction(8, "0.2"), sample(8, 5, "WBC"), sample(8, 2, "LYM"))
    assert present.filter(DTYPE="CALCULATION").is_empty()


def test_no_count_is_made_of_two_results_at_one_visit():
    rows = (fraction(8, "0.2"), sample(8, 5, "WBC"), sample(8, 9, "WBC"))
    assert made(*rows).filter(DTYPE="CALCULATION").is_empty()


def test_a_test_without_a_parameter_keeps_its_name_and_is_a_warning():
    rows = [sample(8, 3, "XYZ")]
    frame = results(*rows)
    assert frame.select("PARAMCD", "PARAM", "PARAMN").rows() == [("XYZ", "XYZ (mmol/L)", None)]
    found = check_adlb_domains(domains(lb=rows, ex=DOSES), adsl())
    assert [one.rule for one in found] == ["adam.test_unlisted"]


def test_a_result_without_a_whole_day_is_a_warning_and_counts_nowhere():
    rows = [sample("2026-02", 3)]
    assert results(*rows).select("ADT", "ONTRTFL", "ABLFL").rows() == [(None, None, None)]
    found = check_adlb_domains(domains(lb=rows, ex=DOSES), adsl())
    assert [one.rule for one in found] == ["adam.date_partial"]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([sample(8, 30), sample(9, 1, LBSTRESU="ukat/L")], "adam.units_mixed"),
        ([sample(8, 30, LBTESTCD=None)], "adam.test_blank"),
        ([sample(8, 30, LBSTNRHI="high")], "adam.number_unreadable"),
        ([sample("yesterday", 30)], "adam.date_unreadable"),
        ([sample(8, 30, USUBJID="S-99")], "adam.subject_unknown"),
    ],
)
def test_rows_that_could_only_be_used_wrongly_are_errors(rows, rule):
    with pytest.raises(DataError) as refused:
        made(*rows)
    assert rule in {finding.rule for finding in refused.value.findings}


days = st.integers(-10, 60).filter(bool)
VALUES = st.lists(st.tuples(days, st.integers(1, 500)), max_size=8, unique_by=lambda one: one[0])


@given(VALUES)
def test_every_row_stays_and_the_extremes_bound_the_results_on_treatment(given_values):
    rows = [sample(number, value) for number, value in given_values]
    frame = made(*rows)
    plain = frame.filter(pl.col("DTYPE").is_null())
    assert sorted(plain["AVAL"]) == sorted(value for _, value in given_values)
    on = [value for number, value in given_values if number >= 1 and day(number) <= day(56)]
    made_rows = dict(frame.drop_nulls("DTYPE").select("DTYPE", "AVAL").iter_rows())
    assert set(made_rows) == ({"MINIMUM", "MAXIMUM", "LOV"} if on else set())
    if on:
        assert (made_rows["MINIMUM"], made_rows["MAXIMUM"]) == (min(on), max(on))
    assert frame["ASEQ"].to_list() == list(range(1, frame.height + 1))
    assert set(frame["USUBJID"]) <= {SUBJECT}
