"""Laws of outcome splitting: parts joined come apart again, and no word is ever lost."""

import time

from hypothesis import given
from hypothesis import strategies as st

from trialwright.study.outcomes import split_outcome, split_outcomes

_WORD = st.text("bcdfgkpqrsvxz", min_size=3, max_size=9)
_WORDS = st.lists(_WORD, min_size=1, max_size=6).map(" ".join)
_BRACKETED = st.tuples(_WORD, _WORDS).map(lambda pair: f"{pair[0]} ({pair[1]}, {pair[0]})")
_MEASURE = st.one_of(_WORDS, _BRACKETED)
_DESCRIPTION = st.none() | st.lists(st.one_of(_WORDS, _BRACKETED), min_size=1, max_size=4).map(
    ", ".join
)
_NUMBER = st.integers(1, 200).map(str) | st.sampled_from(["one", "two", "twelve"])
_SPAN = st.tuples(
    st.sampled_from(["", "up to ", "within ", "through ", "every "]),
    _NUMBER,
    st.sampled_from(["days", "weeks", "months", "years", "cycles"]),
).map(lambda parts: f"{parts[0]}{parts[1]} {parts[2]}")
_DAYS = st.lists(st.integers(2, 99), min_size=1, max_size=3).map(
    lambda days: f"Day 1, {', '.join(map(str, days))}, and 100"
)
_TIME_FRAME = st.one_of(_SPAN, _DAYS, st.sampled_from(["Baseline", "through study completion"]))


@given(_MEASURE, _DESCRIPTION, _TIME_FRAME)
def test_parts_joined_come_apart_again(measure, description, time_frame):
    raw = ", ".join(part for part in (measure, description, time_frame) if part is not None)
    outcome = split_outcome(raw)
    assert (outcome.measure, outcome.description, outcome.time_frame) == (
        measure,
        description,
        time_frame,
    )
    assert outcome.raw == raw


@given(st.lists(st.tuples(_MEASURE, _DESCRIPTION, _TIME_FRAME), min_size=1, max_size=5))
def test_cells_come_apart_again(parts):
    raws = [", ".join(part for part in outcome if part is not None) for outcome in parts]
    assert [outcome.raw for outcome in split_outcomes("|".join(raws))] == raws


@given(st.text(max_size=200))
def test_any_text_splits_and_keeps_its_words(raw):
    outcome = split_outcome(raw)
    assert outcome.raw == raw
    assert (outcome.confidence == "high") == (outcome.doubt is None)
    assert raw.strip().startswith(outcome.measure)


@given(st.text(max_size=200))
def test_no_fragment_of_a_cell_is_lost(cell):
    kept = "|".join(outcome.raw for outcome in split_outcomes(cell))
    assert kept == "|".join(part for part in cell.split("|") if part.strip())


@given(st.text("ab1 ,()|.", max_size=60), st.sampled_from(["2 years", "Day 1, 8, and 15"]))
def test_a_time_frame_at_the_end_is_always_found(words, time_frame):
    outcome = split_outcome(f"a, {words}, {time_frame}")
    assert outcome.time_frame is not None
    assert outcome.time_frame.endswith(time_frame)


@given(st.sampled_from(["1", "Day", "two", "each", "C1", "~", "end of", "up"]), st.booleans())
def test_no_run_of_blanks_takes_long(word, dash):
    blanks = " " * 50_000
    raw = f"Pain, score, {word}{blanks}{'-' if dash else ''}{blanks}x"
    begin = time.perf_counter()
    assert split_outcome(raw).raw == raw
    assert time.perf_counter() - begin < 2  # was minutes
