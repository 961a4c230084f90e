"""What became of every row of the source: used in a table, or left out, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.rules import SDTM_RULES
from trialwright.dataset import Finding

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain

_FATES = {"file": pl.String, "row": pl.Int64, "table": pl.String, "rule": pl.String}
_ROWS_NAMED = 8  # rows that a summary names one by one


@dataclass(slots=True)
class Ledger:
    """The book in which every step of reading writes what it did with which rows.

    ``balance`` compares it with the rows of the source, so that no row can be forgotten.
    """

    fates: list[pl.DataFrame] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def use(self, domain: Domain, rows: pl.DataFrame, table: str) -> None:
        """Write down that rows went into a table."""
        self._write(domain, rows, table=table)

    def leave_out(self, domain: Domain, rows: pl.DataFrame, rule: str, why: str, mend: str) -> None:
        """Write down that rows were left out, with one finding for all of them."""
        if not rows.is_empty():
            self._write(domain, rows, rule=rule)
            self.say(domain, rows, rule, why, mend)

    def leave_out_each(
        self, domain: Domain, rows: pl.DataFrame, rule: str, why: str, mend: str
    ) -> None:
        """Write down that rows were left out, with a finding for each; ``{COLUMN}`` is filled."""
        self._write(domain, rows, rule=rule)
        for row in rows.iter_rows(named=True):
            self._find(domain, rule, _fill(why, row), mend, (row["row"], row["USUBJID"]))

    def say(self, domain: Domain, rows: pl.DataFrame, rule: str, why: str, mend: str) -> None:
        """Add one finding about all of these rows; they may be used all the same."""
        if not rows.is_empty():
            patients = rows["USUBJID"].unique().to_list()
            place = rows["row"].min(), patients[0] if len(patients) == 1 else None
            message = why if rows.height == 1 else f"{_counted(rows['row'])}: {why}"
            self._find(domain, rule, message, mend, place)  # type: ignore[arg-type]

    def say_each(self, domain: Domain, rows: pl.DataFrame, rule: str, why: str, mend: str) -> None:
        """Add a finding about each of these rows; ``{COLUMN}`` in ``why`` is filled."""
        for row in rows.iter_rows(named=True):
            self._find(domain, rule, _fill(why, row), mend, (row["row"], row["USUBJID"]))

    def note(self, rule: str, message: str, mend: str, source: str) -> None:
        """Add a finding about a file."""
        self.findings.append(Finding(rule, SDTM_RULES[rule].severity, message, mend, source=source))

    def rows(self) -> pl.DataFrame:
        """Return one row a source row: ``file``, ``row``, and ``table`` or ``rule``."""
        return pl.concat([pl.DataFrame(schema=_FATES), *self.fates]).sort("file", "row")

    def balance(self, domains: list[Domain]) -> None:
        """Raise ``RuntimeError`` if a row of a domain has no fate, or two: a fault of ours."""
        seen = self.rows().group_by("file").agg(pl.len(), pl.col("row").n_unique().alias("rows"))
        counted = {file: (count, rows) for file, count, rows in seen.iter_rows()}
        for domain in domains:
            held = domain.frame.height
            if held and counted.get(domain.file) != (held, held):
                msg = f"{domain.file}: {held} rows, but {counted.get(domain.file)} accounted for"
                raise RuntimeError(msg)

    def _write(
        self,
        domain: Domain,
        rows: pl.DataFrame,
        *,
        table: str | None = None,
        rule: str | None = None,
    ) -> None:
        fate = rows.select(
            pl.lit(domain.file).alias("file"),
            "row",
            pl.lit(table, pl.String).alias("table"),
            pl.lit(rule, pl.String).alias("rule"),
        )
        self.fates.append(fate)

    def _find(
        self,
        domain: Domain,
        rule: str,
        message: str,
        mend: str,
        place: tuple[int, str | None],
    ) -> None:
        row, patient = place
        severity = SDTM_RULES[rule].severity
        self.findings.append(
            Finding(rule, severity, message, mend, domain.file, row=row, patient=patient)
        )


def _fill(why: str, row: dict[str, object]) -> str:
    """Put the values of a row into a message; a blank cell reads (blank)."""
    return why.format(**{name: "(blank)" if cell is None else cell for name, cell in row.items()})


def _counted(rows: pl.Series) -> str:
    """Name a few rows: ``3 rows (57, 58, 59)``, ``26,000 rows (from row 2 on)``."""
    numbers = sorted(rows.to_list())
    if len(numbers) <= _ROWS_NAMED:
        return f"{len(numbers)} rows ({', '.join(map(str, numbers))})"
    return f"{len(numbers):,} rows (from row {numbers[0]} on)"
