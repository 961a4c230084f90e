"""Whose reading of a patient's scans counts: the investigator's, or the central one.

Two central readers read alone. Where they differ in what the study names, an adjudicator
decides: he accepts one of the two, or reads the scans himself. One reader's reading of a patient
is taken whole, so that baseline, sums and nadir come from one pair of eyes. Nothing is picked in
silence: a patient whose readers differ and whom nobody decided on is not evaluable.

Source: FDA, Clinical trial imaging endpoint process standards (2018), section on independent
review and adjudication; ``docs/decisions/008-readers.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from trialwright.dataset.schema import READERS
from trialwright.errors import DataError
from trialwright.response.assess import assess_patient, refuse_patient
from trialwright.response.patient import gather_scans
from trialwright.response.tumour_marker import NO_MARKER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.response.patient import PatientScans
    from trialwright.response.result import PatientResponse, TimePoint
    from trialwright.response.rules import ResponseRules

CENTRAL = ("central_1", "central_2")
ADJUDICATOR = "adjudicator"
_OF_THE_STUDY = ("investigator", "central")  # what response.reader can say

Adjudication = Literal["best_response", "best_response_and_progression"]


@dataclass(frozen=True, slots=True)
class ReaderCalls:
    """What one reader's readings make of every patient of the data.

    ``scans`` and ``responses`` are in the order of the patients table. ``not_read`` names the
    patients of whom this reader read no lesion; their responses are not evaluable, and they are
    no readings to compare with another reader's. ``marker`` is the tumour marker that the scans
    hold samples of.
    """

    reader: str | None  # none: the data hold one reading and name no reader
    scans: tuple[PatientScans, ...]
    responses: tuple[PatientResponse, ...]
    marker: str = NO_MARKER

    @property
    def not_read(self) -> frozenset[str]:
        """The patients of whom this reader read no lesion."""
        return frozenset(one.patient_id for one in self.scans if not one.readings)


@dataclass(frozen=True, slots=True)
class ChosenReading:
    """The reading of one patient that counts, and why it is that one.

    ``differ_in`` says in what the two central readers differ (empty: they agree; none: they did
    not both read). ``refused`` says why no reading counts; the response is then not evaluable,
    and the scans are the first central reader's, for the dates of the patient alone. So are they
    where ``unread`` says that none of the readers who could count read a lesion.
    """

    scans: PatientScans
    response: PatientResponse
    why: str
    differ_in: tuple[str, ...] | None = None
    adjudicated: bool = False
    refused: str | None = None
    unread: bool = False

    @property
    def patient_id(self) -> str:
        """The patient."""
        return self.scans.patient_id

    @property
    def reader(self) -> str | None:
        """Whose reading counts; none if none does, or if the data name no reader."""
        return None if self.refused or self.unread else self.scans.reader


def read_as(
    dataset: Dataset,
    rules: ResponseRules,
    reader: str | None,
    refused: Mapping[str, str] | None = None,
    scans: tuple[PatientScans, ...] | None = None,
) -> ReaderCalls:
    """Read every patient as one reader saw the scans.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    rules : ResponseRules
        The study's choices.
    reader : str or None
        Whose reading; none where the data hold a single one that names no reader.
    refused : mapping of str to str, optional
        Patients who are not evaluable whatever was measured, and why.
    scans : tuple of PatientScans, optional
        What ``gather_scans`` returns of this reader and the marker of the rules, if it is at hand.
    """
    why = refused or {}
    if scans is None:
        scans = gather_scans(dataset, reader=reader, marker=rules.tumour_marker)
    responses = tuple(
        refuse_patient(one, why[one.patient_id])
        if one.patient_id in why
        else assess_patient(one, rules)
        for one in scans
    )
    return ReaderCalls(reader, scans, responses, rules.tumour_marker)


def choose_readings(
    readings: Sequence[ReaderCalls],
    accepted: Mapping[str, str],
    *,
    reader: str,
    adjudication: Adjudication,
) -> tuple[ChosenReading, ...]:
    """Choose for every patient whose reading counts.

    Parameters
    ----------
    readings : sequence of ReaderCalls
        What each reader of the data saw; the same patients in the same order.
    accepted : mapping of str to str
        The reader whom an adjudication accepted, by patient.
    reader : {"investigator", "central"}
        ``response.reader`` of the study file. A reader's own name is understood too.
    adjudication : {"best_response", "best_response_and_progression"}
        ``response.adjudication``: in what two central readers must agree.

    Returns
    -------
    tuple of ChosenReading
        One a patient, in the order of the readings.

    Raises
    ------
    DataError
        If the data lack the reader that the study wants.
    """
    held = {one.reader: one for one in readings}
    central = [name for name in CENTRAL if name in held]
    if None in held and reader in _OF_THE_STUDY:
        return _take_all(held[None], "the data hold one reading and name no reader")
    if reader in held:
        return _take_all(held[reader], f"the reading of the {show_reader(reader)} counts")
    if reader == "central" and central:
        members = [held[name] for name in (*CENTRAL, ADJUDICATOR) if name in held]
        return _choose_central(members, accepted, adjudication)
    names = ", ".join(name or "one reading that names no reader" for name in held)
    msg = (
        f"the data hold no reading of {show_reader(reader)}; they hold {names}. Name a reader that "
        "they hold (response.reader of the study file), or fill the column reader of the tables "
        "lesions and measurements"
    )
    raise DataError(msg)


def show_reader(reader: str | None) -> str:
    """Write a reader in words: ``central reader 1``; the only reading has no name."""
    words = {"central": "a central reader", **{name: name for name in READERS}}
    words |= {name: f"central reader {name[-1]}" for name in CENTRAL}
    return "the only reading" if reader is None else words.get(reader, reader)


def _take_all(calls: ReaderCalls, why: str) -> tuple[ChosenReading, ...]:
    pairs = zip(calls.scans, calls.responses, strict=True)
    return tuple(ChosenReading(scans, response, why) for scans, response in pairs)


def _choose_central(
    readings: Sequence[ReaderCalls], accepted: Mapping[str, str], adjudication: Adjudication
) -> tuple[ChosenReading, ...]:
    return tuple(
        choose_reading(
            {str(one.reader): one.scans[position] for one in readings},
            {str(one.reader): one.responses[position] for one in readings},
            accepted.get(scans.patient_id),
            adjudication,
        )
        for position, scans in enumerate(readings[0].scans)
    )


def choose_reading(
    scans: Mapping[str, PatientScans],
    responses: Mapping[str, PatientResponse],
    accepted: str | None,
    adjudication: Adjudication,
) -> ChosenReading:
    """Choose which central reading of one patient counts.

    Parameters
    ----------
    scans, responses : mapping of str to PatientScans and to PatientResponse
        By reader: the central readers of the data, one or two, and the adjudicator if he reads
        himself.
    accepted : str or None
        The reader whom an adjudication on record accepted.
    adjudication : {"best_response", "best_response_and_progression"}
        In what the two must agree.

    Returns
    -------
    ChosenReading
        An adjudication on record decides. Else the adjudicator's own reading does, where the
        two differ; where they agree, the first central reader's reading counts. A reader who is
        the only central one of the data counts where nobody adjudicated.
    """
    central = [name for name in CENTRAL if name in scans]
    read = [name for name, one in scans.items() if one.readings]
    first = scans[central[0]]
    if not read and accepted is None:
        why = "no central reader read a lesion"
        return ChosenReading(first, responses[central[0]], why, unread=True)
    differ = None
    if all(name in read for name in CENTRAL):
        one, other = (responses[name] for name in CENTRAL)
        differ = differences(one, other, adjudication)
    said = _central_calls(central, read, responses)
    decided = accepted or (ADJUDICATOR if differ != () and ADJUDICATOR in read else None)
    if decided is not None:
        chosen, why = decided, _why_adjudicated(accepted, said)
        if chosen not in read:
            chosen, why = "", f"{why}; the accepted reader read no lesion of this patient"
    else:
        chosen, why = _choose_unadjudicated(central, differ, adjudication, said)
    adjudicated = decided is not None
    if not chosen:
        refused = _leave_undecided(first, why)
        return ChosenReading(first, refused, why, differ, adjudicated, refused=why)
    why = _tell_not_evaluable(why, responses[chosen])
    return ChosenReading(scans[chosen], responses[chosen], why, differ, adjudicated)


def _why_adjudicated(accepted: str | None, said: str) -> str:
    if accepted is None:
        return f"the adjudicator read the scans: {said}"
    whose = "his own reading" if accepted == ADJUDICATOR else show_reader(accepted)
    return f"the adjudicator accepted {whose}: {said}"


def _choose_unadjudicated(
    central: Sequence[str], differ: tuple[str, ...] | None, adjudication: Adjudication, said: str
) -> tuple[str, str]:
    """Return whose reading counts where nobody adjudicated (empty: nobody's), and why."""
    if len(central) == 1:
        return central[0], f"{show_reader(central[0])} is the only central reader of the data"
    if differ == ():
        agreed = adjudication.replace("_", " ")
        return central[0], f"the central readers agree in {agreed}: {said}"
    return "", _why_undecided(differ, said)


def _tell_not_evaluable(why: str, response: PatientResponse) -> str:
    """Say so where the reading that counts makes no call at all, as without a baseline."""
    if response.not_evaluable is None:
        return why
    if response.best.reason.rule == "recist11.no_baseline":
        return f"{why}; that reading has no baseline: {response.not_evaluable}"
    return f"{why}; by that reading the patient is NE because {response.not_evaluable}"


def _leave_undecided(scans: PatientScans, why: str) -> PatientResponse:
    response = refuse_patient(scans, why)
    reason = replace(response.best.reason, rule="reader.undecided")
    best = replace(response.best, reason=reason)
    return replace(response, best=best, unconfirmed=best, confirmed=best)


def _why_undecided(differ: tuple[str, ...] | None, said: str) -> str:
    if differ is None:
        return f"one of the two central readings is missing and nobody adjudicated: {said}"
    return f"the central readers differ in {' and '.join(differ)} and nobody adjudicated: {said}"


def differences(
    first: PatientResponse, second: PatientResponse, adjudication: Adjudication
) -> tuple[str, ...]:
    """Return in what two readers of one patient differ: best response, first progression.

    First progressions are the same if they lie at one visit. Two scans of one visit may date
    them some days apart; that is no other reading.

    Parameters
    ----------
    first, second : PatientResponse
        The calls from each reader's reading.
    adjudication : {"best_response", "best_response_and_progression"}
        What is compared.
    """
    found = []
    if first.best.response != second.best.response:
        found.append("best response")
    if adjudication == "best_response_and_progression" and (
        _visit(first.first_progression) != _visit(second.first_progression)
    ):
        found.append("first progression")
    return tuple(found)


def _visit(point: TimePoint | None) -> str | None:
    return None if point is None else point.visit


def _central_calls(
    central: Sequence[str], read: Sequence[str], responses: Mapping[str, PatientResponse]
) -> str:
    return ", ".join(
        f"{show_reader(name)} {_call_words(responses[name]) if name in read else 'read no lesion'}"
        for name in central
    )


def _call_words(response: PatientResponse) -> str:
    progression = response.first_progression
    when = f"progression at {progression.visit}" if progression else "no progression"
    return f"{response.best.response.label} with {when}"
