"""Small folders of CSV files, and the findings of reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trialwright.dataset import RULES, SETTABLE, Dataset, Finding, read_dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLES = {
    "patients": "patient_id,birth_date,consent_date\nP1,1960-05,2026-01-02\n",
    "visits": (
        "patient_id,visit,visit_type\n"
        "P1,baseline,baseline\nP1,week 8,scheduled\nP1,week 16,scheduled\nP1,week 24,scheduled\n"
    ),
    "lesions": (
        "patient_id,lesion_id,role,organ,lymph_node\n"
        "P1,T1,target,liver,N\nP1,T2,target,lung,N\nP1,N1,non_target,liver,N\n"
    ),
    "measurements": (
        "patient_id,lesion_id,visit,scan_date,diameter_mm,state\n"
        "P1,T1,baseline,2026-01-05,42,\n"
        "P1,T2,baseline,2026-01-05,20.5,\n"
        "P1,T1,week 8,2026-03-01,30,\n"
        "P1,T2,week 8,2026-03-01,,too_small\n"
        "P1,N1,week 8,2026-03-01,,present\n"
    ),
    "doses": "patient_id,drug,start_date,dose_mg\nP1,regorafenib,2026-01-07,80\n",
}


@pytest.fixture
def clean_tables() -> dict[str, str]:
    """Give the text of the clean tables."""
    return dict(TABLES)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Dataset]:
    """Write the clean tables with some replaced, lengthened (``+``) or left out, and read them."""

    def write_and_read(**changes: str | None) -> Dataset:
        for name, text in ({**TABLES, **changes}).items():
            if text is not None:
                whole = TABLES[name] + text[1:] if text.startswith("+") else text
                (tmp_path / f"{name}.csv").write_text(whole, encoding="utf-8", newline="")
        dataset = read_dataset(tmp_path)
        assert all(RULES[one.rule].severity == one.severity for one in dataset.findings)
        return dataset

    return write_and_read


@pytest.fixture
def only(read: Callable[..., Dataset]) -> Callable[..., Finding]:
    """Read tables that must give exactly one finding, and return it."""

    def read_one(**changes: str | None) -> Finding:
        findings = read(**changes).findings
        assert len(findings) == 1, [str(finding) for finding in findings]
        return findings[0]

    return read_one


@pytest.fixture
def check(read: Callable[..., Dataset]) -> Callable[..., None]:
    """Read changed tables and compare the findings with the one that is expected, or none."""

    def check_case(
        changes: dict[str, str | None], expected: tuple[str, str, int | None] | None, words: str
    ) -> None:
        findings = read(**changes).findings
        found = [(one.rule, one.severity, one.row) for one in findings]
        assert found == ([expected] if expected else []), [str(one) for one in findings]
        for finding in findings:
            assert words in finding.message
            assert finding.mend
            if finding.rule in SETTABLE:
                assert finding.concerned == ("P1",) or finding.patient == "P2"

    return check_case
