"""``trialwright init``: draft a study file from a registry record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli import options


def init(
    record: options.Record,
    out: Annotated[Path, typer.Option("--out", help="Folder for the study file.")],
    nct_id: options.NctId = None,
) -> None:
    """Write a study file with what the record gives, conventions, and every gap open.

    Also writes lint.txt and lint.json. An existing study file is never overwritten.
    """
    from trialwright.cli.lint import write_lint
    from trialwright.errors import StudyError
    from trialwright.study import (
        draft_study,
        find_gaps,
        lint_record,
        read_record,
        write_study,
    )
    from trialwright.whole import whole_folder

    if (out / "study.toml").exists():
        msg = f"{out / 'study.toml'} is there already; name another folder or move it away"
        raise StudyError(msg)
    read = read_record(record, nct_id=nct_id)
    study, findings, gaps = draft_study(read), lint_record(read), find_gaps(read)
    with whole_folder(out) as folder:
        write_study(study, folder / "study.toml")
        write_lint(folder, read, findings, gaps)
    typer.echo(f"wrote {out / 'study.toml'}: {len(study.gaps())} fields are still open")
    for path, needed in study.gaps():
        typer.echo(f"  {path}: {needed}")
