"""Listings 16.2.6: every fact of every patient, the reason of each call, and what is hostile."""

from __future__ import annotations

import re

import polars as pl
import pytest
from ablated_trial import make_ablated
from small_trial import make_analysis, make_dataset, make_study
from twice_read_trial import two_reader_dataset

from trialwright.analysis import analyse
from trialwright.report.formats import Days
from trialwright.report.tables.efficacy import build_efficacy_listings

HOSTILE = "<script>alert(1)</script>{\\rtf1}\\input{x}$#%& " + "长" * 300


def build(analysis):
    days = Days(analysis.dataset.day_zero)
    return {table.number: table for table in build_efficacy_listings(analysis, days)}


def of(table, patient):
    return [one for one in table.rows if one.patient == patient]


def column(table, head):
    return [one.head for one in table.columns].index(head) - 1


@pytest.fixture(scope="module")
def analysis():
    return make_analysis()


@pytest.fixture(scope="module")
def listings(analysis):
    return build(analysis)


def test_the_listings_stand_in_order(listings):
    assert list(listings) == [f"16.2.6.{number}" for number in range(1, 8)]
    assert {table.kind for table in listings.values()} == {"listing"}


def test_every_measurement_is_listed_once(analysis, listings):
    measured = analysis.dataset.measurements
    shown = sum(len(listings[number].rows) for number in ("16.2.6.1", "16.2.6.2"))
    named = {
        (one.patient, one.cells[0].text, one.cells[2].text)
        for number in ("16.2.6.1", "16.2.6.2")
        for one in listings[number].rows
    }
    assert set(measured.select("patient_id", "lesion_id", "visit").iter_rows()) <= named
    assert shown == len(named)


def test_a_target_lesion_with_its_size_day_and_ablation(listings):
    table = listings["16.2.6.1"]
    rows = [one for one in of(table, "PR-2") if one.cells[0].text == "T2"]
    recorded, treated = column(table, "Recorded"), column(table, "Ablated or treated before")
    assert [one.cells[treated].text for one in rows] == ["–", *["RFA 2025-03-21"] * 3]
    assert rows[0].cells[recorded].text.startswith("20")
    assert rows[1].cells[column(table, "Day")].text == "56"
    # An ablated lesion that is left out enters no sum.
    assert {one.cells[column(table, "Counted, mm")].text for one in rows} == {"–"}


def test_what_nobody_could_read_is_listed_too(listings):
    rows = of(listings["16.2.6.1"], "LATE-7")
    assert [one.cells[6].text for one in rows] == [
        "25 (no call rests on this scan)",
        "24 (no call rests on this scan)",
    ]
    (told,) = of(listings["16.2.6.3"], "LATE-7")
    assert told.cells[-1].text.startswith("not evaluable: ")


def test_each_visit_has_its_call_and_the_reason(analysis, listings):
    table = listings["16.2.6.3"]
    rows = of(table, "PD-4")
    assert [one.cells[column(table, "Overall")].text for one in rows] == ["–", "PD", "PD"]
    assert [one.cells[column(table, "Counts")].text for one in rows] == ["baseline", "yes", "no"]
    for point, one in zip(analysis.response_of("PD-4").time_points, rows[1:], strict=True):
        assert one.cells[-1].text == point.reason.sentence
    assert rows[1].cells[column(table, "Change from baseline")].text == "+150.0 %"


def test_the_best_response_of_everybody_also_of_who_is_not_counted(listings):
    table = listings["16.2.6.4"]
    assert [one.patient for one in table.rows][-1] == "OUT-8"
    assert of(table, "OUT-8")[0].cells[-1].text == "enrolled, never treated"
    (found,) = of(table, "PR-2")
    assert [found.cells[i].text for i in (0, 3)] == ["PR", "PR"]
    assert found.cells[column(table, "Best change")].text == "−50.0 %"
    assert found.cells[column(table, "PFS, days")].text.endswith("+")
    (dead,) = of(table, "NE-6")
    assert dead.cells[column(table, "OS, days")].text == "26"


def test_every_outcome_and_time_is_listed(analysis, listings):
    rows = listings["16.2.6.5"].rows
    expected = sum(len(one.outcomes) for one in analysis.proportions)
    expected += sum(len(one.times) + len(one.no_times) for one in analysis.timed)
    assert len(rows) == expected
    (pfs,) = [one for one in of(listings["16.2.6.5"], "NEW-5") if one.cells[0].text == "PFS"]
    assert pfs.cells[1].text == "57 days, event"
    assert pfs.cells[3].text
    assert pfs.cells[4].text != "–"


def test_ablated_lesions_that_failed_are_marked():
    found = build(analyse(make_ablated(), make_study()))
    table = found["16.2.6.6"]
    marked = {(one.patient, one.cells[0].text[:2]) for one in table.rows if one.mark == "alert"}
    assert ("LTP-3", "T1") in marked
    assert ("OK-1", "T1") not in marked
    left = next(one for one in table.rows if one.patient == "LEFT-4")
    assert "zone not as planned" in left.cells[2].text
    assert "not planned" in left.cells[2].text
    both = found["16.2.6.7"]
    differ = [one.mark == "alert" for one in both.rows]
    assert differ == sorted(differ, reverse=True)
    assert "NONE-7" not in [one.patient for one in both.rows]


def test_readers_and_calls_that_differ():
    dataset = two_reader_dataset()
    calls = pl.DataFrame(
        {
            "patient_id": ["SD-3"], "reader": ["investigator"], "visit": ["week 8"],
            "criteria": ["RECIST 1.1"], "overall": ["PD"],
        }
    )  # fmt: skip
    frames = {**dataset.frames, "calls": calls}
    data = type(dataset).create(frames, source="simulated: two readers")
    found = build(analyse(data, make_study()))
    assert found["16.2.6.8"].rows == ()
    assert found["16.2.6.8"].empty.startswith("no reading was adjudicated")
    assert {one.patient for one in found["16.2.6.9"].rows} == {"SD-3"}
    called = [
        [cell.text for cell in one.cells[4:6]]
        for one in of(found["16.2.6.10"], "SD-3")
        if one.cells[0].text == "week 8"
    ]
    assert called == [["PD", "SD"]]
    # The visits that the investigator measured and did not call are listed too.
    assert of(found["16.2.6.10"], "CR-1")[0].cells[4].text == "no call"


def test_dates_read_as_days_where_the_data_count_days():
    analysis = make_analysis(dataset=make_dataset(day_zero=make_dataset().patients[
        "enrolment_date"].min()))  # fmt: skip
    for table in build(analysis).values():
        for one in table.rows:
            for cell in one.cells:
                assert not re.search(r"\d{4}-\d{2}-\d{2}", cell.text), (table.number, cell.text)


def test_hostile_identifiers_stay_as_they_are():
    analysis = make_analysis(dataset=make_dataset({"PR-2": HOSTILE}))
    for table in build(analysis).values():
        named = {one.patient for one in table.rows if one.patient}
        assert "PR-2" not in named
    assert of(build(analysis)["16.2.6.4"], HOSTILE)


def test_nothing_was_scanned():
    dataset = make_dataset()
    frames = {
        name: frame.clear() if name in ("lesions", "measurements", "ablations") else frame
        for name, frame in dataset.frames.items()
    }
    data = type(dataset).create(frames, source="simulated: nothing scanned")
    found = build(analyse(data, make_study()))
    assert found["16.2.6.1"].rows == ()
    assert found["16.2.6.1"].empty == "no target lesion was recorded"
    assert len(found["16.2.6.4"].rows) == 8
    assert {one.cells[0].text for one in found["16.2.6.4"].rows} == {"NE"}
