"""The terms of image-guided tumour ablation as plain rules, one lesion at a time.

Sources
-------
Ahmed et al., Radiology 2014;273:241 (standardised terms: technical success, technique
efficacy, residual tumour, local tumour progression, benign periablational enhancement).
Puijk et al., Radiology 2021 (SIO-DATECAN: local progression is counted per tumour from the
ablation on, and death is a competing event).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from trialwright.response.local_therapy import NO_TUMOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ABLATION_MODALITIES = ("RFA", "MWA", "cryoablation", "HIFU")  # other local therapy leaves no zone
MARGIN_BANDS = ("0 mm", "over 0 to 5 mm", "over 5 to 10 mm", "over 10 mm")
DAYS_PER_WEEK = 7
_BAND_ENDS_MM = (0.0, 5.0, 10.0)
_SHOWS_TUMOUR = ("residual", "local_progression")


class Zone(IntEnum):
    """What one scan says of the ablation zone; the worse is the larger."""

    UNKNOWN = 0
    COMPLETE = 1
    TUMOUR = 2


class Answer(IntEnum):
    """A question about one lesion, answered or not."""

    NOT_ASSESSED = 0
    NO = 1
    YES = 2

    @property
    def label(self) -> str:
        """The answer in words."""
        return self.name.lower().replace("_", " ")


_NO_FIRST = (Answer.NO, Answer.NOT_ASSESSED, Answer.YES)
_YES_FIRST = (Answer.YES, Answer.NOT_ASSESSED, Answer.NO)


class LocalEnd(IntEnum):
    """How the time from ablation to local tumour progression ends."""

    LOCAL_PROGRESSION = 0
    DEATH = 1  # competing event
    CENSORED = 2  # at the last control
    NEVER_COMPLETE = 3  # every control shows tumour: local progression cannot follow
    NOT_ASSESSED = 4  # no control so far

    @property
    def label(self) -> str:
        """The end in words."""
        return self.name.lower().replace("_", " ")


def is_ablation(modality: str) -> bool:
    """Tell an ablation from surgery, radiotherapy or another local treatment."""
    return modality in ABLATION_MODALITIES


def read_zone(finding: str | None, state: str | None) -> Zone:
    """Return what one reading says of the ablation zone.

    A smooth rim of enhancement around a complete zone is no tumour, and a zone that is larger
    than the tumour was, or that grows, says nothing by its size. Where no finding is recorded,
    a reader's "unequivocal progression" of the lesion is tumour; any other silence is unknown.

    Parameters
    ----------
    finding : str or None
        One of ``dataset.schema.ABLATION_FINDINGS``.
    state : str or None
        State of the lesion in the same reading.

    Notes
    -----
    Source: Ahmed 2014, sections on imaging findings and periablational enhancement.
    """
    if finding in NO_TUMOUR:
        return Zone.COMPLETE
    if finding in _SHOWS_TUMOUR:
        return Zone.TUMOUR
    return Zone.TUMOUR if state == "unequivocal_progression" else Zone.UNKNOWN


def read_zone_of_scan(zones: Iterable[Zone]) -> Zone:
    """Return what all readings of one scan say; of two that contradict each other the worse."""
    return max(zones, default=Zone.UNKNOWN)


def answer_of(recorded: bool | None) -> Answer:
    """Return what was recorded as an answer; nothing recorded is not assessed."""
    if recorded is None:
        return Answer.NOT_ASSESSED
    return Answer.YES if recorded else Answer.NO


def all_of(answers: Iterable[Answer]) -> Answer:
    """Tell whether all are yes: one no decides, then one that was not assessed."""
    return min(answers, key=_NO_FIRST.index)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Tell whether any is yes: one yes decides, then one that was not assessed."""
    return min(answers, key=_YES_FIRST.index)


def technique_efficacy(zone: Zone) -> Answer:
    """Tell whether the ablation was complete on the control that is to show it.

    Source: Ahmed 2014: primary on the first follow-up imaging after the defined course of
    ablation; secondary after ablation was repeated.
    """
    if zone == Zone.UNKNOWN:
        return Answer.NOT_ASSESSED
    return Answer.YES if zone == Zone.COMPLETE else Answer.NO


def first_local_progression(zones: Sequence[int]) -> int:
    """Return the first control with tumour after one that showed a complete zone; -1 if none.

    Tumour that no complete control came before is residual tumour, whatever it was called.

    Parameters
    ----------
    zones : sequence of Zone, shape (controls,)
        What each control after the ablation shows, in order of date.

    Notes
    -----
    Source: Ahmed 2014: local tumour progression needs at least one imaging study that
    documented adequate ablation.
    """
    complete_before = False
    for i in range(len(zones)):
        if zones[i] == Zone.TUMOUR and complete_before:
            return i
        if zones[i] == Zone.COMPLETE:
            complete_before = True
    return -1


def end_of_local_control(zones: Sequence[int], died: bool) -> LocalEnd:
    """Return how the time to local tumour progression of one lesion ends.

    Parameters
    ----------
    zones : sequence of Zone, shape (controls,)
        What each control after the ablation shows, in order of date.
    died : bool
        The patient died while the lesion was followed.

    Notes
    -----
    Source: Puijk 2021: per tumour, from the ablation; death is a competing event.
    """
    if first_local_progression(zones) >= 0:
        return LocalEnd.LOCAL_PROGRESSION
    if len(zones) > 0 and Zone.COMPLETE not in zones:
        return LocalEnd.NEVER_COMPLETE
    if died:
        return LocalEnd.DEATH
    return LocalEnd.CENSORED if len(zones) > 0 else LocalEnd.NOT_ASSESSED


def lies_in_window(days: int, first_week: float, last_week: float) -> bool:
    """Tell whether a control lies in the study's weeks after the ablation, both ends included."""
    return first_week * DAYS_PER_WEEK <= days <= last_week * DAYS_PER_WEEK


def margin_band(margin_mm: float) -> str:
    """Return the band of an ablative margin, one of ``MARGIN_BANDS``.

    Source: Ahmed 2014 and Puijk 2021: 0, 1-5, 6-10 and more than 10 mm.
    """
    return MARGIN_BANDS[sum(margin_mm > end for end in _BAND_ENDS_MM)]
