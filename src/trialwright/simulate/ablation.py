"""The ablation of a virtual patient's first liver target, and what becomes of it.

Plain functions, alike in Python and in machine code. Days count from the first dose (day 0);
``inf`` is a day that never comes.
"""

from __future__ import annotations

from math import floor, inf
from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.draws import (
    Purpose,
    Who,
    between,
    draw_both,
    draw_uniform,
    integer_between,
)
from trialwright.simulate.numbers import NO_ABLATION, Nature, Protocol
from trialwright.simulate.tumour import (
    DAYS_PER_WEEK,
    band_of,
    diameter_at,
    wait_in_days,
    zone_diameter,
)

if TYPE_CHECKING:
    from trialwright.simulate.patient import Lesions


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
    return wait_in_days(draw_uniform(who, Purpose.LOCAL_PROGRESSION, 0), hazard)


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
