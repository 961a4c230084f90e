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
        A drug that nobody was given has null medians, quartiles and shares.

    Notes
    -----
    Patients whose amounts are not known are counted in ``not_derived`` and in no share. Quartiles
    interpolate linearly between the two nearest patients (type 7 of Hyndman and Fan, the default
    of R).
    """
    intensity = pl.col("relative_dose_intensity")
    known = intensity.is_not_null().sum()
    below = {round(100 * bound): (intensity < bound).sum() for bound in LOW_INTENSITIES}
    quartiles = {"q1": 0.25, "median": 0.5, "q3": 0.75}
    return exposure.group_by("drug", maintain_order=True).agg(
        pl.len().alias("patients"),
        pl.col("first_dose").is_not_null().sum().alias("given"),
        known.alias("derived"),
        pl.col("not_derived").is_not_null().sum().alias("not_derived"),
        pl.col("duration_days").median().alias("duration_median"),
        _if_given("cumulative_mg").median().alias("cumulative_mg_median"),
        _if_given("doses_given").median().alias("doses_median"),
        *(
            intensity.quantile(share, "linear").alias(f"intensity_{name}")
            for name, share in quartiles.items()
        ),
        *(count.alias(f"below_{percent}") for percent, count in below.items()),
        *(
            pl.when(known > 0).then(count / known).alias(f"below_{percent}_share")
            for percent, count in below.items()
        ),
        (pl.col("reductions") > 0).sum().alias("reduced"),
        (pl.col("interruptions") > 0).sum().alias("interrupted"),
        pl.col("ongoing").sum().alias("ongoing"),
    )


def _if_given(name: str) -> pl.Expr:
    return pl.col(name).filter(pl.col("first_dose").is_not_null())
