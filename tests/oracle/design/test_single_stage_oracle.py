"""Exact single-stage designs against R clinfun, gsDesign, rpact, and published values."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from trialwright.design.single_stage.gehan import find_gehan_first_stage
from trialwright.design.single_stage.search import find_single_stage_designs

shared = pytest.mark.shared


@cache
def search(p0: float, p1: float, alpha: float, beta: float):
    return find_single_stage_designs(p0, p1, alpha=alpha, power=1 - beta)


def asked(row: dict[str, str]) -> tuple[float, float, float, float]:
    p0, p1, alpha, beta = (float(row[name]) for name in ("p0", "p1", "alpha", "beta"))
    return p0, p1, alpha, beta


# A'Hern 2001 by exact enumeration, domain report 6.2: p0, p1, alpha, beta, n, reject if X >= this,
# type I error, power; the first stable n and its count.
PUBLISHED = [
    (0.05, 0.20, 0.05, 0.20, 27, 4, 0.0437, 0.8177, 33, 5),
    (0.05, 0.25, 0.05, 0.20, 16, 3, 0.0429, 0.8029, 21, 4),
    (0.10, 0.25, 0.05, 0.20, 40, 8, 0.0419, 0.8180, 44, 9),
    (0.10, 0.30, 0.05, 0.20, 25, 6, 0.0334, 0.8065, 29, 7),
    (0.10, 0.30, 0.05, 0.10, 33, 7, 0.0417, 0.9056, 37, 8),
    (0.20, 0.40, 0.05, 0.20, 35, 12, 0.0344, 0.8048, 38, 13),
    (0.30, 0.50, 0.05, 0.20, 39, 17, 0.0500, 0.8316, 43, 19),
]


@pytest.mark.parametrize("row", PUBLISHED, ids=str)
def test_published_designs(row) -> None:
    *ask, n, needed, error, power, stable, stable_needed = row
    found = search(*ask)
    assert (found.first.total, found.first.total_bound + 1) == (n, needed)
    assert (found.stable.total, found.stable.total_bound + 1) == (stable, stable_needed)
    assert found.first.probability_declare_active(ask[0]) == pytest.approx(error, abs=5e-5)
    assert found.first.probability_declare_active(ask[1]) == pytest.approx(power, abs=5e-5)


def test_the_example_of_clinfun() -> None:
    found = search(0.40, 0.60, 0.10, 0.10)  # ph2single(0.4, 0.6, 0.1, 0.1)
    assert str(found.first) == "20/41"
    assert found.first.probability_declare_active(0.40) == pytest.approx(0.0965, abs=5e-5)
    assert 1 - found.first.probability_declare_active(0.60) == pytest.approx(0.0965, abs=5e-5)


def test_gehan_1961() -> None:
    found = find_gehan_first_stage(0.20, beta=0.05)
    assert found.patients == 14
    assert found.chance_of_none == pytest.approx(0.044, abs=5e-4)


@shared
def test_clinfun_lists_the_same_designs_one_after_another(refs) -> None:
    settings = defaultdict(list)
    for row in refs("single_stage_exact_open", 1350):
        settings[asked(row)].append(row)
    for ask, rows in settings.items():
        designs = search(*ask).successive(len(rows))
        for number, (design, row) in enumerate(zip(designs, rows, strict=True), 1):
            assert int(row["soln"]) == number
            assert (design.total, design.total_bound) == (int(row["n"]), int(row["r"])), row
            both = [design.probability_declare_active(rate) for rate in ask[:2]]
            assert both[0] == pytest.approx(float(row["type1"]), abs=1e-9)
            assert 1 - both[1] == pytest.approx(float(row["type2"]), abs=1e-9)


@shared
def test_the_conservative_size_of_gsdesign_is_the_stable_one(refs) -> None:
    for row in refs("nbinomial1sample_open", 58):
        ask = asked(row)
        found = search(*ask)
        design = found.stable if row["conservative"] == "True" else found.first
        assert (design.total, design.total_bound + 1) == (int(row["n"]), int(row["b"])), row
        assert design.probability_declare_active(ask[0]) == pytest.approx(
            float(row["alphaR"]), abs=1e-9
        )
        assert design.probability_declare_active(ask[1]) == pytest.approx(
            float(row["Power"]), abs=1e-9
        )


@shared
def test_the_exact_size_of_rpact_is_the_stable_one(refs) -> None:
    # rpact 4.5 gives one exact size, the conservative one (its issue 39): up to 10 patients more
    # than the smallest that keeps both errors.
    more = []
    for row in refs("rpact_onearm_rates_open", 30):
        found = search(*asked(row))
        if row["normalApproximation"] == "True":
            assert found.normal_approximation == pytest.approx(float(row["n"]), rel=1e-9)
        else:
            assert found.stable.total == int(float(row["n"]))
            more.append(found.stable.total - found.first.total)
    assert (min(more), max(more)) == (0, 10)
