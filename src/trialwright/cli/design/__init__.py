"""``trialwright design``: a verb a method, or a study file whose design is judged."""

from __future__ import annotations

import typer

from trialwright.cli.design import (
    attained,
    bop2,
    bryant_day,
    fleming,
    group_sequential,
    landmark,
    logrank,
    precision,
    predictive,
    simon,
    single,
    status,
    study,
    three_outcome,
    three_stage,
    together,
    toxicity,
)
from trialwright.cli.verb_or import verb_or

__all__ = ["app"]

app = typer.Typer(
    name="design",
    cls=verb_or("study", ending=".toml"),
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Find or judge a design: how many patients, and when to stop.",
)
app.command("study")(study.study)
app.command("simon")(simon.simon)
app.command("fleming")(fleming.fleming)
app.command("three-stages")(three_stage.three_stages)
app.command("three-outcomes")(three_outcome.three_outcomes)
app.command("single")(single.single)
app.command("precision")(precision.precision)
app.command("bryant-day")(bryant_day.bryant_day)
app.command("toxicity")(toxicity.toxicity)
app.command("together")(together.together)
app.command("predictive")(predictive.predictive)
app.command("bop2")(bop2.bop2)
app.command("logrank")(logrank.logrank)
app.command("landmark")(landmark.landmark)
app.command("group-sequential")(group_sequential.group_sequential)
app.command("status")(status.status)
app.command("attained")(attained.attained)
