"""``trialwright design``: a verb a method, or a study file whose design is judged."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

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
