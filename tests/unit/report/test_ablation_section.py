"""The part of the report on ablation: both readings of each patient, and each lesion."""

from __future__ import annotations

import datetime as dt

import pytest
from ablated_trial import SIZES, START, make_ablated
from small_trial import Page, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.dataset import Dataset
from trialwright.report import render_report
from trialwright.report.ablation import build_ablation
from trialwright.report.formats import Days


@pytest.fixture(scope="module")
def ablated():
    return analyse(make_ablated(), make_study())


@pytest.fixture(scope="module")
def section(ablated):
    return build_ablation(ablated, Days())


def test_patients_whose_best_response_differs_stand_first(section, ablated):
    differs = [row.not_ablated != row.all_disease for row in section.readings]
    assert any(differs)
    assert differs == sorted(differs, reverse=True)
    assert {row.patient for row in section.readings} == set(SIZES) - {"NONE-7"}
    assert "not listed: 1." in section.readings_note
    for row in section.readings:
        visits = len(ablated.response_of(row.patient).time_points)
        assert len(row.visits) == visits
        assert bool(row.why) == (
            row.not_ablated != row.all_disease or any(visit.differ for visit in row.visits)
        )


def test_each_lesion_says_what_became_of_it(section):
    rows = {(row.patient, row.lesion): row for row in section.lesions}
    assert rows["OK-1", "T1"].efficacy == "complete"
    assert rows["OK-1", "T1"].sizes == "30 → 45, 40, 36"
    assert rows["OK-1", "T1"].control == "week 8, 2025-04-28, day 42, in the window"
    assert rows["LTP-3", "T1"].local == "local progression, day 154"
    assert rows["LTP-3", "T1"].failed
    assert rows["LEFT-4", "T1"].efficacy == "residual tumour; after ablation was repeated: complete"
    assert len(rows["LEFT-4", "T1"].ablations) == 2
    assert "not planned" in rows["LEFT-4", "T1"].ablations[1]
    assert (rows["TWO-5", "T2"].control, rows["TWO-5", "T2"].efficacy) == ("none", "not assessed")
    assert "success not recorded" in rows["TWO-5", "T2"].ablations[0]
    assert rows["ZONE-2", "T1"].local == "death, day 290"


def test_procedures_and_outcomes_are_counted(section):
    procedures = dict(section.procedures)
    assert procedures["Patients ablated"] == "6 of 7"
    assert procedures["Size before, mm"] == "median 25 (18 to 30)"
    assert procedures["First control 4 to 8 weeks after"] == (
        "5 inside, 0 outside, 2 without a control"
    )
    outcomes = {(row.title, row.level): row for row in section.outcomes}
    primary = outcomes["Primary technique efficacy", "lesion"]
    assert (primary.met, primary.interval) == ("4/5 (80.0 %)", "(28.4 to 99.5 %)")
    assert outcomes["Primary technique efficacy", "patient"].interval == ""
    assert section.local_ends == "local progression 1, death 2, censored 3, not assessed 1"


def test_the_page_shows_the_section(ablated):
    page = Page(render_report(ablated))
    assert page.row("T1 of ZONE-2liver")[4] == "complete"
    assert "SD in the lesions not ablated, PR in all disease; T1" in page.text
    assert "Time to it is in section 6." in page.text


def test_data_without_an_ablation_have_no_such_section():
    data = make_dataset()
    frames = {**data.frames, "ablations": data.ablations.clear()}
    without = analyse(Dataset.create(frames, source="none"), make_study())
    assert build_ablation(without, Days()) is None
    assert "Ablation, lesion by lesion" not in render_report(without)


def test_study_days_take_the_place_of_made_up_dates():
    data = make_ablated()
    dayed = Dataset.create(data.frames, source=data.source, day_zero=START)
    section = build_ablation(analyse(dayed, make_study()), Days(START))
    assert section is not None
    words = " ".join(
        [*(row.why for row in section.readings)]
        + [
            f"{r.control} {r.local_reason} {r.efficacy_reason} {r.ablations}"
            for r in section.lesions
        ]
    )
    assert "day 56" in words
    assert not any(str(START + dt.timedelta(days=n)) in words for n in range(400))
