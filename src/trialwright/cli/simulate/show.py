"""How many trials are shown: tables on the terminal, JSON, and files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trialwright.simulate.trials.characteristics import OperatingCharacteristics
    from trialwright.study import Study


def print_characteristics(
    found: Sequence[OperatingCharacteristics],
    study: Study,
    *,
    seed: int,
    counting: str,
    as_json: bool,
) -> None:
    """Print what a protocol does in each scenario, as tables or as JSON."""
    from trialwright.cli.terminal import print_json, print_table
    from trialwright.report.simulation.tables import (
        decision_columns,
        decision_rows,
        estimate_columns,
        estimate_rows,
        say_how,
    )

    if as_json:
        print_json(_content(found))
        return
    print_table("What the trial does", decision_columns(found), decision_rows(found, study))
    for one in found:
        print_table(f"Estimates: {one.scenario}", estimate_columns(), estimate_rows(one))
    for line in say_how(found, seed=seed, counting=counting):
        typer.echo(line)


def write_characteristics(found: Sequence[OperatingCharacteristics], out: Path) -> None:
    """Write the tables of every scenario, and what their numbers depend on, into a folder."""
    import polars as pl

    from trialwright.whole import write_whole

    tables = {
        "decisions.csv": pl.concat([one.decisions_frame() for one in found]),
        "estimates.csv": pl.concat([one.to_frame() for one in found]),
    }
    for name, frame in tables.items():
        write_whole(out / name, frame.write_csv().encode())
    identity = {one.scenario: dict(one.identity) for one in found}
    write_whole(out / "identity.json", json.dumps(identity, indent=1, ensure_ascii=False).encode())


def _content(found: Sequence[OperatingCharacteristics]) -> list[dict[str, Any]]:
    return [
        {
            "scenario": one.scenario,
            "trials": one.trials,
            "decisions": one.decisions_frame().to_dicts(),
            "estimates": one.to_frame().to_dicts(),
            "responders": list(one.responders),
            "identity": dict(one.identity),
        }
        for one in found
    ]
