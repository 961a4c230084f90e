"""``trialwright simulate tornado``: which assumptions and choices move a result most."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn
from trialwright.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from trialwright.simulate.trials.tornado import Bar, Effect, Result, Tornado

__all__ = ["Path", "tornado"]

_LEGEND = """\
Varied: one assumption about the patients, or one choice of the protocol, at a time; the others stay
as they are. Low, high: the two values tried. Change: what the result in the title moves by, always
with the same patients, in percentage points where it is in %. In brackets: Monte Carlo standard
error of that difference between paired trials; a change of less than twice it may be chance. No
change: nothing differs, as where the value tried is the study's own. Not reached: no median."""


def tornado(
    study: drawn.StudyPath,
    scenario: drawn.ScenarioName = None,
    vary: Annotated[
        Path | None,
        typer.Option(
            "--vary",
            help="TOML file of what is varied, each with two values and a reason; without it the "
            "list that comes with Trialwright.",
        ),
    ] = None,
    result: Annotated[
        list[str] | None,
        typer.Option(
            "--result",
            help="ORR, 'median PFS', 'declares activity' or 'patients enrolled'; may be repeated. "
            "All of them if not given.",
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=40, help="Trials of each setting.")
    ] = 2_000,
    most: Annotated[int, typer.Option("--most", min=1, help="Bars of each result.")] = 12,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    json: drawn.Json = False,
    csv: drawn.Csv = None,
    plot: drawn.Plot = None,
    narrow: drawn.Narrow = False,
) -> None:
    """Show which assumptions and which choices of the protocol move the results most.

    One at a time, low and high, always on the same virtual patients, so that a difference is
    known far better than the results themselves.
    """
    from trialwright.cli.terminal import progress_of
    from trialwright.report.simulation.tornado_plot import tornado_sheet
    from trialwright.simulate.trials.tornado import find_what_matters
    from trialwright.simulate.trials.variations import Setting, read_variations

    drawn.check_files(csv, plot)
    results = _choose_results(result)
    variations = read_variations(vary)
    planned, chosen, asked = drawn.read_asked(
        study, scenario, trials=trials, seed=seed, threads=threads
    )
    with progress_of(len(variations)) as step:
        found = find_what_matters(Setting(planned, chosen), variations, asked, on_bar=step)
    if json:
        print_json(found.to_frame().to_dicts())
    else:
        for one in results:
            _print(found, one, most)
        typer.echo(_LEGEND)
    drawn.write_files(
        found.to_frame(),
        csv,
        plot,
        lambda path: drawn.draw_sheet(
            tornado_sheet(found, results, most=most), path, narrow=narrow
        ),
    )


def _choose_results(names: list[str] | None) -> tuple[Result, ...]:
    from trialwright.simulate.trials.tornado import RESULTS

    for name in names or ():
        if name not in RESULTS:
            msg = f"--result {name!r}: choose from {', '.join(RESULTS)}"
            raise typer.BadParameter(msg)
    return tuple(one for one in RESULTS if not names or one in names)


def _print(found: Tornado, result: Result, most: int) -> None:
    from trialwright.report.simulation.tornado_plot import say_result

    columns = ("varied", "low", "high", "change at low", "change at high")
    rows = [_row(bar, result) for bar in found.sorted_by(result)[:most]]
    base = say_result(result, found.base[result].value)
    print_table(f"{base} in {found.scenario}, {found.trials:,} trials each", columns, rows)
    left = len(found.bars) - len(rows)
    if left:
        typer.echo(f"Not shown: the {left} weakest; --most, --csv and --json show them.")


def _row(bar: Bar, result: Result) -> list[str]:
    from trialwright.report.simulation.tornado_plot import say_value

    ends = (bar.at_low[result], bar.at_high[result])
    values = (say_value(bar.low), say_value(bar.high))
    return [bar.variation.title, *values, *(_say(result, one) for one in ends)]


def _say(result: Result, effect: Effect) -> str:
    from trialwright.report.simulation.tornado_plot import scale_of

    scale, change = scale_of(result), effect.change
    if isnan(change.value):
        return "not reached"
    if change.value == 0 and change.standard_error == 0:
        return "no change"
    return f"{change.value * scale:+.2f} ({change.standard_error * scale:.2f})".replace("-", "−")
