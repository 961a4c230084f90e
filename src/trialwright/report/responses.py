"""Tables of response: best overall response, sensitivity to ablated lesions, one row a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.analysis import best_response_counts
from trialwright.report.formats import (
    NOTHING,
    show_change,
    show_count,
    show_percent,
    show_proportion_interval,
    show_words,
)
from trialwright.report.palette import css_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.analysis import Analysis
    from trialwright.endpoints import Member, TimeToEvent
    from trialwright.report.formats import Days
    from trialwright.response import PatientResponse, Response


@dataclass(frozen=True, slots=True)
class Badge:
    """A response in letters, with the class that colours it."""

    label: str
    css: str

    @classmethod
    def of(cls, response: Response) -> Badge:
        """Make the badge of a response."""
        return cls(response.label, css_class(response))


@dataclass(frozen=True, slots=True)
class BestRow:
    """One best overall response with its patients, as ``n (xx.x %)``."""

    badge: Badge
    count: str
    share: float


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The response rate under one way to count ablated lesions, and whom it changes."""

    policy: str
    meaning: str
    primary: bool
    estimate: str
    interval: str
    changed: tuple[tuple[str, str, str], ...]  # patient, response before, response after


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient in the table of responses; ``sort`` fields order what is written in words."""

    patient: str
    excluded: str
    best: Badge
    best_order: int
    date: str
    confirmed_on: str
    unconfirmed: Badge
    change: str
    change_order: float
    progression_days: str
    progression_order: int
    progression: str


def build_best_responses(analysis: Analysis) -> tuple[BestRow, ...]:
    """Count the efficacy set by best overall response."""
    total = len(analysis.sets.efficacy)
    return tuple(
        BestRow(Badge.of(response), show_count(count, total), count / total if total else 0.0)
        for response, count in best_response_counts(analysis).items()
    )


def build_policies(analysis: Analysis) -> tuple[PolicyRow, ...]:
    """Lay out the response rate under every policy for ablated lesions."""
    return tuple(
        PolicyRow(
            show_words(result.policy),
            result.meaning,
            result.primary,
            f"{result.estimate.successes} ({show_percent(result.estimate.value)})",
            show_proportion_interval(result.estimate),
            result.changed,
        )
        for result in analysis.policies
    )


def build_patient_rows(analysis: Analysis, days: Days) -> tuple[PatientRow, ...]:
    """Return one row a patient, in order of enrolment, the excluded ones too."""
    timed = analysis.survival_of("PFS")
    times = {time.patient_id: time for time in timed.times} if timed is not None else {}
    calls = analysis.by_patient
    return tuple(
        _patient_row(member, calls[member.patient_id], times, days)
        for member in analysis.sets.members
    )


def _patient_row(
    member: Member, response: PatientResponse, times: Mapping[str, TimeToEvent], days: Days
) -> PatientRow:
    deepest, time = response.best_change, times.get(member.patient_id)
    change = deepest.change_from_baseline if deepest else float("nan")
    return PatientRow(
        patient=member.patient_id,
        excluded=member.excluded or "",
        best=Badge.of(response.best.response),
        best_order=int(response.best.response),
        date=days.show(response.best.date),
        confirmed_on=days.show(response.best.confirmed_on),
        unconfirmed=Badge.of(response.unconfirmed.response),
        change=show_change(change) if deepest else NOTHING,
        change_order=change if change == change else float("inf"),  # noqa: PLR0124 - nan last
        progression_days=f"{time.days}{'' if time.event else '+'}" if time else NOTHING,
        progression_order=time.days if time else -1,
        progression=days.in_words(time.reason) if time else NOTHING,
    )
