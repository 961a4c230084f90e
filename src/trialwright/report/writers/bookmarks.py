"""Names of the places that links of a file lead to, as Word and RTF allow them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_NAME = 40
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


class Bookmarks:
    """A name for each key of a document: letters, digits and underlines, at most forty.

    Parameters
    ----------
    keys : iterable of str
        Keys of sections, tables and figures; one that comes twice has one place, the first.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        for key in keys:
            if key not in self._names:
                number = f"_{len(self._names)}"
                plain = _NOT_IN_NAMES.sub("_", key).strip("_")
                self._names[key] = f"k_{plain}"[: _LONGEST_NAME - len(number)] + number
        self._left = dict(self._names)

    def name_of(self, key: str) -> str | None:
        """Return the name of a place; None if the document has no such place."""
        return self._names.get(key)

    def take(self, key: str) -> str | None:
        """Return the name of a place that is being written; None where it is written already."""
        return self._left.pop(key, None)
