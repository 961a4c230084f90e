"""``trialwright simulate compare``: what other choices of a protocol would do to its results."""

from __future__ import annotations

from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwright.simulate.many import Progress
    from trialwright.simulate.trials.comparison import ProtocolComparison
    from trialwright.simulate.trials.paired import Compared
    from trialwright.study import Study

_QUANTITIES = ("ORR", "DCR", "median PFS", "PFS at 6 months", "median TTP", "median DOR")
_DECISIONS = (
    "declares activity", "stops for futility", "stops for toxicity", "patients", "months",
)  # fmt: skip
_HEADINGS = {
    "PFS at 6 months": "PFS at 6",
    "declares activity": "declared",
    "stops for futility": "futile",
    "stops for toxicity": "toxic",
}
_VARY = (
    "What is tried: FIELD=VALUE,VALUE; 'NAME: FIELD=VALUE, FIELD=VALUE' for fields that change "
    "together ('FACTOR / NAME: ...' names what is varied); design='1/10 5/29, 1/15 5/25'; "
    "counting=fda_a,ema. May be repeated."
)


def compare(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY", help="Study file (TOML), or the folder of one.")
    ],
    vary: Annotated[list[str], typer.Option("--vary", metavar="TEXT", help=_VARY)],
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            help="Virtual patients, by name or file; may be repeated. The study's null and "
            "alternative if not given.",
        ),
    ] = None,
    grid: Annotated[
        bool, typer.Option("--grid", help="Every combination, not one factor at a time.")
    ] = False,
    trials: Annotated[
        int, typer.Option("--trials", min=1, help="Trials of each protocol.")
    ] = 10_000,
    patients: Annotated[
        int,
        typer.Option("--patients", min=1, help="Patients that ORR, median PFS and so on are of."),
    ] = 200_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**64 - 1, help="Names patients and trials.")
    ] = 1,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", help="Folder for finished trials; a run goes on from it."),
    ] = None,
    threads: options.Threads = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write every number into this file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw it into this file: .svg, .png or .pdf.")
    ] = None,
    show: Annotated[
        list[str] | None,
        typer.Option(
            "--show",
            help="A panel of the picture; may be repeated. ORR, median PFS, declares activity if "
            "not given.",
        ),
    ] = None,
) -> None:
    """Compare other choices of a protocol with its own, on the same virtual patients.

    How much do scan interval, confirmation, or the way ablated lesions count move the response
    rate, progression-free survival, and the chance to declare activity? One factor at a time.
    """
    from trialwright.report.simulation.comparison_plot import SHOWN, check_file, write_comparison
    from trialwright.simulate.many import Threads
    from trialwright.simulate.scenario_file import read_scenario
    from trialwright.simulate.trials.comparison import compare_choices
    from trialwright.simulate.trials.factors import read_factors
    from trialwright.simulate.trials.run import Run, read_study_scenarios
    from trialwright.study import read_study

    settings = read_study(options.find_study(study))
    factors = read_factors(settings, vary)
    _check_shown(settings, show or [])
    if plot is not None:
        check_file(plot)
    if csv is not None and not csv.parent.is_dir():
        msg = f"--csv {csv}: the folder {csv.parent} does not exist"
        raise typer.BadParameter(msg)
    natures = (
        tuple(read_scenario(one) for one in scenario)
        if scenario
        else read_study_scenarios(settings)
    )
    with _progress() as tell:
        where = Threads(threads)
        run = Run(trials, seed, where, checkpoint=checkpoint, on_progress=tell)
        found = [
            compare_choices(settings, one, factors, run, grid=grid, patients=patients)
            for one in natures
        ]
    if csv is not None:
        _write_csv(found, csv)
    if plot is not None:
        write_comparison(found, plot, shown=tuple(show or SHOWN))
    if json:
        _print_json(found)
    else:
        for one in found:
            _print_tables(one)
    for written in (csv, plot):
        if written is not None:
            typer.echo(f"wrote {written}", err=True)


def _check_shown(study: Study, shown: list[str]) -> None:
    from difflib import get_close_matches

    from trialwright.simulate.trials.comparison import names_compared

    known = names_compared(study)
    for name in shown:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"choose from {', '.join(known)}"
            msg = f"--show {name!r}: {hint}"
            raise typer.BadParameter(msg)


def _write_csv(found: list[ProtocolComparison], path: Path) -> None:
    import polars as pl

    from trialwright.dataset import write_csv

    write_csv(pl.concat([one.to_frame() for one in found]), path)


def _print_json(found: list[ProtocolComparison]) -> None:
    from json import dumps

    content = [
        {
            "scenario": one.scenario,
            "patients": one.patients,
            "trials": one.trials,
            "protocols": [
                {
                    "factor": protocol.factor,
                    "choice": protocol.choice.label,
                    "fields": dict(protocol.choice.fields),
                    "own": protocol.own,
                    "quantities": [_plain(each) for each in protocol.quantities],
                    "decisions": [_plain(each) for each in protocol.decisions],
                }
                for protocol in one.protocols
            ],
            "notes": one.notes,
            "identity": dict(one.identity),
        }
        for one in found
    ]
    typer.echo(dumps(content, ensure_ascii=False, indent=2, default=str, allow_nan=False))


def _plain(one: Compared) -> dict[str, object]:
    """Return a quantity as JSON holds it; what is not defined is null."""
    return {
        name: None if isinstance(value, float) and isnan(value) else value
        for name, value in one._asdict().items()
    }


def _print_tables(found: ProtocolComparison) -> None:
    from trialwright.cli.terminal import print_table

    known = {one.name for one in found.protocols[0].quantities}
    for title, names in (
        (f"{found.scenario}: {found.patients:,} patients under each protocol", _QUANTITIES),
        (f"{found.scenario}: {found.trials:,} trials under each protocol", _DECISIONS),
    ):
        shown = [name for name in names if name in known or name in _DECISIONS]
        print_table(
            title, ("", *(_HEADINGS.get(name, name) for name in shown)), _rows(found, shown)
        )
    typer.echo("* the study's own way. After a value: the difference from it on the same virtual")
    typer.echo("  patients ± its Monte Carlo standard error; = no patient or trial differs.")
    typer.echo("  Rates in %, differences in percentage points; times in months.")
    for note in found.notes:
        typer.echo(f"- {note}")


def _rows(found: ProtocolComparison, names: list[str]) -> Iterator[list[str]]:
    """Yield a row for each factor and, below it, one for each of its choices."""
    from trialwright.report.simulation.comparison_plot import factor_words

    before = None
    for one in found.protocols:
        if one.factor != before:
            yield [factor_words(one.factor), *("" for _ in names)]
        before = one.factor
        label = f"{one.choice.label}{' *' * one.own}"
        yield [f"  {label}", *(_cell(one.find(name), own=one.own) for name in names)]


def _cell(one: Compared, *, own: bool) -> str:
    """Return ``29.9 −5.70±0.05``; rates in per cent."""
    if isnan(one.value):
        return "not defined"
    scale, digits = (100, 1) if one.kind == "share" else (1, 1 if one.kind == "patients" else 2)
    value = f"{one.value * scale:.{digits}f}"
    if own:
        return value
    if isnan(one.difference):
        return f"{value} ?"
    if one.difference == 0 and one.standard_error_of_difference == 0:
        return f"{value} ="
    difference = f"{one.difference * scale:+.2f}".replace("-", "−")
    error = one.standard_error_of_difference * scale
    return f"{value} {difference}{'' if isnan(error) else f'±{error:.2f}'}"


@contextmanager
def _progress() -> Iterator[Callable[[str, Progress], None]]:
    """Show a bar for patients and one for trials of each scenario, on a terminal's error stream."""
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from trialwright.cli.terminal import make_console

    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
    tasks = {}
    with bar:

        def tell(name: str, now: Progress) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=now.total)
            bar.update(tasks[name], completed=now.finished)

        yield tell
