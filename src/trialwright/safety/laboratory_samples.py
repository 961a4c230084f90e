"""One laboratory result as it was read: what was measured, in which unit, and its limits.

Nothing is guessed: an unknown test or unit, an impossible value or exchanged limits leave the value
without what they would have given, and say so.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwright.safety.ctcae.grade import LabValue
from trialwright.safety.units import find_analyte

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from trialwright.dataset.rules import Row
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.ctcae.grade import Qualifier, Range
    from trialwright.safety.units import Analyte, Unit


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of the table ``labs``.

    Parameters
    ----------
    patient_id, test : str or None
        As written.
    analyte : Analyte or None
        What the test measures; none: unknown test.
    unit : Unit or None
        Unit of the result; none: unknown for the analyte.
    written_unit : str or None
        As written.
    sample_date : date or None
        Day of the sample.
    value : float or None
        The result.
    qualifier : {"<", "<=", ">", ">="} or None
        The result is only known to lie below or above the value.
    lower_limit, upper_limit : float or None
        Limits of normal as written.
    source_row : int or None
        Row of the source.

    Attributes
    ----------
    problem : str or None
        Why the value cannot be graded at all; none: nothing stands against it.
    """

    patient_id: str | None
    test: str | None
    analyte: Analyte | None
    unit: Unit | None
    written_unit: str | None
    sample_date: date | None
    value: float | None
    qualifier: Qualifier | None
    lower_limit: float | None
    upper_limit: float | None
    source_row: int | None
    problem: str | None = field(init=False)

    def __post_init__(self) -> None:
        """Find out once what stands against the value."""
        object.__setattr__(self, "problem", self._find_problem())

    @classmethod
    def read(cls, row: Row) -> Sample:
        """Read a row of ``labs``."""
        analyte, unit = _read_test(row["test"], row["unit"])
        return cls(
            row["patient_id"],
            row["test"],
            analyte,
            unit,
            row["unit"],
            row["sample_date"],
            row["value"],
            row["qualifier"],
            row["lower_limit"],
            row["upper_limit"],
            row["source_row"],
        )

    @property
    def limits_exchanged(self) -> bool:
        """Whether the lower limit lies above the upper."""
        low, high = self.lower_limit, self.upper_limit
        return low is not None and high is not None and low > high

    def _find_problem(self) -> str | None:
        if self.analyte is None:
            return f"unknown test {self.test!r}"
        if self.unit is None:
            unit = "no unit" if self.written_unit is None else f"unknown unit {self.written_unit!r}"
            return f"{unit} of {self.analyte.name}"
        if self.value is None:
            return "no value"
        if self.value < 0:
            return f"a negative value, {self.value:g}"
        return self._problem_of_limits

    @property
    def _problem_of_limits(self) -> str | None:
        low, high = self.lower_limit, self.upper_limit
        if self.limits_exchanged:
            return f"the lower limit {low:g} is above the upper limit {high:g}"
        return f"an upper limit of {high:g}" if high is not None and high <= 0 else None

    @property
    def standard_unit(self) -> str | None:
        """The SI unit of the analyte; none where the unit of the result is unknown."""
        return None if self.analyte is None or self.unit is None else self.analyte.standard_unit

    def in_standard(self, number: float | None) -> float | None:
        """Return a number of this result in the standard unit; none where the unit is unknown."""
        return None if number is None or self.unit is None else number * self.unit.factor

    def from_standard(self, number: float | None) -> float | None:
        """Return a number in the standard unit in the unit of this result."""
        return None if number is None or self.unit is None else number / self.unit.factor

    @property
    def upper_ratio(self) -> float | None:
        """The value as a multiple of the upper limit of normal."""
        if self.value is None or not self.upper_limit or self.problem is not None:
            return None
        return self.value / self.upper_limit

    @property
    def range(self) -> Range | None:
        """Where the value lies in its own limits; none where that cannot be said.

        With one limit missing, a value on the right side of the other one is normal.
        """
        low, high, at = self.lower_limit, self.upper_limit, self.value
        if at is None or self.problem is not None or (low is None and high is None):
            return None
        sign = (self.qualifier or "")[:1]
        above = high is not None and (at > high or (sign == ">" and at >= high))
        below = low is not None and (at < low or (sign == "<" and at <= low))
        if (above and sign == "<") or (below and sign == ">"):
            return None  # "<80" with a limit of 50 may be either
        if above or below:
            return "high" if above else "low"
        unsure = (sign == ">" and high is not None) or (sign == "<" and bool(low))
        return None if unsure else "normal"

    def graded_against(self, baseline: Sample | None) -> LabValue:
        """Return the value as the rule takes it; a result known in part is no exact baseline."""
        exact = None if baseline is None or baseline.qualifier else baseline
        standard = None if exact is None else exact.in_standard(exact.value)
        return LabValue(
            self.value if self.value is not None else float("nan"),
            None if self.unit is None else self.unit.name,
            self.lower_limit,
            self.upper_limit,
            self.qualifier,
            self.from_standard(standard),
            None if baseline is None else baseline.range,
        )


@functools.lru_cache(maxsize=1024)  # the same few tests in every patient
def _read_test(test: str | None, unit: str | None) -> tuple[Analyte | None, Unit | None]:
    analyte = find_analyte(test)
    return analyte, None if analyte is None else analyte.unit(unit)


def choose_baselines(
    samples: Iterable[Sample], courses: Mapping[str, TreatmentCourse]
) -> dict[tuple[str, str], Sample]:
    """Return each patient's baseline of each analyte: the last sample up to the first treatment.

    The day of the first treatment counts as before it, since samples are drawn before a dose. Of
    two samples of one day the later row is taken. A value that cannot be used or converted is
    passed over; a patient who was never treated has none.

    Parameters
    ----------
    samples : iterable of Sample
        All results.
    courses : mapping of str to TreatmentCourse
        By patient.

    Returns
    -------
    dict
        By patient and name of the analyte.
    """
    chosen: dict[tuple[str, str], Sample] = {}
    for one in samples:
        if one.patient_id is None or one.analyte is None or one.problem is not None:
            continue
        course, key = courses.get(one.patient_id), (one.patient_id, one.analyte.name)
        first = None if course is None else course.first_treatment
        if first is None or one.sample_date is None or one.sample_date > first:
            continue
        best = chosen.get(key)
        if best is None or best.sample_date is None or best.sample_date <= one.sample_date:
            chosen[key] = one
    return chosen
