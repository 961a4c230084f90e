"""``trialwright run``: from a registry record to a report, all verbs in a row."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile
from typing import Annotated

import typer

from trialwright.cli import options


def run(
    record: options.Record,
    study: options.StudyFile,
    out: Annotated[Path, typer.Option("--out", help="Folder for everything.")],
    seed: options.Seed,
    trial: options.Trial = 0,
    patients: options.Patients = None,
    nct_id: options.NctId = None,
) -> None:
    """Lint the record, simulate the study's trial, analyse it and write the report.

    The folder then holds study.toml, lint.txt, lint.json, data/, results/ and report.html.
    It is filled only if every step succeeds.
    """
    from trialwright.analysis import analyse
    from trialwright.cli.analyse import print_endpoints, write_results
    from trialwright.cli.lint import write_lint
    from trialwright.cli.terminal import progress_of
    from trialwright.dataset import read_dataset, write_dataset
    from trialwright.report import write_report
    from trialwright.simulate import simulate_study
    from trialwright.study import (
        find_gaps,
        lint_record,
        read_record,
        read_study,
    )
    from trialwright.whole import whole_folder

    _refuse_to_replace_data(out / "data")
    with progress_of(5) as step, whole_folder(out) as folder:
        step("Reading the record and the study")
        read, chosen = read_record(record, nct_id=nct_id), read_study(study)
        findings, gaps = lint_record(read), find_gaps(read)
        # Copied as it is: the comments in it are the user's.
        copyfile(study, folder / "study.toml")
        write_lint(folder, read, findings, gaps)
        step("Drawing the virtual trial")
        drawn = simulate_study(chosen, seed=seed, trial=trial, patients=patients)
        write_dataset(drawn, folder / "data")
        step("Reading the scans")
        dataset = read_dataset(folder / "data")
        analysis = analyse(dataset, chosen)
        step("Writing the results")
        write_results(analysis, folder / "results")
        step("Drawing the report")
        write_report(analysis, folder / "report.html", lint=findings)
    print_endpoints(analysis)
    typer.echo(f"wrote {out / 'report.html'}; open it in a browser")


def _refuse_to_replace_data(folder: Path) -> None:
    """Stop before data that this verb did not make are replaced by simulated ones."""
    from trialwright.dataset import read_dataset
    from trialwright.errors import ExportError, TrialwrightError

    if not folder.exists():
        return
    try:
        simulated = read_dataset(folder).source.startswith("simulated")
    except TrialwrightError:
        simulated = False
    if not simulated:
        msg = (
            f"{folder} holds data that were not simulated; they are never replaced: name another "
            "--out, or use `trialwright report` on them"
        )
        raise ExportError(msg)
