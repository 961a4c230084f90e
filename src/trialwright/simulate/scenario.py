"""What is assumed about patients and tumours: the numbers behind a virtual trial.

Each number stands in a TOML file with its source, or marked as an assumption with its basis.
A file may inherit another one and change some of its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.simulate.scenario_harm import Harm


@dataclass(frozen=True, slots=True)
class Limits:
    """The range a parameter may take; ``shares`` are non-negative and sum to 1."""

    least: float = 0.0
    most: float = inf
    above_least: bool = False
    shares: bool = False

    def __str__(self) -> str:
        """Write the range as a reader of an error message should see it."""
        if self.most < inf:
            return f"{'more than ' if self.above_least else ''}{self.least:g} to {self.most:g}"
        return f"{'more than ' if self.above_least else ''}{self.least:g}" + (
            "" if self.above_least else " or more"
        )


def _rate() -> Any:
    return field(metadata={"limits": Limits()})


def _log_sd() -> Any:
    # Wider than any patient or reader; beyond it exponentials overflow.
    return field(metadata={"limits": Limits(most=5.0)})


def _positive() -> Any:
    return field(metadata={"limits": Limits(above_least=True)})


def _probability() -> Any:
    return field(metadata={"limits": Limits(most=1.0)})


def _real() -> Any:
    return field(metadata={"limits": Limits(least=-inf)})


def _within(least: float, most: float = inf, *, above_least: bool = False) -> Any:
    return field(metadata={"limits": Limits(least, most, above_least)})


def _shares() -> Any:
    return field(metadata={"limits": Limits(most=1.0, shares=True)})


GrowthModel = Literal["stein_fojo", "generalised", "claret", "wang"]


@dataclass(frozen=True, slots=True)
class Growth:
    """How lesions grow and shrink: the model, medians, and log standard deviations around them.

    ``sensitive_fraction`` belongs to the generalised model, ``resistance_per_week`` to Claret's,
    ``linear_growth_mm_per_week`` (in place of ``kg_median_per_week`` during treatment) to Wang's.
    """

    model: GrowthModel = field(metadata={"limits": None})
    kg_median_per_week: float = _within(0.0, 5.0)
    ks_median_per_week: float = _within(0.0, 5.0)
    sensitive_fraction: float = _probability()
    resistance_per_week: float = _positive()
    linear_growth_mm_per_week: float = _within(0.0, 100.0)
    liver_shrinkage_factor: float = _rate()
    kg_patient_log_sd: float = _log_sd()
    kg_organ_log_sd: float = _log_sd()
    kg_lesion_log_sd: float = _log_sd()
    ks_patient_log_sd: float = _log_sd()
    ks_lesion_log_sd: float = _log_sd()


def _correlation() -> Any:
    return field(metadata={"limits": Limits(-1.0, 1.0)})


@dataclass(frozen=True, slots=True)
class Correlations:
    """Correlations between the standard normal traits of a patient; all 0: independent."""

    growth_shrinkage: float = _correlation()
    growth_frailty: float = _correlation()
    growth_survival: float = _correlation()
    shrinkage_frailty: float = _correlation()
    shrinkage_survival: float = _correlation()
    frailty_survival: float = _correlation()


@dataclass(frozen=True, slots=True)
class Lesions:
    """Lesions at baseline: how many, where, how large, and when they count as grown or gone."""

    diameter_log_mean: float = _within(-5.0, 10.0)
    diameter_log_sd: float = _log_sd()
    smallest_target_mm: float = _positive()
    smallest_node_mm: float = _positive()
    largest_mm: float = _positive()
    liver_targets: int = _within(1, 2)
    extrahepatic_target_shares: tuple[float, ...] = _shares()
    node_share: float = _probability()
    non_target_shares: tuple[float, ...] = _shares()
    non_target_organ_shares: tuple[float, ...] = _shares()
    non_target_progression_ratio: float = _within(1, above_least=True)
    non_target_floor_mm: float = _rate()
    vanished_below_mm: float = _rate()


@dataclass(frozen=True, slots=True)
class NewLesions:
    """When and where new lesions start."""

    hazard_per_week: float = _within(0.0, 100.0)
    frailty_log_sd: float = _log_sd()
    growth_effect: float = _within(-10.0, 10.0)
    most_per_patient: int = _within(0, 15)
    organ_shares: tuple[float, ...] = _shares()


@dataclass(frozen=True, slots=True)
class Survival:
    """Log-normal time to death, shorter where tumours grow fast or weigh heavily.

    The effects lower the logarithm of the time: per standard deviation of growth, per logarithm of
    the targets' sum at baseline against ``typical_burden_mm``, per logarithm of its true change by
    week 8, and for ECOG 1.
    """

    os_median_weeks: float = _within(0.0, 10_000.0, above_least=True)
    growth_effect: float = _within(-10.0, 10.0)
    log_sd: float = _log_sd()
    typical_burden_mm: float = _positive()
    burden_effect: float = _within(-10.0, 10.0)
    week_8_change_effect: float = _within(-10.0, 10.0)
    ecog_effect: float = _within(-10.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scans:
    """How scans are made and read."""

    read_log_sd: float = _log_sd()
    reader_log_sd: float = _log_sd()
    reader_change_probability: float = _probability()
    rounding_mm: float = _rate()
    too_small_below_mm: float = _rate()
    too_small_probability: float = _probability()
    not_evaluable_probability: float = _probability()
    missed_probability: float = _probability()
    jitter_sd_days: float = _within(0.0, 365.0)
    baseline_latest_days: int = _rate()
    baseline_earliest_days: int = _rate()


@dataclass(frozen=True, slots=True)
class Leaving:
    """How patients leave treatment or the study other than by progression or death."""

    discontinuation_hazard_per_month: float = _rate()
    withdrawal_hazard_per_month: float = _rate()


@dataclass(frozen=True, slots=True)
class Ablation:
    """What a planned ablation does to its lesion."""

    not_done_probability: float = _probability()
    technical_failure_probability: float = _probability()
    efficacy_size_limits_mm: tuple[float, ...] = _rate()
    technique_efficacy_probabilities: tuple[float, ...] = _probability()
    zone_least_mm: float = _rate()
    zone_most_mm: float = _rate()
    placement_error_most_mm: float = _rate()
    involution_least_per_week: float = _rate()
    involution_most_per_week: float = _rate()
    margin_limits_mm: tuple[float, ...] = _rate()
    local_progression_hazards_per_month: tuple[float, ...] = _rate()
    regrowth_mm: float = _rate()
    abscopal_probability: float = _probability()
    abscopal_ks_per_week: float = _rate()
    abscopal_onset_least_weeks: float = _rate()
    abscopal_onset_most_weeks: float = _rate()


@dataclass(frozen=True, slots=True)
class Therapy:
    """Treatment after study treatment."""

    probability_after_progression: float = _probability()
    probability_after_discontinuation: float = _probability()
    delay_least_days: int = _rate()
    delay_most_days: int = _rate()


@dataclass(frozen=True, slots=True)
class Toxicity:
    """Unacceptable toxicity, as the study's stopping rule counts it, within its window."""

    unacceptable_probability: float = _probability()
    ablation_related_share: float = _probability()


@dataclass(frozen=True, slots=True)
class People:
    """Who the patients are."""

    female_probability: float = _probability()
    age_mean_years: float = _positive()
    age_sd_years: float = _rate()
    ecog_1_probability: float = _probability()


def _share_achieved() -> Any:
    return field(default=None, metadata={"limits": Limits(most=1.0)})


def _months_achieved() -> Any:
    return field(default=None, metadata={"limits": Limits()})


def _words_achieved() -> Any:
    return field(default=None, metadata={"limits": None})


@dataclass(frozen=True, slots=True)
class Achieved:
    """What the scenario gave when it was fitted, and in which setting; None: it is not said.

    ``setting`` says whose scans, rules and patients those were: the name of a setting that comes
    with Trialwright (``simulate.calibration.list_settings``), or words. A scenario does not
    inherit these numbers, since a file that changes another's assumptions achieves other ones.
    """

    setting: str | None = _words_achieved()
    orr: float | None = _share_achieved()
    dcr: float | None = _share_achieved()
    pfs_median_months: float | None = _months_achieved()
    pfs_6_months: float | None = _share_achieved()
    os_median_months: float | None = _months_achieved()
    os_12_months: float | None = _share_achieved()


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
