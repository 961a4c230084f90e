"""What the report says beside the reading that counts: iRECIST, other readers, people's calls."""

from __future__ import annotations

import polars as pl
import pytest
from small_trial import Page, make_analysis, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.dataset import Dataset
from trialwright.report import render_report
from trialwright.report.formats import Days
from trialwright.report.immune import build_immune
from trialwright.report.readers import build_calls, build_readers
from trialwright.report.reasons import show_immune_reasons


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


def test_every_patient_of_the_efficacy_set_is_in_the_table_of_irecist(immune):
    section = build_immune(immune)
    assert sum(sum(counts) for _, counts in section.rows) == len(immune.sets.efficacy)
    labels = [badge.label for badge in section.columns]
    by_recist = {
        badge.label: dict(zip(labels, counts, strict=True)) for badge, counts in section.rows
    }
    assert by_recist["CR"]["iCR"] == 1
    assert by_recist["PD"]["iUPD"] == sum(by_recist["PD"].values())


def test_the_page_of_a_patient_says_what_became_of_a_progression(immune):
    response = immune.response_of("NEW-5")
    best, *later = show_immune_reasons(response.immune, Days())
    assert (best.visit, best.badge.label) == ("best response", "iUPD")
    assert "neither confirmed nor withdrawn" in best.sentence
    assert [(one.visit, one.badge.label) for one in later] == [("week 16", "iUPD")]
    assert later[0].sentence.startswith("the new lesions of week 8 are still there")
    page = Page(render_report(immune))
    assert "By iRECIST:" in page.text
    assert "irecist" in page.ids


def test_a_study_without_irecist_shows_none_of_it(analysis, page):
    assert build_immune(analysis) is None
    assert not list(show_immune_reasons(None, Days()))
    assert "iRECIST beside" not in page.text
    assert "By iRECIST:" not in page.text


def test_the_readers_differ_in_one_patient_and_the_adjudicator_decided(central):
    section = build_readers(central, Days())
    assert [(name, whose) for name, whose, _ in section.decided] == [("CR-1", "central reader 1")]
    assert "1 of 8 (12.5 %); 1 of these were adjudicated" in section.adjudication
    assert {row.patient for row in section.differences} == {"CR-1"}
    assert [row.estimate.partition("/")[0] for row in section.rates] == ["2", "1"]


def test_a_call_that_differs_from_ours_is_listed_with_both(central):
    section = build_calls(central, Days())
    found = {
        (row.patient, row.part): (row.first_call, row.second_call)
        for row in section.differences
        if row.visit == "week 8"
    }
    assert found["SD-3", "overall"] == ("PD", "SD")
    assert ("PR-2", "overall") not in found
    page = Page(render_report(central))
    assert "Calls made by people" in page.text
    assert "Patients whose readings were adjudicated" in page.text
