"""What iRECIST says of one patient, with the reason for each call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from trialwright.response.immune.codes import ImmuneResponseCode
    from trialwright.response.result import Reason


@dataclass(frozen=True, slots=True)
class ImmuneTimePoint:
    """One tumour assessment with its call by iRECIST.

    ``day`` counts from the first treatment (0). ``target``, ``non_target`` and ``new_lesion``
    are the parts of the overall call; ``new_lesion`` is iUPD or iCPD where new lesions were
    progression or confirmed one, else none. ``new_lesions`` names those seen on this scan,
    ``appeared`` those seen for the first time. ``sum_mm`` and ``new_sum_mm`` (of the new-lesion
    targets) are ``nan`` unless each of their lesions was read.
    """

    visit: str
    date: dt.date
    day: int
    sum_mm: float
    new_sum_mm: float
    new_lesions: tuple[str, ...]
    appeared: tuple[str, ...]
    target: ImmuneResponseCode
    non_target: ImmuneResponseCode
    new_lesion: ImmuneResponseCode
    overall: ImmuneResponseCode
    reason: Reason


@dataclass(frozen=True, slots=True)
class ImmuneBestResponse:
    """Best overall response by iRECIST, when it was reached, when confirmed, and why."""

    response: ImmuneResponseCode
    date: dt.date | None
    confirmed_on: dt.date | None
    visit: str | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class ImmuneProgressionDate:
    """The date of progression by iRECIST: that of an iUPD; none if none counts."""

    date: dt.date | None
    visit: str | None
    confirmed_on: dt.date | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class ImmuneResponse:
    """Every call about one patient by iRECIST.

    ``counted`` is the number of time points up to the first iCPD and before any new
    anticancer therapy. ``not_evaluable`` says why there is nothing to compare scans with.
    """

    patient_id: str
    time_points: tuple[ImmuneTimePoint, ...]
    counted: int
    best: ImmuneBestResponse  # by the study's choice, confirmed or not
    unconfirmed: ImmuneBestResponse
    confirmed: ImmuneBestResponse
    progression: ImmuneProgressionDate
    response_start: dt.date | None = None  # first iCR or iPR that counts: iDOR starts here
    new_lesion_targets: tuple[str, ...] = ()  # the new lesions in the sum of their own
    not_evaluable: str | None = None
