"""Time-to-event endpoints with their curves, medians and landmark rates, in months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.result import NotComputable, SurvivalResult
from trialwright.endpoints import (
    TimeRules,
    duration_of_response,
    overall_survival,
    progression_free_survival,
    time_to_progression,
)
from trialwright.stats import KaplanMeier, follow_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.endpoints import Patient, TimeToEvent
    from trialwright.stats import Estimate
    from trialwright.study.model import Study

_TimeEndpoint = tuple[str, str, "Callable[[Iterable[Patient], TimeRules], tuple[TimeToEvent, ...]]"]
_TIME_ENDPOINTS: tuple[_TimeEndpoint, ...] = (
    ("PFS", "Progression-free survival", progression_free_survival),
    ("OS", "Overall survival", overall_survival),
    ("TTP", "Time to progression", time_to_progression),
    ("DOR", "Duration of response", duration_of_response),
)


def derive_times(
    dataset: Dataset, study: Study, patients: Sequence[Patient]
) -> tuple[tuple[SurvivalResult, ...], tuple[NotComputable, ...]]:
    """Return every time-to-event endpoint that the data allow, and why the others are missing."""
    rules = TimeRules.of(study)
    done: list[SurvivalResult] = []
    missing: list[NotComputable] = []
    for key, title, derive in _TIME_ENDPOINTS:
        why = _why_not(key, dataset, rules)
        times = derive(patients, rules) if why is None else ()
        if not times:
            nobody = "nobody responded" if key == "DOR" else "no patient in the efficacy set"
            missing.append(NotComputable(key, title, why or nobody))
        else:
            done.append(_estimate(key, title, times, study))
    return tuple(done), tuple(missing)


def _why_not(key: str, dataset: Dataset, rules: TimeRules) -> str | None:
    needs_deaths = key in {"PFS", "OS"} or (key == "DOR" and rules.death_ends_response)
    if needs_deaths and not dataset.collected("deaths"):
        return "the data hold no deaths table, and this endpoint counts deaths"
    return None


def _estimate(key: str, title: str, times: tuple[TimeToEvent, ...], study: Study) -> SurvivalResult:
    chosen = study.statistics
    level, band = chosen.confidence_level.require(), chosen.survival_interval.require()
    curve = _curve(times, study)
    landmarks = (
        chosen.survival_landmarks_months if key == "OS" else chosen.progression_landmarks_months
    )
    return SurvivalResult(
        key,
        title,
        times,
        curve,
        curve.quantile(0.5, level=level, band=band),
        tuple((month, curve.at(month, level=level, band=band)) for month in landmarks.require()),
    )


def _curve(times: Sequence[TimeToEvent], study: Study) -> KaplanMeier:
    month = study.endpoints.days_per_month.require()
    return KaplanMeier.fit([time.days / month for time in times], [time.event for time in times])


def median_follow_up(survival: Sequence[SurvivalResult], study: Study) -> Estimate | None:
    """Return the median follow-up in months, from overall survival; none if not computable."""
    result = next((one for one in survival if one.key == "OS"), None)
    if result is None:
        return None
    month = study.endpoints.days_per_month.require()
    curve = follow_up(
        [time.days / month for time in result.times], [time.event for time in result.times]
    )
    chosen = study.statistics
    return curve.quantile(
        0.5, level=chosen.confidence_level.require(), band=chosen.survival_interval.require()
    )
