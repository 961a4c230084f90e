"""Read API v2 records of ClinicalTrials.gov: one study, a list, or ``{"studies": [...]}``.

Registered parts are kept apart there, so nothing is guessed. Foreign keys beside
``protocolSection`` (as ctrdata adds) are left alone.

Source: the study structure of API v2, paths as mapped by ctti-clinicaltrials/aact.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trialwright.errors import RegistryError
from trialwright.study.record import Arm, Intervention, Outcome, RegistryRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_json"]


def read_json(text: str, source: str) -> tuple[RegistryRecord, ...]:
    """Read every study of an API v2 answer.

    Parameters
    ----------
    text : str
        The file, decoded.
    source : str
        Its name, for messages and for the record.

    Returns
    -------
    tuple of RegistryRecord
        One per study, in the order of the file.

    Raises
    ------
    RegistryError
        If the text is not JSON or holds something else than studies.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        msg = (
            f"{source} line {error.lineno}, column {error.colno}: not JSON ({error.msg}); "
            "download the record again (ClinicalTrials.gov, Download, JSON)"
        )
        raise RegistryError(msg) from None
    studies = list(_studies(content))
    if not studies:
        msg = f"{source}: the list of studies is empty; download at least one study"
        raise RegistryError(msg)
    for number, study in enumerate(studies, start=1):
        _check_study(study, f"{source} study {number}" if len(studies) > 1 else source)
    return tuple(_record(study, source) for study in studies)


def _studies(content: object) -> Iterator[object]:
    if isinstance(content, dict) and isinstance(content.get("studies"), list):
        yield from content["studies"]
    elif isinstance(content, list):
        yield from content
    else:
        yield content


def _check_study(study: object, place: str) -> None:
    if isinstance(study, dict) and isinstance(study.get("protocolSection"), dict):
        return
    keys = ", ".join(list(study)[:5]) if isinstance(study, dict) else type(study).__name__
    msg = (
        f"{place}: this JSON is not a registry record: 'protocolSection' is missing (found: "
        f"{keys or 'nothing'}); download the study as JSON from ClinicalTrials.gov (API v2)"
    )
    raise RegistryError(msg)


def _record(study: object, source: str) -> RegistryRecord:
    protocol = _dig(study, "protocolSection")
    identity = _dig(protocol, "identificationModule")
    status = _dig(protocol, "statusModule")
    sponsors = _dig(protocol, "sponsorCollaboratorsModule")
    design = _dig(protocol, "designModule")
    arms = _dig(protocol, "armsInterventionsModule")
    outcomes = _dig(protocol, "outcomesModule")
    eligibility = _dig(protocol, "eligibilityModule")
    has_results = _dig(study, "hasResults")
    return RegistryRecord(
        source_format="ClinicalTrials.gov API v2",
        source=source,
        nct_id=_text(identity, "nctId"),
        title=_text(identity, "briefTitle"),
        official_title=_text(identity, "officialTitle"),
        acronym=_text(identity, "acronym"),
        brief_summary=_text(protocol, "descriptionModule", "briefSummary"),
        detailed_description=_text(protocol, "descriptionModule", "detailedDescription"),
        conditions=_texts(protocol, "conditionsModule", "conditions"),
        keywords=_texts(protocol, "conditionsModule", "keywords"),
        interventions=_interventions(arms),
        arms=_arms(arms),
        primary_outcomes=_outcomes(outcomes, "primaryOutcomes"),
        secondary_outcomes=_outcomes(outcomes, "secondaryOutcomes"),
        other_outcomes=_outcomes(outcomes, "otherOutcomes"),
        enrolment=_count(design, "enrollmentInfo", "count"),
        enrolment_type=_text(design, "enrollmentInfo", "type"),
        study_type=_text(design, "studyType"),
        phases=_texts(design, "phases"),
        allocation=_text(design, "designInfo", "allocation"),
        intervention_model=_text(design, "designInfo", "interventionModel"),
        masking=_masking(design),
        primary_purpose=_text(design, "designInfo", "primaryPurpose"),
        sponsor=_text(sponsors, "leadSponsor", "name"),
        collaborators=tuple(
            name for item in _items(sponsors, "collaborators") if (name := _text(item, "name"))
        ),
        status=_text(status, "overallStatus"),
        sex=_text(eligibility, "sex"),
        minimum_age=_text(eligibility, "minimumAge"),
        maximum_age=_text(eligibility, "maximumAge"),
        age_groups=_texts(eligibility, "stdAges"),
        eligibility_criteria=_text(eligibility, "eligibilityCriteria"),
        start_date=_text(status, "startDateStruct", "date"),
        primary_completion_date=_text(status, "primaryCompletionDateStruct", "date"),
        completion_date=_text(status, "completionDateStruct", "date"),
        has_results=has_results if isinstance(has_results, bool) else None,
    )


def _interventions(module: object) -> tuple[Intervention, ...]:
    return tuple(
        Intervention(
            kind=(kind := _text(item, "type") or ""),
            name=(name := _text(item, "name") or ""),
            description=_text(item, "description"),
            raw=f"{kind}: {name}" if kind else name,
        )
        for item in _items(module, "interventions")
    )


def _arms(module: object) -> tuple[Arm, ...]:
    return tuple(
        Arm(_text(item, "label") or "", _text(item, "type"), _text(item, "description"))
        for item in _items(module, "armGroups")
    )


def _outcomes(module: object, name: str) -> tuple[Outcome, ...]:
    found = []
    for item in _items(module, name):
        parts = [_text(item, key) for key in ("measure", "description", "timeFrame")]
        measure, description, time_frame = parts
        found.append(
            Outcome(
                measure=measure or "",
                description=description,
                time_frame=time_frame.rstrip(" .") if time_frame else None,
                raw=", ".join(part for part in parts if part),
                confidence="high" if measure and time_frame else "low",
                doubt=None if measure and time_frame else "measure or time frame is not given",
            )
        )
    return tuple(found)


def _masking(design: object) -> str | None:
    masking = _text(design, "designInfo", "maskingInfo", "masking")
    masked = _texts(design, "designInfo", "maskingInfo", "whoMasked")
    return f"{masking} ({', '.join(masked)})" if masking and masked else masking


def _dig(node: object, *path: str) -> object:
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _text(node: object, *path: str) -> str | None:
    value = _dig(node, *path)
    return value if isinstance(value, str) and value.strip() else None


def _items(node: object, *path: str) -> list[object]:
    value = _dig(node, *path)
    return value if isinstance(value, list) else []


def _texts(node: object, *path: str) -> tuple[str, ...]:
    return tuple(item for item in _items(node, *path) if isinstance(item, str))


def _count(node: object, *path: str) -> int | None:
    value = _dig(node, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
