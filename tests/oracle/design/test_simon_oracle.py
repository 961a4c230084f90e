"""Simon's designs against R clinfun, row by row, and against the published tables."""

from __future__ import annotations

from functools import cache

import pytest

from trialwright.design import DesignError, find_simon_designs

Key = tuple[float, float, float, float, int]


@cache
def search(key: Key):
    p0, p1, alpha, beta, most = key
    return find_simon_designs(p0, p1, alpha=alpha, power=1 - beta, most_patients=most)


def key_of(row: dict[str, str]) -> Key:
    p0, p1, alpha, beta = (float(row[name]) for name in ("p0", "p1", "alpha", "beta"))
    return p0, p1, alpha, beta, int(row["nmax"])


# Domain report 6.1: Simon 1989 tables 1 and 2, computed exactly; r1/n1 r/n of each kind.
PUBLISHED = [
    (0.05, 0.20, 0.05, 0.80, "0/10 3/29", "0/13 3/27"),
    (0.05, 0.20, 0.10, 0.90, "0/12 3/37", "0/18 3/32"),
    (0.05, 0.25, 0.05, 0.80, "0/9 2/17", "0/12 2/16"),
    (0.05, 0.25, 0.05, 0.90, "0/9 3/30", "0/15 3/25"),
    (0.05, 0.25, 0.10, 0.90, "0/9 2/24", "0/13 2/20"),
    (0.10, 0.25, 0.05, 0.80, "2/18 7/43", "2/22 7/40"),
    (0.10, 0.30, 0.05, 0.80, "1/10 5/29", "1/15 5/25"),
    (0.10, 0.30, 0.05, 0.90, "2/18 6/35", "2/22 6/33"),
    (0.10, 0.30, 0.10, 0.90, "1/12 5/35", "1/16 4/25"),
    (0.15, 0.35, 0.05, 0.80, "1/9 8/34", "2/15 7/28"),
    (0.20, 0.40, 0.05, 0.80, "3/13 12/43", "4/18 10/33"),
    (0.20, 0.40, 0.10, 0.90, "3/17 10/37", "3/19 10/36"),
    (0.25, 0.45, 0.05, 0.90, "6/22 19/57", "6/26 17/49"),
    (0.30, 0.50, 0.05, 0.80, "5/15 18/46", "6/19 16/39"),
]


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: "{}-{}-{}-{}".format(*row))
def test_published_designs(row) -> None:
    p0, p1, alpha, power, optimal, minimax = row
    found = find_simon_designs(p0, p1, alpha=alpha, power=power)
    assert found.proven
    assert (str(found.optimal.design), str(found.minimax.design)) == (optimal, minimax)


# Domain report 6.1, after Jung 2004 and the vignette of clinfun.
ADMISSIBLE = {
    (0.05, 0.20, 0.10, 0.90): {"0/13 3/35": (0.097, 0.323), "0/15 3/33": (0.323, 0.640)},
    (0.25, 0.45, 0.05, 0.90): {"7/26 17/50": (0.129, 0.782)},
}


@pytest.mark.parametrize("asked", ADMISSIBLE)
def test_published_weights(asked) -> None:
    p0, p1, alpha, power = asked
    between = find_simon_designs(p0, p1, alpha=alpha, power=power).admissible[1:-1]
    weights = {str(one.design): one.weights for one in between}
    assert set(weights) == set(ADMISSIBLE[asked])
    for name, limits in ADMISSIBLE[asked].items():
        assert weights[name] == pytest.approx(limits, abs=1e-3)


@pytest.mark.shared
def test_designs(refs) -> None:
    wrong = []
    for row in refs("simon_designs_open", 472):
        found = search(key_of(row))
        by_kind = {"minimax": found.minimax, "optimal": found.optimal}
        design = by_kind.get(row["kind"].lower())
        if design is None:
            of_size = [one for one in found.admissible if one.design.total == int(row["n"])]
            design = of_size[0] if of_size else None
        if design is None:
            wrong.append((row, "not among ours"))
            continue
        ours = (design.design.first_stage_bound, design.design.first_stage,
                design.design.total_bound, design.design.total)  # fmt: skip
        if ours != tuple(int(row[name]) for name in ("r1", "n1", "r", "n")):
            wrong.append((row, str(design)))
        values = {
            "type1": design.null.probability_declare_active,
            "PET_p0": design.null.probability_early_stop,
            "EN_p0": design.null.expected_patients,
            "power": design.alternative.probability_declare_active,
            "PET_p1": design.alternative.probability_early_stop,
            "EN_p1": design.alternative.expected_patients,
        }
        wrong += [
            (row, name, value)
            for name, value in values.items()
            if value != pytest.approx(float(row[name]), abs=1e-9, rel=0)
        ]
        # clinfun rounds its weights to 3 decimals.
        weights = (float(row["qLo"]), float(row["qHi"]))
        if design.weights != pytest.approx(weights, abs=1.01e-3):
            wrong.append((row, design.weights))
    assert not wrong


@pytest.mark.shared
def test_the_best_design_of_every_size(refs) -> None:
    wrong, seen = [], {}
    for row in refs("simon_frontier_open", 3185):
        key = key_of(row)
        points = seen.setdefault(key, {p.total: p for p in search(key).frontier})
        point = points.get(int(row["n"]))
        if point is None:
            wrong.append((row, "no design of this size"))
            continue
        same = (point.first_stage_bound, point.first_stage) == (int(row["r1"]), int(row["n1"]))
        expected = point.expected_patients == pytest.approx(float(row["EN_p0"]), abs=1e-9)
        if not (same and expected and point.total_bound == int(row["r"])):
            wrong.append((row, point))
    assert not wrong


@pytest.mark.shared
def test_what_has_no_design(refs) -> None:
    for row in refs("simon_infeasible_open", 6):
        with pytest.raises(DesignError, match="no two-stage design of at most 200 patients"):
            search(key_of(row))
