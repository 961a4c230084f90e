"""``trialwright design logrank``: a time to event against a historical curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from trialwright.cli.design.logrank_shown import show_looks, show_one_stage, show_two_stages
from trialwright.cli.design.show import Alpha, Json, MostPatients, Plot, ProtocolText, show

if TYPE_CHECKING:
    from trialwright.design.log_rank import (
        LogRankDesign,
        LogRankLooks,
        LogRankSimulation,
        LogRankTwoStage,
    )
    from trialwright.stats.historical import HistoricalCurve

__all__ = ["logrank"]

Choice = Literal["optimal", "minimax"]
Method = Literal["Wu", "Woolson", "OneArm2stage"]


def logrank(
    follow_up: Annotated[
        float, typer.Option(help="From the last entry to the final analysis; see --restricted.")
    ],
    median: Annotated[
        float | None, typer.Option(help="Median time to the event of historical patients.")
    ] = None,
    survival: Annotated[
        float | None, typer.Option(help="Or their event-free share at --at, such as 0.62.")
    ] = None,
    at: Annotated[float | None, typer.Option(help="Time of --survival.")] = None,
    shape: Annotated[
        float, typer.Option(help="Shape of their Weibull curve; 1: constant hazard.")
    ] = 1.0,
    hazard_ratio: Annotated[
        float | None, typer.Option(help="Hazard worth pursuing over theirs, below 1.")
    ] = None,
    survival_worth: Annotated[
        float | None, typer.Option(help="Or the event-free share at --at worth pursuing.")
    ] = None,
    median_worth: Annotated[
        float | None, typer.Option(help="Or the median worth pursuing.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Patients who enter per unit of time.")] = None,
    accrual: Annotated[
        float | None, typer.Option(help="Or the time over which they enter; one stage only.")
    ] = None,
    restricted: Annotated[
        bool,
        typer.Option("--restricted", help="Follow every patient for --follow-up and no longer."),
    ] = False,
    stages: Annotated[int, typer.Option(help="1 or 2.", min=1, max=2)] = 1,
    choose: Annotated[
        Choice, typer.Option(help="Which two-stage design to describe in full.")
    ] = "optimal",
    least_early_stop: Annotated[
        float, typer.Option(help="Two stages: least chance to stop early at no effect.")
    ] = 0.0,
    looks: Annotated[
        int | None, typer.Option(help="Instead of stages: looks that may declare activity.")
    ] = None,
    bounds: Annotated[
        str, typer.Option(help="Critical values of the looks; see: design group-sequential.")
    ] = "O'Brien-Fleming",
    alpha: Alpha = 0.05,
    power: Annotated[float, typer.Option(help="At the hazard ratio worth pursuing.")] = 0.80,
    method: Annotated[
        Method,
        typer.Option(
            help="Wu: variance (O + E) / 2; Woolson: E. OneArm2stage: Woolson's two-stage design "
            "as the R package of that name has it."
        ),
    ] = "Wu",
    simulate: Annotated[
        int, typer.Option(help="Trials to simulate at each hypothesis; 0: none.", min=0)
    ] = 10_000,
    seed: Annotated[int, typer.Option(help="Of the simulation.", min=0)] = 1,
    unit: Annotated[str, typer.Option(help="Unit of the times, for the words.")] = "months",
    most_patients: MostPatients = 1000,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find a one-sample log-rank design: one stage, two stages with futility, or several looks."""
    from trialwright.design.log_rank import (
        LogRankTrial,
        find_log_rank,
        find_log_rank_looks,
        find_log_rank_two_stage,
    )
    from trialwright.errors import DesignError

    try:
        history = _history(median, survival, at, shape)
        wanted = _wanted(history, hazard_ratio, (survival_worth, at), median_worth)
        trial = LogRankTrial(history, wanted, follow_up, rate, accrual, restricted)
        if looks is not None:
            from trialwright.design.group_sequential.critical_values import find_group_sequential

            values = find_group_sequential(bounds, looks=looks, alpha=alpha)  # type: ignore[arg-type]
            design = find_log_rank_looks(
                trial, values, power=power, method=_one(method), most_patients=most_patients
            )
            shown = show_looks(design, _simulate(design, simulate, seed), unit)
        elif stages == 1:
            single = find_log_rank(
                trial, alpha=alpha, power=power, method=_one(method), most_patients=most_patients
            )
            shown = show_one_stage(single, _simulate(single, simulate, seed), unit)
        else:
            found = find_log_rank_two_stage(
                trial,
                alpha=alpha,
                power=power,
                method=method,
                least_early_stop=least_early_stop,
                most_patients=most_patients,
            )
            chosen = found.optimal if choose == "optimal" else found.minimax
            shown = show_two_stages(found, chosen, _simulate(chosen, simulate, seed), unit)
    except (DesignError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    show(shown, json=json, plot=plot, protocol_text=protocol_text)


def _history(
    median: float | None, survival: float | None, at: float | None, shape: float
) -> HistoricalCurve:
    from trialwright.stats.historical import Exponential, Weibull

    if (median is None) == (survival is None):
        msg = "say what historical patients do: --median, or --survival with --at"
        raise ValueError(msg)
    if survival is not None and at is None:
        msg = "--survival needs its time: --at"
        raise ValueError(msg)
    if survival is None or at is None:
        share, time = 0.5, median or 0.0
    else:
        share, time = survival, at
    if shape == 1:
        return Exponential.from_survival(share, at=time)
    return Weibull.from_survival(shape, share, at=time)


def _wanted(
    history: HistoricalCurve,
    hazard_ratio: float | None,
    survival: tuple[float | None, float | None],
    median: float | None,
) -> float:
    """Return the hazard ratio worth pursuing, however it was said."""
    from trialwright.design.log_rank.trial import hazard_ratio_of

    share, at = survival
    if sum(given is not None for given in (hazard_ratio, share, median)) != 1:
        msg = "say what is worth pursuing: one of --hazard-ratio, --survival-worth, --median-worth"
        raise ValueError(msg)
    if hazard_ratio is not None:
        return hazard_ratio
    if median is not None:
        return hazard_ratio_of(history, 0.5, at=median)
    if share is None or at is None:
        msg = "--survival-worth needs its time: --at"
        raise ValueError(msg)
    return hazard_ratio_of(history, share, at=at)


def _one(method: Method) -> Literal["Wu", "Woolson"]:
    if method == "OneArm2stage":
        msg = "--method OneArm2stage is for two stages; one stage and looks have Wu and Woolson"
        raise ValueError(msg)
    return method


def _simulate(
    design: LogRankDesign | LogRankTwoStage | LogRankLooks, trials: int, seed: int
) -> list[LogRankSimulation]:
    from trialwright.design.log_rank import simulate_log_rank

    ratios = (1.0, design.trial.hazard_ratio) if trials else ()
    return [simulate_log_rank(design.rule, h, trials=trials, seed=seed) for h in ratios]
