"""A reader of made-up SDTM domains that checks that no row is lost."""

from __future__ import annotations

import pytest
from sdtm_domains import DM, Read, write_domain


@pytest.fixture
def read(tmp_path):
    """Write domains (``TR=[...]``), read them, and check that no row is lost."""

    def write_and_read(*, options=None, **domains):
        domains = {"DM": [DM]} | domains
        for code, rows in domains.items():
            write_domain(tmp_path / f"{code.lower()}.csv", rows)
        found = Read(tmp_path, **(options or {}))
        held = {f"{code.lower()}.csv": len(rows) for code, rows in domains.items()}
        assert dict(found.rows.group_by("file").len().rows()) == held
        one = found.rows["table"].is_null() ^ found.rows["rule"].is_null()
        assert one.all()
        told = {finding.rule for finding in found.findings}
        assert set(found.rows["rule"].drop_nulls()) <= told
        return found

    return write_and_read
