"""The page of a patient: what was recorded, what counts, and why."""

from __future__ import annotations

import pytest

from trialwright.report.anchors import build_anchors
from trialwright.report.formats import Days
from trialwright.report.glance import (
    build_endpoints,
)
from trialwright.report.patients import build_patient_pages

DAYS = Days()


@pytest.fixture(scope="module")
def pages(analysis):
    built = build_patient_pages(analysis, build_anchors(analysis), DAYS)
    return {page.patient: page for page in built}


def test_patients_who_may_still_respond_are_named_as_such(analysis, pages):
    rows = {row.key: row for row in build_endpoints(analysis)}
    assert rows["ORR"].how.endswith("; 1 may still respond and count as no response so far")
    lines = {line.key: line for line in pages["SD-3"].endpoints}
    assert lines["ORR"].result == "not yet"
    assert {line.key: line for line in pages["NE-6"].endpoints}["ORR"].result == "no"


def test_a_patient_page_shows_what_was_recorded(pages):
    table = pages["PR-2"].table
    assert [visit.name for visit in table.visits] == ["baseline", "week 8", "week 16", "week 24"]
    rows = {row.lesion: row for row in table.lesions}
    assert [cell.text for cell in rows["T1"].cells] == ["40", "25", "20", "22"]
    assert rows["T2"].ablated == "RFA 2025-03-21"
    assert (rows["T1"].left_out, rows["T2"].left_out) == (False, True)
    assert "not counted" in rows["T2"].note
    assert all(cell.note == "" for cell in rows["T2"].cells)
    summary = {row.label: [cell.text for cell in row.cells] for row in table.summary}
    assert summary["Sum of targets, mm"] == ["40", "25", "20", "22"]
    assert summary["Change from baseline"] == ["–", "−37.5 %", "−50.0 %", "−45.0 %"]
    assert summary["Nadir before, mm"] == ["–", "40", "25", "20"]
    assert summary["Change from nadir"] == ["–", "−37.5 %", "−20.0 %", "+10.0 %"]
    assert summary["Overall"] == ["–", "PR", "PR", "PR"]


def test_a_size_that_counts_otherwise_says_what_it_counts(pages):
    rows = {row.lesion: row for row in pages["SD-3"].table.lesions}
    cell = rows["T2"].cells[2]
    assert (cell.text, cell.note) == ("too small", "counts 5")
    assert "unread" in rows["T1"].cells[3].css
    sums = next(row for row in pages["SD-3"].table.summary if row.label.startswith("Sum"))
    assert (sums.cells[3].text, sums.cells[3].note) == ("NE", "read: 14")


def test_scans_after_progression_are_marked_as_not_counted(pages):
    page = pages["NEW-5"]
    assert [visit.counted for visit in page.table.visits] == [True, True, False]
    assert [reason.counted for reason in page.reasons] == [True, True, False]
    assert page.reasons[1].badge.label == "PD"
    assert page.reasons[1].sentence.startswith("new lesion N1; ")
    assert page.table.lesions[1].cells[0].text == "–"
    new = next(row for row in page.table.summary if row.label == "New lesions")
    assert [cell.text for cell in new.cells] == ["–", "N1", "N1"]


def test_a_patient_without_baseline_still_shows_the_scans(pages):
    page = pages["LATE-7"]
    assert page.table is None
    assert page.chart is None
    assert page.recorded == (
        ("week 8", "2025-05-02", "T1", "25 mm"),
        ("week 16", "2025-06-27", "T1", "24 mm"),
    )


def test_the_facts_of_a_patient(pages):
    facts = dict(pages["PD-4"].facts)
    assert facts["Patient"] == "female"
    assert facts["New anticancer therapy"] == "2025-06-09: chemotherapy"
    assert facts["Death"] == "2025-09-17"
    assert dict(pages["OUT-8"].facts)["First treatment"] == "none recorded"
    assert (
        dict(pages["PR-2"].facts)["RFA of T2"]
        == "2025-03-21, planned, zone as planned, margin 5 mm"
    )


def test_every_endpoint_of_a_patient_has_a_reason(pages):
    lines = {line.key: line for line in pages["PD-4"].endpoints}
    assert lines["PFS"].result == "57 days, event"
    assert lines["PFS"].source == "measurements, week 8"
    assert lines["ORR"].result == "no"
    assert (lines["DOR"].result, lines["DOR"].ended) == ("not counted", "–")
    assert pages["OUT-8"].endpoints == ()
