"""Liver values after the first treatment, as multiples of the upper limit of normal.

Beside the plain multiple stands the baseline-corrected one, of the larger of upper limit and
baseline: with liver metastases the baseline may lie above the limit already, and then a plain
multiple tells of the disease and not of the drug.

Source: Watkins and others, Drug Saf 2011;34:243 (eDISH). The correction by an abnormal baseline is
that of mDISH (Merz and others, Drug Saf 2014;37(Suppl 1):S33), with max(upper limit, baseline).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from trialwright.dataset.rules import Row
    from trialwright.safety.course import TreatmentCourse

ALT = "alanine aminotransferase"
AST = "aspartate aminotransferase"
BILIRUBIN = "bilirubin"
ALKALINE_PHOSPHATASE = "alkaline phosphatase"
TRANSAMINASES = (ALT, AST)
LIVER_TESTS = (*TRANSAMINASES, BILIRUBIN, ALKALINE_PHOSPHATASE)
SHORT_NAMES = {ALT: "ALT", AST: "AST"}


@dataclass(frozen=True, slots=True)
class LiverSample:
    """One liver value of a patient after the first treatment.

    Parameters
    ----------
    analyte : str
        Our name of the test, such as ``alanine aminotransferase``.
    date : date
        Day of the sample.
    value, upper_limit : float
        The result and its upper limit of normal, in the same unit.
    baseline : float or None
        Last value on or before the first treatment, in that unit; none: there is none.
    qualifier : str or None
        ``<``, ``<=``, ``>`` or ``>=`` where the result is only known to lie on that side.
    days_after_ablation : int or None
        Days since the last ablation; none: there was none before.
    procedural : bool
        Within ``safety.ablation_rise_days`` of an ablation.
    source_row : int or None
        Row of the source.
    """

    analyte: str
    date: date
    value: float
    upper_limit: float
    baseline: float | None = None
    qualifier: str | None = None
    days_after_ablation: int | None = None
    procedural: bool = False
    source_row: int | None = None

    @property
    def multiple(self) -> float:
        """The value as a multiple of the upper limit."""
        return self.value / self.upper_limit

    @property
    def corrected_limit(self) -> float | None:
        """The larger of upper limit and baseline; none without a baseline."""
        return None if self.baseline is None else max(self.upper_limit, self.baseline)

    @property
    def corrected(self) -> float | None:
        """The value as a multiple of the corrected limit; none without a baseline."""
        limit = self.corrected_limit
        return None if limit is None else self.value / limit

    @property
    def name(self) -> str:
        """The test as clinicians write it."""
        return SHORT_NAMES.get(self.analyte, self.analyte)

    def __str__(self) -> str:
        """Write the value as a sentence does: ``ALT 4.2 times the upper limit on 2026-03-02``."""
        return f"{self._say(self.multiple)} times the upper limit on {self.date}"

    def say_corrected(self) -> str:
        """Write the corrected multiple: ``ALT 2.1``, or ``ALT > 2.1``; it needs a baseline."""
        return self._say(self.corrected)

    def _say(self, multiple: float | None) -> str:
        known = f"{self.qualifier} " if self.qualifier else ""
        return f"{self.name} {known}{multiple:.3g}"


@dataclass(frozen=True, slots=True)
class LiverSamples:
    """A patient's liver values after the first treatment, by date; those not judged, and why."""

    samples: tuple[LiverSample, ...]
    not_judged: tuple[str, ...]

    def of(self, *analytes: str) -> tuple[LiverSample, ...]:
        """Return the samples of some tests."""
        return tuple(one for one in self.samples if one.analyte in analytes)


def reaches_multiple(
    sample: LiverSample, line: float, digits: int, *, corrected: bool = False
) -> bool | None:
    """Tell whether a value is at least ``line`` times the limit.

    Parameters
    ----------
    sample : LiverSample
        The value.
    line : float
        The multiple, such as 3 for ALT.
    digits : int
        Significant digits of the comparison (``safety.significant_digits``).
    corrected : bool
        Whether the limit is the larger of upper limit and baseline.

    Returns
    -------
    bool or None
        None where it is not known: a value with ``<`` that may lie on either side of the line, one
        with ``>`` below it, or no baseline to correct by.

    Examples
    --------
    >>> from datetime import date
    >>> reaches_multiple(LiverSample(ALT, date(2026, 3, 2), 120.0, 40.0), 3, 15)
    True
    >>> reaches_multiple(LiverSample(ALT, date(2026, 3, 2), 150.0, 40.0, qualifier="<"), 3, 15)
    """
    limit = sample.corrected_limit if corrected else sample.upper_limit
    if limit is None:
        return None
    value, threshold = _to_digits(sample.value, digits), _to_digits(line * limit, digits)
    if sample.qualifier in ("<", "<="):
        below = value < threshold or (value == threshold and sample.qualifier == "<")
        return False if below else None
    if sample.qualifier in (">", ">="):
        return True if value >= threshold else None
    return value >= threshold


def _to_digits(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def read_liver_samples(
    graded: pl.DataFrame, courses: Mapping[str, TreatmentCourse]
) -> dict[str, LiverSamples]:
    """Return each treated patient's liver values after the first treatment.

    Parameters
    ----------
    graded : polars.DataFrame
        From ``grade_laboratory``.
    courses : mapping of str to TreatmentCourse
        From ``gather_courses``.

    Returns
    -------
    dict of str to LiverSamples
        By patient, in the order of the courses. A sample on the day of the first treatment counts
        as before it. A value that cannot be compared (no date, no value in a known unit, no upper
        limit) stands in ``not_judged``.
    """
    needed = graded.select(name for name in _NEEDED if name in graded.columns)
    rows = needed.filter(pl.col("analyte").is_in(LIVER_TESTS)).sort(
        "sample_date", maintain_order=True
    )
    by_patient: dict[str, list[Row]] = {}
    for row in rows.iter_rows(named=True):
        by_patient.setdefault(row["patient_id"], []).append(row)
    return {
        patient: _after(course.first_treatment, by_patient.get(patient, ()))
        for patient, course in courses.items()
        if course.first_treatment is not None
    }


_NEEDED = (
    "patient_id", "analyte", "sample_date", "standard_value", "standard_upper", "baseline",
    "qualifier", "days_after_ablation", "procedural", "source_row",
)  # fmt: skip


def _after(first_treatment: date, rows: Iterable[Row]) -> LiverSamples:
    samples: list[LiverSample] = []
    left: list[str] = []
    for row in rows:
        day = row["sample_date"]
        if day is not None and day <= first_treatment:
            continue
        missing = _missing(row)
        if missing is None:
            samples.append(_sample(row))
        else:
            name = SHORT_NAMES.get(row["analyte"], row["analyte"])
            left.append(f"{name} of {day or 'an unknown day'}: {missing}")
    return LiverSamples(tuple(samples), tuple(left))


def _missing(row: Row) -> str | None:
    if row["sample_date"] is None:
        return "no date"
    if row["standard_value"] is None:
        return "no value in a known unit"
    if row["standard_upper"] is None or row["standard_upper"] <= 0:
        return "no upper limit of normal"
    return None


def _sample(row: Row) -> LiverSample:
    return LiverSample(
        row["analyte"],
        row["sample_date"],
        row["standard_value"],
        row["standard_upper"],
        row["baseline"],
        row.get("qualifier"),
        row["days_after_ablation"],
        bool(row["procedural"]),
        row.get("source_row"),
    )
