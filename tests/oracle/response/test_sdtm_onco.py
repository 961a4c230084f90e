"""Two public SDTM data sets, read as a sponsor exports them, against what is known of them.

Source: pharmaversesdtm (commit 530a5ea, Apache-2.0, synthetic). ``onco_recist``: 8 subjects, 3
readers, 66 visits, recomputed by strict RECIST 1.1 in
``shared/cases/lesion_recist_pharmaversesdtm.json``. ``onco``: 254 subjects, 3 readers; its
progression was taken from baseline instead of nadir (``shared/reference/peers.md``, finding 5).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from trialwright.cdisc import read_sdtm, trace_rows
from trialwright.dataset import first_treatments
from trialwright.response import assess_patient, gather_scans, readers_of

pytestmark = pytest.mark.shared

NAMES = {None: "investigator", "RADIOLOGIST 1": "central_1", "RADIOLOGIST 2": "central_2"}
STRICT = "overall_response_strict_recist_recomputed"
REAPPEARED = ("01-701-1133", "central_2", "WEEK 9")
# Two unscheduled scans whose numbers run against their dates: 53 mm on 2013-12-30 (number 9.3)
# and 44 mm on 2014-01-08 (9.2). In the order of the numbers the first is +20 % over the second.
READ_BACKWARDS = ("01-701-1153", "investigator", "UNSCHEDULED 9.3")


@pytest.fixture(scope="module")
def recist(shared):
    return read_sdtm(shared / "data/sdtm", data_set="onco_recist", partial_dates="last_day")


@pytest.fixture(scope="module")
def onco(shared):
    return read_sdtm(shared / "data/sdtm", data_set="onco")


def time_points(dataset, rules):
    """Return our time points by patient, reader and visit."""
    return {
        (scans.patient_id, reader, point.visit): point
        for reader in readers_of(dataset)
        for scans in gather_scans(dataset, reader=reader)
        for point in assess_patient(scans, rules).time_points
    }


def collected(dataset):
    """Return the calls of the source by patient, reader and visit."""
    rows = dataset.table("calls").iter_rows(named=True)
    return {(row["patient_id"], row["reader"], row["visit"]): row for row in rows}


def messages(dataset, rule):
    return [finding.message for finding in dataset.findings if finding.rule == rule]


def test_the_66_visits_equal_strict_recist_and_one_differs_from_the_source(shared, recist, strict):
    cases = shared / "cases/lesion_recist_pharmaversesdtm.json"
    names = {
        (row["USUBJID"], row["TREVALID"], int(row["VISITNUM"])): row["VISIT"]
        for row in pl.read_csv(
            shared / "data/sdtm/tr_onco_recist.csv", infer_schema=False
        ).iter_rows(named=True)
    }
    expected = {
        (
            case["usubjid"],
            NAMES[case["evaluator_id"]],
            names[case["usubjid"], case["evaluator_id"], visit["visitnum"]],
        ): visit[STRICT]
        for case in json.loads(cases.read_text(encoding="utf-8"))
        for visit in case["visits"]
        if STRICT in visit
    }
    points = time_points(recist, strict)
    ours = {key: point.overall.label.upper() for key, point in points.items()}
    assert len(ours) == 66
    assert ours == expected
    theirs = {key: call["overall"].upper() for key, call in collected(recist).items()}
    assert {key for key in ours if ours[key] != theirs[key]} == {REAPPEARED}
    assert (theirs[REAPPEARED], ours[REAPPEARED]) == ("PR", "PD")


def test_a_scan_dated_by_its_month_is_an_error_unless_the_user_says_how(shared, recist):
    refused = read_sdtm(shared / "data/sdtm", data_set="onco_recist")
    undated = [one for one in refused.errors if one.rule == "sdtm.date_unreadable"]
    assert len(undated) == 12
    assert {one.patient for one in undated} == {"01-701-1015"}
    assert not messages(recist, "sdtm.date_unreadable")
    assert len(messages(recist, "sdtm.date_assumed")) == 2  # in TR and in RS


def test_target_responses_differ_exactly_where_the_source_ignored_the_nadir(onco, strict):
    theirs = {key: call["target"] for key, call in collected(onco).items()}
    # The source counts a target that was not assessed as 0 mm; so is it read here.
    unread = pl.when(pl.col("state") == "not_evaluable").then(pl.lit("absent")).otherwise("state")
    as_zero = {**onco.frames, "measurements": onco.measurements.with_columns(unread.alias("state"))}
    ours = time_points(replace(onco, frames=as_zero), strict)
    assert len(ours) == len(theirs) == 1899
    differ = {key for key in ours if ours[key].target.label != theirs[key]}
    counted = Counter((theirs[key], ours[key].target.label) for key in differ)
    # 169 in the order of the visit numbers; by date the 169th is no progression.
    assert counted == {("SD", "PD"): 99, ("PR", "PD"): 69}
    assert READ_BACKWARDS not in differ
    for key in differ:
        point = ours[key]
        assert point.sum_mm >= 1.2 * point.nadir_mm - 1e-9
        assert point.sum_mm - point.nadir_mm >= 5


def test_a_target_that_was_not_assessed_is_never_nothing(onco, strict):
    theirs = collected(onco)
    ours = time_points(onco, strict)
    differ = Counter(
        (theirs[key]["target"], point.target.label)
        for key, point in ours.items()
        if point.target.label != theirs[key]["target"]
    )
    # 44 scans have a target that was not assessed: 42 are NE, 2 are PD by the others alone.
    assert differ == {
        ("SD", "PD"): 93, ("PR", "PD"): 64, ("CR", "NE"): 22, ("PR", "NE"): 11, ("SD", "NE"): 9
    }  # fmt: skip


def test_the_scan_that_the_visit_numbers_read_backwards(onco, strict):
    point = time_points(onco, strict)[READ_BACKWARDS]
    assert (point.sum_mm, point.nadir_mm, point.target.label) == (53.0, 50.0, "SD")
    patient, _, _ = READ_BACKWARDS
    (later,) = onco.visits.filter(patient_id=patient, visit="UNSCHEDULED 9.2")["visit_date"]
    assert later > point.date


def test_every_row_is_used_or_left_out_by_a_rule_that_a_finding_names(shared, onco):
    rows = trace_rows(shared / "data/sdtm", data_set="onco")
    assert dict(rows.group_by("file").len().rows()) == {
        "dm.csv": 306, "ds.csv": 850, "ex.csv": 591, "cm.csv": 7510, "ae.csv": 1191,
        "lb.parquet": 59580,
        "tu_onco.csv": 7734, "tr_onco.parquet": 55995, "rs_onco.csv": 5808,
    }  # fmt: skip
    assert rows.select(pl.struct("file", "row").n_unique()).item() == rows.height
    left = dict(rows.filter(pl.col("rule").is_not_null()).group_by("file", "rule").len()
                .select(pl.concat_str("file", "rule", separator=" "), "len").rows())  # fmt: skip
    assert left == {
        "ae.csv sdtm.grade_missing": 1191,
        "lb.parquet sdtm.lab_not_numeric": 874,
        "cm.csv sdtm.anticancer_unclear": 17,
        "cm.csv sdtm.not_anticancer": 7493,
        "ds.csv sdtm.disposition_unread": 596,
        "ex.csv sdtm.placebo": 226,
        "rs_onco.csv sdtm.call_unknown": 3,
        "tr_onco.parquet sdtm.diameters_differ": 1905,
        "tr_onco.parquet sdtm.other_axis": 13305,
        "tr_onco.parquet sdtm.restated": 11400,
    }
    assert set(rows["rule"].drop_nulls()) <= {finding.rule for finding in onco.findings}


def test_the_collected_sums_are_ours_and_44_are_of_scans_with_an_unread_target(onco):
    assert messages(onco, "sdtm.sum_differs") == []
    (incomplete,) = messages(onco, "sdtm.sum_incomplete")
    assert incomplete.startswith("44 rows")


def test_the_baseline_is_the_day_of_the_first_treatment(onco):
    started = first_treatments(onco)
    baseline = onco.visits.filter(visit_type="baseline")
    assert baseline.height == 254
    assert all(
        row["visit_date"] == started[row["patient_id"]] for row in baseline.iter_rows(named=True)
    )


def test_radiologist_1_is_accepted_for_everybody_in_one_set_and_for_nobody_in_the_other(
    onco, recist
):
    accepted = onco.table("adjudications")
    assert accepted.height == 254
    assert set(accepted["accepted_reader"]) == {"central_1"}
    assert recist.table("adjudications").is_empty()
    assert len(messages(recist, "sdtm.accepted_reader")) == 8


def test_irecist_calls_are_read_beside_no_lesions(shared):
    called = read_sdtm(shared / "data/sdtm", data_set="onco_irecist")
    assert not called.collected("lesions")
    calls = called.table("calls")
    assert calls.height == 75
    assert set(calls["criteria"]) == {"iRECIST"}
    assert dict(calls["overall"].value_counts().rows())["iCPD"] == 2
    assert calls["target"].null_count() == calls["non_target"].null_count() == 0
