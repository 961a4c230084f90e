"""A response design and a toxicity rule in one trial: a known case, refusals, words, the verb."""

from __future__ import annotations

import json

import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.together import together
from trialwright.design.boundaries import Boundaries
from trialwright.design.joint.together import judge_together
from trialwright.errors import DesignError
from trialwright.report.design.words_together import word_together

SIMON = Boundaries((10, 29), (1, 5), (None, 6))
# Thall-Simon-Estey, limit .30, uniform prior, cut .90 (domain report section 6.4).
LOOKS = (5, 10, 15, 20, 25, 30)
OVERLAY = Boundaries(LOOKS, (None,) * 6, (3, 5, 7, 9, 11, 13))


def judge(**changed):
    asked = {"response_rates": [0.1, 0.3], "toxicity_rates": [0.2, 0.4], **changed}
    return judge_together(SIMON, OVERLAY, **asked)


def test_what_the_overlay_costs() -> None:
    found = judge()
    assert found.rule.looks == (5, 10, 15, 20, 25, 29)
    rows = {(row.response_rate, row.toxicity_rate): row for row in found.rows}
    for (p, _), row in rows.items():
        # Simon's design alone: type I error .0471 and power .8051, 15.01 patients expected at .10.
        assert row.response_alone == pytest.approx({0.1: 0.0471, 0.3: 0.8051}[p], abs=5e-5)
        # Independent: what the toxicity rule leaves is the same share at every response rate.
        left = row.response_alone * (1 - row.toxicity_alone)
        assert row.declares_activity == pytest.approx(left, abs=1e-12)
        assert row.taken_by_toxicity == pytest.approx(row.response_alone - left, abs=1e-12)
        assert row.expected_patients < row.expected_alone
    assert rows[0.1, 0.2].expected_alone == pytest.approx(15.01, abs=5e-3)


def test_the_parts_of_a_row_are_the_whole() -> None:
    found = judge(odds_ratios=(0.25, 1, 4))
    assert len(found.rows) == 12
    for row, ends in zip(found.rows, found.ends, strict=True):
        parts = row.stops_for_response + row.stops_for_toxicity + row.stops_for_both
        assert parts + row.declares_activity == pytest.approx(1, abs=1e-12)
        assert sum(ends) == pytest.approx(1, abs=1e-12)
        assert sum(ends[:-1]) == pytest.approx(row.early_stop, abs=1e-12)


def test_looks_beyond_the_response_design_are_left_out() -> None:
    assert judge().toxicity.looks == (5, 10, 15, 20, 25, 29)
    assert judge().toxicity.stop_at_least == (3, 5, 7, 9, 11, None)
    same = Boundaries((10, 29), (None, None), (6, 12))
    assert judge_together(SIMON, same, response_rates=0.1, toxicity_rates=0.2).toxicity == same


def test_a_patient_without_toxicity_is_judged_by_response_alone() -> None:
    rows = judge(toxicity_rates=[0.0]).rows
    assert len(rows) == 2
    for row in rows:
        assert row.declares_activity == pytest.approx(row.response_alone, abs=1e-12)
        assert row.stops_for_toxicity == row.toxicity_alone == 0


def test_toxicity_of_everybody_ends_the_trial_at_its_first_look() -> None:
    (row,) = judge(response_rates=[0.3], toxicity_rates=[1.0]).rows
    assert row.declares_activity == 0
    assert row.expected_patients == pytest.approx(5, abs=1e-12)


def test_the_tables() -> None:
    found = judge()
    table = found.to_frame()
    assert table.height == 4
    assert table["taken_by_toxicity"].to_list() == [row.taken_by_toxicity for row in found.rows]
    sizes = found.patients_frame()
    assert sizes.height == 4 * 6
    first = sizes.head(6)
    expected = (first["patients"] * first["probability"]).sum()
    assert expected == pytest.approx(found.rows[0].expected_patients, abs=1e-12)


@pytest.mark.parametrize(
    ("response", "toxicity", "words"),
    [
        (SIMON, Boundaries((30,), (None,), (12,)), "never stops a trial of 29 patients"),
        (SIMON, Boundaries((10, 20), (None, None), (None, None)), "give it an upper bound"),
        (SIMON, Boundaries((10, 20), (0, None), (6, 9)), "does not stop early for success"),
        (Boundaries((10, 29), (1, 5), (5, 6)), OVERLAY, "does not stop early for success"),
    ],
)
def test_rules_that_do_not_go_together_are_refused(response, toxicity, words) -> None:
    with pytest.raises(DesignError, match=words):
        judge_together(response, toxicity, response_rates=0.1, toxicity_rates=0.2)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"response_rates": [1.2]}, "rate must be from 0 to 1"),
        ({"toxicity_rates": [-0.1]}, "rate must be from 0 to 1"),
        ({"odds_ratios": [-1]}, "odds_ratio must be 0 or more"),
    ],
)
def test_what_is_no_rate_is_refused(changed, words) -> None:
    with pytest.raises(ValueError, match=words):
        judge(**changed)


# --- words and the verb -----------------------------------------------------------------------


def test_the_protocol_has_every_number() -> None:
    found = judge()
    words = word_together(found)
    for part in ("29 patients", "after 10 and 29", "after 5, 10, 15, 20 and 25", "at most 1 of 10",
                 "at least 11 of 25", "0.0471", "0.8051", "(odds ratio 1 [2])"):  # fmt: skip
        assert part in words.protocol
    for row in found.rows:
        assert f"{row.declares_activity:.4f}" in words.protocol
        assert f"{row.expected_patients:.1f}" in words.protocol
    assert "13 of 30" not in words.protocol  # no look that this trial does not have
    assert words.grant.count(". ") <= 2


def test_the_protocol_says_how_much_the_association_matters() -> None:
    found = judge(odds_ratios=(0.5, 1, 2))
    assert "over odds ratios from 0.5 to 2 no chance" in word_together(found).protocol
    assert "taken as 3 [2]." in word_together(judge(odds_ratios=(3,))).protocol


ASKED = (
    "--response", "1/10,5/29", "--toxicity", "3/5 5/10 7/15 9/20 11/25 13/30",
    "--response-rates", "0.1,0.3", "--toxicity-rates", "0.2",
)  # fmt: skip


run = call_of(together, *ASKED)


def test_the_verb_prints_a_table() -> None:
    printed = run()
    assert printed.exit_code == 0
    assert "0.8051" in printed.stdout
    assert f"{judge().rows[2].declares_activity:.4f}" in printed.stdout


def test_the_verb_prints_json() -> None:
    content = json.loads(run("--json", "--odds-ratios", "0.5,2", "--protocol-text").stdout)
    assert content["toxicity"]["stop_at_least"] == [3, 5, 7, 9, 11, None]
    assert len(content["characteristics"]) == 4
    assert len(content["patients"]) == 4 * 6
    assert "odds ratios from 0.5 to 2" in content["protocol_text"]


def test_the_verb_prints_words_and_draws(tmp_path) -> None:
    printed = run("--protocol-text", "--plot", str(tmp_path / "both.svg"))
    assert "For a grant application" in printed.stdout
    assert "stop: too much toxicity" in (tmp_path / "both.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (("--response", "1-10"), "--response must be"),
        (("--toxicity", ""), "--toxicity must be"),
        (("--response-rates", "ten"), "--response-rates must be rates with commas"),
        (("--response-rates", "10"), "--response-rates must be from 0 to 1"),
        (("--toxicity", "0/5"), "at least 0 of 5 is true of every trial"),
        (("--toxicity-rates", "1.5"), "must be from 0 to 1"),
        (("--odds-ratios", "-1"), "must be 0 or more, not -1.0"),
    ],
)
def test_the_verb_refuses(bad, words) -> None:
    done = run(*bad)
    assert done.exit_code == 2
    assert words in unframed(done.stderr)


def test_the_verb_leaves_a_design_error_to_the_program() -> None:
    error = run("--toxicity", "3/40").exception
    assert isinstance(error, DesignError)
    assert "never stops a trial of 29 patients" in str(error)
