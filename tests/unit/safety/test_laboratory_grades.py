"""Laboratory tables: baselines, windows, grades, and what stays without one."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from trialwright.dataset import Dataset
from trialwright.safety.course import gather_courses
from trialwright.safety.laboratory import (
    SCHEMA,
    check_laboratory,
    grade_laboratory,
    shift_table,
    worst_laboratory_grades,
)

FIRST = date(2026, 3, 10)
ALT = {"test": "ALT", "unit": "U/L", "lower_limit": 9.0, "upper_limit": 40.0}


def day(number):
    return FIRST + timedelta(days=number)


def lab(number, value, *, patient="P1", **others):
    return {"patient_id": patient, "sample_date": day(number), "value": value, **ALT, **others}


def make(*labs, ablations=(), **frames):
    """Make a trial of one patient, treated from day 0 to day 60, with these laboratory rows."""
    doses = pl.DataFrame(
        {"patient_id": ["P1"], "drug": ["Regorafenib"], "start_date": [FIRST],
         "end_date": [day(60)], "dose_mg": [80.0]}
    )  # fmt: skip
    rows = [{**row, "source_row": at} for at, row in enumerate(labs, start=2)]
    tables = {"doses": doses, "labs": pl.DataFrame(rows, infer_schema_length=None)}
    if ablations:
        tables["ablations"] = pl.DataFrame(
            {"patient_id": "P1", "lesion_id": "T1", "modality": "RFA", "planned": True,
             "ablation_date": [day(number) for number in ablations]}
        )  # fmt: skip
    return Dataset.create({**tables, **frames}, source="made in code")


@pytest.fixture
def grade(crclm_study, settle):
    def run(*labs, version="5.0", **options):
        study = settle(crclm_study, safety__ctcae_version=version)
        return grade_laboratory(make(*labs, **options), study)

    return run


def one(frame, row=0):
    return frame.row(row, named=True)


def test_one_row_a_row_in_its_order_with_the_columns_of_the_schema(grade):
    rows = grade(lab(5, 50), lab(-3, 20), lab(1, None), lab(2, 10, test="Colour"))
    assert dict(rows.schema) == SCHEMA
    assert rows["source_row"].to_list() == [2, 3, 4, 5]
    assert rows["value"].to_list() == [50, 20, None, 10]


def test_study_days_have_no_day_0(grade):
    assert grade(lab(-1, 20), lab(0, 20), lab(1, 20))["day"].to_list() == [-1, 1, 2]


def test_the_baseline_is_the_last_sample_up_to_the_first_treatment(grade):
    rows = grade(lab(-9, 20), lab(0, 30), lab(-2, 25), lab(1, 90))
    assert rows["is_baseline"].to_list() == [False, True, False, False]
    assert rows["baseline"].to_list() == [30.0] * 4


def test_of_two_samples_of_one_day_the_later_row_is_the_baseline(grade):
    assert grade(lab(-2, 20), lab(-2, 22))["is_baseline"].to_list() == [False, True]


def test_a_value_that_cannot_be_used_is_no_baseline(grade):
    rows = grade(
        lab(-3, 20), lab(-2, None), lab(-1, -4), lab(-1, 9, unit="parsec"), lab(0, 8, upper_limit=1)
    )
    assert rows["is_baseline"].to_list() == [True, False, False, False, False]


def test_an_abnormal_baseline_is_what_later_values_are_multiples_of(grade):
    rows = grade(lab(-2, 80), lab(9, 119), lab(16, 120), lab(23, 241))
    assert rows["grade"].to_list() == [0, 0, 1, 2]
    assert rows["baseline_grade"].to_list() == [0] * 4
    assert "at least 1.5 × the baseline of 80 U/L" in rows["why"][2]
    assert grade(lab(-2, 80), lab(9, 119), version="4.03")["grade"].to_list() == [1, 1]
    assert grade(lab(-2, 80), lab(9, 119), version="6.0")["grade"].to_list() == [1, 1]


def test_a_baseline_in_another_unit_is_converted(grade):
    rows = grade(
        lab(-2, 1.0, unit="ukat/L", lower_limit=0.15, upper_limit=0.67), lab(9, 181), lab(16, 180)
    )
    assert rows["baseline"].to_list() == [60.0] * 3
    assert rows["grade"].to_list() == [0, 2, 1]
    assert rows["standard_value"].to_list() == [60.0, 181.0, 180.0]
    assert rows["standard_upper"].to_list() == pytest.approx([40.2, 40.0, 40.0])
    assert rows["standard_unit"].to_list() == ["U/L"] * 3


def test_names_of_one_test_share_a_baseline(grade):
    rows = grade(lab(-2, 80, test="SGPT"), lab(9, 119), lab(9, 119, test="alat"))
    assert rows["grade"].to_list() == [0, 0, 0]
    assert set(rows["analyte"]) == {"alanine aminotransferase"}


def test_a_baseline_known_only_as_below_is_normal_and_no_number(grade):
    rows = grade(lab(-2, 5, qualifier="<"), lab(9, 121))
    assert rows["baseline"].to_list() == [None, None]
    assert rows["is_baseline"].to_list() == [True, False]
    assert rows["grade"].to_list() == [0, 2]
    assert "no range of the baseline" not in rows["why"][1]


@pytest.mark.parametrize(
    ("value", "qualifier", "range_"),
    [(50, "<", None), (40, "<", None), (9, "<", "low"), (40, ">", "high"), (30, ">", None),
     (41, None, "high"), (8, None, "low"), (9, None, "normal"), (40, None, "normal")],
)  # fmt: skip
def test_the_range_of_a_result_known_in_part(value, qualifier, range_):
    from trialwright.safety.laboratory_samples import Sample

    row = {**lab(0, value), "qualifier": qualifier, "source_row": 2}
    assert Sample.read(row).range == range_


def test_a_range_with_one_limit():
    from trialwright.safety.laboratory_samples import Sample

    row = {**lab(0, 5.0, lower_limit=None), "qualifier": "<", "source_row": 2}
    assert Sample.read(row).range == "normal"
    assert Sample.read({**row, "upper_limit": None}).range is None


def test_a_patient_without_treatment_has_no_baseline_and_no_day(grade):
    row = one(grade(lab(3, 130, patient="P9")))
    assert (row["day"], row["baseline"], row["on_treatment"], row["is_baseline"]) == (
        None,
        None,
        False,
        False,
    )
    assert row["grade"] == 2


def test_on_treatment_ends_with_the_window(grade):
    rows = grade(lab(0, 20), lab(1, 20), lab(90, 20), lab(91, 20), lab(5, 20, sample_date=None))
    assert rows["on_treatment"].to_list() == [False, True, True, False, False]


def test_a_new_treatment_ends_it_too(grade):
    therapies = pl.DataFrame(
        {"patient_id": ["P1"], "therapy": ["FOLFIRI"], "start_date": [day(70)]}
    )
    rows = grade(lab(69, 20), lab(71, 20), therapies=therapies)
    assert rows["on_treatment"].to_list() == [True, False]


def test_values_after_an_ablation_lie_in_a_bucket_of_their_own(grade):
    samples = (lab(29, 20), lab(30, 300), lab(37, 30), lab(38, 30), lab(40, 30))
    rows = grade(*samples, ablations=(30, 40))
    assert rows["days_after_ablation"].to_list() == [None, 0, 7, 8, 0]
    assert rows["procedural"].to_list() == [False, True, True, False, True]


def test_on_the_day_of_the_first_treatment_a_sample_comes_before_the_ablation(grade):
    rows = grade(lab(0, 20), lab(1, 200), ablations=(0,))
    assert rows["days_after_ablation"].to_list() == [None, 1]
    assert rows["is_baseline"].to_list() == [True, False]


def test_both_directions_and_the_worse_one(grade):
    potassium = {"test": "K", "unit": "mmol/L", "lower_limit": 3.5, "upper_limit": 5.1}
    rows = grade(lab(2, 4.0, **potassium), lab(3, 2.4, **potassium), lab(4, 6.5, **potassium))
    assert rows["low_grade"].to_list() == [0, 4, 0]
    assert rows["high_grade"].to_list() == [0, 0, 3]
    assert rows["grade"].to_list() == [0, 4, 3]
    assert rows["low_term"][0] == "Hypokalemia"
    assert rows["high_term"][0] == "Hyperkalemia"
    assert "Hypokalemia grade 4" in rows["why"][1]
    assert "Hyperkalemia" not in rows["why"][1]
    assert "Hypokalemia grade 0" in rows["why"][0]
    assert "Hyperkalemia grade 0" in rows["why"][0]


def test_a_direction_without_grade_leaves_no_grade_0(grade):
    glucose = {"test": "GLUC", "unit": "mmol/L", "lower_limit": 3.9, "upper_limit": 6.1}
    rows = grade(lab(2, 5.0, **glucose), lab(3, 3.5, **glucose))
    assert rows["low_grade"].to_list() == [0, 1]
    assert rows["high_grade"].to_list() == [None, None]
    assert rows["grade"].to_list() == [None, 1]
    assert "by its management" in rows["not_graded"][0]
    assert rows["not_graded"][1] is None


def test_the_least_grade_stands_beside_the_worst(grade):
    row = one(grade(lab(5, 250, test="Lipase", lower_limit=0, upper_limit=100)))
    assert (row["grade"], row["least_grade"]) == (3, 2)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"test": "Colour"}, "unknown test 'Colour'"),
        ({"unit": "parsec"}, "unknown unit 'parsec' of alanine aminotransferase"),
        ({"unit": None}, "no unit of alanine aminotransferase"),
        ({"value": None}, "no value"),
        ({"value": -1.0}, "a negative value, -1"),
        ({"upper_limit": 5.0}, "the lower limit 9 is above the upper limit 5"),
        ({"upper_limit": None}, "Alanine aminotransferase increased needs the upper limit"),
        ({"test": "TSH", "unit": "mIU/L"}, "CTCAE 5.0 has no numeric grade of thyrotropin"),
        ({"test": "CA", "unit": "mmol/L"}, "CTCAE grades calcium corrected for albumin"),
        ({"qualifier": "<", "value": 70.0}, "<70 U/L may be grade 0 to 1 of Alanine"),
    ],
)
def test_what_is_not_graded_says_why(grade, changes, reason):
    row = one(grade({**lab(5, 50.0), **changes}))
    assert row["grade"] is None
    assert row["not_graded"].startswith(reason)


def test_a_ratio_needs_no_unit(grade):
    row = one(grade(lab(5, 1.6, test="INR", unit=None, lower_limit=0.8, upper_limit=1.2)))
    assert (row["grade"], row["standard_unit"]) == (2, "1")


def test_the_multiple_of_the_upper_limit(grade):
    rows = grade(lab(5, 120), lab(6, 120, upper_limit=None), lab(7, 120, upper_limit=0.0))
    assert rows["upper_ratio"].to_list() == [3.0, None, None]


def test_courses_may_be_given(crclm_study):
    data = make(lab(5, 130))
    given = grade_laboratory(data, crclm_study, gather_courses(data, crclm_study))
    assert given.equals(grade_laboratory(data, crclm_study))


def test_no_laboratory_rows_no_grades(crclm_study):
    rows = grade_laboratory(Dataset.create({}, source="-"), crclm_study)
    assert rows.height == 0
    assert dict(rows.schema) == SCHEMA
    assert shift_table(rows).height == 0


# --- Worst grades and shifts


def test_worst_grades_outside_and_inside_the_days_after_an_ablation(grade):
    rows = grade(
        lab(-2, 20), lab(10, 130), lab(12, 150), lab(31, 900), lab(95, 900), ablations=(30,)
    )
    worst = worst_laboratory_grades(rows)
    assert worst.select("bucket", "worst_grade", "worst_date", "worst_row", "values").rows() == [
        ("on treatment", 2, day(10), 3, 2),
        ("after ablation", 4, day(31), 5, 1),
    ]
    assert worst["baseline_grade"].to_list() == [0, 0]
    assert set(worst["term"]) == {"Alanine aminotransferase increased"}


def test_ungraded_values_are_counted_and_never_grade_0(grade):
    worst = worst_laboratory_grades(grade(lab(5, 50, upper_limit=None), lab(6, None)))
    assert worst.select("worst_grade", "worst_date", "values", "not_graded").rows() == [
        (None, None, 2, 2)
    ]


def test_shifts_add_up_and_a_missing_baseline_is_a_row(crclm_study, settle):
    doses = pl.DataFrame(
        {"patient_id": ["P1", "P2", "P3"], "drug": "Regorafenib", "start_date": FIRST,
         "end_date": day(60), "dose_mg": 80.0}
    )  # fmt: skip
    labs = (
        lab(-2, 20), lab(5, 130),
        lab(-2, 30, patient="P2"), lab(5, 140, patient="P2"),
        lab(5, 900, patient="P3"),
    )  # fmt: skip
    study = settle(crclm_study, safety__ctcae_version="4.03")
    shifts = shift_table(grade_laboratory(make(*labs, doses=doses), study))
    assert shifts.select("baseline_grade", "worst_grade", "patients").rows() == [
        (0, 2, 2),
        (None, 4, 1),
    ]


# --- Findings


def test_unknown_tests_and_units_are_findings(crclm_study):
    data = make(
        lab(1, 20),
        lab(1, 20, test="ALTT"),
        lab(2, 20, test="ALTT", patient="P2"),
        lab(3, 20, unit="mg"),
        lab(4, 20, test="Colour"),
    )
    found = {one.rule + (one.field or ""): one for one in check_laboratory(data, crclm_study)}
    assert len(check_laboratory(data, crclm_study)) == 3
    colour = next(one for one in check_laboratory(data, crclm_study) if "Colour" in one.message)
    assert colour.mend.endswith("else nothing to do")
    misspelt = next(one for one in check_laboratory(data, crclm_study) if "ALTT" in one.message)
    assert (misspelt.rule, misspelt.severity, misspelt.row) == ("lab.unknown_test", "warning", 3)
    assert (misspelt.patient, misspelt.patients) == ("P1", ("P1", "P2"))
    assert "its 2 rows of 2 patients are listed and not graded" in misspelt.message
    assert misspelt.mend.startswith("write alanine aminotransferase")
    unit = found["lab.unknown_unitunit"]
    assert (unit.severity, unit.row, unit.table) == ("error", 5, "labs")
    assert unit.mend == "write the unit; known of alanine aminotransferase: U/L, ukat/L, nkat/L"


def test_limits_that_grades_need_are_missed(crclm_study):
    data = make(
        lab(1, 20, upper_limit=None),
        lab(2, 20, lower_limit=None),  # no grade of ALT needs it
        lab(3, 3, test="TSH", unit="mIU/L", lower_limit=None, upper_limit=None),
    )
    (found,) = check_laboratory(data, crclm_study)
    assert (found.rule, found.severity, found.row) == ("lab.limit_missing", "warning", 2)
    assert "ALT has no upper limit of normal in 1 row; CTCAE 5.0 grades from it" in found.message


def test_findings_name_the_source(crclm_study):
    (found,) = check_laboratory(make(lab(1, 20, test="ALTT")), crclm_study)
    assert found.source == "made in code"
    assert str(found).startswith("warning: made in code, labs row 2, patient P1: the test 'ALTT'")


def bilirubin(number, value, upper, unit="umol/L", **others):
    return lab(number, value, test="Bilirubin", unit=unit, upper_limit=upper, lower_limit=None,
               **others)  # fmt: skip


def implausible(data, study):
    found = (one for one in check_laboratory(data, study) if "implausible" in one.rule)
    return [(one.row, one.patients) for one in found]


def test_a_limit_in_another_unit_than_its_value_is_found(crclm_study):
    """Bilirubin in umol/L with the limit of mg/dL, 1.2, would be 6 times the upper limit."""
    usual = [bilirubin(number, 8, 21.0, patient=f"P{number}") for number in range(1, 6)]
    data = make(*usual, bilirubin(7, 7.7, 1.2, patient="P9"))
    assert implausible(data, crclm_study) == [(7, ("P9",))]
    turned = make(*usual, bilirubin(7, 0.5, 21.0, unit="mg/dL", patient="P9"))
    assert implausible(turned, crclm_study) == [(7, ("P9",))]


def test_limits_of_laboratories_that_differ_and_of_units_that_do_are_plausible(crclm_study):
    usual = [bilirubin(number, 8, 21.0) for number in range(1, 6)]
    data = make(*usual, bilirubin(7, 7.7, 34.0), bilirubin(8, 0.5, 1.2, unit="mg/dL"))
    assert implausible(data, crclm_study) == []
