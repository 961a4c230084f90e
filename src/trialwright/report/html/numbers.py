"""Who is behind each number of the page: kept once, and opened by a click on the number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trialwright.report.model import Inputs


class PatientLists:
    """Numbers the inputs of the page's cells, so that equal ones are held once.

    Parameters
    ----------
    patients : iterable of str
        Every patient with a page, in the order of the pages.
    translate : callable
        Puts what patients give into the language of the page.
    """

    def __init__(self, patients: Iterable[str], translate: Callable[[str], str] = str) -> None:
        self._patients = list(patients)
        self._place = {patient: number for number, patient in enumerate(self._patients)}
        self._translate = translate
        self._words: dict[str, int] = {}
        self._lists: dict[str, int] = {}
        self._rows: list[list[list[int]]] = []

    def number_of(self, inputs: Inputs) -> int:
        """Return the number under which the page holds the patients of a cell."""
        digest = inputs.digest
        if digest not in self._lists:
            self._lists[digest] = len(self._rows)
            self._rows.append(self._grouped(inputs))
        return self._lists[digest]

    def _grouped(self, inputs: Inputs) -> list[list[int]]:
        """Return a list for each thing given: its words, then the patients who give it."""
        groups: dict[int, list[int]] = {}
        for patient, gives in inputs.rows:
            words = self._words.setdefault(gives, len(self._words))
            place = self._place.setdefault(patient, len(self._patients))
            if place == len(self._patients):  # in the data, and without a page
                self._patients.append(patient)
            groups.setdefault(words, []).append(place)
        return [[words, *places] for words, places in groups.items()]

    def to_json(self) -> Markup:
        """Return everything as JSON that can stand within a script element."""
        words = [self._translate(given) for given in self._words]
        content = {"patients": self._patients, "words": words, "lists": self._rows}
        return json_in_script(content)


def json_in_script(content: object) -> Markup:
    """Return content as JSON that no text in it can end: it stands within a script element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # "<" is the one character that could end the element or begin another.
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704
