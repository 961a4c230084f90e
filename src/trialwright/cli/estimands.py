"""``trialwright estimands``: the estimand of each endpoint, from the study file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options

if TYPE_CHECKING:
    from trialwright.endpoints import Estimand


def estimands(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (TOML).")],
    counting: options.Counting = "study",
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Print the five attributes of each endpoint by ICH E9(R1), as the study file settles them.

    Each strategy names the field of the study file that it was read from: changing the field
    changes the analysis.
    """
    from dataclasses import asdict
    from json import dumps

    from trialwright.endpoints import list_estimands
    from trialwright.study import read_study

    found = list_estimands(read_study(study), counting)
    if json:
        typer.echo(dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for name in ("treatment", "population"):
        typer.echo(f"{name.capitalize()}, of every endpoint: {getattr(found[0], name)}")
    for one in found:
        print_estimand(one)


def print_estimand(one: Estimand) -> None:
    """Print what is an endpoint's own: variable, summary, and a line an intercurrent event."""
    typer.echo(f"\n{one.key}, {one.title}")
    typer.echo(f"  variable: {one.variable}")
    typer.echo(f"  summary: {one.summary}")
    for each in one.intercurrent_events:
        typer.echo(f"  - {each.event}: {each.strategy}; {each.meaning} [{each.field}]")
