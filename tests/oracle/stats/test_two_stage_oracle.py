"""Operating characteristics against R clinfun's exact sums."""

from __future__ import annotations

import pytest

from trialwright.design import TwoStageDesign

TOLERANCE = 1e-9


def test_operating_characteristics(rows) -> None:
    wrong = []
    for row in rows("simon_designs", {"fixture": 13, "shared": 472}):
        design = TwoStageDesign(*(int(row[c]) for c in ("n1", "r1", "n", "r")))
        null = design.operating_characteristics(float(row["p0"]))
        alternative = design.operating_characteristics(float(row["p1"]))
        found = {
            "type1": null.probability_declare_active,
            "PET_p0": null.probability_early_stop,
            "EN_p0": null.expected_patients,
            "power": alternative.probability_declare_active,
            "PET_p1": alternative.probability_early_stop,
            "EN_p1": alternative.expected_patients,
        }
        wrong += [
            (str(design), column, value, row[column])
            for column, value in found.items()
            if value != pytest.approx(float(row[column]), abs=TOLERANCE, rel=0)
        ]
    assert not wrong
