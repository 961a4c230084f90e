"""What the registry asks for and the study or the data do not hold; nothing of it is made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.disposition import follow_disposition
from trialwright.report.registry.adverse_events import (
    count_others,
    count_serious,
    unspelt_systems,
)
from trialwright.report.registry.baseline import list_characteristics
from trialwright.report.registry.build import build_registry_results, is_registered
from trialwright.report.registry.groups import plural
from trialwright.report.registry.limits import find_foreign, find_overlong
from trialwright.report.registry.outcomes import map_outcomes
from trialwright.report.registry.participant_flow import in_own_words, study_ends
from trialwright.report.registry.stage_test import explain_no_test
from trialwright.report.tables.groups import divide_by_arm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that a person has to settle before the results are sent.

    Parameters
    ----------
    path : str
        The module or field of the record, as in ``moreInfoModule.pointOfContact``.
    words : str
        What is missing, in sentences.
    """

    path: str
    words: str


# What no study file and no data set of ours holds, and the registry asks of every trial.
_NEVER_HELD = (
    Gap(
        "protocolSection.identificationModule",
        "Official title, organisation and the organisation's own study number are not in the "
        "study file.",
    ),
    Gap(
        "baselineCharacteristicsModule.measures.Race (NIH/OMB)",
        "Race and ethnicity are not among the data. If they were not collected, say so with the "
        "registry's own measure for that.",
    ),
    Gap(
        "baselineCharacteristicsModule.measures.Region of Enrollment",
        "The country in which each patient was enrolled is not among the data.",
    ),
    Gap(
        "adverseEventsModule.seriousEvents.sourceVocabulary",
        "The dictionary of the adverse event terms and its version (such as MedDRA 27.0) are not "
        "in the study file.",
    ),
    Gap(
        "adverseEventsModule.seriousEvents.assessmentType",
        "Whether adverse events were collected systematically (by regular questions or tests) is "
        "not in the study file.",
    ),
    Gap(
        "moreInfoModule.limitationsAndCaveats",
        "Limitations and caveats hold only what the data show of themselves. Early termination, "
        "few patients analysed and problems with measurement are for a person to add.",
    ),
    Gap(
        "moreInfoModule.certainAgreement",
        "Certain agreements: whether all principal investigators are employees of the sponsor, "
        "and whether an agreement restricts what they may publish, is for the sponsor to say.",
    ),
    Gap(
        "moreInfoModule.pointOfContact",
        "Point of contact: title of the official, organisation, telephone and e-mail address are "
        "for the sponsor to give.",
    ),
)


def find_registry_gaps(analysis: Analysis, safety: SafetyAnalysis) -> tuple[str, ...]:
    """Say what the registry asks for and the study or the data do not hold.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    safety : SafetyAnalysis
        From ``analyse_safety`` of the same data.

    Returns
    -------
    tuple of str
        One entry each, in sentences that begin with the module of the registry.
    """
    return tuple(
        f"{gap.path.partition('.')[0]}: {gap.words}" for gap in list_gaps(analysis, safety)
    )


def list_gaps(analysis: Analysis, safety: SafetyAnalysis) -> tuple[Gap, ...]:
    """Return every gap with the place it is at; parameters as for ``find_registry_gaps``."""
    return (
        *_identity_gaps(analysis),
        *_flow_gaps(analysis),
        *_baseline_gaps(analysis),
        *_outcome_gaps(analysis),
        *_event_gaps(safety),
        *_NEVER_HELD,
        *_text_gaps(analysis, safety),
    )


def _identity_gaps(analysis: Analysis) -> Iterator[Gap]:
    identity, place = analysis.study.identity, "protocolSection.identificationModule"
    if not is_registered(analysis.study):
        given = identity.registration_number.value or "none"
        yield Gap(place, f"The study file holds no NCT number (it says: {given}).")
    if not identity.title.value:
        yield Gap(place, "The study file holds no title.")
    if not identity.condition.value:
        yield Gap("protocolSection.conditionsModule", "The study file holds no condition.")
    arms = divide_by_arm(analysis.dataset, [one.patient_id for one in analysis.sets.members])[:-1]
    if arms:
        yield Gap(
            "participantFlowModule.groups",
            f"The data name {len(arms)} arms or cohorts. All numbers are of all patients "
            "together; the registry wants them for each arm.",
        )


def _flow_gaps(analysis: Analysis) -> Iterator[Gap]:
    place = "participantFlowModule.periods"
    if not analysis.dataset.collected("dispositions"):
        yield Gap(
            place,
            "Ends of the study were not collected: nobody is counted as having completed it, and "
            "no reasons are known.",
        )
    ends = study_ends(follow_disposition(analysis))
    own = in_own_words(ends)
    if own:
        yield Gap(
            place,
            f"Reasons for leaving the study that the data give in their own words: "
            f"{'; '.join(own)}. Check whether one of them means completion.",
        )
    ongoing = sum(end.state == "ongoing" for end in ends)
    if ongoing:
        yield Gap(
            place,
            f"{plural(ongoing, 'patient is', 'patients are')} still in the study; the registry "
            "counts each as not completed until the end is recorded.",
        )


def _baseline_gaps(analysis: Analysis) -> Iterator[Gap]:
    total = len(analysis.sets.efficacy)
    for one in list_characteristics(analysis):
        place = f"baselineCharacteristicsModule.measures.{one.title}"
        if not one.known:
            yield Gap(place, f"{one.title}: known of no patient, so it is left out.")
        elif one.known < total:
            yield Gap(place, f"{one.title}: known of {one.known} of {total} patients.")


def _outcome_gaps(analysis: Analysis) -> Iterator[Gap]:
    place = "outcomeMeasuresModule.outcomeMeasures"
    if not analysis.study.outcomes:
        yield Gap(
            place,
            "The study file holds no registered outcomes, so no outcome measure is written. Add "
            "them as [[outcomes]] in the words of the registry record.",
        )
    for one in map_outcomes(analysis):
        title = one.registered.measure
        if one.result is None:
            yield Gap(
                f"{place}.anticipatedPostingDate",
                f"{title}: not posted, because {one.why_not}. Give the month in which it will be, "
                "or post it with no participants analysed.",
            )
        if not one.registered.time_frame:
            yield Gap(f"{place}.timeFrame", f"{title}: the registered outcome has no time frame.")
        if one.key == "ORR" and (why := explain_no_test(analysis)):
            yield Gap(f"{place}.analyses", f"{title}: the design's test is not given: {why}.")


def _event_gaps(safety: SafetyAnalysis) -> Iterator[Gap]:
    place, why = "adverseEventsModule", {one.key: one.why for one in safety.not_computable}
    if safety.events is None:
        told = why.get("adverse_events", "they were not derived")
        yield Gap(f"{place}.timeFrame", f"Adverse events are not given: {told}.")
    else:
        rows = safety.events.emergent
        unknown = rows.filter(pl.col("serious").is_null()).height
        if unknown:
            yield Gap(
                f"{place}.seriousEvents",
                f"Of {plural(unknown, 'emergent event')} the data do not say whether it was "
                "serious; it is counted among the others.",
            )
        missed = safety.events.rows.filter("serious", ~pl.col("emergent")).height
        if missed:
            yield Gap(
                f"{place}.seriousEvents",
                f"{plural(missed, 'serious event')} outside the time in which events are counted "
                "as emergent; decide whether the registry is to have them.",
            )
        uncoded = rows.filter(pl.col("body_system").is_null()).height
        if uncoded:
            yield Gap(
                f"{place}.seriousEvents.organSystem",
                f"{plural(uncoded, 'emergent event has', 'emergent events have')} no body system.",
            )
    if safety.deaths is None:
        told = why.get("deaths", "they were not derived")
        yield Gap(f"{place}.eventGroups", f"All-cause mortality is not given: {told}.")
    for system in unspelt_systems((count_serious(safety), count_others(safety))):
        yield Gap(
            f"{place}.seriousEvents.organSystem",
            f"'{system}' is none of the registry's organ systems; it is written as it stands.",
        )


def _text_gaps(analysis: Analysis, safety: SafetyAnalysis) -> Iterator[Gap]:
    """Yield texts that are too long or in other letters, each once."""
    record = build_registry_results(analysis, safety)
    found = dict.fromkeys((*find_overlong(record), *find_foreign(record)))
    for path, words in found:
        yield Gap(path.removeprefix("resultsSection."), words)
