"""``trialwright simulate``: a study as one virtual trial or as many, or a verb beside it."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from trialwright.cli.simulate import (
    calibrate,
    compare,
    curve,
    fan,
    find,
    growth,
    merge,
    study,
    tornado,
)

__all__ = ["app"]


class _VerbOrStudy(TyperGroup):
    """Reads ``simulate my/study.toml`` as ``simulate study my/study.toml``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            args = ["study", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="simulate",
    cls=_VerbOrStudy,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Draw the virtual trials of a study: one as a data set, or many for what it does.",
)
app.command("study")(study.study)
app.command("merge")(merge.merge)
app.command("compare")(compare.compare)
app.command("curve")(curve.curve)
app.command("fan")(fan.fan)
app.command("tornado")(tornado.tornado)
app.command("find")(find.find)
app.command("calibrate")(calibrate.calibrate)
app.command("growth")(growth.growth)
