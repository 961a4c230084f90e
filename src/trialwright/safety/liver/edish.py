"""The points of eDISH: each patient's highest transaminase against the highest bilirubin.

Four points a patient: by multiples of the upper limit and of max(upper limit, baseline), and each
again without the values of the days after an ablation, so that a procedural rise is seen beside
what is left without it.

Source: Watkins and others, Drug Saf 2011;34:243 (eDISH: lines at 3 and 2, four quadrants).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from trialwright.safety.liver.pairs import BILIRUBIN_LINE, TRANSAMINASE_LINE
from trialwright.safety.liver.samples import (
    BILIRUBIN,
    TRANSAMINASES,
    reaches_multiple,
    read_liver_samples,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.liver.samples import LiverSample, LiverSamples
    from trialwright.study.model import Study

NORMAL = "normal or near normal"
TEMPLE = "Temple's corollary"
HYPERBILIRUBINAEMIA = "hyperbilirubinaemia"
POTENTIAL_HYS_LAW = "potential Hy's law"
QUADRANTS = (NORMAL, TEMPLE, HYPERBILIRUBINAEMIA, POTENTIAL_HYS_LAW)
_OF_REACHED = {
    (False, False): NORMAL,
    (True, False): TEMPLE,
    (False, True): HYPERBILIRUBINAEMIA,
    (True, True): POTENTIAL_HYS_LAW,
}


def name_quadrant(transaminase: bool | None, bilirubin: bool | None) -> str | None:
    """Name the quadrant; none where one of the two is not known.

    Parameters
    ----------
    transaminase : bool or None
        Whether ALT or AST reached 3 times the limit.
    bilirubin : bool or None
        Whether bilirubin reached 2 times the limit.
    """
    if transaminase is None or bilirubin is None:
        return None
    return _OF_REACHED[transaminase, bilirubin]


def edish_points(
    graded: pl.DataFrame, courses: Mapping[str, TreatmentCourse], study: Study
) -> pl.DataFrame:
    """Return the highest transaminase and bilirubin of each treated patient as multiples.

    Parameters
    ----------
    graded : polars.DataFrame
        From ``grade_laboratory``.
    courses : mapping of str to TreatmentCourse
        From ``gather_courses``.
    study : Study
        ``safety.significant_digits`` of the comparison with the lines.

    Returns
    -------
    polars.DataFrame
        One row a treated patient, in the order of the courses: ``patient_id``; for the plain point
        ``transaminase`` (ALT or AST, whichever was higher), ``transaminase_multiple``,
        ``transaminase_date``, ``transaminase_day`` (study day, first treatment = 1),
        ``transaminase_procedural`` (the peak lies in the days after an ablation),
        ``bilirubin_multiple``, ``bilirubin_date``, ``bilirubin_day``, ``bilirubin_procedural`` and
        ``quadrant``; the same with the prefix ``corrected_`` by max(upper limit, baseline), with
        ``without_`` leaving the procedural values out, and with ``corrected_without_``; and
        ``not_judged``, the values that could not be compared, with the reason.
        A point without a value is null, and so is its quadrant.

    Raises
    ------
    StudyError
        If the number of digits is still a gap.

    Notes
    -----
    The two peaks may lie far apart: a point in the upper right is a candidate of Hy's law only if
    `find_hys_law` says so. A value with ``<`` counts only where the patient has no other. One whose
    qualifier leaves open whether it reached its line is named in ``not_judged``.
    """
    digits = study.safety.significant_digits.require()
    rows = [
        _row(samples, courses[patient], digits)
        for patient, samples in read_liver_samples(graded, courses).items()
    ]
    return pl.DataFrame(rows, schema=_schema(), orient="row")


def count_quadrants(points: pl.DataFrame) -> pl.DataFrame:
    """Name the patients of each quadrant, in each of the four ways to read the peaks.

    Parameters
    ----------
    points : polars.DataFrame
        From `edish_points`.

    Returns
    -------
    polars.DataFrame
        ``way`` (the prefix of the columns of `edish_points`: empty, ``corrected_``, ``without_``,
        ``corrected_without_``), ``quadrant`` (null: not known), ``patient_ids``, ``patients`` (how
        many they are). Every way and quadrant has a row; the rows of a way add up to the points.
    """
    rows = []
    for way, _, _ in _WAYS:
        for name in (*QUADRANTS, None):
            own = pl.col(f"{way}quadrant").eq_missing(pl.lit(name, pl.String))
            patients = points.filter(own)["patient_id"].to_list()
            rows.append((way, name, patients, len(patients)))
    names = ("way", "quadrant", "patient_ids", "patients")
    types = (pl.String, pl.String, pl.List(pl.String), pl.Int64)
    return pl.DataFrame(rows, schema=list(zip(names, types, strict=True)), orient="row")


class _Point(NamedTuple):
    """One point, column by column."""

    transaminase: str | None = None
    transaminase_multiple: float | None = None
    transaminase_date: date | None = None
    transaminase_day: int | None = None
    transaminase_procedural: bool | None = None
    bilirubin_multiple: float | None = None
    bilirubin_date: date | None = None
    bilirubin_day: int | None = None
    bilirubin_procedural: bool | None = None
    quadrant: str | None = None


_POINT_TYPES = (
    pl.String, pl.Float64, pl.Date, pl.Int64, pl.Boolean, pl.Float64, pl.Date, pl.Int64,
    pl.Boolean, pl.String,
)  # fmt: skip
_WAYS = (("", False, True), ("corrected_", True, True), ("without_", False, False),
         ("corrected_without_", True, False))  # fmt: skip


def _schema() -> dict[str, type[pl.DataType]]:
    columns: dict[str, type[pl.DataType]] = {"patient_id": pl.String}
    for prefix, _, _ in _WAYS:
        names = (f"{prefix}{name}" for name in _Point._fields)
        columns |= dict(zip(names, _POINT_TYPES, strict=True))
    return columns | {"not_judged": pl.String}


def _row(samples: LiverSamples, course: TreatmentCourse, digits: int) -> tuple[object, ...]:
    points = [
        _point(
            _peak(samples.of(*TRANSAMINASES), corrected, procedural),
            _peak(samples.of(BILIRUBIN), corrected, procedural),
            course,
            digits,
            corrected=corrected,
        )
        for _, corrected, procedural in _WAYS
    ]
    cells = [cell for point in points for cell in point]
    left = [*samples.not_judged, *_undecided(samples, digits)]
    return (course.patient_id, *cells, "; ".join(left) or None)


def _undecided(samples: LiverSamples, digits: int) -> Iterator[str]:
    """Name the values with a qualifier that leaves open whether they reached their line."""
    for analytes, line in ((TRANSAMINASES, TRANSAMINASE_LINE), ((BILIRUBIN,), BILIRUBIN_LINE)):
        for one in samples.of(*analytes):
            if reaches_multiple(one, line, digits) is None:
                yield f"{one}: it may lie on either side of {line:g} times"


def _peak(samples: Sequence[LiverSample], corrected: bool, procedural: bool) -> LiverSample | None:
    """Return the first of the highest values; those only known to be lower come last."""
    usable = [
        one
        for one in samples
        if (procedural or not one.procedural) and _multiple(one, corrected) is not None
    ]
    whole = [one for one in usable if one.qualifier not in ("<", "<=")]
    return max(whole or usable, key=lambda one: _multiple(one, corrected) or 0.0, default=None)


def _multiple(sample: LiverSample, corrected: bool) -> float | None:
    return sample.corrected if corrected else sample.multiple


def _point(
    injury: LiverSample | None,
    jaundice: LiverSample | None,
    course: TreatmentCourse,
    digits: int,
    *,
    corrected: bool,
) -> _Point:
    reached = [
        None if one is None else reaches_multiple(one, line, digits, corrected=corrected)
        for one, line in ((injury, TRANSAMINASE_LINE), (jaundice, BILIRUBIN_LINE))
    ]
    return _Point(
        None if injury is None else injury.name,
        *_cells(injury, course, corrected=corrected),
        *_cells(jaundice, course, corrected=corrected),
        name_quadrant(*reached),
    )


def _cells(
    one: LiverSample | None, course: TreatmentCourse, *, corrected: bool
) -> tuple[float | None, date | None, int | None, bool | None]:
    if one is None or course.first_treatment is None:
        return None, None, None, None
    day = (one.date - course.first_treatment).days + 1  # after the first treatment: never below 2
    return _multiple(one, corrected), one.date, day, one.procedural
