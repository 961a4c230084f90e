"""``trialwright analyse``: responses and endpoints of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from trialwright.analysis import Analysis, StageResult
    from trialwright.study.model import Study


def analyse(
    data: options.Data,
    study: options.StudyFile,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
    counting: options.Counting = "study",
    lesions: Annotated[
        Literal["study", "not_ablated", "all_disease"],
        typer.Option(
            "--lesions",
            help="Which lesions to read: as the study says, without those ablated, or all disease.",
        ),
    ] = "study",
    criteria: Annotated[
        Literal["study", "recist", "irecist"],
        typer.Option("--criteria", help="By which criteria the endpoints count."),
    ] = "study",
    reader: options.Reader = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the tables and the waterfall.")
    ] = None,
    patients: Annotated[
        bool, typer.Option("--patients/--no-patients", help="Print one line a patient.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Read the scans by the study's rules and print each endpoint.

    With --out also writes responses.csv (one row a patient), time_points.csv (one row a
    scan, with its reason), times.csv, endpoints.csv, landmarks.csv, waterfall.svg and, once a
    two-stage design has ended, two_stage.csv. Where the data hold several readers or calls made
    by people: agreement.csv and disagreements.csv.
    """
    from trialwright.analysis import analyse as analyse_data
    from trialwright.cli.patients import check_reader
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.terminal import print_findings, progress_of
    from trialwright.study import read_study

    check_reader(reader)
    with progress_of(3) as step:
        step("Reading the data")
        chosen = choose_reading(read_study(study), lesions, criteria)
        dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
        dataset = as_known_on(dataset, chosen, cut)
        step("Reading the scans")
        analysis = analyse_data(dataset, chosen, counting=counting, reader=reader)
        step("Writing the results")
        if out is not None:
            write_results(analysis, out)
    if out is not None:
        typer.echo(f"wrote {out}", err=True)
    if json:
        typer.echo(as_json(analysis))
        return
    if patients:
        print_responses(analysis)
    print_endpoints(analysis)
    print_findings(analysis.findings, analysis.dataset.day_zero)


def write_results(analysis: Analysis, out: Path) -> None:
    """Write the tables of an analysis and its waterfall into a folder.

    Text that a spreadsheet would run as a formula is guarded, as in the tables of a data set.
    """
    from trialwright.analysis import (
        endpoints_frame,
        landmarks_frame,
        responses_frame,
        time_points_frame,
        times_frame,
    )
    from trialwright.cli.study_days import hide_made_up_dates
    from trialwright.dataset import write_csv
    from trialwright.report import render_waterfall
    from trialwright.whole import whole_folder

    tables = {
        "responses.csv": responses_frame(analysis),
        "time_points.csv": time_points_frame(analysis.responses),
        "times.csv": times_frame(analysis),
        "endpoints.csv": endpoints_frame(analysis),
        "landmarks.csv": landmarks_frame(analysis),
    }
    if analysis.stage is not None and analysis.stage.inference is not None:
        tables["two_stage.csv"] = analysis.stage.inference.to_frame().fill_nan(None)
    with whole_folder(out) as folder:
        for name, frame in tables.items():
            write_csv(hide_made_up_dates(frame, analysis.dataset.day_zero), folder / name)
        _write_comparisons(analysis, folder)
        waterfall = render_waterfall(analysis)
        if waterfall:  # nobody with a sum after baseline: there is nothing to draw
            (folder / "waterfall.svg").write_text(waterfall, encoding="utf-8")


def _write_comparisons(analysis: Analysis, folder: Path) -> None:
    """Write how readers agree, and each disagreement, where the data hold something to compare.

    A table without rows says that nobody disagreed.
    """
    from trialwright.analysis import agreement_frame, disagreements_frame
    from trialwright.dataset import write_csv

    pairs = analysis.agreement.agreements if analysis.agreement is not None else ()
    compared = analysis.agreement is not None or analysis.calls is not None
    for frame, name, held in (
        (agreement_frame(pairs), "agreement.csv", analysis.agreement is not None),
        (disagreements_frame(analysis.calls, pairs), "disagreements.csv", compared),
    ):
        if held:
            write_csv(frame, folder / name)


def print_responses(analysis: Analysis) -> None:
    """Print one line a patient: best response, best change and why."""
    from trialwright.analysis import responses_frame
    from trialwright.cli.terminal import print_table
    from trialwright.report.formats import Days

    days = Days(analysis.dataset.day_zero)
    rows = [
        (
            row["patient_id"],
            row["best_response"],
            "" if row["best_change_percent"] is None else f"{row['best_change_percent']:+.1f} %",
            str(row["assessments"]),
            days.in_words(row["excluded_because"] or row["reason"]),
        )
        for row in responses_frame(analysis).iter_rows(named=True)
    ]
    columns = ("patient", "best response", "best change", "scans", "why")
    print_table(f"Response, {len(rows)} patients", columns, rows)


def print_endpoints(analysis: Analysis) -> None:
    """Print each endpoint with n, events, estimate, and censorings by reason."""
    from trialwright.analysis import best_response_counts
    from trialwright.cli.terminal import print_table
    from trialwright.report import build_endpoints, say_intervals

    counts = best_response_counts(analysis)
    words = ", ".join(f"{response.label} {count}" for response, count in counts.items())
    typer.echo(f"Best overall response, {analysis.sets.efficacy_set} patients: {words}")
    rows = [
        (row.key, row.title, str(row.n), row.events, row.estimate, row.interval)
        for row in build_endpoints(analysis)
    ]
    level = f"{100 * analysis.study.statistics.confidence_level.require():g} % CI"
    columns = ("key", "endpoint", "n", "responders or events", "estimate", level)
    print_table("Endpoints", columns, rows)
    typer.echo(say_intervals(analysis))
    print_times(analysis)
    for missing in analysis.not_computable:
        typer.echo(f"  {missing.key}: not computable, {missing.why}")
    if analysis.stage is not None:
        typer.echo(f"Design {analysis.stage.design}: {analysis.stage.final.sentence}")
        if analysis.stage.inference is not None:
            typer.echo(f"Response rate after two stages: {analysis.stage.inference}.")


def print_times(analysis: Analysis) -> None:
    """Print of each time-to-event endpoint n, events, and censorings by reason.

    Events, competing events, censorings and those not counted add up to the patients of the data.
    """
    from trialwright.study.counting import choose_counting

    title = choose_counting(analysis.study, analysis.counting).title
    typer.echo(f"Times are counted by {analysis.counting}: {title}")
    outside = len(analysis.sets.excluded)
    for result in analysis.timed:
        number = len(result.times)
        each = f"{result.counted}s" if number != 1 else result.counted
        typer.echo(f"{result.key}, {result.title}: {number} {each}")
        for words in result.count_ends():
            typer.echo(f"  {words}")
        if outside and result.counted == "patient":
            typer.echo(f"  {outside} not in the efficacy set")


def choose_reading(study: Study, lesions: str, criteria: str) -> Study:
    """Return the study with the lesions and the criteria that a user asked for."""
    from trialwright.analysis.readings import reading_choices
    from trialwright.study.vary import vary_study

    asked = [name for name in (lesions, criteria) if name != "study"]
    if not asked:
        return study
    known = reading_choices(study)
    fields = {path: value for name in asked for path, value in known[name].fields.items()}
    return vary_study(study, fields, basis="asked for on the command line")


def as_json(analysis: Analysis) -> str:
    """Write the endpoints and the responses as JSON."""
    from dataclasses import asdict
    from json import dumps

    from trialwright.analysis import endpoints_frame, responses_frame
    from trialwright.cli.study_days import hide_made_up_dates
    from trialwright.report.formats import Days

    day_zero = analysis.dataset.day_zero
    content = {
        "source": analysis.dataset.source,
        "counting": analysis.counting,
        "endpoints": endpoints_frame(analysis).to_dicts(),
        "decision": None if analysis.stage is None else _decision(analysis.stage),
        "not_computable": [
            {"endpoint": one.key, "why": one.why} for one in analysis.not_computable
        ],
        "responses": hide_made_up_dates(responses_frame(analysis), day_zero).to_dicts(),
        "findings": [asdict(finding) for finding in analysis.findings],
    }
    return Days(day_zero).in_words(dumps(content, ensure_ascii=False, indent=2, default=str))


def _decision(stage: StageResult) -> dict[str, Any]:
    """Return the decision and the outlook as plain values."""
    from dataclasses import asdict

    inference = None if stage.inference is None else asdict(stage.inference)
    return {
        "design": str(stage.design),
        "null": asdict(stage.null),
        "alternative": asdict(stage.alternative),
        "first_look": asdict(stage.first_look),
        "final": asdict(stage.final),
        "inference": inference,
        "standing": stage.outlook.standing,
        "chances": stage.outlook.to_frame().to_dicts(),
    }
