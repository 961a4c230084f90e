"""What was observed: the typed tables that every derivation reads, their readers and checks."""

from __future__ import annotations

from trialwright.dataset.anchors import (
    baseline_visits,
    dosing_frame,
    first_treatments,
    is_dose_given,
    last_doses,
    treatment_ends,
)
from trialwright.dataset.characteristics import check_characteristics, read_characteristics
from trialwright.dataset.checks import CHECKS, check_dataset
from trialwright.dataset.columns import Column, Table
from trialwright.dataset.complete_dates import complete_dates
from trialwright.dataset.contacts import Contact, find_last_contacts, last_contacts
from trialwright.dataset.data_cut import cut_data, last_observed_day
from trialwright.dataset.dataset import Dataset
from trialwright.dataset.findings import Finding, Severity
from trialwright.dataset.fingerprint import fingerprint_of
from trialwright.dataset.lesion_rows import declared_lesions, organs_named
from trialwright.dataset.reading import read_dataset, read_datasets
from trialwright.dataset.rule_list import ACCEPTABLE, RULES, SETTABLE, RuleInfo
from trialwright.dataset.schema import (
    LESION_ROLES,
    MEASUREMENT_STATES,
    ORGANS,
    SIZE_OF_STATE,
    SOURCE_ROW,
    TABLES,
)
from trialwright.dataset.writing import write_csv, write_dataset

__all__ = [
    "ACCEPTABLE",
    "CHECKS",
    "LESION_ROLES",
    "MEASUREMENT_STATES",
    "ORGANS",
    "RULES",
    "SETTABLE",
    "SIZE_OF_STATE",
    "SOURCE_ROW",
    "TABLES",
    "Column",
    "Contact",
    "Dataset",
    "Finding",
    "RuleInfo",
    "Severity",
    "Table",
    "baseline_visits",
    "check_characteristics",
    "check_dataset",
    "complete_dates",
    "cut_data",
    "declared_lesions",
    "dosing_frame",
    "find_last_contacts",
    "fingerprint_of",
    "first_treatments",
    "is_dose_given",
    "last_contacts",
    "last_doses",
    "last_observed_day",
    "organs_named",
    "read_characteristics",
    "read_dataset",
    "read_datasets",
    "treatment_ends",
    "write_csv",
    "write_dataset",
]
