"""The participant flow: who started, was treated, completed, and why others did not.

The reasons add up to those who did not complete; nobody is lost between two steps.

Source: ClinicalTrials.gov, results data elements, section 1 (participant flow).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trialwright.analysis.disposition import follow_disposition
from trialwright.dataset.schema import REASONS_FOR_ENDS
from trialwright.report.registry.groups import describe_group, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.disposition import End, PatientDisposition
    from trialwright.report.registry.fields import (
        DropWithdraw,
        Milestone,
        ParticipantFlow,
        Subjects,
    )

_GROUP = "FG000"
COMPLETED = "completed"  # kind of reason of the data for who completed the study
ONGOING = "Still in the study"
NOT_RECORDED = "Not recorded"
# Kinds of reason of the data in the registry's words; a kind that it has no word for keeps ours.
_REASONS = {
    "adverse event": "Adverse Event",
    "death": "Death",
    "lost to follow-up": "Lost to Follow-up",
    "withdrawal": "Withdrawal by Subject",
    "progression": "Progression",
    "clinical progression": "Clinical progression",
    "other": "Other",
}
_STATES = {
    "ongoing": ONGOING,
    "died, no end recorded": "Death",
    "ends not collected": NOT_RECORDED,
}


def build_participant_flow(analysis: Analysis) -> ParticipantFlow:
    """Build the participant flow module: one period, the study as a whole.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    found = follow_disposition(analysis)
    ends = study_ends(found)
    treated = sum(one.given is not None for one in found)
    completed = sum(is_completed(end) for end in ends)
    milestones = [
        _milestone("STARTED", len(ends), "Enrolled in the study."),
        _milestone(
            "Received study treatment", treated, "A dose of a study drug or a planned ablation."
        ),
        _milestone("COMPLETED", completed),
        _milestone("NOT COMPLETED", len(ends) - completed),
    ]
    flow: ParticipantFlow = {
        "groups": [describe_group(analysis.study, _GROUP)],
        "periods": [{"title": "Overall Study", "milestones": milestones}],
    }
    if reasons := list(_list_reasons(ends)):
        flow["periods"][0]["dropWithdraws"] = reasons
    if details := _tell_screening(found):
        flow = {"preAssignmentDetails": details, **flow}
    return flow


def study_ends(found: Sequence[PatientDisposition]) -> list[End]:
    """Return where each enrolled patient stands with the study."""
    return [one.study for one in found if one.study is not None]


def is_completed(end: End) -> bool:
    """Tell whether a patient completed the study: an end of that kind is on file."""
    return end.state == "ended" and end.reason == COMPLETED


def in_own_words(ends: Sequence[End]) -> list[str]:
    """Return the reasons for an end whose kind the data do not name, each once."""
    told = (end.reason for end in ends if end.state == "ended")
    return sorted({reason for reason in told if reason not in REASONS_FOR_ENDS})


def _list_reasons(ends: Sequence[End]) -> Iterator[DropWithdraw]:
    """Yield the reasons of those who did not complete, the most frequent first."""
    counts = Counter(_say_reason(end) for end in ends if not is_completed(end))
    for reason, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield {"type": reason, "reasons": [_subjects(number)]}


def _say_reason(end: End) -> str:
    if end.state == "ended":
        return _REASONS.get(end.reason, end.reason)
    return _STATES[end.state]


def _milestone(name: str, number: int, comment: str = "") -> Milestone:
    if comment:
        return {"type": name, "comment": comment, "achievements": [_subjects(number)]}
    return {"type": name, "achievements": [_subjects(number)]}


def _subjects(number: int) -> Subjects:
    return {"groupId": _GROUP, "numSubjects": str(number)}


def _tell_screening(found: Sequence[PatientDisposition]) -> str:
    """Say who was screened and not enrolled, and why; empty if nobody."""
    failed = Counter(one.not_enrolled for one in found if one.not_enrolled is not None)
    if not failed:
        return ""
    reasons = "; ".join(f"{reason} ({number})" for reason, number in sorted(failed.items()))
    screened = plural(len(found), "patient was", "patients were")
    return f"{screened} screened; not enrolled: {failed.total()}. Reasons: {reasons}."
