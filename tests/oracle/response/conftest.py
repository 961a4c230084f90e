"""One patient written as a small table: a value for each lesion on each scan."""

from __future__ import annotations

import pytest

from written_scans import STRICT, day, read_scans, write_scans


@pytest.fixture
def strict():
    """RECIST 1.1 without the persistence of a PR; q8w, minimum SD 8 weeks less the window."""
    return STRICT


@pytest.fixture
def write():
    """Write one patient's scans as a table."""
    return write_scans


@pytest.fixture
def read():
    """Write one patient's scans and read them by the strict rules, or with some changed."""
    return read_scans


@pytest.fixture
def calendar():
    """Turn a day since the first treatment into its date."""
    return day
