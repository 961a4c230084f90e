"""What a virtual trial takes from the study file: plan, reading, endpoints, and how it is run.

The simulator draws tumours and scans; what a scan means, what ends a time and when the trial stops
are the rules of the rooms above, so a virtual patient is judged as a real one is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trialwright.endpoints.endings import CensorAt
from trialwright.errors import StudyError
from trialwright.records import as_plain_numbers, padded
from trialwright.simulate.clinic import Clinic, read_assumptions
from trialwright.simulate.conduct import NEVER_LOOKED, Conduct
from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
from trialwright.simulate.scans import Reading
from trialwright.simulate.scenario_file import read_scenario
from trialwright.simulate.trial import simulate_trial
from trialwright.simulate.tumour import DAYS_PER_WEEK
from trialwright.study.calendar import calendar_of
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from trialwright.dataset.dataset import Dataset
    from trialwright.endpoints.bulk.followed import EndpointRules
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study

_MOST_LOOKS = 128
_OWN_RULES = "recist11"  # the best response of the guideline


def simulate_study(
    study: Study,
    *,
    seed: int,
    trial: int = 0,
    patients: int | None = None,
    scenario: Scenario | None = None,
) -> Dataset:
    """Draw one virtual trial of a study.

    Parameters
    ----------
    study : Study
        The protocol; its ``simulation.scenario`` names the virtual patients.
    seed : int
        Names the series of trials.
    trial : int
        Number of the trial in the series, 0-based.
    patients : int or None
        Patients to enrol; none: as many as the study plans. A smaller number drops the last
        patients and leaves the others as they were. All are enrolled: the interim look is
        judged in the analysis and does not stop the virtual trial.
    scenario : Scenario or None
        Other virtual patients than those of ``simulation.scenario``.

    Raises
    ------
    StudyError
        If a field that the simulation needs is still a gap (all are listed), or the scenario
        is unknown.
    """
    require_settled(study, "a simulation", _NEEDED, but_not=_NOT_NEEDED)
    plan = plan_trial(study)
    if patients is not None:
        plan = plan.resized(patients)
    if scenario is None:
        scenario = read_scenario(study.simulation.scenario.require())
    try:
        clinic = Clinic(read_assumptions(), study.characteristics)
        return simulate_trial(
            scenario, plan, reading_of(study), seed=seed, trial=trial, clinic=clinic
        )
    except ValueError as error:
        msg = f"the study cannot be simulated: {error}"
        raise StudyError(msg) from error


def plan_trial(study: Study) -> TrialPlan:
    """Return what the simulator needs to know of a study.

    Days of the study file count from 1, those of the simulator from 0.
    """
    calendar_of(study)  # refuses windows that overlap, in the words of the study file
    schedule = study.schedule
    drugs = tuple(
        DrugPlan(
            drug.name.require(),
            drug.dose_mg.require(),
            drug.cycle_days.require(),
            drug.days_given.require(),
        )
        for drug in study.treatments
    )
    return TrialPlan(
        patients=study.design.planned_patients.require(),
        accrual_months=study.design.accrual_months.require(),
        assessment_interval_weeks=schedule.assessment_interval_weeks.require(),
        window_days=schedule.assessment_window_days.require(),
        horizon_months=schedule.horizon_months.require(),
        first_patient_date=schedule.first_patient_date.require(),
        data_cut=None,
        drugs=drugs,
        ablation=_plan_ablation(study),
        later_assessments=schedule.later_assessments.require(),
        toxicity_window_days=study.safety.toxicity_window_days.require(),
        days_per_month=study.endpoints.days_per_month.require(),
    )


def _plan_ablation(study: Study) -> AblationPlan | None:
    ablation = study.ablation
    if ablation is None:
        return None
    first, last = ablation.timing.require()
    return AblationPlan(
        first - 1, last - 1, ablation.largest_lesion_mm.require(), ablation.modality.require()
    )


def reading_of(study: Study) -> Reading:
    """Return how the study reads scans: the rules of ``response``, as numbers.

    Parameters
    ----------
    study : Study
        The study file. The scans of a virtual patient end at the first progression against the
        baseline before treatment, also where the study reads against the scan after ablation; its
        analysis then reads them as the study says. `check_reading` refuses what many trials
        cannot do.
    """
    from trialwright.response.bulk.packing import course_rules
    from trialwright.response.rules import ResponseRules

    rules = ResponseRules.of(study)
    reading = Reading(
        course_rules(replace(rules, best_response_rules=_OWN_RULES)),
        rules.confirm,
        rules.after_new_therapy,
        rules.while_on_treatment,
        stops_at_progression=True,
    )
    plain: Reading = as_plain_numbers(reading)
    return plain


def check_reading(study: Study) -> None:
    """Refuse a study that reads scans in a way that only an analysis can follow.

    Raises
    ------
    StudyError
        Naming the field.
    """
    chosen = study.response
    for name, value, only in (
        ("baseline_after_ablation", chosen.baseline_after_ablation.require(), False),
        ("tumour_marker", chosen.tumour_marker.require(), "none"),
        ("best_response_rules", chosen.best_response_rules.require(), _OWN_RULES),
    ):
        if value != only:
            msg = (
                f"response.{name} is {value!r}; many trials are read with {only!r} alone. "
                "Simulate single trials (without --trials) and analyse them as the study says"
            )
            raise StudyError(msg)


def endpoints_of(study: Study, counting: str = OF_THE_STUDY) -> EndpointRules:
    """Return the study's endpoints as rules of numbers.

    Parameters
    ----------
    study : Study
        The study file.
    counting : str
        Another way of counting times than the study's own (``study.counting.countings_of``).

    Raises
    ------
    StudyError
        If an endpoint is defined in a way that only an analysis can follow.
    """
    from trialwright.endpoints.bulk.follow_many import endpoint_rules
    from trialwright.endpoints.time_rules import TimeRules

    _check_rates(study)
    times = TimeRules.of(study, counting)
    try:
        rules: EndpointRules = as_plain_numbers(endpoint_rules(study, times))
    except ValueError as error:
        msg = f"many trials cannot be simulated: {error}"
        raise StudyError(msg) from error
    return rules


def _check_rates(study: Study) -> None:
    if study.ablation is not None and study.rates.ablation_not_performed.require() == "composite":
        msg = (
            "rates.ablation_not_performed is 'composite'; many trials are simulated with "
            "'treatment_policy' alone. Simulate single trials (without --trials) and analyse them"
        )
        raise StudyError(msg)


def conduct_of(study: Study, counting: str = OF_THE_STUDY) -> Conduct:
    """Return how the study is run and decided.

    Parameters
    ----------
    study : Study
        The study file.
    counting : str
        As for `endpoints_of`.

    Raises
    ------
    StudyError
        If a field that this needs is still a gap.
    """
    from trialwright.endpoints.time_rules import TimeRules

    design, run = study.design, study.simulation
    staged = design.kind.require() == "two_stage"
    looks, bounds = _toxicity_looks(study)
    return Conduct(
        patients=design.planned_patients.require(),
        first_stage_patients=design.first_stage_patients.require() if staged else 0,
        first_stage_bound=design.first_stage_bound.require() if staged else 0,
        final_bound=design.final_bound.require() if staged else -1,
        look_days=run.first_look_weeks.require() * DAYS_PER_WEEK,
        accrual_pauses=run.accrual_at_first_look.require() == "pauses",
        toxicity_looks=looks,
        toxicity_bounds=bounds,
        toxicity_window_days=study.safety.toxicity_window_days.require(),
        censor_at=int(CensorAt[TimeRules.of(study, counting).last_assessment.upper()]),
    )


def _toxicity_looks(study: Study) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return after how many patients toxicity is looked at, and how many with it stop the trial."""
    from trialwright.design.toxicity.of_study import toxicity_rule_of

    rule = toxicity_rule_of(study)
    if len(rule.looks) > _MOST_LOOKS:
        msg = (
            f"safety.toxicity_look_every: {len(rule.looks)} looks at toxicity; many trials hold "
            f"{_MOST_LOOKS} at most: look less often"
        )
        raise StudyError(msg)
    bounds = tuple(NEVER_LOOKED if one is None else one for one in rule.boundaries.stop_at_least)
    return padded(rule.looks, _MOST_LOOKS, NEVER_LOOKED), padded(bounds, _MOST_LOOKS, NEVER_LOOKED)


_NEEDED = (
    "treatments[",
    "ablation.",
    "schedule.",
    "response.",
    "simulation.scenario",
    "safety.toxicity_window_days",
    "endpoints.days_per_month",
    "design.planned_patients",
    "design.accrual_months",
)
_NOT_NEEDED = (
    "ablation.extent",
    "ablation.drug_hold",
    "ablation.first_scan_weeks",
    "schedule.baseline_window_days",
    "response.reader",
)
NOT_NEEDED = _NOT_NEEDED  # by a simulation of any kind
