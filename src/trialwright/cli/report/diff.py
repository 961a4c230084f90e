"""``trialwright report diff``: which numbers changed between two reports, and who moved them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.report.results import ChangedNumber, Comparison

_MOST_SHOWN = 60
_MOST_PATIENTS = 6
_Results = Annotated[
    Path,
    typer.Argument(help="results.json of a report, or the folder of a report that holds one."),
]


def diff(
    before: _Results,
    after: _Results,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="CSV file for every change, a row a patient who moved it."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Print every changed number, however many.")
    ] = False,
) -> None:
    """Tell which numbers differ between two reports, such as two data cuts, and who moved them.

    A number that is the same but rests on other patients is told too. Ends with 1 if anything
    differs, with 0 if nothing does.
    """
    from trialwright.cli.terminal import print_table, print_wrapped
    from trialwright.dataset import write_csv
    from trialwright.report.results import compare_results, read_results

    found = compare_results(read_results(before), read_results(after))
    if out is not None:
        write_csv(found.to_frame(), out)
        typer.echo(f"wrote {out}", err=True)
    print_wrapped(_say(found))
    cells = _one_a_cell(found)
    shown = cells if every else cells[:_MOST_SHOWN]
    if shown:
        print_table(
            "Cells that changed",
            ("Cell", "Before", "After", "Who moved it"),
            (_row(one) for one in shown),
        )
    if len(shown) < len(cells):
        left = len(cells) - len(shown)
        print_wrapped([f"{left} more changed cells are not shown; --all prints them"])
    if found.patients:
        print_table(
            "Patients who moved a number",
            ("Patient", "Numbers moved"),
            ((patient, str(count)) for patient, count in found.patients),
        )
    raise typer.Exit(1 if found.changed else 0)


def _say(found: Comparison) -> Iterator[str]:
    yield f"{len(found.changed)} numbers differ, {found.unchanged} are the same"
    for name, before, after in found.about:
        yield f"{name}: {before or 'not stated'} before, {after or 'not stated'} after"
    for name, patients in found.joined.items():
        yield f"joined {name}: {', '.join(patients)}"
    for name, patients in found.left.items():
        yield f"left {name}: {', '.join(patients)}"


def _one_a_cell(found: Comparison) -> list[ChangedNumber]:
    """Return one changed number of each cell: a count and its percentage are read together."""
    cells: dict[tuple[str, str, str], ChangedNumber] = {}
    for one in found.changed:
        result = one.result
        cells.setdefault((result.display, result.group, result.column), one)
    return list(cells.values())


def _row(one: ChangedNumber) -> tuple[str, str, str, str]:
    before = one.before.text if one.before else "not there"
    after = one.after.text if one.after else "not there"
    result = one.result
    cell = " | ".join(part for part in (result.display, result.group, result.column) if part)
    return cell, before, after, _who(one)


def _who(one: ChangedNumber) -> str:
    if not one.moved:
        return f"nobody: the {one.why} changed"
    shown = [
        f"{moved.patient_id} ({moved.before or 'nothing'} → {moved.after or 'nothing'})"
        for moved in one.moved[:_MOST_PATIENTS]
    ]
    more = len(one.moved) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")
