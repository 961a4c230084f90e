"""What does the registry get? The results section of ClinicalTrials.gov, as its API has it."""

from __future__ import annotations

from trialwright.report.registry.build import build_registry_results, render_registry_results
from trialwright.report.registry.gaps import find_registry_gaps

__all__ = ["build_registry_results", "find_registry_gaps", "render_registry_results"]
