"""What the verbs that draw simulated trials share: options, and how a result is shown."""

from __future__ import annotations

import json as json_format
import sys
from math import isfinite, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from trialwright.report.simulation.sheet import Sheet
    from trialwright.simulate.scenario import Scenario
    from trialwright.simulate.trials.batches import Trials
    from trialwright.study.model import Study

StudyPath = Annotated[
    Path, typer.Argument(metavar="STUDY", help="Study file (TOML), or the folder of one.")
]
ScenarioName = Annotated[
    str | None,
    typer.Option(
        "--scenario",
        help="Virtual patients, by name or file; the study's alternative if not given.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=2**64 - 1, help="Names the series of virtual trials.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write every number into this file.")]
Plot = Annotated[
    Path | None, typer.Option("--plot", help="Draw it into this file: .svg, .png or .pdf.")
]
Narrow = Annotated[
    bool, typer.Option("--narrow", help="Draw for a column of a page, not for its whole width.")
]


def read_study_at(path: Path) -> Study:
    """Return the study of a file, or of a folder."""
    from trialwright.cli import options
    from trialwright.study import read_study

    return read_study(options.find_study(path))


def choose_scenario(study: Study, name: str | None) -> Scenario:
    """Return the scenario of a name or file; of none, the study's alternative."""
    from trialwright.simulate.scenario_file import read_scenario

    return read_scenario(name or study.simulation.alternative_scenario.require())


def choose_trials(count: int, seed: int, threads: int | None) -> Trials:
    """Return which trials are asked for."""
    from trialwright.simulate.trials.batches import Trials

    return Trials(count, seed, threads)


def check_files(csv: Path | None, plot: Path | None = None) -> None:
    """Refuse files that cannot be written, before anything is simulated."""
    if csv is not None and not csv.parent.is_dir():
        msg = f"--csv {csv}: the folder {csv.parent} does not exist"
        raise typer.BadParameter(msg)
    if plot is not None:
        from trialwright.report.simulation.sheet import check_picture_path

        check_picture_path(plot)


def write_files(
    frame: pl.DataFrame, sheet: Sheet | None, *, csv: Path | None, plot: Path | None, narrow: bool
) -> None:
    """Write the numbers and the picture where they are asked for, and say so."""
    from trialwright.dataset import write_csv
    from trialwright.report.drawing import HALF_WIDTH_INCHES, WIDTH_INCHES
    from trialwright.report.simulation.sheet import write_picture

    if csv is not None:
        write_csv(frame, csv)
    if plot is not None and sheet is not None:
        write_picture(sheet, plot, width_inches=HALF_WIDTH_INCHES if narrow else WIDTH_INCHES)
    sys.stdout.flush()
    for written in (csv, plot):
        if written is not None:
            typer.echo(f"wrote {written}", err=True)


def print_json(content: Any) -> None:
    """Print plain lists and dicts; what JSON has no number for is null, or ``"inf"`` in words."""
    typer.echo(json_format.dumps(_strict(content), ensure_ascii=False, indent=2, allow_nan=False))


def show_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print one table."""
    from trialwright.cli.terminal import print_table

    print_table(title, columns, rows)


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _strict(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(part) for part in value]
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else str(value)
    return value
