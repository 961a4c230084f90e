"""``trialwright simulate curve``: chances over the true response rate, simulated and exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.cli.simulate.drawn import (
    Csv,
    Json,
    Narrow,
    Plot,
    ScenarioName,
    Seed,
    StudyPath,
    check_files,
    choose_scenario,
    choose_trials,
    print_json,
    read_study_at,
    show_rows,
    write_files,
)

if TYPE_CHECKING:
    from trialwright.simulate.trials.sweep import Sweep, SweepPoint

__all__ = ["curve"]


def curve(
    study: StudyPath,
    scenario: ScenarioName = None,
    rate: Annotated[
        list[float] | None,
        typer.Option(
            "--rate",
            min=0.001,
            max=0.999,
            help="A true response rate; may be repeated. From half of p0 to beyond p1 if not "
            "given.",
        ),
    ] = None,
    trials: Annotated[int, typer.Option("--trials", min=2, help="Trials at each rate.")] = 4_000,
    seed: Seed = 1,
    threads: options.Threads = None,
    json: Json = False,
    csv: Csv = None,
    plot: Plot = None,
    narrow: Narrow = False,
) -> None:
    """Show what the protocol does at each true response rate, beside the design alone.

    Each rate is reached by moving the shrinkage of the scenario's tumours. What the trial's
    practice costs is shown too: the look that does not wait for every response, the toxicity
    rule, confirmation.
    """
    from trialwright.cli.terminal import progress_of
    from trialwright.report.simulation.curve_plot import curve_sheet
    from trialwright.simulate.trials.sweep import rates_to_show, sweep_rates

    check_files(csv, plot)
    planned = read_study_at(study)
    design = planned.design
    rates = tuple(rate or ())
    shown = rates or rates_to_show(
        design.null_response_rate.require(), design.alternative_response_rate.require()
    )
    with progress_of(len(shown)) as step:
        found = sweep_rates(
            planned,
            choose_scenario(planned, scenario),
            choose_trials(trials, seed, threads),
            rates=shown,
            on_rate=lambda one: step(f"True response rate {one:g}"),
        )
    if json:
        print_json(found.to_frame().to_dicts())
    else:
        _print(found)
    write_files(found.to_frame(), curve_sheet(found), csv=csv, plot=plot, narrow=narrow)


def _print(found: Sweep) -> None:
    steps = list(found.points[0].costs)
    columns = (
        "true rate", "declares activity", "design alone", "stops at the look", "design alone",
        "stops for toxicity", "patients", "design alone", *(f"cost: {step}" for step in steps),
    )  # fmt: skip
    title = f"{found.design}, {found.trials:,} trials at each rate, {found.scenario}"
    show_rows(title, columns, [_row(one) for one in found.points])
    typer.echo(
        "Costs: a look held on its day although responses may still come; the toxicity rule;"
    )
    typer.echo("confirmation, against counting every response. Differences of the same trials.")
    typer.echo("Chances in %, costs in percentage points of the chance to declare activity, in")
    typer.echo("brackets the standard error of the simulation. Design alone: exact, as if every")
    typer.echo(f"response were known at once. Seed {found.seed}.")


def _row(one: SweepPoint) -> list[str]:
    exact = one.exact
    return [
        f"{100 * one.rate.value:.1f} ({100 * one.rate.standard_error:.2f})",
        f"{100 * one.declared.value:.1f} ({100 * one.declared.standard_error:.1f})",
        f"{100 * exact.probability_declare_active:.1f}",
        f"{100 * one.futile.value:.1f} ({100 * one.futile.standard_error:.1f})",
        f"{100 * exact.probability_early_stop:.1f}",
        f"{100 * one.toxic.value:.1f} ({100 * one.toxic.standard_error:.1f})",
        f"{one.patients.value:.1f} ({one.patients.standard_error:.1f})",
        f"{exact.expected_patients:.1f}",
        *(
            f"{100 * cost.value:+.1f} ({100 * cost.standard_error:.1f})".replace("-", "−")
            for cost in one.costs.values()
        ),
    ]
