"""What confirms a progression that waits: any further increase, in plain numbers.

Source: Seymour et al., Lancet Oncol 2017;18:e143, table 2; EORTC, questions and clarifications
on iRECIST. Choices of ours: ``docs/decisions/007-irecist.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.response.immune.codes import ImmuneRule
from trialwright.response.recist import GROWTH_MM

if TYPE_CHECKING:
    from trialwright.response.immune.state import NewLesions, Progressed, Scan, Unconfirmed

_TIE = 1e-9  # sums of tenths of mm are inexact in binary; thresholds include equality


def confirmation(waiting: Unconfirmed, scan: Scan, progressed: Progressed) -> ImmuneRule:
    """Return the rule that confirms a waiting progression; ``STILL_PROGRESSED`` if none does.

    A category that had progressed confirms by any further increase (5 mm in a sum, counted
    from the sum at the iUPD, so that small steps add up); another one by the criteria of
    RECIST 1.1. Another new lesion always confirms, and so does a known one that was gone at
    the iUPD and is back.

    Parameters
    ----------
    waiting : Unconfirmed
        The iUPD.
    scan : Scan
        What the time point shows.
    progressed : Progressed
        Progression by RECIST 1.1 at this time point.

    Notes
    -----
    Source: Seymour 2017, table 2; EORTC, questions and clarifications.
    """
    if scan.new.appeared + scan.new.returned > 0:
        return ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION
    by_disease_of_baseline = _confirmed_by_old_disease(waiting, scan, progressed)
    if by_disease_of_baseline != ImmuneRule.STILL_PROGRESSED:
        return by_disease_of_baseline
    return _confirmed_by_new_lesions(waiting, scan.new, progressed)


def _confirmed_by_old_disease(
    waiting: Unconfirmed, scan: Scan, progressed: Progressed
) -> ImmuneRule:
    before = waiting.progressed
    if progressed.target and not before.target:
        return ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL
    if progressed.target and _has_increased(scan.targets.measured_mm, waiting.target_mm):
        return ImmuneRule.CONFIRMED_BY_TARGET
    if progressed.non_target and not before.non_target:
        return ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL
    if before.non_target and scan.non_target_increased:
        return ImmuneRule.CONFIRMED_BY_NON_TARGET
    return ImmuneRule.STILL_PROGRESSED


def _confirmed_by_new_lesions(
    waiting: Unconfirmed, new: NewLesions, progressed: Progressed
) -> ImmuneRule:
    before = waiting.progressed.new_lesion
    if progressed.new_lesion and not before:
        return ImmuneRule.CONFIRMED_BY_NEW_LESION_AS_WELL
    if before and _has_increased(new.targets.measured_mm, waiting.new_target_mm):
        return ImmuneRule.CONFIRMED_BY_NEW_LESION_SUM
    if before and new.increased:
        return ImmuneRule.CONFIRMED_BY_NEW_NON_TARGET
    return ImmuneRule.STILL_PROGRESSED


def _has_increased(sum_mm: float, at_iupd_mm: float) -> bool:
    """Tell whether a sum is 5 mm above that at the iUPD; never where there was none (nan)."""
    return sum_mm - at_iupd_mm + _TIE >= GROWTH_MM
