"""How much of each drug every patient was given, how fast, and how much of what was planned.

Sources
-------
Relative dose intensity: the amount given over the amount planned in the time of treatment
(Hryniuk and Bush, J Clin Oncol 1984;2:1281; Longo and others, J Clin Oncol 1991;9:2042). Time on a
drug: last minus first day plus one (admiral, ``derive_var_trtdurd``). Which days are due, left
out, delayed or rest: `trialwright.safety.dose_days`.
Oracle: tests/oracle/safety/test_exposure_admiral.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwright.safety.course import gather_courses
from trialwright.safety.dose_days import (
    Schedule,
    count_duration,
    count_planned_doses,
    count_rest_days_used,
    find_cycle_starts,
    find_gaps,
    lay_out_days,
)
from trialwright.safety.dose_rows import DrugRows, find_obstacles, read_dose_rows
from trialwright.safety.drug_ends import DrugEnds
from trialwright.safety.drug_exposure import DrugExposure, exposure_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.dose_days import DoseDays, Gap
    from trialwright.safety.dose_rows import DoseRow
    from trialwright.safety.drug_ends import DrugEnd
    from trialwright.study.model import Study

_DAYS_PER_WEEK = 7
_NEVER = "never given"
_NOT_COLLECTED = "doses were not collected"
_NOT_PLANNED = "the study does not name this drug, so nothing was planned"


def derive_exposure(
    dataset: Dataset, study: Study, courses: Mapping[str, TreatmentCourse] | None = None
) -> pl.DataFrame:
    """Derive how much of each drug every treated patient was given.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Plans each drug (``treatments``), and says whether rest days count and how long a gap is
        an interruption (``safety``).
    courses : mapping of str to TreatmentCourse, optional
        From `gather_courses`, where the caller has them.

    Returns
    -------
    polars.DataFrame
        One row a treated patient and drug of the study, those never given included, and then the
        patient's drugs that the study does not name. The columns are the fields of `DrugExposure`.

    Raises
    ------
    StudyError
        If the schedule of a drug or one of these choices is still a gap.

    Notes
    -----
    Where the days of a drug cannot be told (overlapping rows, a row without an end in the middle),
    no number is made up: ``not_derived`` names the row, and `check_exposure` has the finding.

    Examples
    --------
    >>> from datetime import date
    >>> import polars as pl
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> doses = pl.DataFrame({"patient_id": ["014"], "drug": ["Regorafenib"], "dose_mg": [80.0],
    ...     "start_date": [date(2026, 3, 2)], "end_date": [date(2026, 3, 22)]})
    >>> data = Dataset.create({"doses": doses}, source="made in code")
    >>> study = read_study("examples/crclm/study.toml")
    >>> exposure = derive_exposure(data, study)
    >>> exposure.select("drug", "cumulative_mg", "relative_dose_intensity").row(0)
    ('Regorafenib', 1680.0, 1.0)
    """
    known = gather_courses(dataset, study) if courses is None else courses
    rows, ends = read_dose_rows(dataset, study), DrugEnds(dataset)
    choices = _Choices(
        {one.drug: one for one in map(Schedule.of, study.treatments)},
        study.safety.rest_days_count.require(),
        study.safety.interruption_days.require(),
        dataset.collected("doses"),
    )
    found = [
        _expose(course, drug, rows.get(course.patient_id, {}), ends, choices)
        for course in known.values()
        if course.first_treatment is not None
        for drug in dict.fromkeys((*choices.schedules, *rows.get(course.patient_id, {})))
    ]
    return exposure_frame(found)


@dataclass(frozen=True, slots=True)
class _Choices:
    schedules: Mapping[str, Schedule]
    rest_days_count: bool
    interruption_days: int
    collected: bool


def _expose(
    course: TreatmentCourse,
    drug: str,
    rows: Mapping[str, DrugRows],
    ends: DrugEnds,
    choices: _Choices,
) -> DrugExposure:
    one = DrugExposure(patient_id=course.patient_id, drug=drug)
    if not choices.collected:
        return replace(one, not_derived=_NOT_COLLECTED, why=_NOT_COLLECTED)
    of_drug, schedule = rows.get(drug, DrugRows()), choices.schedules.get(drug)
    end = ends.of(course.patient_id, drug)
    one = _date(one, course, end, ends_collected=ends.collected)
    obstacle = next(find_obstacles(of_drug, schedule), None)
    if obstacle is not None:
        why = f"not derived: {obstacle.message}"
        return replace(one, not_derived=obstacle.message, why=why)
    days = lay_out_days(of_drug.rows)
    if days is None:
        return _never_given(one, of_drug.rows)
    counted = _count_given(one, days, of_drug.rows, schedule)
    if schedule is None:
        return replace(counted, why=f"{_given(days)}; {_NOT_PLANNED}")
    compared = _compare(counted, days, schedule, choices, of_drug.rows)
    to_date = _planned_to_date(days, schedule, _until(course, end))
    return replace(compared, planned_to_date_mg=to_date)


def _date(
    one: DrugExposure, course: TreatmentCourse, end: DrugEnd | None, *, ends_collected: bool
) -> DrugExposure:
    """Say when the drug was given, and whether and why it ended."""
    given = course.drug(one.drug)
    if given is None:
        return replace(one, stopped_for=None if end is None else end.reason, ongoing=False)
    ongoing = end is None and course.death is None
    return replace(
        one,
        first_dose=given.first_dose,
        last_dose=given.last_dose,
        stopped_for=None if end is None else end.reason,
        ongoing=None if ongoing and not ends_collected else ongoing,
    )


def _never_given(one: DrugExposure, rows: Sequence[DoseRow]) -> DrugExposure:
    reasons = "; ".join(dict.fromkeys(row.reason for row in rows if row.reason))
    why = f"{_NEVER}: {reasons}" if reasons else _NEVER
    return replace(one, days_given=0, doses_given=0, cumulative_mg=0.0, why=why)


def _count_given(
    one: DrugExposure, days: DoseDays, rows: Sequence[DoseRow], schedule: Schedule | None
) -> DrugExposure:
    """Count what needs no plan."""
    one_day = schedule is not None and schedule.is_infusion
    open_end = rows[-1].end is None and rows[-1].dose_mg > 0 and not one_day
    return replace(
        one,
        days_given=len(days.given),
        doses_given=len(days.given),
        cumulative_mg=days.total_mg,
        reductions=days.reductions,
        lowest_dose_mg=min(days.dose_mg),
        notes=f"{rows[-1].name} has no end: its first day is counted" if open_end else None,
    )


def _compare(
    one: DrugExposure,
    days: DoseDays,
    schedule: Schedule,
    choices: _Choices,
    rows: Sequence[DoseRow],
) -> DrugExposure:
    """Compare what was given with the plan."""
    starts = find_cycle_starts(days, schedule)
    planned = count_planned_doses(days.last, starts, schedule)
    planned_mg = float(planned) * schedule.dose_mg
    duration = count_duration(days.last, starts, schedule, rest_days_count=choices.rest_days_count)
    gaps = find_gaps(days, starts, schedule)
    longest = max((gap.days for gap in gaps), default=0)
    return replace(
        one,
        duration_days=duration,
        doses_expected=schedule.doses_by(days.last + 1),
        planned_mg=planned_mg,
        dose_intensity_mg_per_week=days.total_mg / duration * _DAYS_PER_WEEK,
        relative_dose_intensity=days.total_mg / planned_mg,
        interruptions=sum(gap.days >= choices.interruption_days for gap in gaps),
        days_left_out=sum(gap.days for gap in gaps),
        longest_gap_days=longest,
        gaps=tuple(_name_gap(gap, days, rows) for gap in gaps),
        notes=_join(one.notes, *_notes(days, starts, schedule, rows)),
        why=(
            f"{_given(days)}; planned {planned_mg:,.6g} mg in that time: {schedule.dose_mg:g} mg "
            f"on {schedule.days_given} of {schedule.cycle_days} days"
        ),
    )


def _until(course: TreatmentCourse, end: DrugEnd | None) -> date | None:
    """Return the day to which the plan is counted: the end of the drug, or the last known day."""
    return course.last_known if end is None or end.date is None else end.date


def _planned_to_date(days: DoseDays, schedule: Schedule, until: date | None) -> float | None:
    if until is None:
        return None
    to_date = max((until - days.first).days, days.last) + 1
    return schedule.doses_by(to_date) * schedule.dose_mg


def _given(days: DoseDays) -> str:
    plural = "" if len(days.given) == 1 else "s"
    return (
        f"{days.total_mg:,.6g} mg on {len(days.given)} day{plural} from {days.first} to "
        f"{days.date_of(days.last)}"
    )


def _name_gap(gap: Gap, days: DoseDays, rows: Sequence[DoseRow]) -> str:
    first, last = days.date_of(gap.first), days.date_of(gap.last)
    reasons = [row.reason for row in rows if row.reason and row.start <= last and row.last >= first]
    words = "; ".join(dict.fromkeys(reasons)) or "no reason recorded"
    return f"{first} to {last}, {gap.days} days due: {words}"


def _notes(
    days: DoseDays, starts: Sequence[int], schedule: Schedule, rows: Sequence[DoseRow]
) -> Iterator[str]:
    if days.dose_mg[0] < schedule.dose_mg:
        yield f"started at {days.dose_mg[0]:g} mg, below the planned {schedule.dose_mg:g} mg"
    if max(days.dose_mg) > schedule.dose_mg:
        yield f"up to {max(days.dose_mg):g} mg, above the planned {schedule.dose_mg:g} mg"
    rest = count_rest_days_used(days, starts, schedule)
    if rest:
        yield f"given on {rest} planned rest days"
    before = [row for row in rows if row.start < days.first]
    after = [row for row in rows if row.start > days.date_of(days.last)]
    for when, left_out in (("before the first", before), ("after the last", after)):
        if left_out:
            reasons = "; ".join(dict.fromkeys(row.reason for row in left_out if row.reason))
            yield f"left out {when} dose: {reasons or 'no reason recorded'}"


def _join(*texts: str | None) -> str | None:
    return "; ".join(text for text in texts if text) or None
