"""Changes of a sum of diameters from baseline and nadir, and the flags of its rows.

Both kinds of ADTR take these variables from here, so the rules exist once.

Source: template ``ad_adtr`` of admiralonco 1.4.0 (Apache-2.0), in our own words; RECIST 1.1
(Eisenhauer 2009), section 4.3.1, for what is compared with what. Oracle:
``tests/oracle/cdisc/test_adtr.py``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.variables import yes
from trialwright.response.fragments import order_of_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERCENT = 100
_NUMBER = re.compile(r"\D*0*([1-9][0-9]?)$")
TARGETS, SUM, BASELINE = "Target Lesion(s)", "SDIAM", "BASELINE"


def add_changes(sums: pl.DataFrame) -> pl.DataFrame:
    """Add CHG, PCHG, CHGNAD and PCHGNAD, in mm and percent; no percent of nothing.

    Parameters
    ----------
    sums : polars.DataFrame
        Holds ``AVAL``, ``BASE`` and ``NADIR``.
    """
    value, base, nadir = pl.col("AVAL"), pl.col("BASE"), pl.col("NADIR")
    return sums.with_columns(
        (value - base).alias("CHG"),
        pl.when(base != 0).then(_PERCENT * ((value - base) / base)).alias("PCHG"),
        (value - nadir).alias("CHGNAD"),
        pl.when(nadir != 0).then(_PERCENT * ((value - nadir) / nadir)).alias("PCHGNAD"),
    )


def flag_progression(sums: pl.DataFrame) -> pl.DataFrame:
    """Add ANL03FL and ANL04FL.

    ANL04FL marks the rows that say something: a complete sum, or progression of any kind;
    ANL03FL those of them before the first progression.

    Parameters
    ----------
    sums : polars.DataFrame
        Holds ``USUBJID``, ``ADT``, ``ANL01FL`` and ``PDFL``.
    """
    says = (pl.col("ANL01FL") == "Y").fill_null(value=False) | (pl.col("PDFL") == "Y")
    first = pl.col("ADT").filter(pl.col("PDFL") == "Y").min().over("USUBJID")
    before = first.is_null() | (pl.col("ADT") < first)
    return sums.with_columns(yes(says & before).alias("ANL03FL"), yes(says).alias("ANL04FL"))


def number_lesions(names: Iterable[str]) -> dict[str, int]:
    """Return the number n of each target lesion of a patient, for LDIAMn and NLDIAMn.

    It is the number at the end of the name, where every lesion has one of its own; else the
    place of the name in the order of a lesion table.

    Parameters
    ----------
    names : iterable of str
        All target lesions of one patient.

    Examples
    --------
    >>> number_lesions(["T01", "T02", "T10"])
    {'T01': 1, 'T02': 2, 'T10': 10}
    >>> number_lesions(["liver VII", "liver IV"])
    {'liver IV': 1, 'liver VII': 2}
    """
    known = sorted(set(names), key=order_of_name)
    found = {name: _NUMBER.match(name) for name in known}
    numbers = {name: int(match[1]) for name, match in found.items() if match is not None}
    if len(set(numbers.values())) == len(known):
        return numbers
    return {name: place for place, name in enumerate(known, start=1)}


def lesion_parameter(*, node: pl.Expr) -> list[pl.Expr]:
    """Return PARAMCD and PARAM of a lesion: longest diameter, or short axis of a node.

    Parameters
    ----------
    node : polars.Expr
        Where the short axis (longest perpendicular) is meant; the number stands in ``n``.
    """
    number = pl.col("n").cast(pl.String)
    code = pl.when(node).then(pl.lit("NLDIAM")).otherwise(pl.lit("LDIAM"))
    axis = pl.when(node).then(pl.lit("Perpendicular")).otherwise(pl.lit("Diameter"))
    return [
        pl.concat_str(code, number).alias("PARAMCD"),
        pl.concat_str(pl.lit("Target Lesion "), number, pl.lit(" Analysis "), axis).alias("PARAM"),
    ]


def add_sequence(rows: pl.DataFrame, *order: str) -> pl.DataFrame:
    """Sort the rows of each subject and number them (ASEQ).

    Parameters
    ----------
    rows : polars.DataFrame
        The rows of ADTR, subjects in order.
    *order : str
        By what the rows of a subject are sorted; blanks come last.
    """
    ordered = rows.with_columns(pl.col("USUBJID").rle_id().alias("subject")).sort(
        "subject", *order, nulls_last=True, maintain_order=True
    )
    number = pl.int_range(1, pl.len() + 1).over("USUBJID")
    return ordered.with_columns(number.alias("ASEQ")).drop("subject")
