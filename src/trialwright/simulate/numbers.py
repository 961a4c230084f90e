"""A scenario and a protocol as plain numbers, as the rules of a virtual patient read them.

The sections of a scenario become named tuples with the same field names, so that one source reads
them in Python and, compiled, in machine code.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import asdict, fields
from math import erfc, inf, log, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.errors import StudyError
from trialwright.records import padded
from trialwright.simulate.scenario import (
    Ablation,
    Growth,
    Leaving,
    Lesions,
    NewLesions,
    Scans,
    Survival,
    Therapy,
)
from trialwright.simulate.scenario_correlations import check_correlations, root_of
from trialwright.simulate.tumour import MODELS, GrowthLaw, SizeLaw
from trialwright.study.calendar import planned_day

if TYPE_CHECKING:
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario import Correlations, Scenario
    from trialwright.study.calendar import AssessmentCalendar

NO_ABLATION = -1  # as a day
MOST_SCANS = 1024  # of a patient, baseline included: so many draws of a lesion have room
_LONGEST = 8  # list of a scenario
# What stands behind a list, so that all have one length: shares of nothing, bands never reached.
_FILLERS = {
    "extrahepatic_target_shares": 0.0,
    "non_target_shares": 0.0,
    "non_target_organ_shares": 0.0,
    "organ_shares": 0.0,
    "efficacy_size_limits_mm": inf,
    "technique_efficacy_probabilities": 0.0,
    "margin_limits_mm": inf,
    "local_progression_hazards_per_month": 0.0,
}


def _numbers(section: type[Any]) -> Any:
    """Make a named tuple with the fields of a section that are numbers."""
    names = [f.name for f in fields(section) if f.metadata["limits"] is not None]
    # The name under which it stands in this module, or kept machine code could not find it.
    return namedtuple(f"{section.__name__}Numbers", names, module=__name__)  # noqa: PYI024


GrowthNumbers: Any = _numbers(Growth)
LesionsNumbers: Any = _numbers(Lesions)
NewLesionsNumbers: Any = _numbers(NewLesions)
SurvivalNumbers: Any = _numbers(Survival)
ScansNumbers: Any = _numbers(Scans)
LeavingNumbers: Any = _numbers(Leaving)
AblationNumbers: Any = _numbers(Ablation)
TherapyNumbers: Any = _numbers(Therapy)


class Mixing(NamedTuple):
    """Lower triangle that makes correlated traits of independent ones (Cholesky)."""

    shrinkage_growth: float
    shrinkage: float
    frailty_growth: float
    frailty_shrinkage: float
    frailty: float
    survival_growth: float
    survival_shrinkage: float
    survival_frailty: float
    survival: float


class Nature(NamedTuple):
    """What is assumed of patients and tumours; the sections are those of ``Scenario``."""

    growth: Growth
    law: GrowthLaw
    mixing: Mixing
    lesions: Lesions
    ablatable_size: SizeLaw  # of the first liver target
    other_size: SizeLaw
    node_size: SizeLaw
    new_lesions: NewLesions
    survival: Survival
    log_os_median_weeks: float
    scans: Scans
    leaving: Leaving
    ablation: Ablation
    therapy: Therapy
    unacceptable_probability: float
    female_probability: float
    ecog_1_probability: float


class Protocol(NamedTuple):
    """What the virtual patient needs to know of the plan; days count from the first dose."""

    calendar: AssessmentCalendar
    horizon_days: int
    days_between_patients: float
    cut_day: float  # first day of the trial whose facts are not in the data; inf: no cut
    ablation_first_day: int  # NO_ABLATION: none is planned
    ablation_last_day: int
    largest_ablated_mm: float
    toxicity_window_days: int


def nature_of(scenario: Scenario, plan: TrialPlan) -> Nature:
    """Return a scenario as numbers.

    Parameters
    ----------
    scenario : Scenario
        The assumptions.
    plan : TrialPlan
        Its largest diameter for ablation bounds the first liver target, since only patients with
        a lesion fit for ablation are enrolled.

    Raises
    ------
    StudyError
        If the ablation's largest diameter is below the smallest target of the scenario, or the
        correlations are not those of any distribution.
    """
    growth, lesions, people = scenario.growth, scenario.lesions, scenario.people
    return Nature(
        growth=_read(GrowthNumbers, growth),
        law=GrowthLaw(
            MODELS.index(growth.model), growth.sensitive_fraction, growth.resistance_per_week
        ),
        mixing=mix(scenario.correlations),
        lesions=_read(LesionsNumbers, lesions),
        ablatable_size=_size_law(
            lesions, lesions.smallest_target_mm, _largest_ablated(scenario, plan)
        ),
        other_size=_size_law(lesions, lesions.smallest_target_mm, lesions.largest_mm),
        node_size=_size_law(lesions, lesions.smallest_node_mm, lesions.largest_mm),
        new_lesions=_read(NewLesionsNumbers, scenario.new_lesions),
        survival=_read(SurvivalNumbers, scenario.survival),
        log_os_median_weeks=log(scenario.survival.os_median_weeks),
        scans=_read(ScansNumbers, scenario.scans),
        leaving=_read(LeavingNumbers, scenario.leaving),
        ablation=_read(AblationNumbers, scenario.ablation),
        therapy=_read(TherapyNumbers, scenario.therapy),
        unacceptable_probability=scenario.toxicity.unacceptable_probability,
        female_probability=people.female_probability,
        ecog_1_probability=people.ecog_1_probability,
    )


def protocol_of(scenario: Scenario, plan: TrialPlan) -> Protocol:
    """Return a plan as numbers; errors are those of `nature_of`, or it has too many scans."""
    calendar = plan.assessments
    if planned_day(calendar, MOST_SCANS) < plan.horizon_days:
        msg = (
            f"the calendar plans more than {MOST_SCANS - 1} assessments before the horizon; "
            "lengthen schedule.assessment_interval_weeks or schedule.later_assessments"
        )
        raise StudyError(msg)
    ablation = plan.ablation
    cut = inf
    if plan.data_cut is not None:
        cut = float((plan.data_cut - plan.first_patient_date).days + 1)
    return Protocol(
        calendar=plan.assessments,
        horizon_days=plan.horizon_days,
        days_between_patients=plan.days_between_patients,
        cut_day=cut,
        ablation_first_day=NO_ABLATION if ablation is None else ablation.first_day,
        ablation_last_day=NO_ABLATION if ablation is None else ablation.last_day,
        largest_ablated_mm=_largest_ablated(scenario, plan),
        toxicity_window_days=plan.toxicity_window_days,
    )


def mix(correlations: Correlations) -> Mixing:
    """Return the lower triangle of the traits' correlation matrix.

    Raises
    ------
    StudyError
        If the matrix is not positive definite.
    """
    numbers = asdict(correlations)
    rows = root_of(numbers)
    if rows is None:
        (problem,) = check_correlations({f"correlations.{k}": v for k, v in numbers.items()})
        raise StudyError(problem)
    return Mixing(*rows[1], *rows[2], *rows[3])


def _read(kind: Any, section: object) -> Any:
    values = {name: getattr(section, name) for name in kind._fields}
    for name, filler in _FILLERS.items():
        if name in values:
            values[name] = padded(values[name], _LONGEST, filler)
    return kind(**values)


def _largest_ablated(scenario: Scenario, plan: TrialPlan) -> float:
    lesions = scenario.lesions
    if plan.ablation is None:
        return lesions.largest_mm
    most = plan.ablation.max_diameter_mm
    if most < lesions.smallest_target_mm:
        msg = (
            f"ablation up to {most:g} mm, but the smallest target of scenario {scenario.name} has "
            f"{lesions.smallest_target_mm:g} mm; raise ablation.largest_lesion_mm of the study, or "
            "lower lesions.smallest_target_mm of the scenario"
        )
        raise StudyError(msg)
    return min(most, lesions.largest_mm)


def _size_law(lesions: Lesions, least: float, most: float) -> SizeLaw:
    mean, sd = lesions.diameter_log_mean, lesions.diameter_log_sd
    below = (0.0, 1.0) if sd == 0 else (_share_below(least, mean, sd), _share_below(most, mean, sd))
    return SizeLaw(mean, sd, least, most, *below)


def _share_below(size_mm: float, log_mean: float, log_sd: float) -> float:
    return 0.5 * erfc(-(log(size_mm) - log_mean) / (log_sd * sqrt(2.0)))
