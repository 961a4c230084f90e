"""QTcF: the longest on treatment, the largest rise from baseline, and the lines they pass.

QTcF is taken as recorded; it is not computed from QT and heart rate.

Source: ICH E14, section 3.2.2 (categorical analyses); the lines are in ``measures.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.safety.measures import QTCF, qtcf_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

_COUNTED = ("baseline", "longest", "rise")


def worst_qtcf(signs: pl.DataFrame, treated: Sequence[str]) -> pl.DataFrame:
    """Return each treated patient's QTcF at baseline, longest on treatment and largest rise.

    Parameters
    ----------
    signs : polars.DataFrame
        From `read_signs` of the ECGs.
    treated : sequence of str
        The treated patients.

    Returns
    -------
    polars.DataFrame
        One row a treated patient, in their order: ``patient_id``, ``baseline`` (ms), ``longest`` on
        treatment and ``longest_date``, ``rise`` (the largest; below 0: it only fell) and
        ``rise_date``, ``values`` on treatment. Null where there is none.
    """
    rows = signs.filter(measure=QTCF).drop_nulls(("patient_id", "date", "standard_value"))
    on = rows.filter("on_treatment").sort("date", maintain_order=True)
    longest = _greatest(on, "standard_value", "longest")
    rise = _greatest(on.drop_nulls("change"), "change", "rise")
    baseline = rows.filter("is_baseline").select("patient_id", baseline="standard_value")
    count = on.group_by("patient_id").agg(pl.len().cast(pl.Int64).alias("values"))
    patients = pl.DataFrame({"patient_id": list(treated)}, schema={"patient_id": pl.String})
    for part in (baseline, longest, rise, count):
        patients = patients.join(part, on="patient_id", how="left", maintain_order="left")
    return patients.with_columns(pl.col("values").fill_null(0))


def count_qtcf(worst: pl.DataFrame) -> pl.DataFrame:
    """Count patients above each line.

    Parameters
    ----------
    worst : polars.DataFrame
        From `worst_qtcf`.

    Returns
    -------
    polars.DataFrame
        ``what`` ("baseline", "longest", "rise"), ``above_ms`` (null: everybody with a value, the
        denominator), ``patient_ids`` and ``patients``. A patient above 500 ms is above 450 ms too.
    """
    lines = qtcf_lines()
    rows = []
    for what in _COUNTED:
        known = worst.drop_nulls(what)
        above = lines.rise_above_ms if what == "rise" else lines.above_ms
        for line in (None, *above):
            found = known if line is None else known.filter(pl.col(what) > line)
            patients = found["patient_id"].to_list()
            rows.append((what, line, patients, len(patients)))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "what": pl.String,
        "above_ms": pl.Float64,
        "patient_ids": pl.List(pl.String),
        "patients": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _greatest(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Return each patient's greatest value and its first date."""
    return (
        rows.sort(column, descending=True, maintain_order=True)
        .unique("patient_id", keep="first", maintain_order=True)
        .select("patient_id", pl.col(column).alias(name), pl.col("date").alias(f"{name}_date"))
    )
