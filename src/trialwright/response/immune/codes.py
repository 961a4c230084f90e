"""The categories of iRECIST and the rules that assign them.

Integers, as in ``codes``, so that the same rule source can serve one patient and many.
"""

from __future__ import annotations

from enum import IntEnum

from trialwright.response.codes import Response


class ImmuneResponseCode(IntEnum):
    """Category by iRECIST; the numbers of ``Response`` where both have the category."""

    NONE = 0
    ICR = 1
    IPR = 2
    ISD = 3
    NON_ICR_NON_IUPD = 4
    IUPD = 5
    NE = 6
    ICPD = 7

    @property
    def label(self) -> str:
        """The category as iRECIST writes it."""
        return _LABELS[self]


_LABELS = {
    ImmuneResponseCode.NONE: "none",
    ImmuneResponseCode.ICR: "iCR",
    ImmuneResponseCode.IPR: "iPR",
    ImmuneResponseCode.ISD: "iSD",
    ImmuneResponseCode.NON_ICR_NON_IUPD: "Non-iCR/Non-iUPD",
    ImmuneResponseCode.IUPD: "iUPD",
    ImmuneResponseCode.NE: "NE",
    ImmuneResponseCode.ICPD: "iCPD",
}


class ImmuneRule(IntEnum):
    """The rule that made an overall call; ``id`` is its stable name in data and reports."""

    AS_RECIST = 0
    TARGET_PROGRESSION = 1
    NON_TARGET_PROGRESSION = 2
    NEW_LESION = 3
    NEW_LESION_SUM_PROGRESSION = 4
    NEW_LESION_UNEQUIVOCAL = 5
    NEW_LESION_AFTER_CR = 6
    NEW_LESION_LEFT = 7
    STILL_PROGRESSED = 10
    NEW_LESION_PERSISTS = 11
    TOO_EARLY = 12
    PROGRESSED_PART_NOT_READ = 13
    WITHDRAWN = 14
    CONFIRMED_BY_TARGET = 20
    CONFIRMED_BY_NON_TARGET = 21
    CONFIRMED_BY_ANOTHER_NEW_LESION = 22
    CONFIRMED_BY_NEW_LESION_SUM = 23
    CONFIRMED_BY_NEW_NON_TARGET = 24
    CONFIRMED_BY_TARGET_AS_WELL = 25
    CONFIRMED_BY_NON_TARGET_AS_WELL = 26
    CONFIRMED_BY_NEW_LESION_AS_WELL = 27
    CONFIRMED_BEFORE = 30

    @property
    def id(self) -> str:
        """Stable name, such as ``irecist.confirmed_by_target``."""
        return f"irecist.{self.name.lower()}"


def immune_code(response: Response) -> ImmuneResponseCode:
    """Return the category of iRECIST for one of RECIST 1.1; a progression is unconfirmed."""
    if response == Response.CR:
        return ImmuneResponseCode.ICR
    if response == Response.PR:
        return ImmuneResponseCode.IPR
    if response == Response.SD:
        return ImmuneResponseCode.ISD
    if response == Response.NON_CR_NON_PD:
        return ImmuneResponseCode.NON_ICR_NON_IUPD
    if response == Response.PD:
        return ImmuneResponseCode.IUPD
    return ImmuneResponseCode.NONE if response == Response.NONE else ImmuneResponseCode.NE
