"""``trialwright simulate find``: numbers of trials by what became of them, to draw one again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn
from trialwright.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from trialwright.simulate.trials.replay import FoundTrial

__all__ = ["find"]

_COLUMNS = (
    "trial", "enrolled", "responders", "responders at the look", "controlled", "toxicities",
    "months",
)  # fmt: skip


def find(
    study: drawn.StudyPath,
    ending: Annotated[
        Literal["declared", "not declared", "futility", "toxicity"],
        typer.Option("--ending", help="How the trials ended."),
    ],
    scenario: drawn.ScenarioName = None,
    trials: Annotated[
        int, typer.Option("--trials", min=2, help="Trials of the run that is searched.")
    ] = 10_000,
    most: Annotated[int, typer.Option("--most", min=1, help="So many, then it ends.")] = 10,
    seed: options.Seed = 1,
    counting: options.Counting = "study",
    threads: options.Threads = None,
    json: drawn.Json = False,
    csv: drawn.Csv = None,
) -> None:
    """Find trials of a run by how they ended, so that one can be drawn again in full.

    A trial under the null scenario that declared activity did so wrongly. Draw it again with
    trialwright simulate STUDY --scenario NAME --seed S --trial N --out FOLDER.
    """
    from trialwright.simulate.trials.replay import find_trials, frame_of

    drawn.check_files(csv)
    planned, chosen, asked = drawn.read_asked(
        study, scenario, trials=trials, seed=seed, threads=threads
    )
    found = find_trials(planned, chosen, asked, ending=ending, most=most, counting=counting)
    rows = frame_of(found)
    if json:
        content = {
            "scenario": chosen.name,
            "seed": seed,
            "searched": trials,
            "trials": rows.to_dicts(),
        }
        print_json(content)
    elif not found:
        typer.echo(f"none of {trials:,} trials in {chosen.name} ended so: {ending}")
    else:
        title = f"Trials in {chosen.name}, seed {seed}, that ended: {ending}"
        print_table(title, _COLUMNS, [_row(one) for one in found])
        typer.echo(f"Again in full: trialwright simulate {study} --scenario "
                   f"{scenario or chosen.name} --seed {seed} --trial {found[0].trial} "
                   "--out FOLDER")  # fmt: skip
    drawn.write_files(rows, csv)


def _row(one: FoundTrial) -> list[str]:
    look = "no look" if one.responders_at_look is None else str(one.responders_at_look)
    counts = (one.trial, one.enrolled, one.responders)
    more = (str(one.controlled), str(one.toxicities), f"{one.months:.1f}")
    return [*map(str, counts), look, *more]
