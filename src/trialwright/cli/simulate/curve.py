"""``trialwright simulate curve``: chances over the true response rate, simulated and exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn
from trialwright.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from trialwright.simulate.trials.sweep import Sweep, SweepPoint

__all__ = ["curve"]

_LEGEND = """\
True rate: share of the scenario's patients who respond by the study's own rules, in %. Behind it,
in % of the trials: how many declare activity, stop for futility at the look after stage 1, or stop
for toxicity; then patients enrolled, on average. In brackets: standard error of the simulation.
Design alone: exact, as if every response were known at once and nothing else stopped the trial.
Costs: percentage points of the chance to declare activity, differences of the same trials. Look: it
is held on its day although responses may still come. Toxicity rule: trials that it stops.
Confirmation: against counting every response, confirmed or not."""


def curve(
    study: drawn.StudyPath,
    scenario: drawn.ScenarioName = None,
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
    seed: options.Seed = 1,
    threads: options.Threads = None,
    json: drawn.Json = False,
    csv: drawn.Csv = None,
    plot: drawn.Plot = None,
    narrow: drawn.Narrow = False,
) -> None:
    """Show what the protocol does at each true response rate, beside the design alone.

    Each rate is reached by moving the shrinkage of the scenario's tumours. What the trial's
    practice costs is shown too: the look that does not wait for every response, the toxicity
    rule, confirmation.
    """
    from trialwright.cli.terminal import progress_of
    from trialwright.report.simulation.curve_plot import curve_sheet
    from trialwright.simulate.trials.sweep import sweep_rates

    drawn.check_files(csv, plot)
    asked = drawn.read_asked(study, scenario, trials=trials, seed=seed, threads=threads)
    with progress_of(len(rate) if rate else None) as step:
        found = sweep_rates(
            *asked,
            rates=tuple(rate or ()),
            on_rate=lambda one: step(f"True response rate {one:g}"),
        )
    if json:
        print_json(found.to_frame().to_dicts())
    else:
        _print(found)
    drawn.write_files(
        found.to_frame(),
        csv,
        plot,
        lambda path: drawn.draw_sheet(curve_sheet(found), path, narrow=narrow),
    )


def _print(found: Sweep) -> None:
    steps = list(found.points[0].costs)
    columns = (
        "true rate", "declares activity", "design alone", "stops at the look", "design alone",
        "stops for toxicity", "patients", "design alone", *(f"cost: {step}" for step in steps),
    )  # fmt: skip
    title = f"{found.design}, {found.trials:,} trials at each rate, {found.scenario}"
    print_table(title, columns, [_row(one) for one in found.points])
    typer.echo(f"{_LEGEND} Seed {found.seed}.")


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
