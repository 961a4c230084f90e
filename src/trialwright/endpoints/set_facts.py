"""What the rules of the analysis sets read of one patient."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import floor
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatments, is_dose_given
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
_Given = tuple[str, "date", "date | None", float]  # drug, first and last day, mg


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What the rules of the analysis sets read of one patient.

    ``no_baseline`` says why there is no baseline, ``underdosed`` which drug fell short.
    ``early_progression``: treatment was stopped for progression, which the scans may not show.
    ``unknown`` says of a set why it cannot be told whether patients belong to it.
    """

    patient_id: str
    enrolment: date | None
    first_treatment: date | None
    records_enrolment: bool
    ablation_attempted: bool = False
    no_baseline: str | None = None
    measurable: bool = False
    assessed: bool = False
    early_death: bool = False
    early_progression: bool = False
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
    ablated = set(dataset.ablations.filter("planned")["patient_id"])
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
                ablation_attempted=patient in ablated,
                no_baseline=None if response is None else response.not_evaluable,
                measurable=response is not None and _has_measured_target(response),
                assessed=response is not None and _is_assessed(response),
                early_death=response is not None and response.early_death is not None,
                early_progression=patient in progressed,
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
    rows = dataset.doses.filter(is_dose_given()).drop_nulls(("patient_id", "drug", "start_date"))
    columns = ("patient_id", "drug", "start_date", "end_date", "dose_mg")
    for patient, drug, first, last, dose in rows.select(columns).iter_rows():
        by_patient[patient].append((drug, first, last, dose))
    ends, contacts = _ends_of_treatment(dataset), last_contacts(dataset)
    why = {}
    for patient, first_treatment in started.items():
        given = by_patient[patient]
        start = min((first for _, first, _, _ in given), default=first_treatment)
        # An end before the first dose is a wrong date; the first day at least was treatment.
        end = max(start, ends.get(patient) or contacts.get(patient) or start)
        short = _underdosed(given, study.treatments, (start, end), least)
        if short is not None:
            why[patient] = short
    return why


def _ends_of_treatment(dataset: Dataset) -> dict[str, date]:
    ended = dataset.dispositions.filter(scope="treatment").drop_nulls("end_date")
    return dict(ended.group_by("patient_id").agg(pl.col("end_date").min()).iter_rows())


def _underdosed(
    given: Sequence[_Given], drugs: Sequence[Treatment], treated: tuple[date, date], least: float
) -> str | None:
    start, end = treated
    for drug in drugs:
        name = drug.name.require()
        received = sum(
            dose * _administrations(first, last, end, drug)
            for one, first, last, dose in given
            if one.casefold() == name.casefold()
        )
        percent = dose_percent(received, drug, (end - start).days + 1)
        if percent is not None and percent < least:
            shown = floor(10 * percent) / 10  # rounded up it might read as enough
            return f"{name}: {shown:g} % of the planned dose, less than {least:g} %"
    return None


def _administrations(first: date, last: date | None, end: date, drug: Treatment) -> int:
    """Return how often a drug was given by one row.

    A row without an end goes on to the end of treatment, unless the drug is given once a cycle.
    """
    if last is None:
        last = first if drug.days_given.value == 1 else max(first, end)
    return (last - first).days + 1


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
    one administration a day from its start to its end.
    """
    dose, cycle, on = drug.dose_mg.value, drug.cycle_days.value, drug.days_given.value
    if dose is None or cycle is None or on is None:
        return None
    whole, rest = divmod(days, cycle)
    planned = dose * (whole * on + min(rest, on))
    return _PERCENT * received_mg / planned
