"""What the rules of the analysis sets read of one patient."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from math import floor
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatments, treatment_ends
from trialwright.dataset.contacts import last_contacts
from trialwright.endpoints.patient import FOR_PROGRESSION
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.response.result import PatientResponse
    from trialwright.study.model import Study
    from trialwright.study.sections import Treatment

_PERCENT = 100
_Given = tuple[str, "date", "date | None", float]  # drug without case, first and last day, mg


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What the rules of the analysis sets read of one patient.

    ``no_baseline`` says why there is no baseline, ``underdosed`` which drug fell short.
    ``ablation_done``: a planned ablation was attempted, and is not said to have failed.
    ``stopped_for_progression``: at any time, whether or not the scans show the progression.
    ``unknown`` says of a set why it cannot be told whether patients belong to it.
    """

    patient_id: str
    enrolment: date | None
    first_treatment: date | None
    records_enrolment: bool
    ablation_attempted: bool = False
    ablation_done: bool = False
    no_baseline: str | None = None
    measurable: bool = False
    assessed: bool = False
    early_death: bool = False
    stopped_for_progression: bool = False
    underdosed: str | None = None
    deviation: str | None = None
    unknown: Mapping[str, str] = field(default_factory=dict)


def gather_facts(
    dataset: Dataset, study: Study, responses: Mapping[str, PatientResponse] | None
) -> tuple[PatientFacts, ...]:
    """Gather the facts of every patient of the data, in order of enrolment.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        The planned doses, and the least of them that the per-protocol set asks for.
    responses : mapping of str to PatientResponse or None
        The calls by patient.
    """
    started = first_treatments(dataset)
    records = bool(dataset.patients["enrolment_date"].is_not_null().any())
    planned = dataset.ablations.filter("planned")
    attempted = set(planned["patient_id"])
    done = set(planned.filter(pl.col("technical_success").fill_null(value=True))["patient_id"])
    deviations, progressed = _major_deviations(dataset), _stopped_for_progression(dataset)
    unknown = _unknown(dataset, study, responses)
    doses = {} if "per_protocol" in unknown else _doses(dataset, study, started)
    facts = []
    for patient, enrolled in dataset.patients.select("patient_id", "enrolment_date").iter_rows():
        response = None if responses is None else responses.get(patient)
        facts.append(
            PatientFacts(
                patient,
                enrolled,
                started.get(patient),
                records,
                ablation_attempted=patient in attempted,
                ablation_done=patient in done,
                no_baseline=None if response is None else response.not_evaluable,
                measurable=response is not None and _has_measured_target(response),
                assessed=response is not None and _is_assessed(response),
                early_death=response is not None and response.early_death is not None,
                stopped_for_progression=patient in progressed,
                underdosed=doses.get(patient),
                deviation=deviations.get(patient),
                unknown=unknown,
            )
        )
    return tuple(sorted(facts, key=_order_of_enrolment))


def _order_of_enrolment(one: PatientFacts) -> tuple[str, str]:
    day = one.enrolment or one.first_treatment
    return (day.isoformat() if day else "9999", one.patient_id)


def _has_measured_target(response: PatientResponse) -> bool:
    base = response.baseline
    return base is not None and base.sum_mm > 0


def _is_assessed(response: PatientResponse) -> bool:
    return any(point.overall != Response.NE for point in response.time_points)


def _stopped_for_progression(dataset: Dataset) -> set[str]:
    """Return the patients whose study treatment ended for progression, as its category says."""
    ended = dataset.dispositions.filter(scope="treatment")
    return set(ended.filter(pl.col("reason_category").is_in(FOR_PROGRESSION))["patient_id"])


def _major_deviations(dataset: Dataset) -> dict[str, str]:
    """Return the first major deviation of each patient."""
    major = dataset.deviations.filter("major").unique("patient_id", keep="first")
    return dict(major.select("patient_id", "deviation").iter_rows())


def _unknown(
    dataset: Dataset, study: Study, responses: Mapping[str, PatientResponse] | None
) -> dict[str, str]:
    unknown = {}
    if responses is None:
        unknown["response_evaluable"] = "the scans were not read"
    if study.treatments and not dataset.collected("doses"):
        unknown["per_protocol"] = "the data hold no doses"
    elif study.treatments and not dataset.collected("dispositions"):
        unknown["per_protocol"] = "the data hold no dispositions, so no end of treatment"
    elif any(
        stated.value is None
        for drug in study.treatments
        for stated in (drug.name, drug.dose_mg, drug.cycle_days, drug.days_given)
    ):
        unknown["per_protocol"] = "the planned dose of a drug is still open in the study file"
    if study.ablation is not None and not dataset.collected("ablations"):
        unknown["ablation_safety"] = unknown["per_protocol"] = "the data hold no ablations"
    return unknown


def _doses(dataset: Dataset, study: Study, started: Mapping[str, date]) -> dict[str, str]:
    """Return why a treated patient received less of a drug than the per-protocol set asks for.

    Who was treated and received none of a drug received 0 % of it.
    """
    least = study.analysis_sets.per_protocol_dose_percent.value
    if least is None:
        return {}
    by_patient: dict[str, list[_Given]] = defaultdict(list)
    rows = dataset.doses.drop_nulls(("patient_id", "drug", "start_date")).sort("start_date")
    columns = ("patient_id", "drug", "start_date", "end_date", pl.col("dose_mg").fill_null(0.0))
    for patient, drug, first, last, dose in rows.select(columns).iter_rows():
        by_patient[patient].append((drug.casefold(), first, last, dose))
    ends, contacts = treatment_ends(dataset), last_contacts(dataset)
    why = {}
    for patient, first_treatment in started.items():
        given = by_patient[patient]
        start = min((first for _, first, _, dose in given if dose > 0), default=first_treatment)
        # An end before the first dose is a wrong date; the first day at least was treatment.
        end = max(start, ends.get(patient) or contacts.get(patient) or start)
        short = _underdosed(given, study.treatments, (start, end), least)
        if short is not None:
            why[patient] = short
    return why


def _underdosed(
    given: Sequence[_Given], drugs: Sequence[Treatment], treated: tuple[date, date], least: float
) -> str | None:
    start, end = treated
    for drug in drugs:
        name = drug.name.require()
        rows = [row for row in given if row[0] == name.casefold()]
        percent = dose_percent(_received(rows, end, drug), drug, (end - start).days + 1)
        if percent is not None and percent < least:
            shown = floor(10 * percent) / 10  # rounded up it might read as enough
            return f"{name}: {shown:g} % of the planned dose, less than {least:g} %"
    return None


def _received(rows: Sequence[_Given], end: date, drug: Treatment) -> float:
    """Return the mg received by the rows of one drug, in order of their first days."""
    given = [row for row in rows if row[-1] > 0]
    received = 0.0
    for _, first, last, dose in given:
        if last is not None:
            days = (last - first).days + 1
        else:
            later = (other - timedelta(days=1) for _, other, _, _ in rows if other > first)
            days = _days_without_end(first, next(later, max(first, end)), given[0][1], drug)
        received += dose * days
    return received


def _days_without_end(first: date, last: date, start: date, drug: Treatment) -> int:
    """Return on how many days a drug was given by a row without an end: the planned ones.

    ``last`` is the day before the next row of the drug, one of 0 mg too, or the end of treatment.
    The cycles are counted from ``start``, the first dose of the drug. What is given once a cycle
    was given once.
    """
    cycle, on = drug.cycle_days.require(), drug.days_given.require()
    if on == 1:
        return 1
    before, until = (first - start).days, (last - start).days + 1
    return _planned_days(until, cycle, on) - _planned_days(before, cycle, on)


def _planned_days(days: int, cycle: int, on: int) -> int:
    """Return on how many of the first ``days`` days a drug is given: days 1-21 of 28, say."""
    whole, rest = divmod(days, cycle)
    return whole * on + min(rest, on)


def dose_percent(received_mg: float, drug: Treatment, days: int) -> float | None:
    """Return the dose received in percent of that planned for the time on treatment.

    Parameters
    ----------
    received_mg : float
        Dose received, all administrations together.
    drug : Treatment
        Dose, length of the cycle and days given, as planned.
    days : int
        Days on treatment, the first and the last included, 1 or more.

    Returns
    -------
    float or None
        None where the plan is open.

    Notes
    -----
    Planned are the administrations of the days on treatment: days 1-21 of 28, say. A dose row is
    one administration a day from its start to its end; one without an end, on the planned days.
    """
    dose, cycle, on = drug.dose_mg.value, drug.cycle_days.value, drug.days_given.value
    if dose is None or cycle is None or on is None:
        return None
    return _PERCENT * received_mg / (dose * _planned_days(days, cycle, on))
