"""What levels do to a trial: error, power and expected patients, from look to look.

Levels judged one after the other along a frontier differ in a look or two, so what is the same up
to there is kept. The values are those of `Boundaries` and `JointRule`, which tests compare.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.bop2.ladders import Levels

    Floats = NDArray[np.float64]


class Judged(NamedTuple):
    """What levels do.

    Parameters
    ----------
    type_one_error : float
        Chance to declare success where there should be none; of several nulls the largest.
    power : float
        Chance to declare success under the alternative.
    expected : float
        Expected patients under the (first) null.
    """

    type_one_error: float
    power: float
    expected: float


class Trial(Protocol):
    """A trial that can be carried from look to look, under the alternative and one null or more.

    Its distributions have one row a hypothesis of a part of them, the alternative before the
    nulls.
    """

    @property
    def looks(self) -> tuple[int, ...]:
        """Patients at each look."""

    def start(self, part: slice) -> Floats:
        """Return the distribution before the first patient."""

    def grow(self, alive: Floats, look: int, part: slice) -> Floats:
        """Return the distribution at a look, by its position, before it stops anything."""

    def stop(self, grown: Floats, look: int, level: int) -> Floats:
        """Return what of the distribution a look leaves at its level."""


class Judge:
    """Judges levels of one trial and remembers what it said.

    Parameters
    ----------
    trial : Trial
        What is judged.
    """

    def __init__(self, trial: Trial) -> None:
        # Most levels of a search are judged for the one or the other only.
        self._alternative = _Course(trial, slice(0, 1))
        self._nulls = _Course(trial, slice(1, None))

    def __call__(self, levels: Levels) -> Judged:
        """Return all that levels do."""
        return Judged(self.type_one_error(levels), self.power(levels), self.expected(levels))

    def type_one_error(self, levels: Levels) -> float:
        """Return the largest chance of success under a null."""
        return self._nulls(levels)[0]

    def power(self, levels: Levels) -> float:
        """Return the chance of success under the alternative."""
        return self._alternative(levels)[0]

    def expected(self, levels: Levels) -> float:
        """Return the expected patients under the (first) null."""
        return self._nulls(levels)[1]

    @property
    def judged(self) -> int:
        """Different levels judged so far."""
        return len(self._alternative.known.keys() | self._nulls.known.keys())


@dataclass(slots=True)
class _Course:
    """Carries a trial from look to look under some of its hypotheses."""

    trial: Trial
    part: slice
    known: dict[Levels, tuple[float, float]] = field(default_factory=dict)
    _last: Levels = ()
    _grown: list[Floats] = field(default_factory=list)
    _entered: list[float] = field(default_factory=list)  # chance to enter each look, first row

    def __call__(self, levels: Levels) -> tuple[float, float]:
        """Return the largest chance of success, and the expected patients of the first row."""
        if levels not in self.known:
            self.known[levels] = self._judge(levels)
        return self.known[levels]

    def _judge(self, levels: Levels) -> tuple[float, float]:
        same = 0
        while same < len(self._last) and self._last[same] == levels[same]:
            same += 1
        # The distribution at the first look that differs is still right, what it leaves is not.
        del self._grown[same + 1 :], self._entered[same + 1 :]
        if not self._grown:
            self._enter(self.trial.start(self.part), 0)
        for look in range(same, len(levels) - 1):
            self._enter(self.trial.stop(self._grown[look], look, levels[look]), look + 1)
        self._last = levels
        left = self.trial.stop(self._grown[-1], len(levels) - 1, levels[-1])
        success = left.reshape(left.shape[0], -1).sum(axis=1)
        expected = np.diff(self.trial.looks, prepend=0) @ np.array(self._entered)
        return float(success.max()), float(expected)

    def _enter(self, left: Floats, look: int) -> None:
        self._entered.append(float(left[0].sum()))
        self._grown.append(self.trial.grow(left, look, self.part))
