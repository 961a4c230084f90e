"""Laboratory values, graded: what each result is, against which baseline, and why.

One row a row of the table ``labs``, in its order; none is dropped. The grade comes from the rule of
``ctcae``, the windows from the course of treatment, the choices from the section ``[safety]`` of
the study.

Source: NCI CTCAE in the version of the study; choices: ``docs/decisions/020-laboratory-grades.md``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.safety.course import gather_courses
from trialwright.safety.ctcae.criteria import read_criteria
from trialwright.safety.ctcae.grade import Grade, LabValue, as_compared, grade_value
from trialwright.safety.ctcae.rule import NO_TERM, NOT_GRADED, worse_of
from trialwright.safety.laboratory_checks import check_laboratory
from trialwright.safety.laboratory_samples import Sample, choose_baselines
from trialwright.safety.laboratory_tables import shift_table, worst_laboratory_grades
from trialwright.safety.windows import is_on_treatment, open_treatment_windows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.ctcae.criteria import Criteria, Direction
    from trialwright.safety.emergence import Window
    from trialwright.study.model import Study

__all__ = [
    "check_laboratory",
    "grade_laboratory",
    "shift_table",
    "worst_laboratory_grades",
]

_DAY = timedelta(days=1)
_DIRECTIONS: tuple[Direction, ...] = ("low", "high")
SCHEMA: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "test": pl.String,
    "analyte": pl.String,
    "sample_date": pl.Date,
    "day": pl.Int64,
    "value": pl.Float64,
    "qualifier": pl.String,
    "unit": pl.String,
    "lower_limit": pl.Float64,
    "upper_limit": pl.Float64,
    "standard_value": pl.Float64,
    "standard_unit": pl.String,
    "standard_lower": pl.Float64,
    "standard_upper": pl.Float64,
    "baseline": pl.Float64,
    "is_baseline": pl.Boolean,
    "upper_ratio": pl.Float64,
    "low_term": pl.String,
    "low_grade": pl.Int64,
    "high_term": pl.String,
    "high_grade": pl.Int64,
    "grade": pl.Int64,
    "least_grade": pl.Int64,
    "baseline_grade": pl.Int64,
    "why": pl.String,
    "not_graded": pl.String,
    "on_treatment": pl.Boolean,
    "days_after_ablation": pl.Int64,
    "procedural": pl.Boolean,
    "source_row": pl.Int64,
}


def grade_laboratory(
    dataset: Dataset, study: Study, courses: Mapping[str, TreatmentCourse] | None = None
) -> pl.DataFrame:
    """Grade every laboratory result of a data set.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Says which version of CTCAE grades, to how many digits, and how long the windows are.
    courses : mapping of str to TreatmentCourse, optional
        From `gather_courses`; gathered here if not given.

    Returns
    -------
    polars.DataFrame
        One row a row of ``labs``, in its order: ``patient_id``, ``test``, ``analyte`` (null: an
        unknown test), ``sample_date``, ``day`` (the first treatment is day 1, the day before it
        -1), ``value``, ``qualifier``, ``unit``, ``lower_limit``, ``upper_limit``; the same in SI:
        ``standard_value``, ``standard_unit``, ``standard_lower``, ``standard_upper`` (null: the
        unit is unknown); ``baseline`` (in SI; null where it is known only as ``<`` or ``>``),
        ``is_baseline``; ``upper_ratio`` (value over upper limit, of the number alone where there
        is a qualifier); ``low_term``, ``low_grade``, ``high_term``, ``high_grade``, ``grade`` (the
        worse one; null: not graded), ``least_grade`` (the lowest that the number allows),
        ``baseline_grade``; ``why`` and ``not_graded``; ``on_treatment``, ``days_after_ablation``
        (null: none before), ``procedural`` and ``source_row``.

    Raises
    ------
    StudyError
        If a choice of ``[safety]`` is still open.

    Source: NCI CTCAE in the version of the study. Oracle: ``tests/oracle/safety``.

    Examples
    --------
    >>> from datetime import date
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> labs = pl.DataFrame({"patient_id": ["014"], "test": ["SGPT"], "value": [260.0],
    ...     "sample_date": [date(2026, 3, 2)], "unit": ["U/L"], "upper_limit": [40.0]})
    >>> data = Dataset.create({"labs": labs}, source="made in code")
    >>> grade_laboratory(data, read_study("examples/crclm/study.toml"))["grade"].to_list()
    [3]
    """
    courses = gather_courses(dataset, study) if courses is None else courses
    labs = dataset.table("labs")
    samples = [Sample.read(row) for row in labs.iter_rows(named=True)]
    grading = _Grading(
        read_criteria(study.safety.ctcae_version.require()),
        study.safety.significant_digits.require(),
        study.safety.ablation_rise_days.require(),
        courses,
        open_treatment_windows(dataset, study, courses),
        choose_baselines(samples, courses),
    )
    written = labs.select(name for name in SCHEMA if name in labs.columns)
    new = {name: kind for name, kind in SCHEMA.items() if name not in written.columns}
    derived = pl.DataFrame([grading.row(sample) for sample in samples], schema=new)
    return _with_baseline_grade(pl.concat([written, derived], how="horizontal"))


@dataclass(frozen=True, slots=True)
class _Grading:
    """What every row is graded with."""

    criteria: Criteria
    digits: int
    rise_days: int
    courses: Mapping[str, TreatmentCourse]
    windows: Mapping[str, Window]
    baselines: Mapping[tuple[str, str], Sample]
    days: dict[tuple[str | None, date | None], Mapping[str, Any]] = field(default_factory=dict)

    def row(self, sample: Sample) -> dict[str, Any]:
        """Return what is derived of a sample; the rest stands in ``labs`` as it was written."""
        baseline = self._baseline(sample)
        exact = None if baseline is None or baseline.qualifier else baseline.value
        return {
            "analyte": None if sample.analyte is None else sample.analyte.name,
            "standard_value": sample.in_standard(sample.value),
            "standard_unit": sample.standard_unit,
            "standard_lower": sample.in_standard(sample.lower_limit),
            "standard_upper": sample.in_standard(sample.upper_limit),
            "baseline": None if baseline is None else baseline.in_standard(exact),
            "is_baseline": baseline is sample,
            "upper_ratio": sample.upper_ratio,
            **self._grades(sample, baseline),
            **self._place(sample.patient_id, sample.sample_date),
        }

    def _place(self, patient: str | None, day: date | None) -> Mapping[str, Any]:
        """Return where a day lies in the patient's treatment; many samples share a day."""
        if (patient, day) not in self.days:
            course = self.courses.get(patient or "")
            after = _days_after_ablation(day, course)
            self.days[patient, day] = {
                "day": None if course is None else course.study_day(day),
                "on_treatment": is_on_treatment(day, self.windows.get(patient or "")),
                "days_after_ablation": after,
                "procedural": after is not None and after <= self.rise_days,
            }
        return self.days[patient, day]

    def _baseline(self, sample: Sample) -> Sample | None:
        if sample.patient_id is None or sample.analyte is None:
            return None
        return self.baselines.get((sample.patient_id, sample.analyte.name))

    def _grades(self, sample: Sample, baseline: Sample | None) -> Mapping[str, Any]:
        if sample.analyte is None:
            return {"not_graded": sample.problem}
        if sample.problem is not None:
            place = self.criteria.place(sample.analyte, sample.written_unit)
            terms = (("low_term", place.low), ("high_term", place.high))
            named = {column: None if term is None else term.name for column, term in terms}
            return {"not_graded": sample.problem, **named}
        measured, analyte = sample.graded_against(baseline), sample.analyte.name
        told = as_compared(self.criteria, analyte, measured)
        return _grade_both(self.criteria, analyte, told, self.digits)


@functools.lru_cache(maxsize=2**15)  # a trial repeats few values
def _grade_both(
    criteria: Criteria, analyte: str, measured: LabValue, digits: int
) -> Mapping[str, Any]:
    low, high = (
        grade_value(criteria, analyte, direction, measured, significant_digits=digits)
        for direction in _DIRECTIONS
    )
    return {
        "low_term": low.term,
        "low_grade": low.grade,
        "high_term": high.term,
        "high_grade": high.grade,
        **_both(low, high, analyte),
    }


def _both(low: Grade, high: Grade, analyte: str) -> dict[str, Any]:
    """Put the grades of both directions together: the worse one counts."""
    grade = worse_of(_code(low), _code(high))
    graded = [one for one in (low, high) if one.grade is not None]
    missing = [str(one.not_graded) for one in (low, high) if one.term and one.not_graded]
    if low.term is None and high.term is None:
        missing = [_without_term(low, analyte)]
    why = "; ".join(one.why for one in graded if one.grade == grade) or None
    if grade < 0:
        return {"not_graded": "; ".join(missing), "why": why}
    least = max(one.least or 0 for one in graded)
    return {"grade": grade, "least_grade": least, "why": why}


def _code(one: Grade) -> int:
    if one.grade is not None:
        return one.grade
    return NO_TERM if one.term is None else NOT_GRADED


def _without_term(low: Grade, analyte: str) -> str:
    if analyte == "calcium":
        return "CTCAE grades calcium corrected for albumin (units.correct_calcium)"
    return str(low.not_graded).replace("of too little", "of")


def _days_after_ablation(day: date | None, course: TreatmentCourse | None) -> int | None:
    """Return the days since the last ablation.

    A sample on the day of an ablation counts as after it; on the day of the first treatment as
    before it, like the baseline.
    """
    if day is None or course is None:
        return None
    last = course.last_ablation(day - _DAY if day == course.first_treatment else day)
    return None if last is None else (day - last.date).days


def _with_baseline_grade(rows: pl.DataFrame) -> pl.DataFrame:
    """Put the grade of the baseline sample on every row of its patient and analyte."""
    keys = ("patient_id", "analyte")
    at_baseline = rows.filter("is_baseline").select(*keys, baseline_grade="grade")
    joined = rows.drop("baseline_grade").join(
        at_baseline, on=keys, how="left", maintain_order="left"
    )
    return joined.select(list(SCHEMA))
