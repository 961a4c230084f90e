"""Why and when each drug of each patient was ended, as the dispositions say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset


class DrugEnd(NamedTuple):
    """The end of a drug: its date (none: not known), the reason, and what ended with it."""

    date: date | None
    reason: str
    scope: str


class DrugEnds:
    """The ends of drugs, of study treatment and of the study, by patient.

    A drug's own end comes first; else the drug ended with the study treatment, else with the study.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.collected = dataset.collected("dispositions")
        self._ends: dict[tuple[str, str, str], DrugEnd] = {}
        rows = dataset.dispositions.drop_nulls(("patient_id", "scope"))
        for row in rows.sort("end_date", nulls_last=True, maintain_order=True).iter_rows(
            named=True
        ):
            drug = (row["drug"] or "").casefold() if row["scope"] == "drug" else ""
            reason = row["reason_category"] or row["reason"] or "no reason recorded"
            end = DrugEnd(row["end_date"], reason, row["scope"])
            self._ends.setdefault((row["patient_id"], row["scope"], drug), end)

    def of(self, patient: str, drug: str) -> DrugEnd | None:
        """Return how a patient's drug ended; none: no end is recorded."""
        keys = (("drug", drug.casefold()), ("treatment", ""), ("study", ""))
        found = (self._ends.get((patient, *key)) for key in keys)
        return next((end for end in found if end is not None), None)

    def of_scope(self, patient: str, scope: str) -> DrugEnd | None:
        """Return the first recorded end of ``treatment``, ``study`` or ``screening``; none: none.

        Of several the one with the earliest date is taken, one without a date last.
        """
        return self._ends.get((patient, scope, ""))
