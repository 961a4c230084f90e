"""``trialwright report DATA``: the report in one format, or in every one."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli import options


def write(
    data: options.Data,
    study: options.StudyFile,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="File to write: .html, .docx, .rtf, .pdf, .tex, .xlsx, or .json for the numbers "
            "alone. A name without an ending is a folder for all of them, the figures with their "
            "data, the slides and the registry's results.",
        ),
    ],
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
    language: options.ReportLanguage = "en",
    record: Annotated[
        Path | None, typer.Option("--record", help="Registry record, to list what it leaves open.")
    ] = None,
    nct_id: options.NctId = None,
    longest_listing: Annotated[
        str | None,
        typer.Option(
            "--longest-listing",
            metavar="ROWS",
            help="A listing of more rows is not set in .docx, .rtf, .pdf and .tex: a sentence says "
            "where it stands. 1000 if not given; all: every listing is set; 0: none.",
        ),
    ] = None,
) -> None:
    """Write the report: methods, results, tables, figures, listings, choices, a page a patient."""
    from trialwright.analysis import analyse
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.terminal import print_findings, progress_of
    from trialwright.report import build_report, format_of, write_built
    from trialwright.study import lint_record, read_record, read_study

    format_of(out)
    longest = _read_rows(longest_listing)
    gc.disable()  # one run, and nothing to free: looking through a million cells is a fifth of it
    with progress_of(4) as step:
        step("Reading the data")
        chosen = read_study(study)
        dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
        dataset = as_known_on(dataset, chosen, cut)
        step("Reading the scans")
        analysis = analyse(dataset, chosen)
        step("Building the tables and figures")
        findings = lint_record(read_record(record, nct_id=nct_id)) if record is not None else ()
        report = build_report(analysis, lint=findings, language=language, longest_listing=longest)
        step("Writing the report")
        write_built(report, out)
    print_findings(analysis.findings, analysis.dataset.day_zero)
    typer.echo(f"wrote {out}")


def _read_rows(text: str | None) -> int | None:
    """Return the rows that a user names; none for ``all``."""
    from trialwright.report.writers.placing import LONGEST_LISTING

    if text is None:
        return LONGEST_LISTING
    if text == "all":
        return None
    if not text.isdecimal():
        msg = f"a number of rows, 0 or more, or all; not {text!r}"
        raise typer.BadParameter(msg, param_hint="--longest-listing")
    return int(text)
