"""``trialwright report``: the report of a data set, or a verb beside it."""

from __future__ import annotations

import typer

from trialwright.cli.report import diff, registry, slides, write
from trialwright.cli.verb_or import verb_or

__all__ = ["app"]

app = typer.Typer(
    name="report",
    cls=verb_or("write"),
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Write the report of a data set, compare two, or write what the registry and the board "
    "ask for.",
)
app.command("write")(write.write)
app.command("diff")(diff.diff)
app.command("registry")(registry.registry)
app.command("slides")(slides.slides)
