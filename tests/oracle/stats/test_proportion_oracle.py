"""Clopper-Pearson and Wilson against R binom, binom.test and tern."""

from __future__ import annotations

import pytest

from trialwright.stats import clopper_pearson, wilson

INTERVALS = {"exact": clopper_pearson, "wilson": wilson}
TOLERANCE = 1e-7


def differs(found, low: float, high: float, tolerance: float = TOLERANCE) -> bool:
    return (found.low, found.high) != pytest.approx((low, high), abs=tolerance, rel=0)


def test_binomial_intervals(rows) -> None:
    # The whole table has nine methods of 128 rows; two of them are ours.
    table = rows("binomial_ci", {"fixture": 64, "shared": 1152})
    ours = [row for row in table if row["method"] in INTERVALS]
    assert len(ours) in (64, 256)
    wrong = []
    for row in ours:
        level = float(row["conf"])
        found = INTERVALS[row["method"]](int(row["x"]), int(row["n"]), level=level)
        if differs(found, float(row["lower"]), float(row["upper"])):
            wrong.append((row, found))
    assert not wrong


@pytest.mark.shared
def test_numeric_cases(numeric_cases) -> None:
    cases = [case for case in numeric_cases if case["kind"] == "proportion"]
    assert len(cases) == 32
    wrong = []
    for case in cases:
        for name, interval in (("clopper_pearson", clopper_pearson), ("wilson", wilson)):
            found = interval(case["x"], case["n"], level=case["conf_level"])
            if differs(found, *case["expected"][name], tolerance=1e-12):
                wrong.append((case["name"], found, case["expected"][name]))
    assert not wrong


@pytest.mark.shared
def test_tern_snapshots(numeric_cases) -> None:
    snapshots = {c["name"]: c["expected"] for c in numeric_cases if c["kind"] == "tern_snapshot"}
    assert not differs(wilson(5, 10, level=0.9), *snapshots["prop_wilson 5/10 90%"])
    assert not differs(clopper_pearson(5, 10), *snapshots["prop_clopper_pearson 5/10 95%"])
