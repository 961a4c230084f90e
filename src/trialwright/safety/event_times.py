"""How long patients were at risk of an event, and when the first one came.

The time at risk runs from the first treatment to the first event, or to the end of the window of
treatment-emergent events, death or the last contact, whichever is first. For a cumulative
incidence the end of treatment and death compete with the event: whoever has stopped cannot have
it on treatment any more.

Source: exposure-adjusted incidence is patients with the event for each 100 patient-months at risk
to the first one, by convention. Competing discontinuation: Allignol, Beyersmann and
Schmoor, Pharm Stat 2016;15:297.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.safety.windows import find_ongoing, open_windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.study.model import Study

Kind = Literal["event", "competing", "censored", "undated"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The days on which a treated patient was watched for events.

    Parameters
    ----------
    patient_id : str
        The patient.
    first_treatment : date
        Where the time begins.
    at_risk_to : date or None
        Last day at risk: the end of the window, death or the last contact; none: not known.
    end_words : str
        Why it ends there.
    stopped : date or None
        Recorded end of treatment, or death before it.
    stopped_words : str
        Which of them.
    """

    patient_id: str
    first_treatment: date
    at_risk_to: date | None
    end_words: str
    stopped: date | None
    stopped_words: str


def follow_patients(
    dataset: Dataset,
    study: Study,
    courses: Mapping[str, TreatmentCourse],
    *,
    prolonged: bool = False,
) -> tuple[FollowUp, ...]:
    """Return how long each treated patient was watched, in the order of ``courses``.

    Parameters
    ----------
    dataset : Dataset
        What was observed: whose treatment goes on.
    study : Study
        How long the window is.
    courses : mapping of str to TreatmentCourse
        As ``course.gather_courses`` returns it.
    prolonged : bool
        Whether the events are all serious or immune-related, which are reported for longer. In a
        group that holds other events too, one that comes after their window lies outside the time
        at risk: nobody would have reported the others then.
    """
    ongoing = find_ongoing(dataset, courses)
    found = []
    for course in courses.values():
        if course.first_treatment is not None:
            window = open_windows(course, study, ongoing, prolonged=prolonged).whole
            end, words = _end_of_risk(course, window.last, window.end_words)
            stopped, why = _stop(course)
            found.append(
                FollowUp(course.patient_id, course.first_treatment, end, words, stopped, why)
            )
    return tuple(found)


def time_at_risk(
    events: pl.DataFrame, follow_up: Iterable[FollowUp], study: Study, *, competing: bool = True
) -> pl.DataFrame:
    """Return each patient's time to the first of some events, and how it ended.

    Parameters
    ----------
    events : polars.DataFrame
        Rows of ``derive_events`` that count, such as those of one term.
    follow_up : iterable of FollowUp
        As ``follow_patients`` returns it.
    study : Study
        Says whether the first day counts (``endpoints.first_day_counts``).
    competing : bool
        Whether the end of treatment and death end the time, as they do for a cumulative incidence.
        False: it runs to the end of the window, for a rate by patient-time.

    Returns
    -------
    polars.DataFrame
        One row a patient: ``patient_id``, ``time_days``, ``kind`` and ``why``. Kinds: ``event``,
        ``competing``, ``censored``, and ``undated``: had the event on a day that nobody knows.
        ``time_days`` is null of the undated, and of a patient of whom nothing shows how long they
        were followed: leave these rows out of an estimate, and say how many.

    Notes
    -----
    An event on the day on which treatment ends is an event. One that was there before treatment and
    worsened on it counts from the first treatment, and one whose date is known in part from its
    completed day.
    """
    firsts, extra = _first_onsets(events), int(study.endpoints.first_day_counts.require())
    rows = []
    for one in follow_up:
        day, kind, why = _first_end(one, firsts, competing=competing)
        days = None if day is None else max(0, (day - one.first_treatment).days) + extra
        rows.append((one.patient_id, days, kind, why))
    schema = {"patient_id": pl.String, "time_days": pl.Int64, "kind": pl.String, "why": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _end_of_risk(course: TreatmentCourse, last: date | None, words: str) -> tuple[date | None, str]:
    """Return the end of a window, or the death or last contact before it."""
    known = course.last_known
    if known is not None and (last is None or known < last):
        what = "death" if course.death is not None else "last contact"
        return known, f"{what} on {known}"
    if last is None:
        return None, "no contact is on file"
    return last, f"end of the window on {last}, {words}"


def _stop(course: TreatmentCourse) -> tuple[date | None, str]:
    end, death = course.treatment_end, course.death
    if death is not None and (end is None or death <= end):
        return death, f"died on {death}"
    if end is not None:
        return end, f"treatment ended on {end}"
    return None, ""


def _first_onsets(events: pl.DataFrame) -> dict[str, date | None]:
    """Return each patient's first onset; none if an event without a day may have come before."""
    found: dict[str, date | None] = {}
    for patient, day in events.select("patient_id", "onset").iter_rows():
        earlier = found.get(patient, day)
        found[patient] = None if day is None or earlier is None else min(day, earlier)
    return found


def _first_end(
    one: FollowUp, firsts: Mapping[str, date | None], *, competing: bool
) -> tuple[date | None, Kind, str]:
    """Return the first of event, competing end and end of risk, and why the time ends there."""
    first = firsts.get(one.patient_id)
    if one.patient_id in firsts and first is None:
        return None, "undated", "had the event on an unknown day"
    stops = competing and one.stopped is not None
    end = one.stopped if stops else one.at_risk_to
    if first is not None and (end is None or first <= end):
        return first, "event", f"first event on {first}"
    if stops:
        return end, "competing", one.stopped_words
    words = one.end_words if end is None else f"no event to the {one.end_words}"
    return end, "censored", words
