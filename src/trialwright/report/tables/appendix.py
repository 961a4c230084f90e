"""Appendix: what the registry record leaves open, what the checks found, the designs weighed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trialwright.report.findings import build_data_findings, sort_record_findings
from trialwright.report.formats import NOTHING
from trialwright.report.model import (
    Cell,
    Column,
    Number,
    Population,
    Row,
    Table,
    word_cells,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis import Analysis
    from trialwright.report.boundary import DesignSection
    from trialwright.report.findings import RecordFinding
    from trialwright.report.formats import Days


def everybody(analysis: Analysis) -> Population:
    """Return all patients of the data as a population."""
    members = tuple(member.patient_id for member in analysis.sets.members)
    words = "1 patient in the data" if len(members) == 1 else f"{len(members)} patients in the data"
    return Population("all", words, members)


def build_finding_tables(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """Build tables B.1 and B.2: what reading and checking the data found, by check and one by one.

    Parameters
    ----------
    analysis : Analysis
        The results with their findings.
    days : Days
        How dates look.
    """
    found, population = build_data_findings(analysis, days), everybody(analysis)
    nothing = "the reader and the checks found nothing to report"
    counts = tuple(
        Row(rule, (Cell(severity), Cell(str(count), (Number("findings", count),))))
        for rule, severity, count in found.counts
    )
    rows = tuple(
        Row(
            f"{one.severity}{', accepted' if one.accepted else ''}",
            word_cells(one.place, one.patient or NOTHING, one.message, one.mend, one.rule),
            patient=one.patient or None,
            mark="alert" if one.severity == "error" else "",
        )
        for one in found.rows
    )
    return (
        Table(
            "B.1",
            "Findings about the data by check",
            population,
            (Column("Check"), Column("Severity"), Column("Findings", "number")),
            counts,
            empty=nothing,
        ),
        Table(
            "B.2",
            "Every finding about the data",
            population,
            tuple(Column(h) for h in ("Severity", "Place", "Patient", "What", "Mend", "Check")),
            rows,
            kind="listing",
            empty=nothing,
        ),
    )


def build_record_table(analysis: Analysis, lint: Sequence[RecordFinding]) -> Table:
    """Build listing B.3: what the registry record leaves open.

    Parameters
    ----------
    analysis : Analysis
        The results, for the population.
    lint : sequence of RecordFinding
        From ``study.lint_record``; empty where no record was given.
    """
    ordered = sort_record_findings(lint)
    counted = Counter(one.severity for one in ordered)
    said = ", ".join(f"{count} {severity}" for severity, count in counted.items())
    return Table(
        "B.3",
        "What the registry record leaves open",
        everybody(analysis),
        tuple(Column(h) for h in ("Severity", "Words of the record", "Why", "Mend", "Rule")),
        tuple(
            Row(one.severity, word_cells(one.words, one.why, one.mend, one.id)) for one in ordered
        ),
        (f"Findings: {said}.",) if said else (),
        "listing",
        "no finding about a registry record was given to this report",
    )  # fmt: skip


def build_design_table(design: DesignSection, analysis: Analysis) -> Table:
    """Build table B.4: the chosen design and those weighed against it.

    Parameters
    ----------
    design : DesignSection
        From ``report.boundary``.
    analysis : Analysis
        The results, for the population.
    """
    heads = (
        "r1/n1 r/n",
        "p0",
        "p1",
        "Type I error",
        "Power",
        "Early stop at p0",
        "Expected n at p0",
    )
    columns = (Column("Design"), *(Column(head, "number") for head in heads), Column("Basis"))
    rows = tuple(
        Row(
            one.role,
            word_cells(
                one.design, one.null, one.alternative, one.error, one.power, one.early_stop,
                one.expected, one.basis,
            ),
            mark="primary" if number == 0 else "",
        )
        for number, one in enumerate(design.rows)
    )  # fmt: skip
    note = (
        "r1/n1 r/n: stop after n1 patients with at most r1 responders; declare activity with more "
        "than r responders of n. p0, p1: response rates of no interest and worth pursuing. "
        "Expected n: patients expected. All exact."
    )
    notes = tuple(words for words in (note, design.toxicity, design.together) if words)
    title = "The design, and what was weighed against it"
    return Table("B.4", title, everybody(analysis), columns, rows, notes, method="exact")
