"""Random draws that depend on (seed, trial, patient, purpose, index) and on nothing else.

Each process of the simulator has a purpose of its own. Changing one process, leaving it out or
asking for its draws in another order leaves every other draw as it was, and one patient of one
trial out of a million can be drawn again alone.

One block of the generator holds two uniform numbers; a purpose names what each is for. Plain
functions of integers serve Python and, compiled, machine code; ``Draws`` is their face for the
rest of the program.

The numbers of ``Purpose`` are part of what makes a result reproducible: add new ones at the
end, never renumber, and raise ``LAYOUT_VERSION`` when the meaning of an index changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import floor, log
from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.normal_quantile import normal_quantile
from trialwright.simulate.philox import GENERATOR, philox4x32

if TYPE_CHECKING:
    from collections.abc import Sequence

LAYOUT_VERSION = 2
COUNTER_LAYOUT = "counter = (index, patient, trial, purpose), key = (seed low, seed high)"
GENERATOR_NAME = f"{GENERATOR}, counter layout {LAYOUT_VERSION}"

_STEP = 2.0**-53
_WORD = 2**32


class Purpose(IntEnum):
    """What the two numbers of a block are for; the last word of the counter.

    The harm that treatment does has purposes of its own, from 60 on (``simulate.harm``).
    """

    ENROLMENT = 1  # place in the patient's slot; days since consent
    SCREENING = 2  # days from the baseline scan to the first dose; to the baseline scan
    PERSON = 3  # sex; ECOG status
    AGE = 4
    LESION_COUNT = 5  # targets outside the liver; non-target lesions
    LESION = 6  # by lesion: where; how large
    RATES_OF_PATIENT = 7  # growth; shrinkage
    GROWTH_OF_ORGAN = 8  # by organ
    RATES_OF_LESION = 9  # by lesion: growth; shrinkage
    FATE = 10  # frailty to new lesions; survival
    NEW_LESION = 11  # by its place in time: wait; where
    LEAVING = 12  # withdrawal of consent; end of treatment without progression
    VISIT = 13  # by visit: early or late; missed
    READING = 14  # by lesion and visit: error; not evaluable or too small
    READER = 15  # by visit: another reader
    READER_EFFECT = 16  # by lesion and reader
    ABLATION = 17  # done; when
    ABLATION_RESULT = 18  # success; excess of the zone
    ABLATION_PLACEMENT = 19  # misplacement; involution
    LOCAL_PROGRESSION = 20  # wait
    ABSCOPAL = 21  # at all; onset
    THERAPY = 22  # by occasion: at all; delay
    TOXICITY = 23  # unacceptable toxicity: at all; when
    TOXICITY_KIND = 24  # of the ablation, or immune-related


class Who(NamedTuple):
    """Whose draws: the key of the generator, and 0-based numbers of trial and patient."""

    key_low: int
    key_high: int
    trial: int
    patient: int


def draw_both(who: Who, purpose: int, index: int) -> tuple[float, float]:
    """Return two uniform numbers strictly between 0 and 1, with 53 bits from two words each."""
    a, b, c, d = philox4x32(index, who.patient, who.trial, purpose, who.key_low, who.key_high)
    first, second = (a >> 5 << 26) | (b >> 6), (c >> 5 << 26) | (d >> 6)
    # Zero itself becomes half a step.
    return (
        first * _STEP if first > 0 else 0.5 * _STEP,
        second * _STEP if second > 0 else 0.5 * _STEP,
    )


def draw_uniform(who: Who, purpose: int, index: int) -> float:
    """Return the first uniform number of a block."""
    return draw_both(who, purpose, index)[0]


def between(u: float, low: float, high: float) -> float:
    """Return the number that lies the share ``u`` of the way from ``low`` to ``high``."""
    return low + (high - low) * u


def integer_between(u: float, low: int, high: int) -> int:
    """Return an integer from ``low`` to ``high``, both included, each with an equal share."""
    return low + floor(u * (high - low + 1))


def choose(u: float, shares: Sequence[float]) -> int:
    """Return the 0-based position that ``u`` falls on among shares that sum to 1."""
    passed, last = 0.0, 0
    for position in range(len(shares)):
        passed += shares[position]
        if u < passed:
            return position
        last = position if shares[position] > 0 else last
    return last  # the sum fell short of 1 by rounding


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
    >>> draws.uniform(Purpose.PERSON) == Draws(2024, 0, 7).uniform(Purpose.PERSON)
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

    @property
    def who(self) -> Who:
        """The same in words of 32 bits."""
        return Who(self.seed % _WORD, self.seed // _WORD, self.trial, self.patient)

    def uniform(self, purpose: int, index: int = 0) -> float:
        """Return the first uniform number of a block, strictly between 0 and 1."""
        return draw_uniform(self.who, int(purpose), index)

    def both(self, purpose: int, index: int = 0) -> tuple[float, float]:
        """Return both uniform numbers of a block."""
        return draw_both(self.who, int(purpose), index)

    def normal(self, purpose: int, index: int = 0) -> float:
        """Return a standard normal number, by inverting the distribution function."""
        return normal_quantile(self.uniform(purpose, index))

    def exponential(self, purpose: int, index: int = 0) -> float:
        """Return an exponential number of mean 1."""
        return -log(self.uniform(purpose, index))

    def between(self, purpose: int, low: float, high: float) -> float:
        """Return a uniform number between ``low`` and ``high`` (index 0 of the purpose)."""
        return between(self.uniform(purpose), low, high)

    def integer(self, purpose: int, low: int, high: int, index: int = 0) -> int:
        """Return an integer from ``low`` to ``high``, both included, each equally likely."""
        return integer_between(self.uniform(purpose, index), low, high)

    def choice(self, purpose: int, probabilities: Sequence[float], index: int = 0) -> int:
        """Return a 0-based position, drawn with these probabilities."""
        return choose(self.uniform(purpose, index), probabilities)
