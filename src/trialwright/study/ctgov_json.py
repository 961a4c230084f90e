"""Read API v2 records of ClinicalTrials.gov: one study, a list, or ``{"studies": [...]}``.

Registered parts are kept apart there, so nothing is guessed. Foreign keys beside
``protocolSection`` (as ctrdata adds) are left alone; a part of another type than the API
documents is refused, not dropped.

Source: the study structure of API v2, paths as mapped by ctti-clinicaltrials/aact.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from trialwright.errors import RegistryError
from trialwright.study.record import Arm, Intervention, Outcome, RegistryRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_json"]

_AGAIN = "download the study again as JSON from ClinicalTrials.gov (API v2)"
_MOST_PATIENTS = 10**9
_LONGEST_NUMBER = 18  # digits; Python refuses to read thousands of them
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    type(None): "null",
}


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
        One per study, in the order of the file. Characters that are no text, such as half of
        a surrogate pair, are replaced by U+FFFD and named in ``remarks``.

    Raises
    ------
    RegistryError
        If the text is not JSON, holds something else than studies, or a part that is read has
        another type than the API documents.
    """
    studies = list(_studies(_parse(text, source)))
    if not studies:
        msg = f"{source}: the list of studies is empty; download at least one study"
        raise RegistryError(msg)
    several = len(studies) > 1
    return tuple(
        _record(study, source, f"{source} study {number}" if several else source)
        for number, study in enumerate(studies, start=1)
    )


def _parse(text: str, source: str) -> object:
    try:
        return json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as error:
        msg = (
            f"{source} line {error.lineno}, column {error.colno}: not JSON ({error.msg}); "
            "download the record again (ClinicalTrials.gov, Download, JSON)"
        )
        raise RegistryError(msg) from None
    except RecursionError:
        msg = f"{source}: nested too deeply to be a registry record; {_AGAIN}"
        raise RegistryError(msg) from None


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float(digits)


def _studies(content: object) -> Iterator[object]:
    if isinstance(content, dict) and isinstance(content.get("studies"), list):
        yield from content["studies"]
    elif isinstance(content, list):
        yield from content
    else:
        yield content


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a study with its place, for messages; ``None`` is a part that is not there."""

    value: object
    file: str
    place: str
    remarks: list[str]

    def at(self, *path: str) -> _Part:
        part = self
        for key in path:
            if part.value is not None and not isinstance(part.value, dict):
                part.refuse("an object")
            inner = None if part.value is None else part.value.get(key)
            place = f"{part.place}.{key}" if part.place else key
            part = _Part(inner, self.file, place, self.remarks)
        return part

    def items(self, *path: str) -> list[_Part]:
        part = self.at(*path)
        if part.value is None:
            return []
        if not isinstance(part.value, list):
            part.refuse("a list")
        return [
            _Part(item, self.file, f"{part.place}[{number}]", self.remarks)
            for number, item in enumerate(part.value, start=1)
        ]

    def objects(self, *path: str) -> list[_Part]:
        found = self.items(*path)
        for part in found:
            if not isinstance(part.value, dict):
                part.refuse("an object")
        return found

    def text(self, *path: str) -> str | None:
        part = self.at(*path)
        if part.value is None:
            return None
        if not isinstance(part.value, str):
            part.refuse("a text")
        odd = _NO_TEXT.search(part.value)
        if odd:
            part.remarks.append(
                f"{part.place} holds what is no text (U+{ord(odd.group()):04X}); shown as \ufffd"
            )
        return _NO_TEXT.sub("\ufffd", part.value) if part.value.strip() else None

    def texts(self, *path: str) -> tuple[str, ...]:
        return tuple(text for item in self.items(*path) if (text := item.text()))

    def count(self, *path: str) -> int | None:
        part = self.at(*path)
        if part.value is None:
            return None
        number = part.value if isinstance(part.value, int | float) else None
        possible = number is not None and 0 <= number < _MOST_PATIENTS
        if isinstance(number, bool) or number is None or not possible or number != int(number):
            part.refuse(f"a whole number below {_MOST_PATIENTS}")
        return int(number)

    def flag(self, *path: str) -> bool | None:
        part = self.at(*path)
        if part.value is not None and not isinstance(part.value, bool):
            part.refuse("true or false")
        return part.value

    def refuse(self, wanted: str) -> NoReturn:
        kind = _kind(self.value)
        given = "" if kind == "a number" and "number" in wanted else f", not {kind}"
        msg = f"{self.file}: {self.place} must be {wanted}{given}; {_AGAIN}, or mend it there"
        raise RegistryError(msg)


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")


def _record(content: object, source: str, file: str) -> RegistryRecord:
    remarks: list[str] = []
    study = _Part(content, file, "", remarks)
    protocol = _protocol(study)
    identity = protocol.at("identificationModule")
    status = protocol.at("statusModule")
    sponsors = protocol.at("sponsorCollaboratorsModule")
    design = protocol.at("designModule")
    arms = protocol.at("armsInterventionsModule")
    outcomes = protocol.at("outcomesModule")
    eligibility = protocol.at("eligibilityModule")
    return RegistryRecord(
        source_format="ClinicalTrials.gov API v2",
        source=source,
        nct_id=identity.text("nctId"),
        title=identity.text("briefTitle"),
        official_title=identity.text("officialTitle"),
        acronym=identity.text("acronym"),
        brief_summary=protocol.text("descriptionModule", "briefSummary"),
        detailed_description=protocol.text("descriptionModule", "detailedDescription"),
        conditions=protocol.texts("conditionsModule", "conditions"),
        keywords=protocol.texts("conditionsModule", "keywords"),
        interventions=_interventions(arms),
        arms=_arms(arms),
        primary_outcomes=_outcomes(outcomes, "primaryOutcomes"),
        secondary_outcomes=_outcomes(outcomes, "secondaryOutcomes"),
        other_outcomes=_outcomes(outcomes, "otherOutcomes"),
        enrolment=design.count("enrollmentInfo", "count"),
        enrolment_type=design.text("enrollmentInfo", "type"),
        study_type=design.text("studyType"),
        phases=design.texts("phases"),
        allocation=design.text("designInfo", "allocation"),
        intervention_model=design.text("designInfo", "interventionModel"),
        masking=_masking(design),
        primary_purpose=design.text("designInfo", "primaryPurpose"),
        sponsor=sponsors.text("leadSponsor", "name"),
        collaborators=tuple(
            name for item in sponsors.objects("collaborators") if (name := item.text("name"))
        ),
        status=status.text("overallStatus"),
        sex=eligibility.text("sex"),
        minimum_age=eligibility.text("minimumAge"),
        maximum_age=eligibility.text("maximumAge"),
        age_groups=eligibility.texts("stdAges"),
        eligibility_criteria=eligibility.text("eligibilityCriteria"),
        start_date=status.text("startDateStruct", "date"),
        primary_completion_date=status.text("primaryCompletionDateStruct", "date"),
        completion_date=status.text("completionDateStruct", "date"),
        has_results=study.flag("hasResults"),
        remarks=tuple(remarks),
    )


def _protocol(study: _Part) -> _Part:
    content = study.value
    if isinstance(content, dict) and content.get("protocolSection") is not None:
        protocol = study.at("protocolSection")
        protocol.at("identificationModule")  # refuses a protocolSection that is no object
        return protocol
    if isinstance(content, dict):
        found = _NO_TEXT.sub("\ufffd", ", ".join(list(content)[:5])) or "nothing"
    else:
        found = _kind(content)
    msg = (
        f"{study.file}: this JSON is not a registry record: 'protocolSection' is missing (found: "
        f"{found}); download the study as JSON from ClinicalTrials.gov (API v2)"
    )
    raise RegistryError(msg)


def _interventions(module: _Part) -> tuple[Intervention, ...]:
    return tuple(
        Intervention(
            kind=(kind := item.text("type") or ""),
            name=(name := item.text("name") or ""),
            description=item.text("description"),
            raw=f"{kind}: {name}" if kind else name,
        )
        for item in module.objects("interventions")
    )


def _arms(module: _Part) -> tuple[Arm, ...]:
    return tuple(
        Arm(item.text("label") or "", item.text("type"), item.text("description"))
        for item in module.objects("armGroups")
    )


def _outcomes(module: _Part, name: str) -> tuple[Outcome, ...]:
    found = []
    for item in module.objects(name):
        parts = [item.text(key) for key in ("measure", "description", "timeFrame")]
        measure, description, time_frame = parts
        if not any(parts):
            continue
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


def _masking(design: _Part) -> str | None:
    masking = design.text("designInfo", "maskingInfo", "masking")
    masked = design.texts("designInfo", "maskingInfo", "whoMasked")
    return f"{masking} ({', '.join(masked)})" if masking and masked else masking
