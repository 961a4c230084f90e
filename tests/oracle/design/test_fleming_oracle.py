"""Two stages with both stops against R PhIIdesign, row by row, and Fleming's worked example."""

from __future__ import annotations

from functools import cache

import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.staged.fleming import find_fleming_designs
from trialwright.design.staged.fleming_normal import find_fleming_boundaries

TOLERANCE = 1e-9
KIND = {"Minimax": "MIN", "Optimal": "OPT", "Admissible": "ADMISS"}


@cache
def search(p0: float, p1: float, alpha: float, beta: float):
    return find_fleming_designs(p0, p1, alpha=alpha, power=1 - beta, most_patients=50)


def asked(row: dict[str, str]) -> tuple[float, ...]:
    """Return p0, p1, alpha, beta; the table has them where its columns were shifted by a name."""
    return tuple(float(row[name]) for name in ("p0", "pa", "alpha_param", "beta_param"))


@pytest.mark.shared
def test_the_best_design_of_every_size_is_phiidesigns(refs) -> None:
    for row in refs("fleming2stage_phiidesign_open", 25):
        found = search(*asked(row))
        one = {design.total: design for design in found.by("p0").designs}[int(row["N"])]
        (n1, r1, a1), (n, r, _) = one.boundaries.steps()
        assert [n1, r1, a1, n, r] == [int(row[name]) for name in ("n1", "r1", "a", "N", "r2")], row
        assert one.type_one_error == pytest.approx(float(row["alpha"]), abs=TOLERANCE)
        assert 1 - one.power == pytest.approx(float(row["beta"]), abs=TOLERANCE)
        for name, values in (("PET", one.early_stop), ("EN", one.expected_patients)):
            reference = [float(row[f"{name}.{at}"]) for at in ("p0", "pa")]
            assert values == pytest.approx(reference, abs=1e-8), row
        names = {kind for kind, column in KIND.items() if row[column]}
        assert {part.capitalize() for part in one.kind.split(" and ") if part} == names, row


@pytest.mark.shared
def test_no_size_between_minimax_and_optimal_is_missing(refs) -> None:
    rows = refs("fleming2stage_phiidesign_open", 25)
    for key in {asked(row) for row in rows}:
        sizes = [int(row["N"]) for row in rows if asked(row) == key]
        found = search(*key)
        between = [one.total for one in found.by("p0").designs if one.total <= found.optimal.total]
        assert between == sizes


# Fleming 1982 (Biometrics 38: 143), as worked in a published sample-size example (domain 6.2):
# p0 = 0.2, alpha = 0.05, 15 + 10 patients: a1 = 3, r1 = 7, a2 = 8, r2 = 9; raw 3.33, 6.29, 8.29.
def test_flemings_worked_example() -> None:
    found = find_fleming_boundaries(0.20, (15, 10), alpha=0.05)
    assert found.boundaries == Boundaries((15, 25), (3, 8), (7, 9))
    assert found.raw_low[0] == pytest.approx(3.33, abs=5e-3)
    assert found.raw_high == pytest.approx((6.29, 8.29), abs=5e-3)


def test_the_worked_example_misses_both_errors_it_states() -> None:
    """The example states alpha 0.05 and power 0.80; enumerated, it has 0.0505 and 0.7236."""
    plan = find_fleming_boundaries(0.20, (15, 10), alpha=0.05).boundaries
    error, power = plan.characteristics([0.20, 0.40]).probability_high
    assert error == pytest.approx(0.0505, abs=5e-5)
    assert power == pytest.approx(0.7236, abs=5e-5)
    exact = find_fleming_designs(0.20, 0.40, most_patients=50)
    assert exact.minimax.total == 32  # what 0.05 and 0.80 take, not 25
