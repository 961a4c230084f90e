"""One patient's scans as the response rules need them, gathered from a data set."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwright.dataset.anchors import baseline_visits, first_treatments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from trialwright.dataset.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Lesion:
    """A lesion and the part it plays (target, non_target, new)."""

    lesion_id: str
    role: str
    organ: str
    lymph_node: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One lesion on one scan: a diameter in mm or a state of the schema."""

    lesion_id: str
    visit: str
    scan_date: date
    diameter_mm: float | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class LocalTreatment:
    """One lesion treated locally on one day."""

    lesion_id: str
    treatment_date: date
    modality: str
    planned: bool
    complete: bool  # technical success, or not stated otherwise


@dataclass(frozen=True, slots=True)
class PatientScans:
    """What the response rules read of one patient."""

    patient_id: str
    first_treatment: date | None
    lesions: tuple[Lesion, ...] = ()
    readings: tuple[Reading, ...] = ()
    local_treatments: tuple[LocalTreatment, ...] = ()
    new_therapy: date | None = None  # first anticancer treatment outside the study
    death: date | None = None
    baseline_visit: str | None = None  # the visit that is the baseline, where the data say so


def gather_scans(dataset: Dataset) -> tuple[PatientScans, ...]:
    """Gather each patient's scans, in the order of the patients table.

    Every patient of the table is returned, also one who was never scanned.
    """
    rows = {name: _by_patient(dataset, name) for name in _TABLES}
    started, baselines = first_treatments(dataset), baseline_visits(dataset)
    return tuple(
        PatientScans(
            patient,
            started.get(patient),
            lesions=tuple(_lesions(rows["lesions"][patient])),
            readings=tuple(_readings(rows["measurements"][patient])),
            local_treatments=tuple(_local_treatments(rows["ablations"][patient])),
            new_therapy=_first_new_therapy(rows["therapies"][patient], started.get(patient)),
            death=min((row["death_date"] for row in rows["deaths"][patient]), default=None),
            baseline_visit=baselines.get(patient),
        )
        for patient in dataset.patients["patient_id"].to_list()
    )


_TABLES = ("lesions", "measurements", "ablations", "therapies", "deaths")


def _first_new_therapy(rows: list[dict[str, Any]], started: date | None) -> date | None:
    """Return the first anticancer treatment after the study treatment began.

    One that began before it is a prior treatment, and the checks of the data report it.
    """
    dates = [row["start_date"] for row in rows if row["start_date"] is not None]
    return min((day for day in dates if started is None or day >= started), default=None)


def _by_patient(dataset: Dataset, table: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in dataset.table(table).iter_rows(named=True):
        rows[row["patient_id"]].append(row)
    return rows


def _lesions(rows: list[dict[str, Any]]) -> Iterator[Lesion]:
    for row in rows:
        yield Lesion(row["lesion_id"], row["role"], row["organ"], bool(row["lymph_node"]))


def _readings(rows: list[dict[str, Any]]) -> Iterator[Reading]:
    for row in rows:
        if row["scan_date"] is not None:
            yield Reading(
                row["lesion_id"], row["visit"], row["scan_date"], row["diameter_mm"], row["state"]
            )


def _local_treatments(rows: list[dict[str, Any]]) -> Iterator[LocalTreatment]:
    for row in rows:
        yield LocalTreatment(
            row["lesion_id"],
            row["ablation_date"],
            row["modality"],
            bool(row["planned"]),
            row["technical_success"] is not False,
        )
