"""ADEX: exposure, of SDTM domains or of our own safety analysis.

Source: ADaM Implementation Guide 1.3, section 3.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.adex_parameters import name_own_parameters, own_parameters
from trialwright.cdisc.adam.adex_sdtm import (
    ADEX_DOMAINS,
    StudyPart,
    adex_from_sdtm,
    check_adex_domains,
)
from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.safety_subjects import find_strangers
from trialwright.cdisc.adam.source import refuse_errors
from trialwright.cdisc.adam.tumour_sums import add_sequence
from trialwright.cdisc.adam.variables import read_variables

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ADEX_DOMAINS", "StudyPart", "adex", "adex_from_sdtm", "check_adex_domains"]


def adex(
    exposure: pl.DataFrame, adsl: pl.DataFrame, *, adsl_variables: Sequence[str] = ()
) -> pl.DataFrame:
    """Write the exposure of our own safety analysis as ADEX.

    Parameters
    ----------
    exposure : polars.DataFrame
        From ``safety.exposure.derive_exposure``.
    adsl : polars.DataFrame
        From ``adsl``.
    adsl_variables : sequence of str
        Variables of ADSL to add; STUDYID, USUBJID and TRTSDT are always there.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, the variables of ADSL, and those of the list ``own`` in ``adex.toml``:
        of each patient and drug (EXTRT) a row for each parameter of ``own_parameters`` there.

    Raises
    ------
    DataError
        If ADSL holds a patient twice, or lacks one of the exposure.
    ValueError
        If ADSL lacks one of the variables.

    Notes
    -----
    Nothing is derived again. AVALREAS holds the numbers behind a value, or why there is none.
    """
    refuse_errors([*find_strangers(exposure, adsl)], ("ADEX",))
    kept = exposure.with_columns(pl.col("relative_dose_intensity") * 100)
    rows = pl.concat(
        kept.select(
            pl.lit(code).alias("PARAMCD"),
            pl.col(column).cast(pl.Float64).alias("AVAL"),
            USUBJID="patient_id",
            EXTRT="drug",
            ASTDT="first_dose",
            AENDT="last_dose",
            AVALREAS=pl.coalesce("not_derived", "why"),
        )
        for code, column in own_parameters().items()
    )
    named = name_own_parameters(rows)
    listed = read_variables("ADEX").columns("own")
    merged = merge_adsl(named, adsl, ("TRTSDT", *adsl_variables), listed)
    return add_sequence(merged, "EXTRT", "PARAMN").select(merged.columns)
