"""``trialwright report registry``: the results section of the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli import options


def registry(
    data: options.Data,
    study: options.StudyFile,
    out: Annotated[Path, typer.Option("--out", help="JSON file to write.")],
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
) -> None:
    """Write the results as ClinicalTrials.gov has them: flow, baseline, outcomes, events.

    The file has the structure of the results section of its API, version 2. What the registry
    asks for and the data do not hold is named.
    """
    from trialwright.analysis import analyse
    from trialwright.analysis.safety import analyse_safety
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.terminal import print_wrapped, progress_of
    from trialwright.report.registry import find_registry_gaps, render_registry_results
    from trialwright.study import read_study
    from trialwright.whole import write_whole

    with progress_of(3) as step:
        step("Reading the data")
        chosen = read_study(study)
        dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
        dataset = as_known_on(dataset, chosen, cut)
        step("Reading the scans")
        analysis, safety = analyse(dataset, chosen), analyse_safety(dataset, chosen)
        step("Writing the results")
        write_whole(out, render_registry_results(analysis, safety))
    print_wrapped(find_registry_gaps(analysis, safety))
    typer.echo(f"wrote {out}")
