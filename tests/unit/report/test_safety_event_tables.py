"""Tables and figures of adverse events in studies and data that lack parts of them."""

from __future__ import annotations

import polars as pl

from trialwright.analysis.safety import analyse_safety
from trialwright.dataset import Dataset, complete_dates
from trialwright.report.formats import Days
from trialwright.report.model import Figure
from trialwright.report.safety import build_safety_tables
from trialwright.report.sections.safety import build_safety_section
from trialwright.simulate import simulate_study


def test_a_study_without_groups_of_interest_has_its_other_figures(crclm_study, settle):
    study = settle(crclm_study, safety__special_interest=())
    safety = analyse_safety(complete_dates(simulate_study(study, seed=1, patients=6), study), study)
    part = build_safety_section(safety, Days()).blocks[1]
    keys = [block.key for block in part.blocks if isinstance(block, Figure)]
    assert keys == ["butterfly", "onset"]
    tables = {table.number: table for table in build_safety_tables(safety, Days())}
    assert [row.label for row in tables["14.3.5"].rows] == ["Any event", "Any severe event"]


def test_a_complication_that_nobody_attributed_is_shown_with_its_contradiction(crclm_study):
    dataset = simulate_study(crclm_study, seed=1, patients=6)
    events = dataset.table("adverse_events")
    treated = dataset.doses["patient_id"][0]
    chosen = (pl.col("patient_id") == treated) & pl.int_range(pl.len()).over("patient_id").eq(0)
    graded = events.with_columns(
        cirse_grade=pl.when(chosen).then(pl.lit("6")).otherwise("cirse_grade"),
        related_to=pl.when(chosen).then(pl.lit("none")).otherwise("related_to"),
    )
    assert graded["cirse_grade"].eq("6").sum() == 1
    data = Dataset.create({**dataset.frames, "adverse_events": graded}, source="made here")
    tables = build_safety_tables(analyse_safety(data, crclm_study), Days())
    (table,) = (one for one in tables if one.number == "14.3.8")
    (row,) = (one for one in table.rows if one.cells[5].text == "6")
    assert row.mark == "alert"
    assert row.cells[-1].text.startswith("a death in CIRSE (6), and none in CTCAE")
