"""The trials of one study in one scenario as a series that can be worked on anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from trialwright.simulate.trials.batches import AT_ONCE
from trialwright.simulate.trials.counting_up import count_trials
from trialwright.simulate.trials.estimates import Asked, estimate_trials
from trialwright.simulate.trials.identity import digest_study, identify_program, identify_scenario
from trialwright.simulate.trials.machine import TrialMachine
from trialwright.simulate.trials.reference import Reference, find_reference
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.simulate.many.tally import Tally
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class StudySeries:
    """Trials of a study in a scenario; ``StudySeries.of`` makes one.

    Parameters
    ----------
    machine : TrialMachine
        Runs trials by number.
    asked : Asked
        Which estimates each trial makes.
    reference : Reference
        What they aim at.
    seed : int
        Names the series.
    identity : mapping of str to str
        All that the numbers depend on.
    at_once : int
        Trials in memory at a time, so that memory does not grow with their number.
    """

    machine: TrialMachine
    asked: Asked
    reference: Reference
    seed: int
    identity: Mapping[str, str] = field(repr=False)
    at_once: int = AT_ONCE

    @classmethod
    def of(
        cls, study: Study, scenario: Scenario, *, seed: int, counting: str = OF_THE_STUDY
    ) -> StudySeries:
        """Prepare the trials of a study, and find what their estimates aim at.

        Parameters
        ----------
        study : Study
            The protocol, its fields settled.
        scenario : Scenario
            The assumptions.
        seed : int
            ``0 <= seed < 2**64``.
        counting : str
            The way of counting times (``study.counting.countings_of``).

        Raises
        ------
        StudyError
            If a field is a gap, or asks for what only an analysis can do.
        MissingExtra
            If Numba is not installed.
        """
        machine, asked = TrialMachine.of(study, scenario, counting), Asked.of(study)
        reference = find_reference(machine, asked, seed=seed)
        identity = {
            "study": digest_study(study),
            "scenario": identify_scenario(scenario),
            "counting": counting,
            "seed": str(seed),
            **identify_program(),
        }
        return cls(machine, asked, reference, seed, identity)

    def tally(self, first: int, count: int, threads: int) -> Tally:
        """Run trials and count; see ``many.TrialSeries``.

        Raises
        ------
        ValueError
            If a trial's number is kept for the reference.
        """
        if not 0 <= first < first + count <= FIRST_REFERENCE_TRIAL:
            msg = f"trials {first} to {first + count - 1}; their numbers end at 2**31 - 1"
            raise ValueError(msg)
        parts = (
            self._tally_some(begin, min(self.at_once, first + count - begin), threads)
            for begin in range(first, first + count, self.at_once)
        )
        return reduce(add, parts)

    def _tally_some(self, first: int, count: int, threads: int) -> Tally:
        outcomes = self.machine.run(self.seed, first, count, threads=threads)
        estimates = estimate_trials(outcomes, self.asked, threads=threads)
        return count_trials(
            outcomes,
            estimates,
            self.machine.conduct,
            self.reference,
            self.asked.days_per_month,
        )
