"""One value: what it is graded, what the sentence says, and when there is no grade."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trialwright.safety.ctcae import (
    LabValue,
    ManyValues,
    grade_many,
    grade_value,
    read_criteria,
)
from trialwright.safety.ctcae.rule import NO_TERM, NOT_GRADED, compare, round_significant, worse_of
from trialwright.safety.units import known_analytes

ALT = "alanine aminotransferase"


def graded(analyte, direction, sample, version="5.0", digits=15):
    return grade_value(
        read_criteria(version), analyte, direction, sample, significant_digits=digits
    )


def test_a_grade_names_its_threshold_and_its_inputs():
    one = graded(ALT, "high", LabValue(201, "U/L", 9, 40, baseline=25, baseline_range="normal"))
    assert (one.grade, one.least, one.not_graded) == (3, 3, None)
    assert one.rule == "above 5 × the upper limit of 40 U/L"
    assert one.why == (
        "Alanine aminotransferase increased grade 3: 201 U/L is above 5 × the upper limit of "
        "40 U/L (CTCAE 5.0)"
    )


@pytest.mark.parametrize(
    ("analyte", "direction", "sample", "words"),
    [
        (
            ALT,
            "high",
            LabValue(90, "U/L", 9, 40, baseline=60, baseline_range="high"),
            "at least 1.5 × the baseline of 60 U/L",
        ),
        ("platelets", "low", LabValue(20, "10^9/L"), "below 25 × 10^9/L"),
        ("hemoglobin", "low", LabValue(7.9, "g/dL"), "below 8 g/dL"),
        ("hemoglobin", "high", LabValue(20, "g/dL", None, 17),
         "more than 2 g/dL above the upper limit of 17 g/dL"),
        ("leukocytes", "low", LabValue(3.5, "10^9/L", 4), "below the lower limit of 4 × 10^9/L"),
        ("international normalized ratio", "high", LabValue(1.3, None, baseline=1.0), "above 1.2"),
    ],
)  # fmt: skip
def test_each_kind_of_threshold_in_words(analyte, direction, sample, words):
    assert graded(analyte, direction, sample).rule == words


def test_thresholds_of_baseline_and_limit_together_in_words():
    one = graded("alkaline phosphatase", "high", LabValue(130, "U/L", 40, 120, baseline=90), "6.0")
    assert one.rule == "above the upper limit of 120 U/L and the baseline of 90 U/L"


def test_nothing_crossed_is_grade_0_with_a_sentence():
    one = graded("potassium", "low", LabValue(4.1, "mmol/L", 3.5, 5.1))
    assert one.why == "Hypokalemia grade 0: 4.1 mmol/L crosses no threshold (CTCAE 5.0)"


def test_cholesterol_is_compared_in_the_unit_it_was_reported_in():
    """CTCAE gives 300 mg/dL and 7.75 mmol/L, which are not one number."""
    assert graded("cholesterol", "high", LabValue(299.9, "mg/dL", None, 200)).grade == 1
    assert graded("cholesterol", "high", LabValue(7.756, "mmol/L", None, 5.2)).grade == 2


@pytest.mark.parametrize(
    ("analyte", "direction", "sample", "version", "grades", "part"),
    [
        ("lipase", "high", LabValue(201, "U/L", 0, 100), "5.0", (3, 2), "2 without symptoms"),
        ("lipase", "high", LabValue(501, "U/L", 0, 100), "5.0", (4, 3), "3 without symptoms"),
        ("lipase", "high", LabValue(501, "U/L", 0, 100), "4.03", (4, 4), ""),
        (
            "potassium",
            "low",
            LabValue(3.2, "mmol/L", 3.5),
            "5.0",
            (2, 1),
            "1 without symptoms or intervention",
        ),
        ("potassium", "low", LabValue(2.9, "mmol/L", 3.5), "5.0", (3, 3), ""),
        ("sodium", "low", LabValue(126, "mmol/L", 135), "5.0", (3, 2), "2 without symptoms"),
        ("sodium", "low", LabValue(124, "mmol/L", 135), "5.0", (3, 3), ""),
        ("urate", "high", LabValue(500, "umol/L", 0, 420), "5.0", (3, 1), "physiologic"),
        (
            "international normalized ratio",
            "high",
            LabValue(1.6, "1", 0.8, 1.2, baseline=0.9),
            "5.0",
            (2, 2),
            "",
        ),
        (
            "international normalized ratio",
            "high",
            LabValue(1.1, "1", 0.8, 1.2, baseline=0.9),
            "5.0",
            (1, 0),
            "0 without anticoagulation",
        ),
    ],
)
def test_what_a_number_cannot_tell_is_a_range(analyte, direction, sample, version, grades, part):
    one = graded(analyte, direction, sample, version)
    assert (one.grade, one.least) == grades
    assert part in one.why


@pytest.mark.parametrize(
    ("analyte", "direction", "qualifier", "value", "grade"),
    [
        ("platelets", "low", "<", 25, 4),  # anything below 25
        ("platelets", "low", "<=", 25, None),  # 25 itself is grade 3
        ("platelets", "low", "<", 26, None),
        (ALT, "high", "<", 5, 0),
        (ALT, "high", "<", 40, 0),
        (ALT, "high", "<=", 40, 0),
        (ALT, "high", "<", 40.1, None),
        (ALT, "high", ">", 800, 4),  # 20 x 40
        (ALT, "high", ">=", 800, None),
        (ALT, "high", ">", 799, None),
        ("platelets", "low", ">", 125, 0),
        ("platelets", "low", ">=", 125, 0),
        ("platelets", "low", ">", 124, None),
        ("leukocytes", "high", "<", 100, 0),
    ],
)
def test_a_result_below_or_above_a_number_has_the_grade_of_all_it_may_be(
    analyte, direction, qualifier, value, grade
):
    unit = "U/L" if analyte == ALT else "10^9/L"
    low, high = (9, 40) if analyte == ALT else (125, 350)
    one = graded(analyte, direction, LabValue(value, unit, low, high, qualifier))
    assert one.grade == grade
    if grade is None:
        assert "may be grade" in one.not_graded
    else:
        assert f"{qualifier}{value}" in one.why


def test_an_open_result_says_which_grades_it_may_have():
    one = graded(ALT, "high", LabValue(100, "U/L", 9, 40, ">"))
    assert one.not_graded == ">100 U/L may be grade 1 to 4 of Alanine aminotransferase increased"
    one = graded("neutrophils", "low", LabValue(1.6, "10^9/L", None, None, "<"))
    assert one.not_graded == "<1.6 × 10^9/L leaves the grade of Neutrophil count decreased open"


def test_limits_are_needed_only_where_they_decide():
    assert graded("neutrophils", "low", LabValue(1.4, "10^9/L")).grade == 2
    one = graded("neutrophils", "low", LabValue(1.6, "10^9/L"))
    assert one.grade is None
    assert one.not_graded == "Neutrophil count decreased needs the lower limit of normal"
    assert graded(ALT, "high", LabValue(800, "U/L")).not_graded == (
        "Alanine aminotransferase increased needs the upper limit of normal"
    )


def test_a_threshold_that_was_crossed_gives_at_least_its_grade():
    sample = LabValue(310, "umol/L", baseline=100, baseline_range="normal")
    one = graded("creatinine", "high", sample)
    assert one.grade == 3
    assert "at least this grade, the upper limit of normal missing" in one.why


def test_a_baseline_of_unknown_range_counts_as_normal_and_says_so():
    one = graded(ALT, "high", LabValue(50, "U/L", 9, 40))
    assert one.grade == 1
    assert "no range of the baseline is known, which counts as normal" in one.why
    assert "baseline" not in graded(ALT, "high", LabValue(50, "U/L", 9, 40), "4.03").why


def test_a_missing_baseline_of_creatinine_leaves_a_normal_value_open():
    one = graded("creatinine", "high", LabValue(80, "umol/L", 60, 110))
    assert one.not_graded == "Creatinine increased needs a baseline value"


def test_a_low_creatinine_clearance_belongs_to_another_term():
    one = graded("creatinine clearance", "low", LabValue(9, "mL/min"), "6.0")
    assert one.not_graded == (
        "9 mL/min is below 10 mL/min, which CTCAE grades as Acute kidney injury or Chronic kidney "
        "disease"
    )
    assert graded("creatinine clearance", "low", LabValue(25.5, "mL/min"), "6.0").grade == 2


@pytest.mark.parametrize(
    ("analyte", "version", "reason"),
    [
        ("fasting glucose", "5.0", "by its management, not by a number"),
        ("urea", "5.0", "has no numeric grade of too much urea"),
        ("creatine kinase", "6.0", "has no numeric grade of too much creatine kinase"),
    ],
)
def test_terms_that_no_number_grades(analyte, version, reason):
    one = graded(analyte, "high", LabValue(30, "mmol/L", 1, 2), version)
    assert one.grade is None
    assert reason in one.not_graded


def test_an_unknown_unit_leaves_only_multiples_of_a_limit():
    assert graded(ALT, "high", LabValue(201, "furlong", 9, 40)).grade == 3
    one = graded("platelets", "low", LabValue(20, "furlong", 125))
    assert one.not_graded == "Platelet count decreased needs a known unit of platelets"


def test_an_unknown_analyte_is_refused():
    with pytest.raises(ValueError, match=r"unknown analyte 'ALT'; known are alanine"):
        graded("ALT", "high", LabValue(1))


def test_digits_decide_ties():
    """3 x 33.4 is 100.2: to three digits no threshold is crossed, to four it is."""
    sample = LabValue(100.4, "U/L", 9, 33.4)
    assert [graded(ALT, "high", sample, digits=digits).grade for digits in (3, 4, 15)] == [1, 2, 2]


def test_floating_point_noise_crosses_no_threshold():
    assert 3 * 0.7 < 2.1
    sample = LabValue(2.1, "ukat/L", 0.1, 0.7)
    assert graded(ALT, "high", sample).grade == 1


@pytest.mark.parametrize(
    ("number", "digits", "rounded"),
    [
        (123456, 3, 123000),
        (0.00123456, 3, 0.00123),
        (2.25, 2, 2.2),  # halves to even, as R
        (2.35, 2, 2.4),
        (0.0, 5, 0.0),
        (-9.99, 2, -10.0),
        (0.1 + 0.2, 15, 0.3),
    ],
)
def test_rounding_is_that_of_r(number, digits, rounded):
    """``signif`` of R 4.2.2, run once."""
    assert round_significant(number, digits) == rounded


def test_comparison_of_neighbours():
    """To three digits 0.994 lies below 1.004, which is 1."""
    assert [compare(0.994, 1.004, 3), compare(1.004, 0.994, 3), compare(1.0, 1.004, 3)] == [
        -1,
        1,
        0,
    ]


def test_comparison_knows_infinity():
    assert compare(math.inf, 1e300, 15) == 1
    assert compare(1.0, 1.0 + 1e-16, 15) == 0


@pytest.mark.parametrize(
    ("low", "high", "worst"),
    [(0, 0, 0), (2, 0, 2), (0, 3, 3), (NOT_GRADED, 0, NOT_GRADED), (NOT_GRADED, 1, 1),
     (NO_TERM, 0, 0), (NO_TERM, NO_TERM, NO_TERM), (NO_TERM, NOT_GRADED, NOT_GRADED)],
)  # fmt: skip
def test_the_worse_direction_counts(low, high, worst):
    assert worse_of(low, high) == worse_of(high, low) == worst


def test_many_refuse_what_does_not_fit():
    criteria = read_criteria("5.0")
    values = ManyValues.of([0, 1], [1.0, 2.0])
    with pytest.raises(ValueError, match="one length"):
        grade_many(criteria, values._replace(value=np.array([1.0])), significant_digits=15)
    with pytest.raises(ValueError, match=f"between -1 and {len(criteria.places) - 1}"):
        grade_many(criteria, ManyValues.of([-2], [1.0]), significant_digits=15)


def test_many_of_the_first_analyte_and_of_one_that_is_graded_in_one_direction():
    criteria = read_criteria("5.0")
    place = criteria.place(known_analytes()[ALT], "U/L")
    assert (place.number, place.high_span[0]) == (0, 0)
    many = grade_many(criteria, ManyValues.of([0], [201.0], upper=[40.0]), significant_digits=15)
    assert [codes.tolist() for codes in (many.low, many.high, many.worst)] == [[NO_TERM], [3], [3]]
    many = grade_many(criteria, ManyValues.of([0], [math.nan], upper=[40.0]), significant_digits=15)
    assert many.high.tolist() == [NOT_GRADED]


def test_many_of_nothing_and_of_the_unknown():
    criteria = read_criteria("5.0")
    assert grade_many(criteria, ManyValues.of([], []), significant_digits=15).worst.size == 0
    unknown = grade_many(criteria, ManyValues.of([-1], [1.0]), significant_digits=15)
    assert unknown.worst.tolist() == [NO_TERM]
