"""Printing on the terminal: tables, JSON, findings, and a bar for what takes over a second."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date
from io import TextIOWrapper
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from trialwright.dataset import Finding
    from trialwright.report.model import Table as Display
    from trialwright.simulate.many import Progress as Trials

_WIDTH_WITHOUT_TERMINAL = 120


def make_console(*, stderr: bool = False) -> Console:
    """Return a console; where the output is a file it is 120 columns wide."""
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        return Console(
            stderr=stderr, highlight=False, soft_wrap=False, width=_WIDTH_WITHOUT_TERMINAL
        )
    return console


def print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print one table; the cells are text as it should be read, and counts end in one line."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    cells = [[*row] for row in rows]
    for number, column in enumerate(columns):
        counts = bool(cells) and all(row[number].isdigit() for row in cells)
        # On a narrow terminal a long word goes on in the next line; no letter is left out.
        table.add_column(column, justify="right" if counts else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    make_console().print(table)


def print_display(display: Display) -> None:
    """Print a table or listing of the report with its notes; of an empty one, why it is empty."""
    import typer

    head = f"{display.number} {display.title}. {display.population.words}"
    if not display.rows:
        typer.echo(f"{head}: {display.empty}.")
        return
    print_table(head, [column.head for column in display.columns], _write_cells(display))
    print_wrapped(display.notes)


def _write_cells(display: Display) -> list[tuple[str, ...]]:
    """Return the texts of the rows; the cells of a heading over rows are empty."""
    empty = ("",) * (len(display.columns) - 1)
    return [
        (f"{'  ' * row.depth}{row.label}", *(tuple(cell.text for cell in row.cells) or empty))
        for row in display.rows
    ]


def print_wrapped(lines: Iterable[str]) -> None:
    """Print lines as wide as the terminal; what goes on below is indented further."""
    from textwrap import fill

    import typer

    width = make_console().width
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        typer.echo(fill(line, width, subsequent_indent=indent, break_on_hyphens=False))


def print_json(content: Any) -> None:
    """Print plain lists, dicts, numbers and words as JSON that every program can read.

    Parameters
    ----------
    content : list, dict, number, str or date
        What JSON has no number for is null (NaN) or a word (``"inf"``, ``"-inf"``).
    """
    from json import dumps

    import typer

    typer.echo(dumps(_strict(content), ensure_ascii=False, indent=2, allow_nan=False))


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _strict(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(part) for part in value]
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else str(value)
    return value.isoformat() if isinstance(value, date) else value


def print_findings(findings: Sequence[Finding], day_zero: date | None = None) -> None:
    """Print what the checks found in the data, on standard error.

    Parameters
    ----------
    findings : sequence of Finding
        What was found.
    day_zero : date or None
        The made-up date of day 0 where the data count study days: no made-up date is printed.
    """
    import typer

    from trialwright.report.formats import Days

    if findings:
        typer.echo(f"Findings about the data ({len(findings)})", err=True)
    days = Days(day_zero)
    for finding in findings:
        typer.echo(f"  {days.in_words(str(finding))}", err=True)


def write_in_unicode() -> None:
    """Write minus signs and dashes as they are, whatever characters the system prefers.

    Where output is piped, some systems choose a set that lacks them and would stop half way.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
            stream.reconfigure(encoding="utf-8")


@contextmanager
def keep_finished(folder: Path | None) -> Iterator[None]:
    """Say, where the user interrupts what follows, that a folder holds what is finished.

    Parameters
    ----------
    folder : Path or None
        Where finished trials are kept; None: they are not.
    """
    import typer

    try:
        yield
    except KeyboardInterrupt:
        if folder is not None and folder.is_dir():
            typer.echo(
                f"interrupted: finished trials are kept in {folder}; the same command goes on "
                "from them",
                err=True,
            )
        raise


@contextmanager
def progress_of(steps: int | None) -> Iterator[Callable[[str], None]]:
    """Show a bar over ``steps`` steps; call the yielded function at the start of each.

    Of an unknown number of steps (None) it shows only that work goes on. Drawn on standard error
    and only on a terminal, so that piped output stays clean.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task("", total=steps)
        started = False

        def step(what: str) -> None:
            nonlocal started
            bar.update(task, description=what, advance=1 if started else 0)
            started = True

        yield step
        if steps is not None:
            bar.update(task, completed=steps)


@contextmanager
def progress_of_trials(
    scenarios: int, counted: str = " trials"
) -> Iterator[Callable[[str, Trials], None]]:
    """Show a bar over the trials of each of so many scenarios, with the time that is left.

    ``counted`` stands behind the numbers; empty where the name of a scenario says it. Drawn on
    standard error and only on a terminal. Until the first trials are done it says that the rules
    may have to be compiled, which happens once on a machine.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = make_console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[done]}"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        first = "Preparing (the first time on a machine the rules are compiled)"
        task = bar.add_task(first, total=None, done="")
        seen: list[str] = []

        def tell(scenario: str, trials: Trials) -> None:
            if scenario not in seen:
                seen.append(scenario)
                bar.reset(task, total=trials.total)
            number = f"{len(seen)}/{scenarios} " if scenarios > 1 else ""
            rate = trials.trials_per_second
            done = f"{trials.finished:,} of {trials.total:,}{counted}"
            if rate is not None:
                done += f", {rate:,.0f}/s"
            bar.update(
                task,
                description=f"{number}{scenario}",
                completed=trials.finished,
                done=done.replace(",", " "),
            )

        yield tell
