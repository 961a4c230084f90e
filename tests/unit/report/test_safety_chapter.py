"""The safety chapter of the worked study, and of studies and data that lack parts of it.

Trial 14 of seed 1 holds what the chapter has to tell apart: a rise after the ablation that meets
the laboratory criteria of Hy's law, and one that meets every condition without an ablation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trialwright.analysis.safety import analyse_safety, safety_frames
from trialwright.dataset import Dataset, complete_dates
from trialwright.report.drawing import svg_of
from trialwright.report.formats import Days
from trialwright.report.model import Figure, Section
from trialwright.report.safety import (
    build_exposure_tables,
    build_finding_tables,
    build_safety_listings,
    build_safety_tables,
)
from trialwright.report.sections.safety import build_safety_section
from trialwright.simulate import simulate_study

if TYPE_CHECKING:
    from trialwright.report.model import Table


@pytest.fixture(scope="module")
def dataset(crclm_study) -> Dataset:
    return complete_dates(simulate_study(crclm_study, seed=1, trial=14), crclm_study)


@pytest.fixture(scope="module")
def safety(dataset, crclm_study):
    return analyse_safety(dataset, crclm_study)


@pytest.fixture(scope="module")
def tables(safety, dataset) -> dict[str, Table]:
    return {one.number: one for one in every_table(safety, dataset)}


@pytest.fixture(scope="module")
def chapter(safety):
    return build_safety_section(safety, Days())


def every_table(safety, dataset, days=Days()):  # noqa: B008 - frozen
    return (
        *build_exposure_tables(safety, days),
        *build_safety_tables(safety, days),
        *build_finding_tables(safety, days),
        *build_safety_listings(safety, dataset, days),
    )


def texts(row) -> tuple[str, ...]:
    return tuple(cell.text for cell in row.cells)


def without(dataset, *names) -> Dataset:
    frames = {name: frame for name, frame in dataset.frames.items() if name not in names}
    return Dataset.create(frames, source=dataset.source)


def test_a_rise_after_ablation_has_a_bucket_of_its_own(tables):
    buckets = {row.label: (row.cells[0].text, row.mark) for row in tables["14.3.10"].rows}
    assert sorted(buckets.values()) == [("every condition", "alert"), ("procedural", "procedural")]


def test_the_procedural_one_is_shown_with_its_ablation(tables):
    (row,) = (row for row in tables["14.3.10"].rows if row.mark == "procedural")
    assert "ablation: RFA of " in row.cells[4].text


def test_the_other_has_no_ablation_in_the_days_before(safety):
    (one,) = (one for one in safety.hys_law if one.bucket == "every condition")
    assert [condition.holds for condition in one.conditions] == [True] * 4
    assert one.verdict == "meets every condition"


def test_every_number_of_a_table_stands_once(tables, safety, dataset):
    assert len(tables) == len(every_table(safety, dataset))


def test_counts_of_the_overview_can_be_counted_again_from_the_rows(tables, safety):
    """The table of patients with any event against a count of its own over the written rows."""
    rows = safety_frames(safety)["adverse_events"].filter("emergent")
    severe = rows.filter(pl.col("grade") >= 3)
    n = len(safety.treated)
    patients, some = rows["patient_id"].n_unique(), severe["patient_id"].n_unique()
    assert texts(tables["14.3.1"].rows[0]) == (
        f"{patients} ({100 * patients / n:.1f} %)",
        f"{some} ({100 * some / n:.1f} %)",
        str(rows.height),
    )


def test_patients_of_a_shift_add_up_to_those_with_values(safety):
    shifts = safety.laboratory.shifts.group_by("term", "bucket").agg(pl.col("patients").sum())
    worst = safety.laboratory.worst.group_by("term", "bucket").agg(pl.len().alias("patients"))
    joined = shifts.join(worst, on=("term", "bucket"), how="full", suffix="_of_worst")
    assert (joined["patients"] == joined["patients_of_worst"]).all()
    assert joined.height > 5


def test_procedural_values_stand_in_rows_of_their_own(tables):
    marks = {row.label: row.mark for row in tables["14.3.9.1"].rows}
    name = "Aspartate aminotransferase increased"
    assert (marks[name], marks[f"{name}, after ablation"]) == ("", "procedural")


def test_the_chapter_has_its_parts_and_pictures(chapter):
    assert [part.key for part in chapter.blocks if isinstance(part, Section)] == [
        "safety-events",
        "safety-toxicity",
        "safety-liver",
        "safety-laboratory",
        "safety-vitals",
    ]
    pictures = [block for block in chapter.walk() if isinstance(block, Figure)]
    assert {"butterfly", "edish", "toxicity-watch"} <= {picture.key for picture in pictures}
    assert all(svg_of(picture).startswith("<svg") for picture in pictures)
    assert len({picture.key for picture in pictures}) == len(pictures)


@pytest.mark.parametrize(
    ("table", "parts"),
    [
        ("adverse_events", {"Adverse events", "Stopping for toxicity"}),
        ("labs", {"Laboratory"}),
        ("doses", {"Exposure", "Doses against the rules"}),
    ],
)
def test_what_was_not_collected_is_named_and_the_rest_is_shown(dataset, crclm_study, table, parts):
    found = analyse_safety(without(dataset, table), crclm_study)
    missing = {one.title: one.why for one in found.not_computable}
    assert parts <= set(missing)
    assert {missing[one] for one in parts} == {f"the table {table} was not collected"}
    assert build_safety_tables(found, Days())


def test_an_open_choice_closes_its_part_alone(dataset, crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    content["safety"]["unacceptable_grade"] = {"origin": "gap", "needed": "the lowest grade"}
    study = type(crclm_study).model_validate(content)
    found = analyse_safety(dataset, study)
    assert found.toxicity is None
    (one,) = found.not_computable
    assert one.title == "Stopping for toxicity"
    assert one.why.startswith("safety.unacceptable_grade is still open in the study file")
    assert found.events is not None
    assert "14.3.13" not in {table.number for table in build_safety_tables(found, Days())}


def test_a_drug_without_a_name_is_said_to_be_what_is_missing(dataset, crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    content["treatments"][0]["name"] = {"origin": "gap", "needed": "the drug"}
    found = analyse_safety(dataset, type(crclm_study).model_validate(content))
    assert found.not_computable[0].title == "Courses of treatment"
    assert "treatments[0].name is still open" in found.not_computable[0].why
    assert found.treated == ()


def test_data_without_anybody_treated_make_tables_of_nobody(crclm_study, dataset):
    nobody = {name: frame.clear() for name, frame in dataset.frames.items()}
    found = analyse_safety(Dataset.create(nobody, source="made here"), crclm_study)
    assert found.treated == ()
    chapter = build_safety_section(found, Days())
    assert chapter.blocks[0].text.startswith("All 0 treated patients")


def test_days_of_a_study_without_calendar_show_no_date(safety, dataset):
    first = min(dataset.doses["start_date"])
    for table in every_table(safety, dataset, Days(first)):
        for row in table.rows:
            assert not re.search(r"\d{4}-\d{2}-\d{2}", " ".join(texts(row))), (table.number, row)


def test_what_the_checks_found_is_in_the_chapter(dataset, crclm_study):
    labs = dataset.table("labs").with_columns(
        pl.when(pl.col("test") == "ALT").then(pl.lit("ALTT")).otherwise("test").alias("test")
    )
    spoiled = Dataset.create({**dataset.frames, "labs": labs}, source=dataset.source)
    found = analyse_safety(spoiled, crclm_study)
    (table,) = build_finding_tables(found, Days())
    assert table.number == "16.2.10"
    assert any("the test 'ALTT' is unknown" in row.cells[2].text for row in table.rows)
