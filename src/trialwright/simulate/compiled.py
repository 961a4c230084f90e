"""The virtual trial as machine code: which modules hold its rules, and the loop over trials."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from trialwright.machine_code import compile_range
from trialwright.response.bulk.compiled import RULE_MODULES
from trialwright.simulate.conduct import Desk, run_trial
from trialwright.simulate.draws import Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.simulate.conduct import Outcome
    from trialwright.simulate.scans import Terms

# From what is called to what calls it.
TRIAL_MODULES = (
    *RULE_MODULES,
    "trialwright.study.calendar",
    "trialwright.endpoints.endings",
    "trialwright.endpoints.censoring",
    "trialwright.endpoints.bulk.followed",
    *(
        f"trialwright.simulate.{name}"
        for name in (
            *("philox", "normal_quantile", "draws", "tumour", "numbers", "patient", "ablation"),
            *("fate", "visits", "scans", "course", "cohort", "conduct"),
        )
    ),
)


@functools.cache
def range_runner() -> Any:
    """Return the compiled ``run_range(first, last, who, terms, desk, outcomes)``.

    ``who`` is the first patient of the trial whose outcome stands first.

    Raises
    ------
    MissingExtra
        If Numba is not installed.
    """
    return compile_range(_range_runner, TRIAL_MODULES)


def _range_runner(digest: int) -> Any:
    """Return a runner of many trials that is told apart by the source of its rules."""

    def run_range(
        first: int, last: int, who: Who, terms: Terms, desk: Desk, outcomes: Sequence[Outcome]
    ) -> int:
        for place in range(first, last):
            patient = Who(who.key_low, who.key_high, who.trial + place, 0)
            run_trial(patient, terms, desk.room, desk.cohort, outcomes[place])
        return digest

    return run_range


plain_range = _range_runner(0)
