"""What a virtual trial knows of its patients, and what the endpoints read of each.

Plain functions, alike in Python (lists) and in machine code (records).
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.endpoints.censoring import is_adequate, is_measured
from trialwright.response.codes import Response
from trialwright.response.recist import change_of_sum
from trialwright.simulate.course import COMPLETED, DEATH, PROGRESSION, end_of_reading

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    from trialwright.endpoints.bulk.followed import Endpoints, Followed
    from trialwright.response.course import Calls
    from trialwright.simulate.course import Story
    from trialwright.simulate.scans import Reading, Terms


class Cohort(NamedTuple):
    """Room for what the trial knows of its patients, by patient."""

    enrolment: MutableSequence[int]
    first_dose: MutableSequence[int]
    settled: MutableSequence[float]  # no later scan changes the response; days from first dose
    shown: MutableSequence[float]  # the response is known; inf: none
    toxicity: MutableSequence[float]
    change: MutableSequence[
        float
    ]  # deepest change of the sum as a fraction; inf: none was measured
    followed: Followed
    found: Endpoints


def write_followed(patient: int, story: Story, terms: Terms, calls: Calls, cohort: Cohort) -> None:
    """Write what endpoints read of a patient after the one before.

    Parameters
    ----------
    patient : int
        Place in the cohort.
    story : Story
        From `live_through`, which has just filled ``calls``.
    terms : Terms
        The study's choices.
    calls : Calls
        The calls of the patient's scans.
    cohort : Cohort
        Written at the patient's place.
    """
    followed: Any = cohort.followed
    summary = story.summary
    best = summary.confirmed if terms.reading.confirm else summary.unconfirmed
    _write_assessments(patient, story, terms.conduct.censor_at, calls, followed)
    followed.counted[patient] = summary.counted
    followed.best[patient] = best.response
    followed.has_baseline[patient] = story.scans > 0
    _write_fate(patient, story, followed)
    cohort.enrolment[patient] = story.entry.enrolment
    cohort.first_dose[patient] = story.entry.first_dose
    cohort.shown[patient] = story.response_shown_day
    cohort.settled[patient] = _settled(story, terms.reading)
    cohort.toxicity[patient] = story.toxicity_day
    cohort.change[patient] = _deepest_change(calls, summary.counted)


def _write_assessments(
    patient: int, story: Story, censor_at: int, calls: Calls, followed: Any
) -> None:
    at = followed.start[patient]
    for scan in range(1, story.scans):
        overall = calls.overall[scan]
        evaluable = overall != Response.NE
        measured = is_measured(calls.sum_mm[scan], calls.target[scan], overall)
        followed.day[at] = calls.day[scan]
        followed.overall[at] = overall
        followed.evaluable[at] = evaluable
        followed.adequate[at] = is_adequate(censor_at, evaluable, measured)
        at += 1
    followed.start[patient + 1] = at


def _deepest_change(calls: Calls, counted: int) -> float:
    """Return the deepest change of the sum on a scan that counts; ``inf`` if none was measured."""
    deepest = inf
    for scan in range(1, counted + 1):
        change = change_of_sum(calls.sum_mm[scan], calls.sum_mm[0])
        deepest = min(deepest, change)
    return deepest


def _write_fate(patient: int, story: Story, followed: Any) -> None:
    """Write the days on which things happened to a patient, as far as they are in the data."""
    died = story.study.why == DEATH and story.study.day < story.cut_day
    followed.death[patient] = story.study.day if died else inf
    followed.last_contact[patient] = min(story.study.day, story.cut_day - 1)
    followed.new_therapy[patient] = story.therapy_day
    followed.local_therapy[patient] = inf
    stopped = story.treatment.why not in (DEATH, COMPLETED) and story.treatment.day < story.cut_day
    followed.stop[patient] = story.treatment.day if stopped else inf
    followed.stop_for_progression[patient] = stopped and story.treatment.why == PROGRESSION


def _settled(story: Story, reading: Reading) -> float:
    """Return the day from which no scan can change the response any more."""
    ends = end_of_reading(story.therapy_day, story.treatment, story.cut_day, reading)
    return min(story.response_shown_day, story.progression_day, story.study.day, ends)
