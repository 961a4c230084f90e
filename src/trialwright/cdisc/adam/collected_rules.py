"""What of a study's way of counting times responses taken from RS as called can serve.

Finished responses know neither why a treatment was stopped, nor what was done to the patient
between two scans. A choice that would need it is not applied, and a finding says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.cdisc.adam.adtte import AdtteRules
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.endpoints import TimeRules
from trialwright.errors import StudyError
from trialwright.study.counting import choose_counting

if TYPE_CHECKING:
    from trialwright.cdisc.adam.adrs_source import Profile
    from trialwright.dataset import Finding
    from trialwright.study.counting import Counting
    from trialwright.study.model import Study

# The choices of [times] that finished responses know nothing for, but for these values
_NOT_SERVED = {
    "last_assessment": ("adequate", "any"),
    "no_baseline": ("follow",),
    "clinical_progression": ("treatment_policy",),
    "new_anticancer_therapy": ("treatment_policy",),
    "unplanned_local_therapy": ("treatment_policy",),
    "treatment_discontinuation": ("treatment_policy",),
}


def collected_rules(
    study: Study, counting: str, profile: Profile
) -> tuple[AdtteRules, tuple[Finding, ...]]:
    """Return how ADTTE counts times from RS, and a finding about each choice not applied.

    Parameters
    ----------
    study : Study
        The study file.
    counting : str
        The way of counting (``study.counting.countings_of``).
    profile : {"recist11", "admiral"}
        From which day times count: the first treatment, or under ``admiral`` the randomisation.

    Raises
    ------
    StudyError
        If the study counts from another day, or by the calls of iRECIST.
    """
    times, way = TimeRules.of(study, counting), choose_counting(study, counting)
    origin = "enrolment" if profile == "admiral" else "first_treatment"
    for field, value, served in (
        ("endpoints.time_origin", times.origin, origin),
        ("endpoints.overall_survival_origin", times.survival_origin, origin),
        ("endpoints.criteria", times.criteria, "RECIST 1.1"),
    ):
        if value != served:
            msg = (
                f"{field} is {value!r}; responses taken from RS under the rules {profile} "
                f"(response.best_response_rules) are counted by {served!r} alone"
            )
            raise StudyError(msg)
    rules = AdtteRules(
        times.censoring,
        evaluable_only=times.last_assessment != "any",
        death_ends_response=times.death_ends_response,
        extra_day=times.extra_day,
        death_in_progression=times.death_in_progression,
    )
    return rules, tuple(_not_applied(way))


def _not_applied(way: Counting) -> list[Finding]:
    return [
        adam_finding(
            "adam.choice_not_applied",
            f"times.{name} is {getattr(way, name)!r} ({way.title}); RS does not hold what "
            "it needs, and no time of ADTTE follows it",
            "derive ADTTE from the lesions, without --collected, or choose a counting without it",
            "RS",
        )
        for name, served in _NOT_SERVED.items()
        if getattr(way, name) not in served
    ]
