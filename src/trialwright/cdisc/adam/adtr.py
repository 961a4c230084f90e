"""ADTR: target lesions and their sum at each scan, of SDTM domains or of our own reading.

Source: ADaM Implementation Guide 1.3, section 3.3; RECIST 1.1 (Eisenhauer 2009), section 4.3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.adtr_sdtm import ADTR_DOMAINS, adtr_from_sdtm, check_adtr_domains
from trialwright.cdisc.adam.dates import study_day
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.adam.source import refuse_errors
from trialwright.cdisc.adam.tumour_sums import (
    BASELINE,
    SUM,
    TARGETS,
    add_changes,
    add_sequence,
    flag_progression,
    lesion_parameter,
    number_lesions,
)
from trialwright.cdisc.adam.variables import read_variables, yes
from trialwright.dataset import declared_lesions
from trialwright.response.codes import Response
from trialwright.response.fragments import order_of_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from trialwright.dataset import Dataset, Finding
    from trialwright.response import LesionValue, PatientResponse, TimePoint

__all__ = ["ADTR_DOMAINS", "adtr", "adtr_from_sdtm", "check_adtr_domains"]

_READERS = {
    "investigator": "Investigator",
    "central_1": "Central Reader 1",
    "central_2": "Central Reader 2",
    "adjudicator": "Adjudicator",
}
_ROW = {
    "USUBJID": pl.String, "PARAMCD": pl.String, "PARAM": pl.String, "PARCAT1": pl.String,
    "PARCAT2": pl.String, "PARCAT3": pl.String, "ADT": pl.Date, "AVISIT": pl.String,
    "AVISITN": pl.Float64, "VISIT": pl.String, "AVAL": pl.Float64, "AVALREAS": pl.String,
    "BASE": pl.Float64, "NADIR": pl.Float64, "ABLFL": pl.String, "PDFL": pl.String,
    "ANL02FL": pl.String, "TRLNKID": pl.String, "TRSTRESC": pl.String, "LSEXP": pl.String,
    "LSASS": pl.String, "n": pl.Int64,
}  # fmt: skip


def adtr(
    dataset: Dataset,
    responses: Mapping[str, PatientResponse],
    adsl: pl.DataFrame,
    *,
    adsl_variables: Sequence[str] = (),
) -> pl.DataFrame:
    """Write the sizes that our reading counted as ADTR.

    Parameters
    ----------
    dataset : Dataset
        Holds the places of the lesions.
    responses : mapping of str to PatientResponse
        The reading that counts, by patient (``Analysis.by_patient``).
    adsl : polars.DataFrame
        From ``adsl``.
    adsl_variables : sequence of str
        Variables of ADSL to add; STUDYID, USUBJID and TRTSDT are always there.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, TRTSDT, the other variables of ADSL, and those of the list ``own`` in
        ``adtr.toml``: at baseline and at each time point a row for each target lesion (LDIAMn, of
        a lymph node NLDIAMn) with the size that was counted, and one for the sum (SDIAM).

    Raises
    ------
    DataError
        If ADSL holds a patient twice, or lacks one of the responses.
    ValueError
        If ADSL lacks one of the variables.

    Notes
    -----
    Nothing is read again: AVAL, BASE and NADIR are those of the time points, and AVALREAS says
    why. A lesion that was not read, and a sum that lacks one, have no AVAL; a lesion that the
    study leaves out (ablated) has its rows without one. A fragment has no row: its size is in
    that of the lesion it came from.

    PDFL marks progression of any kind. ANL02FL marks ``PatientResponse.best_change``, the bar of
    the waterfall: of scans up to progression and before new therapy.

    A patient who could not be compared with a baseline has no rows;
    ``PatientResponse.not_evaluable`` says why.
    """
    refuse_errors([*_find_strangers(responses, adsl)], ("ADTR",))
    rows = [row for response in responses.values() for row in _rows_of(response)]
    placed = _place(pl.DataFrame(rows, schema=_ROW), dataset, responses)
    dated = placed.join(adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="left").with_columns(
        study_day("ADT", "TRTSDT").alias("ADY"),
        yes(pl.col("AVAL").is_not_null()).alias("ANL01FL"),
    )
    is_sum = pl.col("PARAMCD") == SUM
    sums = flag_progression(add_changes(dated.filter(is_sum)))
    both = pl.concat([dated.filter(~is_sum), sums], how="diagonal")
    listed = read_variables("ADTR").columns("own")
    merged = merge_adsl(both, adsl, ("TRTSDT", *adsl_variables), listed)
    return add_sequence(merged, "PARAMCD", "AVISITN", "TRLNKID").select(merged.columns)


def _find_strangers(
    responses: Mapping[str, PatientResponse], adsl: pl.DataFrame
) -> Iterator[Finding]:
    for subject in adsl.filter(pl.col("USUBJID").is_duplicated())["USUBJID"].unique():
        row = {"USUBJID": subject}
        message, mend = "ADSL holds the patient twice", "keep one row a patient"
        yield adam_finding("adam.subject_repeated", message, mend, "ADSL", row)
    for subject in sorted(set(responses) - set(adsl["USUBJID"])):
        message = "the patient was read, and is not in ADSL"
        mend = "derive ADSL from the same data"
        yield adam_finding("adam.subject_unknown", message, mend, "ADSL", {"USUBJID": subject})


def _rows_of(response: PatientResponse) -> Iterator[dict[str, Any]]:
    """Yield the rows of one patient: of baseline and of each time point the lesions and the sum."""
    baseline = response.baseline
    if baseline is None:
        return
    targets = [one.lesion_id for one in _targets(baseline, response)]
    numbers = number_lesions(targets)
    expected = _named([one for one in _targets(baseline, response) if one.counted_mm is not None])
    for number, point in enumerate((baseline, *response.time_points)):
        shared = {
            "USUBJID": response.patient_id,
            "PARCAT1": TARGETS,
            "PARCAT2": _READERS.get(response.reader or ""),
            "PARCAT3": "RECIST 1.1",
            "ADT": point.date,
            "AVISIT": point.visit if number else BASELINE,
            "AVISITN": float(number),
            "VISIT": point.visit,
        }
        for one in _targets(point, response):
            yield shared | _lesion_row(one, numbers[one.lesion_id])
        if expected is not None:
            yield shared | _sum_row(point, response, expected)


def _targets(point: TimePoint, response: PatientResponse) -> list[LesionValue]:
    """Return the target lesions of a time point, with those left out, without fragments."""
    return [
        one for one in point.values if one.counted_mm is not None or _is_left_out(one, response)
    ]


def _is_left_out(one: LesionValue, response: PatientResponse) -> bool:
    return one.role == "target" and one.lesion_id in response.excluded_lesions


def _lesion_row(one: LesionValue, number: int) -> dict[str, Any]:
    size = _known(one.counted_mm)
    return {
        "n": number,
        "AVAL": size,
        "AVALREAS": one.note or None,
        "TRLNKID": one.lesion_id,
        "TRSTRESC": one.shown,
        "LSEXP": one.lesion_id,
        "LSASS": one.lesion_id if size is not None else None,
    }


def _sum_row(point: TimePoint, response: PatientResponse, expected: str) -> dict[str, Any]:
    baseline = response.baseline
    at_baseline = point is baseline
    read = [one for one in _targets(point, response) if _known(one.counted_mm) is not None]
    return {
        "PARAMCD": SUM,
        "AVAL": _known(point.sum_mm),
        "AVALREAS": point.reason.sentence,
        "BASE": None if baseline is None else _known(baseline.sum_mm),
        "NADIR": None if at_baseline else _known(point.nadir_mm),
        "ABLFL": "Y" if at_baseline else None,
        "PDFL": "Y" if point.overall == Response.PD else None,
        "ANL02FL": "Y" if point is response.best_change else None,
        "LSEXP": expected,
        "LSASS": _named(read),
    }


def _known(size: float | None) -> float | None:
    """Return a size in mm; none for ``nan``, which was not read."""
    return None if size is None or size != size else size  # noqa: PLR0124 - nan


def _named(values: Sequence[LesionValue]) -> str | None:
    return ", ".join(sorted((one.lesion_id for one in values), key=order_of_name)) or None


def _place(
    rows: pl.DataFrame, dataset: Dataset, responses: Mapping[str, PatientResponse]
) -> pl.DataFrame:
    """Add the place of each lesion, as the reader who counts declared it, and the parameter."""
    counted = pl.DataFrame(
        {
            "patient_id": list(responses),
            "counted": [one.reader for one in responses.values()],
        },
        schema={"patient_id": pl.String, "counted": pl.String},
    )
    declared = (
        declared_lesions(dataset)
        .join(counted, on="patient_id")
        .filter(pl.col("reader").is_null() | (pl.col("reader") == pl.col("counted")))
        .select(
            "lymph_node",
            USUBJID="patient_id",
            TRLNKID="lesion_id",
            TULOC=pl.coalesce("location", "organ").str.to_uppercase(),
        )
    )
    node = pl.col("lymph_node")
    group = pl.when(node).then(pl.lit("NODAL")).when(~node).then(pl.lit("NON-NODAL"))
    reader = pl.coalesce(pl.lit(" by ") + pl.col("PARCAT2"), pl.lit(""))
    code, name = lesion_parameter(node=node)
    of_lesion = pl.col("TRLNKID").is_not_null()
    return rows.join(
        declared, on=("USUBJID", "TRLNKID"), how="left", maintain_order="left", validate="m:1"
    ).with_columns(
        pl.when(of_lesion).then(code).otherwise("PARAMCD").alias("PARAMCD"),
        pl.when(of_lesion)
        .then(name)
        .otherwise(pl.lit("Target Lesions Sum of Diameters") + reader)
        .alias("PARAM"),
        group.alias("TULOCGR1"),
    )
