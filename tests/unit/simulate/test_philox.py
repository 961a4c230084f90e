"""The published known-answer vectors of Random123, philox4x32 with ten rounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.machine_code import compile_rules
from trialwright.simulate.philox import philox4x32

ONES = 0xFFFFFFFF
KNOWN = pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (ONES, ONES, ONES, ONES),
            (ONES, ONES),
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
    ids=["zeros", "ones", "digits of pi"],
)


@pytest.fixture(scope="module")
def compiled():
    numba = pytest.importorskip("numba")
    return compile_rules(numba.njit, ["trialwright.simulate.philox"])[philox4x32]


@KNOWN
def test_known_answers(counter, key, words):
    assert philox4x32(*counter, *key) == words


@KNOWN
def test_known_answers_of_machine_code(compiled, counter, key, words):
    assert compiled(*counter, *key) == words


WORDS = st.integers(0, ONES) | st.integers(ONES - 9, ONES)


@given(st.tuples(*[WORDS] * 6))
def test_machine_code_wraps_no_word_away(compiled, words):
    # Products of two 32-bit words overflow a signed 64-bit integer there, and not in Python.
    assert compiled(*words) == philox4x32(*words)
