"""Words of designs: small numbers, and chances that must not read as certain."""

from __future__ import annotations

import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.joint.together import judge_together
from trialwright.design.outlook import look_ahead
from trialwright.design.single_stage.interval_width import size_for_interval
from trialwright.design.single_stage.search import find_single_stage_designs
from trialwright.design.staged.three_stage import find_three_stage_designs
from trialwright.report.design.interval_width_panels import panels_of_interval_width
from trialwright.report.design.wording import (
    join_words,
    say_chance,
    say_count,
    say_enrolled,
    say_patients,
    say_percent,
    say_rate,
)
from trialwright.report.design.words_interval_width import word_interval_width
from trialwright.report.design.words_outlook import say_outlook, word_outlook
from trialwright.report.design.words_single_stage import word_single_stage
from trialwright.report.design.words_three_stage import word_three_stage
from trialwright.report.design.words_together import word_together

SIMON = Boundaries((10, 29), (1, 5), (None, 6))


@pytest.mark.parametrize(
    ("chance", "digits", "written"),
    [
        (0.0, 3, "0.000"),
        (1e-15, 3, "0.000"),  # of a sum that is 0
        (0.0001, 3, "< 0.001"),
        (0.0005001, 3, "0.001"),
        (0.9975, 2, "> 0.99"),
        (1 - 1e-15, 4, "1.0000"),
        (1.0, 2, "1.00"),
    ],
)
def test_a_possible_chance_never_reads_as_0_or_1(chance: float, digits: int, written: str) -> None:
    assert say_chance(chance, digits) == written


def test_percentages() -> None:
    assert say_percent(0.3) == "30 %"
    assert say_percent(0.3, fixed=True) == "30.0 %"
    assert say_percent(0.0004, fixed=True) == "< 0.1 %"
    assert (say_percent(0), say_percent(1, fixed=True)) == ("0 %", "100.0 %")
    assert say_rate(0.123456789) == "12.3457 %"
    assert say_rate(0.123456789, 4) == "12.35 %"


def test_one_is_singular() -> None:
    assert say_patients(1) == "1 patient"
    assert say_patients(1, more=True) == "1 more patient"
    assert say_enrolled(1, more=True) == "1 more patient is enrolled"
    assert say_enrolled(2) == "2 patients are enrolled"
    assert say_count(0, "responder") == "0 responders"
    assert say_count(2, "person", "people") == "2 people"


def test_words_are_joined() -> None:
    assert join_words([]) == ""
    assert join_words(["5"]) == "5"
    assert join_words(["5", "10", "15"], "or") == "5, 10 or 15"


def test_a_trial_of_one_patient() -> None:
    words = word_single_stage(find_single_stage_designs(0.05, 0.99))
    assert "1 patient is enrolled and evaluated" in words.protocol
    assert "if this patient responds, and not if none does" in words.protocol
    assert "if it responds, tests a response rate" in words.grant
    found = size_for_interval(width=0.99)
    assert "1 patient is to be evaluated" in word_interval_width(found).protocol
    assert word_interval_width(found).grant.startswith("1 patient gives a")
    assert panels_of_interval_width(found)[0].title.endswith("interval of 1 patient")


def test_one_more_patient_in_a_stage_and_a_small_error() -> None:
    found = find_three_stage_designs(0.01, 0.95, alpha=0.01, power=0.99)
    words = word_three_stage(found.optimal, found.hypotheses)
    for text in (words.protocol, words.grant):
        assert " 1 patients" not in text
        assert "1 more are" not in text
        assert "0.000 " not in text
        assert "1.00." not in text


def test_a_rate_that_stands_alone_is_said_once() -> None:
    response, toxicity = Boundaries((3,), (0,), (None,)), Boundaries((3,), (None,), (2,))
    one = judge_together(response, toxicity, response_rates=[0.1], toxicity_rates=[0.1])
    words = word_together(one)
    assert words.grant.count("10 %") == 2  # of toxicity and of response
    assert "judged after all of them; toxicity is judged after all, and" in words.protocol
    assert "if none of 3 respond, or if at least 2 of 3 have toxicity" in words.protocol


def test_a_patient_who_changes_nothing_is_not_told() -> None:
    assert not any("next to enrol)." in said for said in say_outlook(look_ahead(SIMON, [])))
    settles = say_outlook(look_ahead(Boundaries((1,), (0,), (1,)), []))
    assert settles[-1] == (
        "Patient 1 (next to enrol): yes settles the trial; no settles the trial."
    )


def test_one_of_each_in_the_outlook() -> None:
    found = look_ahead(SIMON, [True], rates={"p0": 0.1})
    assert "(1 responder so far, 0 pending, 9 to enrol)" in say_outlook(found)[1]
    assert "At the look of 10 patients, it takes 1 more" in word_outlook(found).grant
    counted = say_outlook(found, counted="patients with toxicity")
    assert "(1 patient with toxicity so far" in counted[1]
    over = say_outlook(look_ahead(SIMON, [False] * 11))
    assert over[1].endswith("counts 10: the one after them is left out.")
