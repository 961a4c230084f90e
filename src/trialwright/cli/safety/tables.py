"""``trialwright safety tables``: the tables of the safety chapter, on the terminal or as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis.safety import SafetyAnalysis
    from trialwright.dataset import Dataset
    from trialwright.report.model import Table
    from trialwright.study.model import Study


def tables(
    data: options.Data,
    study: options.StudyFile,
    table: Annotated[
        list[str] | None,
        typer.Option("--table", help="Number of a table to print, such as 14.3.2; repeatable."),
    ] = None,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for every row behind the tables, as CSV.")
    ] = None,
) -> None:
    """Print the tables 14.3.x: adverse events, laboratory, liver, exposure, toxicity.

    Listings of every row (16.2.7.x, 16.2.8.x) are long: they are printed where --table names them.
    With --out also writes one row an event, laboratory value, patient and drug: the tables can be
    counted again from these files.
    """
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.terminal import print_findings
    from trialwright.study import read_study

    if out is not None:
        refuse_to_replace_data(out)
    chosen = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    dataset = as_known_on(dataset, chosen, cut)
    safety = derive_safety(dataset, chosen)
    print_safety(choose_tables(safety, dataset, table), safety)
    if out is not None:
        write_rows(safety, dataset, out)
        typer.echo(f"wrote {out}", err=True)
    print_findings(safety.findings, dataset.day_zero)


def derive_safety(dataset: Dataset, study: Study) -> SafetyAnalysis:
    """Analyse the harm of a data set, its partial dates completed as the study says.

    Raises
    ------
    StudyError
        If the study names a group of special interest that does not exist: unlike a gap, which
        closes its part, a misspelt name is to be mended.
    DataError
        If the data hold errors that the study does not accept; all of them are listed.
    """
    from trialwright.analysis.protocol_findings import find_uncollected
    from trialwright.analysis.readings import refuse_errors
    from trialwright.analysis.safety import analyse_safety
    from trialwright.dataset import complete_dates
    from trialwright.safety.special_interest import choose_groups
    from trialwright.study.counting import OF_THE_STUDY

    if study.safety.special_interest.value is not None:
        choose_groups(study)
    completed = complete_dates(dataset, study)
    uncollected = find_uncollected(completed, study, OF_THE_STUDY)
    refuse_errors((*completed.findings, *uncollected), completed.source, study)
    return analyse_safety(completed, study)


def choose_tables(
    safety: SafetyAnalysis, dataset: Dataset, numbers: Sequence[str] | None
) -> tuple[Table, ...]:
    """Return the tables that were asked for; all but the listings of rows if none was named.

    Raises
    ------
    typer.BadParameter
        If there is no table of a number; the message lists those that there are.
    """
    from trialwright.report.formats import Days
    from trialwright.report.safety import (
        build_exposure_tables,
        build_finding_tables,
        build_safety_listings,
        build_safety_tables,
    )

    days = Days(dataset.day_zero)
    usual = (
        *build_exposure_tables(safety, days),
        *build_safety_tables(safety, days),
        *build_finding_tables(safety, days),
    )
    if not numbers:
        return usual
    every = (*usual, *build_safety_listings(safety, dataset, days))
    known = [one.number for one in every]
    unknown = [number for number in numbers if number not in known]
    if unknown:
        missing = "".join(f"; {one.title}: not shown, {one.why}" for one in safety.not_computable)
        msg = f"no table {unknown[0]}; there are {', '.join(known)}{missing}"
        raise typer.BadParameter(msg)
    return tuple(one for one in every if one.number in numbers)


def print_safety(found: Sequence[Table], safety: SafetyAnalysis) -> None:
    """Print tables with their notes, then what could not be computed and why."""
    from trialwright.cli.terminal import print_display

    for table in found:
        print_display(table)
    for one in safety.not_computable:
        typer.echo(f"{one.title}: not shown, {one.why}")


def refuse_to_replace_data(folder: Path) -> None:
    """Stop before rows of ours replace tables of a data set, some of which have the same names."""
    from trialwright.errors import ExportError

    if any(folder.glob("[Pp][Aa][Tt][Ii][Ee][Nn][Tt][Ss].*")):
        msg = f"{folder} holds a data set, whose tables are never replaced; name another --out"
        raise ExportError(msg)


def write_rows(safety: SafetyAnalysis, dataset: Dataset, out: Path) -> None:
    """Write the rows behind the tables into a folder, one CSV file a subject."""
    from trialwright.analysis.safety import safety_frames
    from trialwright.cli.study_days import hide_made_up_dates
    from trialwright.dataset import write_csv
    from trialwright.whole import whole_folder

    with whole_folder(out) as folder:
        for name, frame in safety_frames(safety).items():
            write_csv(hide_made_up_dates(frame, dataset.day_zero), folder / f"{name}.csv")
