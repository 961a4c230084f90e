"""Many trials of one study: what became of each, and what the study's rules make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.first_use import import_on_first_use

if TYPE_CHECKING:
    from trialwright.simulate.trials.characteristics import (
        Chance,
        EstimateBehaviour,
        Mean,
        OperatingCharacteristics,
    )
    from trialwright.simulate.trials.cuda import on_card
    from trialwright.simulate.trials.machine import TrialMachine
    from trialwright.simulate.trials.reference import Reference, find_reference
    from trialwright.simulate.trials.response_rate import ResponseRateFit, fit_response_rate
    from trialwright.simulate.trials.run import (
        Merging,
        Run,
        compare_protocols,
        merge_runs,
        read_study_scenarios,
        simulate_trials,
    )
    from trialwright.simulate.trials.series import StudySeries

__all__ = [
    "Chance",
    "EstimateBehaviour",
    "Mean",
    "Merging",
    "OperatingCharacteristics",
    "Reference",
    "ResponseRateFit",
    "Run",
    "StudySeries",
    "TrialMachine",
    "compare_protocols",
    "find_reference",
    "fit_response_rate",
    "merge_runs",
    "on_card",
    "read_study_scenarios",
    "simulate_trials",
]

_HOME = {
    "Chance": "characteristics",
    "EstimateBehaviour": "characteristics",
    "Mean": "characteristics",
    "Merging": "run",
    "OperatingCharacteristics": "characteristics",
    "Reference": "reference",
    "ResponseRateFit": "response_rate",
    "Run": "run",
    "StudySeries": "series",
    "TrialMachine": "machine",
    "compare_protocols": "run",
    "find_reference": "reference",
    "fit_response_rate": "response_rate",
    "merge_runs": "run",
    "on_card": "cuda",
    "read_study_scenarios": "run",
    "simulate_trials": "run",
}
__getattr__ = import_on_first_use(__name__, _HOME)
