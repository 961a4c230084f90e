"""How every verb of ``trialwright design`` shows what it found: table, JSON, picture, words."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import isfinite, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def show(found: Shown, *, json: bool, plot: Path | None, protocol_text: bool) -> None:
    """Print what was found, and draw it where a file is named."""
    if plot is not None:
        from trialwright.report.design import write_sheet

        write_sheet(found.panels(), plot)
    if json:
        from json import dumps

        content = dict(found.content)
        if protocol_text:
            words = found.words()
            content["protocol_text"] = words.protocol
            content["grant_text"] = words.grant
            content["references"] = list(words.references)
        typer.echo(dumps(_strict(content), ensure_ascii=False, indent=2, allow_nan=False))
        return
    if protocol_text:
        typer.echo(str(found.words()))
    else:
        from trialwright.cli.terminal import print_table

        print_table(found.title, found.columns, found.rows)
        for note in found.notes:
            typer.echo(note)
    if plot is not None:
        sys.stdout.flush()
        typer.echo(f"picture in {plot}", err=True)


def _strict(value: Any) -> Any:
    """Return the value with what JSON has no number for: ``"inf"`` in words, NaN as null."""
    if isinstance(value, dict):
        return {name: _strict(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(part) for part in value]
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else str(value)
    return value
