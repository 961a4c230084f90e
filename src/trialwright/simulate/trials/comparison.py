"""Protocols compared on the same virtual patients: how far a choice moves each quantity.

Quantities (ORR, median PFS and the like) are those of very many patients, free of the noise of a
small trial; decisions (activity declared, stopped) are those of many trials. Every protocol sees
the same patients and the same trials, so each difference from the study's own way is a paired one.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from trialwright.errors import StudyError
from trialwright.simulate.many import Progress, Threads, TrialRange, run_trials
from trialwright.simulate.many.threads import free_cores
from trialwright.simulate.trials.estimates import Asked, estimate_names
from trialwright.simulate.trials.factors import (
    Choice,
    all_combinations,
    one_at_a_time,
    with_own_choice,
)
from trialwright.simulate.trials.identity import identify_scenario, identify_study
from trialwright.simulate.trials.machine import TrialMachine
from trialwright.simulate.trials.paired import (
    compare_replicates,
    replicate_quantities,
)
from trialwright.simulate.trials.paired_trials import DECISIONS, PairedTrials
from trialwright.simulate.trials.reference import REFERENCE_PATIENTS
from trialwright.simulate.trials.run import require_for_trials
from trialwright.simulate.trials.varied_protocols import vary_protocol
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from trialwright.simulate.many import Tally
    from trialwright.simulate.scenario import Scenario
    from trialwright.simulate.trials.factors import Factor
    from trialwright.simulate.trials.paired import Compared, Replicates
    from trialwright.simulate.trials.run import Run
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class ComparedProtocol:
    """One protocol of a comparison.

    Parameters
    ----------
    factor : str
        What is varied.
    choice : Choice
        How; its fields are empty where the study's own way was not among the choices given.
    own : bool
        Whether it is the study's own way.
    quantities, decisions : tuple of Compared
        Of very many patients, and of the trials.
    """

    factor: str
    choice: Choice
    own: bool
    quantities: tuple[Compared, ...]
    decisions: tuple[Compared, ...]

    def find(self, name: str) -> Compared:
        """Return one quantity or decision by its name.

        Raises
        ------
        KeyError
            If there is none of that name; those that there are are listed.
        """
        both = {one.name: one for one in (*self.quantities, *self.decisions)}
        if name not in both:
            msg = f"{name!r} is none of {', '.join(both)}"
            raise KeyError(msg)
        return both[name]


@dataclass(frozen=True, slots=True)
class ProtocolComparison:
    """Protocols beside the study's own, in one scenario.

    Parameters
    ----------
    scenario : str
        The virtual patients.
    patients, trials : int
        How many patients the quantities are of at least, and how many trials the decisions.
    protocols : tuple of ComparedProtocol
        Factor by factor.
    notes : tuple of str
        What stays as it is where one might expect it to change, and choices that change nothing.
    identity : mapping of str to str
        What the numbers depend on.
    """

    scenario: str
    patients: int
    trials: int
    protocols: tuple[ComparedProtocol, ...]
    notes: tuple[str, ...]
    identity: Mapping[str, str]

    def find(self, label: str) -> ComparedProtocol:
        """Return the first protocol of a label.

        Raises
        ------
        KeyError
            If there is none; those that there are are listed.
        """
        for one in self.protocols:
            if one.choice.label == label:
                return one
        msg = f"{label!r} is none of {', '.join(one.choice.label for one in self.protocols)}"
        raise KeyError(msg)

    def to_frame(self) -> pl.DataFrame:
        """Return one row a protocol and quantity; what is not defined is null."""
        import polars as pl

        rows = [
            {
                "scenario": self.scenario,
                "factor": one.factor,
                "choice": one.choice.label,
                "own": one.own,
                "of": of,
                "number": number,
                **compared._asdict(),
            }
            for one in self.protocols
            for of, number, many in (
                ("patients", self.patients, one.quantities),
                ("trials", self.trials, one.decisions),
            )
            for compared in many
        ]
        numbers = [pl.col(pl.Float64).fill_nan(None)]
        return pl.DataFrame(rows).rename({"name": "quantity"}).with_columns(numbers)


def names_compared(study: Study) -> tuple[str, ...]:
    """Return the names of the quantities and decisions of a study's comparison.

    Raises
    ------
    StudyError
        If the study leaves open which it reports.
    """
    return (*(name for name, _ in estimate_names(Asked.of(study))), *DECISIONS)


def compare_choices(
    study: Study,
    scenario: Scenario,
    factors: Sequence[Factor],
    run: Run,
    *,
    grid: bool = False,
    patients: int = REFERENCE_PATIENTS,
) -> ProtocolComparison:
    """Compare the choices of some factors with the study's own, on the same virtual patients.

    Parameters
    ----------
    study : Study
        The protocol.
    scenario : Scenario
        The virtual patients.
    factors : sequence of Factor
        One or more, from ``read_factors``.
    run : Run
        How many trials, and where. With a shard the decisions are those of its trials alone; the
        quantities are of all patients in every shard.
    grid : bool
        Every combination of the choices, in place of one factor at a time.
    patients : int
        Patients of which ORR, median PFS and the like are taken, at least.

    Returns
    -------
    ProtocolComparison
        In the order of the factors and their choices.

    Raises
    ------
    StudyError
        If a protocol contradicts itself, has a gap, or asks for what only an analysis can do; the
        message names the choice.
    ValueError
        If ``run.device`` is a graphics card: protocols are compared on the processor.
    RunStopped, CheckpointError
        As ``many.run_trials``.

    Notes
    -----
    Oracle: the quantities of each protocol are those of ``reference.find_reference``; without
    looks and toxicity the chance to declare activity is the binomial tail of its ORR.
    """
    _check_asked(factors, run)
    require_for_trials(study)
    factors = [with_own_choice(study, factor) for factor in factors]
    listed = all_combinations(factors) if grid else one_at_a_time(factors)
    own = TrialMachine.of(study, scenario, OF_THE_STUDY)
    varied = [vary_protocol(study, scenario, name, choice) for name, choice in listed]
    # The study's own first; alike ones are run once.
    distinct = tuple(dict.fromkeys((own, *(one.machine for one in varied))))
    asked = Asked.of(study)
    tables = _replicate(asked, distinct, scenario.name, run, patients)
    series = PairedTrials(
        distinct,
        run.seed,
        asked.days_per_month,
        study=identify_study(study),
        scenario=identify_scenario(scenario),
    )
    tally = _run(series, scenario.name, run)
    found = []
    for one in varied:
        number = distinct.index(one.machine)
        quantities = compare_replicates(tables[number], tables[0], asked)
        decisions = series.compared(tally, number)
        found.append(ComparedProtocol(one.factor, one.choice, one.own, quantities, decisions))
    notes = dict.fromkeys(note for one in varied for note in one.notes(study, own))
    return ProtocolComparison(
        scenario.name, patients, tally.trials, tuple(found), tuple(notes), series.identity
    )


def _check_asked(factors: Sequence[Factor], run: Run) -> None:
    if not factors:
        msg = "name at least one factor to vary, such as response.confirmation_required=true,false"
        raise StudyError(msg)
    if run.device != "processor":
        msg = f"device is {run.device!r}; protocols are compared on the processor alone"
        raise ValueError(msg)


def _replicate(
    asked: Asked, machines: Sequence[TrialMachine], scenario: str, run: Run, patients: int
) -> list[Replicates]:
    began, tables = monotonic(), []
    threads = getattr(run.where, "count", None) or free_cores()
    for machine in machines:
        tables.append(
            replicate_quantities(
                machine,
                asked,
                seed=run.seed,
                patients=patients,
                in_trial=machines[0].conduct.patients,
                threads=threads,
            )
        )
        if run.on_progress is not None:
            so_far = (len(tables) * patients, len(machines) * patients, 0, monotonic() - began)
            run.on_progress(f"{scenario}: patients", Progress(*so_far))
    return tables


def _run(series: PairedTrials, scenario: str, run: Run) -> Tally:
    tell = run.on_progress
    return run_trials(
        series,
        TrialRange(0, run.trials),
        shard=run.shard,
        where=run.where or Threads(),
        checkpoint=None if run.checkpoint is None else run.checkpoint / scenario,
        on_progress=None if tell is None else lambda now: tell(f"{scenario}: trials", now),
    )
