"""Complete the dates that are known in part, by the rules of the study, and say what was done.

Three dates decide endpoints and are often known in part: the death, the start of a new
anticancer treatment, the end of treatment. Each is completed to a day that agrees with what is
known, moved inside what else is known of the patient:

- a death is never before the last contact. It may be on that day: a patient who is seen in the
  morning may die in the evening, and nothing that is known excludes it;
- a new treatment does not start before the first study treatment, nor after the death. One that
  may have started before it, as far as is known, may be a prior treatment: nothing is completed;
- an end is not before the last dose, nor after the death.

Where no such day is left (a death in March, a contact in April) the known part counts, and the
finding says that the two contradict each other.

Source: section ``[dates]`` of the study; ``docs/decisions/016-dates-known-in-part.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from trialwright.dataset.anchors import dosing_frame, first_treatments, last_doses
from trialwright.dataset.checks import as_told
from trialwright.dataset.contacts import find_last_contacts
from trialwright.dataset.partial_dates import complete_date, read_partial_date
from trialwright.dataset.rules import Rule
from trialwright.dataset.schema import DATES_IN_PART, completed_part_of, known_part_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from trialwright.dataset.contacts import Contact
    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.partial_dates import CompletedDate
    from trialwright.dataset.rules import Row
    from trialwright.study.model import Study
    from trialwright.study.stated import Stated

_PLACES = {"first_day": "first", "middle_day": "middle", "last_day": "last"}
_MENDS = {
    "date.completed": "nothing to do; if the whole date is found, write it",
    "date.refused": "find the date, or let the study file say how it is completed",
    "death.censored": "nothing to do; if the date is found, write it",
    "therapy.may_be_prior": "write the month (or the day), or remove the row if it was a prior "
    "treatment",
}


@dataclass(frozen=True, slots=True)
class _Bound:
    """A day that the completed date is not before, or not after, and what it is in words."""

    side: Literal["before", "after"]
    day: date
    words: str

    def excludes(self, day: date) -> bool:
        """Tell whether a day lies outside."""
        return day < self.day if self.side == "before" else day > self.day

    def __str__(self) -> str:
        """Write the bound as part of a sentence."""
        return f"not {self.side} {self.words}, {self.day}"


@dataclass(frozen=True, slots=True)
class _Case:
    """One row without a date: what is known of it, and what happened in words."""

    row: Row
    table: str
    what: str

    @property
    def known(self) -> str | None:
        """What is known of the date."""
        text = self.row[known_part_of(DATES_IN_PART[self.table])]
        return None if text is None else str(text)

    @property
    def has_year(self) -> bool:
        """Tell whether at least the year is known."""
        read = read_partial_date(self.known or "")
        return read is not None and read.year is not None

    def may_be_before(self, day: date) -> bool:
        """Tell whether what is known allows days before this one, and later ones too."""
        read = read_partial_date(self.known or "")
        if read is None or read.earliest is None or read.latest is None:
            return False
        return read.earliest < day <= read.latest

    def tell(self, rule: str, message: str) -> Finding:
        """Make the finding about the row."""
        field = DATES_IN_PART[self.table]
        return Rule(rule, self.table, field, _MENDS[rule]).finding(
            self.row, f"{self.what}{message}"
        )


_Decision = tuple["CompletedDate | None", "Finding"]


def complete_dates(dataset: Dataset, study: Study) -> Dataset:
    """Fill the dates of deaths, new treatments and ends that are known in part.

    Parameters
    ----------
    dataset : Dataset
        What was observed. Dates that are whole stay as they are.
    study : Study
        Its section ``[dates]`` says how a date is completed, or that it is refused.

    Returns
    -------
    Dataset
        The same rows, with the dates that could be completed, the flags that say how much of
        each was (``death_date_imputed``), and one finding for every date that was completed, was
        refused (an error), may be that of a prior treatment (an error), or whose patient is
        censored. To do it twice adds nothing.

    Raises
    ------
    StudyError
        If a field of ``[dates]`` that a row needs is still a gap.
    """
    done = _complete_deaths(dataset, study)
    died = {
        patient: _Bound("after", day, "the death")
        for patient, day in done.deaths.select("patient_id", "death_date")
        .sort("death_date", descending=True)
        .drop_nulls()
        .iter_rows()
    }
    return _complete_ends(_complete_therapies(done, study, died), study, died)


def _complete_deaths(dataset: Dataset, study: Study) -> Dataset:
    contacts = find_last_contacts(dataset)

    def decide(row: Row) -> _Decision:
        case, contact = _Case(row, "deaths", "died"), contacts.get(row["patient_id"])
        if not case.has_year:
            return _decide_unknown_death(case, contact, study.dates.unknown_death_date)
        bounds = [] if contact is None else [_Bound("before", contact.day, _seen(contact))]
        return _decide_by_rule(case, study.dates.partial_death_date, bounds)

    return _complete(dataset, "deaths", decide)


def _complete_therapies(dataset: Dataset, study: Study, died: dict[str, _Bound]) -> Dataset:
    firsts = first_treatments(dataset)

    def decide(row: Row) -> _Decision | None:
        case, patient = _Case(row, "therapies", f"{row['therapy']} began"), row["patient_id"]
        if not case.has_year:
            return None
        bounds = [died[patient]] if patient in died else []
        if patient in firsts:
            if case.may_be_before(firsts[patient]):
                return _leave_to_source(case, firsts[patient])
            bounds.append(_Bound("before", firsts[patient], "the first study treatment"))
        return _decide_by_rule(case, study.dates.partial_new_therapy_date, bounds)

    return _complete(dataset, "therapies", decide)


def _complete_ends(dataset: Dataset, study: Study, died: dict[str, _Bound]) -> Dataset:
    doses = _last_doses(dataset)

    def decide(row: Row) -> _Decision | None:
        case = _Case(row, "dispositions", f"the end of {row['drug'] or row['scope']} was")
        bounds = [died[row["patient_id"]]] if row["patient_id"] in died else []
        last = doses.get((row["patient_id"], row["drug"]))
        if last is not None:
            bounds.append(_Bound("before", last, "the last dose"))
        stated = study.dates.partial_end_of_treatment_date
        return _decide_by_rule(case, stated, bounds) if case.has_year else None

    return _complete(dataset, "dispositions", decide)


def _complete(dataset: Dataset, table: str, decide: Callable[[Row], _Decision | None]) -> Dataset:
    """Decide about each row of a table that has no date, and write what was decided."""
    if not dataset.collected(table):
        return dataset
    name, rows = DATES_IN_PART[table], dataset.table(table)
    flag = completed_part_of(name)
    days, flags = rows[name].to_list(), rows[flag].to_list()
    findings = []
    for at, row in enumerate(rows.iter_rows(named=True)):
        decision = decide(row) if row[name] is None else None
        if decision is None:
            continue
        completed, finding = decision
        findings.append(as_told(finding, dataset))
        if completed is not None:
            days[at], flags[at] = completed.day, completed.imputed
    new = tuple(finding for finding in findings if finding not in dataset.findings)
    if not new and days == rows[name].to_list():
        return dataset
    columns = (pl.Series(name, days, pl.Date), pl.Series(flag, flags, pl.String))
    frames = {**dataset.frames, table: rows.with_columns(columns)}
    return replace(dataset, frames=frames).with_findings(new)


def _decide_by_rule(case: _Case, stated: Stated[Any], bounds: list[_Bound]) -> _Decision:
    """Decide about a date of a known year."""
    choice = stated.require()
    plain = complete_date(case.known, _PLACES.get(choice, "first"), highest="month")
    completed = complete_date(
        case.known,
        _PLACES.get(choice, "first"),
        highest="month",
        not_before=[bound.day for bound in bounds if bound.side == "before"],
        not_after=[bound.day for bound in bounds if bound.side == "after"],
    )
    if plain is None or completed is None or (choice == "refuse" and completed.imputed):
        return _refuse(case, stated)
    moved = [
        str(bound)
        for bound in bounds
        if bound.excludes(plain.day) and not bound.excludes(completed.day)
    ]
    against = [str(bound) for bound in bounds if bound.excludes(completed.day)]
    how = ", ".join([f"completed to {completed.day} by {_field(stated)}", *moved])
    doubt = f"; it should be {' and '.join(against)}: one of the dates is wrong" if against else ""
    return completed, case.tell("date.completed", f" in {case.known}: {how}{doubt}")


def _decide_unknown_death(case: _Case, contact: Contact | None, stated: Stated[Any]) -> _Decision:
    """Decide about a death without a year; a month and day that are known still count."""
    choice = stated.require()
    known = f", in {case.known}" if case.known else ""
    if choice == "censor_at_last_contact":
        seen = f"censored at {_seen(contact)}, {contact.day}" if contact else "no contact is known"
        why = f" on an unknown day{known}: no event by {_field(stated)}, {seen}"
        return None, case.tell("death.censored", why)
    if choice == "refuse":
        return _refuse(case, stated)
    if contact is None:
        why = f" on an unknown day{known}: {_field(stated)}, but no contact is known"
        return None, case.tell("date.refused", why)
    next_day = contact.day + timedelta(days=1)
    completed = complete_date(case.known, highest="year", not_before=[next_day])
    if completed is None:
        return _refuse(case, stated)
    how = f"completed to {completed.day} by {_field(stated)}, after {_seen(contact)}, {contact.day}"
    return completed, case.tell("date.completed", f" on an unknown day{known}: {how}")


def _refuse(case: _Case, stated: Stated[Any]) -> _Decision:
    known = f" in {case.known}" if case.known else " on an unknown day"
    return None, case.tell("date.refused", f"{known}; {_field(stated)} does not complete it")


def _leave_to_source(case: _Case, first: date) -> _Decision:
    """Decide nothing about a therapy that began before or after the first study treatment."""
    why = f" in {case.known}, before or after the first study treatment, {first}"
    return None, case.tell("therapy.may_be_prior", f"{why}: it may be a prior treatment")


def _field(stated: Stated[Any]) -> str:
    return f"{stated.path} = {stated.require()}"


def _seen(contact: Contact) -> str:
    return f"the last contact ({contact.table}, {contact.column})"


def _last_doses(dataset: Dataset) -> dict[tuple[str, str | None], date]:
    """Return the last day of a dose by patient and drug, and of any drug under None."""
    of_drug = dosing_frame(dataset).drop_nulls("last_dose")
    last = {(patient, drug): day for patient, drug, _, day in of_drug.iter_rows()}
    return last | {(patient, None): day for patient, day in last_doses(dataset).items()}
