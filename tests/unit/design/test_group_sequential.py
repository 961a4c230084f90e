"""Critical values of several looks: by hand, by another route, every refusal, words and verb."""

from __future__ import annotations

import json
import math
from statistics import NormalDist

import numpy as np
import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.group_sequential import group_sequential
from trialwright.design.group_sequential.critical_values import BOUNDS, find_group_sequential
from trialwright.design.group_sequential.crossing import crossing
from trialwright.design.log_rank.bivariate_normal import both_above
from trialwright.errors import DesignError
from trialwright.report.design.words_group_sequential import word_group_sequential

INF = math.inf


# --- the recursion ----------------------------------------------------------------------------


@pytest.mark.parametrize("fraction", [0.02, 0.3, 0.7, 0.98, 0.9999])
def test_two_looks_are_a_bivariate_normal(fraction) -> None:
    found = crossing([0.1, -INF], [INF, 1.6], [fraction, 1.0], [0.2, 1.1])
    expected = both_above(0.1 - 0.2, 1.6 - 1.1, math.sqrt(fraction))
    assert found.high[1] == pytest.approx(float(expected), abs=1e-12)
    assert found.low[0] == pytest.approx(NormalDist().cdf(-0.1), abs=1e-14)


def test_both_bounds_against_simulated_trials() -> None:
    information = np.array([0.3, 0.5, 0.8, 1.0])
    lower, upper, drift = [-0.5, 0.0, 0.5, 1.8], [2.8, 2.4, 2.1, 1.8], 1.5
    found = crossing(lower, upper, information, drift * np.sqrt(information))
    steps = np.random.default_rng(1).normal(size=(400_000, 4)) * np.sqrt(
        np.diff(information, prepend=0)
    )
    z = (np.cumsum(steps, axis=1) + drift * information) / np.sqrt(information)
    going = np.ones(len(z), bool)
    for look in range(4):
        for side, out in (
            (found.low, z[:, look] <= lower[look]),
            (found.high, z[:, look] > upper[look]),
        ):
            share = (going & out).mean()
            assert side[look] == pytest.approx(share, abs=5 * math.sqrt(0.25 / len(z)))
        going &= (z[:, look] > lower[look]) & (z[:, look] <= upper[look])
    assert math.fsum(found.low) + math.fsum(found.high) == pytest.approx(1, abs=1e-12)


def test_a_trial_that_must_have_stopped() -> None:
    found = crossing([1.0, -INF], [1.0, 0.0], [0.5, 1.0], [0.0, 0.0])
    assert found.high[1] == 0


# --- the bounds -------------------------------------------------------------------------------


@pytest.mark.parametrize("bounds", BOUNDS)
def test_one_look_is_the_normal_quantile(bounds) -> None:
    found = find_group_sequential(bounds, looks=1, alpha=0.05)
    assert found.critical_values == pytest.approx([NormalDist().inv_cdf(0.95)], abs=1e-9)
    assert found.inflation(0.80) == pytest.approx(1, abs=1e-9)


def test_shapes() -> None:
    pocock, fleming = (
        find_group_sequential(name, looks=3, alpha=0.025) for name in ("Pocock", "O'Brien-Fleming")
    )
    assert len(set(pocock.critical_values)) == 1
    scaled = [
        v * math.sqrt(t) for v, t in zip(fleming.critical_values, fleming.information, strict=True)
    ]
    assert scaled == pytest.approx([scaled[0]] * 3)
    between = find_group_sequential("Wang-Tsiatis", looks=3, alpha=0.025, shape=0.5)
    assert between.critical_values == pytest.approx(pocock.critical_values, abs=1e-9)
    peto = find_group_sequential("Haybittle-Peto", looks=3, early_value=3.2)
    assert peto.critical_values[:2] == (3.2, 3.2)


def test_spending_by_hand() -> None:
    # Lan & DeMets: alpha log(1 + (e - 1) t) at t = 1/2 is spent at the first look.
    found = find_group_sequential("Pocock spending", information=[0.5, 1.0], alpha=0.05)
    spent = 0.05 * math.log(1 + (math.e - 1) / 2)
    assert found.spent == pytest.approx([spent, 0.05], abs=1e-12)
    assert found.critical_values[0] == pytest.approx(NormalDist().inv_cdf(1 - spent), abs=1e-9)
    assert found.nominal_levels[0] == pytest.approx(spent)
    # A look so early that nothing is spent never stops the trial.
    early = find_group_sequential("O'Brien-Fleming spending", information=[0.01, 1.0])
    assert early.critical_values[0] == 8.5
    assert early.critical_values[1] == pytest.approx(NormalDist().inv_cdf(0.95), abs=1e-9)


def test_chances_and_frame() -> None:
    found = find_group_sequential("Pocock", looks=3, alpha=0.05)
    null = found.chances(0.0)
    assert null.probability_declare_active == pytest.approx(0.05, abs=1e-12)
    assert sum(null.ends) == pytest.approx(1)
    drift = found.drift_for(0.9)
    assert found.chances(drift).probability_declare_active == pytest.approx(0.9, abs=1e-10)
    assert found.chances(drift).expected_information < null.expected_information < 1
    frame = found.to_frame()
    assert frame["critical_value"].to_list() == list(found.critical_values)
    assert str(found) == "Pocock, 3 looks: 1.992, 1.992, 1.992"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"bounds": "Haybittle"}, "bounds must be one of"),
        ({"looks": None}, "give either looks"),
        ({"information": [0.5, 1]}, "give either looks"),
        ({"looks": 0}, "looks must be from 1 to 20, not 0"),
        ({"looks": 21}, "looks must be from 1 to 20, not 21"),
        ({"looks": None, "information": [0.5, 0.4, 1]}, "information must ascend"),
        ({"looks": None, "information": [0.5, 0.9]}, "information must ascend"),
        ({"looks": None, "information": [0, 1]}, "information must ascend"),
        ({"looks": None, "information": []}, "information must ascend"),
        ({"alpha": 5}, "for 5 % write 0.05"),
        ({"bounds": "Wang-Tsiatis", "shape": 2}, "shape must be from -1 to 1"),
        ({"bounds": "Haybittle-Peto", "early_value": 0}, "early_value must be above 0"),
        ({"bounds": "Haybittle-Peto", "early_value": 1.6}, "raise early_value or take fewer looks"),
    ],
)
def test_bounds_that_cannot_be(changed, words) -> None:
    asked = {"bounds": "Pocock", "looks": 3, "alpha": 0.05, **changed}
    with pytest.raises(DesignError, match=words):
        find_group_sequential(asked.pop("bounds"), **asked)


def test_power_that_cannot_be() -> None:
    found = find_group_sequential("Pocock", looks=2, alpha=0.05)
    with pytest.raises(DesignError, match="power must be above alpha"):
        found.inflation(0.01)
    with pytest.raises(DesignError, match="power must be strictly between"):
        found.inflation(1.0)
    with pytest.raises(DesignError, match="drift must be finite"):
        found.chances(math.nan)


# --- words and verb ---------------------------------------------------------------------------

run = call_of(group_sequential)


def test_words() -> None:
    words = word_group_sequential(find_group_sequential("O'Brien-Fleming", looks=3, alpha=0.025))
    for part in ("looked at 3 times", "3.471", "2.454", "2.004", "0.025", "1.0174"):
        assert part in words.protocol
    assert "O'Brien" in words.references[0]
    spending = word_group_sequential(find_group_sequential("Pocock spending", looks=2))
    assert "Lan KKG" in spending.references[0]


def test_the_verb(tmp_path) -> None:
    table = run("--looks", "3", "--alpha", "0.025").output
    assert "3.47109" in table
    found = json.loads(run("--information", "0.5,1", "--bounds", "Pocock", "--json").output)
    assert found["looks"][0]["critical_value"] == pytest.approx(1.875423, abs=1e-6)
    picture = tmp_path / "looks.svg"
    done = run("--plot", str(picture), "--protocol-text")
    assert picture.read_bytes().startswith(b"<?xml")
    assert "For a grant application" in done.output


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (("--bounds", "Haybittle"), "bounds must be one of"),
        (("--information", "0.5,later"), "later'"),
    ],
)
def test_the_verb_refuses(bad, words) -> None:
    done = run(*bad)
    assert done.exit_code == 2
    assert words in unframed(done.stderr)
