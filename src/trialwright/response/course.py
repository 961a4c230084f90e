"""The whole course of one patient, from lesion sizes to the best overall response.

Plain functions of sequences and numbers that put the rules of ``recist``, ``best`` and
``local_size`` in order. Called directly they read one patient with lists; the very same source
is compiled for millions (``compiled``) and for a graphics card (``cuda``).

The first visit is the baseline. Days count from the first treatment (day 0); sizes are
millimetres, ``nan`` where a lesion could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.best import (
    Best,
    BestRules,
    best_response,
    last_counted,
    name_stable_disease,
)
from trialwright.response.codes import Response, category
from trialwright.response.local_size import LocalPolicy, size_after_local_therapy
from trialwright.response.recist import Call, State, Targets, add_up_targets, start, step

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

NOT_READ = float("nan")
NOTHING_SHOWN = 2**31 - 1  # a day that never comes


class CourseRules(NamedTuple):
    """The choices of the study file that a course depends on."""

    planned: LocalPolicy  # for a lesion treated locally as planned
    unplanned: LocalPolicy  # outside the protocol
    persistent: bool  # a partial response stays one until progression
    earliest: bool  # a progression is dated at the first scan that shows it
    best: BestRules


class Course(NamedTuple):
    """What was seen of one patient.

    Sizes of visit ``v`` and target ``t`` stand at ``v * targets + t``.
    """

    day: Sequence[int]  # per visit: its date by the study's rule
    targets_day: Sequence[int]  # last scan of the targets on the visit
    shown_day: Sequence[int]  # first scan with a new lesion or unequivocal progression
    non_target: Sequence[int]  # from recist.read_non_targets
    non_target_left: Sequence[bool]  # a non-target lesion is seen, others perhaps not read
    new_lesion: Sequence[bool]
    was_read: Sequence[bool]  # something was read on the visit
    measured_mm: Sequence[float]  # per visit and target, as read from the scan
    viable_mm: Sequence[float]  # the enhancing part; may be empty unless a policy is VIABLE
    complete: Sequence[bool]  # completely ablated as far as known; the same, unless ZERO
    node: Sequence[bool]  # per target: a lymph node, normal below 10 mm; not under VIABLE
    treated_day: Sequence[float]  # first local treatment; inf: none since the first scan
    last_before_mm: Sequence[float]  # last size before it; nan: none
    planned: Sequence[bool]
    new_therapy_day: float  # first anticancer treatment outside the study; inf: none


class Calls(NamedTuple):
    """Where the calls of one patient are written; the baseline is called ``NONE``.

    ``sum_mm`` and ``nadir_mm`` may be empty if nobody asks for them.
    """

    day: MutableSequence[int]  # per visit: the date of the call
    target: MutableSequence[int]
    non_target: MutableSequence[int]
    overall: MutableSequence[int]
    sum_mm: MutableSequence[float]  # nan unless every target was read
    nadir_mm: MutableSequence[float]  # smallest sum before the visit, baseline included
    counted_mm: MutableSequence[float]  # per target: room to work in


class Summary(NamedTuple):
    """What the course comes to; time point 0 is the first visit after baseline."""

    counted: int  # time points up to the first PD and before any new therapy
    unconfirmed: Best
    confirmed: Best


def blank_calls(visits: int, targets: int) -> Calls:
    """Return lists to write the calls of one patient in."""
    codes = [[0] * visits for _ in range(4)]
    sums = [[NOT_READ] * visits for _ in range(2)]
    return Calls(codes[0], codes[1], codes[2], codes[3], sums[0], sums[1], [0.0] * targets)


def read_course(course: Course, rules: CourseRules, calls: Calls) -> Summary:
    """Read every visit of one patient and conclude.

    Parameters
    ----------
    course : Course
        What was seen; no visits at all: there was no baseline, and the patient is ``NE``.
    rules : CourseRules
        The study's choices.
    calls : Calls
        Sequences of the right length (:func:`blank_calls`); the calls are written there.

    Returns
    -------
    Summary
        How many time points count, and the best overall response of those.
    """
    if len(course.day) == 0:
        nothing = Best(Response.NE, -1, -1)
        return Summary(0, nothing, nothing)
    targets, visits = len(course.node), len(course.day)
    state = open_course(course, targets, rules, calls)
    for visit in range(1, visits):
        state = read_visit(course, targets, visit, state, rules, calls)
    until = day_of_new_therapy(course, targets, rules)
    return conclude(calls, visits, state.has_targets, until, rules.best)


def open_course(course: Course, targets: int, rules: CourseRules, calls: Calls) -> State:
    """Read the baseline, and return the state that the first visit is read from.

    Parameters
    ----------
    course, rules, calls
        As for :func:`read_course`; the sequences may be longer than what they hold so far.
    targets : int
        How many targets the patient has.
    """
    lesions = _lesions_read(course, targets, rules)
    state = start(count_targets(course, targets, 0, rules, calls), lesions)
    _write_baseline(calls, course.day[0], state)
    return state


def read_visit(
    course: Course, targets: int, visit: int, state: State, rules: CourseRules, calls: Calls
) -> State:
    """Read one visit after baseline, write its call, and return the new state.

    Visit by visit it reads a patient who is still being followed; a whole course is the same
    steps in a row.

    Parameters
    ----------
    course, targets, rules, calls
        As for :func:`open_course`; nothing after the visit is looked at.
    visit : int
        Position of the visit, 1 or more.
    state : State
        What the visits before it left behind.
    """
    sizes = count_targets(course, targets, visit, rules, calls)
    non_target = category(course.non_target[visit])
    new_lesion = bool(course.new_lesion[visit])
    left = bool(course.non_target_left[visit])
    later, call = step(state, visit, sizes, non_target, new_lesion, rules.persistent, left)
    _write_call(calls, visit, call, state, sizes)
    calls.day[visit] = day_of_call(course, visit, call, rules.earliest)
    return later


def count_targets(
    course: Course, targets: int, visit: int, rules: CourseRules, calls: Calls
) -> Targets:
    """Add up the targets of one visit, each at the size that it counts under the policies.

    A scan on which nothing could be read says nothing, whatever a policy would put in.
    """
    if not course.was_read[visit]:
        return Targets(0.0, _lesions_read(course, targets, rules), 0)
    first = visit * targets
    for lesion in range(targets):
        calls.counted_mm[lesion] = course.measured_mm[first + lesion]
        if is_treated(course.treated_day[lesion]):
            calls.counted_mm[lesion] = size_of_treated(course, targets, visit, lesion, rules)
    return add_up_targets(calls.counted_mm[:targets], course.node)


def is_treated(treated_day: float) -> bool:
    """Tell whether a target is treated locally in the course."""
    return treated_day < float("inf")


def size_of_treated(
    course: Course, targets: int, visit: int, lesion: int, rules: CourseRules
) -> float:
    """Return the size in mm that a target treated locally counts on one visit.

    A lesion that leaves the reading counts 0 mm on every visit, baseline included: it adds
    nothing to a sum, and is neither missing nor there. A scan on the day of a treatment shows
    the lesion before it.
    """
    at = visit * targets + lesion
    policy = rules.planned if course.planned[lesion] else rules.unplanned
    if policy == LocalPolicy.EXCLUDE:
        return 0.0
    viable = course.viable_mm[at] if policy == LocalPolicy.VIABLE else NOT_READ
    if course.targets_day[visit] <= course.treated_day[lesion]:
        return viable if policy == LocalPolicy.VIABLE else course.measured_mm[at]
    complete = bool(course.complete[at]) if policy == LocalPolicy.ZERO else False
    before = course.last_before_mm[lesion]
    return size_after_local_therapy(policy, course.measured_mm[at], viable, before, complete)


def day_of_call(course: Course, visit: int, call: Call, earliest: bool) -> int:
    """Return the day of a time point; a progression is dated at the first scan that shows it."""
    day = course.day[visit]
    if not earliest or call.overall != Response.PD:
        return day
    grown = call.target == Response.PD
    return day_of_progression(day, course.shown_day[visit], course.targets_day[visit], grown)


def day_of_progression(day: int, shown_day: int, targets_day: int, target_progressed: bool) -> int:
    """Return the day of the first scan that shows a progression.

    Parameters
    ----------
    day : int
        The day of the visit, where no scan says more.
    shown_day : int
        First scan with a new lesion or unequivocal progression; ``NOTHING_SHOWN`` if none.
    targets_day : int
        Last scan of the targets, at which growth of the sum is known.
    target_progressed : bool
        Whether the sum has grown.

    Source: FDA guidance on endpoints, the date rule of its example table A.
    """
    shown = targets_day if target_progressed and targets_day < shown_day else shown_day
    return day if shown == NOTHING_SHOWN else shown


def day_of_new_therapy(course: Course, targets: int, rules: CourseRules) -> float:
    """Return the day from which nothing counts; ``inf`` if there is none.

    Under the policy ``CENSOR`` an unplanned local treatment is new anticancer therapy; one from
    before the first treatment is a prior treatment.
    """
    first = course.new_therapy_day
    if rules.unplanned == LocalPolicy.CENSOR:
        for lesion in range(targets):
            treated = course.treated_day[lesion]
            if not course.planned[lesion] and 0 <= treated < first:
                first = treated
    return first


def _lesions_read(course: Course, targets: int, rules: CourseRules) -> int:
    """Count the targets that take part in the reading."""
    count = 0
    for lesion in range(targets):
        policy = rules.planned if course.planned[lesion] else rules.unplanned
        treated = is_treated(course.treated_day[lesion])
        if policy != LocalPolicy.EXCLUDE or not treated:
            count += 1
    return count


def _write_baseline(calls: Calls, day: int, state: State) -> None:
    calls.day[0] = day
    calls.target[0] = Response.NONE
    calls.non_target[0] = Response.NONE
    calls.overall[0] = Response.NONE
    if len(calls.sum_mm) > 0:
        calls.sum_mm[0] = state.baseline_mm
        calls.nadir_mm[0] = state.baseline_mm


def _write_call(calls: Calls, visit: int, call: Call, before: State, targets: Targets) -> None:
    calls.target[visit] = call.target
    calls.non_target[visit] = call.non_target
    calls.overall[visit] = call.overall
    if len(calls.sum_mm) > 0:
        complete = before.has_targets and targets.missing == 0
        calls.sum_mm[visit] = targets.measured_mm if complete else NOT_READ
        calls.nadir_mm[visit] = before.nadir_mm


def conclude(
    calls: Calls, visits: int, has_targets: bool, until: float, best: BestRules
) -> Summary:
    """Return what the calls of a course come to.

    Parameters
    ----------
    calls : Calls
        Every visit called; the sequences may be longer.
    visits : int
        How many visits there are, baseline included.
    has_targets : bool
        From the state of any visit.
    until : float
        Last day that counts; ``inf``: no limit.
    best : BestRules
        The study's choices.
    """
    responses, days = calls.overall[1:visits], calls.day[1:visits]
    counted = last_counted(responses, days, until)
    responses, days = responses[:counted], days[:counted]
    unconfirmed = best_response(responses, days, best, False)
    confirmed = best_response(responses, days, best, True)
    return Summary(
        counted,
        name_stable_disease(unconfirmed, has_targets),
        name_stable_disease(confirmed, has_targets),
    )
