"""A series of toy trials: cheap, countable, and different for every trial number."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from trialwright.simulate.many import Tally, TrialRange, cut_range, sum_tallies


@dataclass(frozen=True)
class CountedSeries:
    """Trials whose outcome is a scrambled trial number."""

    seed: int = 1
    pause_s: float = 0.0
    fails_at: int | None = None
    identity_extra: dict[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> dict[str, str]:
        return {"series": "counted", "seed": str(self.seed), **self.identity_extra}

    def tally(self, first: int, count: int, threads: int) -> Tally:
        time.sleep(self.pause_s)
        if self.fails_at is not None and first <= self.fails_at < first + count:
            msg = f"trial {self.fails_at} has no patients"
            raise ArithmeticError(msg)
        pieces = cut_range(TrialRange(first, count), -(-count // threads))
        with ThreadPoolExecutor(threads) as pool:
            return sum_tallies(list(pool.map(self._count, pieces)))

    def _count(self, trials: TrialRange) -> Tally:
        word = np.arange(trials.first, trials.stop, dtype=np.uint64) + np.uint64(self.seed << 32)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
            word = (word ^ (word >> np.uint64(shift))) * np.uint64(factor)
        return Tally(
            {
                "trials": trials.count,
                "responders": np.bincount((word % np.uint64(16)).astype(int), minlength=16),
                # Fixed point with a sign, as a bias would be summed.
                "bias_e6": int((word % np.uint64(2_000_001)).astype(np.int64).sum())
                - 1_000_000 * trials.count,
            }
        )
