"""Trials of a study as outcomes by number: the scenario and the study's rules as records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trialwright.machine_code import share_ranges
from trialwright.records import as_record
from trialwright.simulate.compiled import plain_range, range_runner
from trialwright.simulate.conduct import NEVER_LOOKED
from trialwright.simulate.draws import Draws
from trialwright.simulate.memory import (
    desk_as_lists,
    desk_as_record,
    outcome_as_lists,
    outcomes_as_records,
)
from trialwright.simulate.numbers import Nature, Protocol, nature_of, protocol_of
from trialwright.simulate.protocol import (
    check_reading,
    conduct_of,
    endpoints_of,
    plan_trial,
    reading_of,
)
from trialwright.simulate.scans import Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trialwright.endpoints.bulk.followed import EndpointRules
    from trialwright.simulate.conduct import Conduct, Outcome
    from trialwright.simulate.scans import Reading
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class TrialMachine:
    """Runs trials of a study by their numbers.

    Parameters
    ----------
    nature, protocol, reading, rules, conduct
        The scenario, and the study's choices, as numbers.
    """

    nature: Nature
    protocol: Protocol
    reading: Reading
    rules: EndpointRules
    conduct: Conduct

    @classmethod
    def of(cls, study: Study, scenario: Scenario, counting: str) -> TrialMachine:
        """Take what is needed from a study and a scenario.

        Parameters
        ----------
        study : Study
            The protocol, its fields settled.
        scenario : Scenario
            The assumptions.
        counting : str
            The way of counting times (``study.counting.countings_of``).

        Raises
        ------
        StudyError
            If a field is a gap, or asks for what only an analysis can do.
        """
        check_reading(study)
        plan = plan_trial(study)
        return cls(
            nature_of(scenario, plan),
            protocol_of(scenario, plan),
            reading_of(study),
            endpoints_of(study, counting),
            conduct_of(study, counting),
        )

    def run(self, seed: int, first: int, count: int, *, threads: int = 1) -> NDArray[np.void]:
        """Run trials in machine code.

        Parameters
        ----------
        seed : int
            Names the series of trials.
        first, count : int
            Number of the first trial, and how many.
        threads : int
            Threads to work with; the result does not depend on it.

        Returns
        -------
        ndarray, shape (count,)
            The fields are those of ``conduct.Outcome``; columns by patient are longer than the
            trial has patients, and hold nothing beyond ``enrolled``.

        Raises
        ------
        MissingExtra
            If Numba is not installed.
        """
        run_range, who = range_runner(), Draws(seed, first, 0).who
        terms = as_record(self.terms)
        outcomes: Any = outcomes_as_records(count, self.conduct.patients)

        def work(begin: int, end: int) -> None:
            desk = desk_as_record(self.conduct.patients, self.protocol)
            run_range(begin, end, who, terms, desk, outcomes)

        share_ranges(work, count, threads)
        found: NDArray[np.void] = outcomes
        return found

    def run_plainly(self, seed: int, first: int, count: int) -> list[Outcome]:
        """Run trials as Python, without a compiler; parameters as for `run`."""
        who, patients = Draws(seed, first, 0).who, self.conduct.patients
        outcomes = [outcome_as_lists(patients) for _ in range(count)]
        plain_range(0, count, who, self.terms, desk_as_lists(patients, self.protocol), outcomes)
        return outcomes

    @property
    def terms(self) -> Terms:
        """All of it in one, as the rules read it."""
        return Terms(self.nature, self.protocol, self.reading, self.rules, self.conduct)


def without_looks(machine: TrialMachine) -> TrialMachine:
    """Return the machine for trials that enrol everybody: no look stops them.

    Parameters
    ----------
    machine : TrialMachine
        Scenario and study.
    """
    conduct = machine.conduct
    never = (NEVER_LOOKED,) * len(conduct.toxicity_looks)
    return replace(machine, conduct=conduct._replace(first_stage_patients=0, toxicity_looks=never))
