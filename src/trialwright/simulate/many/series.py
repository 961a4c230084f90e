"""What is simulated and where: the two sides that `run_trials` brings together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from trialwright.simulate.many.failures import SimulationError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from trialwright.simulate.many.ranges import TrialRange
    from trialwright.simulate.many.tally import Tally


@runtime_checkable
class TrialSeries(Protocol):
    """Trials that can be simulated by number; picklable where a cluster is to work on them."""

    @property
    def identity(self) -> Mapping[str, str]:
        """All that the numbers depend on, by name.

        Digests of study, scenario and rules, seed, generator, counter layout, version. Equal
        identities promise equal counts; what is missing here lets two studies be summed.
        """

    def tally(self, first: int, count: int, threads: int) -> Tally:
        """Simulate trials and count.

        Parameters
        ----------
        first : int
            Number of the first trial, 0 or more.
        count : int
            How many trials, 1 or more.
        threads : int
            How many may work on them, 1 or more; the counts must not depend on it.

        Returns
        -------
        Tally
            The counts; ``trials`` equals ``count``.
        """


class Where(Protocol):
    """A place that works on ranges of trials."""

    @property
    def range_size(self) -> int:
        """Trials of one task, 1 or more."""

    def tally_ranges(
        self, series: TrialSeries, ranges: Iterable[TrialRange]
    ) -> Generator[tuple[TrialRange, Tally], None, None]:
        """Yield each range with its counts, in any order, as soon as it is finished.

        Raises
        ------
        SimulationError
            If a range fails, naming it, or the place itself is gone.
        """


def tally_range(series: TrialSeries, trials: TrialRange, threads: int) -> Tally:
    """Work on one range and hold the series to its word.

    Parameters
    ----------
    series : TrialSeries
        What is simulated.
    trials : TrialRange
        The range.
    threads : int
        How many may work on it, 1 or more.

    Returns
    -------
    Tally
        The counts.

    Raises
    ------
    SimulationError
        If the work raises, naming range and reason, or counts another number of trials.
    """
    try:
        found = series.tally(trials.first, trials.count, threads)
    except Exception as error:
        msg = f"{trials}: the simulation failed ({type(error).__name__}: {error})"
        raise SimulationError(msg) from error
    if found.trials != trials.count:
        msg = f"{trials}: {found.trials} trials were counted in place of {trials.count}"
        raise SimulationError(msg)
    return found
