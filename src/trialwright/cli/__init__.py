"""The command line: one thin module a verb, no rule of its own."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from trialwright import __version__
from trialwright.cli import (
    ablation,
    adam,
    analyse,
    design,
    estimands,
    init,
    lint,
    rate,
    report,
    response,
    run,
    safety,
    sensitivity,
    simulate,
    why,
)
from trialwright.cli.terminal import write_in_unicode
from trialwright.errors import TrialwrightError

__all__ = ["app", "run_command_line"]

_HELP = """
Design, run, watch and report a single-arm phase II oncology trial.

A first trial, from a registry record to a report:

    trialwright lint record.txt              what the record leaves open

    trialwright init record.txt --out mine   a study file with every gap visible

    (settle the gaps in mine/study.toml)

    trialwright simulate mine/study.toml --out mine/data --seed 1

    trialwright analyse mine/data --study mine/study.toml

    trialwright report mine/data --study mine/study.toml --out mine/report.html

or all of them in a row: trialwright run record.txt --study study.toml --out mine
"""

app = typer.Typer(
    name="trialwright",
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trialwright {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


app.command("lint")(lint.lint)
app.command("init")(init.init)
app.add_typer(simulate.app, name="simulate")
app.command("response")(response.response)
app.command("ablation")(ablation.ablation)
app.command("analyse")(analyse.analyse)
app.command("why")(why.why)
app.command("sensitivity")(sensitivity.sensitivity)
app.command("estimands")(estimands.estimands)
app.command("adam")(adam.adam)
app.add_typer(design.app, name="design")
app.command("rate")(rate.rate)
app.add_typer(safety.app, name="safety")
app.add_typer(report.app, name="report")
app.command("run")(run.run)


def run_command_line() -> None:
    """Run a verb; print what a ``TrialwrightError`` says and exit with 1."""
    write_in_unicode()
    try:
        app()
    except TrialwrightError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(f"error: {error}; check the path and its permissions", err=True)
        sys.exit(1)
