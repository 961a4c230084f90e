"""``trialwright sensitivity``: one endpoint counted in every other way, and who moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.analysis.sensitivity import Sensitivity, Variant
    from trialwright.report.formats import Days


def sensitivity(
    data: options.Data,
    study: options.StudyFile,
    endpoint: Annotated[
        list[str] | None,
        typer.Option("--endpoint", help="ORR, DCR, PFS, ...; may be repeated. PFS if not given."),
    ] = None,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    cut: options.Cut = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for sensitivity.csv and moved.csv.")
    ] = None,
) -> None:
    """Count an endpoint by every preset of censoring and every other reading; list who moves.

    Presets: FDA's example tables A, B and C, EMA, the record's own words, admiral, and those that
    the study file declares. Readings: unconfirmed responses, all disease, iRECIST, other readers.
    """
    from trialwright.analysis.sensitivity import compare_endpoints
    from trialwright.cli.reading import as_known_on, read_data
    from trialwright.cli.terminal import print_findings
    from trialwright.report.formats import Days
    from trialwright.study import read_study

    settings = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    dataset = as_known_on(dataset, settings, cut)
    compared = compare_endpoints(dataset, settings, endpoint or ["PFS"])
    for one in compared:
        print_sensitivity(one, Days(dataset.day_zero))
    if out is not None:
        _write(compared, out, dataset.day_zero)
        typer.echo(f"wrote {out}", err=True)
    found = dict.fromkeys(found for one in compared for found in one.findings)
    print_findings(tuple(found), dataset.day_zero)


def print_sensitivity(compared: Sensitivity, days: Days) -> None:
    """Print one row a way of counting, and one row a patient who moves."""
    from trialwright.cli.terminal import print_table

    competing = any(one.competing for one in compared.variants)
    rows = [
        (
            one.name,
            one.title,
            str(one.n),
            str(one.events),
            *([str(one.competing)] if competing else []),
            str(one.censored),
            str(one.not_counted),
            _estimate(one),
        )
        for one in compared.variants
    ]
    extra = ("competing",) if competing else ()
    columns = ("way", "what it is", "n", "events", *extra, "censored", "not counted", "estimate")
    print_table(f"{compared.key}, {compared.title} ({compared.unit})", columns, rows)
    moved = [
        (
            one.variant,
            one.patient_id + (f" {one.lesion_id}" if one.lesion_id else ""),
            days.in_words(f"{one.study}: {one.study_reason}"),
            days.in_words(f"{one.other}: {one.other_reason}"),
        )
        for one in compared.moved
    ]
    title = f"{compared.key}: who moves"
    if not moved:
        typer.echo(f"{title}: nobody")
        return
    print_table(title, ("way", "patient", "the study counts", "this way counts"), moved)


def _estimate(one: Variant) -> str:
    from trialwright.report.formats import (
        show_median,
        show_median_interval,
        show_percent,
        show_proportion_interval,
    )
    from trialwright.stats import Estimate

    if one.estimate is None:
        return ""
    if isinstance(one.estimate, Estimate):
        return f"{show_median(one.estimate)} {show_median_interval(one.estimate)}"
    return f"{show_percent(one.estimate.value)} {show_proportion_interval(one.estimate)}"


def _write(compared: Sequence[Sensitivity], out: Path, day_zero: date | None) -> None:
    import polars as pl

    from trialwright.cli.study_days import hide_made_up_dates
    from trialwright.dataset import write_csv
    from trialwright.whole import whole_folder

    with whole_folder(out) as folder:
        write_csv(pl.concat([one.to_frame() for one in compared]), folder / "sensitivity.csv")
        moved = pl.concat([one.moved_frame() for one in compared])
        write_csv(hide_made_up_dates(moved, day_zero), folder / "moved.csv")
