"""Best response, progression and benefit by iRECIST, from a patient's sequence of calls.

The calls may come from ``irecist`` or from people. The rules of confirming a response, and
where a response starts, are those of RECIST 1.1 and are called from ``best``: the two kinds of
calls share their numbers.

Source: Seymour et al., Lancet Oncol 2017;18:e143, table 3 and the section on dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.best import confirmed_at
from trialwright.response.immune.codes import ImmuneResponseCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.response.best import BestRules


class ImmuneBest(NamedTuple):
    """Best response, the time point that gave it and the one that confirmed it (-1: none)."""

    response: ImmuneResponseCode
    visit: int
    confirmed_at: int


class ImmuneProgression(NamedTuple):
    """The iUPD that dates the progression, and the iCPD that confirmed it (-1: none)."""

    visit: int
    confirmed_at: int


def last_counted_immune(codes: Sequence[int], days: Sequence[int], new_therapy_day: float) -> int:
    """Return how many time points count: up to the first iCPD and before any new therapy.

    Parameters
    ----------
    codes, days : sequence of int, shape (time points,)
        Overall responses (``ImmuneResponseCode``) and their days since the first treatment.
    new_therapy_day : float
        Day of the first anticancer treatment outside the study; ``inf`` if none.
    """
    for i in range(len(codes)):
        if days[i] > new_therapy_day:
            return i
        if codes[i] == ImmuneResponseCode.ICPD:
            return i + 1
    return len(codes)


def immune_progression(codes: Sequence[int]) -> ImmuneProgression:
    """Return the iUPD that counts as progression.

    The first iUPD of the run that was confirmed, or of the run that ends the follow-up: one
    that was never looked at again, or never seen otherwise than iUPD or NE. An iUPD that gave
    way to stable disease or a response does not count.

    Parameters
    ----------
    codes : sequence of int, shape (time points,)
        Overall responses, cut by :func:`last_counted_immune`.

    Notes
    -----
    Source: Seymour 2017, section on the date of progression. An iCPD that people called
    without an iUPD before it is dated at itself.
    """
    first = -1
    for i in range(len(codes)):
        if codes[i] == ImmuneResponseCode.ICPD:
            return ImmuneProgression(first if first >= 0 else i, i)
        if codes[i] == ImmuneResponseCode.IUPD:
            first = i if first < 0 else first
        elif codes[i] != ImmuneResponseCode.NE:
            first = -1
    return ImmuneProgression(first, -1)


def best_immune_response(
    codes: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> ImmuneBest:
    """Return the best overall response by iRECIST (iBOR).

    Parameters
    ----------
    codes, days : sequence of int, shape (time points,)
        Overall responses and days since the first treatment, cut by
        :func:`last_counted_immune`.
    rules : BestRules
        Intervals and allowances of the study file.
    confirm : bool
        Whether iCR and iPR count only when confirmed; an unconfirmed one then reads as iSD
        if it lies late enough.

    Notes
    -----
    An iUPD does not stand in the way of a later response. A confirmed progression is dated at
    its iUPD. A response that is interrupted by an iUPD is not confirmed across it.

    Source: Seymour 2017, table 3.
    """
    for wanted in (ImmuneResponseCode.ICR, ImmuneResponseCode.IPR):
        for i in range(len(codes)):
            at = confirmed_at(codes, days, i, rules) if codes[i] == wanted else -1
            if at >= 0 or (codes[i] == wanted and not confirm):
                return ImmuneBest(wanted, i, at)
    return _best_without_response(codes, days, rules.minimum_stable_days)


def _best_without_response(
    codes: Sequence[int], days: Sequence[int], minimum_days: int
) -> ImmuneBest:
    """Return iSD, Non-iCR/Non-iUPD, iCPD, iUPD or NE, in this order."""
    for i in range(len(codes)):
        if ImmuneResponseCode.ICR <= codes[i] <= ImmuneResponseCode.ISD and days[i] >= minimum_days:
            return ImmuneBest(ImmuneResponseCode.ISD, i, -1)
    for i in range(len(codes)):
        if codes[i] == ImmuneResponseCode.NON_ICR_NON_IUPD and days[i] >= minimum_days:
            return ImmuneBest(ImmuneResponseCode.NON_ICR_NON_IUPD, i, -1)
    progression = immune_progression(codes)
    if progression.confirmed_at >= 0:
        return ImmuneBest(ImmuneResponseCode.ICPD, progression.visit, progression.confirmed_at)
    for i in range(len(codes)):
        if codes[i] == ImmuneResponseCode.IUPD:
            return ImmuneBest(ImmuneResponseCode.IUPD, i, -1)
    return ImmuneBest(ImmuneResponseCode.NE, 0 if len(codes) > 0 else -1, -1)


def first_immune_response(
    codes: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> int:
    """Return the first time point with an iCR or iPR that counts; -1 if there is none.

    The duration of the response (iDOR) starts here and ends where :func:`immune_progression`
    dates the progression.

    Parameters
    ----------
    codes, days : sequence of int, shape (time points,)
        Overall responses and days, cut by :func:`last_counted_immune`.
    rules : BestRules
        Intervals and allowances of the study file.
    confirm : bool
        Whether a response counts only when confirmed. The run of responses that leads to the
        confirmed one belongs to it, as in RECIST 1.1.
    """
    for i in range(len(codes)):
        if _responded(codes[i]) and (not confirm or confirmed_at(codes, days, i, rules) >= 0):
            start = i
            while start > 0 and _responded(codes[start - 1]):
                start -= 1
            return start
    return -1


def _responded(code: int) -> bool:
    return code in (ImmuneResponseCode.ICR, ImmuneResponseCode.IPR)


def first_immune_benefit(
    codes: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> int:
    """Return the first time point of disease control; -1 if there is none.

    Control is a response that counts, or a response, iSD or Non-iCR/Non-iUPD that lies late
    enough.

    Parameters
    ----------
    codes, days : sequence of int, shape (time points,)
        Overall responses and days, cut by :func:`last_counted_immune`.
    rules : BestRules
        Intervals and allowances of the study file.
    confirm : bool
        Whether a response counts only when confirmed.
    """
    response = first_immune_response(codes, days, rules, confirm)
    for i in range(len(codes)):
        controlled = (
            ImmuneResponseCode.ICR <= codes[i] <= ImmuneResponseCode.NON_ICR_NON_IUPD
            and days[i] >= rules.minimum_stable_days
        )
        if i == response or controlled:
            return i
    return -1
