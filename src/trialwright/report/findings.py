"""What the registry record leaves open, and what the checks found in the data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from trialwright.report.formats import show_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.analysis import Analysis
    from trialwright.dataset import Finding
    from trialwright.report.formats import Days


class RecordFinding(Protocol):
    """A finding about the registry record, as ``trialwright.study.LintFinding`` is one."""

    @property
    def id(self) -> str:
        """Stable name of the rule."""

    @property
    def severity(self) -> str:
        """One of error, warning, note."""

    @property
    def words(self) -> str:
        """Words of the record that it stands on."""

    @property
    def why(self) -> str:
        """Why it matters."""

    @property
    def mend(self) -> str:
        """What to do about it."""


@dataclass(frozen=True, slots=True)
class DataFindingRow:
    """One finding about the data: how bad, where, what, and the mend."""

    severity: str
    accepted: bool
    place: str
    patient: str
    message: str
    mend: str
    rule: str


@dataclass(frozen=True, slots=True)
class DataFindings:
    """The findings about the data, the worst first, and how often each check found something."""

    rows: tuple[DataFindingRow, ...]
    counts: tuple[tuple[str, str, int], ...]  # rule, severity, findings


_ORDER = {"error": 0, "warning": 1, "note": 2}


def sort_record_findings(findings: Iterable[RecordFinding]) -> tuple[RecordFinding, ...]:
    """Put the worst findings about the record first, otherwise as they came."""
    return tuple(sorted(findings, key=lambda one: _ORDER.get(one.severity, len(_ORDER))))


def count_severities(findings: Iterable[RecordFinding]) -> tuple[tuple[str, int], ...]:
    """Count findings by severity, in the order in which the severities first appear."""
    return tuple(Counter(one.severity for one in findings).items())


def build_data_findings(analysis: Analysis, days: Days) -> DataFindings:
    """Lay out the findings about the data: accepted errors, warnings and notes."""
    accepted = set(analysis.study.data.accepted_findings.value or ())
    ordered = sorted(analysis.findings, key=lambda one: _ORDER[one.severity])
    counted = Counter((one.rule, one.severity) for one in ordered)
    return DataFindings(
        tuple(_row(one, accepted, days) for one in ordered),
        tuple((rule, severity, count) for (rule, severity), count in counted.items()),
    )


def _row(finding: Finding, accepted: set[str], days: Days) -> DataFindingRow:
    return DataFindingRow(
        finding.severity,
        finding.severity == "error" and finding.rule in accepted,
        _place(finding),
        finding.patient or "",
        days.in_words(finding.message),
        days.in_words(finding.mend),
        finding.rule,
    )


def _place(finding: Finding) -> str:
    row = f"row {finding.row}" if finding.row is not None else ""
    field = show_words(finding.field) if finding.field else ""
    table = "" if finding.source else finding.table
    return ", ".join(part for part in (finding.source, table, row, field) if part)
