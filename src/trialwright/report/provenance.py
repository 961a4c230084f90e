"""What a report was made from and with: data cut, fingerprints, versions."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from trialwright import __version__
from trialwright.dataset import fingerprint_of, last_observed_day
from trialwright.report.formats import NOT_STATED
from trialwright.report.model import Front, Provenance
from trialwright.study import fingerprint_of_study

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.dataset import Dataset
    from trialwright.report.formats import Days

# Whose numbers or pictures a report holds; a writer's own version is in its file.
_PACKAGES = ("polars", "numpy", "scipy", "matplotlib")
_SIMULATED = "simulated"


def build_front(analysis: Analysis) -> Front:
    """Take title, registration number and source from the study and the data."""
    identity, source = analysis.study.identity, analysis.dataset.source
    return Front(
        identity.title.value or f"Title {NOT_STATED}",
        identity.registration_number.value or NOT_STATED,
        identity.condition.value or NOT_STATED,
        source,
        source.lower().startswith(_SIMULATED),
        len(analysis.sets.members),
    )


def build_provenance(analysis: Analysis, days: Days) -> Provenance:
    """Say from which data, study and programs the report was made; no clock.

    Parameters
    ----------
    analysis : Analysis
        The results, with their study and data.
    days : Days
        How dates look.
    """
    return Provenance(
        say_data_cut(analysis.dataset, days),
        fingerprint_of(analysis.dataset),
        fingerprint_of_study(analysis.study),
        (
            ("Trialwright", __version__),
            ("Python", platform.python_version()),
            *((name, version(name)) for name in _PACKAGES),
        ),
    )


def say_data_cut(dataset: Dataset, days: Days) -> str:
    """Say up to which day the data count."""
    if dataset.cut is not None:
        return days.show(dataset.cut)
    last = last_observed_day(dataset)
    return "not cut" if last is None else f"not cut; last day in the data: {days.show(last)}"
