"""``trialwright response``: what each scan means, lesion by lesion, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.errors import DataError

if TYPE_CHECKING:
    from trialwright.dataset import Dataset
    from trialwright.response import PatientResponse


def response(
    data: options.Data,
    study: options.StudyFile,
    sheet: options.Sheet = None,
    patient: Annotated[
        list[str] | None, typer.Option("--patient", help="Only this patient; may be repeated.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one object a scan as JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print one row a scan as CSV.")] = False,
) -> None:
    """Print each patient's lesions with sums, nadir, changes, calls and their reasons."""
    from trialwright.analysis import read_responses, time_points_frame
    from trialwright.dataset import read_dataset
    from trialwright.study import read_study

    if json and csv:
        msg = "choose one of --json and --csv"
        raise typer.BadParameter(msg)
    chosen, dataset = read_study(study), read_dataset(data, sheet=sheet)
    responses = _select(read_responses(dataset, chosen), patient)
    if json:
        typer.echo(_as_json(time_points_frame(responses).to_dicts()))
    elif csv:
        typer.echo(time_points_frame(responses).write_csv(), nl=False)
    else:
        for one in responses:
            print_patient(one, dataset)


def _select(
    responses: tuple[PatientResponse, ...], wanted: list[str] | None
) -> tuple[PatientResponse, ...]:
    if not wanted:
        return responses
    known = {one.patient_id: one for one in responses}
    missing = [name for name in wanted if name not in known]
    if missing:
        from difflib import get_close_matches

        close = get_close_matches(missing[0], known, n=3)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        msg = f"no patient {', '.join(missing)} in the data{hint}"
        raise DataError(msg)
    return tuple(known[name] for name in wanted)


def print_patient(response: PatientResponse, dataset: Dataset) -> None:
    """Print one patient's lesion table and the reason of each call."""
    from trialwright.cli.terminal import print_table
    from trialwright.report import layout_lesions

    typer.echo(f"Patient {response.patient_id}: {response.best.reason.sentence}")
    table = layout_lesions(response, dataset)
    if table is None:
        typer.echo("")
        return
    columns = ["lesion", *(f"{visit.name}\n{visit.date}\n{visit.day}" for visit in table.visits)]
    rows = [
        [
            "\n".join(
                part
                for part in (f"{row.lesion} {row.role}", row.organ, row.ablated, row.note)
                if part
            ),
            *(cell.text for cell in row.cells),
        ]
        for row in table.lesions
    ]
    rows += [[row.label, *(_with_note(cell.text, cell.note) for cell in row.cells)]
             for row in table.summary]  # fmt: skip
    print_table("", columns, rows)
    for point in response.time_points:
        typer.echo(f"  {point.visit}: {point.reason.sentence} [{point.reason.rule}]")
    typer.echo("")


def _with_note(text: str, note: str) -> str:
    return f"{text} ({note})" if note else text


def _as_json(rows: list[dict[str, object]]) -> str:
    from json import dumps

    return dumps(rows, ensure_ascii=False, indent=2, default=str)
