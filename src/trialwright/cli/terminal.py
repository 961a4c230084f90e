"""Printing on the terminal: tables, findings, and a progress bar for what takes over a second."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from rich.console import Console

    from trialwright.dataset import Finding
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
def progress_of(steps: int) -> Iterator[Callable[[str], None]]:
    """Show a bar over ``steps`` steps; call the yielded function at the start of each.

    Drawn on standard error and only on a terminal, so that piped output stays clean.
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
        bar.update(task, completed=steps)


@contextmanager
def progress_of_trials(scenarios: int) -> Iterator[Callable[[str, Trials], None]]:
    """Show a bar over the trials of each of so many scenarios, with the time that is left.

    Drawn on standard error and only on a terminal. Until the first trials are done it says that
    the rules may have to be compiled, which happens once on a machine.
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
            done = f"{trials.finished:,} of {trials.total:,} trials"
            if rate is not None:
                done += f", {rate:,.0f}/s"
            bar.update(
                task,
                description=f"{number}{scenario}",
                completed=trials.finished,
                done=done.replace(",", " "),
            )

        yield tell
