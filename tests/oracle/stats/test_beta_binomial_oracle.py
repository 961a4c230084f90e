"""Posteriors and predictive probabilities against R's ``qbeta``, ph2bayes and Lee & Liu 2008."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from trialwright.stats.beta_binomial import BetaRate
from trialwright.stats.predictive_probability import predictive_probability

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "stats"


def table(name: str) -> list[dict[str, str]]:
    with (FIXTURES / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def prior_of(row: dict[str, str], a: str = "a", b: str = "b") -> BetaRate:
    return BetaRate(float(row[a]), float(row[b]))


def test_predictive_probabilities(rows) -> None:
    wrong = []
    for row in rows("predictive_probability_points", {"fixture": 40, "shared": 278}):
        found = predictive_probability(
            int(row["y"]),
            int(row["n"]),
            int(row["nmax"]),
            null_rate=float(row["p0"]),
            threshold=float(row["theta_T"]),
            prior=prior_of(row),
        )
        if found.value != pytest.approx(float(row["pp"]), abs=1e-9, rel=0):
            wrong.append((row, found))
    assert not wrong


def test_futility_bounds_of_published_designs(rows) -> None:
    """Each look stops at the most responders whose predictive probability is below theta_L."""
    for row in rows("leeliu_designs_exact", {"fixture": 8, "shared": 8}):
        last, first = int(row["N"]), int(row["nmin"])
        bounds = [int(x) for x in row["stop_le"].split(";")]
        assert len(bounds) == last - first + 1
        for n, bound in zip(range(first, last + 1), bounds, strict=True):
            found = [
                predictive_probability(
                    k,
                    n,
                    last,
                    null_rate=float(row["p0"]),
                    threshold=float(row["theta_T"]),
                    prior=prior_of(row, "prior_a", "prior_b"),
                )
                for k in range(n + 1)
            ]
            assert sum(one.value < float(row["theta_L"]) for one in found) - 1 == bound
            assert found[0].needed == int(row["r_final_ge"])


def test_credible_intervals() -> None:
    found = table("credible_interval")
    assert len(found) == 24
    for row in found:
        rate, level = prior_of(row), float(row["level"])
        assert rate.mean == pytest.approx(float(row["mean"]), rel=1e-14)
        assert rate.median == pytest.approx(float(row["median"]), rel=1e-12)
        assert rate.probability_above(0.2) == pytest.approx(float(row["above"]), rel=1e-11)
        tails = rate.credible_interval(level=level)
        limits = (float(row["low"]), float(row["high"]))
        assert (tails.low, tails.high) == pytest.approx(limits, abs=1e-12)
        if row["dense_low"]:
            dense = rate.credible_interval(level=level, method="highest density")
            limits = (float(row["dense_low"]), float(row["dense_high"]))
            # R's optimize() knows a minimum to the square root of the machine's precision.
            assert (dense.low, dense.high) == pytest.approx(limits, abs=2e-8)


def test_responders_to_come() -> None:
    found = table("responders_to_come")
    assert len(found) == 40
    for row in found:
        to_come = prior_of(row).responders_to_come(int(row["patients"]))
        assert to_come[int(row["responders"])] == pytest.approx(float(row["p"]), rel=1e-9)


def test_published_values() -> None:
    # Lee & Liu 2008, the worked example: 16 of 23 patients, 40 at the end.
    example = predictive_probability(
        16, 23, 40, null_rate=0.6, threshold=0.9, prior=BetaRate(0.6, 0.4)
    )
    assert example.value == pytest.approx(0.5656, abs=5e-5)
    # REGOTORI, 5 of 33 after a flat prior (domain report, section 6.4).
    posterior = BetaRate(1, 1).update(5, 33)
    interval = posterior.credible_interval()
    assert (interval.value, interval.low, interval.high) == pytest.approx(
        (0.1714, 0.0676, 0.3106), abs=5e-5
    )
    assert posterior.probability_above(0.10) == pytest.approx(0.8815, abs=5e-5)


@pytest.mark.shared
@pytest.mark.parametrize("rows", ["shared"], indirect=True)
def test_bounds_of_posterior_monitoring(rows) -> None:
    """Thall, Simon & Estey: stop at the fewest toxicities whose posterior is above the cut."""
    for row in rows("thallsimon_posterior_monitoring", {"shared": 135}):
        prior, rate, cut = prior_of(row), float(row["pT"]), float(row["cut"])
        looks = [int(x) for x in row["looks"].split(";")]
        for n, bound in zip(looks, row["stop_ge"].split(";"), strict=True):
            stops = [k for k in range(n + 1) if prior.update(k, n).probability_above(rate) > cut]
            assert (str(min(stops)) if stops else "NA") == bound, (row, n)
