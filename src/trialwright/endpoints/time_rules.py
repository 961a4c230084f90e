"""The study's choices about counting time, taken from the study file.

Nothing here is a default; which fields make FDA's example tables or EMA's analysis is data
(``study/countings.toml``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.endpoints.endings import NEVER, CensoringRules, DeathIs, Strategy
from trialwright.study.calendar import calendar_of, horizon_days
from trialwright.study.counting import OF_THE_STUDY, choose_counting

if TYPE_CHECKING:
    from trialwright.endpoints.called import Criteria
    from trialwright.study.calendar import AssessmentCalendar
    from trialwright.study.counting import Counting, LastAssessment
    from trialwright.study.model import Study

_STRATEGIES = {
    "treatment_policy": Strategy.TREATMENT_POLICY,
    "hypothetical": Strategy.HYPOTHETICAL,
    "composite": Strategy.COMPOSITE,
}
_DEATHS = {
    "censored_at_last_assessment": DeathIs.CENSORED_AT_LAST_ASSESSMENT,
    "censored_at_death": DeathIs.CENSORED_AT_DEATH,
}


@dataclass(frozen=True, slots=True)
class TimeRules:
    """The study's choices about counting time.

    ``counting`` names the way of counting (the study's own, a preset, one of the team's).
    ``death_in_progression``: what a death without progression is to the time to progression.
    """

    origin: str
    survival_origin: str
    death_ends_response: bool
    death_in_progression: DeathIs
    extra_day: int
    censoring: CensoringRules
    last_assessment: LastAssessment
    criteria: Criteria
    counting: str = OF_THE_STUDY

    @classmethod
    def of(cls, study: Study, counting: str = OF_THE_STUDY) -> TimeRules:
        """Take the choices from a study; raise ``StudyError`` where one is still open.

        Parameters
        ----------
        study : Study
            The study file.
        counting : str
            Another way of counting than the study's own (``study.counting.countings_of``).
        """
        chosen, way = study.endpoints, choose_counting(study, counting)
        return cls(
            origin=chosen.time_origin.require(),
            survival_origin=chosen.overall_survival_origin.require(),
            death_ends_response=chosen.duration_of_response_ends_at_death.require(),
            death_in_progression=_DEATHS[chosen.time_to_progression_death.require()],
            extra_day=int(chosen.first_day_counts.require()),
            censoring=_censoring(study, way),
            last_assessment=way.last_assessment,
            criteria=chosen.criteria.require(),
            counting=counting,
        )


def _censoring(study: Study, way: Counting) -> CensoringRules:
    horizon = horizon_days(study) if way.after_horizon == "censor" else NEVER
    return censoring_of(way, calendar_of(study), horizon)


def censoring_of(
    way: Counting, calendar: AssessmentCalendar, horizon_day: float = NEVER
) -> CensoringRules:
    """Return a way of counting times as the rules read it.

    Parameters
    ----------
    way : Counting
        The study's own way, or a preset.
    calendar : AssessmentCalendar
        The planned assessments.
    horizon_day : float
        Where times are censored, if the way says so; ``inf``: nowhere.
    """
    return CensoringRules(
        calendar=calendar,
        dated_at_visit=way.progression_date == "scheduled_visit",
        missed_before_progression=way.missed_before_progression,
        missed_before_death=way.missed_before_death,
        by_planned_visits=way.missed_counted_by == "planned_visits",
        censors_without_baseline=way.no_baseline == "censor",
        horizon_day=horizon_day if way.after_horizon == "censor" else NEVER,
        clinical_progression=_STRATEGIES[way.clinical_progression],
        new_therapy=_STRATEGIES[way.new_anticancer_therapy],
        local_therapy=_STRATEGIES[way.unplanned_local_therapy],
        discontinuation=_STRATEGIES[way.treatment_discontinuation],
    )
