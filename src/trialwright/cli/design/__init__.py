"""``trialwright design``: a verb a method, or a study file whose design is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from click import Command, Context

__all__ = ["app"]


class _MethodOrStudy(TyperGroup):
    """Reads ``design study.toml`` as ``design study study.toml``."""

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        if args and args[0].endswith(".toml") and args[0] not in self.commands:
            args = ["study", *args]
        found: Any = super().resolve_command(ctx, args)
        return found


app = typer.Typer(
    name="design",
    cls=_MethodOrStudy,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Find or judge a design: how many patients, and when to stop.",
)
