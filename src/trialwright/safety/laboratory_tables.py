"""Worst grades on treatment, and how they shift from baseline.

What an ablation raises for a few days stands apart: a patient has one worst grade of the values
within ``safety.ablation_rise_days`` after an ablation and one of all others, so that nothing is
hidden and nothing is blamed on a drug.

Source: shells of ICH E3 section 14.3.4; the bucket of the procedure: decision 020.
"""

from __future__ import annotations

import polars as pl

from trialwright.safety.event_counts import SEVERE

_GRADES = (0, 1, 2, 3, 4, 5)
_KEYS = ("patient_id", "analyte", "direction", "term")
_ON_TREATMENT, AFTER_ABLATION = "on treatment", "after ablation"


def worst_laboratory_grades(graded: pl.DataFrame) -> pl.DataFrame:
    """Return each patient's worst grade on treatment, by analyte and direction.

    Parameters
    ----------
    graded : polars.DataFrame
        From `grade_laboratory`.

    Returns
    -------
    polars.DataFrame
        One row a patient, analyte, direction and ``bucket`` with at least one value on treatment:
        ``patient_id``, ``analyte``, ``direction`` ("low", "high"), ``term``, ``bucket`` ("on
        treatment", or "after ablation" for the procedural values), ``baseline_grade`` (null: no
        graded baseline), ``worst_grade`` (null: no value could be graded), ``worst_date``,
        ``worst_row`` (source row of the first value of that grade), ``values``, ``not_graded``.
    """
    rows = _by_direction(graded)
    baseline = rows.filter("is_baseline").select(*_KEYS, baseline_grade="grade")
    treated = rows.filter("on_treatment")
    keys = (*_KEYS, "bucket")
    worst = (
        treated.drop_nulls("grade")
        .sort("grade", "sample_date", descending=[True, False], maintain_order=True)
        .unique(keys, keep="first", maintain_order=True)
        .select(*keys, worst_grade="grade", worst_date="sample_date", worst_row="source_row")
    )
    counts = treated.group_by(keys, maintain_order=True).agg(
        pl.len().alias("values"), pl.col("grade").null_count().alias("not_graded")
    )
    joined = counts.join(worst, on=keys, how="left", maintain_order="left").join(
        baseline, on=_KEYS, how="left", maintain_order="left"
    )
    return joined.select(
        *keys, "baseline_grade", "worst_grade", "worst_date", "worst_row", "values", "not_graded"
    )


def shift_table(graded: pl.DataFrame) -> pl.DataFrame:
    """Count patients by their grade at baseline and their worst grade on treatment.

    Parameters
    ----------
    graded : polars.DataFrame
        From `grade_laboratory`.

    Returns
    -------
    polars.DataFrame
        ``analyte``, ``direction``, ``term``, ``bucket``, ``baseline_grade`` (null: no graded
        baseline, which is a row of its own), ``worst_grade`` (null: none could be graded),
        ``patient_ids``, ``patients`` (how many they are). The patients of an analyte, direction and
        bucket add up to those with a value on treatment.
    """
    keys = ("analyte", "direction", "term", "bucket", "baseline_grade", "worst_grade")
    return (
        worst_laboratory_grades(graded)
        .group_by(keys, maintain_order=True)
        .agg(pl.col("patient_id").alias("patient_ids"))
        .with_columns(patients=pl.col("patient_ids").list.len())
        .sort(keys, descending=[False, False, False, True, False, False], nulls_last=True)
    )


def count_worst_grades(worst: pl.DataFrame) -> pl.DataFrame:
    """Count patients by their worst grade on treatment.

    Parameters
    ----------
    worst : polars.DataFrame
        From `worst_laboratory_grades`.

    Returns
    -------
    polars.DataFrame
        One row a term, analyte and bucket, those on treatment before those after an ablation:
        ``term``, ``analyte``, ``bucket``, ``patient_ids`` (with a value), ``grade_0`` to
        ``grade_5``, ``severe`` (grade 3 or more) and ``not_graded``: lists of patients.
    """
    grade, who = pl.col("worst_grade"), pl.col("patient_id")
    return (
        worst.group_by("term", "analyte", "bucket", maintain_order=True)
        .agg(
            who.alias("patient_ids"),
            *(who.filter(grade == one).alias(f"grade_{one}") for one in _GRADES),
            who.filter(grade >= SEVERE).alias("severe"),
            who.filter(grade.is_null()).alias("not_graded"),
        )
        .sort("term", "analyte", pl.col("bucket") == AFTER_ABLATION)
    )


def _by_direction(graded: pl.DataFrame) -> pl.DataFrame:
    """Return one row a value and direction of which the criteria have a term."""
    bucket = pl.when("procedural").then(pl.lit(AFTER_ABLATION)).otherwise(pl.lit(_ON_TREATMENT))
    both = [
        graded.select(
            "patient_id",
            "analyte",
            pl.lit(direction).alias("direction"),
            pl.col(f"{direction}_term").alias("term"),
            bucket.alias("bucket"),
            pl.col(f"{direction}_grade").alias("grade"),
            "sample_date",
            "on_treatment",
            "is_baseline",
            "source_row",
        )
        for direction in ("low", "high")
    ]
    return pl.concat(both).drop_nulls("term")
