"""``trialwright simulate``: one virtual trial of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from trialwright.cli import options


def simulate(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (TOML).")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables.")],
    seed: options.Seed,
    trial: options.Trial = 0,
    patients: options.Patients = None,
    kind: Annotated[
        Literal["csv", "parquet"], typer.Option("--format", help="Format of the tables.")
    ] = "csv",
) -> None:
    """Draw one virtual trial, lesion by lesion, and write its tables.

    The same seed and trial number give the same patients on every machine.
    """
    from trialwright.cli.terminal import progress_of
    from trialwright.dataset import write_dataset
    from trialwright.simulate import simulate_study
    from trialwright.study import read_study

    with progress_of(2) as step:
        step("Drawing the virtual trial")
        dataset = simulate_study(read_study(study), seed=seed, trial=trial, patients=patients)
        step("Writing the tables")
        write_dataset(dataset, out, kind=kind)
    typer.echo(f"wrote {out}: {dataset.patients.height} patients, {dataset.source}")
