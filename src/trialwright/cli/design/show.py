"""How every verb of ``trialwright design`` shows what it found: table, JSON, picture, words."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trialwright.design.boundaries import Boundaries
    from trialwright.report.design import Panel, Wording

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", help="Draw the design into this file: .svg, .png or .pdf."),
]
ProtocolText = Annotated[
    bool,
    typer.Option("--protocol-text", help="Print paragraphs for the protocol and for a grant."),
]
NullRate = Annotated[float, typer.Option("--p0", help="Response rate of no interest.")]
AlternativeRate = Annotated[float, typer.Option("--p1", help="Response rate worth pursuing.")]
Alpha = Annotated[float, typer.Option("--alpha", help="Type I error, one-sided, at most.")]
Power = Annotated[float, typer.Option("--power", help="Power at p1, at least.")]
MostPatients = Annotated[int, typer.Option("--most-patients", help="Largest size to look at.")]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one verb found.

    Parameters
    ----------
    title : str
        Above the table.
    columns : sequence of str
        Headings of the table.
    rows : sequence of sequence of str
        Its cells, as they should be read.
    content : dict
        The same for a program: plain lists, dicts, numbers and words; printed as JSON.
    words : callable
        Returns the paragraphs.
    panels : callable
        Returns the panels of the picture.
    notes : sequence of str
        Lines below the table.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    content: dict[str, Any]
    words: Callable[[], Wording]
    panels: Callable[[], Sequence[Panel]]
    notes: Sequence[str] = ()


def bounds_content(plan: Boundaries) -> dict[str, Any]:
    """Return looks and bounds as every verb writes them into its JSON."""
    return {
        "looks": list(plan.looks),
        "stop_at_most": list(plan.stop_at_most),
        "stop_at_least": list(plan.stop_at_least),
    }


def show(found: Shown, *, json: bool, plot: Path | None, protocol_text: bool) -> None:
    """Print what was found, and draw it where a file is named."""
    if plot is not None:
        from trialwright.report.design import write_sheet

        write_sheet(found.panels(), plot)
    if json:
        from trialwright.cli.terminal import print_json

        content = found.content | {"curves": _curves(found.panels())}
        if protocol_text:
            words = found.words()
            content["protocol_text"] = words.protocol
            content["grant_text"] = words.grant
            content["references"] = list(words.references)
        print_json(content)
        return
    if protocol_text:
        typer.echo(str(found.words()))
    else:
        from trialwright.cli.terminal import make_console, print_table

        if _fits(found, make_console().width):
            print_table(found.title, found.columns, found.rows)
        else:
            typer.echo("\n".join(_in_blocks(found)))
        for note in found.notes:
            typer.echo(note)
    if plot is not None:
        sys.stdout.flush()
        typer.echo(f"picture in {plot}", err=True)


def _curves(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """Return what the curves of the picture are drawn from, one entry a panel."""
    from trialwright.report.design import CurvePanel

    return [
        {
            "title": panel.title,
            "x": panel.rate_name,
            "at": [float(rate) for rate in panel.rate],
            **{name: [float(value) for value in values] for name, values in panel.curves.items()},
            "expected_patients": [float(n) for n in panel.expected_patients],
        }
        for panel in panels
        if isinstance(panel, CurvePanel)
    ]


def _fits(found: Shown, width: int) -> bool:
    """Return whether the table stands on the terminal without a broken word.

    A table that is too wide is narrowed column by column, the widest first, until all of them are
    equally wide; no word must be wider than that.
    """
    columns = [[name, *(row[i] for row in found.rows)] for i, name in enumerate(found.columns)]
    whole = [max(map(len, cells)) for cells in columns]
    words = [max((len(w) for cell in cells for w in cell.split()), default=0) for cells in columns]
    room = width - 3 * len(columns) + 1
    return sum(min(max(words), own) for own in whole) <= room


def _in_blocks(found: Shown) -> Iterator[str]:
    """Yield a table as one block a row, each cell below the other with its heading."""
    yield found.title
    first, *columns = found.columns
    for head, *cells in found.rows:
        yield ""
        yield ": ".join(part for part in (first, head) if part)
        for name, cell in zip(columns, cells, strict=True):
            if cell:
                yield f"  {name}: {cell}"
    yield ""
