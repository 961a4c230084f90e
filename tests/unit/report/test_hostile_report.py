"""Figures and pages of trials that are not as the worked example: other events, units, letters."""

from __future__ import annotations

import re

import polars as pl
import pytest
from small_trial import FINDINGS, day, make_analysis, make_dataset, make_study

from trialwright.dataset import Dataset
from trialwright.report.anchors import build_anchors
from trialwright.report.drawing import drawing_settings, svg_of
from trialwright.report.figures.spider import collect_threads, draw_spider
from trialwright.report.figures.survival import draw_survival
from trialwright.report.figures.swimmer import collect_lanes, draw_swimmers
from trialwright.report.formats import Days
from trialwright.report.patients import build_patient_pages


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def with_therapy(patient, when):
    data = make_dataset()
    row = pl.DataFrame([{"patient_id": patient, "therapy": "x", "start_date": day(when)}])
    frames = {**data.frames, "therapies": pl.concat([data.therapies, row], how="diagonal")}
    return Dataset.create(frames, source=data.source)


@pytest.mark.parametrize(
    ("strategy", "ends"),
    [("treatment_policy", "event"), ("composite", "event"), ("hypothetical", "ongoing")],
)
def test_the_spider_marks_an_event_that_is_neither_the_last_scan_nor_death(strategy, ends):
    """SD-3 progresses after a therapy that ended its reading; CR-1 has a therapy as the event."""
    data = with_therapy("PD-4", 50)
    changes = {"times__new_anticancer_therapy": strategy}
    if strategy == "composite":
        data = with_therapy("CR-1", 150)
    if strategy == "treatment_policy":
        changes["rates__new_anticancer_therapy"] = "composite"
        data = with_therapy("SD-3", 100)  # progresses later, after the reading ended
        sizes = data.frames["measurements"].with_columns(
            pl.when((pl.col("patient_id") == "SD-3") & (pl.col("visit") == "week 24"))
            .then(pl.struct(diameter_mm=pl.lit(90.0), state=pl.lit(None, pl.String)))
            .otherwise(pl.struct("diameter_mm", pl.col("state").cast(pl.String)))
            .alias("both")
        )
        sizes = sizes.drop("diameter_mm", "state").unnest("both")
        data = Dataset.create(data.frames | {"measurements": sizes}, source=data.source)
    found = make_analysis(make_study(**changes), data)
    patient = {"composite": "CR-1", "treatment_policy": "SD-3", "hypothetical": "SD-3"}[strategy]
    threads = {one.patient: one.ends for one in collect_threads(found)}
    assert threads[patient] == ends
    with drawing_settings():
        picture = draw_spider(found, build_anchors(found))
    assert ("other event" in texts(svg_of(picture))) is (ends == "event")


def test_letters_that_the_font_lacks_are_drawn_without_a_word_of_warning():
    name = "病人-1"
    found = make_analysis(dataset=make_dataset({"CR-1": name}))
    with drawing_settings():
        pictures = draw_swimmers(found, build_anchors(found))
    assert any(name in words for words in texts(svg_of(pictures[0])))


@pytest.mark.parametrize(
    ("unit", "days_each", "ticks"), [("months", 30.4375, 2), ("weeks", 7, 6), ("days", 1, 60)]
)
def test_figures_of_time_are_in_the_unit_of_the_study(unit, days_each, ticks):
    found = make_analysis(make_study(endpoints__time_unit=unit))
    lanes = {one.patient: one for one in collect_lanes(found)}
    assert lanes["PD-4"].follow_up == pytest.approx(197 / days_each)
    with drawing_settings():
        (swimmer,) = draw_swimmers(found, build_anchors(found))
        curves = {one.key: one for one in draw_survival(found)}
    assert f"{unit.capitalize()} since the first treatment" in texts(svg_of(swimmer))
    assert unit.capitalize() in swimmer.caption
    shown = texts(svg_of(curves["km-os"]))
    assert unit.capitalize() in shown
    assert {"0", str(ticks), str(2 * ticks)} <= set(shown)


def test_what_came_before_the_first_treatment_is_no_part_of_a_lane():
    found = make_analysis(dataset=with_therapy("SD-3", -60))
    lanes = {one.patient: one for one in collect_lanes(found)}
    assert all(when >= 0 for lane in lanes.values() for _, when in lane.marks)
    assert "therapy" not in dict(lanes["SD-3"].marks)


@pytest.fixture(scope="module")
def pages(analysis):
    made = build_patient_pages(analysis, build_anchors(analysis), Days())
    return {one.patient: one for one in made}


def test_a_page_shows_each_time_also_one_that_is_not_counted_or_competes(analysis, pages):
    for result in analysis.timed:
        for one in result.times:
            (line,) = [
                line for line in pages[one.patient_id].endpoints
                if line.key == " ".join(filter(None, (result.key, one.lesion_id)))
            ]  # fmt: skip
            status = "event" if one.event else "competing event" if one.competing else "censored"
            days = "1 day" if one.days == 1 else f"{one.days} days"
            assert line.result == f"{days}, {status}"
        for none in result.no_times:
            lines = [
                line for line in pages[none.patient_id].endpoints
                if line.key.startswith(result.key) and line.reason == none.why
            ]  # fmt: skip
            assert lines
            assert lines[0].result == "not counted"


def test_a_page_tells_a_therapy_from_before_the_study_and_a_completed_date():
    data = with_therapy("SD-3", -60)
    partly = pl.DataFrame([{"patient_id": "SD-3", "death_date_partial": "2026-02"}])
    frames = {**data.frames, "deaths": pl.concat([data.deaths, partly], how="diagonal")}
    found = make_analysis(dataset=Dataset.create(frames, source="-").with_findings(FINDINGS))
    made = build_patient_pages(found, build_anchors(found), Days())
    facts = dict(next(one for one in made if one.patient == "SD-3").facts)
    assert facts["Therapy before the study"] == f"{day(-60)}: x"
    assert facts["Death"] == "2026-02-01 (day completed; known: 2026-02)"
