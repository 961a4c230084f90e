"""Bryant and Day's designs against an exhaustive search of another origin, and printed ones.

The table counts patients WITHOUT toxicity and takes response and toxicity as independent.
"""

from __future__ import annotations

import pytest

from trialwright.design.bryant_day.search import find_bryant_day

BOUNDS = ("n1", "n", "r1", "r", "safe1", "safe")


def bounds_of(design) -> tuple[int, ...]:
    return tuple(getattr(design, name) for name in BOUNDS)


@pytest.mark.shared
def test_every_row_of_the_exhaustive_search(refs) -> None:
    for row in refs("bryant_day_independence_open", 50):
        value = {key: float(text) for key, text in row.items() if key != "source"}
        found = find_bryant_day(
            (value["pR0"], value["pR1"]),
            (1 - value["pT0"], 1 - value["pT1"]),
            alpha=(value["alphaR"], value["alphaT"]),
            power=1 - value["beta"],
            most_patients=int(value["nmax"]),
        )
        names = ("n1", "n", "cR1", "cR", "cT1", "cT")
        assert bounds_of(found.optimal) == tuple(int(row[name]) for name in names)
        attained = found.attained(found.optimal)
        for name, got in {
            "type1_R": attained.type1_response,
            "type1_T": attained.type1_toxicity,
            "power": attained.power,
            "EN_R0T1": attained.expected_response,
            "EN_R1T0": attained.expected_toxicity,
            "maxEN": attained.expected_patients,
        }.items():
            assert got == pytest.approx(value[name], abs=1e-9), (row, name)
        assert found.proven


# Response of no interest and worth pursuing, unacceptable and acceptable toxicity; optimal and
# minimax as n1, n, r1, r, and toxicity allowed at most at n1 and n. Domain report section 6.3,
# computed by an exhaustive search of another origin.
PRINTED = [
    ((0.10, 0.30), (0.40, 0.20), (21, 46, 2, 7, 7, 14), 29.50, (30, 40, 3, 6, 9, 12), 33.31),
    ((0.30, 0.50), (0.40, 0.20), (23, 57, 7, 21, 8, 18), 35.63, (32, 48, 9, 18, 12, 14), 40.03),
]


@pytest.mark.parametrize(
    ("response", "toxicity", "optimal", "en", "minimax", "en_minimax"), PRINTED
)
def test_printed_designs(response, toxicity, optimal, en, minimax, en_minimax) -> None:
    found = find_bryant_day(response, toxicity, alpha=0.10, power=0.90)
    for design, want, expected in (
        (found.optimal, optimal, en),
        (found.minimax, minimax, en_minimax),
    ):
        got = (design.n1, design.n, design.r1, design.r, design.t1 - 1, design.t - 1)
        assert got == want
        assert found.attained(design).expected_patients == pytest.approx(expected, abs=5e-3)


def test_the_peer_eurosarcbayes() -> None:
    """R EurosarcBayes 1.0, freq_binom_two_bryantday_twostage: 16/2/12 27/4/21, EN 18.4357.

    It prints the counts that go on (3, 13, 5, 22), one more than the bounds here; run with
    response 0.1 against 0.3, no toxicity 0.7 against 0.9, both type I errors 0.1, power 0.8.
    """
    found = find_bryant_day((0.1, 0.3), (0.3, 0.1), alpha=0.1, power=0.8)
    assert bounds_of(found.optimal) == (16, 27, 2, 4, 12, 21)
    assert min(found.expected_patients) == pytest.approx(18.4357, abs=5e-5)


def test_the_printed_errors() -> None:
    """Domain report section 6.3: errors .0675 and .0962, power .9037."""
    found = find_bryant_day((0.10, 0.30), (0.40, 0.20), alpha=0.10, power=0.90)
    attained = found.attained(found.optimal)
    assert attained.type1_response == pytest.approx(0.0675, abs=5e-5)
    assert attained.type1_toxicity == pytest.approx(0.0962, abs=5e-5)
    assert attained.power == pytest.approx(0.9037, abs=5e-5)
