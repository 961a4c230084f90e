"""The columns of a table that counts: all patients, and one for each arm where there are several.

A trial of one arm has one column. Where the data name several arms or cohorts, each has its own,
and all patients stand last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.cells import count_cell
from trialwright.report.model import Cell, Column, Population, Row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from trialwright.dataset.dataset import Dataset

ALL_PATIENTS = "All patients"
NO_ARM = "arm not recorded"


@dataclass(frozen=True, slots=True)
class Group:
    """The patients of one column, in order of enrolment."""

    title: str
    patients: tuple[str, ...]

    def among(self, patients: Collection[str]) -> tuple[str, ...]:
        """Return those of the group who are among some patients."""
        return tuple(one for one in self.patients if one in patients)

    def count(
        self, patients: Collection[str], gives: str, among: Collection[str] | None = None
    ) -> Cell:
        """Count those of the group who are among some patients, as a share of the group.

        Parameters
        ----------
        patients : collection of str
            Those whom the cell counts.
        gives : str
            What being counted means.
        among : collection of str, optional
            Of whom the share is, where that is not the whole group.
        """
        whole = self.patients if among is None else self.among(among)
        part = among is not None or self.title != ALL_PATIENTS  # else: the population
        return count_cell(
            self.among(patients), len(whole), gives=gives, among=whole if part else None
        )


def divide_by_arm(dataset: Dataset, patients: Iterable[str]) -> tuple[Group, ...]:
    """Return the columns of a table: the arms, where there are several, then all patients.

    Parameters
    ----------
    dataset : Dataset
        Its table of patients names the arms.
    patients : iterable of str
        Among whom the table counts. One whose arm is blank, where others have one, is in a column
        of its own.
    """
    everybody = tuple(patients)
    arm_of = dict(dataset.patients.select("patient_id", "arm").iter_rows())
    arms: dict[str, list[str]] = {}
    for patient in everybody:
        arms.setdefault(arm_of.get(patient) or NO_ARM, []).append(patient)
    names = sorted(arms, key=lambda name: (name == NO_ARM, name))
    own = tuple(Group(name, tuple(arms[name])) for name in names) if len(names) > 1 else ()
    return (*own, Group(ALL_PATIENTS, everybody))


def head_columns(groups: Iterable[Group]) -> tuple[Column, ...]:
    """Return the label column and one column a group: ``All patients (N = 29)``."""
    heads = (Column(f"{one.title} (N = {len(one.patients)})", "number") for one in groups)
    return (Column(""), *heads)


def count_row(
    label: str,
    patients: Collection[str],
    groups: Iterable[Group],
    *,
    among: Collection[str] | None = None,
    depth: int = 0,
) -> Row:
    """Make a row that counts patients in every group.

    Parameters
    ----------
    label : str
        What is counted.
    patients : collection of str
        Those whom the row counts.
    groups : iterable of Group
        The columns.
    among : collection of str, optional
        Among whom, for the percentage; the group where not given.
    depth : int
        How deep the row is indented.
    """
    return Row(label, tuple(one.count(patients, label, among) for one in groups), depth)


def words_row(label: str, words: str, groups: Iterable[Group], *, note: str = "") -> Row:
    """Make a row that says the same words in every column."""
    notes = (note,) if note else ()
    return Row(label, tuple(Cell(words, notes=notes) for _ in groups))


def name_population(name: str, patients: Iterable[str], which: str) -> Population:
    """Return a population with its size in words: ``29 enrolled patients``."""
    members = tuple(patients)
    words = f"{len(members)} {which} patient{'' if len(members) == 1 else 's'}"
    return Population(name, words, members)
