"""What is assumed about patients and tumours: the numbers behind a virtual trial.

Each number stands in a TOML file with its source, or marked as an assumption with its basis.
A file may inherit another one and change some of its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from trialwright.simulate.scenario_fields import (
    correlation,
    log_sd,
    positive,
    probability,
    rate,
    shares,
    within,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.simulate.scenario_harm import Harm


GrowthModel = Literal["stein_fojo", "generalised", "claret", "wang"]


@dataclass(frozen=True, slots=True)
class Growth:
    """How lesions grow and shrink: the model, medians, and log standard deviations around them.

    ``sensitive_fraction`` belongs to the generalised model, ``resistance_per_week`` to Claret's,
    ``linear_growth_mm_per_week`` (in place of ``kg_median_per_week`` during treatment) to Wang's.
    """

    model: GrowthModel = words()  # noqa: RUF009 - which is a field
    kg_median_per_week: float = within(0.0, 5.0)
    ks_median_per_week: float = within(0.0, 5.0)
    sensitive_fraction: float = probability()
    resistance_per_week: float = positive()
    linear_growth_mm_per_week: float = within(0.0, 100.0)
    liver_shrinkage_factor: float = rate()
    kg_patient_log_sd: float = log_sd()
    kg_organ_log_sd: float = log_sd()
    kg_lesion_log_sd: float = log_sd()
    ks_patient_log_sd: float = log_sd()
    ks_lesion_log_sd: float = log_sd()


@dataclass(frozen=True, slots=True)
class Correlations:
    """Correlations between the standard normal traits of a patient; all 0: independent."""

    growth_shrinkage: float = correlation()
    growth_frailty: float = correlation()
    growth_survival: float = correlation()
    shrinkage_frailty: float = correlation()
    shrinkage_survival: float = correlation()
    frailty_survival: float = correlation()


@dataclass(frozen=True, slots=True)
class Lesions:
    """Lesions at baseline: how many, where, how large, and when they count as grown or gone."""

    diameter_log_mean: float = within(-5.0, 10.0)
    diameter_log_sd: float = log_sd()
    smallest_target_mm: float = positive()
    smallest_node_mm: float = positive()
    largest_mm: float = positive()
    liver_targets: int = within(1, 2)
    extrahepatic_target_shares: tuple[float, ...] = shares()
    node_share: float = probability()
    non_target_shares: tuple[float, ...] = shares()
    non_target_organ_shares: tuple[float, ...] = shares(entries=3)
    non_target_progression_ratio: float = within(1, above_least=True)
    non_target_floor_mm: float = rate()
    vanished_below_mm: float = rate()


@dataclass(frozen=True, slots=True)
class NewLesions:
    """When and where new lesions start."""

    hazard_per_week: float = within(0.0, 100.0)
    frailty_log_sd: float = log_sd()
    growth_effect: float = within(-10.0, 10.0)
    most_per_patient: int = within(0, 15)
    organ_shares: tuple[float, ...] = shares(entries=3)


@dataclass(frozen=True, slots=True)
class Survival:
    """Log-normal time to death, shorter where tumours grow fast or weigh heavily.

    The effects lower the logarithm of the time: per standard deviation of growth, per logarithm of
    the targets' sum at baseline against ``typical_burden_mm``, per logarithm of its true change by
    week 8, and for ECOG 1.
    """

    os_median_weeks: float = within(0.0, 10_000.0, above_least=True)
    growth_effect: float = within(-10.0, 10.0)
    log_sd: float = log_sd()
    typical_burden_mm: float = positive()
    burden_effect: float = within(-10.0, 10.0)
    week_8_change_effect: float = within(-10.0, 10.0)
    ecog_effect: float = within(-10.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scans:
    """How scans are made and read."""

    read_log_sd: float = log_sd()
    reader_log_sd: float = log_sd()
    reader_change_probability: float = probability()
    rounding_mm: float = rate()
    too_small_below_mm: float = rate()
    too_small_probability: float = probability()
    not_evaluable_probability: float = probability()
    missed_probability: float = probability()
    jitter_sd_days: float = within(0.0, 365.0)
    baseline_latest_days: int = rate()
    baseline_earliest_days: int = rate()


@dataclass(frozen=True, slots=True)
class Leaving:
    """How patients leave treatment or the study other than by progression or death."""

    discontinuation_hazard_per_month: float = rate()
    withdrawal_hazard_per_month: float = rate()


@dataclass(frozen=True, slots=True)
class Ablation:
    """What a planned ablation does to its lesion."""

    not_done_probability: float = probability()
    technical_failure_probability: float = probability()
    efficacy_size_limits_mm: tuple[float, ...] = rate()
    technique_efficacy_probabilities: tuple[float, ...] = probability()
    zone_least_mm: float = rate()
    zone_most_mm: float = rate()
    placement_error_most_mm: float = rate()
    involution_least_per_week: float = rate()
    involution_most_per_week: float = rate()
    margin_limits_mm: tuple[float, ...] = rate()
    local_progression_hazards_per_month: tuple[float, ...] = rate()
    regrowth_mm: float = rate()
    abscopal_probability: float = probability()
    abscopal_ks_per_week: float = rate()
    abscopal_onset_least_weeks: float = rate()
    abscopal_onset_most_weeks: float = rate()


@dataclass(frozen=True, slots=True)
class Therapy:
    """Treatment after study treatment."""

    probability_after_progression: float = probability()
    probability_after_discontinuation: float = probability()
    delay_least_days: int = rate()
    delay_most_days: int = rate()


@dataclass(frozen=True, slots=True)
class Toxicity:
    """Unacceptable toxicity, as the study's stopping rule counts it, within its window."""

    unacceptable_probability: float = probability()
    ablation_related_share: float = probability()


@dataclass(frozen=True, slots=True)
class People:
    """Who the patients are."""

    female_probability: float = probability()
    age_mean_years: float = positive()
    age_sd_years: float = rate()
    ecog_1_probability: float = probability()


@dataclass(frozen=True, slots=True)
class Achieved:
    """What the scenario gave when it was fitted, and in which setting; None: it is not said.

    ``setting`` says whose scans, rules and patients those were: the name of a setting that comes
    with Trialwright (``simulate.calibration.list_settings``), or words. A scenario does not
    inherit these numbers, since a file that changes another's assumptions achieves other ones.
    """

    setting: str | None = words(default=None)
    orr: float | None = probability(default=None)
    dcr: float | None = probability(default=None)
    pfs_median_months: float | None = rate(default=None)
    pfs_6_months: float | None = probability(default=None)
    os_median_months: float | None = rate(default=None)
    os_12_months: float | None = probability(default=None)


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a number comes from: a source, or an assumption and what it rests on."""

    kind: Literal["source", "assumption"]
    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One set of assumptions about patients and tumours.

    ``bases`` says where each number comes from, by its dotted name such as
    ``growth.kg_median_per_week``.
    """

    name: str
    title: str
    growth: Growth
    correlations: Correlations
    lesions: Lesions
    new_lesions: NewLesions
    survival: Survival
    scans: Scans
    leaving: Leaving
    ablation: Ablation
    therapy: Therapy
    toxicity: Toxicity
    people: People
    harm: Harm
    achieved: Achieved
    bases: Mapping[str, Basis] = field(compare=False)


SECTIONS: dict[str, type[Any]] = {
    "growth": Growth,
    "correlations": Correlations,
    "lesions": Lesions,
    "new_lesions": NewLesions,
    "survival": Survival,
    "scans": Scans,
    "leaving": Leaving,
    "ablation": Ablation,
    "therapy": Therapy,
    "toxicity": Toxicity,
    "people": People,
    "achieved": Achieved,
}
