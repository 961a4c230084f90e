"""Why each visit of a patient was called as it was, by RECIST 1.1 and by iRECIST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.badge import Badge
from trialwright.report.palette import immune_css_class
from trialwright.response import ImmuneResponseCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.report.formats import Days
    from trialwright.response import ImmuneResponse, PatientResponse


@dataclass(frozen=True, slots=True)
class VisitReason:
    """Why one visit was called as it was; the badge is none at baseline."""

    visit: str
    when: str
    badge: Badge | None
    sentence: str
    rule: str
    counted: bool


def show_reasons(response: PatientResponse, days: Days) -> Iterator[VisitReason]:
    """Yield the reason of the baseline and of each time point by RECIST 1.1."""
    base = response.baseline
    if base is not None:
        words = days.in_words(base.reason.sentence)
        yield VisitReason(base.visit, days.show(base.date), None, words, base.reason.rule, True)
    for number, point in enumerate(response.time_points):
        label = f"{point.overall.label}: "
        yield VisitReason(
            point.visit,
            days.show(point.date),
            Badge.of(point.overall),
            days.in_words(point.reason.sentence.removeprefix(label)),
            point.reason.rule,
            number < response.counted,
        )


def show_immune_reasons(immune: ImmuneResponse | None, days: Days) -> Iterator[VisitReason]:
    """Yield what iRECIST says apart from RECIST 1.1; nothing where the study does not ask.

    First the best response with the progression, then the visits at which a rule of its own
    decides. A first iUPD is left out: the reason by RECIST 1.1 says the same.
    """
    if immune is None:
        return
    best = immune.best
    badge = Badge(best.response.label, immune_css_class(best.response))
    words = best.reason.sentence.removeprefix(f"{badge.label}: ")
    words = days.in_words(f"{words}; {immune.progression.reason.sentence}")
    yield VisitReason("best response", "", badge, words, best.reason.rule, True)
    for number, point in enumerate(immune.time_points):
        first = point.overall == ImmuneResponseCode.IUPD and "iupd_visit" not in point.reason.inputs
        if first or not point.reason.rule.startswith("irecist."):
            continue
        label = point.overall.label
        yield VisitReason(
            point.visit,
            days.show(point.date),
            Badge(label, immune_css_class(point.overall)),
            days.in_words(point.reason.sentence.removeprefix(f"{label}: ")),
            point.reason.rule,
            number < immune.counted,
        )
