"""The report of the worked example holds the stored numbers; see ``golden.py`` to renew them."""

from __future__ import annotations

import json
import math
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from golden import REPORT, Numbers, compute_report, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINES = 60
RENEW = "python tests/golden/golden.py report.json"


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return compute_report()


def flat(numbers: Numbers) -> dict[str, float | str]:
    return {
        f"{display} | {key}": value
        for display, found in numbers.items()
        for key, value in found.items()
    }


def tell_differences(old: dict[str, float | str], new: dict[str, float | str]) -> Iterator[str]:
    """Say what is gone, what came and what changed, a line a number."""
    for key in (*new, *(key for key in old if key not in new)):
        if key not in old:
            yield f"new      {key}: {new[key]}"
        elif key not in new:
            yield f"gone     {key}: {old[key]}"
        elif not same(old[key], new[key]):
            yield f"changed  {key}: {old[key]} -> {new[key]}"


def same(old: float | str, new: float | str) -> bool:
    """Compare exactly, but for the last bits, which a mathematics library decides."""
    if isinstance(old, str) or isinstance(new, str):
        return old == new
    return math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12)


def test_the_report_of_the_worked_example_holds_the_stored_numbers(numbers: Numbers) -> None:
    stored = json.loads(REPORT.read_text(encoding="utf-8"))
    lines = list(tell_differences(flat(stored), flat(numbers)))
    if lines:
        shown = "\n".join(islice(lines, MOST_LINES))
        more = f"\n... and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
        pytest.fail(
            f"{len(lines)} numbers of the report differ from {REPORT.name}:\n{shown}{more}\n"
            f"If they should, renew them with `{RENEW}` and have the difference reviewed.",
            pytrace=False,
        )
    assert list(flat(stored)) == list(flat(numbers)), "the same numbers stand in another order"


def test_the_stored_file_is_laid_out_one_line_a_number(numbers: Numbers) -> None:
    text = lay_out(numbers)
    assert json.loads(text) == numbers
    counted = sum(len(found) + 2 for found in numbers.values()) + 2
    assert len(text.splitlines()) == counted


def test_a_difference_is_told_in_words() -> None:
    old = {"14.1.1 | Treated": 29.0, "14.2.1 | CR": 2.0, "14.2.3 | median": "not reached"}
    new = {"14.2.1 | CR": 3.0, "14.2.3 | median": "not reached", "14.2.1 | PR": 1.0}
    assert list(tell_differences(old, new)) == [
        "changed  14.2.1 | CR: 2.0 -> 3.0",
        "new      14.2.1 | PR: 1.0",
        "gone     14.1.1 | Treated: 29.0",
    ]
    assert list(tell_differences(old, old)) == []
    assert same(1.0, 1.0 + 1e-15)
    assert not same(1.0, "1.0")
