"""Inference after two stages against R: clinfun, roots of the exact tails, Koyama & Chen."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from trialwright.stats.two_stage import (
    Attained,
    ConditionalTest,
    SampleSpace,
    TwoStagePlan,
    infer_after_two_stages,
    infer_all,
)

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "stats"
PROBABILITY, LIMIT, SNAPPED = 1e-9, 1e-8, 1e-4


def plan_of(row: dict[str, str]) -> TwoStagePlan:
    return TwoStagePlan(*(int(row[c]) for c in ("n1", "r1", "n", "r")), float(row["p0"]))


def number(cell: str) -> float:
    return float(cell) if cell not in ("", "NA") else math.nan


def off(found: float, expected: float, tolerance: float) -> bool:
    if math.isnan(found) or math.isnan(expected):
        return math.isnan(found) != math.isnan(expected)
    return abs(found - expected) > tolerance


def test_every_outcome_against_r(rows) -> None:
    # clinfun snaps its limits to a grid of 1e-4, from the side that its search comes from, and
    # prints NA for both at 0 responses, where the lower limit is 0 and its upper one undefined.
    wrong, tables = [], {}
    for row in rows("twostage_inference", {"fixture": 65, "shared": 946}):
        x, plan = int(row["x"]), plan_of(row)
        if plan not in tables:
            tables[plan] = infer_all(plan), infer_all(plan, level=0.95)
        ninety, wide = (table.outcome(x) for table in tables[plan])
        found = {
            "naive": (ninety.maximum_likelihood, PROBABILITY),
            "umvue": (ninety.estimate, PROBABILITY),
            "p_value_kc": (ninety.p_value, PROBABILITY),
            "clinfun_p": (ninety.p_value, PROBABILITY),
            "clinfun_lcl05": (ninety.low if x else math.nan, SNAPPED),
            "clinfun_ucl95": (ninety.koyama_chen_high, SNAPPED),
            "lcl_05": (ninety.low, LIMIT),
            "ucl_kc_95": (ninety.koyama_chen_high, LIMIT),
            "ucl_exact_95": (ninety.high, LIMIT),
            "lcl_025": (wide.low, LIMIT),
            "ucl_exact_975": (wide.high, LIMIT),
            "mue_kc": (ninety.median_unbiased, LIMIT),
        }
        assert ninety.stage == int(row["stage"])
        wrong += [
            (str(plan), x, column, value, row[column])
            for column, (value, tolerance) in found.items()
            if off(value, number(row[column]), tolerance)
        ]
    assert not wrong


def test_coverage_of_the_exact_and_the_koyama_chen_upper_limit(rows) -> None:
    # The table's coverages over p = .02(.02).90: the exact pair keeps 90 %, the other does not.
    rates = np.arange(1, 46) * 0.02
    wrong = []
    for row in rows("ci_coverage_kc_vs_exact", {"fixture": 3, "shared": 26}):
        plan = plan_of(row)
        table = infer_all(plan)
        space = SampleSpace(plan.first_stage, plan.first_stage_bound, plan.total)
        weight = space.probabilities(rates)
        above = table.low <= rates[:, None]
        for name, high in (("kc", table.koyama_chen_high), ("ex", table.high)):
            # Theirs is undefined at 0 responses; the table takes 1, the most generous.
            end = np.where(np.isnan(high), 1.0, high)
            below = end >= rates[:, None]
            two_sided = (weight * (above & below)).sum(axis=1)
            found = {
                f"{name}_min2s": two_sided.min(),
                f"{name}_minUpper1s": (weight * below).sum(axis=1).min(),
                f"{name}_mean2s": two_sided.mean(),
            }
            wrong += [
                (str(plan), column, value, row[column])
                for column, value in found.items()
                if abs(value - float(row[column])) > 1e-6
            ]
    assert not wrong


# Domain report section 6.6, from clinfun; its limits lie on a grid of 1e-4 and the upper one is a
# step low, hence 2e-4. n1, r1, n, r, p0, x, UMVUE, p, level, lower, upper.
PUBLISHED = [
    (18, 0, 32, 3, 0.05, 5, 0.1578, 0.0202, 0.80, 0.0782, 0.2352),
    (18, 0, 32, 3, 0.05, 5, 0.1578, 0.0202, 0.90, 0.0638, 0.2645),
    (10, 1, 29, 5, 0.10, 6, 0.2613, 0.0471, 0.90, 0.1016, 0.4007),
    (10, 1, 29, 5, 0.10, 6, 0.2613, 0.0471, 0.95, 0.0860, 0.4477),
    (10, 1, 29, 5, 0.10, 5, 0.2428, 0.1016, 0.90, 0.0807, 0.3957),
    (10, 1, 29, 5, 0.10, 8, 0.3053, 0.0055, 0.95, 0.1303, 0.4694),
    (10, 1, 29, 5, 0.10, 1, 0.1000, 0.6513, 0.90, 0.0052, 0.2588),
    (13, 3, 43, 12, 0.20, 13, 0.3707, 0.0496, 0.90, 0.2003, 0.4966),
    (18, 2, 43, 7, 0.10, 7, 0.2039, 0.0940, 0.90, 0.0860, 0.3140),
    (18, 2, 43, 7, 0.10, 8, 0.2171, 0.0480, 0.90, 0.1009, 0.3210),
]


@pytest.mark.parametrize("case", PUBLISHED)
def test_published_values(case) -> None:
    n1, r1, n, r, p0, x, umvue, p, level, low, high = case
    found = infer_after_two_stages(x, TwoStagePlan(n1, r1, n, r, p0), level=level)
    assert (found.estimate, found.p_value) == pytest.approx((umvue, p), abs=5.001e-5)
    assert (found.low, found.koyama_chen_high) == pytest.approx((low, high), abs=2e-4)


def attained_rows() -> list[dict[str, str]]:
    with (FIXTURES / "twostage_conditional.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_attained_sizes_against_r() -> None:
    rows, wrong = attained_rows(), []
    assert len(rows) == 115
    for row in rows:
        plan, x1, m2, x2 = plan_of(row), int(row["x1"]), int(row["m2"]), int(row["x2"])
        attained = Attained(plan.first_stage, x1, plan.first_stage + m2)
        one, other = (
            infer_after_two_stages(x1 + x2, plan, attained=attained, size_change=way)
            for way in ("conditional", "stage-wise")
        )
        test = ConditionalTest(plan, x1, m2)
        found = {
            "size": (one.attained_alpha, PROBABILITY),
            "allowed_error": (test.allowed_error, PROBABILITY),
            "bound": (one.total_bound, 0),
            "p_value": (one.p_value, PROBABILITY),
            "lower": (one.low, LIMIT),
            "median": (one.estimate, LIMIT),
            "upper": (one.high, LIMIT),
            "kc_upper": (one.koyama_chen_high, LIMIT),
            "sizes_bound": (other.total_bound, 0),
            "sizes_error": (other.attained_alpha, PROBABILITY),
            "sizes_p_value": (other.p_value, PROBABILITY),
            "sizes_lower": (other.low, LIMIT),
            "sizes_upper": (other.high, LIMIT),
        }
        wrong += [
            (str(plan), x1, m2, x2, column, value, row[column])
            for column, (value, tolerance) in found.items()
            if off(value, number(row[column]), tolerance)
        ]
    assert not wrong


def test_the_examples_of_koyama_and_chen() -> None:
    # Their section 3.4: the design's own test. Sections 4.1 and 4.2: 23 patients instead of 20.
    # Digits: the authors' function TwoStageInf, run with R 4.2.2.
    same = infer_after_two_stages(6, TwoStagePlan(10, 1, 29, 5, 0.10))
    assert same.p_value == pytest.approx(0.0470863066, abs=1e-10)
    minimax = TwoStagePlan(19, 6, 39, 16, 0.30)
    more = infer_after_two_stages(
        17, minimax, attained=Attained(19, 7, 42), size_change="conditional"
    )
    assert more.p_value == pytest.approx(0.0827866084, abs=1e-10)
    limits = (more.low, more.estimate, more.koyama_chen_high)
    assert limits == pytest.approx((0.282072005971, 0.404607455100, 0.546039781344), abs=1e-10)
