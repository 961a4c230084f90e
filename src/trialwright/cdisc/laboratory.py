"""LB: laboratory results that are numbers, with their unit and limits of normal.

Source: SDTM Implementation Guide 3.4, LB: the standard result (LBSTRESN, LBSTRESU, LBSTNRLO,
LBSTNRHI) is used; where it is blank, the original one (LBORRES, LBORRESU, LBORNRLO, LBORNRHI).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import BLOOD_SPECIMENS, NO_UNIT, URINE
from trialwright.cdisc.dates import date_rows

if TYPE_CHECKING:
    from trialwright.cdisc.dates import Dating
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_NUMBER = r"^\s*(<=|>=|<|>)?\s*([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*$"
DIMENSIONLESS = "1"  # the unit of a pure number in UCUM


def make_labs(samples: Domain, dating: Dating, ledger: Ledger) -> pl.DataFrame | None:
    """Make the table ``labs`` of LB; None if no result is left.

    A result below or above a limit of measurement (``<3.42``) keeps the limit as its value, and
    the sign in ``qualifier``. A test of urine, or of another specimen that is no blood, says so
    in its name: it is never graded as one of blood.

    Parameters
    ----------
    samples : Domain
        LB.
    dating : Dating
        The study days, which complete a date that is known in part where they agree.
    ledger : Ledger
        Takes the findings.
    """
    dated = date_rows(_leave_out_not_done(samples, ledger), ledger, dating, "LBDTC", "LBDY")
    frame = _read_results(dated.frame)
    for rule, where, why, mend in (
        ("sdtm.lab_unnamed", pl.col("test").is_null(),
         "neither LBTEST nor LBTESTCD names the test", "write LBTEST"),
        ("sdtm.lab_undated", pl.col("date").is_null(),
         "LBDTC is no full date, so the result is left out", "write the full date"),
        ("sdtm.lab_not_numeric", pl.col("value").is_null(),
         "results that are no number are left out: the table holds numbers", "nothing to do"),
        ("sdtm.lab_unit_blank", pl.col("unit").is_null(),
         "results without a unit are left out: they cannot be graded",
         "write LBSTRESU or LBORRESU; NO UNITS, if it is a pure number"),
    ):  # fmt: skip
        ledger.leave_out(dated, frame.filter(where), rule, why, mend)
        frame = frame.filter(~where)
    _say_ranges(dated, frame, ledger)
    ledger.use(dated, frame, "labs")
    if frame.is_empty():
        return None
    return frame.select(
        pl.col("USUBJID").alias("patient_id"),
        "test",
        pl.col("date").alias("sample_date"),
        "value",
        "qualifier",
        "unit",
        "lower_limit",
        "upper_limit",
        pl.col("LBNAM").alias("laboratory"),
        pl.col("row").alias("source_row"),
    )


def _leave_out_not_done(samples: Domain, ledger: Ledger) -> Domain:
    not_done = (pl.col("LBSTAT").str.to_uppercase() == "NOT DONE").fill_null(value=False)
    why, mend = "LBSTAT is NOT DONE: there is no result", "nothing to do"
    ledger.leave_out(samples, samples.frame.filter(not_done), "sdtm.lab_not_done", why, mend)
    return replace(samples, frame=samples.frame.filter(~not_done))


def _read_results(frame: pl.DataFrame) -> pl.DataFrame:
    """Add value, qualifier, unit and limits: all of the standard result, or all of the original."""
    standard = _number("LBSTRESN").is_not_null() | _parsed("LBSTRESC", 2).is_not_null()
    has_unit = pl.col("LBSTRESU").is_not_null() | pl.col("LBORRESU").is_null()
    pure = pl.col("LBORRESU").str.to_uppercase().is_in(NO_UNIT)
    use = standard & (has_unit | pure)
    value = pl.when(use).then(pl.coalesce(_number("LBSTRESN"), _parsed("LBSTRESC", 2)))
    unit = pl.when(use).then("LBSTRESU").otherwise("LBORRESU")
    none = unit.str.to_uppercase().is_in(NO_UNIT).fill_null(value=False) | (unit.is_null() & pure)
    return frame.with_columns(
        value.otherwise(_parsed("LBORRES", 2)).alias("value"),
        pl.when(use).then(_sign("LBSTRESC")).otherwise(_sign("LBORRES")).alias("qualifier"),
        pl.when(none).then(pl.lit(DIMENSIONLESS)).otherwise(unit).alias("unit"),
        *(
            pl.when(use).then(_number(standard_name)).otherwise(_number(original)).alias(name)
            for name, standard_name, original in (
                ("lower_limit", "LBSTNRLO", "LBORNRLO"),
                ("upper_limit", "LBSTNRHI", "LBORNRHI"),
            )
        ),
        _test_name().alias("test"),
    )


def _number(name: str) -> pl.Expr:
    number = pl.col(name).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _parsed(name: str, group: int) -> pl.Expr:
    return pl.col(name).str.extract(_NUMBER, group).cast(pl.Float64, strict=False)


def _sign(name: str) -> pl.Expr:
    sign = pl.col(name).str.extract(_NUMBER, 1)
    return pl.when(sign != "").then(sign)


def _test_name() -> pl.Expr:
    """Return the name of the test, and of the specimen where it is no blood."""
    name = pl.coalesce("LBTEST", "LBTESTCD")
    specimen, category = pl.col("LBSPEC").str.to_uppercase(), pl.col("LBCAT").str.to_uppercase()
    urine = specimen.is_null() & category.str.contains(URINE).fill_null(value=False)
    other = specimen.is_not_null() & ~specimen.is_in(BLOOD_SPECIMENS)
    said = pl.when(urine).then(pl.lit("urine")).when(other).then(specimen.str.to_lowercase())
    named = pl.concat_str(name, pl.lit(" ("), said, pl.lit(")"))
    return pl.coalesce(named, name)


def _say_ranges(domain: Domain, frame: pl.DataFrame, ledger: Ledger) -> None:
    """Say where LBNRIND contradicts the value and the limits beside it; they are what is used."""
    value, low, high = pl.col("value"), pl.col("lower_limit"), pl.col("upper_limit")
    exact = pl.col("qualifier").is_null()
    found = (
        pl.when(value < low)
        .then(pl.lit("LOW"))
        .when(value > high)
        .then(pl.lit("HIGH"))
        .when(low.is_not_null() & high.is_not_null())
        .then(pl.lit("NORMAL"))
    )
    said = pl.col("LBNRIND").str.to_uppercase()
    differs = exact & said.is_in(("LOW", "HIGH", "NORMAL")) & (found != said)
    why = "LBNRIND does not agree with the value and its limits, which are used"
    mend = "correct the limits or LBNRIND"
    rows = frame.filter(differs.fill_null(value=False))
    ledger.say(domain, rows, "sdtm.lab_range_differs", why, mend)
    crossed = frame.filter((low > high).fill_null(value=False))
    why = "the lower limit of normal lies above the upper one"
    ledger.say(domain, crossed, "sdtm.lab_range_differs", why, "correct the limits")
