"""``trialwright safety toxicity``: what the stopping rule for toxicity says today."""

from __future__ import annotations

import typer

from trialwright.cli import options


def toxicity(
    data: options.Data,
    study: options.StudyFile,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
) -> None:
    """Print the boundaries, the unacceptable toxicities, and who is still inside the window."""
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.safety.tables import derive_safety
    from trialwright.cli.terminal import print_display
    from trialwright.report.formats import Days
    from trialwright.report.safety.toxicity_tables import build_toxicity_tables
    from trialwright.study import read_study

    chosen = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    dataset = as_known_on(dataset, chosen, cut)
    safety = derive_safety(dataset, chosen)
    for table in build_toxicity_tables(safety, Days(dataset.day_zero)):
        print_display(table)
    if safety.toxicity is None:
        for one in safety.not_computable:
            typer.echo(f"{one.title}: not shown, {one.why}")
        return
    typer.echo(f"The rule says: {safety.toxicity.verdict}. Decision support: the team decides.")
