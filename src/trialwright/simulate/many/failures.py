"""What can go wrong when many trials are simulated.

::

    TrialwrightError
    └── SimulationError        work that raised, a cluster that is gone, numbers too large
        ├── CheckpointError    a folder of finished trials that cannot be used as it stands
        └── RunStopped         a run that ended early; says what is kept and how to go on
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.errors import TrialwrightError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CheckpointError", "RunStopped", "SimulationError"]


class SimulationError(TrialwrightError):
    """A simulation of many trials that cannot begin, go on or be summed."""


class CheckpointError(SimulationError):
    """A folder of finished trials that belongs to another run, overlaps, or lacks trials."""


class RunStopped(SimulationError):  # noqa: N818 - named for what happened
    """A run that ended before its last trial; what is finished is kept.

    Parameters
    ----------
    reason : str
        What stopped it.
    finished, total : int
        Trials finished, those of earlier runs included, and trials asked for.
    checkpoint : Path or None
        Folder that holds the finished trials; None: there is none, so they are lost.
    """

    def __init__(self, reason: str, *, finished: int, total: int, checkpoint: Path | None) -> None:
        self.reason = reason
        self.finished = finished
        self.total = total
        self.checkpoint = checkpoint
        super().__init__(f"{reason}; {self._what_is_kept()}")

    def __reduce__(self) -> tuple[object, ...]:
        return _stopped_again, (self.reason, self.finished, self.total, self.checkpoint)

    def _what_is_kept(self) -> str:
        if self.finished == 0:
            return "no trial was finished"
        if self.checkpoint is None:
            return (
                f"{self.finished} of {self.total} trials were finished and are lost: "
                "name a checkpoint folder to keep them next time"
            )
        return (
            f"{self.finished} of {self.total} trials are kept in {self.checkpoint}; "
            "mend this and start the same run again: it goes on with the others"
        )


def _stopped_again(reason: str, finished: int, total: int, checkpoint: Path | None) -> RunStopped:
    """Build the error again from its parts: keywords do not survive pickling by themselves."""
    return RunStopped(reason, finished=finished, total=total, checkpoint=checkpoint)
