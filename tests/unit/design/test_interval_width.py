"""A size for the width of an interval: by hand, every refusal, words and the verb."""

from __future__ import annotations

import json
from math import sqrt
from statistics import NormalDist

import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.precision import precision
from trialwright.design.single_stage.interval_width import size_for_interval
from trialwright.errors import DesignError
from trialwright.report.design.words_interval_width import word_interval_width
from trialwright.stats import INTERVALS

say = call_of(precision)


def test_no_responder_by_hand() -> None:
    # At so low a rate nobody of few responds: the interval is 0 to 1 - .025^(1/n).
    found = size_for_interval(0.001, width=0.3)
    n = next(n for n in range(1, 50) if 1 - 0.025 ** (1 / n) <= 0.3)
    assert (found.first, found.stable) == (n, n)
    assert found.width_at(n) == pytest.approx(1 - 0.025 ** (1 / n), rel=1e-12)


def test_one_more_patient_may_bring_a_responder_and_a_wider_interval() -> None:
    found = size_for_interval(0.05, width=0.35)
    assert (found.first, found.stable) == (9, 14)
    assert found.interval_at(9).successes == 0
    assert found.interval_at(10).successes == 1  # 0.5 responders: the wider of 0 and 1
    shown = found.to_frame()
    assert shown["patients"].to_list() == [9, 10, 11, 12, 13, 14]
    assert shown["keeps_width"].to_list() == [True, False, False, False, False, True]


def test_half_a_responder_means_the_wider_of_two_counts() -> None:
    found = size_for_interval(0.3, width=0.5)  # 15 patients: 4.5 responders
    widths = {
        k: one.high - one.low for k in (4, 5) for one in [INTERVALS["clopper_pearson"](k, 15)]
    }
    assert found.width_at(15) == pytest.approx(max(widths.values()), rel=1e-12)
    assert found.interval_at(15).successes == 5


def test_the_average_by_hand() -> None:
    found = size_for_interval(0.3, width=0.9, average=True, most_patients=5)
    every = [INTERVALS["clopper_pearson"](k, 2) for k in range(3)]
    mean = sum(c * (one.high - one.low) for c, one in zip((0.49, 0.42, 0.09), every, strict=True))
    assert found.width_at(2) == pytest.approx(mean, rel=1e-12)


def test_a_width_that_is_just_met_counts() -> None:
    exact = size_for_interval(0.3, width=0.3).width_at(40)
    assert size_for_interval(0.3, width=exact).first == 40


@pytest.mark.parametrize("n", range(4, 60, 2))
def test_a_width_that_is_met_but_for_the_last_digit_counts(n: int) -> None:
    # By hand, for n / 2 responders of n: the score interval is z / sqrt(n + z^2) wide.
    z = NormalDist().inv_cdf(0.975)
    assert size_for_interval(width=z / sqrt(n + z * z), method="wilson").first == n


def test_it_looks_well_beyond_the_smallest() -> None:
    found = size_for_interval(0.3, width=0.3)
    assert found.looked_to >= 2 * found.first + 50
    cut = size_for_interval(0.05, width=0.35, most_patients=12)
    assert (cut.first, cut.stable, cut.looked_to) == (9, None, 12)
    assert cut.to_frame().height == 4


@pytest.mark.parametrize(
    ("rate", "asked", "words"),
    [
        (0.3, {"width": 0}, "width must be strictly"),
        (0.3, {"width": 30}, "for 30 % write 0.3"),
        (30, {"width": 0.3}, "rate must be .* for 30 % write 0.3"),
        (0.3, {"width": 0.3, "level": 95}, "level must lie strictly between 0 and 1"),
        (0.3, {"width": 0.3, "level": 1 - 1e-16}, "level must lie strictly between 0 and 1"),
        (0.3, {"width": 0.3, "method": "wald"}, "method must be one of .*'wald'"),
        (None, {"width": 0.3, "average": True}, "an average needs a rate"),
        (0.3, {"width": 0.3, "most_patients": 1001}, "most_patients must be from 1 to 1000"),
        (0.3, {"width": 0.02}, "narrowest is 0.0577 at 1000 patients; accept"),
        (0.3, {"width": 0.3, "most_patients": 30}, "raise most_patients above 30, or accept"),
    ],
)
def test_what_makes_no_size_is_said(rate, asked, words) -> None:
    with pytest.raises(DesignError, match=words):
        size_for_interval(rate, **asked)


def test_only_sizes_that_were_looked_at_are_shown() -> None:
    found = size_for_interval(0.3, width=0.3)
    with pytest.raises(DesignError, match="patients must be from 1 to"):
        found.width_at(found.looked_to + 1)
    with pytest.raises(ValueError, match="read-only"):
        found.widths[0] = 0


# --- words and verb -----------------------------------------------------------------------


@pytest.mark.parametrize("method", INTERVALS)
def test_every_method_has_a_name_and_a_source(method) -> None:
    found = size_for_interval(0.3, width=0.4, method=method)
    words = word_interval_width(found)
    one = found.interval_at(found.first)
    for number in ("95 %", "40 percentage points", f"{found.first} patients", "30 %",
                   f"{100 * one.low:.1f} % to {100 * one.high:.1f} %"):  # fmt: skip
        assert number in words.protocol
    assert len(words.references) == 1
    assert words.grant.count(". ") <= 2


def test_words_of_the_other_widths() -> None:
    average = word_interval_width(size_for_interval(0.3, width=0.4, average=True))
    assert "on average, if the true response rate is 30 %: the average width is" in average.protocol
    widest = word_interval_width(size_for_interval(width=0.4))
    assert "whatever number of patients respond" in widest.grant
    assert "the widest" in widest.protocol
    uneven = size_for_interval(0.05, width=0.35)
    assert "only from 14 on" in word_interval_width(uneven).protocol
    assert "1 of 14" in word_interval_width(uneven, patients=14).protocol
    cut = size_for_interval(0.05, width=0.35, most_patients=12)
    assert "No number up to the 12 looked at" in word_interval_width(cut).protocol


def test_the_verb_prints_a_table() -> None:
    found = say("--rate", "0.05", "--width", "0.35")
    assert found.exit_code == 0
    for words in ("smallest", "0/9", "stable", "1/14", "0.3369", "68 looked at"):
        assert words in found.stdout


def test_the_verb_prints_json_with_words_and_draws(tmp_path) -> None:
    picture = tmp_path / "width.png"
    found = say(
        "--width", "0.3", "--method", "wilson", "--json", "--protocol-text", "--plot", str(picture)
    )  # fmt: skip
    content = json.loads(found.stdout)
    assert (content["rate"], content["first"], content["chosen"]) == (None, 39, 39)
    assert content["sizes"][0]["keeps_width"] is True
    assert "Wilson" in content["protocol_text"]
    assert picture.stat().st_size > 10_000
    stable = json.loads(say("--rate", "0.05", "--width", "0.35", "--stable", "--json").stdout)
    assert stable["chosen"] == 14


def test_the_verb_says_what_it_cannot_do() -> None:
    found = say("--rate", "0.05", "--width", "0.35", "--stable", "--most-patients", "12")
    assert found.exit_code == 2
    assert "up to 12 patients it does not show" in found.stderr
    unknown = say("--width", "0.3", "--method", "wald")
    assert unknown.exit_code == 2
    assert "'wald' is not one of" in unframed(unknown.stderr)
    error = say("--width", "3").exception
    assert isinstance(error, DesignError)
    assert "width must be strictly between 0 and 1" in str(error)
