"""``trialwright response``: what each scan means, lesion by lesion, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialwright.dataset import Dataset
    from trialwright.response import PatientResponse
    from trialwright.response.compare.readers import ChosenReading


def response(
    data: options.Data,
    study: options.StudyFile,
    sheet: options.Sheet = None,
    data_set: options.DataSet = None,
    partial_dates: options.PartialDates = None,
    patient: Annotated[
        list[str] | None, typer.Option("--patient", help="Only this patient; may be repeated.")
    ] = None,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader",
            help="Whose reading to show, if not the one that counts by the study: investigator, "
            "central, central_1, central_2, adjudicator.",
        ),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="List where readers differ, and where calls made by people differ from ours.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one object a scan as JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print one row a scan as CSV.")] = False,
) -> None:
    """Print each patient's lesions with sums, nadir, changes, calls and their reasons."""
    from trialwright.analysis import choose_from, read_all_readers
    from trialwright.cli.reading import read_data
    from trialwright.study import read_study

    if json and csv:
        msg = "choose one of --json and --csv"
        raise typer.BadParameter(msg)
    if compare and reader:
        msg = "--compare compares every reader; leave --reader out"
        raise typer.BadParameter(msg)
    settings = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    form = "json" if json else "csv" if csv else "text"
    if compare:
        from trialwright.cli.response_comparison import print_comparison

        wanted = _check_patients(dataset.patients["patient_id"].to_list(), patient)
        print_comparison(dataset, settings, wanted, form)
        return
    chosen = choose_from(read_all_readers(dataset, settings), dataset, settings, reader=reader)
    names = _check_patients([one.patient_id for one in chosen], patient)
    by_patient = {one.patient_id: one for one in chosen}
    _print_readings([by_patient[name] for name in names], dataset, form)


def _check_patients(known: Sequence[str], wanted: list[str] | None) -> Sequence[str]:
    """Return the patients asked for, in that order; all if none is named."""
    if not wanted:
        return known
    missing = [name for name in wanted if name not in known]
    if missing:
        from difflib import get_close_matches

        close = get_close_matches(missing[0], known, n=3)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        msg = f"no patient {', '.join(missing)} in the data{hint}"
        raise DataError(msg)
    return wanted


def _print_readings(chosen: Sequence[ChosenReading], dataset: Dataset, form: str) -> None:
    from trialwright.analysis import keep_chosen, time_points_frame

    if form == "text":
        counted = keep_chosen(dataset, chosen)
        for one in chosen:
            print_patient(one, counted)
        return
    frame = time_points_frame(
        [one.response for one in chosen],
        readers={one.patient_id: one.reader for one in chosen},
    )
    if form == "json":
        typer.echo(as_json(frame.to_dicts()))
    else:
        typer.echo(frame.write_csv(), nl=False)


def print_patient(reading: ChosenReading, dataset: Dataset) -> None:
    """Print one patient's lesion table and the reason of each call.

    Parameters
    ----------
    reading : ChosenReading
        The reading to show.
    dataset : Dataset
        Where the lesions lie, by that reading.
    """
    response = reading.response
    typer.echo(f"Patient {response.patient_id}: {response.best.reason.sentence}")
    if reading.reader is not None:
        typer.echo(f"  Reading: {reading.why}")
    _print_lesions(response, dataset)
    for point in response.time_points:
        typer.echo(f"  {point.visit}: {point.reason.sentence} [{point.reason.rule}]")
    if response.immune is not None:
        typer.echo(f"  By iRECIST: {response.immune.best.reason.sentence}")
        for immune in response.immune.time_points:
            typer.echo(f"  {immune.visit}: {immune.reason.sentence} [{immune.reason.rule}]")
    typer.echo("")


def _print_lesions(response: PatientResponse, dataset: Dataset) -> None:
    """Print the lesions by visit, in as many tables as the width of the terminal asks for."""
    from trialwright.cli.terminal import make_console, print_table
    from trialwright.report import layout_lesions

    table = layout_lesions(response, dataset)
    if table is None:
        return
    labels = [
        "\n".join(
            part for part in (f"{row.lesion} {row.role}", row.organ, row.ablated, row.note) if part
        )
        for row in table.lesions
    ] + [row.label for row in table.summary]
    cells = [[cell.text for cell in row.cells] for row in table.lesions]
    cells += [[_with_note(cell.text, cell.note) for cell in row.cells] for row in table.summary]
    heads = [f"{visit.name}\n{visit.date}\n{visit.day}" for visit in table.visits]
    room = make_console().width - _width(labels)
    for first, last in _blocks([_width([head]) for head in heads], room):
        rows = [[label, *row[first:last]] for label, row in zip(labels, cells, strict=True)]
        print_table("", ["lesion", *heads[first:last]], rows)


_GAP = 3  # between two columns of a table


def _width(texts: Iterable[str]) -> int:
    return _GAP + max(len(line) for text in texts for line in text.split("\n"))


def _blocks(widths: Sequence[int], room: int) -> Iterator[tuple[int, int]]:
    """Yield the columns (first, after last) that fit beside each other; one at least."""
    first = used = 0
    for number, width in enumerate(widths):
        if number > first and used + width > room:
            yield first, number
            first, used = number, 0
        used += width
    yield first, len(widths)


def _with_note(text: str, note: str) -> str:
    return f"{text} ({note})" if note else text


def as_json(content: object) -> str:
    """Write rows as JSON, dates as text."""
    from json import dumps

    return dumps(content, ensure_ascii=False, indent=2, default=str)
