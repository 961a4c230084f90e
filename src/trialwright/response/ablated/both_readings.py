"""Every patient read twice: the lesions that were not ablated, and all disease.

The two readings can differ from progression to response, so they stand side by side, and
where they part it is said which ablated lesion makes the difference.

Source: RECIST 1.1 leaves locally treated lesions to the protocol;
``docs/decisions/004-ablated-lesions.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwright.response.assess import assess_patient
from trialwright.response.fragments import find_wholes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from trialwright.response.codes import Response
    from trialwright.response.patient import PatientScans
    from trialwright.response.result import PatientResponse
    from trialwright.response.rules import ResponseRules

_WITHOUT_ABLATED = "exclude"


@dataclass(frozen=True, slots=True)
class VisitCalls:
    """The overall response of one visit in both readings."""

    visit: str
    date: date
    not_ablated: Response
    all_disease: Response

    @property
    def differ(self) -> bool:
        """Tell whether the two readings part at this visit."""
        return self.not_ablated != self.all_disease


@dataclass(frozen=True, slots=True)
class BothReadings:
    """One patient under both readings.

    ``ablated`` names the lesions that only the reading of all disease counts. ``deciding``
    names those of them each of which changes the outcome by itself; where readings differ and
    it is empty, only several lesions together do.
    """

    not_ablated: PatientResponse
    all_disease: PatientResponse
    visits: tuple[VisitCalls, ...]
    ablated: tuple[str, ...]
    deciding: tuple[str, ...]
    sentence: str

    @property
    def patient_id(self) -> str:
        """The patient."""
        return self.not_ablated.patient_id

    @property
    def best_differs(self) -> bool:
        """Tell whether the best overall response differs."""
        return self.not_ablated.best.response != self.all_disease.best.response

    @property
    def differ(self) -> bool:
        """Tell whether the best response or the call of any visit differs."""
        return self.best_differs or any(visit.differ for visit in self.visits)


def read_both(scans: PatientScans, rules: ResponseRules, all_disease: str) -> BothReadings:
    """Read one patient's scans without the ablated lesions, and with them.

    Parameters
    ----------
    scans : PatientScans
        The patient.
    rules : ResponseRules
        The study's choices; how planned ablations count is replaced in each reading.
    all_disease : str
        How an ablated lesion counts in the reading of all disease
        (``response.all_disease_ablation``).

    Returns
    -------
    BothReadings
        Both by RECIST 1.1 alone, with one sentence that says whether and where the readings
        part, and through which lesion.
    """
    # Only calls by RECIST 1.1 are compared.
    plain = replace(rules, immune_criteria="none")
    without = assess_patient(scans, replace(plain, planned_ablation=_WITHOUT_ABLATED))
    counted = replace(plain, planned_ablation=all_disease)
    everything = assess_patient(scans, counted)
    visits = tuple(
        VisitCalls(one.visit, one.date, one.overall, other.overall)
        for one, other in zip(without.time_points, everything.time_points, strict=True)
    )
    both = BothReadings(without, everything, visits, without.excluded_lesions, (), "")
    if not both.differ:
        return replace(both, sentence=_agreement(both))
    deciding = tuple(
        name
        for name in both.ablated
        if _parts(both, assess_patient(_without(scans, both.ablated, name), counted))
    )
    return replace(both, deciding=deciding, sentence=_difference(both, deciding, all_disease))


def read_neither(response: PatientResponse) -> BothReadings:
    """Return both readings of a patient who is not evaluable, whatever was ablated."""
    sentence = f"not evaluable: {response.not_evaluable}"
    return BothReadings(response, response, (), (), (), sentence)


def _without(scans: PatientScans, lesions: Iterable[str], but: str) -> PatientScans:
    """Take lesions out of the reading, all but one, with the fragments they split into."""
    gone = set(lesions) - {but}
    whole = find_wholes(scans.lesions)
    kept = tuple(one for one in scans.lesions if whole[one.lesion_id] not in gone)
    return replace(scans, lesions=kept)


def _parts(both: BothReadings, one: PatientResponse) -> bool:
    """Tell whether a reading differs from that of the lesions not ablated, as the two do."""
    if both.best_differs:
        return one.best.response != both.not_ablated.best.response
    calls = [point.overall for point in one.time_points]
    return calls != [visit.not_ablated for visit in both.visits]


def _agreement(both: BothReadings) -> str:
    if not both.ablated:
        return "no lesion was ablated as planned: both readings are one"
    return f"{both.all_disease.best.response.label} in both readings, alike at every visit"


def _difference(both: BothReadings, deciding: tuple[str, ...], policy: str) -> str:
    best, other = both.not_ablated.best.response.label, both.all_disease.best.response.label
    calls = f"{best} in both readings"
    if both.best_differs:
        calls = f"{best} in the lesions not ablated, {other} in all disease"
    names = " and ".join(deciding) or f"{' and '.join(both.ablated)} together"
    make = "makes" if len(deciding) == 1 else "make"
    counted = policy.replace("_", " ")
    return f"{calls}; {names} (ablated: {counted}) {make} the difference; {_first_apart(both)}"


def _first_apart(both: BothReadings) -> str:
    apart = next((visit for visit in both.visits if visit.differ), None)
    if apart is None:
        return "the calls of the visits are the same"
    return (
        f"the readings first part at {apart.visit} ({apart.date}): "
        f"{apart.not_ablated.label} and {apart.all_disease.label}"
    )
