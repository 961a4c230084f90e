"""One virtual patient as nature knows it: lesions, rates and dates that no scan shows directly."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor, inf, log
from typing import TYPE_CHECKING

from trialwright.simulate.draws import Purpose
from trialwright.simulate.tumour import (
    DAYS_PER_MONTH,
    DAYS_PER_WEEK,
    diameter_at,
    local_progression_hazard,
    truncated_log_normal,
    zone_diameter,
)

if TYPE_CHECKING:
    from trialwright.simulate.draws import Draws
    from trialwright.simulate.plan import AblationPlan
    from trialwright.simulate.scenario import Scenario

_ORGANS = ("liver", "lung", "lymph node")  # order of the shares of a scenario
# Lesion numbers are indices of draws: room for each kind, never reused.
_FIRST_EXTRAHEPATIC, _FIRST_NON_TARGET, _FIRST_NEW = 2, 8, 16
_YOUNGEST, _OLDEST = 18, 85  # years


@dataclass(frozen=True, slots=True)
class HiddenLesion:
    """A lesion's true course; ``diameter_mm`` is its size at the first dose."""

    number: int
    lesion_id: str
    role: str
    organ: str
    diameter_mm: float
    kg_per_week: float
    ks_per_week: float

    @property
    def lymph_node(self) -> bool:
        """Tell whether the lesion is a node, measured by its short axis."""
        return self.organ == "lymph node"

    def diameter_on(self, day: float) -> float:
        """Return the true diameter in mm on a day counted from the first dose."""
        return diameter_at(
            day,
            diameter_mm=self.diameter_mm,
            kg_per_week=self.kg_per_week,
            ks_per_week=self.ks_per_week,
        )


@dataclass(frozen=True, slots=True)
class HiddenNewLesion:
    """A lesion that starts during the study, seen from the first scan on or after its onset."""

    number: int
    organ: str
    onset_day: float


@dataclass(frozen=True, slots=True)
class HiddenAblation:
    """What an ablation on ``day`` does to ``lesion``; viable tumour is back from ``return_day``."""

    lesion: HiddenLesion
    day: int
    technical_success: bool
    margin_mm: float
    excess_mm: float
    involution_per_week: float
    return_day: float
    regrowth_mm: float

    def diameter_on(self, day: float) -> float:
        """Return what a scan measures: the zone, and tumour at its edge where there is any."""
        zone = zone_diameter(
            day - self.day,
            index_mm=self.lesion.diameter_on(self.day),
            excess_mm=self.excess_mm,
            involution_per_week=self.involution_per_week,
        )
        if day < self.return_day:
            return zone
        weeks = (day - self.return_day) / DAYS_PER_WEEK
        return zone + self.regrowth_mm * exp(self.lesion.kg_per_week * weeks)


@dataclass(frozen=True, slots=True)
class HiddenPatient:
    """A patient's traits and fate; days are counted from the first dose (day 0)."""

    sex: str
    age_years: float
    ecog: int
    lesions: tuple[HiddenLesion, ...]
    new_lesions: tuple[HiddenNewLesion, ...]
    ablation: HiddenAblation | None
    death_day: float
    withdrawal_day: float
    discontinuation_day: float


def draw_patient(scenario: Scenario, ablation: AblationPlan | None, draws: Draws) -> HiddenPatient:
    """Draw one patient.

    Parameters
    ----------
    scenario : Scenario
        The assumptions.
    ablation : AblationPlan or None
        The planned ablation. Its largest diameter bounds the first liver target, since only
        patients with a lesion fit for ablation are enrolled; every other draw is the same
        without a plan.
    draws : Draws
        The random numbers of this patient.

    Returns
    -------
    HiddenPatient
        Days are whole numbers of 1 or more for death, withdrawal and discontinuation.
    """
    growth_z = draws.normal(Purpose.GROWTH_OF_PATIENT)
    largest_ablated = ablation.max_diameter_mm if ablation is not None else inf
    lesions = _draw_lesions(scenario, growth_z, largest_ablated, draws)
    people, leaving = scenario.people, scenario.leaving
    age = people.age_mean_years + people.age_sd_years * draws.normal(Purpose.AGE)
    return HiddenPatient(
        sex="female" if draws.uniform(Purpose.SEX) < people.female_probability else "male",
        age_years=min(max(age, _YOUNGEST), _OLDEST),
        ecog=int(draws.uniform(Purpose.ECOG) < people.ecog_1_probability),
        lesions=lesions,
        new_lesions=_draw_new_lesions(scenario, growth_z, draws),
        ablation=_draw_ablation(scenario, ablation, lesions[0], draws),
        death_day=_draw_death(scenario, growth_z, draws),
        withdrawal_day=_wait(Purpose.WITHDRAWAL, leaving.withdrawal_hazard_per_month, draws),
        discontinuation_day=_wait(
            Purpose.DISCONTINUATION, leaving.discontinuation_hazard_per_month, draws
        ),
    )


def _draw_lesions(
    scenario: Scenario, growth_z: float, largest_ablated_mm: float, draws: Draws
) -> tuple[HiddenLesion, ...]:
    model = scenario.lesions
    extrahepatic = draws.choice(Purpose.LESION_COUNT, model.extrahepatic_target_shares, 0)
    non_targets = draws.choice(Purpose.LESION_COUNT, model.non_target_shares, 1)
    places = [(number, "target", "liver") for number in range(model.liver_targets)]
    for number in range(_FIRST_EXTRAHEPATIC, _FIRST_EXTRAHEPATIC + extrahepatic):
        is_node = draws.uniform(Purpose.ORGAN, number) < model.node_share
        places.append((number, "target", "lymph node" if is_node else "lung"))
    for number in range(_FIRST_NON_TARGET, _FIRST_NON_TARGET + non_targets):
        organ = _ORGANS[draws.choice(Purpose.ORGAN, model.non_target_organ_shares, number)]
        places.append((number, "non_target", organ))
    lesions, counts = [], {"target": 0, "non_target": 0}
    for number, role, organ in places:
        counts[role] += 1
        lesion_id = f"{'T' if role == 'target' else 'NT'}{counts[role]}"
        kg, ks = _draw_rates(scenario, growth_z, organ, number, draws)
        diameter = truncated_log_normal(
            draws.uniform(Purpose.DIAMETER, number),
            log_mean=model.diameter_log_mean,
            log_sd=model.diameter_log_sd,
            least=model.smallest_node_mm if organ == "lymph node" else model.smallest_target_mm,
            most=min(largest_ablated_mm, model.largest_mm) if number == 0 else model.largest_mm,
        )
        lesions.append(HiddenLesion(number, lesion_id, role, organ, diameter, kg, ks))
    return tuple(lesions)


def _draw_rates(
    scenario: Scenario, growth_z: float, organ: str, number: int, draws: Draws
) -> tuple[float, float]:
    """Draw growth (patient, organ and lesion parts) and shrinkage (patient and lesion parts)."""
    model = scenario.growth
    log_kg = (
        model.kg_patient_log_sd * growth_z
        + model.kg_organ_log_sd * draws.normal(Purpose.GROWTH_OF_ORGAN, _ORGANS.index(organ))
        + model.kg_lesion_log_sd * draws.normal(Purpose.GROWTH_OF_LESION, number)
    )
    log_ks = model.ks_patient_log_sd * draws.normal(
        Purpose.SHRINKAGE_OF_PATIENT
    ) + model.ks_lesion_log_sd * draws.normal(Purpose.SHRINKAGE_OF_LESION, number)
    return model.kg_median_per_week * exp(log_kg), model.ks_median_per_week * exp(log_ks)


def _draw_new_lesions(
    scenario: Scenario, growth_z: float, draws: Draws
) -> tuple[HiddenNewLesion, ...]:
    """Draw onsets as a Poisson process whose rate the patient's frailty and growth set."""
    model = scenario.new_lesions
    hazard = model.hazard_per_week * exp(
        model.frailty_log_sd * draws.normal(Purpose.FRAILTY) + model.growth_effect * growth_z
    )
    if hazard == 0:
        return ()
    lesions, week = [], 0.0
    for place in range(model.most_per_patient):
        number = _FIRST_NEW + place
        week += draws.exponential(Purpose.NEW_LESION_TIME, place) / hazard
        organ = _ORGANS[draws.choice(Purpose.NEW_LESION_ORGAN, model.organ_shares, place)]
        lesions.append(HiddenNewLesion(number, organ, week * DAYS_PER_WEEK))
    return tuple(lesions)


def _draw_ablation(
    scenario: Scenario, plan: AblationPlan | None, lesion: HiddenLesion, draws: Draws
) -> HiddenAblation | None:
    model = scenario.ablation
    if plan is None or draws.uniform(Purpose.ABLATION_DONE) < model.not_done_probability:
        return None
    day = draws.integer(Purpose.ABLATION_DAY, plan.first_day, plan.last_day)
    result = draws.uniform(Purpose.ABLATION_RESULT)  # one draw: a failed session is not effective
    excess = draws.between(Purpose.ABLATION_ZONE, model.zone_least_mm, model.zone_most_mm)
    misplaced = draws.between(Purpose.ABLATION_PLACEMENT, 0.0, model.placement_error_most_mm)
    margin = max(excess / 2 - misplaced, 0.0)
    effective = result < model.technique_efficacy_probability
    return HiddenAblation(
        lesion=lesion,
        day=day,
        technical_success=result < 1 - model.technical_failure_probability,
        margin_mm=float(round(margin)) if effective else 0.0,
        excess_mm=excess,
        involution_per_week=draws.between(
            Purpose.ABLATION_INVOLUTION,
            model.involution_least_per_week,
            model.involution_most_per_week,
        ),
        return_day=day + _draw_local_progression(scenario, margin, draws) if effective else day,
        regrowth_mm=model.regrowth_mm,
    )


def _draw_local_progression(scenario: Scenario, margin_mm: float, draws: Draws) -> float:
    model = scenario.ablation
    hazard = local_progression_hazard(
        margin_mm, model.margin_limits_mm, model.local_progression_hazards_per_month
    )
    return _wait(Purpose.LOCAL_PROGRESSION, hazard, draws)


def _draw_death(scenario: Scenario, growth_z: float, draws: Draws) -> float:
    model = scenario.survival
    log_weeks = (
        log(model.os_median_weeks)
        - model.growth_effect * growth_z
        + model.log_sd * draws.normal(Purpose.SURVIVAL)
    )
    return floor(exp(log_weeks) * DAYS_PER_WEEK) + 1


def _wait(purpose: Purpose, hazard_per_month: float, draws: Draws) -> float:
    """Draw an exponential waiting time in whole days, never 0; infinite without a hazard."""
    if hazard_per_month == 0:
        return inf
    return floor(draws.exponential(purpose) / hazard_per_month * DAYS_PER_MONTH) + 1
