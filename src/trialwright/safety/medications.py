"""When other medication was taken: before the study treatment, during it, or after it.

A date that is known in part stands for every day that agrees with it. Medication is called prior,
or later, only where no possible day lies on treatment: what cannot be told counts as concomitant,
and its row says so.

Sources
-------
ICH E3, section 11.2 (prior and concomitant medication); the usual rule of analysis plans that a
medication whose dates leave it open is concomitant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from trialwright.safety.course import gather_courses
from trialwright.safety.onset import PossibleDays, read_possible_days
from trialwright.safety.windows import find_ongoing, open_windows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.emergence import Window
    from trialwright.study.model import Study

PRIOR, CONCOMITANT, LATER = "prior", "concomitant", "after treatment"
NEVER_TREATED = "never treated"
_ADDED = {"period": pl.String, "why": pl.String}


class Period(NamedTuple):
    """When a medication was taken, and the sentence that says why."""

    name: str
    why: str


def place_medications(
    dataset: Dataset, study: Study, courses: Mapping[str, TreatmentCourse] | None = None
) -> pl.DataFrame:
    """Return every row of ``medications`` with its place beside the study treatment.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Says how long after the last treatment something still counts as on treatment.
    courses : mapping of str to TreatmentCourse, optional
        From `gather_courses`; gathered here if not given.

    Returns
    -------
    polars.DataFrame
        The rows in their order, with ``period`` (``prior``, ``concomitant``, ``after treatment`` or
        ``never treated``) and ``why``. None is left out.

    Raises
    ------
    StudyError
        If the window of the study is still open.
    """
    courses = gather_courses(dataset, study) if courses is None else courses
    ongoing, rows = find_ongoing(dataset, courses), dataset.table("medications")
    windows = {
        patient: open_windows(course, study, ongoing, prolonged=False).whole
        for patient, course in courses.items()
    }
    placed = [
        place_medication(
            read_possible_days(row["start_date"]),
            read_possible_days(row["end_date"]),
            windows.get(row["patient_id"]),
        )
        for row in rows.iter_rows(named=True)
    ]
    added = pl.DataFrame(placed, schema=_ADDED, orient="row")
    return pl.concat([rows, added], how="horizontal")


def place_medication(start: PossibleDays, end: PossibleDays, window: Window | None) -> Period:
    """Tell when one medication was taken.

    Parameters
    ----------
    start, end : PossibleDays
        The days that it may have begun and ended; an end that is not on file is no end.
    window : Window or None
        The patient's time on treatment; none, or without a first day: never treated.

    Examples
    --------
    >>> from datetime import date
    >>> from trialwright.safety.emergence import Window
    >>> days = Window("study treatment", date(2026, 3, 2), date(2026, 6, 30))
    >>> blank = read_possible_days(None)
    >>> place_medication(read_possible_days("2025"), read_possible_days("2026-02"), days).name
    'prior'
    >>> place_medication(blank, blank, days).name
    'concomitant'
    """
    if window is None or window.first is None:
        return Period(NEVER_TREATED, "the patient was never treated")
    if end.latest is not None and end.latest < window.first:
        return Period(PRIOR, f"ended before the first treatment on {window.first}")
    if window.last is not None and start.earliest is not None and start.earliest > window.last:
        return Period(LATER, f"began after {window.last} ({window.end_words})")
    if _surely_on_treatment(start, end, window):
        return Period(CONCOMITANT, "taken on treatment")
    return Period(CONCOMITANT, "its dates do not exclude that it was taken on treatment")


def _surely_on_treatment(start: PossibleDays, end: PossibleDays, window: Window) -> bool:
    """Tell whether no possible day would put it elsewhere; no end on file: it goes on."""
    goes_on = end.written is None
    first = window.first
    ends_in_time = goes_on or (
        first is not None and end.earliest is not None and end.earliest >= first
    )
    begins_in_time = window.last is None or (
        start.latest is not None and start.latest <= window.last
    )
    return ends_in_time and begins_in_time
