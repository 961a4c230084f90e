"""``trialwright ablation``: what became of each ablated lesion, and both readings side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis.ablation import AblationResults
    from trialwright.report.formats import Days
    from trialwright.study.model import Study


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
        print_ablation(results, chosen, Days(dataset.day_zero))


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


def print_ablation(results: AblationResults, study: Study, days: Days) -> None:
    """Print procedures, counts, lesions and readings as tables."""
    from trialwright.cli.terminal import print_display, print_table
    from trialwright.report.tables.ablated_lesions import build_outcomes
    from trialwright.report.tables.ablation_listings import list_ablated_lesions, list_both_readings

    if not results.lesions:
        typer.echo("No lesion was ablated on study.")
        return
    print_table("Ablation procedures", ("", ""), summarise_procedures(results))
    print_display(build_outcomes(results.lesions, study, days))
    print_display(list_ablated_lesions(results, days))
    print_display(list_both_readings(results, days))


def summarise_procedures(results: AblationResults) -> Iterator[tuple[str, str]]:
    """Yield (label, words) of the procedures as a whole."""
    from trialwright.report.formats import show_count

    summary = results.summary
    how = ", ".join(f"{count} {name}" for name, count in summary.modalities.most_common())
    liver = show_count(summary.liver_lesions_ablated, summary.liver_lesions)
    margins = [f"{band}: {count}" for band, count in summary.margins.items() if count]
    unknown = f"; {summary.sizes_unknown} not measured" if summary.sizes_unknown else ""
    yield "Patients ablated", f"{summary.patients} of {len(results.readings)}"
    yield "Sessions", str(summary.sessions)
    yield "Lesions ablated", str(summary.lesions)
    yield "Ablations", how
    yield "Ablated of the baseline liver lesions of these patients", liver
    yield "Size before, mm", _spread(summary.sizes_before_mm) + unknown
    yield "Smallest margin, by ablation", "; ".join(margins)
    yield "Days from first treatment", _spread(summary.days_from_first_treatment)
    if summary.other_treatments:
        yield "Other local treatments of lesions", str(summary.other_treatments)


def _spread(values: Sequence[float]) -> str:
    from statistics import median

    from trialwright.report.formats import NOTHING, show_size

    if not values:
        return NOTHING
    middle, low, high = (show_size(one) for one in (median(values), min(values), max(values)))
    return f"median {middle} ({low} to {high})".replace("-", "−")
