"""One virtual patient as nature knows it: lesions, rates and dates that no scan shows directly.

Plain functions that write into sequences, alike in Python (lists) and in machine code (arrays).
Days count from the first dose (day 0); ``inf`` is a day that never comes.
"""

from __future__ import annotations

from math import exp, floor, inf, isnan, log, nan
from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.draws import (
    Purpose,
    Who,
    between,
    choose,
    draw_both,
    draw_uniform,
    integer_between,
)
from trialwright.simulate.normal_quantile import normal_quantile
from trialwright.simulate.numbers import NO_ABLATION, Nature, Protocol
from trialwright.simulate.tumour import (
    DAYS_PER_MONTH,
    DAYS_PER_WEEK,
    MODELS,
    band_of,
    diameter_at,
    size_of_share,
    zone_diameter,
)

if TYPE_CHECKING:
    from collections.abc import MutableSequence

ORGANS = ("liver", "lung", "lymph node")  # an organ is its place here, as in a scenario's shares
LIVER, LUNG, NODE = 0, 1, 2
MOST_TARGETS, MOST_NON_TARGETS = 5, 3
MOST_LESIONS = MOST_TARGETS + MOST_NON_TARGETS
# Lesion numbers are indices of draws: room for each kind, never reused.
_FIRST_EXTRAHEPATIC, FIRST_NON_TARGET, FIRST_NEW = 2, 8, 16
_WANG = MODELS.index("wang")
_CHANGE_WEEK = 8  # at which the true change of burden may bear on survival


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


class HiddenAblation(NamedTuple):
    """What an ablation on ``day`` does to the first target; ``inf``: none is done.

    Viable tumour is back from ``return_day``. Untreated liver lesions shrink faster from
    ``abscopal_day``.
    """

    day: float
    index_mm: float
    technical_success: bool
    margin_mm: float
    excess_mm: float
    involution_per_week: float
    return_day: float
    abscopal_day: float


class Leaving(NamedTuple):
    """Whole days of 1 or more on which the patient would die, withdraw, stop treatment."""

    death: float
    withdrawal: float
    discontinuation: float


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


def no_ablation() -> HiddenAblation:
    """Return the ablation of a patient who has none."""
    return HiddenAblation(inf, 0.0, False, 0.0, 0.0, 0.0, inf, inf)


def draw_ablation(who: Who, nature: Nature, protocol: Protocol, lesions: Lesions) -> HiddenAblation:
    """Draw the planned ablation of the first liver target and what becomes of it."""
    model = nature.ablation
    if protocol.ablation_first_day == NO_ABLATION:
        return no_ablation()
    u_done, u_day = draw_both(who, Purpose.ABLATION, 0)
    if u_done < model.not_done_probability:
        return no_ablation()
    day = integer_between(u_day, protocol.ablation_first_day, protocol.ablation_last_day)
    growth, ks = lesions.growth[0], lesions.ks_per_week[0]
    size = diameter_at(day, lesions.diameter_mm[0], growth, ks, 0.0, nature.law)
    return _ablate(who, nature, day, size)


def _ablate(who: Who, nature: Nature, day: int, size_mm: float) -> HiddenAblation:
    """Draw what a session on a day does to a lesion of that size."""
    model = nature.ablation
    # One draw of success: a session that did not cover the lesion is not effective either.
    success, u_excess = draw_both(who, Purpose.ABLATION_RESULT, 0)
    u_place, u_involution = draw_both(who, Purpose.ABLATION_PLACEMENT, 0)
    excess = between(u_excess, model.zone_least_mm, model.zone_most_mm)
    margin = max(excess / 2 - between(u_place, 0.0, model.placement_error_most_mm), 0.0)
    band = band_of(size_mm, model.efficacy_size_limits_mm)
    effective = success < model.technique_efficacy_probabilities[band]
    lasts = _wait_for_local_progression(who, nature, margin) if effective else 0.0
    return HiddenAblation(
        float(day),
        size_mm,
        success < 1 - model.technical_failure_probability,
        float(floor(margin + 0.5)) if effective else 0.0,
        excess,
        between(u_involution, model.involution_least_per_week, model.involution_most_per_week),
        day + lasts,
        _draw_abscopal_day(who, nature, day),
    )


def _wait_for_local_progression(who: Who, nature: Nature, margin_mm: float) -> float:
    model = nature.ablation
    hazard = model.local_progression_hazards_per_month[band_of(margin_mm, model.margin_limits_mm)]
    return _wait(draw_uniform(who, Purpose.LOCAL_PROGRESSION, 0), hazard)


def _draw_abscopal_day(who: Who, nature: Nature, ablation_day: float) -> float:
    model = nature.ablation
    if model.abscopal_probability == 0:
        return inf
    u, u_onset = draw_both(who, Purpose.ABSCOPAL, 0)
    if u >= model.abscopal_probability:
        return inf
    weeks = between(u_onset, model.abscopal_onset_least_weeks, model.abscopal_onset_most_weeks)
    return ablation_day + weeks * DAYS_PER_WEEK


def zone_on(nature: Nature, lesions: Lesions, ablation: HiddenAblation, day: float) -> float:
    """Return what a scan measures of the ablated lesion: the zone, and tumour at its edge."""
    zone = zone_diameter(
        day - ablation.day, ablation.index_mm, ablation.excess_mm, ablation.involution_per_week
    )
    return zone + viable_on(nature, lesions, ablation, day)


def viable_on(nature: Nature, lesions: Lesions, ablation: HiddenAblation, day: float) -> float:
    """Return the diameter of viable tumour at the zone on a day after the ablation."""
    if day < ablation.return_day:
        return 0.0
    return diameter_at(
        day - ablation.return_day,
        nature.ablation.regrowth_mm,
        lesions.growth[0],
        0.0,  # what came back does not shrink
        0.0,
        nature.law,
    )


def draw_leaving(who: Who, nature: Nature, death: float) -> Leaving:
    """Draw when the patient would withdraw consent and stop treatment; death is given."""
    u_withdrawal, u_stop = draw_both(who, Purpose.LEAVING, 0)
    model = nature.leaving
    return Leaving(
        death,
        _wait(u_withdrawal, model.withdrawal_hazard_per_month),
        _wait(u_stop, model.discontinuation_hazard_per_month),
    )


def draw_death(
    who: Who, nature: Nature, traits: Traits, lesions: Lesions, counts: Counts, at: HiddenAblation
) -> float:
    """Draw the day of death: log-normal, earlier with fast growth and a heavy burden."""
    model = nature.survival
    log_weeks = (
        nature.log_os_median_weeks
        - model.growth_effect * traits.growth
        + model.log_sd * traits.survival
    )
    if model.burden_effect != 0 or model.week_8_change_effect != 0:
        log_weeks -= _weight_of_burden(nature, lesions, counts, at)
    if model.ecog_effect != 0:
        restricted = draw_both(who, Purpose.PERSON, 0)[1] < nature.ecog_1_probability
        log_weeks -= model.ecog_effect if restricted else 0.0
    return float(floor(exp(log_weeks) * DAYS_PER_WEEK) + 1)


def _weight_of_burden(
    nature: Nature, lesions: Lesions, counts: Counts, ablation: HiddenAblation
) -> float:
    """Return by how much the targets' sum and its change shorten the logarithm of survival."""
    first, later = 0.0, 0.0
    for place in range(counts.targets):
        first += lesions.diameter_mm[place]
        later += true_diameter(nature, lesions, place, _CHANGE_WEEK * DAYS_PER_WEEK, ablation)
    model = nature.survival
    change = log(max(later, 1.0) / first)
    return (
        model.burden_effect * log(first / model.typical_burden_mm)
        + model.week_8_change_effect * change
    )


def draw_toxicity(who: Who, nature: Nature, protocol: Protocol) -> float:
    """Draw the day of unacceptable toxicity within the study's window; ``inf``: none."""
    if protocol.toxicity_window_days == 0 or nature.unacceptable_probability == 0:
        return inf
    u, u_day = draw_both(who, Purpose.TOXICITY, 0)
    if u >= nature.unacceptable_probability:
        return inf
    return float(integer_between(u_day, 1, protocol.toxicity_window_days))


def _wait(u: float, hazard_per_month: float) -> float:
    """Return an exponential waiting time in whole days, never 0; infinite without a hazard."""
    if hazard_per_month == 0:
        return inf
    return float(floor(-log(u) / hazard_per_month * DAYS_PER_MONTH) + 1)
