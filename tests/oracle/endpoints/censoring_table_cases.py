"""The patients of `tests/fixtures/endpoints/censoring_tables.json`, one object a patient.

The file holds, for each patient, where the time ends under each way of censoring. Its rules are
in `docs/decisions/013-censoring-presets.md`. Days are counted from the first treatment, which is
day 0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).parents[2] / "fixtures" / "endpoints" / "censoring_tables.json"
TABLES = ("fda_a", "fda_b", "fda_c")
PRESETS = (*TABLES, "ema", "record")
TWO_YEARS = 730.5  # 24 months of 30.4375 days: where the record stops looking

Call = Literal["CR", "PR", "SD", "NON_CR_NON_PD", "PD", "NE"]
Reason = Literal["progression", "clinical progression", "adverse event", "other"]


class Calendar(NamedTuple):
    """Scans are planned every `interval_days`, give or take `window_days`."""

    interval_days: int
    window_days: int


class Scan(NamedTuple):
    """A scan after baseline, with the overall response called on it."""

    day: int
    call: Call
    targets_measured: bool
    new_lesion: bool


class EndOfTreatment(NamedTuple):
    """The day treatment stopped, and why."""

    day: int
    reason: Reason


class End(NamedTuple):
    """Where a time ends: an event or a censoring. `start` is the first response (DOR alone)."""

    day: float
    event: bool
    start: int | None = None


@dataclass(frozen=True, slots=True)
class CensoringCase:
    """One synthetic patient, and where each endpoint ends under each preset."""

    id: str
    row: str
    why: str
    calendar: Calendar
    scans: tuple[Scan, ...]
    baseline: bool
    death: int | None
    new_therapy: int | None
    unplanned_local_therapy: int | None
    end_of_treatment: EndOfTreatment | None
    last_contact: int
    expected: Mapping[str, Mapping[str, End]]  # endpoint, preset

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> CensoringCase:
        """Read one patient; a field that is missing or unknown raises."""
        stop = row["end_of_treatment"]
        typed = {
            "calendar": Calendar(**row["calendar"]),
            "scans": tuple(Scan(**scan) for scan in row["scans"]),
            "end_of_treatment": None if stop is None else EndOfTreatment(**stop),
            "expected": {
                endpoint: {preset: End(**end) for preset, end in ends.items()}
                for endpoint, ends in row["expected"].items()
            },
        }
        return cls(**{**row, **typed})

    def __str__(self) -> str:
        """Name the test."""
        return self.id


@cache
def censoring_cases() -> tuple[CensoringCase, ...]:
    """Return all patients in the order of the file."""
    return tuple(CensoringCase.read(row) for row in json.loads(FILE.read_text("utf-8"))["cases"])


def expected_ends() -> Iterator[tuple[CensoringCase, str, str, End]]:
    """Yield each expected result: the patient, the endpoint, the preset, and the end."""
    for case in censoring_cases():
        for endpoint, ends in case.expected.items():
            for preset, end in ends.items():
                yield case, endpoint, preset, end
