"""Laws of liver safety: higher values keep a candidate; order and splits change nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from liver_values import LiverTrial
from trialwright.safety.liver import (
    LiverSample,
    edish_points,
    find_hys_law,
    hys_law_frame,
    reaches_multiple,
)
from trialwright.study import read_study

_STUDY = Path(__file__).parents[2] / "examples" / "crclm" / "study.toml"
MULTIPLES = st.floats(0.1, 12.0)
SAMPLES = st.lists(
    st.tuples(st.sampled_from(["ALT", "AST", "BILI", "ALP"]), st.integers(0, 90), MULTIPLES),
    min_size=1,
    max_size=12,
)
KNOWN_IN_PART = st.lists(
    st.tuples(
        st.sampled_from(["ALT", "AST", "BILI", "ALP"]),
        st.integers(0, 90),
        MULTIPLES,
        st.sampled_from([None, "<", ">"]),
    ),
    min_size=1,
    max_size=12,
)
ABLATIONS = st.lists(st.integers(1, 80), max_size=2)
POINT = ("quadrant", "transaminase_multiple", "bilirubin_multiple")


@cache
def study():
    return read_study(_STUDY)


def written(samples, ablations=()):
    trial = LiverTrial()
    for on in ablations:
        trial.ablate(on)
    for sample in samples:
        trial.value(*sample)
    return trial


def candidates(trial):
    return find_hys_law(*trial.read(study()))


def point(trial):
    graded, _, plan, courses = trial.read(study())
    return edish_points(graded, courses, plan).row(0, named=True)


def criteria(found):
    return {(one.bucket == "procedural") for one in found}


def meets(one):
    return all(condition.holds for condition in one.conditions[:2])


@settings(max_examples=50)
@given(SAMPLES, ABLATIONS, st.data())
def test_a_higher_value_never_takes_the_laboratory_criteria_away(samples, ablations, data):
    raised = [
        (test, on, value * data.draw(st.floats(1.0, 3.0)) if test != "ALP" else value)
        for test, on, value in samples
    ]
    before, after = (candidates(written(one, ablations)) for one in (samples, raised))
    assert criteria(before) <= criteria(after)


@settings(max_examples=50)
@given(KNOWN_IN_PART, ABLATIONS, st.data())
def test_a_higher_value_known_in_part_never_takes_them_away_either(samples, ablations, data):
    raised = [
        (test, on, value * data.draw(st.floats(1.0, 3.0)) if test != "ALP" else value, side)
        for test, on, value, side in samples
    ]
    before, after = (candidates(written(one, ablations)) for one in (samples, raised))
    assert criteria(before) <= criteria(after)
    assert criteria(filter(meets, before)) <= criteria(filter(meets, after))


@settings(max_examples=50)
@given(SAMPLES, KNOWN_IN_PART, ABLATIONS)
def test_values_that_decide_nothing_change_no_candidate_that_meets_the_criteria(
    samples, more, ablations
):
    below = [(test, on, value, "<") for test, on, value, _ in more if test != "ALP"]
    found = candidates(written(samples, ablations))
    assert found == tuple(filter(meets, candidates(written([*samples, *below], ablations))))


@settings(max_examples=50)
@given(KNOWN_IN_PART, ABLATIONS)
def test_what_is_known_decides_whether_a_pair_is_named(samples, ablations):
    """Were each open value on the high side of its line, the same patients would be named."""
    trial = written(samples, ablations)
    high = [
        (test, on, 50.0 if side is not None and opens(test, value, side) else value,
         None if side is None or opens(test, value, side) else side)
        for test, on, value, side in samples
    ]  # fmt: skip
    assert criteria(candidates(trial)) == criteria(candidates(written(high, ablations)))


def opens(test, value, side):
    line = 2.0 if test == "BILI" else 3.0
    return test != "ALP" and ((value > line) if side == "<" else (value < line))


@settings(max_examples=50)
@given(SAMPLES, ABLATIONS)
def test_ablations_move_candidates_between_buckets_and_hide_none(samples, ablations):
    without, with_them = candidates(written(samples)), candidates(written(samples, ablations))
    assert bool(without) is bool(with_them)
    assert point(written(samples))["quadrant"] == point(written(samples, ablations))["quadrant"]


@settings(max_examples=50)
@given(SAMPLES, ABLATIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(samples, ablations, random):
    once = list({(test, on): (test, on, value) for test, on, value in samples}.values())
    mixed = random.sample(once, len(once))
    first, second = (hys_law_frame(candidates(written(one, ablations))) for one in (once, mixed))
    assert first.equals(second)
    assert {name: point(written(once))[name] for name in POINT} == {
        name: point(written(mixed))[name] for name in POINT
    }


@given(SAMPLES, ABLATIONS)
def test_a_candidate_lies_in_the_upper_right(samples, ablations):
    trial = written(samples, ablations)
    if candidates(trial):
        assert point(trial)["quadrant"] == "potential Hy's law"


@settings(max_examples=50)
@given(SAMPLES, st.floats(0.1, 5.0))
def test_corrected_multiples_are_never_higher(samples, baseline):
    trial = written(samples)
    for test in ("ALT", "AST", "BILI"):
        trial.baseline(test, baseline)
    row = point(trial)
    for side in ("transaminase", "bilirubin"):
        plain, corrected = row[f"{side}_multiple"], row[f"corrected_{side}_multiple"]
        assert (plain is None) is (corrected is None)
        assert plain is None or corrected <= plain
    for one in candidates(trial):
        assert baseline > 1.0 or one.corrected is not None


@given(SAMPLES, ABLATIONS)
def test_without_procedural_values_no_peak_is_higher(samples, ablations):
    row = point(written(samples, ablations))
    for side in ("transaminase", "bilirubin"):
        left = row[f"without_{side}_multiple"]
        assert left is None or left <= row[f"{side}_multiple"]
        assert not row[f"without_{side}_procedural"]


@given(st.floats(0.01, 1e4), st.floats(0.01, 1e3), st.floats(0.5, 10.0))
def test_a_qualifier_never_contradicts_the_value(value, limit, line):
    from datetime import date

    def reached(qualifier):
        sample = LiverSample("bilirubin", date(2026, 3, 2), value, limit, qualifier=qualifier)
        return reaches_multiple(sample, line, 15)

    exact = reached(None)
    assert reached(">=") in ((True,) if exact else (None,))
    assert reached("<=") in ((None,) if exact else (False,))


def test_samples_are_drawn_on_both_sides_of_the_lines():
    """The laws above would hold of nothing at all."""
    assert candidates(written([("ALT", 20, 3.0), ("BILI", 20, 2.0)]))
    assert isinstance(written([("ALT", 20, 3.0)]).graded(), pl.DataFrame)
