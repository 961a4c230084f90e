"""Lee and Liu's design against R ph2bayes bounds and against the paper."""

from __future__ import annotations

import pytest

from trialwright.design.predictive.design import Monitoring, PredictiveDesign
from trialwright.design.predictive.search import find_predictive
from trialwright.stats.beta_binomial import BetaRate
from trialwright.stats.predictive_probability import predictive_probability


@pytest.mark.shared
def test_bounds_and_chances_of_given_thresholds(refs) -> None:
    for row in refs("leeliu_designs_exact_open", 8):
        p0, p1, n = float(row["p0"]), float(row["p1"]), int(row["N"])
        looks = Monitoring(first_look=int(row["nmin"]), most_patients=n).looks(n)
        thetas = (float(row[name]) for name in ("theta_L", "theta_T", "theta_U"))
        prior = BetaRate(float(row["prior_a"]), float(row["prior_b"]))
        bounds = PredictiveDesign(p0, p1, looks, *thetas, prior).boundaries
        stops = [int(part) for part in row["stop_le"].split(";")]
        assert bounds.stop_at_most == tuple(None if stop < 0 else stop for stop in stops)
        assert bounds.stop_at_least[-1] == int(row["r_final_ge"])
        found = bounds.characteristics([p0, p1])
        early, expected = found.probability_early_stop, found.expected_patients
        seen = [*found.probability_high, early[0], expected[0], early[1], expected[1]]
        names = ("type1", "power", "PET_p0", "EN_p0", "PET_p1", "EN_p1")
        assert seen == pytest.approx([float(row[name]) for name in names], abs=1e-9)


def test_the_single_probability_of_the_paper() -> None:
    # Lee & Liu 2008, page 97, table 1; R phase1b tests it to 0.5655589.
    found = predictive_probability(
        16, 23, 40, null_rate=0.6, threshold=0.9, prior=BetaRate(0.6, 0.4)
    )
    assert found.value == pytest.approx(0.5655589, abs=5e-8)
    design = PredictiveDesign(0.6, 0.8, (23, 40), theta_l=0.1, theta_t=0.9)
    assert design.probability(16, 23) == found.value


def test_the_search_finds_the_design_of_the_paper() -> None:
    # Lee & Liu 2008: 36 patients, theta_L 0.001, theta_T from 0.852 to 0.922, type I error 0.088,
    # power 0.906, expected 27.67 at p0 = 0.2; bounds as in the domain notes, 6.4.
    found = find_predictive(0.2, 0.4, alpha=0.10, power=0.90)
    bounds = found.best.boundaries
    assert bounds.most_patients == 36
    assert found.best.theta_l == 0.001
    assert found.theta_t == pytest.approx((0.852, 0.922), abs=1.0e-3)
    chances = bounds.characteristics([0.2, 0.4])
    assert chances.probability_high == pytest.approx([0.0878, 0.9062], abs=5e-5)
    assert chances.probability_early_stop[0] == pytest.approx(0.8571, abs=5e-5)
    assert chances.expected_patients[0] == pytest.approx(27.67, abs=5e-3)
    at = dict(zip(bounds.looks, bounds.stop_at_most, strict=True))
    steps = {10: 0, 17: 1, 21: 2, 24: 3, 27: 4, 29: 5, 31: 6, 33: 7, 34: 8, 35: 9, 36: 10}
    assert {look: at[look] for look in steps} == steps
    assert all(at[look - 1] == bound - 1 for look, bound in steps.items() if bound)


def test_what_another_aim_saves_against_the_paper() -> None:
    # The same 36 patients and 11 responders, theta_L 0.0072 in place of 0.001.
    paper = find_predictive(0.2, 0.4, alpha=0.10, power=0.90)
    sparing = find_predictive(0.2, 0.4, alpha=0.10, power=0.90, aim="size then expected")
    one, other = (each.best.boundaries for each in (paper, sparing))
    assert one.most_patients == other.most_patients
    saved = (
        one.characteristics(0.2).expected_patients - other.characteristics(0.2).expected_patients
    )
    assert saved[0] == pytest.approx(2.95, abs=5e-3)
    assert sparing.best.power == pytest.approx(0.9002, abs=5e-5)
