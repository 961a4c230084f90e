"""Variables of ADSL beside those of another analysis data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.variables import Variable, read_variables

if TYPE_CHECKING:
    from collections.abc import Sequence

_IDENTIFIERS = ("STUDYID", "USUBJID")


def merge_adsl(
    rows: pl.DataFrame, adsl: pl.DataFrame, names: Sequence[str], own: Sequence[Variable]
) -> pl.DataFrame:
    """Put the variables of ADSL before those of the rows, subjects in the order of ADSL.

    Parameters
    ----------
    rows : polars.DataFrame
        Rows with ``USUBJID``, each of a subject of ``adsl``.
    adsl : polars.DataFrame
        One row a subject.
    names : sequence of str
        The variables of ADSL to take; STUDYID and USUBJID are always taken, and first.
    own : sequence of Variable
        The variables of the rows; one that they lack is blank.

    Raises
    ------
    ValueError
        If ADSL lacks a variable.
    """
    taken = list(dict.fromkeys((*_IDENTIFIERS, *names)))
    lacking = [name for name in taken if name not in adsl.columns]
    if lacking:
        msg = f"ADSL has no variable {', '.join(lacking)}; it has {', '.join(adsl.columns)}"
        raise ValueError(msg)
    known = read_variables("ADSL").variables
    subjects = adsl.select(taken)
    filled = rows.with_columns(
        pl.lit(None).alias(one.name) for one in own if one.name not in rows.columns
    ).select("USUBJID", *(pl.col(one.name).cast(one.polars_type) for one in own))
    placed = subjects.join(filled, on="USUBJID", how="inner", maintain_order="left_right")
    if placed.height != rows.height:  # callers have refused subjects whom ADSL does not hold
        msg = f"{rows.height} rows became {placed.height} beside ADSL"
        raise RuntimeError(msg)
    return placed.select(
        *(pl.col(name).cast(known[name].polars_type) for name in taken),
        *(one.name for one in own),
    )
