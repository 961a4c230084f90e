"""What a tornado varies, and how its differences and their errors are made."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from trialwright.errors import StudyError
from trialwright.simulate import list_scenarios, read_scenario
from trialwright.simulate.trials import batches
from trialwright.simulate.trials.batches import Trials, has_declared
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.tornado import RESULTS, find_what_matters
from trialwright.simulate.trials.variations import (
    Variation,
    Varied,
    read_variations,
    value_of,
    vary_setting,
)

ALTERNATIVE = read_scenario("crclm_alternative")
TRIALS = Trials(60, 4, threads=1)
MISSED = Variation("Missed", "assumption", "scans.missed_probability", 0.03, 0.3, "a test")
TOXIC = Variation("Toxic", "assumption", "toxicity.unacceptable_probability", 0.0, 0.4, "a test")
CONFIRM = Variation("Confirm", "choice", "response.confirmation_required", False, True, "a test")
NEW = Variation(
    "New lesions", "assumption", "new_lesions.hazard_per_week", 0.5, 2.0, "a test", factors=True
)


@pytest.fixture(scope="module")
def setting(crclm_study):
    return Varied(crclm_study, ALTERNATIVE)


@pytest.fixture(scope="module")
def tornado(setting):
    return find_what_matters(setting, (MISSED, TOXIC, CONFIRM, NEW), TRIALS)


@pytest.mark.parametrize("name", list_scenarios())
def test_every_shipped_variation_is_allowed_in_every_scenario(crclm_study, name: str) -> None:
    base = Varied(crclm_study, read_scenario(name))
    for one in read_variations():
        assert one.reason
        low, high = (vary_setting(base, one, high=end) for end in (False, True))
        assert low[1] != high[1]
        assert low[0] != high[0]
        assert value_of(low[0], one) == low[1]


def test_a_factor_multiplies_what_the_scenario_has(setting) -> None:
    high, value = vary_setting(setting, NEW, high=True)
    assert value == high.scenario.new_lesions.hazard_per_week
    assert value == pytest.approx(2 * ALTERNATIVE.new_lesions.hazard_per_week)
    assert high.study is setting.study


def test_the_way_of_counting_is_a_choice(setting) -> None:
    one = Variation("Counting", "choice", "counting", "fda_a", "ema", "a test")
    assert vary_setting(setting, one, high=True)[0].counting == "ema"
    assert value_of(setting, one) == "study"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"field": "scans.mised_probability"}, r"no field of a scenario; did you mean scans\.miss"),
        ({"low": -0.1}, r"(?s)Missed: .*scans\.missed_probability = -0\.1; it must be 0 to 1"),
        ({"low": "often"}, r"must be a number, not 'often'"),
        ({"field": "growth.model", "factors": True}, r"is no number; give values, not factors"),
        (
            {"field": "ablation.technique_efficacy_probabilities", "low": [0.5]},
            r"must ascend, and .* have one entry more",
        ),
        ({"kind": "choice", "field": "response.confirm"}, r"is no field of the study file"),
        (
            {"kind": "choice", "field": "response.planned_ablation"},
            r"planned_ablation = 0\.03 is not allowed: Input should be 'exclude'",
        ),
    ],
)
def test_a_slip_is_named(setting, changes, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        vary_setting(setting, replace(MISSED, **changes), high=False)


def test_every_problem_of_a_file_is_listed(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[assumptions]]\ntitle = "a"\nfield = "scans.missed_probability"\nvalues = [0.1]\n'
        '[[choices]]\ntitel = "b"\nfield = "x.y"\nreason = "c"\nvalues = [1, 2]\nfactors = [1, 2]\n'
        "[[choice]]\n"
    )
    with pytest.raises(StudyError) as error:
        read_variations(path)
    words = str(error.value)
    assert "[[assumptions]] 1: reason is missing" in words
    assert "[[assumptions]] 1: values must be two" in words
    assert "[[choices]] 1: titel is not known; did you mean title?" in words
    assert "[[choices]] 1: give values or factors, one of them" in words
    assert "[[choice]] is not known; did you mean choices?" in words


def test_a_file_that_varies_nothing_or_is_none_is_refused(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("")
    with pytest.raises(StudyError, match="varies nothing"):
        read_variations(path)
    path.write_text("[[")
    with pytest.raises(StudyError, match="is no TOML"):
        read_variations(path)


def test_the_value_of_the_base_changes_nothing_at_all(tornado) -> None:
    missed, _, confirm, _ = tornado.bars
    for effect in (*missed.at_low.values(), *confirm.at_high.values()):
        assert effect.change.value == 0
        assert effect.change.standard_error == 0
        assert effect.unpaired_error > 0


def test_toxicity_moves_decisions_and_no_response(tornado) -> None:
    bar = tornado.bars[1]
    for end in (bar.at_low, bar.at_high):
        for result in ("ORR", "median PFS"):
            assert (end[result].change.value, end[result].change.standard_error) == (0, 0)
    assert bar.at_high["declares activity"].change.value < 0
    assert bar.at_high["patients enrolled"].change.value < 0


def test_a_change_is_the_mean_of_paired_differences(setting, tornado) -> None:
    unconfirmed = vary_setting(setting, CONFIRM, high=False)[0]
    rates, declared = [], []
    for one in (setting, unconfirmed):
        machine = TrialMachine.of(one.study, one.scenario, one.counting)
        rates.append(without_looks(machine).run(4, 0, 60)["responders"] / 29)
        declared.append(has_declared(machine.run(4, 0, 60), machine.conduct).astype(float))
    for result, (before, after) in (("ORR", rates), ("declares activity", declared)):
        effect = tornado.bars[2].at_low[result]
        difference = after - before
        assert effect.change.value == pytest.approx(difference.mean(), abs=1e-12)
        assert effect.change.standard_error == pytest.approx(
            difference.std(ddof=1) / np.sqrt(60), abs=1e-12
        )
        assert effect.change.standard_error < effect.unpaired_error


def test_bars_are_sorted_by_how_far_they_reach(tornado) -> None:
    for result in RESULTS:
        spans = [bar.span(result) for bar in tornado.sorted_by(result)]
        assert spans == sorted(spans, reverse=True)
    assert tornado.sorted_by("ORR")[-1].variation is TOXIC


def test_numbers_depend_on_no_thread_and_no_batch(setting, tornado, monkeypatch) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 11)
    again = find_what_matters(setting, (MISSED, TOXIC, CONFIRM, NEW), replace(TRIALS, threads=3))
    assert again == tornado


def test_one_row_a_result_bar_and_end(tornado) -> None:
    frame = tornado.to_frame()
    assert frame.height == 4 * 4 * 2
    assert set(frame["reason"]) == {"a test"}
    assert (frame["base_result"] + frame["change"] - frame["value"]).abs().max() < 1e-12


def test_a_study_that_declares_nothing_has_no_chance_to(crclm_study, settle) -> None:
    study = settle(crclm_study, design__kind="descriptive")
    found = find_what_matters(Varied(study, ALTERNATIVE), (TOXIC,), TRIALS)
    assert found.results == ("ORR", "median PFS", "patients enrolled")
    assert set(found.base) == set(found.bars[0].at_low) == set(found.results)
    assert found.to_frame()["result"].unique(maintain_order=True).to_list() == list(found.results)
    assert not found.to_frame()["value"].is_nan().any()
    with pytest.raises(StudyError, match="'declares activity' is no result of it; name one of ORR"):
        found.sorted_by("declares activity")


def test_a_choice_without_a_test_leaves_its_own_chance_open(setting) -> None:
    one = Variation("Test", "choice", "design.kind", "two_stage", "descriptive", "a test")
    found = find_what_matters(setting, (one,), TRIALS)
    assert found.results == RESULTS
    assert isnan(found.bars[0].at_high["declares activity"].change.value)
    assert found.bars[0].span("declares activity") == 0


def test_a_slip_in_the_last_entry_shows_before_any_trial_is_run(setting) -> None:
    seen: list[str] = []
    with pytest.raises(StudyError):
        find_what_matters(setting, (TOXIC, replace(MISSED, low=2.0)), TRIALS, on_bar=seen.append)
    assert not seen


def test_too_few_trials_are_refused(setting) -> None:
    with pytest.raises(ValueError, match="40 or more"):
        find_what_matters(setting, (TOXIC,), Trials(39, 1))
