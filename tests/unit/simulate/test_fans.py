"""Bands of many trials: order statistics of what each trial's own curve says."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.simulate import read_scenario
from trialwright.simulate.trials import batches
from trialwright.simulate.trials.batches import Trials
from trialwright.simulate.trials.estimates import Asked, times_of
from trialwright.simulate.trials.fans import (
    LEVELS,
    PROBABILITIES,
    draw_fans,
    order_statistics,
)
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.stats import KaplanMeier

NULL = read_scenario("crclm_null")
TRIALS = Trials(40, 3, threads=1)


@pytest.fixture(scope="module")
def fans(crclm_study):
    return draw_fans(crclm_study, NULL, TRIALS)


@pytest.fixture(scope="module")
def outcomes(crclm_study):
    machine = without_looks(TrialMachine.of(crclm_study, NULL, "study"))
    return machine.run(3, 0, 40)


def test_the_probabilities_are_those_of_the_levels() -> None:
    ends = [round((1 + sign * level) / 2, 6) for level in LEVELS for sign in (-1, 1)]
    assert sorted([*ends, 0.5]) == list(PROBABILITIES)


@pytest.mark.parametrize("number", [1, 2, 39, 40, 1000])
def test_order_statistics_are_numpys_inverse_of_the_distribution(number: int) -> None:
    values = np.random.default_rng(number).normal(size=(number, 3))
    expected = np.quantile(values, PROBABILITIES, axis=0, method="inverted_cdf")
    assert np.array_equal(order_statistics(values, PROBABILITIES), expected)


def test_what_is_missing_is_left_out() -> None:
    values = np.array([[5.0, np.nan], [np.nan, np.nan], [1.0, np.nan]])
    found = order_statistics(values, (0.5, 1.0))
    assert found[:, 0].tolist() == [1.0, 5.0]
    assert np.isnan(found[:, 1]).all()


@pytest.mark.parametrize(("name", "field"), [("PFS", "progression_free"), ("OS", "survival")])
def test_bands_are_those_of_each_trials_kaplan_meier(
    crclm_study, fans, outcomes, name: str, field: str
) -> None:
    fan = next(one for one in fans.survival if one.endpoint == name)
    asked = Asked.of(crclm_study)
    curves = []
    for trial in range(40):
        time, event, _ = times_of(outcomes[trial : trial + 1], field, asked)
        curves.append(KaplanMeier.fit(time, event))
    for at in (0, 60, 200, 400, 731):
        values = np.array([one.at(fan.month[at]).value for one in curves])
        known = values[~np.isnan(values)]
        assert fan.known[at] == len(known) / 40
        expected = np.quantile(known, PROBABILITIES, method="inverted_cdf")
        assert fan.quantiles[:, at].tolist() == expected.tolist()
    at_risk = np.array([one.at_risk(fan.tick) for one in curves])
    expected = np.quantile(at_risk, PROBABILITIES, axis=0, method="inverted_cdf")
    assert np.array_equal(fan.at_risk, expected)


def test_the_axis_ends_at_the_horizon(fans) -> None:
    for fan in fans.survival:
        assert fan.tick.tolist() == list(range(0, 25, 3))
        assert fan.month[0] == 0
        assert 24 <= fan.month[-1] < 24.1


def test_the_reference_lies_inside_the_widest_band(fans) -> None:
    for fan in fans.survival:
        inside = (fan.quantiles[0] <= fan.reference) & (fan.reference <= fan.quantiles[-1])
        assert inside.mean() > 0.97
    assert fans.reference_patients >= 200_000


def test_the_waterfall_is_that_of_each_trial(fans, outcomes) -> None:
    change = outcomes["change"][:, :29]
    falling = -np.sort(-change, axis=1)
    expected = np.quantile(falling, PROBABILITIES, axis=0, method="inverted_cdf")
    assert np.array_equal(fans.waterfall.quantiles, expected)
    for counts, values in (
        (fans.waterfall.without_sum, np.isinf(change).sum(axis=1)),
        (fans.waterfall.shrunk, (change <= -0.3 + 1e-9).sum(axis=1)),
        (fans.waterfall.responders, outcomes["responders"]),
    ):
        assert counts == tuple(np.quantile(values, PROBABILITIES, method="inverted_cdf").tolist())


def test_the_waterfall_falls(fans) -> None:
    assert (np.diff(fans.waterfall.quantiles[:, 3:], axis=1) <= 0).all()
    assert (np.diff(fans.waterfall.reference[3:]) <= 0).all()


def test_responders_have_shrunk(fans) -> None:
    # A confirmed response takes a fall of 30 % at two scans, or no lesion left at all.
    assert all(
        r <= s for r, s in zip(fans.waterfall.responders, fans.waterfall.shrunk, strict=True)
    )


def test_numbers_depend_on_no_thread_and_no_batch(crclm_study, fans, monkeypatch) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 1500)  # the reference has 6,897 trials
    again = draw_fans(crclm_study, NULL, Trials(40, 3, threads=3))
    assert again.to_frame().equals(fans.to_frame(), null_equal=True)
    for one, other in zip(again.survival, fans.survival, strict=True):
        assert np.array_equal(one.at_risk, other.at_risk)
    monkeypatch.setattr(batches, "AT_ONCE", 7)
    few = draw_fans.__globals__["REFERENCE_PATIENTS"]
    monkeypatch.setitem(draw_fans.__globals__, "REFERENCE_PATIENTS", 290)
    third = draw_fans(crclm_study, NULL, Trials(40, 3, threads=2))
    assert few > 290
    assert np.array_equal(third.survival[0].quantiles, fans.survival[0].quantiles)
    assert np.array_equal(third.waterfall.quantiles, fans.waterfall.quantiles)


def test_every_number_stands_in_the_frame(fans) -> None:
    frame = fans.to_frame()
    assert frame["at"].unique(maintain_order=True).to_list() == ["PFS", "OS", "change"]
    assert frame.height == 2 * len(fans.survival[0].month) + 29
    assert frame.columns[2:9] == ["q2_5", "q10", "q25", "q50", "q75", "q90", "q97_5"]


def test_arrays_cannot_be_edited(fans) -> None:
    with pytest.raises(ValueError, match="read-only"):
        fans.survival[0].quantiles[0, 0] = 0.5
