"""First treatment and baseline: the two dates that everything else is counted from."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import Dataset, baseline_visits, first_treatments, is_dose_given
from trialwright.response import ResponseRules, assess_patient, gather_scans
from trialwright.study import read_study


def day(number: int) -> date:
    return date(2026, 1, number)


def make(**tables: list[tuple]) -> Dataset:
    """Make a data set from rows; the first columns of each table are the ones given here."""
    names = {
        "patients": ("patient_id", "first_treatment_date"),
        "doses": ("patient_id", "start_date", "dose_mg"),
        "ablations": ("patient_id", "ablation_date", "planned"),
        "visits": ("patient_id", "visit", "visit_type"),
        "lesions": ("patient_id", "lesion_id", "role", "organ", "lymph_node"),
        "measurements": ("patient_id", "visit", "scan_date", "lesion_id", "diameter_mm", "state"),
    }
    empty = Dataset.create({}, source="-")
    frames = {
        name: pl.DataFrame(
            rows,
            schema={column: empty.table(name).schema[column] for column in names[name]},
            orient="row",
        )
        for name, rows in tables.items()
    }
    return Dataset.create(frames, source="-")


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"doses": [("P", day(9), 80.0), ("P", day(7), 80.0)]}, {"P": day(7)}),
        ({"doses": [("P", day(3), 0.0), ("P", day(7), 80.0)]}, {"P": day(7)}),
        ({"doses": [("P", day(3), None), ("P", None, 80.0)]}, {}),
        ({"doses": [("P", day(3), -80.0)]}, {}),
        ({"doses": [("P", day(7), 80.0)], "ablations": [("P", day(5), True)]}, {"P": day(5)}),
        ({"doses": [("P", day(7), 80.0)], "ablations": [("P", day(5), False)]}, {"P": day(7)}),
        ({"ablations": [("P", day(5), None)]}, {}),
        ({"patients": [("P", day(2))], "doses": [("P", day(7), 80.0)]}, {"P": day(7)}),
        ({"patients": [("P", day(2)), ("Q", None)], "doses": [("P", day(7), 0.0)]}, {"P": day(2)}),
        ({"patients": [("P", day(4)), ("P", day(2))]}, {"P": day(2)}),
        ({"patients": [("P", day(2))], "ablations": [("P", day(5), True)]}, {"P": day(2)}),
        ({"patients": [("P", day(6))], "ablations": [("P", day(5), True)]}, {"P": day(5)}),
        ({"patients": [("P", day(2))], "doses": [("P", None, 80.0)]}, {"P": day(2)}),
        ({}, {}),
    ],
)
def test_the_first_treatment_is_the_first_dose_or_planned_ablation(tables, expected):
    assert first_treatments(make(**tables)) == expected


def test_a_dose_of_nothing_is_not_given():
    doses = make(doses=[("P", day(1), dose) for dose in (80.0, 0.0, None, -1.0)]).doses
    assert doses.select(is_dose_given()).to_series().to_list() == [True, False, False, False]


def scan(visit: str, number: int, lesion: str = "T1", size: float | None = 30.0, state=None):
    return ("P", visit, day(number), lesion, size, state)


BASELINE, PLANNING = ("P", "base", "baseline"), ("P", "plan", "unscheduled")


@pytest.mark.parametrize(
    ("scans", "visits", "expected"),
    [
        ([scan("base", 2), scan("plan", 5), scan("week 8", 20)], None, "plan"),  # the last
        ([scan("base", 2), scan("plan", 7)], None, "plan"),  # on the day of treatment
        ([scan("base", 2), scan("plan", 5), scan("plan", 8, "T2")], None, "base"),  # reaches over
        ([scan("base", 8)], None, None),
        ([scan("base", 2), scan("plan", 5)], [BASELINE, PLANNING], "base"),  # marked
        ([scan("base", 2), scan("plan", 5)], [PLANNING], "plan"),  # none marked
        ([scan("base", 2), scan("plan", 5)], [BASELINE, ("P", "plan", "baseline")], "plan"),
        ([scan("base", 8), scan("plan", 5)], [BASELINE, PLANNING], "plan"),  # marked, too late
        (  # the marked visit could not be read and was repeated
            [scan("base", 2, size=None, state="not_evaluable"), scan("plan", 5)],
            [BASELINE, PLANNING],
            "plan",
        ),
        ([scan("plan", 5)], [BASELINE, PLANNING], "plan"),  # the marked one was not scanned
        ([], [BASELINE], None),
    ],
)
def test_the_baseline_is_the_last_visit_before_treatment_or_the_one_that_is_marked(
    scans, visits, expected
):
    tables = {"measurements": scans, "doses": [("P", day(7), 80.0)]}
    if visits is not None:
        tables["visits"] = visits
    assert baseline_visits(make(**tables)).get("P") == expected


def test_who_was_not_treated_has_no_baseline():
    assert baseline_visits(make(measurements=[scan("base", 2)], visits=[BASELINE])) == {}


def test_the_response_rules_use_the_same_baseline(root):
    """The rule without marks; ``response`` is to take the marks from here."""
    rules = ResponseRules.of(read_study(root / "examples/crclm/study.toml"))
    dataset = make(
        patients=[("P", None)],
        lesions=[("P", "T1", "target", "liver", False)],
        measurements=[scan("base", 2), scan("plan", 5), scan("week 8", 20)],
        doses=[("P", day(7), 80.0)],
    )
    (scans,) = gather_scans(dataset)
    response = assess_patient(scans, rules)
    assert response.baseline is not None
    assert response.baseline.visit == baseline_visits(dataset)["P"] == "plan"
