"""One patient's exposure to one drug: the row of the table of exposure, field by field."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugExposure:
    """One patient's exposure to one drug.

    Amounts are in mg. ``None`` is not known or not applicable, with the reason in ``not_derived``
    or ``why``.

    Parameters
    ----------
    patient_id, drug : str
        Patient, and the drug as the study names it.
    first_dose, last_dose : date or None
        First and last day on which it was given.
    duration_days : int or None
        Days from the first to the last dose, with the rest days of a completed last cycle if the
        study counts them (``safety.rest_days_count``).
    days_given : int or None
        Days on which it was given.
    doses_given, doses_expected : int or None
        Doses (of an infusion: infusions), one a day; expected: due by the plan from the first to
        the last dose.
    cumulative_mg, planned_mg : float or None
        Given, and planned in the time from the first to the last dose
        (`count_planned_doses`) at the planned dose.
    planned_to_date_mg : float or None
        Planned from the first dose to the end of the drug or, while it goes on, to the last day
        on which the patient was known to be alive.
    dose_intensity_mg_per_week : float or None
        Given, a week of ``duration_days``.
    relative_dose_intensity : float or None
        Given over planned; 1 is as planned.
    interruptions : int or None
        Gaps of at least ``safety.interruption_days`` days on which the drug was due.
    days_left_out, longest_gap_days : int or None
        Days on which it was due and not given, in all and in the longest gap.
    reductions : int or None
        Steps to a lower dose.
    lowest_dose_mg : float or None
        Lowest dose given.
    stopped_for : str or None
        Why the drug was ended, else the study treatment, else the study.
    ongoing : bool or None
        Given, and no end recorded; none where ends were not collected.
    gaps : list of str
        Each gap with its dates, days and reason.
    notes : str or None
        What a reader of the numbers should know.
    not_derived : str or None
        Why amounts could not be derived.
    why : str
        The numbers behind the relative dose intensity, in one sentence.
    """

    patient_id: str
    drug: str
    first_dose: date | None = None
    last_dose: date | None = None
    duration_days: int | None = None
    days_given: int | None = None
    doses_given: int | None = None
    doses_expected: int | None = None
    cumulative_mg: float | None = None
    planned_mg: float | None = None
    planned_to_date_mg: float | None = None
    dose_intensity_mg_per_week: float | None = None
    relative_dose_intensity: float | None = None
    interruptions: int | None = None
    days_left_out: int | None = None
    longest_gap_days: int | None = None
    reductions: int | None = None
    lowest_dose_mg: float | None = None
    stopped_for: str | None = None
    ongoing: bool | None = None
    gaps: tuple[str, ...] = ()
    notes: str | None = None
    not_derived: str | None = None
    why: str = ""


_TYPES: dict[str, pl.DataType] = {
    "date | None": pl.Date(),
    "int | None": pl.Int64(),
    "float | None": pl.Float64(),
    "bool | None": pl.Boolean(),
    "tuple[str, ...]": pl.List(pl.String()),
}


def exposure_frame(found: Sequence[DrugExposure]) -> pl.DataFrame:
    """Write exposures as a table whose columns are the fields of `DrugExposure`."""
    schema = {one.name: _TYPES.get(str(one.type), pl.String()) for one in fields(DrugExposure)}
    columns = {name: [getattr(one, name) for one in found] for name in schema}
    return pl.DataFrame(columns, schema=schema)
