"""The virtual trial as machine code: which modules hold its rules, and the loop over trials."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from trialwright.machine_code import compile_range
from trialwright.response.bulk.compiled import RULE_MODULES
from trialwright.simulate.conduct import run_trial
from trialwright.simulate.draws import Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.endpoints.bulk.followed import EndpointRules
    from trialwright.simulate.conduct import Cohort, Conduct, Outcome
    from trialwright.simulate.course import Reading, Room
    from trialwright.simulate.numbers import Nature, Protocol

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
            *("philox", "normal_quantile", "draws", "tumour", "numbers", "patient", "visits"),
            *("scans", "course", "conduct"),
        )
    ),
)


@functools.cache
def range_runner() -> Any:
    """Return the compiled ``run_range(first, last, origin, who, ..., outcomes)``.

    Raises
    ------
    MissingExtra
        If Numba is not installed.
    """
    return compile_range(_range_runner, TRIAL_MODULES)


def _range_runner(digest: int) -> Any:
    """Return a runner of many trials that is told apart by the source of its rules."""

    def run_range(
        first: int,
        last: int,
        origin: int,
        who: Who,
        nature: Nature,
        protocol: Protocol,
        reading: Reading,
        rules: EndpointRules,
        conduct: Conduct,
        room: Room,
        cohort: Cohort,
        outcomes: Sequence[Outcome],
    ) -> int:
        for place in range(first, last):
            patient = Who(who.key_low, who.key_high, origin + place, 0)
            run_trial(
                patient,
                nature,
                protocol,
                reading,
                rules,
                conduct,
                room,
                cohort,
                outcomes[place],
            )
        return digest

    return run_range


plain_range = _range_runner(0)
