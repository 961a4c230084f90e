"""``trialwright simulate STUDY``: one virtual trial as tables, or many as characteristics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from trialwright.cli import options
from trialwright.cli.simulate import drawn

if TYPE_CHECKING:
    from trialwright.simulate.many import Shard, Where
    from trialwright.simulate.trials.run import Device

MANY_SEED = 1  # of many trials, unless another is asked for; printed with the result


def study(
    study: drawn.StudyPath,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for the tables; of many trials also for what is finished."
        ),
    ] = None,
    seed: options.SeedOfOneOrMany = None,
    trial: options.Trial = 0,
    patients: options.Patients = None,
    kind: Annotated[
        Literal["csv", "parquet"], typer.Option("--format", help="Format of one trial's tables.")
    ] = "csv",
    trials: Annotated[
        int | None,
        typer.Option("--trials", min=1, max=2**31, help="Simulate so many trials, not one."),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            help="Virtual patients: a name or a file, if not those of the study file. Of many "
            "trials it may be given several times.",
        ),
    ] = None,
    counting: options.Counting = "study",
    threads: options.Threads = None,
    cluster: options.ClusterAddress = None,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard", help="Simulate share i of k alone, such as 3/20, for a job array; see merge."
        ),
    ] = None,
    device: options.Device = "processor",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON instead of tables (many trials).")
    ] = False,
) -> None:
    """Draw one virtual trial, lesion by lesion, and write its tables; or simulate many.

    The same seed and trial number give the same patients on every machine. With --trials, the
    study's own rules for response, endpoints and stopping judge each trial, and what the protocol
    does is printed: under the null and the alternative scenario of the study file, unless
    scenarios are named. What is finished is kept under --out, and a run that was cut off goes on.
    """
    of_many = {
        "--counting": counting != "study",
        "--threads": threads is not None,
        "--cluster": cluster is not None,
        "--shard": shard is not None,
        "--device": device != "processor",
        "--json": as_json,
    }
    of_one = {
        "--trial": trial != 0,
        "--patients": patients is not None,
        "--format": kind != "csv",
    }
    _refuse_others(of_many if trials is None else of_one, many=trials is None)
    if trials is None:
        _one(study, out, seed, trial, patients, kind, scenario)
    else:
        where = _place(threads, cluster, device)
        run = Ran(trials, MANY_SEED if seed is None else seed, where, device, shard)
        _many(study, out, run, scenario, counting, as_json=as_json)


def _refuse_others(given: dict[str, bool], *, many: bool) -> None:
    """Refuse options that would do nothing."""
    idle = [name for name, is_given in given.items() if is_given]
    if idle and many:
        msg = f"{', '.join(idle)}: for many trials; give --trials too, or leave it out"
        raise typer.BadParameter(msg)
    if idle:
        msg = f"{', '.join(idle)}: for one trial; leave it out, or --trials"
        raise typer.BadParameter(msg)


@dataclass(frozen=True, slots=True)
class Ran:
    """How many trials the user asks for, and where."""

    trials: int
    seed: int
    where: Where
    device: Device
    shard: str | None


def _one(
    study: Path,
    out: Path | None,
    seed: int | None,
    trial: int,
    patients: int | None,
    kind: Literal["csv", "parquet"],
    scenarios: list[str] | None,
) -> None:
    from trialwright.cli.terminal import progress_of
    from trialwright.dataset import write_dataset
    from trialwright.simulate import read_scenario, simulate_study

    for name, value in (("--out", out), ("--seed", seed)):
        if value is None:
            msg = f"one virtual trial needs {name}; give it, or --trials for many"
            raise typer.BadParameter(msg)
    if scenarios is not None and len(scenarios) > 1:
        msg = "one virtual trial has one --scenario"
        raise typer.BadParameter(msg)
    assert out is not None and seed is not None  # noqa: S101, PT018 - checked above
    with progress_of(2) as step:
        step("Drawing the virtual trial")
        chosen = None if scenarios is None else read_scenario(scenarios[0])
        dataset = simulate_study(
            drawn.read_study_at(study),
            seed=seed,
            trial=trial,
            patients=patients,
            scenario=chosen,
        )
        step("Writing the tables")
        write_dataset(dataset, out, kind=kind)
    typer.echo(f"wrote {out}: {dataset.patients.height} patients, {dataset.source}")


def _place(threads: int | None, cluster: str | None, device: str) -> Where:
    from trialwright.simulate.many import Cluster, Threads

    if cluster is None and device == "cuda":
        from trialwright.simulate.trials.cuda import RANGE_ON_CARD

        return Threads(threads, range_size=RANGE_ON_CARD)
    if cluster is None:
        return Threads(threads)
    if threads is not None:
        msg = "--threads is for this machine; the workers of a --cluster have their own"
        raise typer.BadParameter(msg)
    try:
        return Cluster(cluster)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _read_share(text: str, trials: int) -> Shard:
    from trialwright.simulate.many import Shard, TrialRange

    try:
        share = Shard.parse(text)
        share.trials_of(TrialRange(0, trials))  # refuses more shards than trials
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return share


def _many(
    study: Path,
    out: Path | None,
    ran: Ran,
    scenarios: list[str] | None,
    counting: str,
    *,
    as_json: bool,
) -> None:
    from trialwright.cli.simulate.show import print_characteristics, write_characteristics
    from trialwright.cli.terminal import keep_finished, progress_of_trials
    from trialwright.simulate import read_scenario
    from trialwright.simulate.trials.run import Run, read_study_scenarios, simulate_trials

    planned = drawn.read_study_at(study)
    share = None if ran.shard is None else _read_share(ran.shard, ran.trials)
    if share is not None and out is None:
        msg = "--shard needs --out, the folder that the shards are merged from"
        raise typer.BadParameter(msg)
    chosen = (
        read_study_scenarios(planned)
        if scenarios is None
        else tuple(read_scenario(name) for name in scenarios)
    )
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        msg = f"two scenarios are called {max(names, key=names.count)}; rename one of the files"
        raise typer.BadParameter(msg)
    with keep_finished(out), progress_of_trials(len(chosen)) as tell:
        run = Run(ran.trials, ran.seed, ran.where, out, share, tell, ran.device)
        found = [simulate_trials(planned, one, run, counting=counting) for one in chosen]
    if share is not None:
        typer.echo(
            f"shard {ran.shard} of {ran.trials} trials is in {out}; when all are done: "
            f"trialwright simulate merge {study} {out} --out FOLDER --seed {ran.seed}"
        )
        return
    if out is not None:
        write_characteristics(found, out)
    print_characteristics(found, planned, seed=ran.seed, counting=counting, as_json=as_json)
