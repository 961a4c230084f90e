"""Find trials of a run by what became of them, so that one can be drawn again in full."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.errors import StudyError
from trialwright.simulate.conduct import STOPPED_FOR_FUTILITY, STOPPED_FOR_TOXICITY
from trialwright.simulate.trials.batches import has_declared, run_in_batches
from trialwright.simulate.trials.machine import TrialMachine
from trialwright.simulate.trials.run import require_for_trials
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.simulate.conduct import Conduct
    from trialwright.simulate.scenario import Scenario
    from trialwright.simulate.trials.batches import Trials
    from trialwright.study.model import Study

Ending = Literal["declared", "not declared", "futility", "toxicity"]


@dataclass(frozen=True, slots=True)
class FoundTrial:
    """One trial of a run.

    Parameters
    ----------
    trial : int
        Its number: with study, scenario and seed it draws the trial again.
    ending : {"declared", "not declared", "futility", "toxicity"}
        Activity was declared; the trial was complete without it; it was stopped at the look after
        stage 1, or for toxicity.
    enrolled, responders, controlled, toxicities : int
        Patients.
    responders_at_look : int or None
        Responders known at the look after stage 1; none if there was no look.
    months : float
        From its opening to the decision.
    """

    trial: int
    ending: Ending
    enrolled: int
    responders: int
    responders_at_look: int | None
    controlled: int
    toxicities: int
    months: float


def find_trials(
    study: Study,
    scenario: Scenario,
    trials: Trials,
    *,
    ending: Ending,
    most: int | None = None,
    counting: str = OF_THE_STUDY,
) -> tuple[FoundTrial, ...]:
    """Find the trials of a run that ended in one way, in the order of their numbers.

    Parameters
    ----------
    study : Study
        The protocol.
    scenario : Scenario
        The virtual patients. Under the null scenario the trials that ``declared`` are those that
        declare activity wrongly.
    trials : Trials
        The run.
    ending : {"declared", "not declared", "futility", "toxicity"}
        How they ended.
    most : int or None
        So many, then the search ends; none: all of them.
    counting : str
        Way of counting times (``study.counting.countings_of``).

    Raises
    ------
    StudyError
        As ``run.simulate_trials``.
    ValueError
        If ``ending`` is another word.
    """
    if ending not in get_args(Ending):
        msg = f"ending must be one of {', '.join(get_args(Ending))}, not {ending!r}"
        raise ValueError(msg)
    require_for_trials(study)
    machine = TrialMachine.of(study, scenario, counting)
    if "declared" in ending and machine.conduct.final_bound < 0:
        msg = "design.kind has no test, so nothing is declared; ask for futility or toxicity"
        raise StudyError(msg)
    days_per_month = study.endpoints.days_per_month.require()
    return tuple(islice(_search(machine, trials, ending, days_per_month), most))


def frame_of(found: Sequence[FoundTrial]) -> pl.DataFrame:
    """Return one row a trial; of none, the columns alone."""
    import polars as pl

    kinds = {"ending": pl.String, "months": pl.Float64}
    names = [field.name for field in fields(FoundTrial)]
    schema = {name: kinds.get(name, pl.Int64) for name in names}
    return pl.DataFrame([asdict(one) for one in found], schema=schema)


def _search(
    machine: TrialMachine, trials: Trials, ending: Ending, days_per_month: float
) -> Iterator[FoundTrial]:
    for first, outcomes in run_in_batches(machine, trials):
        for place in np.flatnonzero(_ended(outcomes, machine.conduct, ending)):
            one = outcomes[place]
            yield FoundTrial(
                first + int(place),
                ending,
                int(one["enrolled"]),
                int(one["responders"]),
                int(one["responders_at_look"]) if np.isfinite(one["look_day"]) else None,
                int(one["controlled"]),
                int(one["toxicities"]),
                float(one["end_day"]) / days_per_month,
            )


def _ended(outcomes: NDArray[np.void], conduct: Conduct, ending: Ending) -> NDArray[np.bool_]:
    futile = outcomes["ended"] == STOPPED_FOR_FUTILITY
    toxic = outcomes["ended"] == STOPPED_FOR_TOXICITY
    declared = has_declared(outcomes, conduct)
    by_name: dict[Ending, NDArray[np.bool_]] = {
        "declared": declared,
        "not declared": ~(declared | futile | toxic),
        "futility": futile,
        "toxicity": toxic,
    }
    return by_name[ending]
