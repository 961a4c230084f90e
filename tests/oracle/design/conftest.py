"""Where the oracle rows come from: the tables of ``shared``, whole."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Rows = list[dict[str, str]]

SHARED = Path(__file__).resolve().parents[4] / "shared"


@pytest.fixture
def refs() -> Callable[[str, int], Rows]:
    """Return a reader of one table of ``shared/refs``, which must have so many rows.

    A test that uses it is marked ``shared``; it is skipped where the tables are not.
    """

    def read(name: str, count: int) -> Rows:
        path = SHARED / "refs" / f"{name}.csv"
        if not path.is_file():
            pytest.skip(f"{path} is not here")
        with path.open(newline="", encoding="utf-8") as lines:
            found = list(csv.DictReader(lines))
        assert len(found) == count, path
        return found

    return read
