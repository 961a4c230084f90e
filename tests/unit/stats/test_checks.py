"""Refusals name the argument, the value and where it stands, whatever was given."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.stats import KaplanMeier, clopper_pearson, exact_rate_test
from trialwright.stats.checks import as_numbers, check_level


@pytest.mark.parametrize("level", [None, "0.9", True, 0, 1, 1 - 1e-16, float("nan"), [0.9]])
def test_a_level_that_is_none_is_named(level) -> None:
    with pytest.raises(ValueError, match="level must lie strictly between 0 and 1"):
        check_level(level)


def test_a_level_of_numpy_is_one() -> None:
    assert type(check_level(np.float32(0.5))) is float


@pytest.mark.parametrize("rate", [None, "0.1", True, np.nan])
def test_a_rate_that_is_none_is_named(rate) -> None:
    with pytest.raises(ValueError, match="null_rate must lie strictly between 0 and 1"):
        exact_rate_test(1, 5, rate, alternative="greater")


def test_more_patients_than_a_float_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="n must be at most 9007199254740992"):
        clopper_pearson(3, 10**30)


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ([1.0, "a"], r"time\[1\] is 'a'; every one must be a number"),
        ([1.0, None], r"time\[1\] is (None|nan)"),
        ("ab", r"time\[0\] is 'ab'"),
        ([[1.0], [1.0, 2.0]], r"time"),
    ],
)
def test_times_that_are_no_numbers_are_named(time, message) -> None:
    with pytest.raises(ValueError, match=message):
        KaplanMeier.fit(time, [1, 0])


def test_numbers_in_words_are_read_as_numpy_reads_them() -> None:
    assert as_numbers("time", ["1.5", "2"]).tolist() == [1.5, 2.0]
