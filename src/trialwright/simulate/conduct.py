"""One virtual trial as it is run: enrolment, the first look, toxicity, the decision.

Patients are drawn in the order of their numbers, and only as far as the trial gets. Plain
functions, alike in Python (lists) and in machine code (arrays). Days of the trial count from its
opening.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from trialwright.endpoints.bulk.followed import follow_patient
from trialwright.simulate.cohort import Cohort, write_followed
from trialwright.simulate.course import live_through
from trialwright.simulate.draws import Who
from trialwright.simulate.visits import draw_entry

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    from trialwright.simulate.scans import Room, Terms

NEVER_LOOKED = 2**31 - 1  # a number of patients that no trial reaches
# How a trial ended.
COMPLETE, STOPPED_FOR_FUTILITY, STOPPED_FOR_TOXICITY = range(3)


class Conduct(NamedTuple):
    """How the trial is run and decided; the numbers of the study file."""

    patients: int
    first_stage_patients: int  # 0: no look at responses
    first_stage_bound: int  # stop at this many responders or fewer
    final_bound: int  # more responders declare activity; -1: nothing is declared
    look_days: float  # follow-up of a patient after which the first look no longer waits
    accrual_pauses: bool  # nobody enters while the first look is waited for
    toxicity_looks: Sequence[int]  # after so many patients
    toxicity_bounds: Sequence[int]  # so many with unacceptable toxicity stop the trial
    toxicity_window_days: int
    censor_at: int  # CensorAt


class Desk(NamedTuple):
    """Room to work in, for one patient and for the patients of one trial."""

    room: Room
    cohort: Cohort


@dataclass(slots=True)
class Outcome:
    """What became of one trial; the lists are by patient, as many as were enrolled.

    Times are in days from their start; their status is that of ``endings.Status``, or below 0.
    Compiled rules write records with the same fields.
    """

    enrolled: int
    ended: int
    responders_at_look: int
    responders: int
    controlled: int
    toxicities: int
    look_day: float  # of the first look; inf: none
    end_day: float  # the trial is stopped, or its last response is settled
    responded: MutableSequence[bool]
    change: MutableSequence[float]
    survival: MutableSequence[float]
    survival_status: MutableSequence[int]
    progression_free: MutableSequence[float]
    progression_free_status: MutableSequence[int]
    progression: MutableSequence[float]
    progression_status: MutableSequence[int]
    response: MutableSequence[float]
    response_status: MutableSequence[int]


class Look(NamedTuple):
    """The look after stage 1: its day (``inf``: none), and the responders known by then."""

    day: float
    responders: int
    goes_on: bool


class Decision(NamedTuple):
    """How and when a trial ended, with how many patients enrolled by then."""

    ended: int
    day: float
    look: Look
    enrolled: int


def run_trial(first: Who, terms: Terms, room: Room, cohort: Cohort, outcome: Outcome) -> None:
    """Run one of many trials.

    Parameters
    ----------
    first : Who
        Its first patient.
    terms : Terms
        Assumptions, plan, and the study's choices.
    room, cohort : Room, Cohort
        Room to work in.
    outcome : Outcome
        Where it is written.
    """
    conduct = terms.conduct
    cohort.followed.start[0] = 0
    stage = conduct.first_stage_patients
    _draw(0, stage, first, terms, room, cohort)
    look = _look(conduct, cohort)
    if look.goes_on:
        _draw(stage, conduct.patients, first, terms, room, cohort)
        _shift_accrual(conduct, cohort, look.day)
        decision = _decide_at_end(conduct, cohort, look)
    else:
        came = _come_by(look.day, first, terms)
        _draw(stage, came, first, terms, room, cohort)
        decision = _decide_at_look(conduct, cohort, look, came)
    _write(cohort, decision, outcome)


def _draw(begin: int, end: int, first: Who, terms: Terms, room: Room, cohort: Cohort) -> None:
    """Draw patients and derive their endpoints."""
    for patient in range(begin, end):
        who = Who(first.key_low, first.key_high, first.trial, patient)
        story = live_through(who, terms, room)
        write_followed(patient, story, terms, room.calls, cohort)
        follow_patient(patient, cohort.followed, terms.endpoints, cohort.found)


def _look(conduct: Conduct, cohort: Cohort) -> Look:
    """Return the first look.

    The look is made once every patient of the stage has been followed long enough or cannot
    respond any more; it is passed as soon as enough responses are known.
    """
    stage = conduct.first_stage_patients
    if stage == 0:
        return Look(inf, 0, True)
    day = 0.0
    for i in range(stage):
        day = max(day, cohort.first_dose[i] + min(conduct.look_days, cohort.settled[i]))
    responders = _responders_by(day, stage, cohort)
    if responders <= conduct.first_stage_bound:
        return Look(day, responders, False)
    passed = day
    for i in range(stage):
        shown = cohort.first_dose[i] + cohort.shown[i]
        if shown < passed and _responders_by(shown, stage, cohort) > conduct.first_stage_bound:
            passed = shown
    return Look(passed, _responders_by(passed, stage, cohort), True)


def _responders_by(day: float, patients: int, cohort: Cohort) -> int:
    """Count the responses that are known on a day of the trial."""
    count = 0
    for i in range(patients):
        if cohort.first_dose[i] + cohort.shown[i] <= day:
            count += 1
    return count


def _shift_accrual(conduct: Conduct, cohort: Cohort, look_day: float) -> None:
    """Let the patients of the second stage come later by the time the look was waited for."""
    stage = conduct.first_stage_patients
    if not conduct.accrual_pauses or stage == 0 or stage >= conduct.patients:
        return
    wait = int(look_day) - cohort.enrolment[stage]
    if wait <= 0:
        return
    for i in range(stage, conduct.patients):
        cohort.enrolment[i] += wait
        cohort.first_dose[i] += wait


def _decide_at_end(conduct: Conduct, cohort: Cohort, look: Look) -> Decision:
    """Decide a trial that goes on after the first look: complete, or stopped for toxicity."""
    day = _first_toxicity_stop(conduct, cohort, conduct.patients)
    if day < inf:
        enrolled = _enrolled_by(day, conduct.patients, cohort)
        return Decision(STOPPED_FOR_TOXICITY, day, _look_before(day, look), enrolled)
    last = 0.0
    for i in range(conduct.patients):
        last = max(last, cohort.first_dose[i] + cohort.settled[i])
    return Decision(COMPLETE, last, look, conduct.patients)


def _come_by(day: float, first: Who, terms: Terms) -> int:
    """Return how many patients come by the look: the stage alone where accrual pauses."""
    conduct = terms.conduct
    came = conduct.first_stage_patients
    while came < conduct.patients and not conduct.accrual_pauses:
        who = Who(first.key_low, first.key_high, first.trial, came)
        if draw_entry(who, terms.nature, terms.protocol).enrolment > day:
            break
        came += 1
    return came


def _decide_at_look(conduct: Conduct, cohort: Cohort, look: Look, came: int) -> Decision:
    """Decide a trial that ends at the first look: for futility, or for toxicity before it."""
    day, ended = look.day, STOPPED_FOR_FUTILITY
    toxic_day = _first_toxicity_stop(conduct, cohort, came)
    if toxic_day <= look.day:
        day, ended = toxic_day, STOPPED_FOR_TOXICITY
    return Decision(ended, day, _look_before(day, look), _enrolled_by(day, came, cohort))


def _look_before(day: float, look: Look) -> Look:
    """Return the first look, or none where the trial was stopped before it."""
    return Look(inf, 0, False) if look.day > day else look


def _first_toxicity_stop(conduct: Conduct, cohort: Cohort, patients: int) -> float:
    """Return the day on which a look at toxicity stops the trial; ``inf``: none does.

    A look is made once so many patients have been through the window of the rule.
    """
    for k in range(len(conduct.toxicity_looks)):
        size = conduct.toxicity_looks[k]
        if size > patients:
            break
        toxic, day = 0, 0.0
        for i in range(size):
            toxic += 1 if cohort.toxicity[i] < inf else 0
            day = max(day, float(cohort.first_dose[i] + conduct.toxicity_window_days))
        if toxic >= conduct.toxicity_bounds[k]:
            return day
    return inf


def _enrolled_by(day: float, patients: int, cohort: Cohort) -> int:
    count = 0
    for i in range(patients):
        if cohort.enrolment[i] <= day:
            count += 1
    return count


def _write(cohort: Cohort, decision: Decision, outcome: Outcome) -> None:
    """Write what became of a trial and of the patients it enrolled."""
    responders = controlled = toxicities = 0
    found = cohort.found
    for i in range(decision.enrolled):
        responders += 1 if found.responded[i] else 0
        controlled += 1 if found.controlled[i] else 0
        toxicities += 1 if cohort.toxicity[i] < inf else 0
        outcome.responded[i] = found.responded[i]
        outcome.change[i] = cohort.change[i]
        outcome.survival[i] = found.survival.day[i]
        outcome.survival_status[i] = found.survival.status[i]
        outcome.progression_free[i] = found.progression_free.day[i]
        outcome.progression_free_status[i] = found.progression_free.status[i]
        outcome.progression[i] = found.progression.day[i]
        outcome.progression_status[i] = found.progression.status[i]
        outcome.response_status[i] = found.response.status[i]
        outcome.response[i] = inf
        if found.response.status[i] >= 0:
            outcome.response[i] = found.response.day[i] - found.response.begin[i]
    outcome.enrolled = decision.enrolled
    outcome.ended = decision.ended
    outcome.responders_at_look = decision.look.responders
    outcome.responders = responders
    outcome.controlled = controlled
    outcome.toxicities = toxicities
    outcome.look_day = decision.look.day
    outcome.end_day = decision.day
