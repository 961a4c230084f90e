"""One virtual patient as nature knows it: lesions, rates and dates that no scan shows directly.

Plain functions that write into sequences, alike in Python (lists) and in machine code (arrays).
Days count from the first dose (day 0); ``inf`` is a day that never comes.
"""

from __future__ import annotations

from math import exp, inf, isnan, log, nan
from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.draws import (
    Purpose,
    Who,
    choose,
    draw_both,
    draw_uniform,
)
from trialwright.simulate.normal_quantile import normal_quantile
from trialwright.simulate.tumour import (
    DAYS_PER_WEEK,
    MODELS,
    diameter_at,
    size_of_share,
)

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    from trialwright.simulate.ablation import HiddenAblation
    from trialwright.simulate.numbers import Nature

ORGANS = ("liver", "lung", "lymph node")  # an organ is its place here, as in a scenario's shares
LIVER, LUNG, NODE = 0, 1, 2
MOST_TARGETS, MOST_NON_TARGETS = 5, 3
MOST_LESIONS = MOST_TARGETS + MOST_NON_TARGETS
# Lesion numbers are indices of draws: room for each kind, never reused.
_FIRST_EXTRAHEPATIC, FIRST_NON_TARGET, FIRST_NEW = 2, 8, 16
_WANG = MODELS.index("wang")


class Lesions(NamedTuple):
    """The lesions of one patient at the first dose: targets first, room for ``MOST_LESIONS``."""

    number: MutableSequence[int]
    organ: MutableSequence[int]
    diameter_mm: MutableSequence[float]
    growth: MutableSequence[float]  # as `diameter_at` takes it
    ks_per_week: MutableSequence[float]
    smallest_mm: MutableSequence[float]  # smallest true size on a scan so far
    organ_growth: MutableSequence[float]  # by organ: its part of growth; nan: not drawn yet


class Counts(NamedTuple):
    """How many lesions a patient has at baseline."""

    targets: int
    lesions: int


class Traits(NamedTuple):
    """Standard normal traits, correlated as the scenario says."""

    growth: float
    shrinkage: float
    frailty: float
    survival: float


def draw_traits(who: Who, nature: Nature) -> Traits:
    """Draw the traits that all lesions and the survival of a patient share."""
    u_growth, u_shrinkage = draw_both(who, Purpose.RATES_OF_PATIENT, 0)
    u_frailty, u_survival = draw_both(who, Purpose.FATE, 0)
    growth, free_shrinkage = normal_quantile(u_growth), normal_quantile(u_shrinkage)
    free_frailty, free_survival = normal_quantile(u_frailty), normal_quantile(u_survival)
    m = nature.mixing
    return Traits(
        growth,
        m.shrinkage_growth * growth + m.shrinkage * free_shrinkage,
        m.frailty_growth * growth + m.frailty_shrinkage * free_shrinkage + m.frailty * free_frailty,
        m.survival_growth * growth
        + m.survival_shrinkage * free_shrinkage
        + m.survival_frailty * free_frailty
        + m.survival * free_survival,
    )


def draw_lesions(who: Who, nature: Nature, traits: Traits, lesions: Lesions) -> Counts:
    """Draw the lesions of baseline: targets in and outside the liver, then non-targets."""
    model = nature.lesions
    u_targets, u_non_targets = draw_both(who, Purpose.LESION_COUNT, 0)
    extrahepatic = choose(u_targets, model.extrahepatic_target_shares)
    non_targets = choose(u_non_targets, model.non_target_shares)
    targets = model.liver_targets + extrahepatic
    for organ in range(len(lesions.organ_growth)):
        lesions.organ_growth[organ] = nan
    place = 0
    for number in range(model.liver_targets):
        _draw_lesion(who, nature, traits, lesions, place, number)
        place += 1
    for number in range(_FIRST_EXTRAHEPATIC, _FIRST_EXTRAHEPATIC + extrahepatic):
        _draw_lesion(who, nature, traits, lesions, place, number)
        place += 1
    for number in range(FIRST_NON_TARGET, FIRST_NON_TARGET + non_targets):
        _draw_lesion(who, nature, traits, lesions, place, number)
        place += 1
    return Counts(targets, place)


def _draw_lesion(
    who: Who, nature: Nature, traits: Traits, lesions: Lesions, place: int, number: int
) -> None:
    u_organ, u_size = draw_both(who, Purpose.LESION, number)
    organ = _organ_of(u_organ, nature, number)
    lesions.number[place] = number
    lesions.organ[place] = organ
    lesions.diameter_mm[place] = _draw_size(u_size, nature, organ, number)
    model = nature.growth
    u_growth, u_shrinkage = draw_both(who, Purpose.RATES_OF_LESION, number)
    log_growth = (
        model.kg_patient_log_sd * traits.growth
        + model.kg_organ_log_sd * _growth_of_organ(who, lesions, organ)
        + model.kg_lesion_log_sd * normal_quantile(u_growth)
    )
    log_ks = model.ks_patient_log_sd * traits.shrinkage + model.ks_lesion_log_sd * normal_quantile(
        u_shrinkage
    )
    linear = nature.law.model == _WANG
    median = model.linear_growth_mm_per_week if linear else model.kg_median_per_week
    slower = model.liver_shrinkage_factor if organ == LIVER else 1.0
    lesions.growth[place] = median * exp(log_growth)
    lesions.ks_per_week[place] = slower * (model.ks_median_per_week * exp(log_ks))


def _growth_of_organ(who: Who, lesions: Lesions, organ: int) -> float:
    """Return the part of growth that a patient's lesions in one organ share, drawn once."""
    if isnan(lesions.organ_growth[organ]):
        u = draw_uniform(who, Purpose.GROWTH_OF_ORGAN, organ)
        lesions.organ_growth[organ] = normal_quantile(u)
    return lesions.organ_growth[organ]


def _organ_of(u: float, nature: Nature, number: int) -> int:
    if number < _FIRST_EXTRAHEPATIC:
        return LIVER
    if number < FIRST_NON_TARGET:
        return NODE if u < nature.lesions.node_share else LUNG
    return choose(u, nature.lesions.non_target_organ_shares)


def _draw_size(u: float, nature: Nature, organ: int, number: int) -> float:
    if number == 0:
        return size_of_share(u, nature.ablatable_size)
    if organ == NODE:
        return size_of_share(u, nature.node_size)
    return size_of_share(u, nature.other_size)


def true_diameter(
    nature: Nature, lesions: Lesions, place: int, day: float, ablation: HiddenAblation
) -> float:
    """Return the true diameter of a lesion that was not ablated, on a day, in mm."""
    extra = 0.0
    if day > ablation.abscopal_day and lesions.organ[place] == LIVER:
        weeks = (day - ablation.abscopal_day) / DAYS_PER_WEEK
        extra = nature.ablation.abscopal_ks_per_week * weeks
    return diameter_at(
        day,
        lesions.diameter_mm[place],
        lesions.growth[place],
        lesions.ks_per_week[place],
        extra,
        nature.law,
    )


def hazard_of_new_lesions(nature: Nature, traits: Traits) -> float:
    """Return the weekly rate at which new lesions start in a patient."""
    model = nature.new_lesions
    return model.hazard_per_week * exp(
        model.frailty_log_sd * traits.frailty + model.growth_effect * traits.growth
    )


def onset_of_new_lesion(who: Who, place: int, before: float, hazard: float) -> float:
    """Return the day on which a patient's next new lesion starts, a Poisson process.

    Parameters
    ----------
    who : Who
        The patient.
    place : int
        0 for the first new lesion, and so on.
    before : float
        Day on which the one before started; 0 for the first.
    hazard : float
        From `hazard_of_new_lesions`.
    """
    if hazard == 0:
        return inf
    wait = -log(draw_uniform(who, Purpose.NEW_LESION, place))
    return before + wait / hazard * DAYS_PER_WEEK


def organ_of_new_lesion(who: Who, nature: Nature, place: int) -> int:
    """Return the organ of a patient's new lesion."""
    return choose(draw_both(who, Purpose.NEW_LESION, place)[1], nature.new_lesions.organ_shares)
