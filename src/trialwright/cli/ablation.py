"""``trialwright ablation``: what became of each ablated lesion, and both readings side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from trialwright.analysis.ablation import AblationResults
    from trialwright.report.ablation import AblationSection


def ablation(
    data: options.Data,
    study: options.StudyFile,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print lesions, counts, readings and calls as JSON.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print one row a lesion as CSV.")] = False,
) -> None:
    """Print what became of each ablated lesion, and each patient read with and without them."""
    from trialwright.analysis.ablation import read_ablations
    from trialwright.analysis.ablation_frames import ablated_lesions_frame
    from trialwright.cli.reading import read_data
    from trialwright.report.ablation import layout_ablation
    from trialwright.report.formats import Days
    from trialwright.study import read_study

    if json and csv:
        msg = "choose one of --json and --csv"
        raise typer.BadParameter(msg)
    chosen = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    results = read_ablations(dataset, chosen)
    if json:
        typer.echo(as_json(results))
    elif csv:
        typer.echo(ablated_lesions_frame(results).write_csv(), nl=False)
    else:
        print_ablation(layout_ablation(results, chosen, Days(dataset.day_zero)))


def as_json(results: AblationResults) -> str:
    """Write the lesions, the counts and both readings as JSON."""
    from json import dumps

    from trialwright.analysis.ablation_frames import (
        ablated_lesions_frame,
        ablation_counts_frame,
        both_calls_frame,
        both_readings_frame,
    )

    content = {
        "lesions": ablated_lesions_frame(results).to_dicts(),
        "counts": ablation_counts_frame(results).to_dicts(),
        "readings": both_readings_frame(results).to_dicts(),
        "calls": both_calls_frame(results).to_dicts(),
    }
    return dumps(content, ensure_ascii=False, indent=2, default=str)


def print_ablation(section: AblationSection | None) -> None:
    """Print procedures, counts, lesions and readings as tables."""
    from trialwright.cli.terminal import print_table

    if section is None:
        typer.echo("No lesion was ablated on study.")
        return
    print_table("Ablation procedures", ("", ""), section.procedures)
    print_table(
        "Outcomes",
        ("outcome", "counted by", "met", "not assessed", section.interval),
        [(r.title, r.level, r.met, r.not_assessed, r.interval) for r in section.outcomes],
    )
    typer.echo(f"Local progression, by lesion: {section.local_ends}")
    print_table(
        "Ablated lesions",
        ("lesion", "size, mm", "ablation", "technique efficacy", "local progression"),
        [
            (
                f"{r.patient} {r.lesion}",
                r.sizes,
                "\n".join(r.ablations),
                f"{r.efficacy}\n{r.efficacy_reason}",
                f"{r.local}\n{r.local_reason}",
            )
            for r in section.lesions
        ],
    )
    typer.echo(section.readings_note)
    print_table(
        "Both readings",
        ("patient", "not ablated", "all disease", "why"),
        [(r.patient, r.not_ablated.label, r.all_disease.label, r.why) for r in section.readings],
    )
    for note in section.notes:
        typer.echo(note)
