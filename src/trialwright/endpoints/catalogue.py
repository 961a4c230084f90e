"""The time-to-event endpoints by name: what each needs, and how it is derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.endpoints import local_control, time_to_event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trialwright.endpoints.patient import Patient
    from trialwright.endpoints.time_rules import TimeRules
    from trialwright.endpoints.time_to_event import Timed
    from trialwright.response.ablated.result import AblatedLesion

    _Derive = Callable[[Sequence[Patient], Sequence[AblatedLesion], TimeRules], tuple[Timed, ...]]


@dataclass(frozen=True, slots=True)
class TimeEndpoint:
    """One endpoint counted in time.

    ``counted`` is what one row of it is. ``competing``: death is a competing event, so neither
    Kaplan-Meier nor its median may be used. ``landmarks`` names the study's landmarks at which
    rates are reported; ``drawn``: the report shows its curve.
    """

    key: str
    title: str
    derive: _Derive
    needs_deaths: bool = True
    counted: Literal["patient", "lesion"] = "patient"
    of_ablation: bool = False
    competing: bool = False
    landmarks: Literal["progression", "survival", "none"] = "progression"
    drawn: bool = False


def _of_patients(
    derive: Callable[[Sequence[Patient], TimeRules], tuple[Timed, ...]],
) -> _Derive:
    def of(
        patients: Sequence[Patient], _: Sequence[AblatedLesion], rules: TimeRules
    ) -> tuple[Timed, ...]:
        return derive(patients, rules)

    return of


TIME_ENDPOINTS = (
    TimeEndpoint(
        "PFS",
        "Progression-free survival",
        _of_patients(time_to_event.progression_free_survival),
        drawn=True,
    ),
    TimeEndpoint(
        "OS",
        "Overall survival",
        _of_patients(time_to_event.overall_survival),
        landmarks="survival",
        drawn=True,
    ),
    TimeEndpoint(
        "TTP",
        "Time to progression",
        _of_patients(time_to_event.time_to_progression),
        needs_deaths=False,
        drawn=True,
    ),
    TimeEndpoint(
        "TTP competing",
        "Time to progression, death competing",
        _of_patients(time_to_event.time_to_progression_or_competing_death),
        competing=True,
    ),
    TimeEndpoint(
        "DOR",
        "Duration of response",
        _of_patients(time_to_event.duration_of_response),
        drawn=True,
    ),
    TimeEndpoint(
        "TTR",
        "Time to response",
        _of_patients(time_to_event.time_to_response),
        needs_deaths=False,
        landmarks="none",
    ),
    TimeEndpoint(
        "DSD",
        "Duration of stable disease",
        _of_patients(time_to_event.duration_of_stable_disease),
        landmarks="none",
    ),
    TimeEndpoint(
        "TOT",
        "Time on treatment",
        _of_patients(time_to_event.time_on_treatment),
        needs_deaths=False,
        landmarks="none",
    ),
    TimeEndpoint(
        "LTPFS",
        "Local tumour progression-free survival",
        local_control.local_progression_free_survival,
        of_ablation=True,
        landmarks="none",
        drawn=True,
    ),
    TimeEndpoint(
        "LTPFS per lesion",
        "Local tumour progression-free survival, per lesion",
        local_control.local_progression_free_survival_of_lesions,
        counted="lesion",
        of_ablation=True,
        landmarks="none",
    ),
    TimeEndpoint(
        "TTLP",
        "Time to local progression per lesion, death competing",
        local_control.time_to_local_progression,
        counted="lesion",
        of_ablation=True,
        competing=True,
        landmarks="none",
    ),
)


def time_endpoint(key: str) -> TimeEndpoint:
    """Return the endpoint called ``key``; raise ``KeyError`` if there is none."""
    for one in TIME_ENDPOINTS:
        if one.key == key:
            return one
    raise KeyError(key)
