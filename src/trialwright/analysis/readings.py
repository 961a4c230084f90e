"""Whose reading counts in this trial, and how it stands beside every other reading.

The rules stand in ``response``; what is here applies the choices of the study file to them, and
makes those patients not evaluable whose findings the study does not let pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.rates import estimate_rate
from trialwright.analysis.result import ReaderAgreement, ReaderRate
from trialwright.dataset import ACCEPTABLE, SETTABLE, Finding
from trialwright.endpoints import objective_response
from trialwright.errors import DataError, StudyError
from trialwright.response import ResponseRules, readers_of
from trialwright.response.compare.agreement import compare_readers, count_adjudications
from trialwright.response.compare.collected_calls import compare_calls, gather_calls
from trialwright.response.compare.readers import ADJUDICATOR, choose_readings, read_as
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from trialwright.dataset import Dataset
    from trialwright.endpoints import AnalysisSets
    from trialwright.response import PatientResponse
    from trialwright.response.compare.collected_calls import CallComparison
    from trialwright.response.compare.readers import ChosenReading, ReaderCalls
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """Another way to read the scans: what it is called, and the fields of the study it sets."""

    title: str
    fields: Mapping[str, object]


def reading_choices(study: Study) -> dict[str, ReadingChoice]:
    """Return the ways to read the scans that a study knows, its own among them, by name.

    Raises
    ------
    StudyError
        If the study leaves open how ablated lesions count in the reading of all disease.
    """
    confirm, ablated = "response.confirmation_required", "response.planned_ablation"
    immune, criteria = "response.immune_criteria", "endpoints.criteria"
    policy = study.response.all_disease_ablation.require()
    return {
        "unconfirmed": ReadingChoice("unconfirmed responses", {confirm: False}),
        "confirmed": ReadingChoice("confirmed responses", {confirm: True}),
        "not_ablated": ReadingChoice("lesions that were not ablated", {ablated: "exclude"}),
        "all_disease": ReadingChoice("all disease, ablated lesions included", {ablated: policy}),
        "recist": ReadingChoice("calls by RECIST 1.1", {criteria: "RECIST 1.1"}),
        "irecist": ReadingChoice("calls by iRECIST", {immune: "iRECIST", criteria: "iRECIST"}),
    }


def other_readings(study: Study) -> dict[str, ReadingChoice]:
    """Return the ways to read the scans that are other than the study's own.

    Those about ablated lesions are left out where the study plans no ablation.
    """
    own = {path: stated.value for path, stated, _ in study.stated_fields()}
    return {
        name: choice
        for name, choice in reading_choices(study).items()
        if any(own[path] != value for path, value in choice.fields.items())
        and (study.ablation is not None or "response.planned_ablation" not in choice.fields)
    }


def read_responses(
    dataset: Dataset, study: Study, *, reader: str | None = None
) -> tuple[PatientResponse, ...]:
    """Read every patient's scans by the rules of the study, without deriving endpoints.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Only how scans are read must be settled (``response`` and ``data``).
    reader : str, optional
        Another reader than the one that counts by the study (``response.reader``).

    Returns
    -------
    tuple of PatientResponse
        One a patient, in the order of the patients table.

    Raises
    ------
    StudyError
        If a field that reading scans needs is still a gap; all of them are listed.
    DataError
        If the data hold errors that the study does not accept, all of them listed, or lack the
        reader.
    """
    chosen = choose_from(read_all_readers(dataset, study), dataset, study, reader=reader)
    return tuple(one.response for one in chosen)


def read_all_readers(
    dataset: Dataset, study: Study, gathered: Sequence[ReaderCalls] = ()
) -> tuple[ReaderCalls, ...]:
    """Read every patient's scans as each reader of the data saw them.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Only how scans are read must be settled (``response`` and ``data``).
    gathered : sequence of ReaderCalls
        What the same readers made of the same data by other choices: their scans are at hand.

    Returns
    -------
    tuple of ReaderCalls
        One a reader, in the order investigator, central readers, adjudicator; a single one
        without a name where the data name no reader.

    Raises
    ------
    StudyError, DataError
        As in :func:`read_responses`.
    """
    require_settled(study, "reading scans", ("response.", "data."))
    refuse_errors(dataset.findings, dataset.source, study)
    rules = ResponseRules.of(study)
    scans = {one.reader: one.scans for one in gathered if one.marker == rules.tumour_marker}
    return tuple(
        read_as(dataset, rules, reader, _refused(dataset, study, reader), scans.get(reader))
        for reader in readers_of(dataset)
    )


def choose_from(
    readings: Sequence[ReaderCalls], dataset: Dataset, study: Study, *, reader: str | None = None
) -> tuple[ChosenReading, ...]:
    """Choose each patient's reading by the study, or by another reader's name.

    Parameters
    ----------
    readings : sequence of ReaderCalls
        From :func:`read_all_readers`.
    dataset : Dataset
        Holds the adjudications.
    study : Study
        Says whose reading counts.
    reader : str, optional
        Another reader than the study's.
    """
    adjudicated = dataset.table("adjudications").select("patient_id", "accepted_reader")
    return choose_readings(
        readings,
        dict(adjudicated.iter_rows()),
        reader=reader or study.response.reader.require(),
        adjudication=study.response.adjudication.require(),
    )


def compare_readings(
    readings: Sequence[ReaderCalls], dataset: Dataset, study: Study
) -> tuple[ReaderAgreement | None, CallComparison | None]:
    """Compare the readers with each other, and our calls with those that people made.

    Parameters
    ----------
    readings : sequence of ReaderCalls
        From :func:`read_all_readers`.
    dataset : Dataset
        Holds the calls that people made.
    study : Study
        The choices that ours rest on.

    Returns
    -------
    tuple of ReaderAgreement or None and CallComparison or None
        None where the data hold one reader, or no calls.
    """
    agreement = None
    if len(readings) > 1:
        central = study.response.reader.require() == "central"
        chosen = choose_from(readings, dataset, study) if central else ()
        agreement = ReaderAgreement(compare_readers(readings), count_adjudications(chosen))
    collected = dataset.table("calls")
    if collected.is_empty():
        return agreement, None
    calls = gather_calls(dataset)
    persistent = study.response.persistent_partial_response.require()
    other = collected.height - len(calls)
    return agreement, compare_calls(calls, readings, persistent=persistent, other_criteria=other)


def rate_readers(
    readings: Sequence[ReaderCalls],
    sets: AnalysisSets,
    study: Study,
    failed: Mapping[str, str],
) -> tuple[ReaderRate, ...]:
    """Return the response rate by each reader alone, over the same patients.

    It is the response rate of the trial, by the same criteria and with the same patients
    ``failed``. A patient of whom a reader read nothing did not respond for that reader. An
    adjudicator, who reads the patients in dispute alone, has no rate.
    """
    if not sets.efficacy:
        return ()
    return tuple(
        ReaderRate(
            str(one.reader),
            estimate_rate(
                objective_response(
                    sets,
                    {each.patient_id: each for each in one.responses},
                    criteria=study.endpoints.criteria.require(),
                    failed=failed,
                ),
                study,
            ),
            len(one.not_read),
        )
        for one in readings
        if one.reader != ADJUDICATOR
    )


def keep_chosen(dataset: Dataset, chosen: Iterable[ChosenReading]) -> Dataset:
    """Return the data with the rows of the readings that count alone.

    Displays look lesions up by patient and name, and two readers may give one name to
    different lesions. Rows that name no reader stay.
    """
    pairs = [(one.patient_id, one.scans.reader if one.unread else one.reader) for one in chosen]
    counted = pl.DataFrame(pairs, schema=["patient_id", "counted"], orient="row").cast(pl.String)
    is_kept = pl.any_horizontal(
        pl.col("reader").is_null(),
        pl.col("counted").is_null(),
        pl.col("reader") == pl.col("counted"),
    )
    frames = {
        name: frame.join(counted, on="patient_id", how="left", maintain_order="left")
        .filter(is_kept)
        .drop("counted")
        if name in _OF_A_READER
        else frame
        for name, frame in dataset.frames.items()
    }
    return replace(dataset, frames=frames)


_OF_A_READER = ("lesions", "measurements", "ablations")


def refuse_errors(findings: Sequence[Finding], source: str, study: Study) -> None:
    """Stop at errors in the data that the study does not accept.

    Raises
    ------
    StudyError
        If the study accepts what cannot be accepted, or lists a check that cannot be set.
    DataError
        With every error that stands in the way.
    """
    accepted = set(study.data.accepted_findings.require())
    _refuse_unknown(
        "data.accepted_findings",
        accepted,
        ACCEPTABLE,
        "no check whose errors can be accepted (only those about a single value can)",
    )
    _refuse_unknown(
        "data.patient_not_evaluable",
        study.data.patient_not_evaluable.require(),
        SETTABLE,
        "no check of the lesions that can make a patient not evaluable",
    )
    errors = [finding for finding in findings if finding.severity == "error"]
    refused = [finding for finding in errors if finding.rule not in accepted]
    if refused:
        msg = (
            f"{source}: {len(refused)} error(s) in the data; correct them, or accept a check on "
            "single values in the study file (data.accepted_findings)"
        )
        raise DataError(msg, refused)


def _refuse_unknown(field: str, named: Collection[str], known: Collection[str], what: str) -> None:
    unknown = sorted(set(named) - set(known))
    if not unknown:
        return
    close = get_close_matches(unknown[0], known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"choose from {sorted(known)}"
    msg = f"{field}: {', '.join(unknown)} is {what}; {hint}"
    raise StudyError(msg)


def _refused(dataset: Dataset, study: Study, reader: str | None) -> dict[str, str]:
    """Return the patients whom a finding of the listed checks makes not evaluable, and why."""
    why: dict[str, str] = {}
    for finding in dataset.findings:
        if is_refusal(finding, study) and finding.reader in (None, reader):
            for patient in finding.concerned:
                words = f"{finding.message} [{finding.rule}]"
                why[patient] = f"{why[patient]}; {words}" if patient in why else words
    return why


def is_refusal(finding: Finding, study: Study) -> bool:
    """Tell whether a finding makes its patient not evaluable, as the study file says."""
    return finding.rule in study.data.patient_not_evaluable.require()


def mark_refusals(
    findings: Iterable[Finding], study: Study, chosen: Iterable[ChosenReading]
) -> Iterator[Finding]:
    """Return the findings, those as errors that make a patient not evaluable.

    A finding about a reader whose reading does not count leaves its patient evaluable.
    """
    counted = {one.patient_id: one.reader for one in chosen}
    for finding in findings:
        readers = {counted.get(patient) for patient in finding.concerned}
        if not is_refusal(finding, study) or (finding.reader and finding.reader not in readers):
            yield finding
            continue
        message = f"{finding.message}; the patient is not evaluable"
        yield replace(finding, severity="error", message=message)


def report_undecided(chosen: Iterable[ChosenReading]) -> Iterator[Finding]:
    """Report the patients whose central readings nobody decided between."""
    for one in chosen:
        if one.refused is not None:
            yield Finding(
                rule="reader.undecided",
                severity="error",
                message=f"{one.refused}; the patient is not evaluable",
                mend="add the patient to the table adjudications, or the adjudicator's own reading",
                table="adjudications",
                patient=one.patient_id,
            )
