"""A rule about the rows of a table, and how the rows that break it become findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwright.dataset.findings import Finding
from trialwright.dataset.rule_list import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from trialwright.dataset.findings import Severity

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check's name and the mend; how bad it is to break it stands in the list of rules.

    Parameters
    ----------
    name : str
        Stable name, such as ``measurement.negative``; one of ``RULES``.
    table : str
        Table of the rows.
    field : str or None
        Column that the mend changes.
    mend : str
        What to do about it.
    """

    name: str
    table: str
    field: str | None
    mend: str

    @property
    def severity(self) -> Severity:
        """How bad it is to break the rule."""
        return RULES[self.name].severity

    def findings(self, rows: pl.DataFrame, say: Callable[[Row], str]) -> Iterator[Finding]:
        """Make one finding a row; ``say`` words what is wrong with it."""
        for row in rows.iter_rows(named=True):
            yield self.finding(row, say(row))

    def finding(self, row: Row, message: str) -> Finding:
        """Make the finding about one row; a row may lack the columns that place it."""
        return Finding(
            self.name,
            self.severity,
            message,
            self.mend,
            table=self.table,
            row=row.get("source_row"),
            patient=row.get("patient_id"),
            field=self.field,
            reader=row.get("reader"),
            patients=tuple(row.get("patients") or ()),
        )


def size(value: float) -> str:
    """Write a diameter as displays do, with a typographic minus."""
    return f"{value:g} mm".replace("-", "−")


def scan(row: Row) -> str:
    """Name the lesion and the date of a measurement."""
    return f"lesion {row['lesion_id']}, {row['scan_date']}"


def listed(values: list[Any], word: str = "and") -> str:
    """Join values as a sentence does: ``12, 13 and 20``."""
    texts = [str(value) for value in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def rows_named(numbers: list[int | None]) -> str:
    """Name source rows: ``rows 28 and 29``; rows made in code have no number."""
    known = [number for number in numbers if number is not None]
    return f"rows {listed(known)}" if len(known) > 1 else f"{len(numbers)} rows"
