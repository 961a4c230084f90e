"""What a registry says about a trial, with its own words kept.

A record is a value. A field that the registry does not fill is ``None`` or empty; nothing is
inferred here. What the readers had to guess (the place of a comma, the field of a line without
a header) stands beside the value as a confidence, a doubt or a reason.

Source: the data dictionary of ClinicalTrials.gov (API v2) and its CSV download.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Arm", "Intervention", "LineGuess", "Outcome", "RegistryRecord"]

T = TypeVar("T")
SourceFormat = Literal["headerless", "ClinicalTrials.gov CSV", "ClinicalTrials.gov API v2"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Intervention:
    """One intervention: its registry type (``DRUG``), its name, and the words it was read from.

    Parameters
    ----------
    kind : str
        Type as the registry codes it, upper case; empty if the record gives none.
    name : str
        Name as registered, spelling included.
    description : str or None
        Dose, schedule, route: whatever was registered beside the name.
    raw : str
        The words the intervention was read from.
    """

    kind: str
    name: str
    description: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: its label, its registry type (``EXPERIMENTAL``) and its description."""

    label: str
    kind: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: what is measured, how, when, and how sure the splitting is.

    Parameters
    ----------
    measure : str
        Name of the outcome.
    description : str or None
        How it is defined, if the record says.
    time_frame : str or None
        When it is assessed, if the record says; without a closing full stop.
    raw : str
        The words it was read from, unchanged. Parts that a registry keeps apart are joined by
        ``", "``, as its CSV download joins them.
    confidence : {"high", "medium", "low"}
        ``high``: the parts were given apart, or the words leave one reading; ``low``: a part is
        missing or the words were put together from several fragments.
    doubt : str or None
        Why the confidence is not high.
    """

    measure: str
    description: str | None
    time_frame: str | None
    raw: str
    confidence: Confidence
    doubt: str | None = None

    @property
    def definition(self) -> str:
        """Return measure and description, without the time frame."""
        return ", ".join(part for part in (self.measure, self.description) if part)


@dataclass(frozen=True, slots=True)
class LineGuess:
    """Which field a line without a header was taken for, and why.

    Parameters
    ----------
    line_number : int
        1-based line of the file.
    field : str
        Field of :class:`RegistryRecord`, or ``"unknown"``.
    reason : str
        The pattern that decided.
    text : str
        The line.
    """

    line_number: int
    field: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class RegistryRecord:
    """A registry record: what was registered, nothing else.

    Parameters
    ----------
    source_format : {"headerless", "ClinicalTrials.gov CSV", "ClinicalTrials.gov API v2"}
        How the record was laid out.
    source : str
        Name of the file.
    nct_id, title, official_title, acronym : str or None
        Identification.
    brief_summary, detailed_description : str or None
        Free text.
    conditions, keywords : tuple of str
        As registered.
    interventions : tuple of Intervention
    arms : tuple of Arm
        Empty for the CSV layouts, which do not carry arms.
    primary_outcomes, secondary_outcomes, other_outcomes : tuple of Outcome
        The retired CSV does not tell primary from secondary: its outcomes are ``other``.
    enrolment : int or None
        Patients; ``enrolment_type`` says whether planned (``ESTIMATED``) or ``ACTUAL``.
    study_type, allocation, intervention_model, masking, primary_purpose : str or None
        Design, in the codes of the API (``SINGLE_GROUP``).
    phases : tuple of str
        Such as ``("PHASE2",)``.
    sponsor, status, sex, minimum_age, maximum_age, eligibility_criteria : str or None
    collaborators, age_groups : tuple of str
    start_date, primary_completion_date, completion_date : str or None
        ISO texts that keep the precision registered (``2024-03`` or ``2024-03-15``).
    has_results : bool or None
        Whether results are posted.
    line_guesses : tuple of LineGuess
        For a record without a header: what each line was taken for.
    remarks : tuple of str
        What the reader met and could not take over as it stands, one sentence each.
    """

    source_format: SourceFormat
    source: str
    nct_id: str | None = None
    title: str | None = None
    official_title: str | None = None
    acronym: str | None = None
    brief_summary: str | None = None
    detailed_description: str | None = None
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    arms: tuple[Arm, ...] = ()
    primary_outcomes: tuple[Outcome, ...] = ()
    secondary_outcomes: tuple[Outcome, ...] = ()
    other_outcomes: tuple[Outcome, ...] = ()
    enrolment: int | None = None
    enrolment_type: str | None = None
    study_type: str | None = None
    phases: tuple[str, ...] = ()
    allocation: str | None = None
    intervention_model: str | None = None
    masking: str | None = None
    primary_purpose: str | None = None
    sponsor: str | None = None
    collaborators: tuple[str, ...] = ()
    status: str | None = None
    sex: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    age_groups: tuple[str, ...] = ()
    eligibility_criteria: str | None = None
    start_date: str | None = None
    primary_completion_date: str | None = None
    completion_date: str | None = None
    has_results: bool | None = None
    line_guesses: tuple[LineGuess, ...] = ()
    remarks: tuple[str, ...] = ()

    def outcomes(self) -> tuple[tuple[str, Outcome], ...]:
        """Return (place, outcome) of every outcome, such as ``secondary_outcomes[2]``."""
        return (
            *_numbered("primary_outcomes", self.primary_outcomes),
            *_numbered("secondary_outcomes", self.secondary_outcomes),
            *_numbered("other_outcomes", self.other_outcomes),
        )

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Return (place, words) of every text of the record, for search and quotation.

        Returns
        -------
        tuple of (str, str)
            The field name, numbered from 1 where there are several (``primary_outcomes[1]``),
            and its words. Empty fields are left out.
        """
        singles = (
            "title",
            "official_title",
            "brief_summary",
            "detailed_description",
            "eligibility_criteria",
        )
        found = [(name, getattr(self, name)) for name in singles]
        found += _numbered("conditions", self.conditions)
        found += _numbered("keywords", self.keywords)
        for place, intervention in _numbered("interventions", self.interventions):
            found.append((place, intervention.raw))
            found.append((f"{place}.description", intervention.description))
        for place, arm in _numbered("arms", self.arms):
            found.append((place, arm.label))
            found.append((f"{place}.description", arm.description))
        found += [(place, outcome.raw) for place, outcome in self.outcomes()]
        return tuple((place, text) for place, text in found if text)


def _numbered(name: str, values: Iterable[T]) -> list[tuple[str, T]]:
    return [(f"{name}[{number}]", value) for number, value in enumerate(values, start=1)]
