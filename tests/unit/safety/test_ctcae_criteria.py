"""The criteria as data: the thresholds of domain report 7.2, and what every version must hold."""

from __future__ import annotations

import itertools

import pytest

from trialwright.safety.ctcae import VERSIONS, LabValue, grade_value, read_criteria
from trialwright.safety.ctcae.criteria import CROSSING, OF, WHEN
from trialwright.safety.units import known_analytes

# Domain report 7.2: the last value of grades 0, 1, 2, 3 (a boundary belongs to the lower grade), as
# a multiple of the limit or of an abnormal baseline, or in a unit.
BY_UPPER_LIMIT = {
    "alanine aminotransferase": (1, 3, 5, 20),
    "aspartate aminotransferase": (1, 3, 5, 20),
    "alkaline phosphatase": (1, 2.5, 5, 20),
    "gamma-glutamyl transferase": (1, 2.5, 5, 20),
    "bilirubin": (1, 1.5, 3, 10),
    "creatine kinase": (1, 2.5, 5, 10),
    "activated partial thromboplastin time": (1, 1.5, 2.5),
    "creatinine": (1, 1.5, 3, 6),
    "lipase": (1, 1.5, 2, 5),
    "amylase": (1, 1.5, 2, 5),
}
BY_ABNORMAL_BASELINE = {  # 6.0 where it differs
    ("5.0", "alanine aminotransferase"): (1.5, 3, 5, 20),
    ("5.0", "alkaline phosphatase"): (2, 2.5, 5, 20),
    ("5.0", "bilirubin"): (1, 1.5, 3, 10),
    ("6.0", "aspartate aminotransferase"): (1, 1.5, 2, 4),
    ("6.0", "gamma-glutamyl transferase"): (1, 1.5, 3, 10),
    ("6.0", "bilirubin"): (1, 1.5, 2.5, 10),
}
FALLING = {  # with limit of normal, then the last values of grades 1, 2, 3
    ("5.0", "neutrophils", "10^9/L"): (2, 1.5, 1.0, 0.5),
    ("5.0", "leukocytes", "10^9/L"): (4, 3, 2, 1),
    ("5.0", "lymphocytes", "10^9/L"): (1, 0.8, 0.5, 0.2),
    ("5.0", "platelets", "10^9/L"): (125, 75, 50, 25),
    ("6.0", "platelets", "10^9/L"): (125, 75, 50, 10),
    ("5.0", "hemoglobin", "g/L"): (130, 100, 80),
    ("5.0", "albumin", "g/L"): (35, 30, 20),
    ("5.0", "calcium corrected for albumin", "mmol/L"): (2.2, 2.0, 1.75, 1.5),
    ("5.0", "magnesium", "mmol/L"): (0.7, 0.5, 0.4, 0.3),
    ("5.0", "glucose", "mmol/L"): (3.9, 3.0, 2.2, 1.7),
    ("4.03", "phosphate", "mmol/L"): (0.85, 0.8, 0.6, 0.3),
}
RISING = {
    ("5.0", "sodium", "mmol/L"): (145, 150, 155, 160),
    ("5.0", "potassium", "mmol/L"): (5.1, 5.5, 6, 7),
    ("5.0", "calcium corrected for albumin", "mmol/L"): (2.6, 2.9, 3.1, 3.4),
    ("5.0", "cholesterol", "mmol/L"): (5.2, 7.75, 10.34, 12.92),
    ("5.0", "triglycerides", "mmol/L"): (1.71, 3.42, 5.7, 11.4),
    ("6.0", "fasting glucose", "mmol/L"): (6.1, 8.9, 13.9, 27.8),
}
STEP = 1e-6  # of the value: a step over the boundary


def grade(version, analyte, direction, sample):
    criteria = read_criteria(version)
    return grade_value(criteria, analyte, direction, sample, significant_digits=15).grade


def climb(version, analyte, direction, boundaries, sample_at):
    """Check the grade on each boundary and one step past it."""
    step = 1 + STEP if direction == "high" else 1 - STEP
    for last, boundary in enumerate(boundaries):
        at, past = sample_at(boundary), sample_at(boundary * step)
        assert grade(version, analyte, direction, at) == last, (analyte, boundary)
        assert grade(version, analyte, direction, past) == last + 1, (analyte, boundary)


@pytest.mark.parametrize("analyte", BY_UPPER_LIMIT)
def test_multiples_of_the_upper_limit(analyte):
    unit = known_analytes()[analyte].standard_unit
    climb(
        "5.0",
        analyte,
        "high",
        BY_UPPER_LIMIT[analyte],
        lambda times: (
            LabValue(40 * times, unit, 10, 40, baseline=40.0, baseline_range="normal")
            if analyte != "creatinine"
            else LabValue(40 * times, unit, 10, 40, baseline=1e6, baseline_range="high")
        ),
    )


@pytest.mark.parametrize(("version", "analyte"), BY_ABNORMAL_BASELINE)
def test_multiples_of_an_abnormal_baseline(version, analyte):
    unit = known_analytes()[analyte].standard_unit
    first, *others = BY_ABNORMAL_BASELINE[version, analyte]

    def at(times):
        return LabValue(60 * times, unit, 10, 40, baseline=60.0, baseline_range="high")

    for last, times in enumerate(others, start=1):
        assert grade(version, analyte, "high", at(times)) == last
        assert grade(version, analyte, "high", at(times * (1 + STEP))) == last + 1
    opens = (version, analyte) == ("5.0", "bilirubin")  # > 1.0, the others from their first number
    assert grade(version, analyte, "high", at(first)) == (0 if opens else 1)
    assert grade(version, analyte, "high", at(first * (1 + STEP))) == 1
    assert grade(version, analyte, "high", at(first * (1 - STEP))) == 0


@pytest.mark.parametrize(("version", "analyte", "unit"), FALLING)
def test_thresholds_that_a_value_falls_below(version, analyte, unit):
    boundaries = FALLING[version, analyte, unit]
    climb(
        version, analyte, "low", boundaries, lambda value: LabValue(value, unit, boundaries[0], 1e9)
    )


@pytest.mark.parametrize(("version", "analyte", "unit"), RISING)
def test_thresholds_that_a_value_rises_above(version, analyte, unit):
    boundaries = RISING[version, analyte, unit]
    limits = (0, boundaries[0])
    climb(version, analyte, "high", boundaries, lambda value: LabValue(value, unit, *limits))


def test_neutrophils_of_version_6_need_no_limit():
    for last, value in enumerate((1.5, 1.0, 0.5, 0.1)):
        assert grade("6.0", "neutrophils", "low", LabValue(value, "10^9/L")) == last
        assert grade("6.0", "neutrophils", "low", LabValue(value - 0.01, "10^9/L")) == last + 1


def test_alkaline_phosphatase_of_version_6_knows_grade_1_alone():
    def alp(value, upper, baseline):
        sample = LabValue(value, "U/L", upper_limit=upper, baseline=baseline)
        return grade("6.0", "alkaline phosphatase", "high", sample)

    assert [alp(2000, 120, 100), alp(120, 120, 100), alp(130, 120, 130)] == [1, 0, 0]
    assert [alp(100, None, 100), alp(100, 120, None)] == [0, 0]  # one that it does not exceed
    assert [alp(130, None, 100), alp(130, 120, None)] == [None, None]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_term_is_about_a_known_analyte_in_known_units(version):
    for term in read_criteria(version).terms:
        analyte = known_analytes()[term.analyte]
        assert term.direction in ("low", "high")
        assert bool(term.rungs) != bool(term.reason)
        for rung in term.rungs:
            assert rung.of in OF
            assert rung.when in WHEN
            assert CROSSING[rung.crossing] < 2 if term.direction == "high" else True
            assert rung.unit is None or analyte.unit(rung.unit).name == rung.unit
            assert (rung.unit is None) == (
                rung.of not in {"value", "above upper limit", "above baseline"}
            )
            assert 0 <= rung.least <= rung.grade
            assert bool(rung.depends) == (rung.least < rung.grade)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_worse_grade_lies_further_out(version):
    for term in read_criteria(version).terms:
        ladder = lambda rung: (rung.of, rung.when, rung.unit or "")  # noqa: E731
        for _, rungs in itertools.groupby(sorted(term.rungs, key=ladder), key=ladder):
            ordered = sorted(rungs, key=lambda rung: rung.grade)
            numbers = [rung.threshold for rung in ordered]
            assert numbers == sorted(numbers, reverse=term.direction == "low"), term.name


@pytest.mark.parametrize("version", VERSIONS)
def test_an_analyte_has_one_term_a_direction(version):
    events = [(term.analyte, term.direction) for term in read_criteria(version).terms]
    assert len(events) == len(set(events))


def test_the_source_is_named():
    for version in VERSIONS:
        criteria = read_criteria(version)
        assert criteria.version == version
        assert version in criteria.source
        assert "admiral" in criteria.source


def test_another_version_is_refused():
    with pytest.raises(ValueError, match=r"one of 4.03, 5.0, 6.0, not '4'"):
        read_criteria("4")
