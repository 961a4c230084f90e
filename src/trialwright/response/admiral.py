"""Best overall response and its relatives as admiralonco derives them: the profile ``admiral``.

It is there to compare with tables that those programs made. It departs from RECIST 1.1; where
and how often stands in ``docs/decisions/006-admiral-profile.md``. Every function takes finished
overall responses of one patient, in the order of their days; day 0 is the reference date
(upstream: randomisation). ``Response.NONE`` is a time point without a response (upstream ND:
not done). Results are indices into what was passed; -1: none.

Upstream's arguments: ``ref_start_window`` is ``minimum_stable_days``, ``ref_confirm``
``interval_days``, ``max_nr_ne`` ``allowed_not_evaluable``, ``accept_sd`` ``allowed_stable`` 0 or 1,
``missing_as_ne`` an argument of :func:`best_or_missing`; ``restrict_to_first_pd`` is to cut with
:func:`count_until`, or not.

Source: admiralonco 1.4.0 (Apache-2.0), template ``ad_adrs``, event objects, and the deprecated
functions ``derive_param_*`` and ``filter_pd``, read and put into our own words. Oracles:
``tests/oracle/response/test_admiral_*.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.response.best import Best, BestRules, confirmed_at
from trialwright.response.codes import Response
from trialwright.response.finished import (
    ResponseParameters,
    Room,
    blank_room,
    copy_kept,
    earlier,
    first_progression,
    keep_worst_of_each_day,
    record_at,
    record_of_best,
)

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

REFERENCE_DAY = 0  # the first day that counts


def derive_parameters(
    responses: Sequence[int], days: Sequence[int], rules: BestRules
) -> ResponseParameters:
    """Derive every response parameter of the template from all records of one patient.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days; several a day are allowed, also before the
        reference date.
    rules : BestRules
        Intervals and allowances. The template itself has 28 days, one NE, no SD, 42 days.

    Returns
    -------
    ResponseParameters
        Indices of records.
    """
    return derive_in_room(responses, days, rules, blank_room(len(responses)))


def derive_in_room(
    responses: Sequence[int], days: Sequence[int], rules: BestRules, room: Room
) -> ResponseParameters:
    """Derive what :func:`derive_parameters` does, in room that the caller gives."""
    count = keep_worst_of_each_day(responses, days, REFERENCE_DAY, room.record)
    copy_kept(responses, days, room, count)
    # PD and the last assessment look at every record that counts, the others not beyond PD.
    progression = record_at(room.record, first_progression(room.response[:count]))
    last = record_at(room.record, count - 1)
    count = cut_at_progression(responses, room.record, count)
    read, when = room.response[:count], room.day[:count]
    return ResponseParameters(
        progression,
        last,
        record_at(room.record, first_response_admiral(read, when, rules, False)),
        record_at(room.record, clinical_benefit(read, when, rules, False)),
        record_of_best(room.record, best_response_admiral(read, when, rules, False)),
        record_at(room.record, first_response_admiral(read, when, rules, True)),
        record_at(room.record, clinical_benefit(read, when, rules, True)),
        record_of_best(room.record, best_response_admiral(read, when, rules, True)),
    )


# --- Which records count


def worst_of_each_day(responses: Sequence[int], days: Sequence[int]) -> list[int]:
    """Return the records that count: from the reference date on, the worst of each day.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days, in the order of days.

    Notes
    -----
    Source: ``ANL01FL`` of the template.
    """
    kept = [0] * len(responses)
    return kept[: keep_worst_of_each_day(responses, days, REFERENCE_DAY, kept)]


def up_to_progression(responses: Sequence[int], days: Sequence[int]) -> list[int]:
    """Return the records that count and do not come after the first PD of all records.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days, in the order of days.

    Notes
    -----
    Source: ``ANL01FL`` and ``ANL02FL`` of the template.
    """
    kept = worst_of_each_day(responses, days)
    return kept[: cut_at_progression(responses, kept, len(kept))]


def cut_at_progression(responses: Sequence[int], kept: MutableSequence[int], count: int) -> int:
    """Return how many of the records that count do not come after the first PD of all records.

    A PD before the reference date does not count itself, yet nothing after it does either.
    """
    end = end_of_progression(responses)
    while count > 0 and kept[count - 1] >= end:
        count -= 1
    return count


def end_of_progression(responses: Sequence[int]) -> int:
    """Return how many of all records there are up to the first PD (``ANL02FL``)."""
    progression = first_progression(responses)
    return len(responses) if progression < 0 else progression + 1


def count_until(days: Sequence[int], progression_day: float) -> int:
    """Return how many time points lie on or before a day of progression; ``nan``: all of them.

    Parameters
    ----------
    days : sequence of int, shape (time points,)
        Days in rising order.
    progression_day : float
        Day of the first progression, as another source may give it.

    Notes
    -----
    Source: ``filter_pd``.
    """
    for i in range(len(days)):
        if days[i] > progression_day:
            return i
    return len(days)


# --- The parameters, over the time points that count


def first_response_admiral(
    responses: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> int:
    """Return the first CR or PR (``RSP``), or the first that is confirmed (``CRSP``).

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        The time points that count and their days.
    rules : BestRules
        Interval in days, and how many NE and SD may lie between.
    confirm : bool
        Whether only a confirmed response counts.
    """
    for i in range(len(responses)):
        if _responded(responses, days, i, rules, confirm):
            return i
    return -1


def _responded(
    responses: Sequence[int], days: Sequence[int], i: int, rules: BestRules, confirm: bool
) -> bool:
    if responses[i] not in (Response.CR, Response.PR):
        return False
    return not confirm or confirmed_at(responses, days, i, rules) >= 0


def clinical_benefit(
    responses: Sequence[int],
    days: Sequence[int],
    rules: BestRules,
    confirm: bool,
    non_target_only: bool = True,
) -> int:
    """Return the first response or lasting control (``CB``; confirmed: ``CCB``).

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        The time points that count and their days.
    rules : BestRules
        Intervals and allowances.
    confirm : bool
        Whether a response counts only when confirmed. An unconfirmed one is still control
        from ``minimum_stable_days`` on.
    non_target_only : bool
        Whether Non-CR/Non-PD is control, as in the template; upstream's ``clinben_vals``.
    """
    response = first_response_admiral(responses, days, rules, confirm)
    benefit = earlier(response, _first_stable(responses, days, rules.minimum_stable_days))
    if not non_target_only:
        return benefit
    return earlier(benefit, _first_non_target_only(responses, days, rules.minimum_stable_days))


def _first_stable(responses: Sequence[int], days: Sequence[int], minimum_days: int) -> int:
    """Return the first CR, PR or SD that lies late enough to be stable disease."""
    for i in range(len(responses)):
        stable = responses[i] in (Response.CR, Response.PR, Response.SD)
        if stable and days[i] >= minimum_days:
            return i
    return -1


def _first_non_target_only(responses: Sequence[int], days: Sequence[int], minimum_days: int) -> int:
    """Return the first Non-CR/Non-PD that lies late enough."""
    for i in range(len(responses)):
        if responses[i] == Response.NON_CR_NON_PD and days[i] >= minimum_days:
            return i
    return -1


def best_response_admiral(
    responses: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> Best:
    """Return the best overall response (``BOR``; confirmed: ``CBOR``), with NE for no time point.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        The time points that count and their days.
    rules : BestRules
        Intervals and allowances.
    confirm : bool
        Whether CR and PR count only when confirmed.

    Notes
    -----
    Unlike :func:`trialwright.response.best.best_response`, disease after a CR is no progression,
    a PR does not confirm a CR, and an NE names the time point that it came from.
    """
    return best_or_missing(responses, days, rules, confirm, missing_as_not_evaluable=True)


def best_or_missing(
    responses: Sequence[int],
    days: Sequence[int],
    rules: BestRules,
    confirm: bool,
    missing_as_not_evaluable: bool,
) -> Best:
    """Return the best overall response; ``NONE`` where there is no response at all.

    ``NONE`` with a time point is one that was not done (upstream: ND); without one there was
    no time point (upstream: MISSING).

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        The time points that count and their days.
    rules : BestRules
        Intervals and allowances.
    confirm : bool
        Whether CR and PR count only when confirmed.
    missing_as_not_evaluable : bool
        Whether a patient without any time point is NE.
    """
    for wanted in (Response.CR, Response.PR):
        for i in range(len(responses)):
            if responses[i] == wanted and _responded(responses, days, i, rules, confirm):
                return Best(wanted, i, confirmed_at(responses, days, i, rules))
    stable = _first_stable(responses, days, rules.minimum_stable_days)
    if stable >= 0:
        return Best(Response.SD, stable, -1)
    persisting = _first_non_target_only(responses, days, rules.minimum_stable_days)
    if persisting >= 0:
        return Best(Response.NON_CR_NON_PD, persisting, -1)
    return _best_of_the_rest(responses, confirm, missing_as_not_evaluable)


def _best_of_the_rest(
    responses: Sequence[int], confirm: bool, missing_as_not_evaluable: bool
) -> Best:
    """Return PD, NE, not done or missing, where there was neither response nor control."""
    progression = first_progression(responses)
    if progression >= 0:
        return Best(Response.PD, progression, -1)
    for i in range(len(responses)):
        if responses[i] != Response.NONE:
            return Best(Response.NE, i, -1)
    if confirm and len(responses) > 0:
        return Best(Response.NONE, 0, -1)
    return Best(Response.NE if missing_as_not_evaluable else Response.NONE, -1, -1)
