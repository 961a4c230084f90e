"""Put the modules of the results section together, and write them as JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from trialwright.report.registry.adverse_events import build_adverse_events
from trialwright.report.registry.baseline import build_baseline
from trialwright.report.registry.outcomes import build_outcome_measures
from trialwright.report.registry.participant_flow import build_participant_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.registry.fields import (
        Identification,
        MoreInfo,
        ProtocolSection,
        RegisteredOutcome,
        RegisteredOutcomes,
        RegistryResults,
    )
    from trialwright.study.model import Study
    from trialwright.study.sections import RecordedOutcome

_NCT_NUMBER = re.compile(r"NCT\d{8}")
_SIMULATED = "simulated"


def build_registry_results(analysis: Analysis, safety: SafetyAnalysis) -> RegistryResults:
    """Build the record of a trial with its results, as the registry's API lays it out.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    safety : SafetyAnalysis
        From ``analyse_safety`` of the same data.

    Returns
    -------
    RegistryResults
        What study and data hold, and nothing made up: ``find_registry_gaps`` names the rest. All
        numbers are of all patients together.

    Notes
    -----
    Source: ClinicalTrials.gov, study data structure of API version 2; results data elements.
    Oracle: ``tests/oracle/report/test_registry_structure.py``.
    """
    return {
        "protocolSection": _build_protocol(analysis.study),
        "resultsSection": {
            "participantFlowModule": build_participant_flow(analysis),
            "baselineCharacteristicsModule": build_baseline(analysis),
            "outcomeMeasuresModule": build_outcome_measures(analysis),
            "adverseEventsModule": build_adverse_events(safety),
            "moreInfoModule": _build_more(analysis),
        },
        "hasResults": True,
    }


def render_registry_results(analysis: Analysis, safety: SafetyAnalysis) -> bytes:
    """Write the record as JSON in UTF-8; the same input gives the same bytes.

    Parameters
    ----------
    analysis, safety : Analysis, SafetyAnalysis
        As ``build_registry_results`` takes them.
    """
    record = build_registry_results(analysis, safety)
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def is_registered(study: Study) -> bool:
    """Tell whether the study file holds a number of this registry, and no placeholder."""
    number = study.identity.registration_number.value
    return number is not None and _NCT_NUMBER.fullmatch(number) is not None


def _build_protocol(study: Study) -> ProtocolSection:
    identity = study.identity
    known: Identification = {}
    if is_registered(study) and identity.registration_number.value:
        known["nctId"] = identity.registration_number.value
    if identity.title.value:
        known["briefTitle"] = identity.title.value
    protocol: ProtocolSection = {"identificationModule": known}
    if identity.condition.value:
        protocol["conditionsModule"] = {"conditions": [identity.condition.value]}
    if study.outcomes:
        protocol["outcomesModule"] = _register_outcomes(study)
    return protocol


def _register_outcomes(study: Study) -> RegisteredOutcomes:
    found: RegisteredOutcomes = {}
    if primary := [_register(one) for one in study.outcomes if one.role == "primary"]:
        found["primaryOutcomes"] = primary
    if secondary := [_register(one) for one in study.outcomes if one.role == "secondary"]:
        found["secondaryOutcomes"] = secondary
    if other := [_register(one) for one in study.outcomes if one.role == "other"]:
        found["otherOutcomes"] = other
    return found


def _register(one: RecordedOutcome) -> RegisteredOutcome:
    found: RegisteredOutcome = {"measure": one.measure}
    if one.description:
        found["description"] = one.description
    if one.time_frame:
        found["timeFrame"] = one.time_frame
    return found


def _build_more(analysis: Analysis) -> MoreInfo:
    """Build the last module: the limitations that the data show of themselves."""
    told = " ".join(_limitations(analysis))
    return {"limitationsAndCaveats": {"description": told}} if told else {}


def _limitations(analysis: Analysis) -> Iterator[str]:
    if analysis.dataset.source.casefold().startswith(_SIMULATED):
        yield "The data are simulated: no patient was treated, and nothing here is a finding."
    stage = analysis.stage
    if stage is not None and stage.final.left_out:
        yield (
            f"The decision of the design counts {stage.final.evaluated} patients; "
            f"{stage.final.left_out} who were enrolled after them are in the estimates only."
        )
