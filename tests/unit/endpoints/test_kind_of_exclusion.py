"""Reasons for leaving a patient out, told without what is particular to one patient."""

from __future__ import annotations

import pytest

from trialwright.endpoints.sets import kind_of_exclusion


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("enrolled, never treated", "enrolled, never treated"),
        (
            "Regorafenib: 0 % of the planned dose, less than 50 %",
            "Regorafenib: less than 50 % of the planned dose",
        ),
        (
            "A: 5 % of x: 42.1 % of the planned dose, less than 66.5 %",
            "A: 5 % of x: less than 66.5 % of the planned dose",
        ),
        ("major protocol deviation: <script>\nmajor", "major protocol deviation"),
        ("major protocol deviation", "major protocol deviation"),
    ],
)
def test_what_is_particular_is_left_off(reason, kind) -> None:
    assert kind_of_exclusion(reason) == kind
