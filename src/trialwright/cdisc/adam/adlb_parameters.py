"""The parameters of ADLB: PARAMCD, PARAM and PARAMN of each test, read from ``adlb.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LabParameters:
    """The tests with a parameter of their own, the spelling of units, and the fractions.

    Parameters
    ----------
    tests : mapping of str to (str, str, int)
        PARAMCD, name and PARAMN by LBTESTCD.
    units : mapping of str to str
        How PARAM writes a unit.
    fractions : mapping of str to str
        PARAMCD of a fraction of the leukocytes, and LBTESTCD of the count that it makes.
    """

    tests: Mapping[str, tuple[str, str, int]]
    units: Mapping[str, str]
    fractions: Mapping[str, str]


@cache
def read_lab_parameters() -> LabParameters:
    """Read the parameters.

    Examples
    --------
    >>> read_lab_parameters().tests["K"]
    ('POTAS', 'Potassium', 23)
    """
    file = resources.files(__package__) / "adlb.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    tests = {code: tuple(said) for code, said in content["parameters"].items()}
    return LabParameters(tests, content["units"], content["fractions"])


def name_parameters(rows: pl.DataFrame) -> pl.DataFrame:
    """Add PARAMCD, PARAM and PARAMN of rows of LB.

    A test that is not listed keeps its code and name, and has no PARAMN. PARAM names the unit of
    the parameter in the data; two units of one are an error that ``adlb_sdtm`` reports.
    """
    tests = read_lab_parameters().tests
    codes, names, numbers = ({code: said[n] for code, said in tests.items()} for n in range(3))
    code = pl.col("LBTESTCD")
    named = rows.with_columns(
        code.replace(codes).alias("PARAMCD"),
        pl.coalesce(
            code.replace_strict(names, default=None, return_dtype=pl.String), "LBTEST", "LBTESTCD"
        ).alias("name"),
        code.replace_strict(numbers, default=None, return_dtype=pl.Int64).alias("PARAMN"),
        shown_unit().alias("unit"),
    )
    unit = pl.col("unit").drop_nulls().first().over("PARAMCD")
    with_unit = pl.concat_str("name", pl.lit(" ("), unit, pl.lit(")"))
    return named.with_columns(pl.coalesce(with_unit, "name").alias("PARAM")).drop("name", "unit")


def shown_unit() -> pl.Expr:
    """Return the unit of a row of LB as PARAM writes it; blank where there is none."""
    unit = pl.col("LBSTRESU").replace(read_lab_parameters().units)
    return pl.when(unit != "").then(unit)
