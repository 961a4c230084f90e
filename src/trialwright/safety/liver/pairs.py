"""Pairs of a transaminase and the bilirubin that follows it, gathered into episodes.

A pair meets the laboratory criteria, or may meet them: a value with ``<`` or ``>`` may leave open
whether it reached its line. Choices: docs/decisions/022-liver.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.safety.liver.causes import explaining_ablation
from trialwright.safety.liver.samples import BILIRUBIN, TRANSAMINASES, reaches_multiple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.liver.samples import LiverSample, LiverSamples

TRANSAMINASE_LINE = 3.0  # times the upper limit (FDA 2009)
BILIRUBIN_LINE = 2.0


@dataclass(frozen=True, slots=True)
class LiverChoices:
    """What of the study the pairs are judged by."""

    window_days: int
    explains_days: int
    digits: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A transaminase and a bilirubin that followed, none of them known to lie below its line.

    ``transaminase_met`` and ``bilirubin_met`` say whether the value reached it; none: not known.
    """

    transaminase: LiverSample
    bilirubin: LiverSample
    transaminase_met: bool | None
    bilirubin_met: bool | None

    @property
    def is_open(self) -> bool:
        """Whether one of the two is only known to lie on a side, on which its line may lie."""
        return self.transaminase_met is None or self.bilirubin_met is None

    @property
    def samples(self) -> tuple[LiverSample, LiverSample]:
        """The two values."""
        return self.transaminase, self.bilirubin

    def meets_corrected(self, digits: int) -> bool | None:
        """Tell whether both reach their lines by max(upper limit, baseline); none: not known."""
        lines = zip(self.samples, (TRANSAMINASE_LINE, BILIRUBIN_LINE), strict=True)
        met = [reaches_multiple(one, line, digits, corrected=True) for one, line in lines]
        if False in met:
            return False
        return None if None in met else True


def find_episodes(
    samples: LiverSamples, course: TreatmentCourse, choices: LiverChoices
) -> list[list[Pair]]:
    """Return the episodes of a patient, each with its pairs by date.

    Parameters
    ----------
    samples : LiverSamples
        The patient's values.
    course : TreatmentCourse
        The patient's treatment.
    choices : LiverChoices
        Windows and digits.

    Returns
    -------
    list of list of Pair
        By the dates of the first pair. Pairs that follow an ablation make episodes of their own.
        Pairs of which it is open whether they meet the criteria make episodes of their own as well,
        and only where no episode that does meet them lies within the window: they neither hide
        nor join others.
    """
    pairs = _find_pairs(samples, choices)
    found: list[list[Pair]] = []
    for procedural in (False, True):
        own = [one for one in pairs if _after_ablation(one, course, choices) is procedural]
        met = _split(own, choices, lambda one: not one.is_open)
        apart = [one for one in own if not any(_is_near(one, other, choices) for other in met)]
        found += [*met, *_split(apart, choices, lambda one: one.is_open)]
    return sorted(found, key=lambda one: (one[0].transaminase.date, one[0].bilirubin.date))


def _find_pairs(samples: LiverSamples, choices: LiverChoices) -> list[Pair]:
    """Return every transaminase not below its line with every such bilirubin that follows."""
    injured = _reaching(samples.of(*TRANSAMINASES), TRANSAMINASE_LINE, choices)
    jaundiced = _reaching(samples.of(BILIRUBIN), BILIRUBIN_LINE, choices)
    return [
        Pair(injury, jaundice, injury_met, jaundice_met)
        for injury, injury_met in injured
        for jaundice, jaundice_met in jaundiced
        if 0 <= (jaundice.date - injury.date).days <= choices.window_days
    ]


def _reaching(
    samples: Iterable[LiverSample], line: float, choices: LiverChoices
) -> list[tuple[LiverSample, bool | None]]:
    """Return the samples that reach a line or may, by date, the surest and highest of a day first.

    Whether a sample reached it stands beside; none: not known.
    """
    met = [(one, reaches_multiple(one, line, choices.digits)) for one in samples]
    return sorted(
        ((one, reached) for one, reached in met if reached is not False),
        key=lambda found: (found[0].date, found[1] is None, -found[0].multiple),
    )


def _after_ablation(pair: Pair, course: TreatmentCourse, choices: LiverChoices) -> bool:
    """Tell whether an ablation may explain one of the two values."""
    found = (explaining_ablation(course, one.date, choices.explains_days) for one in pair.samples)
    return any(one is not None for one in found)


def _split(
    pairs: Sequence[Pair], choices: LiverChoices, chosen: Callable[[Pair], bool]
) -> list[list[Pair]]:
    """Begin an episode where the transaminase rose more than the window after the last pair."""
    episodes: list[list[Pair]] = []
    over: date | None = None
    for pair in filter(chosen, pairs):
        if over is None or (pair.transaminase.date - over).days > choices.window_days:
            episodes.append([])
        episodes[-1].append(pair)
        over = pair.bilirubin.date
    return episodes


def _is_near(pair: Pair, episode: Sequence[Pair], choices: LiverChoices) -> bool:
    """Tell whether a pair lies no more than the window before or after an episode."""
    begun, over = episode[0].transaminase.date, episode[-1].bilirubin.date
    before, after = (begun - pair.bilirubin.date).days, (pair.transaminase.date - over).days
    return max(before, after) <= choices.window_days
