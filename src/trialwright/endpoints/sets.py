"""Analysis sets: who is counted, and why somebody is not.

Each set is a list of rules in order; the first that a patient fails is the reason for leaving the
patient out. The efficacy set of the study (the full analysis set) is the denominator of the
primary analysis; the others are looked at beside it.

Source: ICH E9 section 5.2; FDA and EMA practice for single-arm trials (all treated).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.endpoints.set_facts import PatientFacts, gather_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.response.result import PatientResponse
    from trialwright.study.model import Study

    SetRule = Callable[[PatientFacts], str | None]


@dataclass(frozen=True, slots=True)
class Member:
    """One patient of the data: dates from which time is counted, and set membership.

    ``excluded`` says why the patient is not in the efficacy set; none for a member.
    """

    patient_id: str
    enrolment: date | None
    first_treatment: date | None
    excluded: str | None


@dataclass(frozen=True, slots=True)
class AnalysisSet:
    """One set: its members in order of enrolment, and why each other patient is not in it.

    ``not_derived`` says why the set cannot be told from the data or the study; it then has no
    members, and nobody is excluded.
    """

    name: str
    title: str
    definition: str
    patients: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]  # (patient, reason)
    not_derived: str | None = None

    def __contains__(self, patient_id: str) -> bool:
        """Tell whether a patient is a member."""
        return patient_id in self.patients


@dataclass(frozen=True, slots=True)
class AnalysisSets:
    """All patients of the data in order of enrolment, and the sets among them."""

    efficacy_set: str
    members: tuple[Member, ...]
    sets: tuple[AnalysisSet, ...] = ()

    @property
    def efficacy(self) -> tuple[Member, ...]:
        """The patients of the efficacy set."""
        return tuple(member for member in self.members if member.excluded is None)

    @property
    def excluded(self) -> tuple[Member, ...]:
        """The patients left out of the efficacy set, each with the reason."""
        return tuple(member for member in self.members if member.excluded is not None)

    def named(self, name: str) -> AnalysisSet:
        """Return the set called ``name``; raise ``KeyError`` if there is none."""
        for one in self.sets:
            if one.name == name:
                return one
        raise KeyError(name)


def derive_analysis_sets(
    dataset: Dataset, study: Study, responses: Mapping[str, PatientResponse] | None = None
) -> AnalysisSets:
    """Sort every patient of the data into the analysis sets of the study.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Names the efficacy set, and what the per-protocol set asks for.
    responses : mapping of str to PatientResponse, optional
        The calls by patient; without them the sets that rest on scans are not derived.

    Returns
    -------
    AnalysisSets
        Every patient of the data, in order of enrolment, with the reason for each exclusion.

    Notes
    -----
    A patient with neither an enrolment date nor treatment was screened only, where the source
    records enrolment at all.
    """
    chosen = study.analysis_sets.efficacy.require()
    facts = gather_facts(dataset, study, responses)
    full = _FULL_ANALYSIS[chosen]
    members = tuple(
        Member(one.patient_id, one.enrolment, one.first_treatment, _first_reason(full, one))
        for one in facts
    )
    sets = tuple(_derive(definition, facts) for definition in _definitions(dataset, study, full))
    return AnalysisSets(chosen, members, sets)


@dataclass(frozen=True, slots=True)
class _Definition:
    name: str
    title: str
    words: str
    rules: tuple[SetRule, ...]
    not_derived: str | None = None


def _derive(definition: _Definition, facts: tuple[PatientFacts, ...]) -> AnalysisSet:
    why = definition.not_derived or next(
        (one.unknown[definition.name] for one in facts if definition.name in one.unknown), None
    )
    reasons = [(one.patient_id, _first_reason(definition.rules, one)) for one in facts]
    return AnalysisSet(
        definition.name,
        definition.title,
        definition.words,
        () if why else tuple(patient for patient, reason in reasons if reason is None),
        () if why else tuple((patient, reason) for patient, reason in reasons if reason),
        why,
    )


def _first_reason(rules: tuple[SetRule, ...], one: PatientFacts) -> str | None:
    return next((reason for rule in rules if (reason := rule(one)) is not None), None)


# --- The rules, each a reason for leaving a patient out


def not_enrolled(one: PatientFacts) -> str | None:
    """Leave out who was screened only."""
    screened = one.records_enrolment and one.enrolment is None and one.first_treatment is None
    return "screened, not enrolled" if screened else None


def never_treated(one: PatientFacts) -> str | None:
    """Leave out who received neither a drug nor a planned ablation."""
    return "enrolled, never treated" if one.first_treatment is None else None


def not_ablated(one: PatientFacts) -> str | None:
    """Leave out who has no planned ablation on record, attempted or done."""
    return None if one.ablation_attempted else "no planned ablation was attempted"


def ablation_failed(one: PatientFacts) -> str | None:
    """Leave out whose every planned ablation is said to be without technical success."""
    if one.ablation_done or not one.ablation_attempted:
        return None
    return "the planned ablation was attempted without technical success"


def no_baseline(one: PatientFacts) -> str | None:
    """Leave out who has no lesion at baseline to compare with."""
    return one.no_baseline


def not_measurable(one: PatientFacts) -> str | None:
    """Leave out who has no measured target lesion at baseline in the reading that counts."""
    return None if one.measurable else "no measurable target lesion at baseline"


def not_assessed(one: PatientFacts) -> str | None:
    """Leave out who has no evaluable scan after baseline, unless progression or death explains it.

    Early progression is treatment stopped for progression, at any time, in a patient without an
    evaluable scan: a scan that showed it would be one that could be evaluated.

    Source: usual definition of the response-evaluable set: a scan, or early progression or death.
    """
    if one.assessed or one.stopped_for_progression or one.early_death:
        return None
    return (
        "no evaluable assessment after baseline, treatment not stopped for progression, and no "
        "early death"
    )


def too_little_dose(one: PatientFacts) -> str | None:
    """Leave out who received less of a drug than the per-protocol set asks for."""
    return one.underdosed


def major_deviation(one: PatientFacts) -> str | None:
    """Leave out who has a major protocol deviation on record."""
    return f"major protocol deviation: {one.deviation}" if one.deviation else None


_OF_ONE_PATIENT = re.compile(
    r"(?P<deviation>major protocol deviation): .*"
    r"|(?P<drug>.*): [0-9.]+ (?P<least>% of the planned dose, less than [0-9.]+ %)",
    re.DOTALL,
)


def kind_of_exclusion(reason: str) -> str:
    """Return a reason without what is particular to one patient, for a table that counts.

    Parameters
    ----------
    reason : str
        Of ``AnalysisSet.excluded``: a deviation in its own words, a dose in per cent.

    Examples
    --------
    >>> kind_of_exclusion("Regorafenib: 42.1 % of the planned dose, less than 50 %")
    'Regorafenib: less than 50 % of the planned dose'
    >>> kind_of_exclusion("major protocol deviation: dose taken twice")
    'major protocol deviation'
    """
    found = _OF_ONE_PATIENT.fullmatch(reason)
    if found is None:
        return reason
    if found["deviation"]:
        return found["deviation"]
    planned, least = found["least"].split(", ")
    return f"{found['drug']}: {least} {planned.removeprefix('% ')}"


_FULL_ANALYSIS: dict[str, tuple[SetRule, ...]] = {
    "treated": (not_enrolled, never_treated),
    "enrolled": (not_enrolled,),
}


def _definitions(
    dataset: Dataset, study: Study, full: tuple[SetRule, ...]
) -> tuple[_Definition, ...]:
    ablation = (not_ablated, ablation_failed) if study.ablation is not None else ()
    least = study.analysis_sets.per_protocol_dose_percent
    open_dose = f"{least.path} is still open in the study file" if least.value is None else None
    no_ablation = None if study.ablation is not None else "the study plans no ablation"
    return (
        _Definition("screened", "Screened", "every patient of the data", ()),
        _Definition("enrolled", "Enrolled", "registered in the study", (not_enrolled,)),
        _Definition(
            "full_analysis",
            "Full analysis set",
            f"all {study.analysis_sets.efficacy.value} patients",
            full,
        ),
        _Definition(
            "safety",
            "Safety set",
            f"a dose of any study drug{' or a planned ablation' if study.ablation else ''}, "
            "whatever was planned",
            (not_enrolled, never_treated),
        ),
        _Definition(
            "ablation_safety",
            "Ablation safety set",
            "a planned ablation attempted",
            (not_enrolled, never_treated, not_ablated),
            no_ablation,
        ),
        _Definition(
            "response_evaluable",
            "Response-evaluable set",
            "full analysis set with a measurable target at baseline, and after it an evaluable "
            "scan, treatment stopped for progression without one, or early death",
            (*full, never_treated, no_baseline, not_measurable, not_assessed),
        ),
        _Definition(
            "per_protocol",
            "Per-protocol set",
            _define_per_protocol(study, recorded=dataset.collected("deviations")),
            (*full, never_treated, *ablation, too_little_dose, major_deviation),
            open_dose,
        ),
    )


def _define_per_protocol(study: Study, *, recorded: bool) -> str:
    """Define the per-protocol set; ``recorded``: the data hold deviations."""
    least = study.analysis_sets.per_protocol_dose_percent.value
    shown = "OPEN" if least is None else f"{least:g}"
    done = (
        "the planned ablation done (not said to be without technical success), "
        if study.ablation is not None
        else ""
    )
    dose = (
        f"at least {shown} % of the planned dose of each drug while on treatment (to the last "
        "contact where no end is recorded; a dose row without an end counts the planned days only)"
    )
    none = "" if recorded else " (deviations were not collected, so they leave nobody out)"
    return f"full analysis set with {done}{dose}, and no major deviation{none}"
