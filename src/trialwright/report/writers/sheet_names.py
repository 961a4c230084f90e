"""Names of the sheets of the workbook, which paper cites where it leaves a listing out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.report.model import Table
    from trialwright.report.writers.labels import Labels

_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST_NAME = 31


def name_sheets(tables: Iterable[Table], labels: Labels) -> list[str]:
    """Return a name for each sheet: the number of its table, each once.

    Parameters
    ----------
    tables : iterable of Table
        Of a document, in order.
    labels : Labels
        Of its language; the sheet of contents has its name from there.
    """
    taken = {labels.contents.lower()}
    found = []
    for table in tables:
        wanted = _FORBIDDEN.sub("-", table.number)[:_LONGEST_NAME] or table.kind
        name, count = wanted, 1
        while name.lower() in taken:
            count += 1
            end = f" ({count})"
            name = wanted[: _LONGEST_NAME - len(end)] + end
        taken.add(name.lower())
        found.append(name)
    return found
