"""ADRS of a trial of our own: the calls of our reading, each with its reason in AVALREAS.

Nothing is read again. OVR are the time points after baseline; BOR and CBOR the best responses that
were concluded; the parameters with a date of their own come from the same rule functions that
concluded them.

Source: ADaM Implementation Guide 1.3, section 3.3. AVALREAS is a variable of ours, named after the
``--REAS`` of SDTM: why AVALC is what it is, in one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from trialwright.cdisc.adam.adrs_frame import ReadingText, build_frame, read_parameters
from trialwright.cdisc.adam.adrs_own_reading import OwnReading, read_own
from trialwright.cdisc.adam.adrs_records import CalledRecords
from trialwright.cdisc.adam.adrs_rows import OVR, Layout, fill_rows
from trialwright.cdisc.adam.adrs_rules import adrs_finding
from trialwright.cdisc.adam.adrs_source import WORD_OF, AdrsSource
from trialwright.cdisc.adam.adrs_subjects import AdrsSubjects, read_subjects
from trialwright.cdisc.adam.variables import read_variables
from trialwright.errors import DataError
from trialwright.response.bulk.called import CalledParameters, CalledResponses, among_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from trialwright.response.result import PatientResponse
    from trialwright.response.rules import ResponseRules

CRITERIA = "RECIST 1.1"
ASSESSORS = {
    "investigator": "Investigator",
    "central_1": "Central Reader 1",
    "central_2": "Central Reader 2",
    "adjudicator": "Adjudicator",
}
# The parameters that have a record behind them, by the fields of CalledParameters.
_BEHIND = {
    "progression": "PD",
    "last_assessment": "LSTA",
    "response": "RSP",
    "clinical_benefit": "CB",
    "best": "BOR",
    "confirmed_response": "CRSP",
    "confirmed_clinical_benefit": "CCB",
    "confirmed_best": "CBOR",
}


def adrs(
    responses: Mapping[str, PatientResponse],
    adsl: pl.DataFrame,
    rules: ResponseRules,
    *,
    control_days: int,
    adsl_variables: Sequence[str] = (),
) -> pl.DataFrame:
    """Write the calls of our reading as ADRS.

    Parameters
    ----------
    responses : mapping of str to PatientResponse
        The reading that counts, by patient (``Analysis.by_patient``).
    adsl : polars.DataFrame
        One row a patient, USUBJID being the patient: STUDYID, TRTSDT, DTHDT.
    rules : ResponseRules
        The choices of the study that the responses were read by.
    control_days : int
        Stable disease is clinical benefit from this day on
        (``endpoints.disease_control_minimum_days``).
    adsl_variables : sequence of str
        Variables of ADSL that every row gets, beside STUDYID, USUBJID and TRTSDT.

    Returns
    -------
    polars.DataFrame
        The list ``own`` of ``adrs.toml``: of every patient of ADSL each parameter, and of each
        time point its overall response. A patient who was not read is NE in BOR and CBOR.

    Raises
    ------
    DataError
        If a patient was read who is not in ADSL, or ADSL lacks a variable or holds a patient
        twice.
    """
    subjects = read_subjects(adsl, AdrsSource(), flag_counts=True)
    _refuse_strangers(responses, subjects)
    read = [read_own(responses.get(one), rules, control_days) for one in subjects.ids.to_list()]
    content = _records(read, subjects)
    found = _parameters(read, content.called)
    rows = fill_rows(
        tuple(read_parameters()),
        content,
        found,
        missing=False,
        measurable=np.array([one.measurable for one in read], np.int16),
    )
    keys = ["STUDYID", "USUBJID", "TRTSDT"]
    return build_frame(
        rows,
        content,
        found,
        reading=_who_read(read),
        variables=[
            *dict.fromkeys((*keys, *adsl_variables)),
            *(one.name for one in read_variables("ADRS").columns("own")),
        ],
        given={"AVALREAS": _reasons(read, rows.layout, subjects)},
    )


def _refuse_strangers(responses: Mapping[str, PatientResponse], subjects: AdrsSubjects) -> None:
    strangers = sorted(set(responses) - set(subjects.ids.to_list()))
    if not strangers:
        return
    findings = [
        adrs_finding(
            "adrs.subject_unknown",
            "the patient was read, and is not in ADSL",
            "derive ADSL from the same data",
            patient=one,
            table="ADSL",
        )
        for one in strangers
    ]
    msg = f"ADRS: {len(findings)} patient(s) are not in ADSL; correct them first"
    raise DataError(msg, findings)


def _records(read: Sequence[OwnReading], subjects: AdrsSubjects) -> CalledRecords:
    """Return the time points as records."""
    points = [point for one in read for point in one.points]
    start = np.cumsum([0, *(len(one.points) for one in read)], dtype=np.int64)
    called = CalledResponses(
        start,
        np.array([point.overall for point in points], np.int8),
        np.array([point.day for point in points], np.int32),
        np.full(len(read), np.inf),  # already counted in OwnReading.counted
    )
    columns = {
        "ADT": pl.Series([point.date for point in points], dtype=pl.Date),
        "AVALC": pl.Series([WORD_OF[point.overall] for point in points], dtype=pl.String),
        "VISIT": pl.Series([point.visit for point in points], dtype=pl.String),
    }
    frame = pl.DataFrame(columns)
    blank = pl.lit(None, pl.Float64).alias("VISITNUM")
    records = frame.with_columns(blank, pl.col("VISIT").alias("AVISIT"))
    return CalledRecords(subjects, records, called, ())


def _parameters(read: Sequence[OwnReading], called: CalledResponses) -> CalledParameters:
    def behind(code: str) -> NDArray[np.int64]:
        found = [
            among_all(int(first), one.behind[code])
            for first, one in zip(called.start[:-1], read, strict=True)
        ]
        return np.array(found, np.int64)

    until_end = [at < one.counted for one in read for at in range(len(one.points))]
    return CalledParameters(
        **{field: behind(code) for field, code in _BEHIND.items()},
        confirming=behind("confirming"),
        best_code=np.array([one.unconfirmed for one in read], np.int8),
        confirmed_best_code=np.array([one.confirmed for one in read], np.int8),
        counts=np.ones(len(called.response), np.bool_),
        until_end=np.array(until_end, np.bool_),
    )


def _who_read(read: Sequence[OwnReading]) -> ReadingText:
    named = [ASSESSORS.get(one.reader or "") for one in read]
    assessors = tuple(dict.fromkeys(named))
    which = np.array([assessors.index(one) for one in named], np.int64)
    return ReadingText(assessors, CRITERIA, which)


def _reasons(read: Sequence[OwnReading], layout: Layout, subjects: AdrsSubjects) -> pl.Series:
    """Return the reason of each row, in the order of the rows."""
    texts: list[str | None] = []
    for one, died in zip(read, subjects.died.tolist(), strict=True):
        reasons = one.reasons | {"DEATH": f"ADSL holds {'a' if died else 'no'} death"}
        for code in layout.codes:
            of_points = [point.reason.sentence for point in one.points]
            texts += of_points if code == OVR else [reasons[code]]
    return pl.Series("AVALREAS", texts, pl.String)
