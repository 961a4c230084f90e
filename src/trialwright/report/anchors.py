"""The place of each patient's page, to which names and marks of patients link."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.analysis import Analysis


def build_anchors(analysis: Analysis) -> dict[str, str]:
    """Name the place of each patient's page; identifiers may hold what a link cannot.

    Parameters
    ----------
    analysis : Analysis
        The results, with every patient of the data in order of enrolment.
    """
    return {
        member.patient_id: f"patient-{number}"
        for number, member in enumerate(analysis.sets.members, 1)
    }
