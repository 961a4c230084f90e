"""The worked example gives the stored numbers; see ``golden.py`` to renew them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from golden import STORED, compute


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, Any], dict[str, Any]]:
    return compute(), json.loads(STORED.read_text(encoding="utf-8"))


def _same(new: Any, old: Any) -> bool:
    """Compare exactly, but for the last bits of a float, which a mathematics library decides."""
    if isinstance(new, float) and isinstance(old, float):
        return math.isclose(new, old, rel_tol=1e-12) or (math.isnan(new) and math.isnan(old))
    if isinstance(new, list) and isinstance(old, list):
        return len(new) == len(old) and all(map(_same, new, old))
    if isinstance(new, dict) and isinstance(old, dict):
        return list(new) == list(old) and all(_same(new[key], old[key]) for key in new)
    return bool(new == old)


@pytest.mark.parametrize(
    "part",
    [
        "rows",
        "endpoints",
        "landmarks",
        "events",
        "censored",
        "policies",
        "decision",
        "inference",
        "responses",
        "time_points",
        "safety",
    ],
)
def test_every_number_of_the_worked_example(
    both: tuple[dict[str, Any], dict[str, Any]], part: str
) -> None:
    new, old = both
    assert _same(new[part], old[part])


def test_no_part_of_the_worked_example_goes_without_a_comparison(
    both: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    (marked,) = test_every_number_of_the_worked_example.pytestmark  # type: ignore[attr-defined]
    assert sorted(marked.args[1]) == sorted(both[0]) == sorted(both[1])
