"""What the verbs of ``trialwright simulate`` share: arguments, options, how files are written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

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
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
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


def read_asked(
    study: Path, scenario: str | None, *, trials: int, seed: int, threads: int | None
) -> tuple[Study, Scenario, Trials]:
    """Return what is simulated: study, scenario (of no name, the study's alternative), trials."""
    from trialwright.simulate.scenario_file import read_scenario
    from trialwright.simulate.trials.batches import Trials

    planned = read_study_at(study)
    chosen = read_scenario(scenario or planned.simulation.alternative_scenario.require())
    return planned, chosen, Trials(trials, seed, threads)


def check_files(csv: Path | None, plot: Path | None = None) -> None:
    """Refuse files that cannot be written, before anything is simulated."""
    check_folder_of("--csv", csv)
    if plot is not None:
        from trialwright.report.drawing import check_picture_path

        check_picture_path(plot)


def check_folder_of(option: str, file: Path | None) -> None:
    """Refuse a file whose folder does not exist."""
    if file is not None and not file.parent.is_dir():
        msg = f"{option} {file}: the folder {file.parent} does not exist"
        raise typer.BadParameter(msg)


def write_files(
    frame: pl.DataFrame,
    csv: Path | None,
    plot: Path | None = None,
    draw: Callable[[Path], object] | None = None,
) -> None:
    """Write the numbers, and draw the picture, where they are asked for, and say so."""
    from trialwright.dataset import write_csv

    if csv is not None:
        write_csv(frame, csv)
    if plot is not None and draw is not None:
        draw(plot)
    sys.stdout.flush()
    for written in (csv, plot):
        if written is not None:
            typer.echo(f"wrote {written}", err=True)


def draw_sheet(sheet: Sheet, path: Path, *, narrow: bool) -> None:
    """Draw a picture for a whole page, or for a column of one."""
    from trialwright.report.drawing import HALF_WIDTH_INCHES, WIDTH_INCHES
    from trialwright.report.simulation.sheet import write_picture

    write_picture(sheet, path, width_inches=HALF_WIDTH_INCHES if narrow else WIDTH_INCHES)
