"""The same trials under several protocols: what each decides, and how that differs.

A series for ``many.run_trials``, so it runs wherever other trials run. Whole numbers alone are
counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import nan
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from trialwright.simulate.conduct import STOPPED_FOR_FUTILITY, STOPPED_FOR_TOXICITY, Conduct
from trialwright.simulate.many import Tally
from trialwright.simulate.trials.batches import AT_ONCE, has_declared
from trialwright.simulate.trials.identity import digest, identify_program
from trialwright.simulate.trials.paired import Compared, Kind, compare_counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from trialwright.simulate.trials.machine import TrialMachine

    Counts = NDArray[np.int64]

_THOUSAND = 1000  # months are counted in thousandths
DECLARES = "declares activity"
# What is counted of a trial: its kind, and what it is multiplied by to be a whole number.
DECISIONS: dict[str, tuple[Kind, int]] = {
    DECLARES: ("share", 1),
    "stops for futility": ("share", 1),
    "stops for toxicity": ("share", 1),
    "patients": ("patients", 1),
    "months": ("months", _THOUSAND),
}


@dataclass(frozen=True, slots=True)
class PairedTrials:
    """Trials by number, each run under every protocol.

    Parameters
    ----------
    machines : tuple of TrialMachine
        The protocols, the study's own first.
    seed : int
        Names the series of trials.
    days_per_month : float
        Unit of durations.
    study, scenario : str
        In words, for the identity.
    """

    machines: tuple[TrialMachine, ...]
    seed: int
    days_per_month: float
    study: str
    scenario: str

    @property
    def identity(self) -> Mapping[str, str]:
        """All that the numbers depend on; see ``many.TrialSeries``."""
        numbers = digest(repr((self.machines, self.days_per_month)))
        return {
            "study": self.study,
            "scenario": self.scenario,
            "protocols": f"{len(self.machines)}, {numbers}",
            "seed": str(self.seed),
            **identify_program(),
        }

    def tally(self, first: int, count: int, threads: int) -> Tally:
        """Run trials under every protocol and count; see ``many.TrialSeries``."""
        parts = (
            self._tally_some(begin, min(AT_ONCE, first + count - begin), threads)
            for begin in range(first, first + count, AT_ONCE)
        )
        return reduce(add, parts)

    def _tally_some(self, first: int, count: int, threads: int) -> Tally:
        counts: dict[str, Counts] = {"trials": np.array([count])}
        own: dict[str, Counts] = {}
        for number, machine in enumerate(self.machines):
            outcomes = machine.run(self.seed, first, count, threads=threads)
            values = _decisions(outcomes, machine.conduct, self.days_per_month)
            own = own or values
            for name, value in values.items():
                difference = value - own[name]
                counts[f"{number:04d} {name}"] = np.array(
                    [
                        part.sum()
                        for part in (value, value * value, difference, difference * difference)
                    ]
                )
        return Tally(counts)

    def compared(self, tally: Tally, number: int) -> tuple[Compared, ...]:
        """Return what a protocol decides beside the study's own.

        Parameters
        ----------
        tally : Tally
            Counted of these trials.
        number : int
            Of the protocol, 0 for the study's own.
        """
        found = []
        bound, own_bound = (self.machines[i].conduct.final_bound for i in (number, 0))
        for name, (kind, unit) in DECISIONS.items():
            value, square, difference, of_difference = tally.counts[f"{number:04d} {name}"].tolist()
            sums = (value, square, difference, of_difference)
            one = compare_counts(name, kind, sums, tally.trials, unit)
            if name == DECLARES and bound < 0:
                one = Compared(name, kind, nan, nan, nan, nan)  # there is no such rule
            elif name == DECLARES and own_bound < 0:
                one = one._replace(difference=nan, standard_error_of_difference=nan)
            found.append(one)
        return tuple(found)


def _decisions(
    outcomes: NDArray[np.void], conduct: Conduct, days_per_month: float
) -> dict[str, Counts]:
    """Return what is counted of each trial, as whole numbers; the names are those of DECISIONS."""
    ended = outcomes["ended"]
    values = (
        has_declared(outcomes, conduct),
        ended == STOPPED_FOR_FUTILITY,
        ended == STOPPED_FOR_TOXICITY,
        outcomes["enrolled"],
        np.rint(outcomes["end_day"] / days_per_month * _THOUSAND),
    )
    return {name: one.astype(np.int64) for name, one in zip(DECISIONS, values, strict=True)}
