"""Trials of a study as outcomes by number: the scenario and the study's rules as records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.machine_code import share_ranges
from trialwright.records import as_record
from trialwright.simulate.compiled import plain_range, range_runner
from trialwright.simulate.conduct import Conduct
from trialwright.simulate.draws import Draws
from trialwright.simulate.memory import (
    cohort_as_lists,
    cohort_as_record,
    outcome_as_lists,
    outcomes_as_records,
    room_as_lists,
    room_as_record,
)
from trialwright.simulate.numbers import Nature, Protocol, nature_of, protocol_of
from trialwright.simulate.protocol import conduct_of, endpoints_of, plan_trial, reading_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.endpoints.bulk.followed import EndpointRules
    from trialwright.simulate.conduct import Outcome
    from trialwright.simulate.course import Reading
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
        rules = [as_record(one) for one in self._rules()]
        outcomes: Any = outcomes_as_records(count, self.conduct.patients)

        def work(begin: int, end: int) -> None:
            room = room_as_record(self.protocol)
            cohort = cohort_as_record(self.conduct.patients, self.protocol)
            run_range(begin, end, first, who, *rules, room, cohort, outcomes)

        share_ranges(work, count, threads)
        found: NDArray[np.void] = outcomes
        return found

    def run_plainly(self, seed: int, first: int, count: int) -> list[Outcome]:
        """Run trials as Python, without a compiler; parameters as for `run`."""
        who, patients = Draws(seed, first, 0).who, self.conduct.patients
        outcomes = [outcome_as_lists(patients) for _ in range(count)]
        room = room_as_lists(self.protocol)
        cohort = cohort_as_lists(patients, self.protocol)
        plain_range(0, count, first, who, *self._rules(), room, cohort, outcomes)
        return outcomes

    def _rules(self) -> tuple[Any, ...]:
        return self.nature, self.protocol, self.reading, self.rules, self.conduct


def without_looks(machine: TrialMachine) -> TrialMachine:
    """Return the machine for trials that enrol everybody: no look stops them.

    Parameters
    ----------
    machine : TrialMachine
        Scenario and study.
    """
    conduct = machine.conduct
    never = (2**31 - 1,) * len(conduct.toxicity_looks)
    return replace(
        machine, conduct=conduct._replace(first_stage_patients=0, toxicity_looks=never)
    )
