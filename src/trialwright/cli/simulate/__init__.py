"""``trialwright simulate``: a study as one virtual trial or as many, or a verb beside it."""

from __future__ import annotations

import typer

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
from trialwright.cli.verb_or import verb_or

__all__ = ["app"]

app = typer.Typer(
    name="simulate",
    cls=verb_or("study"),
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
