"""One patient's scans as the response rules need them, gathered from a data set."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trialwright.dataset import (
    baseline_visits,
    declared_lesions,
    first_treatments,
    organs_named,
    treatment_ends,
)
from trialwright.dataset.schema import READERS
from trialwright.response.tumour_marker import NO_MARKER, MarkerSample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import polars as pl

    from trialwright.dataset.dataset import Dataset
    from trialwright.response.read_visits import VisitsCalled
    from trialwright.response.rules import ResponseRules


@dataclass(frozen=True, slots=True)
class Lesion:
    """A lesion and the part it plays (target, non_target, new).

    ``split_from`` names the lesion that this one is a fragment of.
    """

    lesion_id: str
    role: str
    organ: str
    lymph_node: bool
    split_from: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One lesion on one scan: a diameter in mm or a state of the schema.

    ``viable_mm`` is the part that takes up contrast; ``ablation_finding`` what a scan after an
    ablation shows at the zone (``dataset.schema.ABLATION_FINDINGS``).
    """

    lesion_id: str
    visit: str
    scan_date: date
    diameter_mm: float | None = None
    state: str | None = None
    method: str | None = None
    viable_mm: float | None = None
    ablation_finding: str | None = None


@dataclass(frozen=True, slots=True)
class LocalTreatment:
    """One lesion treated locally on one day, as it is on file.

    ``technical_success`` is none where nobody recorded it, and so is the margin.
    """

    lesion_id: str
    treatment_date: date
    modality: str
    planned: bool
    technical_success: bool | None = None
    margin_mm: float | None = None

    @property
    def complete(self) -> bool:
        """Whether the lesion counts as covered: technical success, or not stated otherwise."""
        return self.technical_success is not False


@dataclass(frozen=True, slots=True)
class PatientScans:
    """What the response rules read of one patient, as one reader saw the scans.

    ``called`` remembers what ``assess_patient`` found, so that the same scans are read once by
    the same rules. It is no part of the value: a copy starts without it.
    """

    patient_id: str
    first_treatment: date | None
    lesions: tuple[Lesion, ...] = ()
    readings: tuple[Reading, ...] = ()
    local_treatments: tuple[LocalTreatment, ...] = ()
    new_therapy: date | None = None  # first anticancer treatment outside the study
    death: date | None = None
    baseline_visit: str | None = None  # the visit that is the baseline, where the data say so
    death_category: str | None = None  # kind of cause, as RECIST asks of an early death
    reader: str | None = None  # none: the data hold one reading and name no reader
    not_imaged_at_baseline: tuple[str, ...] = ()  # organs; what is found there later is new
    marker: tuple[MarkerSample, ...] = ()  # results of the tumour marker that the protocol names
    treatment_end: date | None = None  # study treatment stopped
    ended_by: str = "new anticancer therapy"  # what ``new_therapy`` is the date of
    called: dict[ResponseRules, VisitsCalled] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )


def readers_of(dataset: Dataset) -> tuple[str | None, ...]:
    """Return who read the scans, in the order of ``dataset.schema.READERS``.

    A data set that names no reader holds one reading, and ``(None,)`` is returned.
    """
    named = {
        name
        for table in ("lesions", "measurements")
        for name in dataset.table(table)["reader"].drop_nulls().unique().to_list()
    }
    return tuple(sorted(named, key=_reading_order)) or (None,)


def _reading_order(reader: str) -> tuple[int, str]:
    known = reader in READERS
    return (READERS.index(reader) if known else len(READERS), reader)


def gather_scans(
    dataset: Dataset, *, reader: str | None = None, marker: str = NO_MARKER
) -> tuple[PatientScans, ...]:
    """Gather each patient's scans as one reader saw them, in the order of the patients table.

    Every patient of the table is returned, also one who was never scanned.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    reader : str or None
        Whose reading; none where the data hold a single one.
    marker : str
        The laboratory test that is the study's tumour marker (``response.tumour_marker``).

    Raises
    ------
    ValueError
        If the data do not hold that reader, or hold several and none is named.
    """
    readers = readers_of(dataset)
    if reader is None and len(readers) > 1:
        msg = f"the data hold the readings of {', '.join(map(str, readers))}; name one"
        raise ValueError(msg)
    if reader is not None and reader not in readers:
        msg = f"reader {reader!r} read no scan; the data hold {list(readers)}"
        raise ValueError(msg)
    chosen = reader if reader is not None else readers[0]
    frames = {
        **{name: dataset.table(name) for name in _TABLES},
        "lesions": declared_lesions(dataset),
        "labs": dataset.table("labs").filter(test=marker),
    }
    rows = {name: _by_patient(frame, chosen) for name, frame in frames.items()}
    started, ended = first_treatments(dataset), treatment_ends(dataset)
    baselines = baseline_visits(dataset, reader=chosen)
    return tuple(
        PatientScans(
            patient,
            started.get(patient),
            lesions=tuple(_lesions(rows["lesions"][patient])),
            readings=tuple(_readings(rows["measurements"][patient])),
            local_treatments=tuple(_local_treatments(rows["ablations"][patient])),
            new_therapy=_first_new_therapy(rows["therapies"][patient], started.get(patient)),
            death=_first_day(rows["deaths"][patient], "death_date"),
            baseline_visit=baselines.get(patient),
            death_category=_death_category(rows["deaths"][patient]),
            reader=chosen,
            not_imaged_at_baseline=_not_imaged(rows["visits"][patient], baselines.get(patient)),
            marker=tuple(_marker_samples(rows["labs"][patient], marker)),
            treatment_end=ended.get(patient),
        )
        for patient in dataset.patients["patient_id"].to_list()
    )


_TABLES = ("visits", "measurements", "ablations", "therapies", "deaths")


def _first_day(rows: list[dict[str, Any]], column: str) -> date | None:
    """Return the earliest known date of a column; none if there is none."""
    return min((row[column] for row in rows if row[column] is not None), default=None)


def _not_imaged(rows: list[dict[str, Any]], baseline: str | None) -> tuple[str, ...]:
    """Return the organs that the baseline visit did not image."""
    written = ";".join(row["not_imaged"] or "" for row in rows if row["visit"] == baseline)
    return tuple(dict.fromkeys(organs_named(written)))


def _first_new_therapy(rows: list[dict[str, Any]], started: date | None) -> date | None:
    """Return the first anticancer treatment after the study treatment began.

    One that began before it is a prior treatment, and the checks of the data report it.
    """
    dates = [row["start_date"] for row in rows if row["start_date"] is not None]
    return min((day for day in dates if started is None or day >= started), default=None)


def _death_category(rows: list[dict[str, Any]]) -> str | None:
    return next((row["cause_category"] for row in rows if row["cause_category"]), None)


def _by_patient(frame: pl.DataFrame, reader: str | None) -> dict[str, list[dict[str, Any]]]:
    """Group the rows of a table by patient; of the rows that name a reader, only this one's."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        if row.get("reader") in (None, reader):
            rows[row["patient_id"]].append(row)
    return rows


def _lesions(rows: list[dict[str, Any]]) -> Iterator[Lesion]:
    for row in rows:
        yield Lesion(
            row["lesion_id"], row["role"], row["organ"], bool(row["lymph_node"]), row["split_from"]
        )


def _readings(rows: list[dict[str, Any]]) -> Iterator[Reading]:
    for row in rows:
        if row["scan_date"] is not None:
            yield Reading(
                row["lesion_id"],
                row["visit"],
                row["scan_date"],
                row["diameter_mm"],
                row["state"],
                method=row["method"],
                viable_mm=row["viable_mm"],
                ablation_finding=row["ablation_finding"],
            )


def _marker_samples(rows: list[dict[str, Any]], marker: str) -> Iterator[MarkerSample]:
    """Yield the results of the marker that can be judged: those with a limit of normal."""
    for row in rows:
        if marker != NO_MARKER and row["test"] == marker and row["upper_limit"] is not None:
            yield MarkerSample(marker, row["sample_date"], row["value"] > row["upper_limit"])


def _local_treatments(rows: list[dict[str, Any]]) -> Iterator[LocalTreatment]:
    for row in rows:
        yield LocalTreatment(
            row["lesion_id"],
            row["ablation_date"],
            row["modality"],
            bool(row["planned"]),
            row["technical_success"],
            row["margin_mm"],
        )
