"""Blood pressure by the bands of CTCAE, and how each patient's band shifts from baseline.

A band is what the pressure alone says. The grade of hypertension as an adverse event rests on more:
grade 2 also on symptoms, on how long it lasts and on treatment that is begun, grade 3 on a second
drug, grades 4 and 5 on consequences, which no pressure shows. So a band is no grade, and is never
counted among the events.

Source: NCI CTCAE 5.0, Hypertension, adults (``measures.toml``).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from trialwright.safety.measures import DIASTOLIC, SYSTOLIC, pressure_bands

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYS = ("patient_id", "date")
_CROSSED = "the diastolic pressure is not below the systolic"


def band_of_pressure(systolic: float | None, diastolic: float | None) -> int | None:
    """Return the band of a blood pressure, 0 (normal) to 3; none where it cannot be said.

    Parameters
    ----------
    systolic, diastolic : float or None
        mmHg. With one of the two alone the band is known only if it is the highest.

    Source: CTCAE 5.0, Hypertension, adults: the pressures of grades 1 to 3.

    Examples
    --------
    >>> band_of_pressure(118.0, 84.0), band_of_pressure(162.0, None), band_of_pressure(118.0, None)
    (1, 3, None)
    """
    bands = pressure_bands()
    reached = max(
        (
            one.band
            for one in bands
            if (systolic is not None and systolic >= one.systolic)
            or (diastolic is not None and diastolic >= one.diastolic)
        ),
        default=0,
    )
    whole = systolic is not None and diastolic is not None
    return reached if whole or reached == bands[-1].band else None


def name_bands() -> tuple[str, ...]:
    """Return the bands in words, mmHg: ``< 120 and < 80``, ``120–139 or 80–89``, …."""
    bands = pressure_bands()
    first, last = bands[0], bands[-1]
    between = (
        f"{one.systolic:g}–{after.systolic - 1:g} or {one.diastolic:g}–{after.diastolic - 1:g}"
        for one, after in pairwise(bands)
    )
    return (
        f"< {first.systolic:g} and < {first.diastolic:g}",
        *between,
        f"≥ {last.systolic:g} or ≥ {last.diastolic:g}",
    )


def pair_pressures(signs: pl.DataFrame) -> pl.DataFrame:
    """Put the pressures of a day together and find their band.

    Parameters
    ----------
    signs : polars.DataFrame
        From `read_signs` of the vital signs.

    Returns
    -------
    polars.DataFrame
        One row a patient and day with a usable pressure, in order: ``patient_id``, ``date``,
        ``day``, ``systolic``, ``diastolic`` (mmHg; of several readings their mean), ``band``,
        ``not_banded`` (why there is none), ``on_treatment``, ``before_treatment``,
        ``is_baseline`` (the last day before treatment with a band).
    """
    value, measure = pl.col("standard_value"), pl.col("measure")
    days = (
        signs.drop_nulls((*_KEYS, "standard_value"))
        .filter(measure.is_in([SYSTOLIC, DIASTOLIC]))
        .group_by(_KEYS)
        .agg(
            pl.col("day", "on_treatment", "before_treatment").first(),
            value.filter(measure == SYSTOLIC).mean().alias("systolic"),
            value.filter(measure == DIASTOLIC).mean().alias("diastolic"),
        )
        .sort(_KEYS)
    )
    pairs = days.select("systolic", "diastolic").iter_rows()
    judged = [_judge(systolic, diastolic) for systolic, diastolic in pairs]
    banded = days.with_columns(
        pl.Series("band", [band for band, _ in judged], dtype=pl.Int64),
        pl.Series("not_banded", [why for _, why in judged], dtype=pl.String),
    )
    last = pl.col("date").filter(pl.col("before_treatment") & pl.col("band").is_not_null()).max()
    is_last = (pl.col("date") == last.over("patient_id")) & pl.col("band").is_not_null()
    return banded.with_columns(is_baseline=is_last.fill_null(value=False)).select(
        "patient_id",
        "date",
        "day",
        "systolic",
        "diastolic",
        "band",
        "not_banded",
        "on_treatment",
        "before_treatment",
        "is_baseline",
    )


def worst_pressures(pairs: pl.DataFrame, treated: Sequence[str]) -> pl.DataFrame:
    """Return each treated patient's band at baseline and worst band on treatment.

    Parameters
    ----------
    pairs : polars.DataFrame
        From `pair_pressures`.
    treated : sequence of str
        The treated patients.

    Returns
    -------
    polars.DataFrame
        One row a treated patient, in their order: ``patient_id``, ``baseline_band``,
        ``worst_band`` (null: no band), ``worst_date`` (the first day of that band),
        ``worst_systolic``, ``worst_diastolic`` (of that day), ``days`` (on treatment with a band)
        and ``days_without_band`` (on treatment with a pressure that has none, which may hide a
        worse band).
    """
    treatment = pairs.filter("on_treatment")
    on = treatment.drop_nulls("band")
    worst = (
        on.sort("band", "date", descending=[True, False])
        .unique("patient_id", keep="first", maintain_order=True)
        .select(
            "patient_id",
            worst_band="band",
            worst_date="date",
            worst_systolic="systolic",
            worst_diastolic="diastolic",
        )
    )
    baseline = pairs.filter("is_baseline").select("patient_id", baseline_band="band")
    band = pl.col("band")
    count = treatment.group_by("patient_id").agg(
        band.count().cast(pl.Int64).alias("days"),
        band.null_count().cast(pl.Int64).alias("days_without_band"),
    )
    patients = pl.DataFrame({"patient_id": list(treated)}, schema={"patient_id": pl.String})
    for part in (baseline, worst, count):
        patients = patients.join(part, on="patient_id", how="left", maintain_order="left")
    return patients.with_columns(pl.col("days", "days_without_band").fill_null(0))


def shift_pressures(worst: pl.DataFrame) -> pl.DataFrame:
    """Count patients by band at baseline and worst band on treatment.

    Parameters
    ----------
    worst : polars.DataFrame
        From `worst_pressures`.

    Returns
    -------
    polars.DataFrame
        ``baseline_band``, ``worst_band`` (null: not known), ``patient_ids`` and ``patients``; they
        add up to the treated.
    """
    keys = ("baseline_band", "worst_band")
    return (
        worst.group_by(keys, maintain_order=True)
        .agg(pl.col("patient_id").alias("patient_ids"))
        .with_columns(patients=pl.col("patient_ids").list.len())
        .sort(keys, nulls_last=True)
    )


def _judge(systolic: float | None, diastolic: float | None) -> tuple[int | None, str | None]:
    """Return the band of a day, or why there is none."""
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        return None, _CROSSED
    band = band_of_pressure(systolic, diastolic)
    if band is not None:
        return band, None
    return None, f"no {SYSTOLIC if systolic is None else DIASTOLIC} on that day"
