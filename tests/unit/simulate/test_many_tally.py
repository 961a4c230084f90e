"""A tally holds whole numbers, adds them exactly, and refuses the rest."""

from __future__ import annotations

import pickle

import numpy as np
import polars as pl
import pytest

from trialwright.simulate.many import SimulationError, Tally, sum_tallies

_MOST = np.iinfo(np.int64).max
_LEAST = np.iinfo(np.int64).min


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"responders": 3}, "a tally needs 'trials'"),
        ({"trials": -1}, "one number of 0 or more"),
        ({"trials": [1, 2]}, "one number of 0 or more"),
        ({"trials": 1, "rate": 0.5}, "rate: a tally takes whole numbers in one dimension"),
        ({"trials": 1, "flag": True}, "flag: a tally takes whole numbers"),
        ({"trials": 1, "table": np.zeros((2, 2), int)}, r"table: .* of shape \(2, 2\)"),
        ({"trials": 1, "none": []}, "none: a tally takes"),
        ({"trials": 1, "large": np.array([2**63], np.uint64)}, "large: .* 64 bits"),
    ],
)
def test_what_cannot_be_added_exactly_is_refused(counts, told):
    with pytest.raises(ValueError, match=told):
        Tally(counts)


def test_a_tally_cannot_be_edited_and_does_not_follow_its_source():
    source = np.array([1, 2])
    tally = Tally({"trials": 1, "x": source})
    source[0] = 9
    assert tally.counts["x"].tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        tally.counts["x"][0] = 5
    with pytest.raises(TypeError):
        tally.counts["y"] = source


def test_other_names_or_sizes_are_not_added():
    one = Tally({"trials": 1, "x": [1, 2]})
    with pytest.raises(ValueError, match="only one has x, y"):
        one + Tally({"trials": 1, "y": [1, 2]})
    with pytest.raises(ValueError, match="x: tallies of 2 and 3 numbers"):
        one + Tally({"trials": 1, "x": [1, 2, 3]})


@pytest.mark.parametrize(
    ("one", "other"), [(_MOST, 1), (_LEAST, -1), (_MOST, _MOST), (_LEAST,) * 2]
)
def test_a_sum_beyond_64_bits_is_an_error(one, other):
    with pytest.raises(SimulationError, match="x: the sum does not fit into 64 bits"):
        Tally({"trials": 1, "x": one}) + Tally({"trials": 1, "x": other})


@pytest.mark.parametrize(("one", "other"), [(_MOST, _LEAST), (_MOST, 0), (_MOST - 1, 1), (-1, 1)])
def test_a_sum_that_just_fits_is_exact(one, other):
    total = Tally({"trials": 1, "x": one}) + Tally({"trials": 1, "x": other})
    assert int(total.counts["x"][0]) == int(one) + int(other)


def test_equality_and_digest_see_every_number():
    one = Tally({"trials": 1, "x": [1, 2]})
    assert one == Tally({"x": np.array([1, 2], np.uint8), "trials": [1]})
    assert hash(one) == hash(pickle.loads(pickle.dumps(one)))  # noqa: S301 - our own bytes
    for other in ({"trials": 1, "x": [2, 1]}, {"trials": 1, "y": [1, 2]}, {"trials": 1, "x": 1}):
        assert one != Tally(other)
        assert one.digest != Tally(other).digest
    assert one != "a tally"


def test_a_tally_that_travelled_cannot_be_edited_either():
    tally = pickle.loads(pickle.dumps(Tally({"trials": 1, "x": [1, 2]})))  # noqa: S301 - our own bytes
    assert not tally.counts["x"].flags.writeable


def test_the_table_has_one_row_a_number():
    frame = Tally({"x": [5, 6], "trials": 2}).to_frame()
    assert frame.rows() == [("trials", 0, 2), ("x", 0, 5), ("x", 1, 6)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda frame: frame.drop("index"), "has the columns quantity, index, value"),
        (lambda frame: frame.cast({"value": pl.Float64}), "has the columns"),
        (lambda frame: frame.with_columns(value=pl.lit(None, pl.Int64)), "no cell empty"),
        (lambda frame: frame.filter(pl.col("value") != 5), "x: the indices must be 0 to 0"),
        (lambda frame: pl.concat([frame, frame]), "the indices must be"),
    ],
)
def test_a_table_that_is_no_tally_is_refused(change, told):
    frame = Tally({"x": [5, 6], "trials": 2}).to_frame()
    with pytest.raises(ValueError, match=told):
        Tally.from_frame(change(frame))


def test_an_empty_sum_is_refused():
    with pytest.raises(TypeError):
        sum_tallies([])
