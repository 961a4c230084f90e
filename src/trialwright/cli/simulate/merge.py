"""``trialwright simulate merge``: the shards of a job array as one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn


def merge(
    study: drawn.StudyPath,
    shards: Annotated[
        Path, typer.Argument(metavar="SHARDS", help="Folder that the shards were written to.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the whole run.")],
    seed: options.Seed = 1,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", help="Scenario file of one's own that the shards are of."),
    ] = None,
    counting: options.Counting = "study",
    device: options.Device = "processor",
    as_json: drawn.Json = False,
) -> None:
    """Put the shards of a run together, and print what the protocol does.

    Study file, seed and counting must be those of the shards; what differs is named.
    """
    from trialwright.cli.simulate.show import print_characteristics, write_characteristics
    from trialwright.simulate import read_scenario
    from trialwright.simulate.trials.run import Merging, merge_runs

    planned = drawn.read_study_at(study)
    own = {one.name: one for one in map(read_scenario, scenario or ())}
    found = merge_runs(planned, shards, out, Merging(seed, counting, device, own))
    write_characteristics(found, out)
    print_characteristics(found, planned, seed=seed, counting=counting, as_json=as_json)
