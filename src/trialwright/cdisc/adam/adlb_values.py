"""What ADLB derives from a value: its place in the range, baseline, changes, flags, extremes.

Expressions and joins over a long frame of results; both kinds of ADLB use them.

Source: ADaM Implementation Guide 1.3, section 3.3 (BASE, CHG, PCHG, R2BASE, ABLFL, ANRIND, SHIFTy,
DTYPE).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.variables import yes

if TYPE_CHECKING:
    from collections.abc import Sequence

    IntoExpr = str | pl.Expr

_OF = ("USUBJID", "PARAMCD")
# DTYPE, AVISIT and AVISITN of the rows that stand for several. Source: admiral's ad_adlb.
EXTREMES = {
    "MINIMUM": ("POST-BASELINE MINIMUM", 9997.0),
    "MAXIMUM": ("POST-BASELINE MAXIMUM", 9998.0),
    "LOV": ("POST-BASELINE LAST", 9999.0),
}
_DIGITS = 15  # a limit that was converted differs from the value in the last bits of a float


def range_indicator() -> pl.Expr:
    """Return LOW, NORMAL or HIGH of AVAL between ANRLO and ANRHI.

    With one limit alone a value on the right side of it is NORMAL; blank where neither limit is
    known, or AVAL is not.
    """
    value, low, high = (pl.col(name).round_sig_figs(_DIGITS) for name in ("AVAL", "ANRLO", "ANRHI"))
    return (
        pl.when(value < low)
        .then(pl.lit("LOW"))
        .when(value > high)
        .then(pl.lit("HIGH"))
        .when(value.is_not_null() & (low.is_not_null() | high.is_not_null()))
        .then(pl.lit("NORMAL"))
    )


def flag_one(
    rows: pl.DataFrame, name: str, among: pl.Expr, of: Sequence[str], order: Sequence[str]
) -> pl.DataFrame:
    """Flag with ``Y`` the last row of each group among those of a condition.

    Parameters
    ----------
    rows : polars.DataFrame
        The results, in their order.
    name : str
        The flag.
    among : polars.Expr
        The rows that count.
    of : sequence of str
        What makes a group.
    order : sequence of str
        By what the last is the last; a blank comes before every value.
    """
    last = (
        rows.with_row_index("at")
        .filter(among.fill_null(value=False))
        .sort(*order, nulls_last=False, maintain_order=True)
        .unique(of, keep="last", maintain_order=True)["at"]
    )
    at = pl.int_range(pl.len(), dtype=pl.UInt32)
    return rows.with_columns(yes(at.is_in(last.implode())).alias(name))


def add_baseline(rows: pl.DataFrame, new: dict[str, str]) -> pl.DataFrame:
    """Add to every row what the baseline row of its subject and parameter says.

    Parameters
    ----------
    rows : polars.DataFrame
        With ABLFL, at most one a subject and parameter.
    new : dict of str to str
        The new variables, and from which each is taken (``{"BASE": "AVAL"}``).
    """
    base = rows.filter(pl.col("ABLFL") == "Y").select(
        *_OF, *(pl.col(old).alias(name) for name, old in new.items())
    )
    return rows.join(base, on=_OF, how="left", validate="m:1", maintain_order="left")


def add_changes(rows: pl.DataFrame, after: pl.Expr) -> pl.DataFrame:
    """Add CHG and PCHG where ``after`` holds, and the ratios R2BASE, R2ANRLO and R2ANRHI.

    A change in percent of a baseline of 0, and a ratio to 0, are blank.
    """
    value, base = pl.col("AVAL"), pl.col("BASE")
    change = value - base
    return rows.with_columns(
        pl.when(after).then(change).alias("CHG"),
        pl.when(after & (base != 0)).then(change / base.abs() * 100).alias("PCHG"),
        *(
            pl.when(pl.col(of) != 0).then(value / pl.col(of)).alias(f"R2{of}")
            for of in ("BASE", "ANRLO", "ANRHI")
        ),
    )


def shift(start: str, end: str) -> pl.Expr:
    """Return ``LOW to NORMAL`` and the like; what is blank reads ``NULL``."""
    return pl.concat_str(
        pl.col(start).fill_null("NULL"), pl.lit(" to "), pl.col(end).fill_null("NULL")
    )


def overall_grade() -> pl.Expr:
    """Return ATOXGR of ATOXGRL and ATOXGRH: a low grade with a minus, 0 if neither is a grade.

    Blank where a direction that has criteria could not be graded, and the other is no grade.
    """
    low, high = pl.col("ATOXGRL"), pl.col("ATOXGRH")
    low_none = (low == "0").fill_null(value=False) | pl.col("ATOXDSCL").is_null()
    high_none = (high == "0").fill_null(value=False) | pl.col("ATOXDSCH").is_null()
    graded = low.is_not_null() | high.is_not_null()
    return (
        pl.when(low != "0")
        .then(pl.concat_str(pl.lit("-"), low))
        .when(high != "0")
        .then(high)
        .when(graded & low_none & high_none)
        .then(pl.lit("0"))
    )


def extreme_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a row for the lowest, the highest and the last result on treatment.

    Each is a copy of the row it comes from, with AVISIT, AVISITN and DTYPE of ``EXTREMES``. Of
    equal results the earliest counts; the last may be one without AVAL.
    """
    on = rows.filter(pl.col("ONTRTFL") == "Y")
    known = on.filter(pl.col("AVAL").is_not_null())
    found = {
        "MINIMUM": known.sort("AVAL", "ADT", "AVISITN", maintain_order=True),
        "MAXIMUM": known.sort(
            "AVAL", "ADT", "AVISITN", descending=[True, False, False], maintain_order=True
        ),
        "LOV": on.sort("ADT", "AVISITN", descending=True, maintain_order=True),
    }
    return pl.concat(
        [
            ordered.unique(_OF, keep="first", maintain_order=True).with_columns(
                pl.lit(EXTREMES[kind][0]).alias("AVISIT"),
                pl.lit(EXTREMES[kind][1]).alias("AVISITN"),
                pl.lit(kind).alias("DTYPE"),
            )
            for kind, ordered in found.items()
        ]
    )
