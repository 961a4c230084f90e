"""Critical values against R rpact 4.5 ``getDesignGroupSequential`` and published tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trialwright.design.group_sequential.critical_values import find_group_sequential

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "P": "Pocock",
    "OF": "O'Brien-Fleming",
    "WT": "Wang-Tsiatis",
    "HP": "Haybittle-Peto",
    "asP": "Pocock spending",
    "asOF": "O'Brien-Fleming spending",
}


@pytest.mark.shared
def test_values_of_rpact(refs: Callable[[str, int], list[dict[str, str]]]) -> None:
    for row in refs("rpact_group_sequential_open", 15):
        looks, alpha = int(row["k"]), float(row["alpha"])
        found = find_group_sequential(KINDS[row["type"]], looks=looks, alpha=alpha)
        values = [float(value) for value in row["crit"].split(";")]
        spent = [float(value) for value in row["spent"].split(";")]
        assert found.critical_values == pytest.approx(values, abs=1e-6), row
        assert found.spent == pytest.approx(spent, abs=1e-6), row
        assert found.inflation(0.80) == pytest.approx(float(row["inflation"]), abs=1e-6), row


# Jennison & Turnbull 2000, tables 2.1 and 2.3: two-sided alpha 0.05, so one-sided 0.025.
@pytest.mark.parametrize(
    ("looks", "pocock", "obrien_fleming"),
    [
        (2, 2.178, 1.977),
        (3, 2.289, 2.004),
        (4, 2.361, 2.024),
        (5, 2.413, 2.040),
        (10, 2.555, 2.087),
    ],
)
def test_published_constants(looks: int, pocock: float, obrien_fleming: float) -> None:
    for bounds, constant in (("Pocock", pocock), ("O'Brien-Fleming", obrien_fleming)):
        found = find_group_sequential(bounds, looks=looks, alpha=0.025)
        assert found.critical_values[-1] == pytest.approx(constant, abs=5.1e-4)
