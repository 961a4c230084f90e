"""Who is behind a number: the patients of a population, and what each gives to the number."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Population:
    """The patients among whom a display counts.

    Parameters
    ----------
    name : str
        Name of the set, the same in every display: ``safety``, ``full_analysis``.
    words : str
        As it is read under a title: ``29 treated patients``.
    patients : tuple of str
        The members, in order of enrolment.
    """

    name: str
    words: str
    patients: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of patients, the denominator of the display."""
        return len(self.patients)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What each patient gives to a number, so that it can be counted again.

    Parameters
    ----------
    rows : tuple of (str, str)
        Patient, and what this patient gives, in words: ``PR``, ``event on day 57: progression``,
        ``grade 3 or higher``. A patient may give several.
        A count names those whom it counts; an estimate names everybody whom it rests on.
    """

    rows: tuple[tuple[str, str], ...]

    @classmethod
    def counted(cls, patients: Iterable[str], gives: str = "counted") -> Inputs:
        """Make the inputs of a plain count: each patient gives the same.

        Parameters
        ----------
        patients : iterable of str
            Those whom the number counts.
        gives : str
            What being counted means here.
        """
        return cls(tuple((patient, gives) for patient in patients))

    @property
    def patients(self) -> tuple[str, ...]:
        """The patients, each once, in their order."""
        return tuple(dict.fromkeys(patient for patient, _ in self.rows))

    @property
    def digest(self) -> str:
        """A fingerprint: the same patients giving the same have the same, in any order."""
        content = json.dumps(sorted(self.rows), ensure_ascii=False).encode()
        return hashlib.sha256(content).hexdigest()[:_DIGITS]
