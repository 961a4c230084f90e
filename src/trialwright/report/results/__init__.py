"""Every number of a report as data, and what changed between two reports."""

from __future__ import annotations

from trialwright.report.results.compare import (
    ChangedNumber,
    Comparison,
    MovedPatient,
    compare_results,
)
from trialwright.report.results.files import read_results, render_results
from trialwright.report.results.rows import Result, Results, list_results

__all__ = [
    "ChangedNumber",
    "Comparison",
    "MovedPatient",
    "Result",
    "Results",
    "compare_results",
    "list_results",
    "read_results",
    "render_results",
]
