"""``trialwright rate``: every method by name, the design's inference, and refusals in words."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from trialwright.cli import app
from trialwright.stats import INTERVALS, TwoStagePlan, infer_after_two_stages

RUN = CliRunner()
DESIGN = ["--null", "0.10", "--design", "1/10 5/29"]


def say(*arguments: str):
    return RUN.invoke(app, ["rate", *arguments], env={"COLUMNS": "200"})


def test_every_interval_is_there_by_its_name() -> None:
    found = json.loads(say("5/33", "--level", "0.9", "--json").stdout)
    expected = {one.method: one for one in (f(5, 33, level=0.9) for f in INTERVALS.values())}
    assert list(found) == list(expected)
    for method, one in expected.items():
        assert (found[method]["low"], found[method]["high"]) == (one.low, one.high)


def test_a_historical_rate_adds_the_tests_and_a_design_its_inference() -> None:
    found = json.loads(say("6/29", *DESIGN, "--json").stdout)
    expected = infer_after_two_stages(6, TwoStagePlan(10, 1, 29, 5, p0=0.10), level=0.95)
    assert found["after two stages"]["p_value"] == expected.p_value
    assert found["exact test"]["p_value"] == pytest.approx(0.0637, abs=1e-4)
    assert f"{expected}".split(",")[0] in say("6/29", *DESIGN).stdout


def test_a_trial_that_stopped_after_stage_1_is_inferred_there() -> None:
    found = json.loads(say("0/10", *DESIGN, "--json").stdout)["after two stages"]
    assert (found["verdict"], found["stage"]) == ("stop for futility", 1)
    assert found["koyama_chen_high"] is None  # not a number is not JSON


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["6"], "'6' is not K/N, such as 6/29"),
        (["31/29"], "successes must be from 0 to n = 29, not 31"),
        (["6/29", "--level", "95"], "level must lie strictly between 0 and 1"),
        (["6/29", "--null", "0"], "null_rate must lie strictly between 0 and 1"),
        (["6/29", "--design", "1/10 5/29"], "add --null"),
        (["6/29", "--null", "0.1", "--design", "1-10"], "is not r1/n1 r/n"),
        (["6/27", *DESIGN], "end it at 29 patients, not 27"),
        (["1/29", *DESIGN], "end it at 10 patients, not 29"),
    ],
)
def test_what_cannot_be_answered_is_said(arguments, words) -> None:
    found = say(*arguments)
    assert found.exit_code == 2
    assert words in found.stderr
