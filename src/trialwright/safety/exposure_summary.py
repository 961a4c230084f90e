"""Exposure of all treated patients, one row a drug, as the table of exposure shows it."""

from __future__ import annotations

import polars as pl

LOW_INTENSITIES = (0.7, 0.8)  # domain section 7.5: shares of patients below 70 % and below 80 %


def summarise_exposure(exposure: pl.DataFrame) -> pl.DataFrame:
    """Summarise the exposure of the treated patients to each drug.

    Parameters
    ----------
    exposure : polars.DataFrame
        From `derive_exposure`.

    Returns
    -------
    polars.DataFrame
        One row a drug, in the order of the exposure: ``drug``; ``patients`` (treated), ``given``
        (at least one dose), ``derived`` (relative dose intensity known), ``not_derived`` (amounts
        not known); ``duration_median``, ``cumulative_mg_median``, ``doses_median``;
        ``intensity_q1``, ``intensity_median``, ``intensity_q3`` of the relative dose intensity,
        ``below_70``, ``below_80`` (patients) and their shares of ``derived`` (``below_70_share``,
        ``below_80_share``); ``reduced``, ``interrupted`` (patients with any) and ``ongoing``.
        Beside each count stand those whom it counts, ``given_ids`` and so on; beside each median
        what each patient gave to it, ``duration_of`` and so on: ``patient_id`` and ``value``.
        A drug that nobody was given has null medians, quartiles and shares.

    Notes
    -----
    Patients whose amounts are not known are counted in ``not_derived`` and in no share. Quartiles
    interpolate linearly between the two nearest patients (type 7 of Hyndman and Fan, the default
    of R).
    """
    intensity, given = pl.col("relative_dose_intensity"), pl.col("first_dose").is_not_null()
    known = intensity.is_not_null()
    quartiles = {"q1": 0.25, "q3": 0.75}
    counted = {
        "patients": pl.lit(value=True),
        "given": given,
        "derived": known,
        "not_derived": pl.col("not_derived").is_not_null(),
        **{f"below_{round(100 * bound)}": intensity < bound for bound in LOW_INTENSITIES},
        "reduced": pl.col("reductions") > 0,
        "interrupted": pl.col("interruptions") > 0,
        "ongoing": pl.col("ongoing"),
    }
    measured = {
        "duration": pl.col("duration_days"),
        "cumulative_mg": pl.when(given).then("cumulative_mg"),
        "doses": pl.when(given).then("doses_given"),
        "intensity": intensity,
    }
    named = exposure.group_by("drug", maintain_order=True).agg(
        *(pl.col("patient_id").filter(of).alias(f"{name}_ids") for name, of in counted.items()),
        *(value.median().alias(f"{name}_median") for name, value in measured.items()),
        *(
            intensity.quantile(share, "linear").alias(f"intensity_{name}")
            for name, share in quartiles.items()
        ),
        *(
            pl.struct("patient_id", value=value).filter(value.is_not_null()).alias(f"{name}_of")
            for name, value in measured.items()
        ),
    )
    summary = named.with_columns(
        pl.col(f"{name}_ids").list.len().cast(pl.Int64).alias(name) for name in counted
    )
    shares = [f"below_{round(100 * bound)}" for bound in LOW_INTENSITIES]
    return summary.with_columns(
        pl.when(pl.col("derived") > 0).then(pl.col(name) / pl.col("derived")).alias(f"{name}_share")
        for name in shares
    )
