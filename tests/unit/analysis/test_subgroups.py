"""Who stands in which subgroup, counted by hand, and what is not known or too much to show."""

from __future__ import annotations

import polars as pl
import pytest
from small_trial import day, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.analysis.subgroups import MOST_SITES, subgroups_of
from trialwright.dataset import Dataset

TREATED = ("CR-1", "PR-2", "SD-3", "PD-4", "NEW-5", "NE-6", "LATE-7")


def found_in(study=None, **columns):
    """Return the subgroups by title; ``columns`` of the table of patients, a value a patient."""
    dataset = make_dataset()
    patients = dataset.patients.with_columns(
        pl.Series(name, [*values, None][:8], dtype=dataset.patients.schema[name])
        for name, values in columns.items()
    )
    frames = {**dataset.frames, "patients": patients}
    analysis = analyse(Dataset.create(frames, source="-"), study or make_study())
    return {one.title: one for one in subgroups_of(analysis)}


def levels(subgroup):
    return {one.label: (one.patients, one.responders) for one in subgroup.levels}


def test_an_age_known_in_part_stands_in_a_level_where_only_one_is_possible():
    # Enrolled in the last days of February 2025
    born = ["1960-02-01", "1960-06-01", "1960", "1959", "1990", None, "1930-01"]
    found = levels(found_in(birth_date=born)["Age, years"])
    assert found["under 65"][0] == ("PR-2", "NEW-5")
    assert found["65 or more"] == (("CR-1", "PD-4", "LATE-7"), ("CR-1",))
    assert found["not known"][0] == ("SD-3", "NE-6")  # 64 or 65; no birth date


def test_each_level_has_the_interval_of_the_study():
    found = found_in(sex=["female", "male", "female", "male", "female", "unknown", "male"])["Sex"]
    assert {one.label: one.estimate.n for one in found.levels} == {
        "female": 3, "male": 3, "not known": 1,
    }  # fmt: skip
    female = found.levels[0].estimate
    assert (female.successes, female.method) == (1, "Clopper-Pearson")
    assert (female.low, female.high) == pytest.approx((0.008404, 0.905701), abs=1e-6)


def test_many_sites_are_not_shown_apart():
    found = found_in(site=["A", "B", "A", "B", "A", "B", "C"])["Site"]
    assert list(levels(found)) == ["A", "B", "C"]
    assert MOST_SITES >= 7
    dataset = make_dataset()
    site = pl.Series("site", [f"site {number}" for number in range(8)])
    frames = {**dataset.frames, "patients": dataset.patients.with_columns(site)}
    few = analyse(Dataset.create(frames, source="-"), make_study())
    assert len(next(one for one in subgroups_of(few) if one.title == "Site").levels) == 7


def test_more_sites_than_can_be_shown_say_so(monkeypatch):
    monkeypatch.setattr("trialwright.analysis.subgroups.MOST_SITES", 2)
    found = found_in(site=["A", "B", "A", "B", "A", "B", "C"])["Site"]
    assert found.levels == ()
    assert found.not_shown == "3 sites, too many to show apart"


def test_nobody_recorded_it():
    found = found_in()["ECOG performance status"]
    assert (found.levels, found.not_shown) == ((), "not recorded of any patient")


def test_the_studys_own_characteristics_stand_in_their_order_and_a_strange_value_last():
    study = make_study()
    content = study.model_dump(exclude_none=True)
    content["characteristics"] = [
        {"name": "ras", "title": "RAS", "basis": "report", "kind": "category",
         "levels": ("wild type", "mutant", "not done")},
        {"name": "cea", "title": "CEA", "basis": "report", "kind": "number", "unit": "ug/L"},
    ]  # fmt: skip
    rows = [("CR-1", "mutant"), ("PR-2", "Wild type"), ("SD-3", "mutant"), ("PD-4", None)]
    values = pl.DataFrame(
        [{"patient_id": name, "characteristic": "ras", "value": value} for name, value in rows]
    )
    dataset = make_dataset()
    data = Dataset.create({**dataset.frames, "characteristics": values}, source="-")
    analysis = analyse(data, type(study).model_validate(content))
    found = {one.title: one for one in subgroups_of(analysis)}
    assert "CEA" not in found
    assert levels(found["RAS"]) == {
        "wild type": (("PR-2",), ("PR-2",)),
        "mutant": (("CR-1", "SD-3"), ("CR-1",)),
        "not done": ((), ()),
        "not known": (("PD-4", "NEW-5", "NE-6", "LATE-7"), ()),
    }
    assert found["RAS"].levels[2].estimate is None


def test_the_tumour_at_baseline():
    found = found_in()
    lesions = levels(found["Liver lesions at baseline"])
    assert lesions["2 to 3"][0] == ("PR-2", "SD-3")
    assert "LATE-7" in lesions["not known"][0]
    sizes = levels(found["Largest liver lesion at baseline, mm"])
    # 30, 40, 30, 30, 50 and 25 mm; a limit belongs to the level below it
    assert sizes["up to 30"][0] == ("CR-1", "SD-3", "PD-4", "NE-6")
    assert sizes["over 30 to 50"][0] == ("PR-2", "NEW-5")
    assert sizes["over 50"][0] == ()


def test_without_a_response_rate_there_are_no_subgroups():
    dataset = make_dataset()
    frames = {
        name: frame.filter(pl.col("patient_id") == "OUT-8")
        for name, frame in dataset.frames.items()
    }
    assert subgroups_of(analyse(Dataset.create(frames, source="-"), make_study())) == ()


def test_the_day_of_reference_is_consent_where_it_is_dated():
    born, consent = ["1960-03-01"] * 7, [day(0)] * 7  # 65 on 1 March 2025
    assert len(levels(found_in(birth_date=born)["Age, years"])["under 65"][0]) > 0
    consented = levels(found_in(birth_date=born, consent_date=consent)["Age, years"])
    assert consented["65 or more"][0] == TREATED
