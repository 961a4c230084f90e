"""CTCAE grades of the rows of ADLB, by the criteria of ``safety.ctcae``.

Source: NCI CTCAE; ADaM Implementation Guide 1.3 (ATOXGRL, ATOXGRH, ATOXDSCL, ATOXDSCH).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.adlb_parameters import read_lab_parameters
from trialwright.cdisc.codes import BLOOD_SPECIMENS, URINE
from trialwright.safety.ctcae import read_criteria
from trialwright.safety.ctcae.grade import LabValue, grade_value
from trialwright.safety.units import find_analyte

if TYPE_CHECKING:
    from typing import Any, Literal

    from trialwright.safety.ctcae.criteria import Criteria
    from trialwright.safety.units import Analyte

    Direction = Literal["low", "high"]

_QUALIFIED = r"^\s*(<=|>=|<|>)\s*([0-9]*\.?[0-9]+)\s*$"
_INPUTS = (
    "code", "unit", "value", "qualifier", "ANRLO", "ANRHI", "BASE", "BNRIND",
)  # fmt: skip
_NEW: dict[Direction, tuple[str, str]] = {
    "low": ("ATOXDSCL", "ATOXGRL"),
    "high": ("ATOXDSCH", "ATOXGRH"),
}


def add_grades(rows: pl.DataFrame, version: str, digits: int) -> pl.DataFrame:
    """Add the terms and the grades of both directions.

    Parameters
    ----------
    rows : polars.DataFrame
        Rows of ADLB with AVAL or AVALC, ANRLO, ANRHI, BASE and BNRIND.
    version : {"4.03", "5.0", "6.0"}
        The version of CTCAE.
    digits : int
        Significant digits, as for ``grade_value``.

    Returns
    -------
    polars.DataFrame
        The rows with ATOXDSCL, ATOXDSCH (the terms of the version that numbers can grade), and
        ATOXGRL, ATOXGRH: a text, blank where there is no term or no grade. A result that is only
        known to lie below or above a number is graded where that settles the grade. A test of
        urine or of another specimen that is no blood has no term.
    """
    inputs = rows.with_columns(_code(), _unit(), *_value())
    distinct = inputs.select(_INPUTS).unique()
    criteria = read_criteria(version)
    analytes = {code: find_analyte(code) for code in distinct["code"].drop_nulls().unique()}
    schema = {name: pl.String() for names in _NEW.values() for name in names}
    graded = pl.DataFrame(
        [_grade(row, analytes.get(row["code"]), criteria, digits)
         for row in distinct.iter_rows(named=True)],
        schema=schema,
        orient="row",
    )  # fmt: skip
    found = pl.concat([distinct, graded], how="horizontal")
    joined = inputs.join(
        found, on=_INPUTS, how="left", nulls_equal=True, validate="m:1", maintain_order="left"
    )
    return joined.drop("code", "unit", "value", "qualifier")


def _code() -> pl.Expr:
    """Return the test as the criteria know it; blank of a specimen that is no blood.

    A count that was calculated has no LBTESTCD, and that of its parameter is used.
    """
    tests = read_lab_parameters().tests
    by_parameter = {said[0]: code for code, said in tests.items()}
    specimen, category = pl.col("LBSPEC").str.to_uppercase(), pl.col("LBCAT").str.to_uppercase()
    urine = specimen.is_null() & category.str.contains(URINE).fill_null(value=False)
    other = (~specimen.is_in(BLOOD_SPECIMENS)).fill_null(value=False)
    code = pl.coalesce("LBTESTCD", pl.col("PARAMCD").replace(by_parameter))
    return pl.when(~urine & ~other).then(code).alias("code")


def _unit() -> pl.Expr:
    """Return the unit of the parameter, which a calculated count takes from PARAM."""
    return pl.coalesce("LBSTRESU", pl.col("PARAM").str.extract(r"\(([^()]+)\)$")).alias("unit")


def _value() -> list[pl.Expr]:
    """Return the number, and the sign of a result that is only known to lie below or above it."""
    signed = pl.col("AVALC").str.extract(_QUALIFIED, 2).cast(pl.Float64, strict=False)
    return [
        pl.coalesce("AVAL", signed).alias("value"),
        pl.when(pl.col("AVAL").is_null())
        .then(pl.col("AVALC").str.extract(_QUALIFIED, 1))
        .alias("qualifier"),
    ]


def _grade(
    row: dict[str, Any], analyte: Analyte | None, criteria: Criteria, digits: int
) -> tuple[str | None, ...]:
    """Return ATOXDSCL, ATOXGRL, ATOXDSCH and ATOXGRH of one distinct result."""
    if analyte is None:
        return (None,) * 4
    place = criteria.place(analyte, row["unit"])
    made: list[str | None] = []
    for direction in _NEW:
        term = place.term(direction)
        if term is None or not term.rungs:
            made += [None, None]
            continue
        made += [term.name, _grade_one(row, analyte, criteria, direction, digits)]
    return tuple(made)


def _grade_one(
    row: dict[str, Any], analyte: Analyte, criteria: Criteria, direction: Direction, digits: int
) -> str | None:
    if row["value"] is None:
        return None
    sample = LabValue(
        row["value"],
        row["unit"],
        lower_limit=row["ANRLO"],
        upper_limit=row["ANRHI"],
        qualifier=row["qualifier"],
        baseline=row["BASE"],
        baseline_range=None if row["BNRIND"] is None else row["BNRIND"].lower(),
    )
    found = grade_value(criteria, analyte.name, direction, sample, significant_digits=digits)
    return None if found.grade is None else str(found.grade)
