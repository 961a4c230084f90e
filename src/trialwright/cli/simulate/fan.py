"""``trialwright simulate fan``: what one trial of the planned size may show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn
from trialwright.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from trialwright.simulate.trials.fans import Fans

__all__ = ["fan"]


def fan(
    study: drawn.StudyPath,
    scenario: drawn.ScenarioName = None,
    trials: Annotated[int, typer.Option("--trials", min=2, help="Trials.")] = 2_000,
    seed: options.Seed = 1,
    counting: options.Counting = "study",
    threads: options.Threads = None,
    json: drawn.Json = False,
    csv: drawn.Csv = None,
    plot: drawn.Plot = None,
    narrow: drawn.Narrow = False,
) -> None:
    """Show how far the curves and waterfalls of single trials spread around the truth.

    Bands hold 50, 80 and 95 % of the trials at each time of the curves of PFS and OS, and at
    each rank of the waterfall; every trial enrols the planned number of patients.
    """
    from trialwright.cli.terminal import progress_of
    from trialwright.report.simulation.fan_plot import fan_sheet
    from trialwright.simulate.trials.fans import draw_fans

    drawn.check_files(csv, plot)
    asked = drawn.read_asked(study, scenario, trials=trials, seed=seed, threads=threads)
    with progress_of(1) as step:
        step("Simulating trials of the planned size")
        found = draw_fans(*asked, counting=counting)
    if json:
        print_json({"bands": found.to_frame().to_dicts(), "counts": _counts(found)})
    else:
        _print(found)
    drawn.write_files(
        found.to_frame(),
        csv,
        plot,
        lambda path: drawn.draw_sheet(fan_sheet(found), path, narrow=narrow),
    )


def _counts(found: Fans) -> list[dict[str, object]]:
    """Return the counts of a trial and the patients at risk, by quantile."""
    from trialwright.simulate.trials.fans import PROBABILITIES

    fall = found.waterfall
    counted = {
        "patients without a sum after baseline": fall.without_sum,
        "patients with a fall of 30 % or more": fall.shrunk,
        "responders": fall.responders,
    }
    for one in found.survival:
        for place, month in enumerate(one.tick.tolist()):
            counts = tuple(one.at_risk[:, place].tolist())
            counted[f"at risk of {one.endpoint} at {month} months"] = counts
    return [
        {"what": name, **{f"{p:g}": n for p, n in zip(PROBABILITIES, counts, strict=True)}}
        for name, counts in counted.items()
    ]


def _print(found: Fans) -> None:
    import numpy as np

    from trialwright.simulate.trials.fans import PROBABILITIES

    columns = ("share of trials below", *(f"{100 * p:g} %" for p in PROBABILITIES), "scenario")
    rows = []
    for one in found.survival:
        for month in one.tick[1:].tolist():
            at = int(np.searchsorted(one.month, month, side="right")) - 1
            values = (*one.quantiles[:, at], one.reference[at])
            rows.append([f"{one.endpoint} at {month} months, %", *map(_percent, values)])
    title = f"{found.trials:,} trials of {found.patients} patients, {found.scenario}"
    print_table(title, columns, rows)
    counts = [[str(cell) for cell in one.values()] for one in _counts(found)[:3]]
    print_table("Patients", columns[:-1], counts)
    typer.echo(f"Scenario: {found.reference_patients:,} patients, read by the same rules. Seed "
               f"{found.seed}.")  # fmt: skip


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
