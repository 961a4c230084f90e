"""What the report says beside the reading that counts: iRECIST, other readers, people's calls."""

from __future__ import annotations

from itertools import takewhile

import polars as pl
import pytest
from small_trial import Page, make_analysis, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.analysis.beside import read_beside
from trialwright.dataset import Dataset
from trialwright.report import render_report
from trialwright.report.formats import Days
from trialwright.report.reasons import show_immune_reasons
from trialwright.report.tables.efficacy import build_efficacy_listings, build_efficacy_tables


def _read_centrally(**tables):
    """Return the small trial as two central readers saw it; the second finds CR-1 unchanged."""
    data = make_dataset()
    frames = dict(data.frames)
    for name in ("lesions", "measurements"):
        frames[name] = pl.concat(
            [
                data.table(name).with_columns(reader=pl.lit(reader))
                for reader in ("central_1", "central_2")
            ]
        )
    unchanged = (pl.col("reader") == "central_2") & (pl.col("patient_id") == "CR-1")
    frames["measurements"] = frames["measurements"].with_columns(
        diameter_mm=pl.when(unchanged).then(30.0).otherwise("diameter_mm"),
        state=pl.when(unchanged).then(None).otherwise("state"),
    )
    frames |= {name: pl.DataFrame(rows) for name, rows in tables.items()}
    return analyse(
        Dataset.create(frames, source="folder x"), make_study(response__reader="central")
    )


@pytest.fixture(scope="module")
def immune():
    return make_analysis(make_study(response__immune_criteria="iRECIST"))


@pytest.fixture(scope="module")
def central():
    adjudicated = [{"patient_id": "CR-1", "accepted_reader": "central_1"}]
    called = [
        {"patient_id": "PR-2", "reader": "central_1", "criteria": "RECIST 1.1", "visit": "week 8",
         "target": "PR", "overall": "PR"},
        {"patient_id": "SD-3", "reader": "central_1", "criteria": "RECIST 1.1", "visit": "week 8",
         "target": "PD", "overall": "PD"},
    ]  # fmt: skip
    return _read_centrally(adjudications=adjudicated, calls=called)


def build(analysis):
    """Return the tables and listings of efficacy by number."""
    days = Days(analysis.dataset.day_zero)
    tables = build_efficacy_tables(analysis, read_beside(analysis), days)
    return {table.number: table for table in (*tables, *build_efficacy_listings(analysis, days))}


def cells_of(table, row):
    heads = [column.head for column in table.columns[1:]]
    return list(zip(heads, (cell.text for cell in row.cells), strict=True))


def test_every_patient_of_the_efficacy_set_is_in_the_table_of_irecist(immune):
    table = build(immune)["14.2.8"]
    labels = [column.head for column in table.columns[1:]]
    pairs = {
        row.label: dict(zip(labels, (cell.numbers[0].value for cell in row.cells), strict=True))
        for row in table.rows
        if row.cells and not row.depth
    }
    everybody = pairs.pop("All")
    assert everybody["All"] == sum(one["All"] for one in pairs.values())
    assert everybody["All"] == len(immune.sets.efficacy)
    for one in pairs.values():
        assert sum(count for code, count in one.items() if code != "All") == one["All"]
    assert pairs["CR"]["iCR"] == 1
    assert pairs["PD"]["iUPD"] == pairs["PD"]["All"] > 0
    ends = {row.label: row.cells[-1].numbers[0].value for row in table.rows if row.depth}
    assert ends == {"confirmed": 0, "not confirmed": pairs["PD"]["All"]}


def test_the_page_of_a_patient_says_what_became_of_a_progression(immune):
    response = immune.response_of("NEW-5")
    best, *later = show_immune_reasons(response.immune, Days())
    assert (best.visit, best.badge.label) == ("best response", "iUPD")
    assert "neither confirmed nor withdrawn" in best.sentence
    assert [(one.visit, one.badge.label) for one in later] == [("week 16", "iUPD")]
    assert later[0].sentence.startswith("the new lesions of week 8 are still there")
    page = Page(render_report(immune))
    assert "By iRECIST:" in page.text
    assert "table-14-2-8" in page.ids


def test_a_study_without_irecist_shows_none_of_it(analysis, page):
    listings = build_efficacy_listings(analysis, Days())
    heads = {column.head for table in listings for column in table.columns}
    assert not any("iRECIST" in head for head in heads)
    assert not list(show_immune_reasons(None, Days()))
    assert "By iRECIST:" not in page.text


def test_the_readers_differ_in_one_patient_and_the_adjudicator_decided(central):
    found = build(central)
    decided = found["16.2.6.8"]
    assert [(row.patient, row.cells[0].text) for row in decided.rows] == [
        ("CR-1", "central reader 1")
    ]
    agreement = {row.label: row.cells for row in found["14.2.9"].rows if row.cells}
    differ = agreement["read by both, and differ"]
    assert [cell.text for cell in differ[:3]] == ["1", "8", "12.5 %"]
    assert [cell.text for cell in agreement["of these adjudicated"][:2]] == ["1", "1"]
    assert {row.patient for row in found["16.2.6.9"].rows} == {"CR-1"}
    rates = [row.cells[0].text.partition("/")[0] for row in found["14.2.9.1"].rows]
    assert rates == ["2", "1"]


def test_whose_reading_counts_adds_up_to_the_patients(central):
    rows = build(central)["14.2.9"].rows
    labels = [row.label for row in rows]
    start = labels.index("Whose reading counts, patients") + 1
    own = list(takewhile(lambda row: row.depth, rows[start:]))
    named = [patient for row in own for patient in row.cells[0].inputs.patients]
    assert sorted(named) == sorted(one.patient_id for one in central.readings)


def test_a_difference_of_readers_says_how_each_came_to_the_call(central):
    table = build(central)["16.2.6.9"]
    best = [dict(cells_of(table, row)) for row in table.rows if "best" in row.cells[0].text]
    assert best
    assert all("central reader 1: " in one["Why"] for one in best)
    assert all("central reader 2: " in one["Why"] for one in best)


def test_a_call_that_differs_from_ours_is_listed_with_both(central):
    found = build(central)
    table = found["16.2.6.10"]
    listed = {}
    for row in table.rows:
        cells = dict(cells_of(table, row))
        if cells["Visit"] == "week 8":
            listed[row.patient, cells["Part"]] = (cells["Collected"], cells["Derived"])
    assert listed["SD-3", "overall"] == ("PD", "SD")
    assert ("PR-2", "overall") not in listed
    counts = found["14.2.10"]
    kinds = [row.cells[0].numbers[0].value for row in counts.rows if row.depth]
    assert sum(kinds[2:]) == len(table.rows)  # kinds[:2]: as ours, and other than ours
    page = Page(render_report(central))
    assert counts.title in page.text
    assert "Patients whose readings were adjudicated" in page.text
