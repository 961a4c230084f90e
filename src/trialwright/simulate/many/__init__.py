"""Many trials anywhere: threads, a Dask cluster or a job array, all to the same bits.

What a trial is stands elsewhere; here it is a number. A `TrialSeries` counts what happened in a
range of trials, ranges are worked in any order and place, and because what is counted are whole
numbers their sum does not depend on either. Page: ``docs/simulation/where-it-runs.md``.
"""

from trialwright.simulate.many.checkpoint import DamagedPart
from trialwright.simulate.many.cluster import Cluster
from trialwright.simulate.many.failures import CheckpointError, RunStopped, SimulationError
from trialwright.simulate.many.merge import merge_shards
from trialwright.simulate.many.progress import Progress
from trialwright.simulate.many.ranges import Shard, TrialRange, cut_range
from trialwright.simulate.many.run import run_trials
from trialwright.simulate.many.series import TrialSeries, Where
from trialwright.simulate.many.tally import Tally, sum_tallies
from trialwright.simulate.many.threads import Threads

__all__ = [
    "CheckpointError",
    "Cluster",
    "DamagedPart",
    "Progress",
    "RunStopped",
    "Shard",
    "SimulationError",
    "Tally",
    "Threads",
    "TrialRange",
    "TrialSeries",
    "Where",
    "cut_range",
    "merge_shards",
    "run_trials",
    "sum_tallies",
]
