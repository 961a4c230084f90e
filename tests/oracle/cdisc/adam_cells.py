"""Compare an ADaM frame of ours with a reference whose cells are text, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MIDNIGHT = " 00:00:00"


@dataclass(frozen=True)
class Comparison:
    """How many cells were compared, and those that differ: key, variable, ours, theirs."""

    rows: int
    variables: int
    differing: list[tuple[tuple[str, ...], str, str | None, str | None]]

    @property
    def cells(self):
        return self.rows * self.variables


def as_text(value):
    """Write a value as R's CSV writer does: 15 significant digits, midnight as the day alone."""
    if value is None:
        return None
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return str(value).removesuffix(MIDNIGHT)
    return str(value)


def compare_cells(ours, theirs, key):
    """Compare every variable of the reference, row by row; both hold the same keys."""
    rows = {name: _by_key(frame, key) for name, frame in (("ours", ours), ("theirs", theirs))}
    assert rows["ours"].keys() == rows["theirs"].keys()
    differing = [
        (one, name, rows["ours"][one][name], expected)
        for one, row in rows["theirs"].items()
        for name, expected in row.items()
        if rows["ours"][one][name] != expected
    ]
    return Comparison(len(rows["theirs"]), len(theirs.columns), differing)


def _by_key(frame, key):
    texts = [
        {name: as_text(value) for name, value in row.items()} for row in frame.iter_rows(named=True)
    ]
    found = {tuple(row[name] for name in key): row for row in texts}
    assert len(found) == frame.height, "the key does not tell the rows apart"
    return found
