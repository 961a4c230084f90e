"""ADLB: laboratory results, of SDTM domains or of our own safety analysis.

Source: ADaM Implementation Guide 1.3, section 3.3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.adlb_parameters import read_lab_parameters
from trialwright.cdisc.adam.adlb_sdtm import ADLB_DOMAINS, adlb_from_sdtm, check_adlb_domains
from trialwright.cdisc.adam.adlb_values import (
    add_baseline,
    add_changes,
    extreme_rows,
    flag_one,
    overall_grade,
    range_indicator,
    shift,
)
from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.safety_subjects import find_strangers
from trialwright.cdisc.adam.source import refuse_errors
from trialwright.cdisc.adam.tumour_sums import add_sequence
from trialwright.cdisc.adam.variables import read_variables, yes
from trialwright.safety.units import known_analytes

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ADLB_DOMAINS", "adlb", "adlb_from_sdtm", "check_adlb_domains"]

_NAME = re.compile(r"[A-Z][A-Z0-9]{0,7}")  # what a PARAMCD may look like
_LENGTH = 8
_UNKNOWN = "TEST"


def adlb(
    graded: pl.DataFrame, adsl: pl.DataFrame, *, adsl_variables: Sequence[str] = ()
) -> pl.DataFrame:
    """Write the laboratory results of our own safety analysis as ADLB.

    Parameters
    ----------
    graded : polars.DataFrame
        From ``safety.laboratory.grade_laboratory``.
    adsl : polars.DataFrame
        From ``adsl``.
    adsl_variables : sequence of str
        Variables of ADSL to add; STUDYID, USUBJID, TRTSDT and TRTEDT are always there.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, the variables of ADSL, and those of the list ``own`` in ``adlb.toml``: a
        row for each result, and for the lowest, highest and last result on treatment of each test.

    Raises
    ------
    DataError
        If ADSL holds a patient twice, or lacks one of the results.
    ValueError
        If ADSL lacks one of the variables.

    Notes
    -----
    AVAL, BASE and the limits are in the standard unit of the analyte. A test or a unit that is not
    known keeps what was written, as a parameter of its own (PARAMCD ``TEST01``), without a
    baseline. A result such as ``<3.42`` has no AVAL, only AVALC. Grades are taken over, and
    ATOXREAS says why, or why there is none. PROCFL marks results soon after an ablation.
    """
    refuse_errors([*find_strangers(graded, adsl)], ("ADLB",))
    started = adsl.select("USUBJID", "TRTSDT")
    rows = _name(graded).join(started, on="USUBJID", how="left", maintain_order="left")
    based = add_baseline(
        rows.with_columns(range_indicator().alias("ANRIND"), overall_grade().alias("ATOXGR")),
        {"BNRIND": "ANRIND", "BTOXGR": "ATOXGR"},
    )
    compared = add_changes(based, pl.col("ADT") > pl.col("TRTSDT")).with_columns(
        shift("BNRIND", "ANRIND").alias("SHIFT1"), shift("BTOXGR", "ATOXGR").alias("SHIFT2")
    )
    on = pl.col("ONTRTFL") == "Y"
    flagged = flag_one(compared, "LVOTFL", on, ("USUBJID", "PARAMCD"), ("ADT", "AVAL"))
    both = pl.concat([flagged, extreme_rows(flagged)]).drop("TRTSDT")
    listed = read_variables("ADLB").columns("own")
    merged = merge_adsl(both, adsl, ("TRTSDT", "TRTEDT", *adsl_variables), listed)
    order = ("PARAMCD", "ADT", "AVISITN", "SRCROW")
    return add_sequence(merged, *order).select(merged.columns)


def _name(graded: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of ``grade_laboratory`` the names of ADLB."""
    known = pl.col("standard_unit").is_not_null()
    value, low, high = (
        pl.when(known).then(f"standard_{name}").otherwise(written)
        for name, written in (
            ("value", "value"), ("lower", "lower_limit"), ("upper", "upper_limit")
        )
    )  # fmt: skip
    exact = pl.col("qualifier").is_null()
    unit = pl.when(known).then("standard_unit").otherwise("unit")
    named = graded.with_columns(unit.alias("AVALU"), value.alias("number")).join(
        _parameters(graded), on=("analyte", "test", "standard_unit", "unit"), how="left",
        nulls_equal=True, validate="m:1", maintain_order="left",
    )  # fmt: skip
    return named.select(
        "PARAMCD",
        "PARAM",
        "AVALU",
        USUBJID="patient_id",
        ADT="sample_date",
        ADY="day",
        AVISIT=pl.lit(None, pl.String),
        AVISITN=pl.lit(None, pl.Float64),
        DTYPE=pl.lit(None, pl.String),
        AVAL=pl.when(exact).then("number"),
        AVALC=pl.when(~exact).then(pl.concat_str("qualifier", pl.col("number").cast(pl.String))),
        BASE=pl.when(known).then("baseline"),
        ANRLO=low,
        ANRHI=high,
        ABLFL=yes(pl.col("is_baseline")),
        ONTRTFL=yes(pl.col("on_treatment")),
        ATOXDSCL=pl.when(pl.col("low_grade").is_not_null()).then("low_term"),
        ATOXDSCH=pl.when(pl.col("high_grade").is_not_null()).then("high_term"),
        ATOXGRL=pl.col("low_grade").cast(pl.String),
        ATOXGRH=pl.col("high_grade").cast(pl.String),
        ATOXREAS=pl.coalesce("why", "not_graded"),
        PROCFL=yes(pl.col("procedural")),
        ADAYABL="days_after_ablation",
        SRCROW="source_row",
    )


def _parameters(graded: pl.DataFrame) -> pl.DataFrame:
    """Return PARAMCD and PARAM of each test and unit; unknown ones are numbered."""
    keys = ("analyte", "test", "standard_unit", "unit")
    distinct = graded.select(keys).unique(maintain_order=True)
    strange = distinct.filter(pl.col("standard_unit").is_null()).sort("test", "unit")
    numbers = {row: place for place, row in enumerate(strange.iter_rows(), start=1)}
    rows = [
        (*row, *_parameter(row[0], row[1], row[2] or row[3], numbers.get(row)))
        for row in distinct.iter_rows()
    ]
    schema = dict.fromkeys((*keys, "PARAMCD", "PARAM"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _parameter(
    analyte: str | None, test: str | None, unit: str | None, number: int | None
) -> tuple[str, str]:
    name = f"{analyte[0].upper()}{analyte[1:]}" if analyte and number is None else test or ""
    named = f"{name} ({unit})" if unit else name
    if analyte is None or number is not None:
        return f"{_UNKNOWN}{number:02}", named
    listed = read_lab_parameters().tests
    aliases = known_analytes()[analyte].aliases
    codes = [listed[one][0] for one in aliases if one in listed]
    codes += [one.upper() for one in aliases if _NAME.fullmatch(one.upper())]
    codes.append("".join(filter(str.isalnum, analyte)).upper()[:_LENGTH])
    return codes[0], named
