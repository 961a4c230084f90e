"""Simulate many trials of a study, in one scenario or several, and compare protocols."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from trialwright.errors import StudyError
from trialwright.simulate.many import Threads, TrialRange, merge_shards, run_trials
from trialwright.simulate.scenario_file import read_scenario
from trialwright.simulate.trials.characteristics import characterise
from trialwright.simulate.trials.series import StudySeries
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.settled import require_settled
from trialwright.study.vary import vary_study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from trialwright.simulate.many import Progress, Shard, Where
    from trialwright.simulate.scenario import Scenario
    from trialwright.simulate.trials.characteristics import OperatingCharacteristics
    from trialwright.study.model import Study


Device = Literal["processor", "cuda"]


@dataclass(frozen=True, slots=True)
class Run:
    """How many trials are simulated, from which random numbers, and where.

    Parameters
    ----------
    trials : int
        Trials, 1 or more.
    seed : int
        Names the series; the same seed gives the same patients to every protocol and scenario.
    where : Threads, Cluster or another place, optional
        Unless given, threads on every core.
    checkpoint : Path or None
        Folder for what is finished, one folder in it for each scenario; a run that is cut off
        goes on from it.
    shard : Shard or None
        The share of the trials that is simulated here.
    on_progress : callable or None
        Called with a scenario's name and a ``many.Progress``.
    device : {"processor", "cuda"}
        What runs the trials; a graphics card names itself in the identity of the result.
    """

    trials: int
    seed: int
    where: Where | None = None
    checkpoint: Path | None = None
    shard: Shard | None = None
    on_progress: Callable[[str, Progress], None] | None = None
    device: Device = "processor"


def simulate_trials(
    study: Study, scenario: Scenario, run: Run, *, counting: str = OF_THE_STUDY
) -> OperatingCharacteristics:
    """Simulate many trials of a study in one scenario.

    Parameters
    ----------
    study : Study
        The protocol.
    scenario : Scenario
        The virtual patients, from ``read_scenario``.
    run : Run
        How many trials, and where.
    counting : str
        Another way of counting times than the study's own (``study.counting.countings_of``).

    Returns
    -------
    OperatingCharacteristics
        With a shard: those of its trials alone.

    Raises
    ------
    StudyError
        If a field that this needs is a gap (all are listed), or asks for what only an analysis
        can do.
    RunStopped, CheckpointError
        As ``many.run_trials``.
    MissingExtra
        If a card is asked for and numba-cuda or a card is missing.
    """
    require_for_trials(study)
    series = StudySeries.of(study, scenario, seed=run.seed, counting=counting)
    if run.device == "cuda":
        from trialwright.simulate.trials.cuda import on_card

        series = on_card(series)
    name, tell = scenario.name, run.on_progress
    tally = run_trials(
        series,
        TrialRange(0, run.trials),
        shard=run.shard,
        where=run.where or Threads(),
        checkpoint=None if run.checkpoint is None else run.checkpoint / name,
        on_progress=None if tell is None else lambda progress: tell(name, progress),
    )
    return characterise(series, tally, name)


def compare_protocols(
    study: Study,
    scenario: Scenario,
    choices: Mapping[str, Mapping[str, object]],
    run: Run,
) -> dict[str, OperatingCharacteristics]:
    """Simulate the same patients under several protocols.

    Parameters
    ----------
    study : Study
        The protocol.
    scenario : Scenario
        The virtual patients.
    choices : mapping of str to mapping
        By the name of a protocol, the fields that are otherwise (``study.vary.vary_study``), such
        as ``{"every 12 weeks": {"schedule.assessment_interval_weeks": 12.0}}``; an empty mapping
        is the study itself. The key ``counting`` names another way of counting times.
    run : Run
        How many trials, and where; ``checkpoint`` gets a folder for each protocol.

    Returns
    -------
    dict of str to OperatingCharacteristics
        In the order of ``choices``.
    """
    found = {}
    for name, fields in choices.items():
        others = {path: value for path, value in fields.items() if path != "counting"}
        varied = vary_study(study, others, basis="compared protocols") if others else study
        counting = str(fields.get("counting", OF_THE_STUDY))
        own = None if run.checkpoint is None else run.checkpoint / name
        mine = replace(run, checkpoint=own)
        found[name] = simulate_trials(varied, scenario, mine, counting=counting)
    return found


@dataclass(frozen=True, slots=True)
class Merging:
    """What the shards of a job array were of.

    Parameters
    ----------
    seed : int
        Seed of the shards.
    counting : str
        Their way of counting times.
    device : {"processor", "cuda"}
        What ran them; a merged run of a card is read where there is such a card.
    scenarios : mapping of str to Scenario
        Scenarios of one's own by name; others are those that come with Trialwright.
    """

    seed: int
    counting: str = OF_THE_STUDY
    device: Device = "processor"
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)


def merge_runs(
    study: Study, shards: Path, out: Path, merging: Merging
) -> list[OperatingCharacteristics]:
    """Put the shards of every scenario together, and return what the protocol does in each.

    Parameters
    ----------
    study : Study
        The protocol that the shards are of.
    shards : Path
        ``checkpoint`` of the shards' runs: a folder for each scenario.
    out : Path
        Folder for the whole runs, in the same form.
    merging : Merging
        What the shards were of.

    Returns
    -------
    list of OperatingCharacteristics
        Null and alternative scenario of the study first, others by name.

    Raises
    ------
    StudyError
        If there is no shard, or a scenario is not known.
    CheckpointError
        If shards are missing, overlap, or are those of another study, scenario, seed or program.
    """
    names = [path.name for path in shards.iterdir() if path.is_dir()] if shards.is_dir() else []
    if not names:
        msg = f"{shards} holds no shards; name the folder that --out of the shards named"
        raise StudyError(msg)
    chosen = study.simulation
    first = (chosen.null_scenario.value, chosen.alternative_scenario.value)
    found = []
    for name in sorted(names, key=lambda one: (one not in first, one != first[0], one)):
        scenario = merging.scenarios.get(name) or read_scenario(name)
        merged = merge_shards(shards / name, out / name)
        whole = Run(merged.trials, merging.seed, checkpoint=out, device=merging.device)
        found.append(simulate_trials(study, scenario, whole, counting=merging.counting))
    return found


def read_study_scenarios(study: Study) -> tuple[Scenario, ...]:
    """Return the scenarios in which a study is judged: null, then alternative.

    Raises
    ------
    StudyError
        If one is a gap or unknown.
    """
    chosen = study.simulation
    names = (chosen.null_scenario.require(), chosen.alternative_scenario.require())
    return tuple(read_scenario(name) for name in dict.fromkeys(names))


def require_for_trials(study: Study) -> None:
    """Refuse a study that has a gap where many trials need a value; all gaps are listed.

    Raises
    ------
    StudyError
        If there is one, or the calendar never reaches the horizon.
    """
    require_settled(study, "a simulation of many trials", _NEEDED, but_not=_NOT_NEEDED)
    schedule = study.schedule
    weeks, months = schedule.assessment_interval_weeks.require(), schedule.horizon_months.require()
    if weeks * 7 >= months * study.endpoints.days_per_month.require():
        msg = (
            f"schedule: the first assessment, after {weeks:g} weeks, lies beyond the horizon of "
            f"{months:g} months, so that no scan follows baseline; shorten the interval"
        )
        raise StudyError(msg)
    _check_landmarks(study, months)
    if not study.treatments:
        msg = (
            "treatments: the study gives no drug; in many trials time counts from the first dose. "
            "Add the drug, or simulate single trials (without --trials) and analyse them"
        )
        raise StudyError(msg)


def _check_landmarks(study: Study, horizon_months: float) -> None:
    """Refuse landmarks that nobody is followed to."""
    chosen = study.statistics
    for name, months in (
        ("progression_landmarks_months", chosen.progression_landmarks_months.require()),
        ("survival_landmarks_months", chosen.survival_landmarks_months.require()),
    ):
        beyond = [f"{month:g}" for month in months if month > horizon_months]
        if beyond:
            msg = (
                f"statistics.{name}: nobody is followed to month {', '.join(beyond)}, for "
                f"schedule.horizon_months is {horizon_months:g}; leave it out or follow longer"
            )
            raise StudyError(msg)


_NEEDED = (
    "treatments[",
    "ablation.",
    "schedule.",
    "response.",
    "endpoints.",
    "times.",
    "rates.",
    "statistics.",
    "safety.",
    "design.",
    "analysis_sets.efficacy",
    "simulation.first_look_weeks",
    "simulation.accrual_at_first_look",
)
_NOT_NEEDED = (
    "ablation.extent",
    "ablation.drug_hold",
    "ablation.first_scan_weeks",
    "schedule.baseline_window_days",
    "response.reader",
    "safety.ctcae_version",
    "safety.unacceptable_toxicity",
)
