"""What a protocol says of a toxicity rule: every number, and what was not reached."""

from __future__ import annotations

import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.toxicity.looks import looks_every
from trialwright.design.toxicity.posterior import PosteriorToxicityRule, find_toxicity_cut
from trialwright.design.toxicity.repeated_significance import find_repeated_significance
from trialwright.report.design.wording import say_percent
from trialwright.report.design.words_toxicity import word_toxicity, write_bounds

RULE = PosteriorToxicityRule(0.30, 0.90, looks_every(5, 29))
SEARCH = {"acceptable_rate": 0.2, "excessive_rate": 0.45}


def test_bounds_are_written_in_runs() -> None:
    assert write_bounds(RULE.boundaries) == (
        "at least 3 of 5, 5 of 10, 7 of 15, 9 of 20, 11 of 25 or 12 of 29"
    )
    bounds = (None, None, 3, 3, 4, 4, 4, 5, 5)
    every = Boundaries(looks_every(1, 9), (None,) * 9, bounds)
    assert write_bounds(every) == "at least 3 of 3 to 4, 4 of 5 to 7 or 5 of 8 to 9"
    apart = Boundaries((5, 10), (None, None), (3, 3))
    assert write_bounds(apart) == "at least 3 of 5 or 3 of 10"  # 7 is no look
    assert write_bounds(Boundaries((5,), (None,), (None,))) == "no number of"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.00049, "< 0.1 %"), (0.0005, "0.1 %"), (0.9995, "> 99.9 %"),
     (0.123456, "12.3 %")],
)  # fmt: skip
def test_a_share_is_never_rounded_to_certainty(share: float, text: str) -> None:
    assert say_percent(share) == text


def test_the_protocol_carries_every_number_of_the_rule() -> None:
    words = word_toxicity(RULE)
    for part in (
        "Thall, Simon and Estey 1995",
        "Beta(1, 1) (uniform)",
        "the rate exceeds 30 % is above 0.9",
        "after 5, 10, 15, 20, 25 and 29 patients",
        "at least 3 of 5, 5 of 10, 7 of 15, 9 of 20, 11 of 25 or 12 of 29 patients",
        "3.3 % at a true rate of 15 %",
        "82.1 % at a true rate of 45 %",
        "28.3 at 15 %, 23.2 at 30 %, 14.1 at 45 % and 7.8 at 60 %",
    ):
        assert part in words.protocol
    assert "Stat Med 1995;14:357" in words.references[0]
    assert words.grant.count(". ") <= 2
    assert "at most 29 patients" in words.grant


def test_the_words_of_a_searched_cut_say_what_was_asked_and_attained() -> None:
    found = find_toxicity_cut(0.30, RULE.looks, **SEARCH)
    text = word_toxicity(found).protocol
    asked = "an acceptable rate of 20 % at or below 10 % (attained 9.7 %)"
    assert asked in text
    assert "an excessive rate of 45 % as large as it can be (88.8 %)" in text
    assert "any cut from 0.8247 to below 0.8407" in text


def test_the_words_of_repeated_tests_say_what_was_not_reached() -> None:
    found = find_repeated_significance(0.2, 0.4, looks=looks_every(1, 20), alpha=0.05)
    words = word_toxicity(found)
    assert "after every patient; each look is a one-sided exact test at the nominal level" in (
        words.protocol
    )
    assert "4.8 % at the acceptable rate of 20 % (at most 5 % was asked)" in words.protocol
    assert "(at least 90 % was asked, which these patients do not reach)" in words.protocol
    assert len(words.references) == 2
    other = find_repeated_significance(0.2, 0.4, looks=(10, 20, 30), shape=0.25)
    other_words = word_toxicity(other, for_power=True, rates=[0.3])
    assert "which this boundary exceeds" in other_words.protocol
    assert "shape 0.25 of Wang and Tsiatis" in other_words.protocol
    assert "at a true rate of 30 %" in other_words.protocol
    assert len(other_words.references) == 3


def test_continuous_looks_that_begin_later_say_from_when() -> None:
    found = find_repeated_significance(0.1, 0.3, looks=tuple(range(2, 31)))
    assert "after every patient, from 2 patients on" in word_toxicity(found).protocol
