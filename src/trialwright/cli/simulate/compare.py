"""``trialwright simulate compare``: what other choices of a protocol would do to its results."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.simulate.trials.comparison import ProtocolComparison
    from trialwright.simulate.trials.paired import Compared
    from trialwright.study import Study

_FIRST, _LAST = ("ORR", "DCR", "median PFS"), ("median TTP", "median DOR")
_LANDMARK, _USUAL = "PFS at ", "PFS at 6 months"
_DECISIONS = (
    "declares activity", "stops for futility", "stops for toxicity", "patients", "months",
)  # fmt: skip
_HEADINGS = {
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
    study: drawn.StudyPath,
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
    seed: options.Seed = 1,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", help="Folder for finished trials; a run goes on from it."),
    ] = None,
    threads: options.Threads = None,
    json: drawn.Json = False,
    csv: drawn.Csv = None,
    plot: drawn.Plot = None,
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
    import polars as pl

    from trialwright.cli.terminal import keep_finished, progress_of_trials
    from trialwright.report.simulation.comparison_plot import SHOWN, write_comparison
    from trialwright.simulate.many import Threads
    from trialwright.simulate.scenario_file import read_scenario
    from trialwright.simulate.trials.comparison import compare_choices
    from trialwright.simulate.trials.factors import read_factors
    from trialwright.simulate.trials.run import Run, read_study_scenarios

    settings = drawn.read_study_at(study)
    factors = read_factors(settings, vary)
    _check_shown(settings, show or [])
    drawn.check_files(csv, plot)
    natures = (
        tuple(read_scenario(one) for one in scenario)
        if scenario
        else read_study_scenarios(settings)
    )
    parts = 2 * len(natures)  # patients and trials
    with keep_finished(checkpoint), progress_of_trials(parts, counted="") as tell:
        where = Threads(threads)
        run = Run(trials, seed, where, checkpoint=checkpoint, on_progress=tell)
        found = [
            compare_choices(settings, one, factors, run, grid=grid, patients=patients)
            for one in natures
        ]
    if json:
        _print_json(found)
    else:
        for one in found:
            _print_tables(one)
    drawn.write_files(
        pl.concat([one.to_frame() for one in found]),
        csv,
        plot,
        lambda path: write_comparison(found, path, shown=tuple(show or SHOWN)),
    )


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


def _print_json(found: list[ProtocolComparison]) -> None:
    from trialwright.cli.terminal import print_json

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
                    "quantities": [each._asdict() for each in protocol.quantities],
                    "decisions": [each._asdict() for each in protocol.decisions],
                }
                for protocol in one.protocols
            ],
            "notes": one.notes,
            "identity": dict(one.identity),
        }
        for one in found
    ]
    print_json(content)


def _print_tables(found: ProtocolComparison) -> None:
    from trialwright.cli.terminal import print_table

    known = [one.name for one in found.protocols[0].quantities]
    for title, names in (
        (f"{found.scenario}: {found.patients:,} patients under each protocol", _quantities(known)),
        (f"{found.scenario}: {found.trials:,} trials under each protocol", _DECISIONS),
    ):
        print_table(title, ("", *map(_heading, names)), _rows(found, names))
    typer.echo("* the study's own way. After a value: the difference from it on the same virtual")
    typer.echo("  patients ± its Monte Carlo standard error; = no patient or trial differs.")
    typer.echo("  Rates in %, differences in percentage points; times in months.")
    for note in found.notes:
        typer.echo(f"- {note}")


def _quantities(known: list[str]) -> tuple[str, ...]:
    """Return the columns: of the landmarks of PFS month 6, or all where the study has none."""
    landmarks = [name for name in known if name.startswith(_LANDMARK)]
    return (*_FIRST, *([_USUAL] if _USUAL in landmarks else landmarks), *_LAST)


def _heading(name: str) -> str:
    return _HEADINGS.get(name, name.removesuffix(" months"))


def _rows(found: ProtocolComparison, names: tuple[str, ...]) -> Iterator[list[str]]:
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
