"""What was observed: the typed tables that every derivation reads, their readers and checks."""

from __future__ import annotations

from trialwright.dataset.checks import CHECKS, check_dataset
from trialwright.dataset.dataset import Dataset
from trialwright.dataset.findings import Finding, Severity
from trialwright.dataset.reading import read_dataset, read_datasets
from trialwright.dataset.schema import (
    LESION_ROLES,
    MEASUREMENT_STATES,
    ORGANS,
    SOURCE_ROW,
    TABLES,
    Column,
    Table,
)
from trialwright.dataset.writing import write_dataset

__all__ = [
    "CHECKS",
    "LESION_ROLES",
    "MEASUREMENT_STATES",
    "ORGANS",
    "SOURCE_ROW",
    "TABLES",
    "Column",
    "Dataset",
    "Finding",
    "Severity",
    "Table",
    "check_dataset",
    "read_dataset",
    "read_datasets",
    "write_dataset",
]
