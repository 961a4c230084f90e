"""Laws of laboratory grades that hold for every version, term, value and unit."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trialwright.safety.ctcae import (
    VERSIONS,
    LabValue,
    ManyValues,
    grade_many,
    grade_value,
    read_criteria,
)
from trialwright.safety.ctcae.rule import compare, round_significant, worse_of
from trialwright.safety.units import known_analytes

TERMS = [
    (version, term) for version in VERSIONS for term in read_criteria(version).terms if term.rungs
]
RANGES = {"low": -1, "normal": 0, "high": 1, None: 2}
NUMBERS = st.one_of(
    st.floats(0.01, 2000.0).map(lambda number: float(f"{number:.4g}")),
    st.sampled_from([0.05, 0.5, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 5.0, 10.0, 25.0, 40.0, 80.0, 120.0]),
)
FINE = 12  # digits that no conversion of four-digit numbers disturbs


@st.composite
def results(draw, qualified=False):
    """Draw a version, a term and a result in a unit of its analyte; some of it may be unknown."""
    version, term = draw(st.sampled_from(TERMS))
    analyte = known_analytes()[term.analyte]
    unit = draw(st.sampled_from([*analyte.unit_names, None]))
    low, high, baseline = (draw(st.none() | NUMBERS) for _ in range(3))
    value = draw(NUMBERS)
    reference = draw(st.sampled_from([one for one in (low, high, baseline) if one] or [1.0]))
    if draw(st.booleans()):  # on a multiple of a limit
        value = float(f"{reference * draw(st.sampled_from([0.25, 0.5, 1, 1.5, 2, 3, 5, 20])):.6g}")
    sample = LabValue(
        value,
        unit,
        low,
        high,
        draw(st.sampled_from(["<", "<=", ">", ">="])) if qualified else None,
        baseline,
        draw(st.sampled_from(list(RANGES))),
    )
    return version, term, sample


def grade(version, term, sample, digits=15):
    criteria = read_criteria(version)
    return grade_value(criteria, term.analyte, term.direction, sample, significant_digits=digits)


def changed(sample, **values):
    names = ("value", "unit", "lower_limit", "upper_limit", "qualifier", "baseline")
    known = {name: getattr(sample, name) for name in (*names, "baseline_range")}
    return LabValue(**(known | values))


@given(results(), NUMBERS)
def test_a_value_further_out_has_no_better_grade(result, other):
    version, term, sample = result
    near, far = sorted((sample.value, other), reverse=term.direction == "low")
    grades = [grade(version, term, changed(sample, value=value)).grade for value in (near, far)]
    if None not in grades:
        assert grades[0] <= grades[1]


@given(results())
def test_a_grade_has_its_reason_and_none_has_another(result):
    one = grade(*result)
    assert (one.grade is None) == (one.not_graded is not None)
    assert (one.grade is None) == (one.why == "")
    if one.grade is not None:
        assert 0 <= one.least <= one.grade <= 4
        assert (one.rule == "") == (one.grade == 0)


@given(results(), st.sampled_from(["lower_limit", "upper_limit", "baseline"]), NUMBERS)
def test_what_becomes_known_takes_no_grade_away(result, name, number):
    """A grade without a limit is the least that the value has, whatever the limit."""
    version, term, sample = result
    if name == "baseline":
        assume(sample.baseline_range is not None)  # or its range would change the rule
    without = grade(version, term, changed(sample, **{name: None}))
    known = grade(version, term, changed(sample, **{name: number}))
    if without.grade is not None and known.grade is not None:
        assert known.grade >= without.grade
    if without.grade == 0:
        assert known.grade == 0


@given(results(qualified=True), st.floats(0.0, 1.0))
def test_a_result_known_in_part_has_the_grade_of_all_it_may_be(result, where):
    version, term, sample = result
    one = grade(version, term, sample)
    assume(one.grade is not None)
    below = sample.qualifier.startswith("<")
    value = sample.value * where if below else sample.value / max(where, 1e-6)
    assume(value != sample.value or sample.qualifier.endswith("="))
    assume(compare(value, sample.value, 15) != 0 or sample.qualifier.endswith("="))
    exact = grade(version, term, changed(sample, value=value, qualifier=None))
    assert exact.grade == one.grade


@given(results(), st.data())
def test_the_unit_does_not_matter_where_no_threshold_is_named_in_it(result, data):
    version, term, sample = result
    assume(all(rung.unit is None for rung in term.rungs))
    analyte = known_analytes()[term.analyte]
    other = analyte.unit(data.draw(st.sampled_from(analyte.unit_names)))
    unit = analyte.unit(sample.unit)
    assume(unit is not None)
    factor = unit.factor / other.factor
    names = ("value", "lower_limit", "upper_limit", "baseline")
    numbers = {name: getattr(sample, name) for name in names}
    scaled = {name: None if x is None else x * factor for name, x in numbers.items()}
    moved = changed(sample, unit=other.name, **scaled)
    assert grade(version, term, moved, FINE).grade == grade(version, term, sample, FINE).grade


@given(st.lists(results(), min_size=1, max_size=30), st.sampled_from([2, 3, 5, 15]))
def test_many_at_once_are_graded_as_one_by_one(drawn, digits):
    for version in VERSIONS:
        mine = [(term, sample) for its, term, sample in drawn if its == version]
        criteria = read_criteria(version)
        places = [
            criteria.place(known_analytes()[term.analyte], sample.unit).number
            for term, sample in mine
        ]
        columns = {
            name: [math.nan if (x := getattr(one, column)) is None else x for _, one in mine]
            for name, column in (
                ("lower", "lower_limit"),
                ("upper", "upper_limit"),
                ("baseline", "baseline"),
            )
        }
        values = ManyValues.of(
            places,
            [sample.value for _, sample in mine],
            baseline_range=[RANGES[sample.baseline_range] for _, sample in mine],
            **columns,
        )
        many = grade_many(criteria, values, significant_digits=digits, threads=2)
        for at, (term, sample) in enumerate(mine):
            code = int(getattr(many, term.direction)[at])
            assert (None if code < 0 else code) == grade(version, term, sample, digits).grade
            assert many.worst[at] == worse_of(int(many.low[at]), int(many.high[at]))


@given(st.floats(1e-9, 1e9), st.integers(2, 15))
def test_rounding_moves_by_half_a_digit_at_most(number, digits):
    rounded = round_significant(number, digits)
    place = math.floor(math.log10(number)) - digits + 1
    held = math.ulp(number)  # a decimal number is held no closer than that
    assert abs(rounded - number) <= 0.5 * 10.0**place + held
    assert round_significant(rounded, digits) == rounded
    assert round_significant(-number, digits) == -rounded


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 15))
def test_comparing_is_comparing_the_rounded_numbers(one, other, digits):
    first, second = (round_significant(number, digits) for number in (one, other))
    assert compare(one, other, digits) == (first > second) - (first < second)
    assert compare(one, other, digits) == -compare(other, one, digits)


@given(results(), st.sampled_from([3, 6]))
def test_only_a_value_near_a_threshold_feels_the_digits(result, digits):
    version, term, sample = result
    coarse, fine = grade(version, term, sample, digits), grade(version, term, sample)
    if coarse.grade != fine.grade:
        step = 10.0 ** (1 - digits)
        around = [changed(sample, value=sample.value * (1 + sign * step)) for sign in (-1, 1)]
        assert len({grade(version, term, one).grade for one in (*around, sample)}) > 1


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(threads):
    criteria = read_criteria("5.0")
    values = ManyValues.of([3] * 7, [float(n) for n in range(7)], upper=[1.0] * 7)
    one, more = (
        grade_many(criteria, values, significant_digits=15, threads=n) for n in (1, threads)
    )
    assert all((a == b).all() for a, b in zip(one, more, strict=True))
