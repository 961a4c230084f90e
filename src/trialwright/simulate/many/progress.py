"""How far a run is: finished trials, their rate, and an estimate of the time that remains."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    finished, total : int
        Trials finished, those of earlier runs included, and trials asked for.
    resumed : int
        Trials that earlier runs had finished.
    seconds : float
        Time since this run began, on a clock that never goes back.

    Examples
    --------
    >>> now = Progress(finished=600, total=1000, resumed=200, seconds=2.0)
    >>> now.trials_per_second, now.remaining_seconds
    (200.0, 2.0)
    """

    finished: int
    total: int
    resumed: int
    seconds: float

    @property
    def trials_per_second(self) -> float | None:
        """Trials a second of this run alone; None until a range is finished."""
        done = self.finished - self.resumed
        return done / self.seconds if done > 0 and self.seconds > 0 else None

    @property
    def remaining_seconds(self) -> float | None:
        """Time until the end if the rate stays; None while there is no rate."""
        rate = self.trials_per_second
        if self.finished == self.total:
            return 0.0
        return None if rate is None else (self.total - self.finished) / rate
