"""``trialwright report``: one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli import options


def report(
    data: options.Data,
    study: options.StudyFile,
    out: Annotated[Path, typer.Option("--out", help="HTML file to write.")],
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    record: Annotated[
        Path | None, typer.Option("--record", help="Registry record, to list what it leaves open.")
    ] = None,
    nct_id: options.NctId = None,
) -> None:
    """Write the report: choices, patient flow, tables, figures, and a page a patient."""
    from trialwright.analysis import analyse
    from trialwright.cli.reading import read_data
    from trialwright.cli.terminal import print_findings, progress_of
    from trialwright.errors import ExportError
    from trialwright.report import write_report
    from trialwright.study import lint_record, read_record, read_study

    if out.suffix.lower() not in {".html", ".htm"}:
        msg = f"{out}: a report is an HTML file; name one that ends in .html"
        raise ExportError(msg)
    with progress_of(3) as step:
        step("Reading the data")
        chosen = read_study(study)
        dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
        step("Reading the scans")
        analysis = analyse(dataset, chosen)
        step("Drawing the report")
        findings = lint_record(read_record(record, nct_id=nct_id)) if record is not None else ()
        write_report(analysis, out, lint=findings)
    print_findings(analysis.findings, analysis.dataset.day_zero)
    typer.echo(f"wrote {out}")
