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

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.best import Best, BestRules, confirmed_at
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Sequence


# What counts as stable disease late enough; the last is its name.
_STABLE = (Response.CR, Response.PR, Response.SD)


class AdmiralParameters(NamedTuple):
    """The time points behind the parameters of one patient; -1: the parameter is N or empty."""

    progression: int  # PD
    last_assessment: int  # LSTA
    response: int  # RSP
    clinical_benefit: int  # CB
    best: Best  # BOR
    confirmed_response: int  # CRSP
    confirmed_clinical_benefit: int  # CCB
    confirmed_best: Best  # CBOR


def derive_parameters(
    responses: Sequence[int], days: Sequence[int], rules: BestRules
) -> AdmiralParameters:
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
    AdmiralParameters
        Indices of records. BCP and CBCP are not kept: a responder is who has CR or PR as
        ``best`` or ``confirmed_best``.
    """
    kept = up_to_progression(responses, days)
    read = [responses[i] for i in kept]
    when = [days[i] for i in kept]
    used = worst_of_each_day(responses, days)
    progression = first_progression([responses[i] for i in used])
    return AdmiralParameters(
        _record(used, progression),
        used[-1] if len(used) > 0 else -1,
        _record(kept, first_response_admiral(read, when, rules, False)),
        _record(kept, clinical_benefit(read, when, rules, False)),
        _record_of_best(kept, best_response_admiral(read, when, rules, False)),
        _record(kept, first_response_admiral(read, when, rules, True)),
        _record(kept, clinical_benefit(read, when, rules, True)),
        _record_of_best(kept, best_response_admiral(read, when, rules, True)),
    )


def _record(kept: Sequence[int], at: int) -> int:
    return kept[at] if at >= 0 else -1


def _record_of_best(kept: Sequence[int], best: Best) -> Best:
    return Best(best.response, _record(kept, best.visit), _record(kept, best.confirmed_at))


# --- Which records count


def worst_of_each_day(responses: Sequence[int], days: Sequence[int]) -> list[int]:
    """Return the records that count: from the reference date on, the worst of each day.

    Worse in this order: NE, CR, PR, SD, Non-CR/Non-PD, PD; of two alike the later record.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days, in the order of days.

    Notes
    -----
    Source: ``ANL01FL`` of the template.
    """
    kept: list[int] = []
    for i in range(len(responses)):
        if days[i] < 0 or responses[i] == Response.NONE:
            continue
        if len(kept) == 0 or days[kept[-1]] != days[i]:
            kept.append(i)
        elif _severity(responses[i]) >= _severity(responses[kept[-1]]):
            kept[-1] = i
    return kept


def _severity(response: int) -> int:
    # The codes rise from CR to PD; only NE stands on the wrong side.
    return 0 if response == Response.NE else int(response)


def up_to_progression(responses: Sequence[int], days: Sequence[int]) -> list[int]:
    """Return the records that count and do not come after the first PD of all records.

    A PD before the reference date does not count itself, yet nothing after it does either.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days, in the order of days.

    Notes
    -----
    Source: ``ANL01FL`` and ``ANL02FL`` of the template.
    """
    progression = first_progression(responses)
    kept = worst_of_each_day(responses, days)
    return [i for i in kept if progression < 0 or i <= progression]


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
    return next((i for i, day in enumerate(days) if day > progression_day), len(days))


# --- The parameters, over the time points that count


def first_progression(responses: Sequence[int]) -> int:
    """Return the first PD (``PD``)."""
    return next((i for i, one in enumerate(responses) if one == Response.PD), -1)


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
    found = (i for i in range(len(days)) if _responded(responses, days, i, rules, confirm))
    return next(found, -1)


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
    kinds = (*_STABLE, Response.NON_CR_NON_PD) if non_target_only else _STABLE
    found = (
        first_response_admiral(responses, days, rules, confirm),
        _first_control(responses, days, rules.minimum_stable_days, kinds),
    )
    return min((i for i in found if i >= 0), default=-1)


def _first_control(
    responses: Sequence[int], days: Sequence[int], minimum_days: int, kinds: Sequence[int]
) -> int:
    """Return the first time point of one of these kinds that lies late enough."""
    late = (i for i, day in enumerate(days) if responses[i] in kinds and day >= minimum_days)
    return next(late, -1)


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
    for kinds in (_STABLE, (Response.NON_CR_NON_PD,)):
        control = _first_control(responses, days, rules.minimum_stable_days, kinds)
        if control >= 0:
            return Best(kinds[-1], control, -1)
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
