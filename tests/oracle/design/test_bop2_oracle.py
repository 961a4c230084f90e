"""BOP2 against enumerated tables, and against the bounds that the paper and R packages print."""

from __future__ import annotations

import pytest

from trialwright.design.bop2.binary import Bop2Design, find_bop2
from trialwright.design.bop2.optimum import Bop2Grid
from trialwright.design.bop2.outcomes import TwoOutcomes
from trialwright.design.bop2.pair import Bop2PairDesign, find_bop2_pair
from trialwright.design.joint.rule import JointRate
from trialwright.design.posterior import PosteriorCut, posterior_boundaries
from trialwright.stats.beta_binomial import BetaRate

LOOKS = (10, 15, 20, 25, 30, 35, 40)
# Efficacy 0.45 against 0.60 and toxicity 0.30 against 0.20, independent under the null.
TOXICITY = TwoOutcomes(
    "efficacy and toxicity",
    JointRate(0.15, 0.30, 0.15, 0.40),
    JointRate(0.18, 0.42, 0.02, 0.38),
)
HUNDREDTHS = [step / 100 for step in range(50, 100)]


def _numbers(cell: str) -> tuple[int, ...]:
    return tuple(int(part) for part in cell.split(";"))


def _bounds(cell: str) -> tuple[int | None, ...]:
    return tuple(None if bound < 0 else bound for bound in _numbers(cell))


@pytest.mark.shared
def test_bounds_and_chances_of_given_pairs(refs) -> None:
    for row in refs("bop2_binary_bounds_random_open", 68):
        p0, p1 = float(row["p0"]), float(row["p1"])
        pair = float(row["lambda"]), float(row["gamma"])
        bounds = Bop2Design(p0, p1, _numbers(row["looks"]), *pair).boundaries
        assert bounds.stop_at_most == _bounds(row["stop_le"]), row
        found = bounds.characteristics([p0, p1])
        seen = [*found.probability_high, found.probability_early_stop[0], *found.expected_patients]
        wanted = [float(row[name]) for name in ("type1", "power", "PET_p0", "EN_p0", "EN_p1")]
        assert seen == pytest.approx(wanted, abs=1e-9), row


@pytest.mark.shared
def test_the_optimum_of_the_grid(refs) -> None:
    gains = []
    for row in refs("bop2_binary_exact_optimum_open", 7):
        p0, p1 = float(row["p0"]), float(row["p1"])
        found = find_bop2(p0, p1, _numbers(row["looks"]), alpha=float(row["alpha"]))
        assert found.on_grid is not None
        assert found.on_grid.power == pytest.approx(float(row["power"]), abs=1e-9)
        assert found.on_grid.type_one_error == pytest.approx(float(row["type1"]), abs=1e-9)
        assert found.on_grid.boundaries.stop_at_most == _bounds(row["stop_le"])
        assert found.best.power >= found.on_grid.power - 1e-12
        gains.append(found.best.power - found.on_grid.power)
    # What the grid misses: with looks at 13 and 43 the bounds (1, 13) lie between its points.
    assert gains[0] == pytest.approx(0.025758, abs=1e-6)
    assert gains[1:] == pytest.approx([0.0] * 6, abs=1e-12)


@pytest.mark.shared
def test_posterior_bounds_of_toxicity(refs) -> None:
    for row in refs("thallsimon_posterior_monitoring_open", 135):
        prior = BetaRate(float(row["a"]), float(row["b"]))
        cut = PosteriorCut(float(row["pT"]), float(row["cut"]))
        found = posterior_boundaries(_numbers(row["looks"]), prior, high=cut)
        stops = [part if part == "NA" else int(part) for part in row["stop_ge"].split(";")]
        pairs = zip(_numbers(row["looks"]), found.stop_at_least, stops, strict=True)
        for look, bound, stop in pairs:
            assert bound == stop or (bound is None and (stop == "NA" or stop > look)), row


def test_the_readme_of_bop2fe_for_one_outcome() -> None:
    # R BOP2FE 1.0.3, README: lambda 0.9, gamma 1, futility 1 2 3 5 7 9 11. It simulates; exact:
    design = Bop2Design(0.2, 0.4, LOOKS, lambda_=0.9, gamma=1.0)
    assert design.boundaries.stop_at_most == (1, 2, 3, 5, 7, 9, 11)
    found = design.boundaries.characteristics([0.2, 0.4])
    # The domain notes (6.4) have the last two the wrong way round: power 0.8815, PET 0.8752.
    assert found.probability_high == pytest.approx([0.0691, 0.8752], abs=5e-5)
    assert found.probability_early_stop[0] == pytest.approx(0.8815, abs=5e-5)
    assert found.expected_patients[0] == pytest.approx(21.23, abs=5e-3)


def test_anchors_of_the_domain_notes() -> None:
    grid = Bop2Grid(HUNDREDTHS, [step / 40 for step in range(41)])
    found = find_bop2(0.2, 0.4, LOOKS, alpha=0.10, grid=grid).on_grid
    assert found is not None
    assert (found.lambda_, found.gamma) == (0.84, 0.65)
    assert found.boundaries.stop_at_most == (1, 2, 4, 5, 7, 9, 10)
    assert (found.type_one_error, found.power) == pytest.approx((0.0974, 0.8815), abs=5e-5)
    other = Bop2Design(0.1, 0.3, (10, 20, 30, 40), lambda_=0.81, gamma=0.95)
    assert other.boundaries.stop_at_most == (0, 1, 3, 6)
    assert (other.type_one_error, other.power) == pytest.approx((0.0870, 0.9489), abs=5e-5)
    assert other.boundaries.characteristics(0.1).expected_patients[0] == pytest.approx(
        24.64, abs=5e-3
    )


def test_nested_bounds_of_bop2fe() -> None:
    # R BOP2FE 1.0.3, README, nested: lambda 0.9, gamma 0.3.
    outcomes = TwoOutcomes.nested(inner=(0.15, 0.25), outer=(0.30, 0.50))
    rule = Bop2PairDesign(outcomes, LOOKS, lambda_=0.9, gamma=0.3).rule
    assert rule.first.boundaries.stop_at_most == (1, 3, 4, 5, 6, 7, 9)
    assert rule.second.boundaries.stop_at_most == (3, 5, 7, 9, 11, 13, 15)
    assert rule.stop_when == "both"


def test_co_primary_bounds_of_bop2fe() -> None:
    # R BOP2FE 1.0.3, README, co-primary: response and 6-month PFS, lambda 0.9, gamma 0.3.
    outcomes = TwoOutcomes(
        "co-primary", JointRate(0.05, 0.05, 0.15, 0.75), JointRate(0.15, 0.15, 0.20, 0.50)
    )
    rule = Bop2PairDesign(outcomes, LOOKS, lambda_=0.9, gamma=0.3).rule
    assert rule.first.boundaries.stop_at_most == (1, 2, 3, 4, 4, 5, 6)
    assert rule.second.boundaries.stop_at_most == (2, 3, 5, 6, 8, 9, 11)
    assert rule.stop_when == "both"


def test_toxicity_bounds_of_bop2fe() -> None:
    # R BOP2FE 1.0.3, README, joint efficacy and toxicity: lambda 0.7, gamma 0.8.
    rule = Bop2PairDesign(TOXICITY, LOOKS, lambda_=0.7, gamma=0.8).rule
    assert rule.first.boundaries.stop_at_most == (3, 5, 8, 11, 13, 16, 19)
    assert rule.second.boundaries.stop_at_least == (5, 6, 7, 8, 9, 10, 11)
    assert rule.stop_when == "either"


def test_the_toxicity_design_of_the_paper_is_the_optimum() -> None:
    # R multibrasBOP2 names lambda 0.625, gamma 0.98 as the pair of Zhou et al. 2017.
    published = Bop2PairDesign(TOXICITY, LOOKS, lambda_=0.625, gamma=0.98)
    found = find_bop2_pair(TOXICITY, LOOKS, alpha=0.10)
    assert found.best.rule == published.rule
    assert (published.type_one_error, published.power) == pytest.approx((0.0912, 0.7456), abs=5e-5)
