"""``trialwright response --compare``: where readers differ, and people's calls from ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from trialwright.analysis import ReaderAgreement
    from trialwright.dataset import Dataset
    from trialwright.response.compare.agreement import Agreement
    from trialwright.response.compare.collected_calls import CallComparison
    from trialwright.study.model import Study


def print_comparison(dataset: Dataset, study: Study, patients: Sequence[str], form: str) -> None:
    """Print how readers agree, and every disagreement of the patients asked for.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        How scans are read.
    patients : sequence of str
        Whose disagreements to list; the counts are of all patients.
    form : {"text", "json", "csv"}
        ``csv`` holds the list of disagreements alone.
    """
    from trialwright.analysis import compare_readings, disagreements_frame, read_all_readers

    agreement, calls = compare_readings(read_all_readers(dataset, study), dataset, study)
    pairs = agreement.agreements if agreement is not None else ()
    frame = disagreements_frame(calls, pairs)
    listed = frame.filter(frame["patient_id"].is_in(list(patients)))
    if form == "csv":
        typer.echo(listed.write_csv(), nl=False)
    elif form == "json":
        _print_json(agreement, calls, listed)
    else:
        _print_agreement(agreement)
        _print_calls(calls)
        _print_disagreements(listed)


def _print_json(
    agreement: ReaderAgreement | None, calls: CallComparison | None, listed: pl.DataFrame
) -> None:
    from dataclasses import asdict

    from trialwright.analysis import agreement_frame
    from trialwright.cli.response import as_json

    counts = asdict(calls) if calls is not None else None
    if calls is not None and counts is not None:
        counts |= {"disagreements": len(calls.disagreements), "kinds": dict(calls.kinds)}
    decided = agreement.adjudication if agreement is not None else None
    content = {
        "agreement": agreement_frame(agreement.agreements if agreement else ()).to_dicts(),
        "adjudication": None if decided is None else asdict(decided),
        "calls": counts,
        "disagreements": listed.to_dicts(),
    }
    typer.echo(as_json(content))


def _print_agreement(agreement: ReaderAgreement | None) -> None:
    from trialwright.cli.terminal import print_table
    from trialwright.report.formats import show_kappa

    if agreement is None:
        typer.echo("The data hold one reading: there are no readers to compare.")
        return
    rows = [
        (
            f"{one.first} / {one.second}",
            one.level,
            _show_share(one.agreed, one.compared),
            show_kappa(one.kappa),
            f"{one.only_first} / {one.only_second}",
        )
        for one in agreement.agreements
    ]
    columns = ("readers", "level", "agree", "kappa", "called by one alone")
    print_table("Agreement of readers", columns, rows)
    for one in agreement.agreements:
        _print_discordance(one)
    decided = agreement.adjudication
    if decided is not None:
        typer.echo(
            f"Central readers differ in {_show_share(decided.differing, decided.read_by_both)} "
            f"patients; adjudicated: {decided.adjudicated}.\nNot evaluable because nobody decided: "
            f"{', '.join(decided.not_evaluable) or 'none'}"
        )


def _show_share(count: int, total: int) -> str:
    """Write a part of a whole: ``18 of 24 (75.0 %)``; no share out of nothing."""
    from trialwright.report.formats import show_percent

    return f"{count} of {total} ({show_percent(count / total)})" if total else "none read by both"


def _print_discordance(one: Agreement) -> None:
    from trialwright.cli.terminal import print_table

    if not one.discordant:
        return
    called = one.categories
    rows = [
        [row.label, *(str(one.table.get((row, column), 0)) for column in called)] for row in called
    ]
    typer.echo(f"Calls of each {one.level}: rows {one.first}, columns {one.second}")
    print_table("", ["", *(column.label for column in called)], rows)


def _print_calls(calls: CallComparison | None) -> None:
    from trialwright.cli.terminal import print_table
    from trialwright.response.compare.misreadings import MISREADINGS

    if calls is None:
        typer.echo("The data hold no calls made by people.")
        return
    typer.echo(
        f"Calls made by people: {calls.calls}; parts compared: {calls.compared}, equal: "
        f"{calls.equal}; parts left blank: {calls.not_called}; rows by other criteria: "
        f"{calls.other_criteria}"
    )
    rows = [(str(count), MISREADINGS[kind]) for kind, count in calls.kinds.most_common()]
    if rows:
        print_table("Disagreements by what explains them", ("number", "explanation"), rows)


def _print_disagreements(listed: pl.DataFrame) -> None:
    from trialwright.cli.terminal import print_table

    if listed.is_empty():
        typer.echo("No disagreement.")
        return
    rows = [
        (
            row["patient_id"],
            row["visit"] or "all",
            f"{row['part'].replace('_', ' ')}\n{row['first']}\n{row['second']}",
            f"\n{row['first_call']}\n{row['second_call']}",
            row["reason"],
        )
        for row in listed.iter_rows(named=True)
    ]
    columns = ("patient", "visit", "who", "call", "why")
    print_table(f"Disagreements ({listed.height})", columns, rows)
