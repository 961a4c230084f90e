"""Visits: one name for each assessment of a patient, and the table ``visits``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import BASELINE_VISITS, UNSCHEDULED_VISITS
from trialwright.dataset.visit_checks import LONGEST_VISIT_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_NAME = ("USUBJID", "VISIT")
_NUMBERED = (*_NAME, "number")
_ASSESSMENT = (*_NUMBERED, "cluster")


def name_visits(domains: Sequence[Domain], ledger: Ledger) -> tuple[list[Domain], pl.DataFrame]:
    """Give each assessment a name of its own, and make the table ``visits``.

    Two visits of one name are told apart by their number (VISITNUM). Unscheduled assessments
    may share a name and a number: those more than two weeks apart are told apart by the date of
    the first scan. Planned visits are left as they are; the checks of the data report those
    whose scans lie far apart.

    Parameters
    ----------
    domains : sequence of Domain
        TU, TR and RS with the column ``date``.
    ledger : Ledger
        Takes the findings.

    Returns
    -------
    tuple of (list of Domain, polars.DataFrame)
        The domains with the column ``visit``, and the table ``visits``.
    """
    numbered = [replace(domain, frame=_number(domain)) for domain in domains]
    assessments = _find_assessments(numbered)
    named = [replace(domain, frame=_join(domain.frame, assessments)) for domain in numbered]
    for domain in named:
        split = domain.frame.filter(pl.col("visit") != pl.col("VISIT"))
        for (patient, visit), rows in split.group_by(_NAME, maintain_order=True):
            names = ", ".join(rows["visit"].unique().sort().to_list())
            ledger.say(
                domain,
                rows,
                "sdtm.visit_split",
                f"the visit {visit} of patient {patient} is several assessments: {names}",
                "give each assessment a name of its own",
            )
    return named, _make_table(named)


def _number(domain: Domain) -> pl.DataFrame:
    """Add the visit number as a number, and a name where the source holds none."""
    number = pl.col("VISITNUM").cast(pl.Float64, strict=False)
    by_number = pl.lit("visit ") + pl.col("VISITNUM")
    name = pl.coalesce("VISIT", by_number, pl.col("date").cast(pl.String), pl.lit("unnamed"))
    return domain.frame.with_columns(number.alias("number"), name.alias("VISIT"))


def _find_assessments(domains: Sequence[Domain]) -> pl.DataFrame:
    """Return one row a day of an assessment, with the assessment's ``cluster`` and name."""
    days = (
        pl.concat([domain.frame.select(*_NUMBERED, "date") for domain in domains])
        .unique()
        .sort(*_NUMBERED, "date", nulls_last=True)
    )
    gap = pl.col("date").diff().over(_NUMBERED).dt.total_days()
    unscheduled = pl.col("VISIT").str.to_uppercase().str.contains(UNSCHEDULED_VISITS)
    apart = (unscheduled & (gap > LONGEST_VISIT_DAYS)).fill_null(value=False)
    found = days.with_columns(apart.cast(pl.Int64).cum_sum().over(_NUMBERED).alias("cluster"))
    numbers = pl.col("number").drop_nulls().n_unique().over(_NAME)
    clusters = pl.col("cluster").n_unique().over(_NUMBERED)
    first_day = pl.col("date").min().over(_ASSESSMENT).cast(pl.String)
    first = pl.when(pl.col("date").is_null()).then(pl.lit("no date")).otherwise(first_day)
    number = pl.col("number").cast(pl.String).str.strip_suffix(".0").fill_null("no number")
    by_number = pl.when(numbers > 1).then(pl.lit(" (") + number + ")").otherwise(pl.lit(""))
    by_date = pl.when(clusters > 1).then(pl.lit(" (") + first + ")").otherwise(pl.lit(""))
    return found.with_columns((pl.col("VISIT") + by_number + by_date).alias("visit"))


def _join(frame: pl.DataFrame, assessments: pl.DataFrame) -> pl.DataFrame:
    """Name the visit of each row; dates and numbers may be blank."""
    return frame.join(
        assessments.select(*_NUMBERED, "date", "visit"),
        on=[*_NUMBERED, "date"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )


def _make_table(domains: Sequence[Domain]) -> pl.DataFrame:
    rows = pl.concat(
        [
            domain.frame.select(
                "USUBJID", "visit", "VISITDY", "date", "row", _is_baseline(domain).alias("baseline")
            )
            for domain in domains
        ]
    ).filter(pl.col("visit") != "unnamed")
    planned = pl.col("VISITDY").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    name = pl.col("visit").str.to_uppercase()
    kind = (
        pl.when(name.str.contains(BASELINE_VISITS) | pl.col("baseline"))
        .then(pl.lit("baseline"))
        .when(name.str.contains(UNSCHEDULED_VISITS))
        .then(pl.lit("unscheduled"))
        .otherwise(pl.lit("scheduled"))
    )
    return (
        rows.group_by("USUBJID", "visit", maintain_order=True)
        .agg(
            pl.col("date").min(),
            planned.drop_nulls().first().alias("planned"),
            pl.col("baseline").any(),
            pl.col("row").first(),
        )
        .sort("USUBJID", "date", "visit", nulls_last=True)
        .select(
            pl.col("USUBJID").alias("patient_id"),
            "visit",
            kind.alias("visit_type"),
            # SDTM counts the first day as 1 and has no day 0.
            (pl.when(pl.col("planned") > 0).then(pl.col("planned") - 1).otherwise("planned")).alias(
                "planned_day"
            ),
            pl.col("date").alias("visit_date"),
            pl.col("row").alias("source_row"),
        )
    )


def _is_baseline(domain: Domain) -> pl.Expr:
    flags = [f"{domain.code}BLFL", f"{domain.code}LOBXFL"]
    held = [pl.col(flag) == "Y" for flag in flags if flag in domain.frame.columns]
    return pl.any_horizontal(*held).fill_null(value=False) if held else pl.lit(value=False)
