"""Time-to-event endpoints with their curves, medians and landmark rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.result import CompetingResult, NotComputable, SurvivalResult
from trialwright.dataset.findings import Finding
from trialwright.endpoints import TIME_ENDPOINTS, NoTime, TimeRules, TimeToEvent
from trialwright.stats import CumulativeIncidence, KaplanMeier, follow_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.endpoints import Patient, Timed, TimeEndpoint
    from trialwright.response import AblatedLesion
    from trialwright.stats import Estimate
    from trialwright.study.model import Study

_DAYS_PER_WEEK = 7
Results = tuple[SurvivalResult | CompetingResult, ...]


def derive_times(
    dataset: Dataset,
    study: Study,
    patients: Sequence[Patient],
    lesions: Sequence[AblatedLesion],
    rules: TimeRules,
) -> tuple[Results, tuple[NotComputable, ...]]:
    """Return every time-to-event endpoint that the data allow, and why the others are missing.

    Parameters
    ----------
    dataset : Dataset
        Says which tables were collected.
    study : Study
        Units, intervals and landmarks.
    patients : sequence of Patient
        The efficacy set.
    lesions : sequence of AblatedLesion
        The ablated lesions of all patients.
    rules : TimeRules
        How time is counted.
    """
    done: list[SurvivalResult | CompetingResult] = []
    missing: list[NotComputable] = []
    for endpoint in TIME_ENDPOINTS:
        if endpoint.of_ablation and study.ablation is None and not lesions:
            continue
        why = _why_not(endpoint, dataset, rules, lesions)
        timed = endpoint.derive(patients, lesions, rules) if why is None else ()
        times = tuple(one for one in timed if isinstance(one, TimeToEvent))
        if times:
            done.append(_estimate(endpoint, times, _no_times(timed), study))
        else:
            nobody = _NOBODY.get(endpoint.key, "no patient with such a time")
            missing.append(NotComputable(endpoint.key, endpoint.title, why or nobody))
    return tuple(done), tuple(missing)


_NOBODY = {"DOR": "nobody responded", "TTR": "nobody responded", "DSD": "nobody was stable"}


def _no_times(timed: Sequence[Timed]) -> tuple[NoTime, ...]:
    return tuple(one for one in timed if isinstance(one, NoTime))


def _why_not(
    endpoint: TimeEndpoint, dataset: Dataset, rules: TimeRules, lesions: Sequence[AblatedLesion]
) -> str | None:
    if endpoint.of_ablation and not lesions:
        collected = dataset.collected("ablations")
        return "no lesion was ablated" if collected else "the data hold no table of ablations"
    needs = endpoint.needs_deaths and (endpoint.key != "DOR" or rules.death_ends_response)
    if needs and not dataset.collected("deaths"):
        return "the data hold no deaths table, and this endpoint counts deaths"
    if endpoint.key == "TOT" and not dataset.collected("dispositions"):
        # The last dose on record says nothing of when treatment ended.
        return "the data hold no dispositions, so nobody knows when treatment ended"
    return None


def _estimate(
    endpoint: TimeEndpoint,
    times: tuple[TimeToEvent, ...],
    no_times: tuple[NoTime, ...],
    study: Study,
) -> SurvivalResult | CompetingResult:
    if endpoint.competing:
        return _estimate_incidence(endpoint, times, no_times, study)
    chosen = study.statistics
    level, band = chosen.confidence_level.require(), chosen.survival_interval.require()
    curve = _curve(times, study)
    return SurvivalResult(
        endpoint.key,
        endpoint.title,
        times,
        curve,
        curve.quantile(0.5, level=level, band=band),
        tuple(
            (month, curve.at(at, level=level, band=band))
            for month, at in _landmarks(endpoint, study)
        ),
        no_times,
        endpoint.counted,
        unit=study.endpoints.time_unit.require(),
    )


def _estimate_incidence(
    endpoint: TimeEndpoint,
    times: tuple[TimeToEvent, ...],
    no_times: tuple[NoTime, ...],
    study: Study,
) -> CompetingResult:
    chosen, unit = study.statistics, _unit(study)
    level, band = chosen.confidence_level.require(), chosen.incidence_interval.require()
    curves = CumulativeIncidence.fit(
        [time.days / unit for time in times],
        [_CODES[time.event, time.competing] for time in times],
        causes=("event", "competing event"),
        variance=chosen.incidence_variance.require(),
    )
    return CompetingResult(
        endpoint.key,
        endpoint.title,
        times,
        curves,
        tuple(
            (month, curves.at(at, cause="event", level=level, band=band))
            for month, at in _landmarks(endpoint, study)
        ),
        no_times,
        endpoint.counted,
        unit=study.endpoints.time_unit.require(),
    )


_CODES = {(False, False): 0, (True, False): 1, (False, True): 2}  # by event, competing


def _landmarks(endpoint: TimeEndpoint, study: Study) -> tuple[tuple[float, float], ...]:
    """Return the months of the landmarks, each with its time in the unit of the study."""
    chosen = study.statistics
    if endpoint.landmarks == "none":
        return ()
    months = chosen.progression_landmarks_months.require()
    if endpoint.landmarks == "survival":
        months = chosen.survival_landmarks_months.require()
    days = days_per_unit("months", study)
    return tuple((month, month * days / _unit(study)) for month in months)


def days_per_unit(unit: str, study: Study) -> float:
    """Return how many days a unit of time has in this study: months, weeks or days."""
    if unit == "months":
        return study.endpoints.days_per_month.require()
    return float(_DAYS_PER_WEEK) if unit == "weeks" else 1.0


def show_days(days: int) -> str:
    """Write a number of days: ``1 day``, ``56 days``."""
    return f"{days} day" if days == 1 else f"{days} days"


def _unit(study: Study) -> float:
    return days_per_unit(study.endpoints.time_unit.require(), study)


def _curve(times: Sequence[TimeToEvent], study: Study) -> KaplanMeier:
    unit = _unit(study)
    return KaplanMeier.fit([time.days / unit for time in times], [time.event for time in times])


def median_follow_up(results: Results, study: Study) -> Estimate | None:
    """Return the median follow-up in the study's unit, from overall survival; none without it."""
    result = next((one for one in results if one.key == "OS"), None)
    if result is None:
        return None
    unit = _unit(study)
    curve = follow_up(
        [time.days / unit for time in result.times], [time.event for time in result.times]
    )
    chosen = study.statistics
    return curve.quantile(
        0.5, level=chosen.confidence_level.require(), band=chosen.survival_interval.require()
    )


def report_contradictions(results: Results) -> Iterator[Finding]:
    """Report the patients whose dates contradict each other, so that a time was not counted."""
    for result in results:
        for one in result.no_times:
            if one.contradiction:
                yield Finding(
                    rule="endpoint.contradiction",
                    severity="error",
                    message=f"{result.key}: {one.why}; the patient is not counted in {result.key}",
                    mend="correct the date that is wrong",
                    table=one.table,
                    patient=one.patient_id,
                )


def report_open_treatments(patients: Sequence[Patient], study: Study) -> Iterator[Finding]:
    """Report the dead whose treatment has no recorded end, and who had not been dosed for long.

    Their time on treatment ends at the death, which may be long after treatment did. Long is more
    than the longest planned cycle.
    """
    cycle = max((drug.cycle_days.value or 0 for drug in study.treatments), default=0)
    for one in patients:
        if one.stop is None and one.death is not None and one.last_dose is not None:
            days = (one.death - one.last_dose).days
            if days > cycle:
                yield Finding(
                    rule="treatment.end_unknown",
                    severity="warning",
                    message=f"died on {one.death}, {show_days(days)} after the last dose, and no "
                    "end of treatment is on record: time on treatment ends at the death",
                    mend="add the end of treatment to dispositions",
                    table="dispositions",
                    patient=one.member.patient_id,
                )


def report_unknown_stops(patients: Sequence[Patient], rules: TimeRules) -> Iterator[Finding]:
    """Report ends of treatment without a recorded category, where the study counts by it."""
    censoring = rules.censoring
    if not (censoring.discontinuation or censoring.clinical_progression):
        return
    for one in patients:
        if one.stop is not None and one.stop.category is None:
            yield Finding(
                rule="disposition.category_missing",
                severity="warning",
                message=f"treatment stopped on {one.stop.date} ({one.stop.reason}), and no "
                "category says whether for progression; it counts as another reason",
                mend="fill reason_category of the table dispositions",
                table="dispositions",
                patient=one.member.patient_id,
                field="reason_category",
            )
