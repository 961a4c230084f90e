"""One patient's course through a trial: scans, local treatment, later therapy, the end.

Scan by scan the trial's own response rules say what was seen, and whether it ends the scans: the
steps are those of ``response.course``, so a virtual patient leaves the study by the rule that a
real one does. Plain functions, alike in Python (lists) and in machine code (arrays).

Days count from the first dose (day 0) and are half-open: nothing happens on or after the day of
death. ``inf`` is a day that never comes.
"""

from __future__ import annotations

from math import inf, isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.response.best import end_of_counting, response_known_at
from trialwright.response.codes import Response
from trialwright.response.course import (
    NOT_READ,
    Calls,
    CourseRules,
    Summary,
    conclude,
    open_course,
    read_visit,
)
from trialwright.response.local_size import LocalPolicy
from trialwright.response.recist import State
from trialwright.simulate.ablation import HiddenAblation, draw_ablation, no_ablation
from trialwright.simulate.draws import Purpose, Who, draw_both, integer_between
from trialwright.simulate.fate import Leaving, draw_death, draw_leaving, draw_toxicity
from trialwright.simulate.patient import (
    NODE,
    Counts,
    draw_lesions,
    draw_traits,
    hazard_of_new_lesions,
)
from trialwright.simulate.scans import (
    BASELINE,
    NO_FINDING,
    RESIDUAL,
    Moment,
    Patient,
    read_scan,
)
from trialwright.simulate.visits import MISSED, Entry, day_of_scan, draw_entry
from trialwright.study.calendar import planned_day

if TYPE_CHECKING:
    from trialwright.simulate.numbers import Nature, Protocol
    from trialwright.simulate.scans import Reading, Room, Seen, Terms

# Why something ended; of two on one day the first.
PROGRESSION, DEATH, WITHDRAWAL, COMPLETED, DISCONTINUATION = range(5)


class Ending(NamedTuple):
    """The day on which something ended, which is no longer part of it, and why."""

    day: float
    why: int


class Story(NamedTuple):
    """What became of one patient; the scans themselves are in the room."""

    entry: Entry
    counts: Counts
    ablation: HiddenAblation  # as it was done
    leaving: Leaving
    scans: int  # that were made, baseline included
    cut_day: float  # first day whose facts are not in the data
    progression_day: float  # of the scan that ended the scans
    treatment: Ending
    study: Ending
    therapy_day: float  # first treatment after study treatment
    toxicity_day: float  # unacceptable toxicity, while on study
    summary: Summary
    response_shown_day: float  # scan by which the trial knows of a response


def live_through(who: Who, terms: Terms, room: Room) -> Story:
    """Draw one patient of a trial, and follow the patient to the end.

    Parameters
    ----------
    who : Who
        Names the patient.
    terms : Terms
        Assumptions, plan, and how scans are read.
    room : Room
        Where hidden lesions, scans and calls are written.
    """
    begun = _begin(who, terms, room)
    study, leaving, cut_day = begun.study, begun.leaving, begun.cut_day
    until = min(study.day, cut_day)
    made = Made(0, inf, False)
    if begun.entry.baseline_day < until:
        made = _scan_until(begun.patient, terms, room, begun.entry.baseline_day, until)
    treatment = end_treatment(made.progression_day, study, leaving.discontinuation)
    ablation = begun.patient.ablation
    if ablation.day >= treatment.day:
        ablation = no_ablation()
    therapy = _draw_therapy(who, terms.nature, made.progression_day, leaving.discontinuation)
    therapy = therapy if therapy < until else inf
    done = ablation if ablation.day < cut_day else no_ablation()
    ends = end_of_reading(therapy, treatment, cut_day, terms.reading)
    summary = _conclude(room, terms.reading, made, begun.patient.counts, done, ends)
    toxicity = draw_toxicity(who, terms.nature, terms.protocol)
    return Story(
        begun.entry,
        begun.patient.counts,
        ablation,
        leaving,
        made.scans,
        cut_day,
        made.progression_day,
        treatment,
        study,
        therapy,
        toxicity if toxicity < until else inf,
        summary,
        _day_response_shown(room.calls, summary, terms.reading),
    )


class Begun(NamedTuple):
    """One patient before the first scan, and what ends the course if no scan does."""

    entry: Entry
    cut_day: float
    patient: Patient  # with the ablation, if the patient is there for it
    leaving: Leaving
    study: Ending


def _begin(who: Who, terms: Terms, room: Room) -> Begun:
    """Draw a patient's entry, lesions, ablation and fate."""
    nature, protocol, lesions = terms.nature, terms.protocol, room.lesions
    entry = draw_entry(who, nature, protocol)
    traits = draw_traits(who, nature)
    counts = draw_lesions(who, nature, traits, lesions)
    ablation = draw_ablation(who, nature, protocol, lesions)
    death = draw_death(who, nature, traits, lesions, counts, ablation)
    leaving = draw_leaving(who, nature, death)
    study = end_study(leaving, protocol)
    if ablation.day >= min(study.day, leaving.discontinuation):
        ablation = no_ablation()
    _clear(room, counts)
    patient = Patient(who, counts, ablation, hazard_of_new_lesions(nature, traits))
    return Begun(entry, protocol.cut_day - entry.first_dose, patient, leaving, study)


class Made(NamedTuple):
    """The scans that were made, and what they came to."""

    scans: int
    progression_day: float
    has_targets: bool


def end_study(leaving: Leaving, protocol: Protocol) -> Ending:
    """Return when and why a patient is followed no further."""
    ending = Ending(leaving.death, DEATH)
    if leaving.withdrawal < ending.day:
        ending = Ending(leaving.withdrawal, WITHDRAWAL)
    if protocol.horizon_days < ending.day:
        ending = Ending(float(protocol.horizon_days), COMPLETED)
    return ending


def end_treatment(progression_day: float, study: Ending, discontinuation_day: float) -> Ending:
    """Return the end of treatment; at the same day progression is named before the others."""
    ending = Ending(progression_day, PROGRESSION)
    if study.day < ending.day:
        ending = study
    if discontinuation_day < ending.day:
        ending = Ending(discontinuation_day, DISCONTINUATION)
    return ending


def end_of_reading(
    therapy_day: float, treatment: Ending, cut_day: float, reading: Reading
) -> float:
    """Return the day after which no scan counts, by what is known at the data cut."""
    stop = treatment.day if treatment.day < cut_day else inf
    return end_of_counting(therapy_day, stop, reading.after_new_therapy, reading.while_on_treatment)


def _clear(room: Room, counts: Counts) -> None:
    """Forget the targets of the patient before."""
    course = room.course
    for place in range(counts.targets):
        course.node[place] = room.lesions.organ[place] == NODE
        course.treated_day[place] = inf
        course.last_before_mm[place] = NOT_READ
        course.planned[place] = True


def _scan_until(
    patient: Patient, terms: Terms, room: Room, baseline_day: int, until: float
) -> Made:
    """Scan a patient from baseline until progression or day ``until``, which is excluded."""
    protocol, reading = terms.protocol, terms.reading
    state = State(False, NOT_READ, NOT_READ, 0, False, False)
    scans, number, day = 0, BASELINE, baseline_day
    while True:
        if day != MISSED and day < until:
            read_scan(patient, terms, room, Moment(scans, number, day))
            state = _read_on(patient, reading.course, room, scans, state)
            scans += 1
            progressed = room.calls.overall[scans - 1] == Response.PD
            if progressed and reading.stops_at_progression:
                return Made(scans, float(day), state.has_targets)
        number += 1
        planned = planned_day(protocol.calendar, number)
        early = planned - protocol.calendar.window_days
        if planned >= protocol.horizon_days or early >= until:
            return Made(scans, inf, state.has_targets)
        day = day_of_scan(patient.who, terms.nature, protocol, number)


def _read_on(patient: Patient, rules: CourseRules, room: Room, scan: int, state: State) -> State:
    """Read the scan that was just made by the response rules, with what it is the first to know."""
    targets, course = patient.counts.targets, room.course
    if scan == BASELINE:
        return open_course(course, targets, rules, room.calls)
    day = float(course.day[scan])
    news = _learn_of_ablation(patient.ablation, day, rules.planned, course, targets, scan)
    if _learn_of_residue(room.seen, course, targets, scan) or news:
        state = _read_again(room, targets, rules, scan)
    return read_visit(course, targets, scan, state, rules, room.calls)


def _learn_of_ablation(
    ablation: HiddenAblation,
    day: float,
    planned: LocalPolicy,
    course: Any,
    targets: int,
    scans: int,
) -> bool:
    """Note an ablation before a day for all scans so far; return whether it is news."""
    if ablation.day >= day or course.treated_day[0] < inf:
        return False
    course.treated_day[0] = ablation.day
    if planned == LocalPolicy.VIABLE:
        course.node[0] = False  # its viable part is no short axis
    for scan in range(scans):
        size = course.measured_mm[scan * targets]
        if not isnan(size):
            course.last_before_mm[0] = size
    return True


def _learn_of_residue(seen: Seen, course: Any, targets: int, scan: int) -> bool:
    """Note that the ablation left tumour: the lesion was never gone, whatever was thought before.

    Returns whether an earlier scan counted it as gone.
    """
    changes = False
    if seen.finding[scan] == RESIDUAL:
        for earlier in range(1, scan):
            at = earlier * targets
            if course.complete[at] and seen.finding[earlier] == NO_FINDING:
                course.complete[at] = False
                changes = True
    return changes


def _read_again(room: Room, targets: int, rules: CourseRules, scans: int) -> State:
    """Read the scans so far once more, with what is known now."""
    if scans == 0:
        return State(False, NOT_READ, NOT_READ, 0, False, False)
    state = open_course(room.course, targets, rules, room.calls)
    for visit in range(1, scans):
        state = read_visit(room.course, targets, visit, state, rules, room.calls)
    return state


def _conclude(
    room: Room,
    reading: Reading,
    made: Made,
    counts: Counts,
    ablation: HiddenAblation,
    until: float,
) -> Summary:
    """Return the best response, once all is known that will ever be known of the ablation."""
    rules, targets = reading.course, counts.targets
    if _learn_of_ablation(ablation, inf, rules.planned, room.course, targets, made.scans):
        _read_again(room, targets, rules, made.scans)
    scans = max(made.scans, 1)  # without a baseline there is nothing after it
    return conclude(room.calls, scans, made.has_targets, until, rules.best)


def _day_response_shown(calls: Calls, summary: Summary, reading: Reading) -> float:
    """Return the day of the scan by which the response is known; ``inf``: there is none."""
    last = summary.counted + 1
    days = calls.day[1:last]
    at = response_known_at(calls.overall[1:last], days, reading.course.best, reading.confirm)
    return inf if at < 0 else float(days[at])


def _draw_therapy(
    who: Who, nature: Nature, progression_day: float, discontinuation_day: float
) -> float:
    """Draw the first treatment after study treatment, after progression or after stopping."""
    model = nature.therapy
    first = _start_of_therapy(who, nature, progression_day, model.probability_after_progression, 0)
    stopped = discontinuation_day if discontinuation_day < progression_day else inf
    return min(
        first,
        _start_of_therapy(who, nature, stopped, model.probability_after_discontinuation, 1),
    )


def _start_of_therapy(
    who: Who, nature: Nature, after: float, probability: float, occasion: int
) -> float:
    """Return the day on which a therapy starts, infinite if none does."""
    if after == inf:
        return inf
    u, u_delay = draw_both(who, Purpose.THERAPY, occasion)
    if u >= probability:
        return inf
    model = nature.therapy
    return after + integer_between(u_delay, model.delay_least_days, model.delay_most_days)
