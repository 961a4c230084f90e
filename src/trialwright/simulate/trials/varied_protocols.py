"""The protocols of a comparison: the study with each choice made, ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.errors import StudyError, TrialwrightError
from trialwright.simulate.trials.factors import COUNTING, is_own
from trialwright.simulate.trials.machine import TrialMachine
from trialwright.simulate.trials.run import require_for_trials
from trialwright.simulate.trials.what_stays import what_stays
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.vary import vary_study

if TYPE_CHECKING:
    from trialwright.simulate.scenario import Scenario
    from trialwright.simulate.trials.factors import Choice
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True, eq=False)
class VariedProtocol:
    """A study with one choice made, and what runs it.

    Parameters
    ----------
    factor : str
        What is varied.
    choice : Choice
        How.
    own : bool
        Whether it is the study's own way.
    study : Study
        The study with the choice made.
    machine : TrialMachine
        Runs its trials.
    """

    factor: str
    choice: Choice
    own: bool
    study: Study
    machine: TrialMachine

    def notes(self, study: Study, machine: TrialMachine) -> list[str]:
        """Return what stays as it is where one might expect a change.

        Parameters
        ----------
        study, machine
            The study itself, and what runs it.
        """
        if self.own:
            return []
        where = f"{self.factor}, {self.choice.label}"
        if self.machine == machine:
            words = "the simulation does not depend on it; all numbers are the study's own"
            return [f"{where}: {words}"]
        return [f"{where}: {note}" for note in what_stays(study, self.study)]


def vary_protocol(study: Study, scenario: Scenario, factor: str, choice: Choice) -> VariedProtocol:
    """Make a choice in a study.

    Raises
    ------
    StudyError
        If the protocol contradicts itself, has a gap, or asks for what only an analysis can do;
        the message names the choice.
    """
    from pydantic import ValidationError

    fields = {path: value for path, value in choice.fields.items() if path != COUNTING}
    try:
        varied = vary_study(study, fields, basis="compared protocols") if fields else study
        require_for_trials(varied)
        counting = str(choice.fields.get(COUNTING, OF_THE_STUDY))
        machine = TrialMachine.of(varied, scenario, counting)
    except (ValueError, TrialwrightError) as error:
        words = str(error)
        if isinstance(error, ValidationError):
            words = "; ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())
        msg = f"{factor}, {choice.label}: {words}"
        raise StudyError(msg) from error
    return VariedProtocol(factor, choice, is_own(study, choice), varied, machine)
