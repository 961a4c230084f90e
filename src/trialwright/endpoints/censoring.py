"""When a patient's time to progression ends: as an event, or censored, by declared rules.

Plain functions of one patient's days and codes, so that the same source serves one patient and,
compiled, millions. Which fields make FDA's example tables or EMA's analysis is data
(``study/countings.toml``); nothing here knows their names.

Days count from the first treatment (0); ``inf`` is a day that never came.

Sources: FDA guidance on clinical trial endpoints (2007), appendix 3; EMA CHMP/27994/2008 Rev. 1;
strategies for intercurrent events as in ICH E9(R1), section A.3.2. What each table says:
``docs/decisions/013-censoring-presets.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.endpoints.endings import (
    EVERY_EVENT_COUNTS,
    NEVER,
    NO_ASSESSMENT,
    Assessed,
    Cause,
    CensorAt,
    CensoringRules,
    DeathIs,
    Ended,
    Happened,
    Status,
    Strategy,
    Why,
)
from trialwright.response.codes import Response
from trialwright.study.calendar import (
    longest_gap,
    planned_day,
    visit_not_over,
    windows_passed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def end_of_time(
    assessments: Assessed, happened: Happened, death_is: int, rules: CensoringRules
) -> Ended:
    """Return when and how the time to progression of one patient ends.

    Parameters
    ----------
    assessments : Assessed
        The assessments after baseline.
    happened : Happened
        What else happened to the patient.
    death_is : DeathIs
        What a death without progression is to the endpoint.
    rules : CensoringRules
        The study's choices.
    """
    start = happened.start
    if rules.censors_without_baseline and not happened.has_baseline:
        return Ended(start, Status.CENSORED, Why.NO_BASELINE, Cause.NOTHING, NEVER, NO_ASSESSMENT)
    ended = _end(assessments, happened, death_is, rules)
    if ended.day > rules.horizon_day:
        last = float(int(max(start, rules.horizon_day)))
        ended = Ended(
            last, Status.CENSORED, Why.HORIZON, ended.cause, ended.cause_day, NO_ASSESSMENT
        )
    if over_before_start(ended, start, rules.horizon_day):
        return _with_status(ended, Status.ENDED_BEFORE)
    return _with_status(ended, Status.CONTRADICTION) if ended.day < start else ended


def over_before_start(ended: Ended, start: float, horizon_day: float) -> bool:
    """Tell whether the way of counting ended all time before this time starts.

    A response may well begin after a new therapy, a stop of the treatment or the horizon; where
    those end or censor the time to progression, no time is left that the response could last.

    Parameters
    ----------
    ended : Ended
        How the time would end.
    start : float
        Its first day; what starts with the first treatment or before it is never over by then.
    horizon_day : float
        Nothing after it counts.
    """
    if start <= 0:
        return False
    if ended.why == Why.HORIZON:
        return horizon_day < start
    intercurrent = ended.cause >= Cause.CLINICAL_PROGRESSION and ended.cause != Cause.DEATH
    return intercurrent and ended.cause_day < start


def _end(assessments: Assessed, happened: Happened, death_is: int, rules: CensoringRules) -> Ended:
    event = first_event(happened, death_is, rules)
    day = _day_of(event, happened)
    cut = first_cut(happened, rules)
    cut_day = _day_of(cut, happened)
    if cut_day < day:
        ended = _censored_before(assessments, happened.start, cut, cut_day)
    elif event == Cause.NOTHING:
        ended = _without_event(assessments, happened, death_is)
    else:
        ended = _at_event(assessments, happened, event, death_is, rules)
    claimed = happened.clinical_progression
    documented = ended.why == Why.HAPPENED and ended.cause == Cause.PROGRESSION
    documented = documented and ended.day <= rules.horizon_day  # what comes later is not seen
    censors = rules.clinical_progression == Strategy.HYPOTHETICAL and not documented
    if censors and claimed < min(day, cut_day):
        # No scan documents the progression that the treatment was stopped for
        return _censored_before(assessments, happened.start, Cause.CLINICAL_PROGRESSION, claimed)
    return ended


def _at_event(
    assessments: Assessed,
    happened: Happened,
    event: int,
    death_is: int,
    rules: CensoringRules,
) -> Ended:
    start, day = happened.start, _day_of(event, happened)
    shown = event == Cause.PROGRESSION
    at = last_assessment(assessments.day, assessments.evaluable, start, day, shown)
    # Nothing is planned before the first treatment, so time before it holds no missed assessment
    last_day = max(start, 0.0) if at == NO_ASSESSMENT else float(assessments.day[at])
    if follows_missed(event, day, last_day, rules):
        at = last_assessment(assessments.day, assessments.adequate, start, day, shown)
        return _censored_at(at, assessments.day, start, Why.MISSED, event, day)
    status = Status.EVENT
    if event == Cause.DEATH and death_is == DeathIs.COMPETING:
        status = Status.COMPETING
    dated = date_event(event, day, happened.death, rules)
    if day >= start:
        # A late scan may lie after the planned day of its visit; a response that begins on such a
        # scan would else begin after its end.
        dated = max(dated, start)
    return Ended(dated, status, Why.HAPPENED, event, day, NO_ASSESSMENT)


def first_event(happened: Happened, death_is: int, rules: CensoringRules) -> int:
    """Return what ends the time as an event; of two on one day the first of ``Cause``.

    Parameters
    ----------
    happened : Happened
        The days.
    death_is : DeathIs
        Whether death is an event.
    rules : CensoringRules
        Which intercurrent events are events themselves (strategy composite).

    Returns
    -------
    Cause
        ``NOTHING`` if there is no event.
    """
    dies = death_is in (DeathIs.EVENT, DeathIs.COMPETING)
    first = Cause.NOTHING
    for cause in (
        Cause.PROGRESSION,
        Cause.CLINICAL_PROGRESSION,
        Cause.DEATH,
        Cause.NEW_THERAPY,
        Cause.LOCAL_THERAPY,
        Cause.DISCONTINUATION,
    ):
        counts = cause == Cause.PROGRESSION or (cause == Cause.DEATH and dies)
        counts = counts or strategy_of(cause, rules) == Strategy.COMPOSITE
        if counts and _day_of(cause, happened) < _day_of(first, happened):
            first = cause
    return first


def first_cut(happened: Happened, rules: CensoringRules) -> int:
    """Return the first intercurrent event that censors (hypothetical); else ``NOTHING``.

    Treatment stopped for progression is not among them: whether a later scan documents it decides.
    """
    first = Cause.NOTHING
    for cause in (
        Cause.NEW_THERAPY,
        Cause.LOCAL_THERAPY,
        Cause.DISCONTINUATION,
    ):
        censors = strategy_of(cause, rules) == Strategy.HYPOTHETICAL
        if censors and _day_of(cause, happened) < _day_of(first, happened):
            first = cause
    return first


def strategy_of(cause: int, rules: CensoringRules) -> int:
    """Return the study's strategy for an intercurrent event; progression and death are none."""
    if cause == Cause.CLINICAL_PROGRESSION:
        return rules.clinical_progression
    if cause == Cause.NEW_THERAPY:
        return rules.new_therapy
    if cause == Cause.LOCAL_THERAPY:
        return rules.local_therapy
    if cause == Cause.DISCONTINUATION:
        return rules.discontinuation
    return Strategy.TREATMENT_POLICY


def _day_of(cause: int, happened: Happened) -> float:  # noqa: PLR0911 - one return a cause
    if cause == Cause.PROGRESSION:
        return happened.progression
    if cause == Cause.CLINICAL_PROGRESSION:
        return happened.clinical_progression
    if cause == Cause.DEATH:
        return happened.death
    if cause == Cause.NEW_THERAPY:
        return happened.new_therapy
    if cause == Cause.LOCAL_THERAPY:
        return happened.local_therapy
    if cause == Cause.DISCONTINUATION:
        return happened.discontinuation
    return NEVER


def is_claimed(stop: float, progression: float) -> bool:
    """Tell whether a stop of the treatment for progression came before any scan showed one.

    Parameters
    ----------
    stop, progression : float
        The day of the stop, and that of the first documented progression; ``inf``: never.
    """
    return stop < progression


def is_measured(sum_mm: float, target: int, overall: int) -> bool:
    """Tell whether every target lesion was measured on an assessment.

    Parameters
    ----------
    sum_mm : float
        Their sum; ``nan`` where one was not measured.
    target, overall : Response
        Target response and overall response. Without target lesions an assessment that could be
        evaluated counts as measured.
    """
    if target == Response.NONE:
        return overall != Response.NE
    return sum_mm == sum_mm  # noqa: PLR0124 - not nan


def is_adequate(at: int, evaluable: bool, measured: bool) -> bool:
    """Tell whether a time may be censored at an assessment.

    Parameters
    ----------
    at : CensorAt
        The study's choice (``times.last_assessment``).
    evaluable : bool
        The overall response is not NE.
    measured : bool
        From :func:`is_measured`.
    """
    if at == CensorAt.ANY:
        return True
    return measured if at == CensorAt.MEASURED else evaluable


def last_assessment(
    days: Sequence[int], counts: Sequence[bool], start: float, until: float, shows_event: bool
) -> int:
    """Return the last assessment that counts; -1 if there is none.

    Parameters
    ----------
    days : sequence of int, shape (assessments,)
        Their days, in rising order.
    counts : sequence of bool, shape (assessments,)
        Which of them count.
    start, until : float
        First and last day that count.
    shows_event : bool
        Whether the assessment on the day ``until`` is the progression itself; then only earlier
        ones count.
    """
    for i in range(len(days) - 1, -1, -1):
        in_time = days[i] < until or (days[i] == until and not shows_event)
        if in_time and days[i] >= start and counts[i]:
            return i
    return NO_ASSESSMENT


def follows_missed(cause: int, day: float, last_day: float, rules: CensoringRules) -> bool:
    """Tell whether an event follows more missed assessments than the study allows.

    Parameters
    ----------
    cause : Cause
        The event. Only a progression or a death can follow missed assessments: the day of any
        other event is known without a scan.
    day : float
        Its day.
    last_day : float
        Day of the last assessment before it that counts, or the start of time.
    rules : CensoringRules
        The study's choices.

    Notes
    -----
    Source: FDA guidance (2007), appendix 3: an event after more than one missed visit.
    """
    if cause == Cause.PROGRESSION:
        allowed = rules.missed_before_progression
    elif cause == Cause.DEATH:
        allowed = rules.missed_before_death
    else:
        allowed = EVERY_EVENT_COUNTS
    if allowed == EVERY_EVENT_COUNTS:
        return False
    if rules.by_planned_visits:
        return windows_passed(rules.calendar, last_day, day) > allowed
    return day - last_day > longest_gap(rules.calendar, last_day, allowed)


def date_event(cause: int, day: float, death_day: float, rules: CensoringRules) -> float:
    """Return the day at which an event is dated.

    Under ``times.progression_date = "scheduled_visit"`` a progression is dated at the planned day
    of its visit, between two visits at that of the next one, and never after the death.

    Source: FDA guidance (2007), appendix 3, tables B and C.
    """
    progressed = cause in (Cause.PROGRESSION, Cause.CLINICAL_PROGRESSION)
    if not (rules.dated_at_visit and progressed):
        return day
    planned = float(planned_day(rules.calendar, visit_not_over(rules.calendar, day)))
    return min(planned, death_day)


def _without_event(assessments: Assessed, happened: Happened, death_is: int) -> Ended:
    died = happened.death < NEVER
    cause = Cause.DEATH if died else Cause.NOTHING
    if died and death_is == DeathIs.CENSORED_AT_DEATH:
        death = happened.death
        return Ended(death, Status.CENSORED, Why.AT_DEATH, cause, death, NO_ASSESSMENT)
    start = happened.start
    at = last_assessment(assessments.day, assessments.adequate, start, NEVER, False)
    return _censored_at(at, assessments.day, start, Why.NO_EVENT, cause, happened.death)


def _censored_before(assessments: Assessed, start: float, cause: int, day: float) -> Ended:
    at = last_assessment(assessments.day, assessments.adequate, start, day, False)
    return _censored_at(at, assessments.day, start, Why.BEFORE, cause, day)


def _censored_at(
    at: int, days: Sequence[int], start: float, why: int, cause: int, cause_day: float
) -> Ended:
    day = start if at == NO_ASSESSMENT else float(days[at])
    return Ended(day, Status.CENSORED, why, cause, cause_day, at)


def end_of_life(start: float, death: float, last_contact: float, horizon_day: float) -> Ended:
    """Return when and how the survival time of one patient ends.

    Parameters
    ----------
    start : float
        Time is counted from here.
    death : float
        Day of death; ``inf`` if alive.
    last_contact : float
        Last day known alive; ``-inf`` if nothing is known.
    horizon_day : float
        Nothing after it counts; ``inf``: no limit.
    """
    cause = Cause.DEATH if death < NEVER else Cause.NOTHING
    if death < NEVER:
        day, status, why = death, Status.EVENT, Why.HAPPENED
    else:
        day, status, why = max(start, last_contact), Status.CENSORED, Why.NO_EVENT
    if day > horizon_day:
        day, status, why = float(int(max(start, horizon_day))), Status.CENSORED, Why.HORIZON
    ended = Ended(day, status, why, cause, death, NO_ASSESSMENT)
    return _with_status(ended, Status.CONTRADICTION) if day < start else ended


def _with_status(ended: Ended, status: int) -> Ended:
    return Ended(ended.day, status, ended.why, ended.cause, ended.cause_day, ended.assessment)
