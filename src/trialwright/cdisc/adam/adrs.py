"""ADRS: the responses of each subject, and the parameters that follow from them.

Two ways lead to it: from the finished responses of RS, by the guideline or as admiral's template
derives them, and from our own reading of the scans (``adrs_own``). Both are built by
``adrs_frame``.

Source: ADaM Implementation Guide 1.3, section 3.3; template ``ad_adrs`` of admiralonco 1.4.0
(Apache-2.0), in our own words. Oracle: ``tests/oracle/cdisc/test_adrs.py``; differences:
``docs/adam-comparison.md``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from trialwright.cdisc.adam.adrs_frame import ReadingText, build_frame, read_parameters
from trialwright.cdisc.adam.adrs_own import adrs
from trialwright.cdisc.adam.adrs_records import CalledRecords, read_called
from trialwright.cdisc.adam.adrs_rows import NO, YES, fill_rows
from trialwright.cdisc.adam.adrs_source import AdrsSource, Profile, source_of
from trialwright.cdisc.adam.variables import read_variables
from trialwright.cdisc.codes import BASELINE_VISITS
from trialwright.errors import DataError
from trialwright.response.bulk.derive_called import derive_called

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.response.best import BestRules
    from trialwright.response.bulk.called import CalledParameters

__all__ = ["adrs", "adrs_from_sdtm", "build_adrs", "measurable_disease", "read_called"]


def adrs_from_sdtm(
    rs: pl.DataFrame,
    adsl: pl.DataFrame,
    rules: BestRules,
    profile: Profile,
    *,
    tu: pl.DataFrame | None = None,
    source: AdrsSource | None = None,
) -> pl.DataFrame:
    """Derive ADRS from the finished responses of RS.

    Parameters
    ----------
    rs : polars.DataFrame
        The domain as text, blanks null (``cdisc.files.read_table``).
    adsl : polars.DataFrame
        One row a subject: STUDYID, USUBJID, RANDDT under ``admiral`` and else TRTSDT, DTHDT.
    rules : BestRules
        Intervals and allowances. The template has 28 days, one NE, no SD, 42 days.
    profile : {"recist11", "admiral"}
        Whose rules: the guideline's, or those of admiral's template.
    tu : polars.DataFrame or None
        TU as text, for MDIS; none: there is no MDIS.
    source : AdrsSource or None
        Whose calls, by which criteria, how dates are read, and which variables of ADSL every row
        gets beside STUDYID and USUBJID; none: that of the profile.

    Returns
    -------
    polars.DataFrame
        The list ``from_sdtm`` of ``adrs.toml``, sorted by STUDYID, USUBJID, PARAMCD, ADT,
        VISITNUM and RSSEQ. ``ANL01FL``: the record counts; ``ANL02FL``: it is not after the first
        PD, under ``recist11`` nor after a new therapy.

    Raises
    ------
    DataError
        As :func:`~trialwright.cdisc.adam.adrs_records.read_called`, whose findings also hold the
        warnings.
    """
    read = read_called(rs, adsl, profile, source=source)
    found = derive_called(read.called, rules, profile)
    return build_adrs(read, found, profile, tu=tu, source=source)


def build_adrs(
    read: CalledRecords,
    found: CalledParameters,
    profile: Profile,
    *,
    tu: pl.DataFrame | None = None,
    source: AdrsSource | None = None,
) -> pl.DataFrame:
    """Build the frame of :func:`adrs_from_sdtm` from records and parameters that are there.

    Parameters
    ----------
    read : CalledRecords
        The records, from ``read_called``.
    found : CalledParameters
        Their parameters, from ``derive_called``.
    profile, tu, source
        As in :func:`adrs_from_sdtm`.
    """
    chosen = source_of(profile, source)
    rows = fill_rows(
        tuple(read_parameters()),
        read,
        found,
        missing=profile == "admiral",
        measurable=None if tu is None else measurable_disease(tu, read.subjects.ids, chosen),
    )
    keys = [name for name in ("STUDYID", "USUBJID") if name in read.subjects.adsl.columns]
    listed = [one.name for one in read_variables("ADRS").columns("from_sdtm")]
    records = read.records.drop("USUBJID").with_columns(pl.col("VISIT").alias("AVISIT"))
    return build_frame(
        rows,
        replace(read, records=records),
        found,
        reading=ReadingText((chosen.assessor,), chosen.criteria),
        variables=[*dict.fromkeys((*keys, *chosen.adsl_variables)), *listed],
    )


def measurable_disease(
    tu: pl.DataFrame, subjects: pl.Series, source: AdrsSource
) -> NDArray[np.int16]:
    """Tell for each subject whether the evaluator chose a target lesion at baseline.

    Parameters
    ----------
    tu : polars.DataFrame
        TU as text.
    subjects : polars.Series
        USUBJID of the subjects.
    source : AdrsSource
        Whose lesions.

    Returns
    -------
    array of int16, shape (subjects,)
        1 or 0, in their order.

    Raises
    ------
    DataError
        If TU lacks a column.

    Notes
    -----
    Source: RECIST 1.1 section 3.2 (target lesions are measurable); MDIS of the template.
    """
    missing = [name for name in ("USUBJID", "TUSTRESC", "VISIT") if name not in tu.columns]
    if missing:
        msg = f"TU has no column {', '.join(missing)}, which MDIS needs"
        raise DataError(msg)
    target = (pl.col("TUSTRESC") == "TARGET").and_(*_of_evaluator(tu, source))
    targets = tu.lazy().filter(target).select("USUBJID", pl.col("VISIT").str.to_uppercase())
    at_baseline = targets.filter(pl.col("VISIT").str.contains(BASELINE_VISITS)).collect()
    with_target = subjects.is_in(at_baseline["USUBJID"].unique().implode())
    return np.where(with_target.to_numpy(), YES, NO).astype(np.int16)


def _of_evaluator(tu: pl.DataFrame, source: AdrsSource) -> list[pl.Expr]:
    wanted = []
    if "TUEVAL" in tu.columns and tu["TUEVAL"].null_count() < tu.height:
        wanted.append(pl.col("TUEVAL") == source.evaluator)
    if source.evaluator_id is not None:
        wanted.append(pl.col("TUEVALID") == source.evaluator_id)
    return wanted
