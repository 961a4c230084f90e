"""Toxicity monitoring against R: posterior bounds, clinfun's toxbdry, published anchors.

Thall-Simon-Estey rows: R ``pbeta`` and an exact recursion. Repeated significance: R clinfun 1.1.5
``toxbdry``; where its search ends early its bounds are not the neighbours of the error limit, and a
test says by how much. Continuous monitoring: R stoppingrule 0.5.2 ``calc.rule.bin``.
"""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.toxicity.looks import looks_every, stop_chance
from trialwright.design.toxicity.posterior import PosteriorToxicityRule
from trialwright.design.toxicity.repeated_significance import (
    RepeatedSignificance,
    SignificanceBoundary,
    find_repeated_significance,
)
from trialwright.stats.beta_binomial import BetaRate

# --- posterior probability ----------------------------------------------------------------------

# Domain report, section 6.4: limit 0.30; (prior, cut) and the counts that stop.
ANCHORS = [
    ((1, 1), 0.90, {3: 2, 6: 4, 9: 5, 10: 5, 12: 6, 15: 7, 20: 9, 25: 11, 30: 13}),
    ((1, 1), 0.95, {3: 3, 6: 4, 9: 5, 10: 6, 12: 7, 15: 8, 20: 10, 25: 12, 30: 14}),
    ((0.6, 1.4), 0.90, {3: 3, 6: 4, 9: 5, 10: 6, 12: 6, 15: 8, 20: 9, 25: 11, 30: 13}),
    ((0.6, 1.4), 0.80, {3: 2, 6: 3, 9: 5, 10: 5, 12: 6, 15: 7, 20: 8, 25: 10, 30: 12}),
]


@pytest.mark.parametrize(("prior", "cut", "bounds"), ANCHORS)
def test_the_anchors_of_a_limit_of_30_percent(prior, cut: float, bounds: dict[int, int]) -> None:
    rule = PosteriorToxicityRule(0.30, cut, tuple(bounds), BetaRate(*prior))
    assert rule.boundaries.stop_at_least == tuple(bounds.values())


@pytest.mark.shared
def test_posterior_bounds_and_properties_are_those_of_r(refs) -> None:
    for row in refs("thallsimon_posterior_monitoring_open", 135):
        rule = PosteriorToxicityRule(
            float(row["pT"]),
            float(row["cut"]),
            tuple(whole(row["looks"])),
            BetaRate(float(row["a"]), float(row["b"])),
        )
        wanted = [None if text == "NA" else int(text) for text in row["stop_ge"].split(";")]
        assert list(rule.boundaries.stop_at_least) == wanted, row
        found = rule.boundaries.characteristics(floats(row["p_true"]))
        assert found.probability_high == pytest.approx(floats(row["p_stop_any"]), abs=1e-9)
        assert found.expected_patients == pytest.approx(floats(row["EN"]), abs=1e-9)


# --- repeated significance ------------------------------------------------------------------------

# Rows whose low or high boundary in clinfun is not the neighbour of the limit, and why: the search
# by interpolation ended before it came there ("cap"), or the counts kept from an earlier step were
# given with the properties of a later one ("stale"). (pLo, pHi, delta, priority, looks, counts).
PARTS = {
    (0.15, 0.35, 0.0, "alt", (10, 20, 30)): ("cap", (4, 7, 9), (4, 6, 9)),
    (0.15, 0.35, 0.25, "alt", (10, 20, 30)): ("stale", (6, 8, 9), (5, 6, 8)),
    (0.20, 0.40, 0.0, "null", (15, 30, 45)): ("cap", (7, 11, 14), (6, 11, 14)),
}


@pytest.mark.shared
def test_repeated_significance_bounds_and_properties_are_those_of_clinfun(refs) -> None:
    differing = {}
    for row in refs("toxbdry_repeated_significance_open", 86):
        key, looks = key_of(row), tuple(whole(row["n"]))
        found = find_repeated_significance(key[0], key[1], looks=looks, shape=key[2])
        for side, one in zip(("lo", "hi"), pair_of(found, key[3]), strict=True):
            theirs = as_stops(whole(row[side]), looks)
            if theirs != one.boundaries.stop_at_least:
                differing[*key, looks, side] = (theirs, one.boundaries.stop_at_least)
                continue
            check_properties(one.boundaries, row, side)
    # The low boundary is the same in every row.
    assert differing == {(*key, "hi"): part[1:] for key, part in PARTS.items()}


@pytest.mark.parametrize(("key", "part"), PARTS.items(), ids=lambda one: str(one[0]))
def test_where_clinfun_parts_the_exact_search_is_right(key, part) -> None:
    """Ours keeps what was asked and stops sooner than clinfun's looser boundary."""
    low, high, shape, priority, looks = key
    _, theirs, ours = part
    found = find_repeated_significance(low, high, looks=looks, shape=shape)
    tight, loose = pair_of(found, priority)
    assert loose.boundaries.stop_at_least == ours
    other = Boundaries(looks, (None,) * len(looks), theirs)
    rate, limit = (low, 0.10) if priority == "null" else (high, 0.90)
    # All three lie in one chain; ours is next to the limit, theirs further below it.
    assert stop_chance(other, rate) < stop_chance(loose.boundaries, rate) < limit
    assert stop_chance(tight.boundaries, rate) >= limit
    # No level makes a boundary between our two: they share one level as their border.
    assert loose.level_below == tight.level_from
    middle = (loose.level_from + loose.level_below) / 2
    assert ours == by_definition(middle, low, looks, shape)


def test_the_cap_costs_clinfun_three_quarters_of_a_point_of_power() -> None:
    # pLo 0.2, pHi 0.4, looks 15, 30, 45: clinfun's high boundary spends 6.8 of the 10 % allowed.
    theirs = Boundaries((15, 30, 45), (None,) * 3, (7, 11, 14))
    ours = find_repeated_significance(0.2, 0.4, looks=(15, 30, 45)).keeps_alpha
    assert stop_chance(theirs, 0.2) == pytest.approx(0.067820472588006692, abs=1e-9)
    assert stop_chance(theirs, 0.4) == pytest.approx(0.923646196829174593, abs=1e-9)
    assert ours.stop_acceptable == pytest.approx(0.0984, abs=5e-5)
    assert ours.stop_excessive - stop_chance(theirs, 0.4) == pytest.approx(0.0077, abs=5e-5)
    # The levels that make it span 4e-5, which interpolation steps over.
    assert ours.level_below - ours.level_from == pytest.approx(3.57e-5, rel=0.01)


def test_the_stale_counts_of_clinfun_do_not_have_the_properties_given_with_them() -> None:
    # pLo 0.15, pHi 0.35, delta 0.25, alt: high boundary 5/10 7/20 8/30, given with 0.0990 and
    # 0.8940. clinfun's own bdrycross.prob of these counts: 0.0291 and 0.7782.
    looks = (10, 20, 30)
    stale = Boundaries(looks, (None,) * 3, (6, 8, 9))
    assert stop_chance(stale, 0.15) == pytest.approx(0.02913355, abs=5e-9)
    assert stop_chance(stale, 0.35) == pytest.approx(0.77817319, abs=5e-9)
    ours = find_repeated_significance(0.15, 0.35, looks=looks, shape=0.25).misses_power
    assert ours.stop_acceptable == pytest.approx(0.099005239340400383, abs=1e-9)
    assert ours.stop_excessive == pytest.approx(0.893973595375684438, abs=1e-9)


# R clinfun, the examples of its help page: largest count that goes on / patients.
def test_the_examples_of_clinfuns_help_page() -> None:
    found = find_repeated_significance(0.2, 0.35, looks=(20, 40, 60, 75))
    assert found.boundaries.stop_at_least == (8, 13, 18, 22)
    assert found.exceeds_alpha is not None
    assert found.exceeds_alpha.boundaries.stop_at_least == (8, 13, 18, 21)
    assert found.keeps_alpha.stop_acceptable == pytest.approx(0.088, abs=5e-4)
    every = find_repeated_significance(0.1, 0.3, looks=range(2, 31)).boundaries
    last_of_each = {1: 3, 2: 8, 3: 13, 4: 19, 5: 26, 6: 30}  # high boundary 1/3 2/8 3/13 ...
    for goes_on, patients in last_of_each.items():
        assert every.stop_at_least[every.looks.index(patients)] in (goes_on + 1, None)
        if patients < 30:
            assert every.stop_at_least[every.looks.index(patients + 1)] == goes_on + 2


# R stoppingrule 0.5.2, calc.rule.bin(1:n, p0, alpha, "Pocock", iter = 60): the boundary of Ivanova,
# Qaqish and Schell 2005; a count above the number of patients never stops.
CONTINUOUS = [
    (20, 0.2, 0.05, "2,3,3,4,4,4,5,5,5,6,6,6,7,7,7,8,8,8,9,9", 0.976721669006945),
    (
        30,
        0.3,
        0.10,
        "2,3,3,4,4,5,5,6,6,7,7,8,8,9,9,9,10,10,11,11,11,12,12,13,13,13,14,14,14,15",
        0.968606331972538,
    ),
    (
        50,
        0.2,
        0.10,
        (
            "2,3,3,3,4,4,5,5,5,6,6,6,7,7,7,7,8,8,8,9,9,9,9,10,10,10,11,11,11,11,12,12,12,12,13,13,"
            "13,13,14,14,14,15,15,15,15,16,16,16,16,17"
        ),
        0.970242261968432,
    ),
    (
        30,
        0.1,
        0.05,
        "2,2,3,3,3,3,4,4,4,4,5,5,5,5,5,5,6,6,6,6,6,7,7,7,7,7,7,7,8,8",
        0.981784399910602,
    ),
]


@pytest.mark.parametrize(("total", "rate", "alpha", "bounds", "constant"), CONTINUOUS)
def test_continuous_monitoring_is_that_of_stoppingrule(
    total: int, rate: float, alpha: float, bounds: str, constant: float
) -> None:
    looks = looks_every(1, total)
    found = find_repeated_significance(rate, 0.5, looks=looks, alpha=alpha).keeps_alpha
    theirs = [int(text) for text in bounds.split(",")]
    wanted = [k if k <= n else None for k, n in zip(theirs, looks, strict=True)]
    assert list(found.boundaries.stop_at_least) == wanted
    # Its constant is the border at which the next boundary would exceed alpha, as near as the
    # root finder of its boundary function comes to it.
    assert found.level_below == pytest.approx(1 - constant, abs=1e-6)


# --- reading the tables ----------------------------------------------------------------------


def floats(text: str) -> list[float]:
    return [float(part) for part in text.split(";")]


def whole(text: str) -> list[int]:
    return [int(part) for part in text.split(";")]


def key_of(row: dict[str, str]) -> tuple[float, float, float, str]:
    numbers = (float(row[name]) for name in ("pLo", "pHi", "delta"))
    return (*numbers, row["priority"] or "null")


def as_stops(goes_on: list[int], looks: tuple[int, ...]) -> tuple[int | None, ...]:
    """Return the counts that stop: clinfun writes the largest that goes on."""
    return tuple(r + 1 if r < n else None for r, n in zip(goes_on, looks, strict=True))


def pair_of(
    found: RepeatedSignificance, priority: str
) -> tuple[SignificanceBoundary, SignificanceBoundary]:
    """Return clinfun's low and high boundary."""
    if priority == "alt":
        assert found.keeps_power is not None
        return found.keeps_power, found.misses_power
    assert found.exceeds_alpha is not None
    return found.exceeds_alpha, found.keeps_alpha


def check_properties(plan: Boundaries, row: dict[str, str], side: str) -> None:
    found = plan.characteristics(floats(row["ptox"]))
    assert found.probability_high == pytest.approx(floats(row[f"pcross_{side}"]), abs=1e-9)
    assert found.expected_patients == pytest.approx(floats(row[f"ess_{side}"]), abs=1e-9)


def by_definition(
    level: float, rate: float, looks: tuple[int, ...], shape: float
) -> tuple[int, ...]:
    """Return the first counts whose exact p-value is at most the level of the look."""
    from scipy.stats import binom, norm

    found = []
    for look in looks:
        at_look = norm.cdf(norm.ppf(level) / (look / looks[-1]) ** shape)
        p_values = binom.sf(np.arange(look + 1) - 1, look, rate)
        found.append(int(np.flatnonzero(p_values <= at_look)[0]))
    return tuple(found)
