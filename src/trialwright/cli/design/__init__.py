"""``trialwright design``: a verb a method, or a study file whose design is judged."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from trialwright.cli.design import simon, study

__all__ = ["app"]


class _MethodOrStudy(TyperGroup):
    """Reads ``design study.toml`` as ``design study study.toml``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0].endswith(".toml") and args[0] not in self.commands:
            args = ["study", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="design",
    cls=_MethodOrStudy,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Find or judge a design: how many patients, and when to stop.",
)
app.command("study")(study.study)
app.command("simon")(simon.simon)
