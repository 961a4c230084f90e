"""``trialwright lint``: what a registry record leaves open."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trialwright.study import Gap, LintFinding, RegistryRecord


def lint(
    record: options.Record,
    nct_id: options.NctId = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if a finding is an error.")
    ] = False,
) -> None:
    """Print the findings and gaps of a registry record.

    A finding is something the record says that cannot be carried out as worded; a gap is
    something a runnable study needs and the record does not say.
    """
    from trialwright.study import find_gaps, lint_record, read_record

    if record.suffix.lower() == ".toml":
        msg = (
            f"{record} is a study file, not a registry record; `trialwright design {record}` and "
            "every verb that takes --study check it"
        )
        raise typer.BadParameter(msg)
    read = read_record(record, nct_id=nct_id)
    findings, gaps = lint_record(read), find_gaps(read)
    typer.echo(as_json(findings, gaps) if json else as_text(read, findings, gaps))
    if strict and any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def as_text(record: RegistryRecord, findings: Sequence[LintFinding], gaps: Sequence[Gap]) -> str:
    """Write how the record was read, its findings and its gaps as plain text."""
    lines = [f"{record.source}: {record.source_format} record", ""]
    if record.line_guesses:
        lines += ["How each line was read", ""]
        lines += [
            f"  line {guess.line_number}: {guess.field} ({guess.reason})"
            for guess in record.line_guesses
        ]
        lines.append("")
    if record.remarks:
        lines += ["What could not be taken over", ""]
        lines += [f"  {remark}" for remark in record.remarks] + [""]
    lines += [f"Findings ({len(findings)})", ""]
    for finding in findings:
        lines += [
            f"{finding.id}  {finding.severity}",
            f"  words: {finding.words}",
            f"  why:   {finding.why}",
            f"  mend:  {finding.mend}",
            "",
        ]
    lines += [f"Gaps ({len(gaps)}): a runnable study needs these, the record does not say", ""]
    lines += [f"{gap.id}  {gap.needed}\n  why:   {gap.why}\n  field: {gap.field}" for gap in gaps]
    return "\n".join(lines)


def as_json(findings: Sequence[LintFinding], gaps: Sequence[Gap]) -> str:
    """Write findings and gaps as JSON."""
    from json import dumps

    content = {
        "findings": [asdict(finding) for finding in findings],
        "gaps": [asdict(gap) for gap in gaps],
    }
    return dumps(content, ensure_ascii=False, indent=2)


def write_lint(
    folder: Path, record: RegistryRecord, findings: Sequence[LintFinding], gaps: Sequence[Gap]
) -> None:
    """Write findings and gaps into a folder, as text and as JSON."""
    text, json = as_text(record, findings, gaps), as_json(findings, gaps)
    (folder / "lint.txt").write_text(f"{text}\n", encoding="utf-8")
    (folder / "lint.json").write_text(f"{json}\n", encoding="utf-8")
