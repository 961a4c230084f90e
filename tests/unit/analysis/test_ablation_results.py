"""Counts of ablation by patient, session and lesion, and the frames beside them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trialwright.analysis.ablation import follow_ablations, read_ablations
from trialwright.analysis.ablation_frames import (
    ablated_lesions_frame,
    ablation_counts_frame,
    both_calls_frame,
    both_readings_frame,
)
from trialwright.dataset import Dataset
from trialwright.errors import StudyError
from trialwright.response.ablated.rules import LocalEnd
from trialwright.simulate import simulate_study
from trialwright.stats import clopper_pearson

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.analysis.ablation import AblationResults
    from trialwright.study import Study

START = date(2025, 3, 3)


def day(number):
    return START + timedelta(days=number)


# patient, lesion, organ: sizes at baseline, weeks 8 and 16; findings at weeks 8 and 16
LESIONS = [
    ("A", "T1", "liver", [30, 45, 40], ["complete", "complete"]),
    ("A", "T2", "liver", [20, 30, 28], ["residual", "residual"]),
    ("A", "T3", "liver", [30, 27, 27], None),
    ("B", "T1", "liver", [24, 33, 30], ["complete", "local_progression"]),
    ("B", "T2", "lung", [30, 29, 30], None),
    ("C", "T1", "liver", [18, 26, 25], [None, None]),
    ("C", "T2", "liver", [30, 29, 30], None),
    ("D", "T1", "liver", [30, 20, 20], None),
]
# patient, lesion, day, modality, success, margin
ABLATIONS = [
    ("A", "T1", 14, "RFA", True, 6.0),
    ("A", "T2", 14, "RFA", False, 0.0),
    ("B", "T1", 10, "MWA", True, None),
    ("C", "T1", 20, "RFA", None, 12.0),
    ("C", "T2", 20, "radiotherapy", None, None),
]


def make(**frames):
    patients = sorted({row[0] for row in LESIONS})
    tables = {
        "patients": [{"patient_id": name, "enrolment_date": day(-5)} for name in patients],
        "doses": [
            {"patient_id": name, "drug": "drug", "start_date": day(0), "dose_mg": 80.0}
            for name in patients
        ],
        "lesions": [
            {"patient_id": p, "lesion_id": x, "role": "target", "organ": o, "lymph_node": False}
            for p, x, o, _, _ in LESIONS
        ],
        "measurements": [
            {"patient_id": p, "lesion_id": x, "visit": f"week {8 * n}",
             "scan_date": day(56 * n if n else -7), "diameter_mm": float(size),
             "ablation_finding": findings[n - 1] if findings and n else None}
            for p, x, _, sizes, findings in LESIONS
            for n, size in enumerate(sizes)
        ],
        "ablations": [
            {"patient_id": p, "lesion_id": x, "ablation_date": day(when), "modality": how,
             "planned": True, "technical_success": success, "margin_mm": margin}
            for p, x, when, how, success, margin in ABLATIONS
        ],
    }  # fmt: skip
    made = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    return Dataset.create({**made, **frames}, source="four patients")


@pytest.fixture(scope="module")
def results(crclm_study: Study) -> AblationResults:
    return read_ablations(make(), crclm_study)


@pytest.mark.parametrize(
    ("key", "level", "counts"),  # met, assessed, not assessed
    [
        ("technical_success", "session", (1, 2, 1)),  # A's one session left a lesion uncovered
        ("technical_success", "lesion", (2, 3, 1)),
        ("primary_efficacy", "lesion", (2, 3, 1)),
        ("primary_efficacy", "patient", (1, 2, 1)),
        ("residual", "lesion", (1, 3, 1)),
        ("secondary_efficacy", "lesion", (0, 0, 0)),
        ("efficacy", "lesion", (2, 3, 1)),
        ("efficacy", "patient", (1, 2, 1)),
        ("local_progression", "lesion", (1, 2, 2)),  # never complete: cannot progress locally
        ("local_progression", "patient", (1, 1, 2)),
    ],
)
def test_each_outcome_is_counted_at_its_level(results, key, level, counts):
    (row,) = [one for one in results.counts if (one.key, one.level) == (key, level)]
    assert (row.met, row.assessed, row.not_assessed) == counts


def test_efficacy_per_lesion_has_the_exact_interval(results):
    rows = {row.key: row for row in results.counts if row.level == "lesion"}
    assert rows["primary_efficacy"].estimate == clopper_pearson(2, 3, level=0.95)
    assert rows["local_progression"].estimate is None
    assert rows["secondary_efficacy"].estimate is None
    assert all(row.estimate is None for row in results.counts if row.level != "lesion")


def test_the_interval_is_that_of_the_study(crclm_study: Study, settle: Callable[..., Study]):
    study = settle(crclm_study, statistics__proportion_interval="wilson",
                   statistics__confidence_level=0.9)  # fmt: skip
    (row,) = [x for x in read_ablations(make(), study).counts
              if (x.key, x.level) == ("efficacy", "lesion")]  # fmt: skip
    assert (row.estimate.method, row.estimate.level) == ("Wilson", 0.9)


def test_procedures_are_counted_apart(results):
    summary = results.summary
    assert (summary.patients, summary.sessions, summary.lesions) == (3, 3, 4)
    assert (summary.liver_lesions, summary.liver_lesions_ablated) == (6, 4)
    assert dict(summary.modalities) == {"RFA": 3, "MWA": 1}
    assert list(summary.margins.values()) == [1, 0, 1, 1, 1]
    assert sorted(summary.sizes_before_mm) == [18.0, 20.0, 24.0, 30.0]
    assert sorted(summary.days_from_first_treatment) == [10, 14, 14, 20]
    assert summary.other_treatments == 1


def test_every_lesion_ends_once(results):
    assert results.local_ends.total() == len(results.lesions) == 4
    assert results.local_ends == {
        LocalEnd.CENSORED: 1,
        LocalEnd.NEVER_COMPLETE: 1,
        LocalEnd.LOCAL_PROGRESSION: 1,
        LocalEnd.NOT_ASSESSED: 1,
    }


def test_every_patient_is_read_twice(results):
    assert [both.patient_id for both in results.readings] == ["A", "B", "C", "D"]
    assert {both.patient_id for both in results.differing} <= {"A", "B", "C"}
    assert results.all_disease == "zero"


def test_frames_hold_a_row_for_each_lesion_patient_visit_and_count(results):
    lesions = ablated_lesions_frame(results)
    assert lesions["lesion_id"].to_list() == ["T1", "T2", "T1", "T1"]
    assert lesions["primary_efficacy"].to_list() == ["yes", "no", "yes", "not assessed"]
    assert lesions["first_control_days"].to_list() == [42, 42, 46, None]
    assert lesions["first_control_in_window"].to_list() == [True, True, True, None]
    assert lesions["technical_success"].to_list() == [True, False, True, None]
    assert both_readings_frame(results).height == 4
    assert both_calls_frame(results).height == 8
    counts = ablation_counts_frame(results)
    assert counts.height == len(results.counts)
    assert (counts["assessed"] + counts["not_assessed"] >= counts["met"]).all()


def test_a_repeat_that_nobody_assessed_is_said_in_the_frame(crclm_study: Study):
    again = {"patient_id": "B", "lesion_id": "T1", "ablation_date": day(120), "modality": "MWA",
             "planned": False, "technical_success": True, "margin_mm": 5.0}  # fmt: skip
    ablations = pl.concat([make().ablations.drop("source_row"), pl.DataFrame([again])],
                          how="diagonal_relaxed")  # fmt: skip
    results = read_ablations(make(ablations=ablations), crclm_study)
    row = ablated_lesions_frame(results).row(2, named=True)
    assert (row["ablations"], row["ablations_repeated"]) == (2, 1)
    assert row["secondary_efficacy"] == "not assessed"
    (count,) = [one for one in results.counts if one.key == "secondary_efficacy"]
    assert (count.met, count.assessed, count.not_assessed) == (0, 0, 1)


@pytest.mark.parametrize(
    ("lesion", "died", "counts"),
    [
        ("T1", None, (0, 1, 0)),  # complete, and followed
        ("T1", 200, (0, 1, 0)),  # complete, and died
        ("T2", None, (0, 0, 1)),  # never complete: nothing that could progress locally
    ],
)
def test_local_progression_is_answered_only_for_a_zone_that_was_seen_complete(
    crclm_study: Study, lesion, died, counts
):
    done = make().ablations.drop("source_row").filter(patient_id="A", lesion_id=lesion)
    deaths = pl.DataFrame(
        [] if died is None else [{"patient_id": "A", "death_date": day(died)}],
        schema={"patient_id": pl.String, "death_date": pl.Date},
    )
    results = read_ablations(make(ablations=done, deaths=deaths), crclm_study)
    (row,) = [x for x in results.counts if (x.key, x.level) == ("local_progression", "lesion")]
    assert (row.met, row.assessed, row.not_assessed) == counts


def test_data_without_ablations_have_no_ablated_lesion(crclm_study: Study):
    frames = {name: frame for name, frame in make().frames.items() if name != "ablations"}
    results = read_ablations(Dataset.create(frames, source="none"), crclm_study)
    assert results.lesions == results.counts == ()
    assert not any(both.differ for both in results.readings)
    assert ablated_lesions_frame(results).height == 0


def test_a_reading_that_nobody_decided_on_assesses_no_lesion(crclm_study: Study):
    from dataclasses import replace

    from trialwright.analysis.readings import choose_from, read_all_readers

    dataset = make()
    chosen = choose_from(read_all_readers(dataset, crclm_study), dataset, crclm_study)
    undecided = tuple(replace(one, refused="the readers differ") for one in chosen)
    results = follow_ablations(undecided, crclm_study)
    assert results.local_ends == {LocalEnd.NOT_ASSESSED: 4}


def test_a_study_that_leaves_the_policy_open_is_refused(crclm_study: Study):
    content = crclm_study.model_dump(exclude_none=True)
    content["response"]["planned_ablation"] = {"origin": "gap", "needed": "how it counts"}
    with pytest.raises(StudyError, match=r"response\.planned_ablation"):
        read_ablations(make(), type(crclm_study).model_validate(content))


def test_the_virtual_trial_records_its_controls(crclm_study: Study):
    results = read_ablations(simulate_study(crclm_study, seed=5), crclm_study)
    rows = {row.key: row for row in results.counts if row.level == "lesion"}
    assert rows["primary_efficacy"].assessed > 0
    assert rows["primary_efficacy"].assessed + rows["primary_efficacy"].not_assessed == len(
        results.lesions
    )
