"""``trialwright safety``: what treatment costs the patients, and the dose that comes next."""

from __future__ import annotations

import typer

from trialwright.cli.safety import dose_advice, dose_check, tables, toxicity

__all__ = ["app"]

app = typer.Typer(
    name="safety",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Watch the safety of a study: tables, the stopping rule, what its rules ask of the doses.",
)
app.command("tables")(tables.tables)
app.command("toxicity")(toxicity.toxicity)
app.command("dose-advice")(dose_advice.dose_advice)
app.command("dose-check")(dose_check.dose_check)
