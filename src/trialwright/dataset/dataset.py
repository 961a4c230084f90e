"""The immutable set of tables that every derivation reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.schema import SOURCE_ROW, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from trialwright.dataset.columns import Column, Table
    from trialwright.dataset.findings import Finding

_BLANK = r"^[\s\x1c-\x1f]*$"  # what str.strip() leaves empty

_POLARS_TYPE: dict[str, type[pl.DataType]] = {
    "text": pl.String,
    "category": pl.String,
    "partial date": pl.String,
    "date": pl.Date,
    "number": pl.Float64,
    "count": pl.Int64,
    "flag": pl.Boolean,
}


@dataclass(frozen=True, eq=False)
class Dataset:
    """What was observed, as Polars frames with the columns of the schema.

    Parameters
    ----------
    frames : mapping of str to polars.DataFrame
        The tables that the source collected. A table that is not here was not collected;
        one that is here and empty was collected and nothing happened.
    source : str
        Where the data came from, as a reader of the report should see it.
    day_zero : date or None
        Set where the source counts study days and holds no calendar dates: the made-up date
        that stands for day 0. Displays then show study days.
    findings : tuple of Finding
        What the reader and the checks found; nothing is left out without one.
    cut : date or None
        The last day that counts, where the data were cut (``cut_data``).
    """

    frames: Mapping[str, pl.DataFrame]
    source: str
    day_zero: date | None = None
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    cut: date | None = None

    @classmethod
    def create(
        cls,
        frames: Mapping[str, pl.DataFrame],
        *,
        source: str,
        day_zero: date | None = None,
        findings: tuple[Finding, ...] = (),
    ) -> Dataset:
        """Make a data set whose frames have the columns, order and types of the schema.

        Columns that a frame lacks are added as missing, and so are blank texts and NaN; a
        column or table that the schema does not know is refused.

        Raises
        ------
        ValueError
            If a table or a column is unknown, or a column cannot be held in its type.
        """
        unknown = set(frames) - set(TABLES)
        if unknown:
            msg = f"unknown tables {sorted(unknown)}; the schema has {sorted(TABLES)}"
            raise ValueError(msg)
        typed = {name: _conform(TABLES[name], frames[name]) for name in TABLES if name in frames}
        return cls(typed, source, day_zero, findings)

    def collected(self, table: str) -> bool:
        """Tell whether the source collected ``table`` at all."""
        return table in self.frames

    def table(self, name: str) -> pl.DataFrame:
        """Return a table; an empty one with the right columns if it was not collected."""
        if name in self.frames:
            return self.frames[name]
        return pl.DataFrame(schema=frame_schema(TABLES[name]))

    def with_findings(self, findings: tuple[Finding, ...]) -> Dataset:
        """Return the same data with further findings."""
        return replace(self, findings=self.findings + findings)

    def same_data(self, other: Dataset) -> bool:
        """Tell whether both hold the same tables, rows and day 0, in the same order.

        The source, its row numbers and the findings do not count.
        """
        return (
            self.day_zero == other.day_zero
            and list(self.frames) == list(other.frames)
            and all(
                frame.drop(SOURCE_ROW).equals(other.frames[name].drop(SOURCE_ROW))
                for name, frame in self.frames.items()
            )
        )

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid using a value as it stands."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @cached_property
    def contacts(self) -> pl.DataFrame:
        """The row that shows each patient alive last (``dataset.contacts``)."""
        from trialwright.dataset.contacts import last_rows

        return last_rows(self)

    @property
    def patients(self) -> pl.DataFrame:
        """One row a patient."""
        return self.table("patients")

    @property
    def visits(self) -> pl.DataFrame:
        """One row a tumour assessment."""
        return self.table("visits")

    @property
    def lesions(self) -> pl.DataFrame:
        """One row a lesion."""
        return self.table("lesions")

    @property
    def measurements(self) -> pl.DataFrame:
        """One row a lesion on a scan."""
        return self.table("measurements")

    @property
    def calls(self) -> pl.DataFrame:
        """One row a response that a person or another system called."""
        return self.table("calls")

    @property
    def adjudications(self) -> pl.DataFrame:
        """One row a patient whose central readings an adjudicator decided between."""
        return self.table("adjudications")

    @property
    def ablations(self) -> pl.DataFrame:
        """One row a local treatment of a lesion."""
        return self.table("ablations")

    @property
    def doses(self) -> pl.DataFrame:
        """One row a dose interval of a drug."""
        return self.table("doses")

    @property
    def therapies(self) -> pl.DataFrame:
        """One row a later anticancer treatment."""
        return self.table("therapies")

    @property
    def deaths(self) -> pl.DataFrame:
        """One row a death."""
        return self.table("deaths")

    @property
    def dispositions(self) -> pl.DataFrame:
        """One row an end of a drug, of treatment or of the study."""
        return self.table("dispositions")

    @property
    def deviations(self) -> pl.DataFrame:
        """One row a deviation from the protocol."""
        return self.table("deviations")


def frame_schema(table: Table) -> dict[str, type[pl.DataType]]:
    """Return the Polars schema of a table, source row included."""
    types = {column.name: polars_type(column) for column in table.columns}
    return {**types, SOURCE_ROW: pl.Int64}


def polars_type(column: Column) -> type[pl.DataType]:
    """Return the Polars type that holds a column."""
    return _POLARS_TYPE[column.kind]


def _conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    schema = frame_schema(table)
    unknown = set(frame.columns) - set(schema)
    if unknown:
        msg = f"table {table.name} has no column {sorted(unknown)}; it has {list(schema)}"
        raise ValueError(msg)
    if not frame.columns:  # a select would make one row of it
        return pl.DataFrame(schema=schema)
    try:
        return frame.select(_typed(name, kind, frame) for name, kind in schema.items())
    except pl.exceptions.PolarsError as error:
        msg = f"table {table.name}: {error}"
        raise ValueError(msg) from error


def _typed(name: str, kind: type[pl.DataType], frame: pl.DataFrame) -> pl.Expr:
    typed = (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind)
    if kind == pl.Float64:
        typed = typed.fill_nan(None)
    if kind == pl.String:
        typed = pl.when(~typed.str.contains(_BLANK)).then(typed)
    return typed.alias(name)
