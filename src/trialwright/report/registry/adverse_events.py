"""The adverse events: all serious ones, and the others above the registry's frequency threshold.

Counted are the treatment-emergent events of the treated; the numbers come from
``safety.event_counts``. Deaths are those of all causes, whenever they came.

Source: 42 CFR 11.48(a)(4); ClinicalTrials.gov, results data elements, section 4 (adverse events).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.registry.groups import describe_group, plural
from trialwright.safety.event_counts import count_patients

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from trialwright.analysis.safety.result import EventResults, SafetyAnalysis
    from trialwright.report.registry.fields import AdverseEvent, AdverseEvents, EventGroup
    from trialwright.study.model import Study

_GROUP = "EG000"
# Other events are listed if they exceed this frequency within any arm.
# Source: 42 CFR 11.48(a)(4)(i)(B): "exceed a frequency threshold of 5 percent".
FREQUENCY_THRESHOLD_PERCENT = 5
# The registry's organ systems, MedDRA's with one of them shortened.
# Source: ClinicalTrials.gov, results data elements, Organ System.
ORGAN_SYSTEMS = (
    "Blood and lymphatic system disorders",
    "Cardiac disorders",
    "Congenital, familial and genetic disorders",
    "Ear and labyrinth disorders",
    "Endocrine disorders",
    "Eye disorders",
    "Gastrointestinal disorders",
    "General disorders",
    "Hepatobiliary disorders",
    "Immune system disorders",
    "Infections and infestations",
    "Injury, poisoning and procedural complications",
    "Investigations",
    "Metabolism and nutrition disorders",
    "Musculoskeletal and connective tissue disorders",
    "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
    "Nervous system disorders",
    "Pregnancy, puerperium and perinatal conditions",
    "Product Issues",
    "Psychiatric disorders",
    "Renal and urinary disorders",
    "Reproductive system and breast disorders",
    "Respiratory, thoracic and mediastinal disorders",
    "Skin and subcutaneous tissue disorders",
    "Social circumstances",
    "Surgical and medical procedures",
    "Vascular disorders",
)
_SPELLINGS = {one.casefold(): one for one in ORGAN_SYSTEMS} | {
    "general disorders and administration site conditions": "General disorders"
}


@dataclass(frozen=True, slots=True)
class TermCount:
    """One preferred term: events, and the patients who had them."""

    term: str
    organ_system: str | None
    events: int
    patients: int


@dataclass(frozen=True, slots=True)
class CountedEvents:
    """The events that the registry lists, of one kind.

    ``affected`` are the patients with any of the listed terms; ``all_events`` is the number of
    events of the kind, those below the threshold included.
    """

    terms: tuple[TermCount, ...]
    affected: int
    all_events: int

    @property
    def events(self) -> int:
        """Number of events of the listed terms."""
        return sum(one.events for one in self.terms)


def count_serious(safety: SafetyAnalysis) -> CountedEvents | None:
    """Count every serious event; none if events were not collected or not derived."""
    events = safety.events
    return None if events is None else _count(events, safety.treated, _serious(), threshold=0)


def count_others(safety: SafetyAnalysis) -> CountedEvents | None:
    """Count the other events of the terms above the threshold; none as for the serious ones.

    An event of which nobody says whether it is serious counts here.
    """
    events, threshold = safety.events, FREQUENCY_THRESHOLD_PERCENT
    return None if events is None else _count(events, safety.treated, ~_serious(), threshold)


def count_deaths(safety: SafetyAnalysis) -> int | None:
    """Count the treated who died, of whatever cause; none if deaths were not collected."""
    return None if safety.deaths is None else safety.deaths["patient_id"].n_unique()


def spell_organ_system(body_system: str | None) -> str | None:
    """Return a body system as the registry spells it; its own words where it has none.

    Examples
    --------
    >>> spell_organ_system("General disorders and administration site conditions")
    'General disorders'
    """
    if body_system is None:
        return None
    return _SPELLINGS.get(body_system.strip().casefold(), body_system)


def build_adverse_events(safety: SafetyAnalysis) -> AdverseEvents:
    """Build the adverse events module.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analyse_safety``. What it does not hold is left out, and is a gap.
    """
    serious, others = count_serious(safety), count_others(safety)
    module: AdverseEvents = {
        "frequencyThreshold": str(FREQUENCY_THRESHOLD_PERCENT),
        "eventGroups": [_total(safety, serious, others)],
    }
    if safety.events is not None and serious is not None and others is not None:
        module = {
            "frequencyThreshold": module["frequencyThreshold"],
            "timeFrame": _say_time_frame(safety.study),
            "description": " ".join(_describe(safety.events, others, safety.study)),
            "eventGroups": module["eventGroups"],
            "seriousEvents": [_event(one, len(safety.treated)) for one in serious.terms],
            "otherEvents": [_event(one, len(safety.treated)) for one in others.terms],
        }
    return module


def _serious() -> pl.Expr:
    return pl.col("serious").fill_null(value=False)


def _count(
    events: EventResults, treated: Collection[str], chosen: pl.Expr, threshold: float
) -> CountedEvents:
    """Count events by term, those that more than ``threshold`` per cent of the treated had."""
    rows = events.emergent.filter(chosen, pl.col("patient_id").is_in(list(treated)))
    table = count_patients(rows, treated).filter(pl.col("level") == "term")
    listed = table.filter(100 * pl.col("patients") > threshold * pl.col("of"))
    shown = listed.select("term", "body_system", "events", "patients").iter_rows()
    terms = sorted(
        (TermCount(term, spell_organ_system(system), events, patients)
         for term, system, events, patients in shown),
        key=lambda one: (one.organ_system is None, one.organ_system or "", one.term),
    )  # fmt: skip
    affected = {patient for patients in listed["patient_ids"] for patient in patients}
    return CountedEvents(tuple(terms), len(affected), rows.height)


def _total(
    safety: SafetyAnalysis, serious: CountedEvents | None, others: CountedEvents | None
) -> EventGroup:
    at_risk, deaths = len(safety.treated), count_deaths(safety)
    group = describe_group(safety.study, _GROUP)
    total: EventGroup = {
        "id": group["id"],
        "title": group["title"],
        "description": group["description"],
    }
    if deaths is not None:
        total["deathsNumAffected"], total["deathsNumAtRisk"] = deaths, at_risk
    if serious is not None:
        total["seriousNumAffected"], total["seriousNumAtRisk"] = serious.affected, at_risk
    if others is not None:
        total["otherNumAffected"], total["otherNumAtRisk"] = others.affected, at_risk
    return total


def _event(one: TermCount, at_risk: int) -> AdverseEvent:
    event: AdverseEvent = {
        "term": one.term,
        "stats": [
            {
                "groupId": _GROUP,
                "numEvents": one.events,
                "numAffected": one.patients,
                "numAtRisk": at_risk,
            }
        ],
    }
    if one.organ_system is None:
        return event
    return {"term": event["term"], "organSystem": one.organ_system, "stats": event["stats"]}


def _say_time_frame(study: Study) -> str:
    days, longer = (
        study.safety.emergent_days.require(),
        study.safety.emergent_days_serious.require(),
    )
    until = (
        ", or the start of a new anticancer treatment if that came first"
        if study.safety.emergent_until_new_therapy.require()
        else ""
    )
    return (
        f"From the first study treatment to {days} days after the last; serious and immune-related "
        f"events to {longer} days after it{until}. All-cause mortality: until the data cut."
    )


def _describe(events: EventResults, others: CountedEvents, study: Study) -> Iterator[str]:
    """Yield what is counted, and how much of what was collected is not listed."""
    yield (
        f"Treatment-emergent events of the treated, graded by CTCAE "
        f"{study.safety.ctcae_version.value or '(version open)'}."
    )
    left_out = events.rows.height - events.emergent.height
    if left_out:
        yield f"Not counted: {plural(left_out, 'event that is', 'events that are')} not emergent."
    rare = others.all_events - others.events
    if rare:
        yield (
            f"Not listed: {plural(rare, 'other event')} of terms that at most "
            f"{FREQUENCY_THRESHOLD_PERCENT} % of the patients had."
        )


def unspelt_systems(counted: Iterable[CountedEvents | None]) -> list[str]:
    """Return the body systems that the registry does not know, each once."""
    found = {
        one.organ_system
        for kind in counted
        if kind is not None
        for one in kind.terms
        if one.organ_system is not None and one.organ_system not in ORGAN_SYSTEMS
    }
    return sorted(found)
