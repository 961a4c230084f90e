"""What a check found in the data: where, what, how bad, and the mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about one row (or one table) of the data.

    Parameters
    ----------
    rule : str
        Stable name of the check, such as ``measurement.negative``.
    severity : {"error", "warning", "note"}
        ``error``: the value cannot be used as it stands; ``warning``: used, and flagged;
        ``note``: something the reader did that its user should know.
    message : str
        What is wrong, with the value, and what would be right.
    mend : str
        What to do about it.
    source : str
        File (and sheet) the row came from.
    table : str
        Table of the schema.
    row : int or None
        1-based row of the source, counting its header line.
    patient, field : str or None
        Patient and column concerned.
    reader : str or None
        Whose reading it is about; None where it is about all, or the data name no reader.
    patients : tuple of str
        The patients concerned, where one finding is about several.
    """

    rule: str
    severity: Severity
    message: str
    mend: str
    source: str = ""
    table: str = ""
    row: int | None = None
    patient: str | None = None
    field: str | None = None
    reader: str | None = None
    patients: tuple[str, ...] = ()

    @property
    def concerned(self) -> tuple[str, ...]:
        """The patients that it is about; none for a finding about a table."""
        return self.patients or ((self.patient,) if self.patient is not None else ())

    def __str__(self) -> str:
        """Write the finding as one line: place, patient, message, mend."""
        named = self.table in self.source  # deaths.csv; a folder names no table
        place = self.source if named else ", ".join(filter(None, (self.source, self.table)))
        where = f"{place} row {self.row}" if self.row is not None else place
        who = f"patient {self.patient}" if self.patient is not None else ""
        whose = f"reader {self.reader}" if self.reader is not None else ""
        place_and_patient = ", ".join(part for part in (where, who, whose) if part)
        head = f"{self.severity}: {place_and_patient}" if place_and_patient else self.severity
        return f"{head}: {self.message}; {self.mend} [{self.rule}]"
