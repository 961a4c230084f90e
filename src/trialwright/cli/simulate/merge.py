"""``trialwright simulate merge``: the shards of a job array as one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli import options


def merge(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY", help="Study file (TOML), or its folder.")
    ],
    shards: Annotated[
        Path, typer.Argument(metavar="SHARDS", help="Folder that the shards were written to.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the whole run.")],
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**64 - 1, help="Seed of the shards.")
    ] = 1,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", help="Scenario file of one's own that the shards are of."),
    ] = None,
    counting: options.Counting = "study",
    device: options.Device = "processor",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Put the shards of a run together, and print what the protocol does.

    Study file, seed and counting must be those of the shards; what differs is named.
    """
    from trialwright.cli.simulate.show import print_characteristics, write_characteristics
    from trialwright.simulate import read_scenario
    from trialwright.simulate.trials.run import Merging, merge_runs
    from trialwright.study import read_study

    planned = read_study(options.find_study(study))
    own = {one.name: one for one in map(read_scenario, scenario or ())}
    found = merge_runs(planned, shards, out, Merging(seed, counting, device, own))
    write_characteristics(found, out)
    print_characteristics(found, planned, seed=seed, counting=counting, as_json=as_json)
