"""ADTTE of a trial of our own: the times that the endpoints counted, each with its reason.

Nothing is counted again. A competing event has CNSR 2, which is no censoring and no event: an
analysis that knows two outcomes alone must say what it makes of it.

Source: ADaM Implementation Guide for time-to-event analyses 1.0. LESIONID and AVALREAS are
variables of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.adtte import Adtte, read_texts
from trialwright.cdisc.adam.variables import read_variables
from trialwright.endpoints import NoTime, TimeToEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.endpoints import Timed

_EVENT, _CENSORED, _COMPETING = 0, 1, 2
# By the table that the end of a time came from: SRCDOM, SRCVAR, and what a censoring date is.
_SOURCES = {
    "measurements": ("ADRS", "ADT", "Last Assessment"),
    "deaths": ("ADSL", "DTHDT", "Death"),
    "patients": ("ADSL", "LSTALVDT", "Last Known Alive"),
    "dispositions": ("ADSL", "EOTDT", "End of Treatment"),
    "doses": ("ADSL", "TRTEDT", "Last Dose"),
    "start of time": ("ADSL", "TRTSDT", "Start of Time"),
    "therapies": ("CM", "CMSTDTC", "New Anticancer Therapy"),
    "ablations": ("PR", "PRSTDTC", "Local Treatment"),
    "horizon of the study": (None, None, "Horizon of the Study"),
}
_LAST = {
    "adequate": "Last Adequate Assessment",
    "measured": "Last Assessment of Measured Lesions",
    "any": "Last Assessment",
}
_AT_CONTACT = ("alive at last contact", "no contact after the start", "end of treatment unknown")
_LOCAL = ("LTPFS", "LTPFS per lesion", "TTLP")
_ROW = {
    "USUBJID": pl.String, "key": pl.String, "number": pl.Int64, "LESIONID": pl.String,
    "AVAL": pl.Float64, "STARTDT": pl.Date, "ADT": pl.Date, "ADTF": pl.String, "CNSR": pl.Int64,
    "EVNTDESC": pl.String, "CNSDTDSC": pl.String, "SRCDOM": pl.String, "SRCVAR": pl.String,
    "VISIT": pl.String, "AVALREAS": pl.String,
}  # fmt: skip


def adtte(
    results: Mapping[str, Sequence[Timed]],
    adsl: pl.DataFrame,
    adrs: pl.DataFrame,
    *,
    adsl_variables: Sequence[str] = ("TRTSDT",),
    last_assessment: str,
) -> Adtte:
    """Write the times that were counted as ADTTE.

    Parameters
    ----------
    results : mapping of str to sequence of TimeToEvent or NoTime
        The times of each endpoint, by its key (``endpoints.TIME_ENDPOINTS``).
    adsl : polars.DataFrame
        One row a patient.
    adrs : polars.DataFrame
        ADRS of the same reading, for the numbers of the rows that dates came from.
    adsl_variables : sequence of str
        Variables of ADSL that every row gets, beside STUDYID and USUBJID.
    last_assessment : str
        Which assessment a time is censored at (``times.last_assessment``).

    Returns
    -------
    Adtte
        The frame has the list ``own`` of ``adtte.toml`` after the variables of ADSL, sorted as
        ADSL and by parameter. A scan that no row of ADRS names (a control of an ablated lesion
        alone) has no SRCSEQ.
    """
    order = {key: number for number, key in enumerate(results)}
    dates = {row["USUBJID"]: row for row in adsl.iter_rows(named=True)}
    scanned = adrs.filter(pl.col("PARAMCD") == "OVR").select("USUBJID", "ADT", "VISIT")
    visits = {(subject, day): visit for subject, day, visit in scanned.iter_rows()}
    rows = []
    for key, one in _times(results):
        source = _source(key, one, dates[one.patient_id], visits, _LAST[last_assessment])
        rows.append(_row(key, order[key], one) | source)
    scans = adrs.filter(pl.col("PARAMCD") == "OVR").select("USUBJID", "VISIT", SRCSEQ="ASEQ")
    scans = scans.cast({"VISIT": pl.String}).unique(["USUBJID", "VISIT"], keep="first")
    texts = read_texts().parameters
    codes = {key: said[0] for key, said in texts.items()}
    labels = {key: said[1] for key, said in texts.items()}
    frame = (
        pl.DataFrame(rows, schema=_ROW)
        .join(scans, on=["USUBJID", "VISIT"], how="left", maintain_order="left")
        .with_columns(
            pl.col("key").replace_strict(codes, return_dtype=pl.String).alias("PARAMCD"),
            pl.col("key").replace_strict(labels, return_dtype=pl.String).alias("PARAM"),
        )
    )
    frame = frame.sort("number", "LESIONID", maintain_order=True)
    frame = frame.with_columns((pl.int_range(pl.len()).over("USUBJID") + 1).alias("ASEQ"))
    merged = merge_adsl(frame, adsl, adsl_variables, read_variables("ADTTE").columns("own"))
    return Adtte(merged, _not_counted(results))


def _times(results: Mapping[str, Sequence[Timed]]) -> Iterator[tuple[str, TimeToEvent]]:
    for key, timed in results.items():
        for one in timed:
            if isinstance(one, TimeToEvent):
                yield key, one


def _row(key: str, number: int, one: TimeToEvent) -> dict[str, object]:
    return {
        "USUBJID": one.patient_id,
        "key": key,
        "number": number,
        "LESIONID": one.lesion_id,
        "AVAL": float(one.days),
        "STARTDT": one.start,
        "ADT": one.end,
        "ADTF": one.imputed,
        "CNSR": _EVENT if one.event else _COMPETING if one.competing else _CENSORED,
        "EVNTDESC": one.kind[0].upper() + one.kind[1:],
        "AVALREAS": one.reason,
    }


def _source(
    key: str,
    one: TimeToEvent,
    subject: Mapping[str, object],
    visits: Mapping[tuple[str, object], str],
    last: str,
) -> dict[str, object]:
    """Return where the end of a time came from, and what a censoring date is."""
    table, _, visit = one.source.partition(", ")
    if one.kind in _AT_CONTACT:  # whatever table shows it, ADSL holds the last contact
        table = "patients" if subject["LSTALVDT"] == one.end else "start of time"
    domain, variable, described = _SOURCES[table]
    if table == "measurements":
        described = "Last Control of the Ablation Zone" if key in _LOCAL else last
    elif table == "start of time" and key == "DOR":
        domain, variable, described = "ADRS", "ADT", "First Response"
        visit = visits.get((one.patient_id, one.start), "")
    elif table == "start of time" and subject["TRTSDT"] != one.start:
        variable = "ENRLDT"
    elif table == "doses" and subject["TRTEDT"] != one.end:  # an ablation was the last treatment
        domain, variable = "EX", "EXENDTC"
    return {
        "CNSDTDSC": None if one.event or one.competing else described,
        "SRCDOM": domain,
        "SRCVAR": variable,
        "VISIT": visit or None,
    }


def _not_counted(results: Mapping[str, Sequence[Timed]]) -> pl.DataFrame:
    codes = read_texts().parameters
    rows = [
        {"USUBJID": one.patient_id, "PARAMCD": codes[key][0], "reason": one.why}
        for key, timed in results.items()
        for one in timed
        if isinstance(one, NoTime)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("USUBJID", "PARAMCD", "reason"), pl.String))
