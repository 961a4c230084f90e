"""``trialwright response``: what each scan means, lesion by lesion, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialwright.dataset import Dataset, Finding
    from trialwright.report.formats import Days
    from trialwright.response import PatientResponse
    from trialwright.response.compare.readers import ChosenReading
    from trialwright.response.immune.result import ImmuneResponse
    from trialwright.study.model import Study


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
    from trialwright.cli.patients import check_reader, choose_patients
    from trialwright.cli.reading import read_data
    from trialwright.study import read_study

    if json and csv:
        msg = "choose one of --json and --csv"
        raise typer.BadParameter(msg)
    if compare and reader:
        msg = "--compare compares every reader; leave --reader out"
        raise typer.BadParameter(msg)
    check_reader(reader)
    settings = read_study(study)
    dataset = read_data(data, sheet, data_set=data_set, partial_dates=partial_dates)
    form = "json" if json else "csv" if csv else "text"
    if compare:
        from trialwright.cli.response_comparison import print_comparison

        wanted = choose_patients(dataset.patients["patient_id"].to_list(), patient)
        print_comparison(dataset, settings, wanted, form)
        return
    chosen = choose_from(read_all_readers(dataset, settings), dataset, settings, reader=reader)
    names = choose_patients([one.patient_id for one in chosen], patient)
    by_patient = {one.patient_id: one for one in chosen}
    shown = [by_patient[name] for name in names]
    findings = _findings_about(shown, dataset, settings)
    if form == "text":
        _print_text(shown, dataset, findings)
    else:
        _print_rows(shown, dataset, findings, form)


def _findings_about(
    shown: Sequence[ChosenReading], dataset: Dataset, study: Study
) -> tuple[Finding, ...]:
    """Return what was found about these patients' readings, and about no patient in particular."""
    from trialwright.analysis.readings import mark_refusals

    names = {one.patient_id for one in shown}
    about = [one for one in dataset.findings if not one.concerned or names & set(one.concerned)]
    return tuple(mark_refusals(about, study, shown))


def _print_text(
    shown: Sequence[ChosenReading], dataset: Dataset, findings: Sequence[Finding]
) -> None:
    from trialwright.analysis import keep_chosen
    from trialwright.cli.terminal import print_findings

    print_findings([one for one in findings if not one.concerned], dataset.day_zero)
    counted = keep_chosen(dataset, shown)
    for one in shown:
        print_patient(one, counted, [f for f in findings if one.patient_id in f.concerned])


def _print_rows(
    shown: Sequence[ChosenReading], dataset: Dataset, findings: Sequence[Finding], form: str
) -> None:
    """Print one row a scan; patients without one are named on standard error."""
    from trialwright.analysis import time_points_frame
    from trialwright.cli.study_days import hide_made_up_dates
    from trialwright.cli.terminal import print_findings

    print_findings(findings, dataset.day_zero)
    for one in shown:
        if not one.response.time_points:
            reason = one.response.best.reason.sentence
            typer.echo(f"no scan to show of patient {one.patient_id}: {reason}", err=True)
    frame = time_points_frame(
        [one.response for one in shown], readers={one.patient_id: one.reader for one in shown}
    )
    frame = hide_made_up_dates(frame, dataset.day_zero)
    if form == "json":
        typer.echo(as_json(frame.to_dicts()))
    else:
        typer.echo(frame.write_csv(), nl=False)


def print_patient(
    reading: ChosenReading, dataset: Dataset, findings: Sequence[Finding] = ()
) -> None:
    """Print one patient's lesion table and the reason of each call.

    Parameters
    ----------
    reading : ChosenReading
        The reading to show.
    dataset : Dataset
        Where the lesions lie, by that reading.
    findings : sequence of Finding
        What the checks found about the patient.
    """
    from trialwright.report.formats import Days

    response, days = reading.response, Days(dataset.day_zero)
    typer.echo(days.in_words(f"Patient {response.patient_id}: {response.best.reason.sentence}"))
    if reading.reader is not None:
        typer.echo(f"  Reading: {reading.why}")
    for finding in findings:
        typer.echo(f"  Finding: {days.in_words(str(finding))}")
    _print_lesions(response, dataset)
    for point in response.time_points:
        reason = f"{point.reason.sentence} [{point.reason.rule}]"
        typer.echo(f"  {point.visit}: {days.in_words(reason)}")
    if response.immune is not None:
        _print_immune(response.immune, days)
    typer.echo("")


def _print_immune(immune: ImmuneResponse, days: Days) -> None:
    """Print the reasons of iRECIST; where they are those of RECIST 1.1, say so and no more."""
    typer.echo(f"  By iRECIST: {days.in_words(immune.best.reason.sentence)}")
    for point in immune.time_points:
        reason = f"{point.reason.sentence} [{point.reason.rule}]"
        if point.reason.rule.startswith(_RECIST_RULES):
            reason = f"{point.overall.label}, as by RECIST 1.1"
        typer.echo(f"  {point.visit}: {days.in_words(reason)}")


_RECIST_RULES = "recist11."  # how the names of its rules begin


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
    heads = [_head(visit.name, visit.date, visit.day) for visit in table.visits]
    room = make_console().width - _width(labels)
    columns = zip(heads, *cells, strict=True)
    for first, last in _blocks([_least_width(column) for column in columns], room):
        rows = [[label, *row[first:last]] for label, row in zip(labels, cells, strict=True)]
        print_table("", ["lesion", *heads[first:last]], rows)


def _head(*lines: str) -> str:
    """Head a column; data that count study days say nothing twice."""
    return "\n".join({line.replace("−", "-"): line for line in lines}.values())


_GAP = 3  # between two columns of a table


def _width(texts: Iterable[str]) -> int:
    return _GAP + max(len(line) for text in texts for line in text.split("\n"))


def _least_width(texts: Sequence[str]) -> int:
    """Return the room that a column needs: its head in full, and no word of its cells cut off."""
    head, *cells = texts
    return _width([head, *(word for cell in cells for word in cell.split())])


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
