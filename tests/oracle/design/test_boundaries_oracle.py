"""Exact chances of several looks against R gsDesign ``gsBinomialExact``."""

from __future__ import annotations

import pytest

from trialwright.design.boundaries import Boundaries

TOLERANCE = 1e-9


def numbers(cell: str, kind: type) -> tuple:
    return tuple(kind(part) for part in cell.split(";"))


@pytest.mark.shared
def test_every_row_of_gsdesign_is_reproduced(refs) -> None:
    for row in refs("multistage_exact_oc_open", 48):
        looks, low, high = (numbers(row[name], int) for name in ("n", "a", "b"))
        assert len(looks) == int(row["k"])
        found = Boundaries(looks, low, high).characteristics(float(row["theta"]))
        assert found.high[0] == pytest.approx(numbers(row["p_upper"], float), abs=TOLERANCE), row
        assert found.low[0] == pytest.approx(numbers(row["p_lower"], float), abs=TOLERANCE), row
        # gsDesign's expected size counts the last look for whoever is left; so does ours.
        assert found.expected_patients[0] == pytest.approx(float(row["EN"]), abs=TOLERANCE), row


@pytest.mark.shared
def test_no_row_is_reproduced_by_a_neighbouring_bound(refs) -> None:
    """The tolerance tells a bound from the next one: the test above can fail."""
    for row in refs("multistage_exact_oc_open", 48):
        looks, low, high = (numbers(row[name], int) for name in ("n", "a", "b"))
        shifted = (*low[:-1], low[-1] - 1)
        found = Boundaries(looks, shifted, high).characteristics(float(row["theta"]))
        assert abs(found.low[0, -1] - numbers(row["p_lower"], float)[-1]) > TOLERANCE
