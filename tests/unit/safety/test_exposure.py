"""Exposure of patients: amounts, intensities, gaps, ends, and what is not derived."""

from __future__ import annotations

import polars as pl
import pytest

from planned_drugs import day, dosed, exposure_of, plan
from trialwright.safety.exposure import derive_exposure
from trialwright.safety.exposure_checks import check_exposure
from trialwright.safety.exposure_summary import summarise_exposure

AS_PLANNED = ((0, 20, 80), (28, 48, 80))


@pytest.fixture
def study(crclm_study):
    return plan(crclm_study)


def test_as_planned(study):
    row = exposure_of(dosed(*AS_PLANNED), study)
    assert row | {
        "first_dose": day(0), "last_dose": day(48), "duration_days": 56, "days_given": 42,
        "doses_given": 42, "doses_expected": 42, "cumulative_mg": 3360.0, "planned_mg": 3360.0,
        "dose_intensity_mg_per_week": 420.0, "relative_dose_intensity": 1.0, "interruptions": 0,
        "days_left_out": 0, "longest_gap_days": 0, "reductions": 0, "lowest_dose_mg": 80.0,
        "gaps": [], "notes": None, "not_derived": None,
    } == row  # fmt: skip
    assert row["why"] == (
        f"3,360 mg on 42 days from {day(0)} to {day(48)}; planned 3,360 mg in that time: 80 mg on "
        "21 of 28 days"
    )


@pytest.mark.parametrize("dose", [80.0, 120.0, 160.0])
def test_one_cycle_of_the_label(crclm_study, dose):
    """Domain section 7.5: 1,680, 2,520 and 3,360 mg a cycle of 28 days."""
    row = exposure_of(dosed((0, 20, dose)), plan(crclm_study, dose_mg=dose))
    assert row["cumulative_mg"] == row["planned_mg"] == {80: 1680, 120: 2520, 160: 3360}[dose]
    assert row["duration_days"] == 28


def test_rest_days_that_do_not_count(study, settle):
    other = settle(study, safety__rest_days_count=False)
    row = exposure_of(dosed(*AS_PLANNED), other)
    assert (row["duration_days"], row["dose_intensity_mg_per_week"]) == (49, 480.0)
    assert row["relative_dose_intensity"] == 1.0


def test_a_reduction_and_an_interruption(study):
    data = dosed((0, 9, 80), (10, 16, 0, "held for grade 3 fatigue"), (17, 20, 40), (28, 48, 40))
    row = exposure_of(data, study)
    assert row["cumulative_mg"] == 10 * 80 + 25 * 40
    assert row["relative_dose_intensity"] == 1800 / 3360
    assert (row["interruptions"], row["longest_gap_days"], row["days_left_out"]) == (1, 7, 7)
    assert (row["reductions"], row["lowest_dose_mg"]) == (1, 40.0)
    assert row["gaps"] == [f"{day(10)} to {day(16)}, 7 days due: held for grade 3 fatigue"]


def test_a_short_gap_is_no_interruption(study):
    row = exposure_of(dosed((0, 9, 80), (16, 20, 80)), study)
    assert (row["interruptions"], row["longest_gap_days"]) == (0, 6)
    assert row["gaps"][0].endswith("no reason recorded")


def test_what_follows_the_last_dose_is_no_gap(study):
    row = exposure_of(dosed((0, 9, 80), (10, 20, 0, "stopped after grade 4 rash")), study)
    assert (row["relative_dose_intensity"], row["interruptions"]) == (1.0, 0)
    assert row["last_dose"] == day(9)
    assert row["notes"] == "left out after the last dose: stopped after grade 4 rash"


def test_doses_left_out_before_the_first_and_after_the_last_make_no_cycle(study):
    data = dosed((-7, -1, 0, "not fit"), (0, 20, 80), (28, 48, 0, "held"))
    row = exposure_of(data, study)
    assert (row["relative_dose_intensity"], row["duration_days"]) == (1.0, 28)
    assert row["notes"] == (
        "left out before the first dose: not fit; left out after the last dose: held"
    )


def test_an_infusion_left_out_may_be_written_as_many_days(crclm_study):
    study = plan(crclm_study, "Toripalimab", 240.0, 21, 1)
    data = dosed((0, 0, 240), (21, 30, 0), (42, 42, 240), drug="Toripalimab")
    assert exposure_of(data, study, "Toripalimab")["relative_dose_intensity"] == 2 / 3
    assert check_exposure(data, study) == ()


def test_infusions(crclm_study):
    study = plan(crclm_study, "Toripalimab", 240.0, 21, 1)
    data = dosed((0, None, 240), (21, 21, 0, "held"), (42, None, 240), drug="toripalimab")
    row = exposure_of(data, study, "Toripalimab")
    assert (row["doses_given"], row["doses_expected"], row["duration_days"]) == (2, 3, 63)
    assert row["relative_dose_intensity"] == 2 / 3
    assert (row["interruptions"], row["longest_gap_days"]) == (1, 21)
    assert row["notes"] is None  # a row without an end is one infusion


def test_the_plan_to_date(study):
    row = exposure_of(dosed(*AS_PLANNED), study)
    assert row["planned_to_date_mg"] == (3 * 21 + 17) * 80  # alive on day 100: 3 cycles, 17 days
    assert row["ongoing"] is None  # ends were not collected
    end = pl.DataFrame({
        "patient_id": ["P1", "P1"], "scope": ["treatment", "drug"], "drug": [None, "regorafenib"],
        "end_date": [day(60), day(55)], "reason": ["PD", "rash"],
        "reason_category": ["progression", "adverse event"],
    })  # fmt: skip
    row = exposure_of(dosed(*AS_PLANNED, dispositions=end), study)
    assert (row["planned_to_date_mg"], row["stopped_for"]) == (3360.0, "adverse event")
    assert row["ongoing"] is False
    row = exposure_of(dosed(*AS_PLANNED, dispositions=end.head(1)), study)
    assert row["stopped_for"] == "progression"
    row = exposure_of(dosed(*AS_PLANNED, dispositions=end.clear()), study)
    assert (row["ongoing"], row["stopped_for"]) == (True, None)


def test_a_drug_never_given_and_a_patient_never_treated(crclm_study):
    rows = derive_exposure(dosed((0, 20, 80)), crclm_study).rows(named=True)
    assert [row["drug"] for row in rows] == ["Regorafenib", "Toripalimab"]
    never = rows[1]
    assert (never["doses_given"], never["cumulative_mg"], never["why"]) == (0, 0.0, "never given")
    assert (never["first_dose"], never["relative_dose_intensity"]) == (None, None)
    assert never["ongoing"] is False
    assert derive_exposure(dosed(), crclm_study).is_empty()
    held = dosed((0, 20, 0, "not fit"), ablations=_ablation())
    assert exposure_of(held, plan(crclm_study))["why"] == "never given: not fit"


def _ablation():
    return pl.DataFrame({"patient_id": ["P1"], "lesion_id": ["T2"], "ablation_date": [day(10)],
                         "modality": ["RFA"], "planned": [True]})  # fmt: skip


def test_doses_that_were_not_collected_are_not_zero(study):
    data = dosed(ablations=_ablation())
    without = type(data)({k: v for k, v in data.frames.items() if k != "doses"}, data.source)
    row = exposure_of(without, study)
    assert (row["doses_given"], row["not_derived"]) == (None, "doses were not collected")


@pytest.mark.parametrize(
    ("rows", "rule", "words"),
    [
        (((0, 20, 80), (20, 30, 40)), "dose.overlap", "overlap"),
        (((0, 40, 80), (5, 8, 40), (30, 35, 40)), "dose.overlap", "overlap"),
        (((0, 20, 80), (10, 12, 0)), "dose.overlap", "overlap"),
        (((0, None, 80), (28, 48, 80)), "dose.open", "has no end"),
    ],
)
def test_rows_from_which_nothing_is_derived(study, rows, rule, words):
    data = dosed(*rows)
    row = exposure_of(data, study)
    assert words in row["not_derived"]
    assert row["first_dose"] == day(0)
    amounts = ("cumulative_mg", "relative_dose_intensity", "days_given", "interruptions")
    assert {row[name] for name in amounts} == {None}
    found = check_exposure(data, study)
    assert [one.rule for one in found] == [rule] * (len(rows) - 1)
    assert all(one.severity == "warning" and one.patient == "P1" and one.mend for one in found)
    assert all(one.source == "made in a test" for one in found)
    assert summarise_exposure(derive_exposure(data, study))["not_derived"].to_list() == [1]


def test_an_infusion_that_goes_on_for_days(crclm_study):
    study = plan(crclm_study, "Toripalimab", 240.0, 21, 1)
    data = dosed((0, 20, 240), drug="Toripalimab")
    assert "number of doses is not known" in exposure_of(data, study, "Toripalimab")["not_derived"]
    assert [one.rule for one in check_exposure(data, study)] == ["dose.repeated"]


def test_rows_that_the_data_checks_refuse_are_not_derived_and_not_told_twice(study):
    for frame in (
        {"dose_mg": [None]}, {"dose_mg": [-1.0]}, {"end_date": [day(-1)]}, {"start_date": [None]},
    ):  # fmt: skip
        data = dosed((0, 20, 80), ablations=_ablation())
        (name, values), doses = next(iter(frame.items())), data.doses
        column = pl.Series(name, values, dtype=doses.schema[name])
        changed = type(data)({**data.frames, "doses": doses.with_columns(column)}, data.source)
        assert exposure_of(changed, study)["not_derived"]
        assert check_exposure(changed, study) == ()


def test_an_open_last_row_counts_its_first_day(study):
    row = exposure_of(dosed((0, 20, 80), (28, None, 80)), study)
    assert (row["days_given"], row["relative_dose_intensity"]) == (22, 1.0)
    assert row["notes"] == f"a dose row of {day(28)} has no end: its first day is counted"


def test_doses_that_the_study_does_not_plan(study):
    data = dosed((0, 24, 80), (28, 30, 120))
    row = exposure_of(data, study)
    assert row["notes"] == "up to 120 mg, above the planned 80 mg; given on 4 planned rest days"
    assert [one.rule for one in check_exposure(data, study)] == [
        "dose.above_plan", "dose.on_rest_days",
    ]  # fmt: skip
    assert "below the planned 80 mg" in exposure_of(dosed((0, 20, 40)), study)["notes"]


def test_a_drug_that_the_study_does_not_name(study):
    data = dosed((0, 20, 200), drug="Aspirin")
    row = exposure_of(data, study, "Aspirin")
    assert (row["cumulative_mg"], row["planned_mg"]) == (4200.0, None)
    assert "the study does not name this drug" in row["why"]
    assert [one.rule for one in check_exposure(data, study)] == ["dose.unknown_drug"]


def test_clean_doses_have_no_finding(study):
    assert check_exposure(dosed(*AS_PLANNED), study) == ()


def test_the_summary(study):
    half = derive_exposure(dosed((0, 20, 40)), study)
    whole = derive_exposure(dosed(*AS_PLANNED), study)
    most = derive_exposure(dosed((0, 13, 80), (14, 20, 40)), study)  # 25/30 = 0.83
    (row,) = summarise_exposure(pl.concat([half, whole, most, half])).rows(named=True)
    assert (row["patients"], row["given"], row["derived"]) == (4, 4, 4)
    assert (row["below_70"], row["below_80"], row["below_70_share"]) == (2, 2, 0.5)
    assert row["intensity_q1"] == 0.5
    assert row["intensity_median"] == pytest.approx((0.5 + 5 / 6) / 2)
    assert row["intensity_q3"] == pytest.approx(5 / 6 + (1 - 5 / 6) / 4)
    assert (row["reduced"], row["interrupted"]) == (1, 0)


@pytest.mark.parametrize(("dose", "below"), [(56, (0, 1)), (64, (0, 0)), (55.9, (1, 1))])
def test_seventy_percent_is_not_below_seventy(study, dose, below):
    (row,) = summarise_exposure(derive_exposure(dosed((0, 20, dose)), study)).rows(named=True)
    assert (row["below_70"], row["below_80"]) == below


def test_the_summary_of_a_drug_that_nobody_was_given(crclm_study):
    _, never = summarise_exposure(derive_exposure(dosed((0, 20, 80)), crclm_study)).rows(named=True)
    assert (never["patients"], never["given"], never["derived"]) == (1, 0, 0)
    assert (never["below_70_share"], never["intensity_median"]) == (None, None)
    assert never["cumulative_mg_median"] is None
