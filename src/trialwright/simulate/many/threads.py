"""Many trials on this computer: one range at a time, with every thread inside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.simulate.many.ranges import RANGE_SIZE, check_at_least_one
from trialwright.simulate.many.series import tally_range

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from trialwright.simulate.many.ranges import TrialRange
    from trialwright.simulate.many.series import TrialSeries
    from trialwright.simulate.many.tally import Tally


def free_cores() -> int:
    """Return how many processor cores this process may use; a job's share, not the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads of this process.

    The compiled simulation releases Python's lock and is handed the number of threads. One range
    is worked on at a time: what a range needs in memory is needed once, however many trials are
    asked for, and one finished range is one finished part on disk.

    Parameters
    ----------
    count : int or None
        Threads, 1 or more; None: one for each core that this process may use.
    range_size : int
        Trials of one range, 1 or more: about a second of work, which is what a kill costs.

    Raises
    ------
    ValueError
        If a number is below 1.
    """

    count: int | None = None
    range_size: int = RANGE_SIZE

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        check_at_least_one("range_size", self.range_size)
        if self.count is not None:
            check_at_least_one("threads", self.count)

    def tally_ranges(
        self, series: TrialSeries, ranges: Iterable[TrialRange]
    ) -> Generator[tuple[TrialRange, Tally], None, None]:
        """Yield each range with its counts, in the order of the ranges.

        Raises
        ------
        SimulationError
            If a range fails, naming it.
        """
        threads = self.count or free_cores()
        for trials in ranges:
            yield trials, tally_range(series, trials, threads)
