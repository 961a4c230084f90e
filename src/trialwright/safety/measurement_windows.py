"""Which value of a patient stands for a stretch of the treatment, so that a stretch can be boxed.

Visits of laboratory samples and vital signs have no name in the data. The days on study are cut
into windows of equal length from the first treatment on, before them stands the baseline; in each
a patient gives one value, the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from trialwright.study.model import Study

USUAL_WINDOW_DAYS = 28
BASELINE = 0


def window_days_of(study: Study) -> int:
    """Return the longest cycle of the study's drugs, in days; 28 where none is settled.

    Parameters
    ----------
    study : Study
        Its treatments have cycles.
    """
    cycles = [drug.cycle_days.value for drug in study.treatments]
    return max((days for days in cycles if days is not None), default=USUAL_WINDOW_DAYS)


def last_in_windows(rows: pl.DataFrame, window_days: int) -> pl.DataFrame:
    """Return the baseline of each patient and the last row in each window after it.

    Parameters
    ----------
    rows : DataFrame
        Of one kind of value; read are ``patient_id``, ``day``, the study day (the first
        treatment is day 1), and ``is_baseline``.
    window_days : int
        Length of a window.

    Returns
    -------
    DataFrame
        The rows with ``window``: 0 is the baseline, 1 begins on day 2. Rows without a patient or
        a day, and those up to day 1 that are no baseline, are left out.

    Examples
    --------
    >>> import polars as pl
    >>> days = [-3, 1, 8, 29, 30]
    >>> rows = pl.DataFrame({"patient_id": ["1"] * 5, "day": days,
    ...                      "is_baseline": [False, True, False, False, False]})
    >>> last_in_windows(rows, 28).select("day", "window").rows()
    [(1, 0), (29, 1), (30, 2)]
    """
    import polars as pl

    after = (pl.col("day") - 1 + window_days - 1) // window_days
    window = pl.when("is_baseline").then(BASELINE).when(pl.col("day") > 1).then(after)
    return (
        rows.drop_nulls(["patient_id", "day"])
        .with_columns(window.cast(pl.Int64).alias("window"))
        .drop_nulls("window")
        .sort("patient_id", "day", maintain_order=True)
        .unique(["patient_id", "window"], keep="last", maintain_order=True)
    )
