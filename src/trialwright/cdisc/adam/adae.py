"""ADAE: one row an adverse event, of SDTM domains or of our own safety analysis.

Source: ADaM Implementation Guide 1.3 and its occurrence data structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.adae_sdtm import (
    ADAE_DOMAINS,
    adae_from_sdtm,
    check_adae_domains,
    flag_worst,
)
from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.dates import study_day
from trialwright.cdisc.adam.safety_subjects import find_strangers
from trialwright.cdisc.adam.source import refuse_errors
from trialwright.cdisc.adam.tumour_sums import add_sequence
from trialwright.cdisc.adam.variables import read_variables, yes, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ADAE_DOMAINS", "adae", "adae_from_sdtm", "check_adae_domains"]


def adae(
    events: pl.DataFrame, adsl: pl.DataFrame, *, adsl_variables: Sequence[str] = ()
) -> pl.DataFrame:
    """Write the events of our own safety analysis as ADAE.

    Parameters
    ----------
    events : polars.DataFrame
        From ``safety.events.derive_events``.
    adsl : polars.DataFrame
        From ``adsl``.
    adsl_variables : sequence of str
        Variables of ADSL to add; STUDYID, USUBJID, TRTSDT and TRTEDT are always there.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, the variables of ADSL, and those of the list ``own`` in ``adae.toml``,
        one row an event, in the order of onset; an event whose onset is not known comes last.

    Raises
    ------
    DataError
        If ADSL holds a patient twice, or lacks one of the events.
    ValueError
        If ADSL lacks one of the variables.

    Notes
    -----
    Nothing is derived again: TRTEMREA says why an event is emergent or not. ARELTO names the
    treatments it is attributed to, ``none`` if to none of them; blank: not assessed. AOCCIFL marks
    the first of a patient's emergent events of the highest grade, AOCCPIFL the same of each term.
    """
    refuse_errors([*find_strangers(events, adsl)], ("ADAE",))
    started = adsl.select("USUBJID", "TRTSDT")
    named = _name(events).join(started, on="USUBJID", how="left", maintain_order="left")
    rows = (
        named.with_columns(study_day("AENDT", "TRTSDT").alias("AENDY"))
        .drop("TRTSDT")
        .sort("ASTDT", "AEDECOD", "SRCROW", nulls_last=True, maintain_order=True)
    )
    rows = flag_worst(rows, "AOCCIFL", ("USUBJID",), "ATOXGRN")
    rows = flag_worst(rows, "AOCCPIFL", ("USUBJID", "AEDECOD"), "ATOXGRN")
    listed = read_variables("ADAE").columns("own")
    merged = merge_adsl(rows, adsl, ("TRTSDT", "TRTEDT", *adsl_variables), listed)
    return add_sequence(merged, "ASTDT", "AEDECOD", "SRCROW").select(merged.columns)


def _name(events: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of ``derive_events`` the names of ADAE."""
    return events.select(
        USUBJID="patient_id",
        AETERM="reported_term",
        AEDECOD="term",
        AEBODSYS="body_system",
        ASTDT="onset",
        ASTDTF="onset_imputed",
        AENDT="resolution",
        AENDTF="resolution_imputed",
        ASTDY="onset_day",
        ADURN="duration_days",
        ADURU=pl.when(pl.col("duration_days").is_not_null()).then(pl.lit("days")),
        TRTEMFL=yes(pl.col("emergent")),
        TRTEMREA="emergent_why",
        AESER=yes_or_no(pl.col("serious")),
        ATOXGR=pl.col("grade").cast(pl.String),
        ATOXGRN="grade",
        ARELTO=_attribution(),
        ADRUGREL=yes_or_no(pl.col("drug_related")),
        AABLREL=yes_or_no(pl.col("ablation_related")),
        AIMMREL=yes_or_no(pl.col("immune_related")),
        ASPINT=_joined("special_interest"),
        ADAYABL="after_ablation_days",
        APHASE="procedure_phase",
        AEACN=_joined("led_to"),
        AEOUT="outcome",
        SRCROW="source_row",
    )


def _joined(name: str) -> pl.Expr:
    """Return the words of a list in one text; blank if there are none."""
    words = pl.col(name).list.join("; ")
    return pl.when(words != "").then(words)


def _attribution() -> pl.Expr:
    assessed = pl.col("assessed").fill_null(value=False)
    return pl.when(assessed).then(pl.coalesce(_joined("related"), pl.lit("none")))
