"""Two counts of a BOP2 trial carried from look to look, and the ladders of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.bop2.ladders import Ladders
from trialwright.design.posterior import posterior_above
from trialwright.stats.beta_binomial import BetaRate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.bop2.outcomes import TwoOutcomes
    from trialwright.design.joint.rule import JointRate

    Floats = NDArray[np.float64]


class TwoCounts:
    """Two counts of good outcomes, carried from look to look; toxicity is counted by who is spared.

    One rung of a look may hold a count of either outcome, where their probabilities are equal.

    Parameters
    ----------
    outcomes : TwoOutcomes
        The outcomes, their hypotheses and prior.
    looks : tuple of int
        Patients at each look, ascending.
    every_null : bool
        Whether a treatment that fails in one outcome only is a null as well.
    """

    def __init__(self, outcomes: TwoOutcomes, looks: tuple[int, ...], *, every_null: bool) -> None:
        self.looks = looks
        spared = outcomes.kind == "efficacy and toxicity"
        null, (first, second) = outcomes.null, outcomes.belief
        compared = [(first, null.first), (second, null.second)]
        if spared:
            compared[1] = (BetaRate(second.b, second.a), 1 - null.second)
        above = [[posterior_above(prior, n, rate) for prior, rate in compared] for n in looks]
        self.ladders = Ladders.of(looks, [np.concatenate(both) for both in above])
        self._stopped = [
            [np.searchsorted(part, _just_above(rungs)) for part in both]
            for both, rungs in zip(above, self.ladders.rungs, strict=True)
        ]
        further = outcomes.further_nulls() if every_null else {}
        self._cells = _cells([outcomes.alternative, null, *further.values()], spared=spared)
        self._either = outcomes.stop_when == "either"

    def start(self, part: slice) -> Floats:
        """Return the distribution before the first patient."""
        width = self.looks[-1] + 1
        alive = np.zeros((self._cells[0, part].size, width * width))
        alive[:, 0] = 1.0
        return alive

    def grow(self, alive: Floats, look: int, part: slice) -> Floats:
        """Add patients one by one; a grid of counts lies flat, so that all it takes is shifts."""
        width = self.looks[-1] + 1
        before = self.looks[look - 1] if look else 0
        for seen in range(before + 1, self.looks[look] + 1):
            grown, used = np.zeros_like(alive), seen * width  # rows that hold anything
            for chance, shift in zip(self._cells[:, part], (width + 1, width, 1, 0), strict=True):
                end = min(used + shift, width * width)
                grown[:, shift:end] += chance * alive[:, : end - shift]
            alive = grown
        return alive

    def stop(self, grown: Floats, look: int, level: int) -> Floats:
        """Return what of the distribution a look leaves at its level."""
        left = grown.copy()
        if level == 0:
            return left
        rows, columns = (int(part[level - 1]) for part in self._stopped[look])
        width = self.looks[-1] + 1
        counts = left.reshape(-1, width, width)
        if self._either:
            counts[:, :rows, :] = 0.0
            counts[:, :, :columns] = 0.0
        else:
            counts[:, :rows, :columns] = 0.0
        return left


def _just_above(rungs: Floats) -> Floats:
    return rungs * (1 + 1e-13)


def _cells(rates: list[JointRate], *, spared: bool) -> Floats:
    """Return the chances of both, first, second and neither good; shape (4, m, 1)."""
    cells = np.array([[r.both, r.first_only, r.second_only, r.neither] for r in rates]).T
    if spared:  # good in the second outcome: without it
        cells = cells[[1, 0, 3, 2]]
    return np.asarray(cells[:, :, None])
