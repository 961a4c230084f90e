"""When a virtual patient dies, leaves, stops treatment, or has unacceptable toxicity.

Plain functions, alike in Python and in machine code. Days count from the first dose (day 0);
``inf`` is a day that never comes.
"""

from __future__ import annotations

from math import exp, floor, inf, log
from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.draws import Purpose, Who, draw_both, integer_between
from trialwright.simulate.patient import Counts, Lesions, Traits, true_diameter
from trialwright.simulate.tumour import DAYS_PER_WEEK, wait_in_days

if TYPE_CHECKING:
    from trialwright.simulate.ablation import HiddenAblation
    from trialwright.simulate.numbers import Nature, Protocol

_CHANGE_WEEK = 8  # at which the true change of burden may bear on survival


class Leaving(NamedTuple):
    """Whole days of 1 or more on which the patient would die, withdraw, stop treatment."""

    death: float
    withdrawal: float
    discontinuation: float


def draw_leaving(who: Who, nature: Nature, death: float) -> Leaving:
    """Draw when the patient would withdraw consent and stop treatment; death is given."""
    u_withdrawal, u_stop = draw_both(who, Purpose.LEAVING, 0)
    model = nature.leaving
    return Leaving(
        death,
        wait_in_days(u_withdrawal, model.withdrawal_hazard_per_month),
        wait_in_days(u_stop, model.discontinuation_hazard_per_month),
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
