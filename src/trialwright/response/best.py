"""Best overall response of one patient, unconfirmed and confirmed, as plain functions.

Source: RECIST 1.1 sections 4.4.3 and 4.6 and table 3. A response need not be confirmed at the
very next scan: later scans confirm it while what lies between is allowed (the study file
says how many not-evaluable and stable time points).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Sequence


class BestRules(NamedTuple):
    """The choices of the study file that best overall response depends on."""

    interval_days: int  # a confirming scan is at least this long after
    allowed_not_evaluable: int  # time points between a response and its confirmation
    allowed_stable: int
    minimum_stable_days: int  # from the first treatment


class Best(NamedTuple):
    """Best response, the time point that gave it and the one that confirmed it (-1: none)."""

    response: Response
    visit: int
    confirmed_at: int


def end_of_counting(
    new_therapy: float, stop: float, after_new_therapy: bool, while_on_treatment: bool
) -> float:
    """Return the day after which no scan counts in the best response, as the study's rates say.

    Parameters
    ----------
    new_therapy, stop : float
        Day of the first anticancer treatment outside the study, and of the end of study
        treatment; ``inf``: never.
    after_new_therapy : bool
        Scans after a new anticancer therapy count (``rates.new_anticancer_therapy``).
    while_on_treatment : bool
        Scans after the end of study treatment do not (``rates.treatment_discontinuation``).

    Notes
    -----
    Source: strategies of ICH E9(R1), section A.3.2.
    """
    ends = float("inf") if after_new_therapy else new_therapy
    return min(ends, stop) if while_on_treatment else ends


def last_counted(responses: Sequence[int], days: Sequence[int], new_therapy_day: float) -> int:
    """Return how many time points count: up to the first PD and before any new therapy.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        Overall responses after baseline and their days since the first treatment.
    new_therapy_day : float
        Day of the first anticancer treatment outside the study; ``inf`` if none.
    """
    for i in range(len(responses)):
        if days[i] > new_therapy_day:
            return i
        if responses[i] == Response.PD:
            return i + 1
    return len(responses)


def confirmed_at(
    responses: Sequence[int], days: Sequence[int], first: int, rules: BestRules
) -> int:
    """Return the time point that confirms the response at ``first``; -1 if none does.

    A CR is confirmed by a CR with nothing but CR or NE between; a PR by a CR or PR with
    nothing but CR, PR, NE or SD between, where no PR follows a CR.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        Overall responses and days since the first treatment.
    first : int
        Index of the CR or PR to be confirmed.
    rules : BestRules
        Interval in days, and how many NE and SD may lie between.

    Notes
    -----
    Source: RECIST 1.1 table 3, extended to scans that are not adjacent.
    """
    complete = responses[first] == Response.CR
    not_evaluable = 0
    stable = 0
    seen_complete = False
    for i in range(first + 1, len(responses)):
        response = responses[i]
        if response == Response.NE:
            not_evaluable += 1
        elif response == Response.SD and not complete:
            stable += 1
        elif response == Response.CR:
            seen_complete = True
        elif response != Response.PR or complete or seen_complete:
            return -1
        if not_evaluable > rules.allowed_not_evaluable or stable > rules.allowed_stable:
            return -1
        confirms = response == Response.CR or (response == Response.PR and not complete)
        if confirms and days[i] - days[first] >= rules.interval_days:
            return i
    return -1


def confirmed_as_partial_at(
    responses: Sequence[int], days: Sequence[int], first: int, rules: BestRules
) -> int:
    """Return the time point that confirms the CR or PR at ``first`` as a PR; -1 if none does.

    Any later CR or PR does, with nothing but CR, PR, NE or SD between. A CR meets the criteria of
    a PR, and a PR after a CR still does: our calls give one where the targets are gone and a
    non-target lesion was not read. Disease that is back is PD, or `relapse` finds it.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        Overall responses before any relapse and days since the first treatment.
    first : int
        Index of the CR or PR to be confirmed.
    rules : BestRules
        Interval in days, and how many NE and SD may lie between.

    Notes
    -----
    Source: RECIST 1.1 table 3, which leaves a CR followed by a PR as SD, PD or PR, by whether
    the CR was one; ``docs/decisions/006-admiral-profile.md``.
    """
    not_evaluable = 0
    stable = 0
    for i in range(first + 1, len(responses)):
        response = responses[i]
        if response in (Response.CR, Response.PR):
            if days[i] - days[first] >= rules.interval_days:
                return i
        elif response == Response.NE:
            not_evaluable += 1
        elif response == Response.SD:
            stable += 1
        else:
            return -1
        if not_evaluable > rules.allowed_not_evaluable or stable > rules.allowed_stable:
            return -1
    return -1


def best_response(
    responses: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> Best:
    """Return the best overall response over the time points that count.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        Overall responses and days since the first treatment, cut by :func:`last_counted`.
    rules : BestRules
        Intervals and allowances of the study file.
    confirm : bool
        Whether CR and PR count only when confirmed; an unconfirmed one then reads as SD
        if it lies late enough, as in table 3.

    Notes
    -----
    A best response of PR may name the time point of a CR that only a PR confirmed.
    """
    end = relapse(responses)
    before = responses[:end]  # a scan confirms nothing once disease has come back
    for i in range(end):
        at = confirmed_at(before, days, i, rules) if responses[i] == Response.CR else -1
        if at >= 0 or (responses[i] == Response.CR and not confirm):
            return Best(Response.CR, i, at)
    for i in range(end):
        responded = responses[i] in (Response.CR, Response.PR)
        at = confirmed_as_partial_at(before, days, i, rules) if responded else -1
        if at >= 0 or (responded and not confirm):
            return Best(Response.PR, i, at)
    return _best_without_response(responses, days, end, rules.minimum_stable_days)


def _best_without_response(
    responses: Sequence[int], days: Sequence[int], end: int, minimum_days: int
) -> Best:
    """Return SD, Non-CR/Non-PD, PD or NE; ``end`` is where disease came back after a CR.

    Control of either kind is dated at the first time point that showed it late enough.
    """
    controlled_at = -1
    stable = False
    for i in range(end):
        non_target_only = responses[i] == Response.NON_CR_NON_PD
        controlled = responses[i] in (Response.CR, Response.PR, Response.SD)
        if (controlled or non_target_only) and days[i] >= minimum_days:
            stable = stable or controlled
            controlled_at = i if controlled_at < 0 else controlled_at
    if stable:
        return Best(Response.SD, controlled_at, -1)
    if controlled_at >= 0:
        return Best(Response.NON_CR_NON_PD, controlled_at, -1)
    for i in range(len(responses)):
        if responses[i] == Response.PD or i == end:
            return Best(Response.PD, i, -1)
    return Best(Response.NE, -1, -1)


def name_stable_disease(found: Best, has_targets: bool) -> Best:
    """Name a stable best response of a patient without target lesions Non-CR/Non-PD.

    Source: RECIST 1.1 table 2; a sum that was never measured cannot be stable.
    """
    if found.response == Response.SD and not has_targets:
        return Best(Response.NON_CR_NON_PD, found.visit, found.confirmed_at)
    return found


def relapse(responses: Sequence[int]) -> int:
    """Return the first time point called SD or Non-CR/Non-PD after a CR; the length if none.

    Disease after a complete response is progression, whatever it was called: RECIST 1.1
    table 3, footnote. (A reader who finds that the complete response was wrong corrects that
    reading instead.) A PR after a CR is not: targets gone with a non-target lesion not read
    make a PR by table 1.
    """
    complete = False
    for i in range(len(responses)):
        if complete and responses[i] in (Response.SD, Response.NON_CR_NON_PD):
            return i
        complete = complete or responses[i] == Response.CR
    return len(responses)


def controlled_at(responses: Sequence[int], days: Sequence[int], minimum_days: int) -> int:
    """Return the first time point that shows disease control late enough; -1 if none does.

    It shows CR, PR, SD or Non-CR/Non-PD. Disease that is back after a complete response is
    progression, not control.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        Overall responses and days since the first treatment, cut by :func:`last_counted`.
    minimum_days : int
        Days since the first treatment (``endpoints.disease_control_minimum_days``).
    """
    for i in range(relapse(responses)):
        if is_controlled(responses[i]) and days[i] >= minimum_days:
            return i
    return -1


def is_controlled(response: int) -> bool:
    """Tell whether a response is disease control: CR, PR, SD or Non-CR/Non-PD."""
    return response in (Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD)


def response_known_at(
    responses: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> int:
    """Return the time point by which a CR or PR that counts is known; -1 if there is none.

    It is the first scan up to which the best response is CR or PR: the confirming one where a
    response counts only when confirmed. A better response later makes nothing known later.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        Overall responses and days since the first treatment, cut by :func:`last_counted`.
    rules : BestRules
        Intervals and allowances of the study file.
    confirm : bool
        Whether CR and PR count only when confirmed.
    """
    before = responses[: relapse(responses)]
    for i in range(len(before)):
        if before[i] in (Response.CR, Response.PR):
            at = confirmed_as_partial_at(before, days, i, rules) if confirm else i
            if at >= 0:
                return at
    return -1


def first_response(
    responses: Sequence[int], days: Sequence[int], rules: BestRules, confirm: bool
) -> int:
    """Return the first time point with a CR or PR that counts; -1 if there is none.

    The duration of response starts here, where the criteria for CR or PR were first met
    (RECIST 1.1 section 4.6.2): a response that is confirmed, or an unbroken run of responses
    that leads to it.
    """
    end = relapse(responses)
    before = responses[:end]
    for i in range(end):
        responded = responses[i] in (Response.CR, Response.PR)
        if responded and (not confirm or confirmed_as_partial_at(before, days, i, rules) >= 0):
            start = i
            while start > 0 and responses[start - 1] in (Response.CR, Response.PR):
                start -= 1
            return start
    return -1
