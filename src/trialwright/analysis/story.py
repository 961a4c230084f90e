"""The whole story of one patient: every date, scan, call, endpoint and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwright.analysis.times import show_days
from trialwright.dataset import dosing_frame
from trialwright.endpoints import NoTime, TimeRules, TimeToEvent, time_endpoint
from trialwright.errors import DataError, StudyError
from trialwright.response import ResponseRules, read_both
from trialwright.response.ablated.both_readings import read_neither
from trialwright.study.counting import countings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from trialwright.analysis.result import Analysis
    from trialwright.dataset import Finding
    from trialwright.endpoints import Timed
    from trialwright.response import AblatedLesion
    from trialwright.response.ablated.both_readings import BothReadings
    from trialwright.response.compare.readers import ChosenReading


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated fact, and the table that it stands in."""

    date: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class EndpointStory:
    """What one endpoint makes of the patient: in short, why, and from which record.

    ``otherwise`` says what other ways of counting make of it, where they differ.
    """

    key: str
    title: str
    result: str
    reason: str
    source: str
    otherwise: tuple[tuple[str, str, str], ...] = ()  # way of counting, result, reason


@dataclass(frozen=True, slots=True)
class PatientStory:
    """Everything that the analysis says of one patient.

    ``sets`` holds each analysis set with whether the patient is in it, and why not.
    ``not_possible`` names the other ways of counting that ask for an open field of the study file.
    ``not_counted`` says why the patient is outside the efficacy set, and so in no endpoint.
    """

    patient_id: str
    facts: tuple[Fact, ...]
    sets: tuple[tuple[str, bool, str], ...]
    reading: ChosenReading
    both: BothReadings
    lesions: tuple[AblatedLesion, ...]
    endpoints: tuple[EndpointStory, ...]
    findings: tuple[Finding, ...]
    not_possible: tuple[tuple[str, str], ...] = ()
    not_counted: str | None = None


def tell_patient(analysis: Analysis, patient_id: str) -> PatientStory:
    """Tell everything that the analysis says of one patient.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    patient_id : str
        The patient.

    Raises
    ------
    DataError
        If the data hold no such patient.
    """
    reading = next((one for one in analysis.readings if one.patient_id == patient_id), None)
    if reading is None:
        msg = f"no patient {patient_id!r} in the data"
        raise DataError(msg)
    study = analysis.study
    rules, policy = ResponseRules.of(study), study.response.all_disease_ablation.require()
    both = (
        read_both(reading.scans, rules, policy)
        if reading.response.not_evaluable is None
        else read_neither(reading.response)
    )
    others, not_possible = _other_rules(analysis)
    return PatientStory(
        patient_id,
        tuple(sorted(_facts(analysis, patient_id), key=lambda one: one.date)),
        tuple(_sets(analysis, patient_id)),
        reading,
        both,
        tuple(one for one in analysis.ablated if one.patient_id == patient_id),
        (*_rates(analysis, patient_id), *_times(analysis, patient_id, others)),
        tuple(one for one in analysis.findings if patient_id in one.concerned),
        tuple(not_possible.items()),
        next(one.excluded for one in analysis.sets.members if one.patient_id == patient_id),
    )


_DATES = (
    ("patients", "consent_date", "informed consent"),
    ("patients", "enrolment_date", "enrolled"),
    ("patients", "first_treatment_date", "first treatment, as stated"),
    ("patients", "last_alive_date", "last known alive"),
    ("ablations", "ablation_date", "{modality} of {lesion_id}{unplanned}"),
    ("therapies", "start_date", "{later}: {therapy}"),
    ("deaths", "death_date", "death{because}"),
    ("dispositions", "end_date", "end of {ended}: {reason}"),
    ("deviations", "deviation_date", "deviation: {deviation}"),
)
_ALWAYS_TOLD = ("therapies", "deaths", "dispositions", "deviations")  # also without a date
_NO_DATE = "date not known"
_COMPLETED = {"D": "day", "M": "month and day", "Y": "whole date"}


def _facts(analysis: Analysis, patient: str) -> Iterator[Fact]:
    members = {one.patient_id: one for one in analysis.sets.members}
    started = members[patient].first_treatment
    for table, column, words in _DATES:
        rows = analysis.dataset.table(table)
        for row in rows.filter(patient_id=patient).iter_rows(named=True):
            if row[column] is None and table not in _ALWAYS_TOLD:
                continue
            shown = row | _words_of(row, started)
            date = _NO_DATE if row[column] is None else str(row[column])
            yield Fact(date, words.format(**shown) + say_completed(row, column), table)
    dosed = dosing_frame(analysis.dataset).filter(patient_id=patient)
    for drug, first, last in dosed.drop("patient_id").iter_rows():
        yield Fact(str(first), f"first dose of {drug}", "doses")
        yield Fact(str(last), f"last dose of {drug} recorded", "doses")


def _words_of(row: Mapping[str, Any], started: date | None) -> dict[str, str]:
    """Return the words that depend on more than one column of a row."""
    begun = row.get("start_date")
    before = started is not None and begun is not None and begun < started
    of_drug = row.get("scope") == "drug" and row.get("drug")
    return {
        "unplanned": ", outside the protocol" if row.get("planned") is False else "",
        "later": "anticancer therapy before the study treatment"
        if before
        else "new anticancer therapy",
        "because": f": {row['cause']}" if row.get("cause") else "",
        "ended": row["drug"] if of_drug else str(row.get("scope")),
    }


def say_completed(row: Mapping[str, Any], column: str) -> str:
    """Say how much of a date was completed, and what was known of it; else nothing.

    Parameters
    ----------
    row : mapping of str to Any
        A row of a table.
    column : str
        Its column with the date.
    """
    flag, known = row.get(f"{column}_imputed"), row.get(f"{column}_partial")
    if not flag:
        return f" (known: {known})" if known else ""
    return f" ({_COMPLETED[flag]} completed; known: {known or 'nothing'})"


def _sets(analysis: Analysis, patient: str) -> Iterator[tuple[str, bool, str]]:
    for one in analysis.sets.sets:
        if one.not_derived is not None:
            yield one.title, False, f"not derived: {one.not_derived}"
        else:
            yield one.title, patient in one, dict(one.excluded).get(patient, "")


def _rates(analysis: Analysis, patient: str) -> Iterator[EndpointStory]:
    for rate in analysis.proportions:
        for one in rate.outcomes:
            if one.patient_id == patient:
                result = "yes" if one.met else "not so far" if one.pending else "no"
                yield EndpointStory(rate.key, rate.title, result, one.reason, "measurements")


def _times(
    analysis: Analysis, patient: str, others: Mapping[str, TimeRules]
) -> Iterator[EndpointStory]:
    patients = [one for one in analysis.patients if one.member.patient_id == patient]
    lesions = [one for one in analysis.ablated if one.patient_id == patient]
    for result in analysis.timed:
        derive = time_endpoint(result.key).derive
        otherwise = {
            name: {one.lesion_id: one for one in derive(patients, lesions, rules)}
            for name, rules in others.items()
        }
        timed: tuple[Timed, ...] = (*result.times, *result.no_times)
        for one in timed:
            if one.patient_id != patient:
                continue
            differ = (
                (name, _shown(other[one.lesion_id]), _reason(other[one.lesion_id]))
                for name, other in otherwise.items()
                if _shown(other[one.lesion_id]) != _shown(one)
            )
            lesion = f", lesion {one.lesion_id}" if one.lesion_id else ""
            yield EndpointStory(
                result.key,
                result.title + lesion,
                _shown(one),
                _reason(one),
                one.source if isinstance(one, TimeToEvent) else "",
                tuple(differ),
            )


def _other_rules(analysis: Analysis) -> tuple[dict[str, TimeRules], dict[str, str]]:
    """Return the other ways of counting times, and why some are not possible.

    One may ask for a field that is still open: the record's words need the horizon.
    """
    study = analysis.study
    found: dict[str, TimeRules] = {}
    why_not: dict[str, str] = {}
    for name in countings_of(study):
        if name != analysis.counting:
            try:
                found[name] = TimeRules.of(study, name)
            except StudyError as error:
                why_not[name] = str(error)
    return found, why_not


def _shown(one: Timed) -> str:
    if isinstance(one, NoTime):
        return "not counted"
    status = "event" if one.event else "competing event" if one.competing else "censored"
    return f"{status} on {one.end}, after {show_days(one.days)} from {one.start}"


def _reason(one: Timed) -> str:
    return one.why if isinstance(one, NoTime) else one.reason
