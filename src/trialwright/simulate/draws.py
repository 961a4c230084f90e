"""Random draws that depend on (seed, trial, patient, purpose, index) and on nothing else.

Each process of the simulator has a purpose of its own. Changing one process, leaving it out or
asking for its draws in another order leaves every other draw as it was, and one patient of one
trial out of a million can be drawn again alone.

The numbers of ``Purpose`` are part of what makes a result reproducible: add new ones at the
end, never renumber, and raise ``LAYOUT_VERSION`` when the meaning of an index changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import floor, log
from statistics import NormalDist
from typing import TYPE_CHECKING

from trialwright.simulate.philox import GENERATOR, philox4x32

if TYPE_CHECKING:
    from collections.abc import Sequence

LAYOUT_VERSION = 1
COUNTER_LAYOUT = "counter = (index, patient, trial, purpose), key = (seed low, seed high)"
GENERATOR_NAME = f"{GENERATOR}, counter layout {LAYOUT_VERSION}"

_STANDARD_NORMAL = NormalDist()
_STEP = 2.0**-53
_WORD = 2**32


class Purpose(IntEnum):
    """What a draw is for; the last word of the counter."""

    ENROLMENT = 1
    CONSENT = 2
    BASELINE_SCAN = 3
    FIRST_DOSE = 4
    SEX = 5
    AGE = 6
    ECOG = 7
    LESION_COUNT = 8
    ORGAN = 9
    DIAMETER = 10
    GROWTH_OF_PATIENT = 11
    GROWTH_OF_ORGAN = 12
    GROWTH_OF_LESION = 13
    SHRINKAGE_OF_PATIENT = 14
    SHRINKAGE_OF_LESION = 15
    FRAILTY = 16
    NEW_LESION_TIME = 17
    NEW_LESION_ORGAN = 18
    SURVIVAL = 19
    WITHDRAWAL = 20
    DISCONTINUATION = 21
    VISIT_JITTER = 22
    MISSED_VISIT = 23
    READ_ERROR = 24
    TOO_SMALL = 25
    NOT_EVALUABLE = 26
    ABLATION_DONE = 27
    ABLATION_DAY = 28
    ABLATION_RESULT = 29
    ABLATION_ZONE = 30
    ABLATION_PLACEMENT = 31
    ABLATION_INVOLUTION = 32
    LOCAL_PROGRESSION = 33
    THERAPY = 34
    THERAPY_DELAY = 35


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one patient of one trial.

    Parameters
    ----------
    seed : int
        The key of the generator, ``0 <= seed < 2**64``.
    trial, patient : int
        0-based numbers, each ``< 2**32``.

    Raises
    ------
    ValueError
        If a number does not fit its words.

    Examples
    --------
    >>> draws = Draws(seed=2024, trial=0, patient=7)
    >>> draws.uniform(Purpose.SEX) == Draws(2024, 0, 7).uniform(Purpose.SEX)
    True
    """

    seed: int
    trial: int
    patient: int

    def __post_init__(self) -> None:
        for name, limit in (("seed", 64), ("trial", 32), ("patient", 32)):
            value = getattr(self, name)
            if not 0 <= value < 2**limit:
                msg = f"{name} must be in 0 .. 2**{limit} - 1, not {value}"
                raise ValueError(msg)

    def uniform(self, purpose: Purpose, index: int = 0) -> float:
        """Return a uniform number strictly between 0 and 1, with 53 bits from two words."""
        counter = (index, self.patient, self.trial, int(purpose))
        high, low, _, _ = philox4x32(counter, (self.seed % _WORD, self.seed // _WORD))
        bits = (high >> 5 << 26) | (low >> 6)
        return (bits or 0.5) * _STEP  # zero itself becomes half a step

    def normal(self, purpose: Purpose, index: int = 0) -> float:
        """Return a standard normal number, by inverting the distribution function."""
        return _STANDARD_NORMAL.inv_cdf(self.uniform(purpose, index))

    def exponential(self, purpose: Purpose, index: int = 0) -> float:
        """Return an exponential number of mean 1."""
        return -log(self.uniform(purpose, index))

    def between(self, purpose: Purpose, low: float, high: float) -> float:
        """Return a uniform number between ``low`` and ``high`` (index 0 of the purpose)."""
        return low + (high - low) * self.uniform(purpose)

    def integer(self, purpose: Purpose, low: int, high: int, index: int = 0) -> int:
        """Return an integer from ``low`` to ``high``, both included, each equally likely."""
        return low + floor(self.uniform(purpose, index) * (high - low + 1))

    def choice(self, purpose: Purpose, probabilities: Sequence[float], index: int = 0) -> int:
        """Return a 0-based position, drawn with these probabilities."""
        u, passed = self.uniform(purpose, index), 0.0
        for position, probability in enumerate(probabilities):
            passed += probability
            if u < passed:
                return position
        return len(probabilities) - 1  # the sum fell short of 1 by rounding
