"""What a varied protocol leaves as it was, although its scan calendar gives it another meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.simulate.trials.factors import own_value
from trialwright.study.calendar import DAYS_PER_WEEK, calendar_of, planned_day

if TYPE_CHECKING:
    from trialwright.study.calendar import AssessmentCalendar
    from trialwright.study.model import Study

_LEAST_DAYS = ("response.minimum_stable_disease_days", "endpoints.disease_control_minimum_days")


def what_stays(study: Study, other: Study) -> tuple[str, ...]:
    """Return in words what means something else by another calendar, or by another minimum.

    Parameters
    ----------
    study : Study
        The study.
    other : Study
        The same study with some fields otherwise.
    """
    return (*_stable_disease(study, other), *_scans_by_the_look(study, other))


def _stable_disease(study: Study, other: Study) -> list[str]:
    """Say where stable disease can first count at another scan than in the study."""
    found: dict[str, list[str]] = {}
    for path in _LEAST_DAYS:
        own, now = _first_that_counts(study, path), _first_that_counts(other, path)
        if now != own:
            day, sure = now
            early = "" if sure else ", unless that scan is early"
            words = (
                f"{own_value(other, path)}: stable disease counts from the scan of week "
                f"{day / DAYS_PER_WEEK:g} on{early} (week {own[0] / DAYS_PER_WEEK:g} in the study)"
            )
            found.setdefault(words, []).append(path)
    verbs = {words: "are" if len(paths) > 1 else "is" for words, paths in found.items()}
    return [f"{' and '.join(paths)} {verbs[words]} {words}" for words, paths in found.items()]


def _first_that_counts(study: Study, path: str) -> tuple[int, bool]:
    """Return the day of the first scan whose window reaches the minimum; whether all of it does."""
    calendar, least = calendar_of(study), int(str(own_value(study, path)))
    number = 1
    while planned_day(calendar, number) + calendar.window_days < least:
        number += 1
    day = planned_day(calendar, number)
    return day, day - calendar.window_days >= least


def _scans_by_the_look(study: Study, other: Study) -> list[str]:
    if study.design.kind.require() != "two_stage" or other.design.kind.require() != "two_stage":
        return []
    own, number = (
        _scans_by(calendar_of(one), one.simulation.first_look_weeks.require())
        for one in (study, other)
    )
    if own == number:
        return []
    weeks = other.simulation.first_look_weeks.require()
    note = (
        f"simulation.first_look_weeks is {weeks:g}: the look after stage 1 sees {number} planned "
        f"scan{'s' * (number != 1)} of a patient ({own} in the study)"
    )
    return [note]


def _scans_by(calendar: AssessmentCalendar, weeks: float) -> int:
    number = 0
    while planned_day(calendar, number + 1) <= weeks * DAYS_PER_WEEK:
        number += 1
    return number
