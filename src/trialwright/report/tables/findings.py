"""Tables B.1 to B.3: what the checks found in the data, and what the record leaves open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from trialwright.report.cells import number_cell
from trialwright.report.figures.population import screened_population
from trialwright.report.formats import NOTHING, show_words
from trialwright.report.model import Cell, Column, Row, Table, word_cells

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from trialwright.analysis import Analysis
    from trialwright.dataset import Finding
    from trialwright.report.formats import Days

_ORDER = {"error": 0, "warning": 1, "note": 2}
_NOTHING_FOUND = "the reader and the checks found nothing to report"


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


def build_finding_tables(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """Build tables B.1 and B.2: what reading and checking the data found, by check and one by one.

    The worst findings come first; accepted errors are listed with the warnings and notes.

    Parameters
    ----------
    analysis : Analysis
        The results with their findings.
    days : Days
        How dates look.
    """
    accepted = set(analysis.study.data.accepted_findings.value or ())
    ordered = sorted(analysis.findings, key=lambda one: _ORDER[one.severity])
    counted = Counter((one.rule, one.severity) for one in ordered)
    return (
        Table(
            "B.1",
            "Findings about the data by check",
            screened_population(analysis),
            (Column("Check"), Column("Severity"), Column("Findings", "number")),
            tuple(
                Row(rule, (Cell(severity), number_cell("findings", count)))
                for (rule, severity), count in counted.items()
            ),
            empty=_NOTHING_FOUND,
        ),
        Table(
            "B.2",
            "Every finding about the data",
            screened_population(analysis),
            tuple(Column(h) for h in ("Severity", "Place", "Patient", "What", "Mend", "Check")),
            tuple(_finding_row(one, accepted, days) for one in ordered),
            kind="listing",
            empty=_NOTHING_FOUND,
        ),
    )


def _finding_row(one: Finding, accepted: Collection[str], days: Days) -> Row:
    is_error = one.severity == "error"
    told = (days.in_words(words) for words in (one.message, one.mend))
    return Row(
        f"{one.severity}, accepted" if is_error and one.rule in accepted else one.severity,
        word_cells(_say_place(one), one.patient or NOTHING, *told, one.rule),
        patient=one.patient or None,
        mark="alert" if is_error else "",
    )


def _say_place(finding: Finding) -> str:
    row = f"row {finding.row}" if finding.row is not None else ""
    field = show_words(finding.field) if finding.field else ""
    table = "" if finding.source else finding.table
    return ", ".join(part for part in (finding.source, table, row, field) if part)


def build_record_table(analysis: Analysis, lint: Sequence[RecordFinding]) -> Table:
    """Build listing B.3: what the registry record leaves open, the worst first.

    Parameters
    ----------
    analysis : Analysis
        The results, for the population.
    lint : sequence of RecordFinding
        From ``study.lint_record``; empty where no record was given.
    """
    ordered = sorted(lint, key=lambda one: _ORDER.get(one.severity, len(_ORDER)))
    counted = Counter(one.severity for one in ordered)
    said = ", ".join(f"{count} {severity}" for severity, count in counted.items())
    return Table(
        "B.3",
        "What the registry record leaves open",
        screened_population(analysis),
        tuple(Column(h) for h in ("Severity", "Words of the record", "Why", "Mend", "Rule")),
        tuple(
            Row(one.severity, word_cells(one.words, one.why, one.mend, one.id)) for one in ordered
        ),
        (f"Findings: {said}.",) if said else (),
        "listing",
        "no finding about a registry record was given to this report",
    )
