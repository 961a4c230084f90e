"""``trialwright report slides``: two pages for the safety board."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli import options


def slides(
    data: options.Data,
    study: options.StudyFile,
    out: Annotated[Path, typer.Option("--out", help="PDF file to write.")],
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
    language: options.ReportLanguage = "en",
) -> None:
    """Write two pages for the safety board: where the trial stands, and what is pending."""
    from trialwright.analysis import analyse
    from trialwright.analysis.safety import analyse_safety
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.terminal import progress_of
    from trialwright.errors import ExportError
    from trialwright.report.slides import render_slides
    from trialwright.study import read_study
    from trialwright.whole import write_whole

    if out.suffix.lower() != ".pdf":
        msg = f"{out}: slides are a PDF; name a file that ends in .pdf"
        raise ExportError(msg)
    with progress_of(3) as step:
        step("Reading the data")
        chosen = read_study(study)
        dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
        dataset = as_known_on(dataset, chosen, cut)
        step("Reading the scans")
        analysis, safety = analyse(dataset, chosen), analyse_safety(dataset, chosen)
        step("Drawing the slides")
        write_whole(out, render_slides(analysis, safety, language))
    typer.echo(f"wrote {out}")
