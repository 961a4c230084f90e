"""The redesign after the first stage against R UnplanSimon, and where ours is better."""

from __future__ import annotations

import pytest

from trialwright.design.attained.redesign import AttainedStageDesign, redesign_after_first_stage

COLUMNS = ("type_1_error", "power", "expected_patients_p0", "early_stop_p0")

# Examples of the manual of UnplanSimon 1.0 (shared/refs/published_values): n1*, p0, p1, alpha,
# beta; the design; its four numbers, to 3 decimals.
MANUAL = [
    (20, 0.05, 0.20, 0.10, 0.10, "1/20 3/35", (0.080, 0.901, 23.962, 0.736)),
    (18, 0.10, 0.30, 0.10, 0.10, "2/18 4/26", (0.099, 0.904, 20.130, 0.734)),
]


@pytest.mark.parametrize("row", MANUAL, ids=str)
def test_the_examples_of_the_manual(row) -> None:
    n1, p0, p1, alpha, beta, design, numbers = row
    found = redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=1 - beta)
    assert f"{found.design}" == design
    shown = found.to_frame().row(0, named=True)
    assert tuple(round(shown[name], 3) for name in COLUMNS) == numbers


@pytest.mark.shared
def test_unplansimon_row_by_row(refs) -> None:
    for row in refs("unplansimon_atss_stage1_open", 51):
        p0, p1, alpha, beta = (float(row[name]) for name in ("p0", "p1", "alpha", "beta"))
        n1 = int(row["n1_star"])
        found = redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=1 - beta)
        r1 = None if row["r1"] == "-1" else int(row["r1"])
        wanted = AttainedStageDesign(int(row["n1"]), r1, int(row["n"]), int(row["r"]))
        assert found.design == wanted, row
        shown = found.to_frame().row(0, named=True)
        for mine, theirs in zip(COLUMNS, ("type1", "power", "EN_p0", "PET_p0"), strict=True):
            assert shown[mine] == pytest.approx(float(row[theirs]), abs=5.0001e-4), row


# UnplanSimon 1.0 run on 198 settings: it agrees on 195. Where a bound of 0 still leaves the power
# within reach it never tries "no stop", and it looks at no n above 100; a line of zeros means that
# it found nothing. n1*, p0, p1, alpha, beta; its design and EN(p0); ours and EN(p0).
PARTED = [
    (4, 0.30, 0.50, 0.10, 0.10, AttainedStageDesign(4, 0, 54, 20), 41.995, "-/4 15/39", 39.0),
    (4, 0.20, 0.35, 0.05, 0.20, None, None, "-/4 16/56", 56.0),
    (10, 0.05, 0.15, 0.10, 0.20, None, None, "-/10 4/44", 44.0),
    (20, 0.50, 0.60, 0.05, 0.10, None, None, "8/20 143/261", 200.335),
]


@pytest.mark.parametrize("row", PARTED, ids=lambda row: f"{row[:5]}")
def test_where_unplansimon_stops_short_of_the_optimum(row) -> None:
    n1, p0, p1, alpha, beta, theirs, their_size, ours, our_size = row
    found = redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=1 - beta)
    assert f"{found.design}" == ours
    both = found.design.boundaries.characteristics([p0, p1])
    assert both.probability_high[0] <= alpha
    assert both.probability_high[1] >= 1 - beta
    assert both.expected_patients[0] == pytest.approx(our_size, abs=5e-4)
    if theirs is not None:
        other = theirs.boundaries.characteristics(p0).expected_patients[0]
        assert other == pytest.approx(their_size, abs=1e-3)
        assert other - both.expected_patients[0] == pytest.approx(2.995, abs=1e-3)
