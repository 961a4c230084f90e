"""The verb of the log-rank designs: table, JSON, picture, words, every way to say it."""

from __future__ import annotations

import json

import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.logrank import logrank
from trialwright.design.log_rank import LogRankTrial, find_log_rank
from trialwright.stats.historical import Exponential

TRIAL = LogRankTrial(Exponential.from_survival(0.62, at=2), 0.467, 2, rate=5)
run = call_of(logrank)
HISTORICAL = ["--survival", "0.62", "--at", "2", "--follow-up", "2", "--rate", "5"]
ASKED = [*HISTORICAL, "--hazard-ratio", "0.467", "--simulate", "200"]


def test_the_verb_prints_a_table() -> None:
    one = unframed(run(*ASKED).output)
    assert "patients 21 " in one
    assert "type I error, power 0.0500, 0.8024" in one
    two = run(*ASKED, "--stages", "2").output
    assert "stop: Z1 <=" in two
    assert "simulated 200 trials" in two
    looks = run(*ASKED, "--looks", "3", "--bounds", "Pocock")
    assert "1.9922" in looks.output


def test_the_verb_writes_json() -> None:
    one = json.loads(run(*ASKED, "--json").output)
    assert one["patients"] == find_log_rank(TRIAL).patients
    two = json.loads(run(*ASKED, "--stages", "2", "--json", "--protocol-text").output)
    assert two["optimal"]["patients"] == 23
    assert two["admissible"][0]["patients"] == two["minimax"]["patients"]
    assert "23 patients" in two["protocol_text"]
    assert len(two["simulated"]) == 8
    looks = json.loads(run(*ASKED, "--looks", "2", "--json").output)
    assert len(looks["looks"]) == 2


@pytest.mark.parametrize("more", [[], ["--stages", "2"], ["--looks", "2"]])
def test_the_verb_draws_and_words(tmp_path, more) -> None:
    picture = tmp_path / "design.svg"
    done = run(*ASKED, *more, "--plot", str(picture), "--protocol-text")
    assert done.exit_code == 0
    assert picture.read_bytes().startswith(b"<?xml")
    assert "For a grant application" in done.output


def test_the_verb_takes_every_way_to_say_it() -> None:
    same = [
        run(*HISTORICAL, "--hazard-ratio", "0.466793", "--simulate", "0", "--json"),
        run(*HISTORICAL, "--survival-worth", "0.80", "--simulate", "0", "--json"),
    ]
    assert len({json.loads(one.output)["patients"] for one in same}) == 1
    timed = run("--median", "3.2", "--median-worth", "5.33333", "--accrual", "18",
                "--follow-up", "6", "--simulate", "0", "--json")  # fmt: skip
    assert json.loads(timed.output)["patients"] == 27
    shaped = run("--median", "3.2", "--shape", "1.3", "--hazard-ratio", "0.6", "--accrual", "18",
                 "--follow-up", "6", "--simulate", "0", "--json")  # fmt: skip
    assert "Weibull, shape 1.3" in json.loads(shaped.output)["history"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--follow-up", "2", "--rate", "5", "--hazard-ratio", "0.5"], "say what historical"),
        (["--follow-up", "2", "--rate", "5", "--survival", "0.5", "--hazard-ratio", "0.5"],
         "--survival needs its time"),
        ([*HISTORICAL], "say what is worth pursuing"),
        ([*HISTORICAL, "--hazard-ratio", "0.5", "--median-worth", "9"], "say what is worth"),
        (["--median", "3", "--follow-up", "2", "--rate", "5", "--survival-worth", "0.5"],
         "--survival-worth needs its time"),
        ([*HISTORICAL, "--survival-worth", "0.5"], "must be above it"),
        ([*HISTORICAL, "--hazard-ratio", "1.5"], "hazard_ratio must lie"),
        ([*ASKED, "--method", "OneArm2stage"], "is for two stages"),
        ([*ASKED, "--looks", "2", "--bounds", "Haybittle"], "bounds must be one of"),
        ([*ASKED, "--accrual", "4"], "give either the rate"),
    ],
)  # fmt: skip
def test_the_verb_refuses(arguments, words) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in unframed(done.output)
