"""Simulate many trials anywhere, keep what is finished, and go on where a run was cut off."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING

from trialwright.errors import ExportError
from trialwright.simulate.many.checkpoint import Checkpoint, Finished
from trialwright.simulate.many.failures import RunStopped, SimulationError
from trialwright.simulate.many.progress import Progress
from trialwright.simulate.many.ranges import cut_range, missing_ranges
from trialwright.simulate.many.record import RunRecord
from trialwright.simulate.many.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trialwright.simulate.many.ranges import Shard, TrialRange
    from trialwright.simulate.many.series import TrialSeries, Where
    from trialwright.simulate.many.tally import Tally


def run_trials(
    series: TrialSeries,
    trials: TrialRange,
    *,
    shard: Shard | None = None,
    where: Where | None = None,
    checkpoint: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Tally:
    """Simulate a range of trials and return what was counted.

    Parameters
    ----------
    series : TrialSeries
        What a trial is and what is counted.
    trials : TrialRange
        All trials of the run.
    shard : Shard or None
        The share of them to simulate here, for a job array; None: all.
    where : Threads, Cluster or another place, optional
        What works on them; unless given, threads on every core that this process may use.
    checkpoint : Path or None
        Folder for finished trials, made if missing; a folder of this run is gone on with. A
        shard has a folder of its own inside it. None: a run that is cut off is lost.
    on_progress : callable or None
        Called with a `Progress` at the start and after each finished range, once it is on disk.

    Returns
    -------
    Tally
        Counts of all trials of this run or shard, those of earlier runs in the folder included.
        The same bits for any place, number of threads or workers, size of range and order.

    Raises
    ------
    CheckpointError
        If the folder belongs to another run, holds trials that were not asked for, or counts a
        trial twice.
    RunStopped
        If a range fails, the disk is full, or the cluster is gone. What is finished is kept.
    ExportError
        If the folder cannot be made.
    MissingExtra
        If a cluster is asked for and the package for it is not installed.

    Notes
    -----
    A part is written whole or not at all, so a kill costs the ranges in hand and no more.
    ``KeyboardInterrupt`` passes through; what is finished is kept then, too. Another size of
    range may be used when going on. Two runs must not write into one folder at once.
    """
    mine = trials if shard is None else shard.trials_of(trials)
    folder = checkpoint / shard.folder_name if checkpoint and shard else checkpoint
    run = _Run.begin(series, mine, trials, folder)
    run.work(where or Threads(), series, on_progress or _say_nothing)
    return run.counted()


def _say_nothing(_progress: Progress) -> None:
    """Stand in where nobody wants to know."""


@dataclass(slots=True)
class _Run:
    """A run under way: the one thing here that changes."""

    trials: TrialRange
    checkpoint: Checkpoint | None
    earlier: Finished
    total: Tally | None
    finished: int
    began: float = field(default_factory=monotonic)

    @classmethod
    def begin(
        cls, series: TrialSeries, trials: TrialRange, whole: TrialRange, folder: Path | None
    ) -> _Run:
        checkpoint, earlier = None, Finished()
        if folder is not None:
            record = RunRecord.of(series, trials, whole)
            checkpoint, earlier = Checkpoint.open(folder, record)
        finished = sum(one.count for one in earlier.ranges)
        return cls(trials, checkpoint, earlier, earlier.tally, finished)

    def work(
        self, where: Where, series: TrialSeries, on_progress: Callable[[Progress], None]
    ) -> None:
        """Work on all that is missing; whatever happens, finished ranges are on disk."""
        on_progress(self.progress())
        gaps = missing_ranges(self.trials, self.earlier.ranges)
        if not gaps:
            return
        ranges = chain.from_iterable(cut_range(gap, where.range_size) for gap in gaps)
        try:
            # Closing tells a cluster to drop what nobody waits for any more.
            with closing(where.tally_ranges(series, ranges)) as results:
                for trials, tally in results:
                    self.keep(trials, tally)
                    on_progress(self.progress())
        except (SimulationError, ExportError) as error:
            raise self.stopped(str(error)) from error

    def keep(self, trials: TrialRange, tally: Tally) -> None:
        """Add a finished range, on disk first."""
        total = tally if self.total is None else self.total + tally
        if self.checkpoint is not None:
            self.checkpoint.keep(trials, tally)
        self.total = total
        self.finished += trials.count

    def progress(self) -> Progress:
        resumed = sum(one.count for one in self.earlier.ranges)
        return Progress(self.finished, self.trials.count, resumed, monotonic() - self.began)

    def stopped(self, reason: str) -> RunStopped:
        folder = None if self.checkpoint is None else self.checkpoint.folder
        return RunStopped(
            reason, finished=self.finished, total=self.trials.count, checkpoint=folder
        )

    def counted(self) -> Tally:
        """Return the sum, having made sure that every trial is in it once."""
        if self.total is None or self.total.trials != self.trials.count:
            found = 0 if self.total is None else self.total.trials
            reason = f"{found} trials were counted in place of {self.trials.count}"
            raise self.stopped(reason)
        return self.total
