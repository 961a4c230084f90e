"""Where the oracle rows come from: a few dozen in the repository, all of them in ``shared``."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Rows = list[dict[str, str]]

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "stats"
SHARED = ROOT.parent / "shared"


@pytest.fixture(params=["fixture", pytest.param("shared", marks=pytest.mark.shared)])
def rows(request: pytest.FixtureRequest) -> Callable[[str, dict[str, int]], Rows]:
    """Return a reader of one table; it checks that no row of the table went missing."""

    def read(name: str, counts: dict[str, int]) -> Rows:
        path = FIXTURES / f"{name}.csv"
        if request.param == "shared":
            stem = name if name == "km_datasets" else f"{name}_open"
            path = SHARED / "refs" / f"{stem}.csv"
            if not path.is_file():
                pytest.skip(f"{path} is not here")
        with path.open(newline="", encoding="utf-8") as lines:
            found = list(csv.DictReader(lines))
        assert len(found) == counts[request.param], path
        return found

    return read


@pytest.fixture
def numeric_cases() -> list[dict]:
    """Return the cases of ``stats_numeric.json``, made with R survival 3.5-3."""
    import json

    path = SHARED / "cases" / "stats_numeric.json"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return json.loads(path.read_text(encoding="utf-8"))
