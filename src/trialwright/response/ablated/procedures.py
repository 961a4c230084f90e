"""What was done to each lesion locally, as it is on file: what nobody recorded stays unknown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response.ablated.rules import ABLATION_MODALITIES

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Procedure:
    """One lesion treated locally on one day, as it is on file; none: not recorded."""

    lesion_id: str
    treatment_date: date
    modality: str
    planned: bool
    technical_success: bool | None = None
    margin_mm: float | None = None

    @property
    def is_ablation(self) -> bool:
        """Tell an ablation from surgery, radiotherapy or another local treatment."""
        return self.modality in ABLATION_MODALITIES


def gather_procedures(
    dataset: Dataset, *, reader: str | None = None
) -> dict[str, tuple[Procedure, ...]]:
    """Gather the local treatments of each patient's lesions, in order of date.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    reader : str or None
        Whose lesions; a treatment that names no reader counts for every one.
    """
    grouped: defaultdict[str, list[Procedure]] = defaultdict(list)
    for row in dataset.ablations.iter_rows(named=True):
        if row["reader"] in (None, reader):
            one = Procedure(
                row["lesion_id"],
                row["ablation_date"],
                row["modality"],
                bool(row["planned"]),
                row["technical_success"],
                row["margin_mm"],
            )
            grouped[row["patient_id"]].append(one)
    return {patient: tuple(sorted(members, key=by_date)) for patient, members in grouped.items()}


def by_date(procedure: Procedure) -> tuple[date, str]:
    """Return what puts procedures in order: the day, then the lesion."""
    return procedure.treatment_date, procedure.lesion_id
