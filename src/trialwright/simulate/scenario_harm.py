"""What is assumed of the harm that study treatment does: doses, adverse events, laboratory values.

Sections and lists of a scenario file, beside those of ``scenario.py``. An entry of a list has a
``number`` of its own: a file that inherits names it to change that entry, and the draws of an
entry depend on it and on nothing else of the list. Drugs are named as the study names them
(capitals do not matter) or by a class of ``drug_classes``; an entry for a drug that the study
does not give is not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from trialwright.simulate.scenario_fields import (
    by_grade,
    positive,
    probability,
    rate,
    real,
    within,
    words,
)

LARGEST_NUMBER = 999  # of an entry, so that its draws have room in one word of the counter


def _number() -> Any:
    return within(1, LARGEST_NUMBER)


@dataclass(frozen=True, slots=True)
class DrugClass:
    """Drugs that share their harm, so that an entry may name them all by one word."""

    number: int = _number()
    name: str = words()
    drugs: tuple[str, ...] = words()


@dataclass(frozen=True, slots=True)
class DoseLevels:
    """The doses that a drug may be reduced to; below the lowest it is stopped."""

    number: int = _number()
    drug: str = words()
    levels_mg: tuple[float, ...] = positive()


@dataclass(frozen=True, slots=True)
class DoseRule:
    """What happens to a drug after an event; of several rules that fit, the lowest number counts.

    ``from_occurrence`` counts the events of one entry: 2 is the first recurrence. A drug held is
    given again once the event has come down to grade 1 (``dosing.recovery_share`` of its length)
    and ``hold_least_days`` are over, and stopped for good after ``hold_most_days``.
    """

    number: int = _number()
    drug: str = words()
    groups: tuple[str, ...] = words()
    least_grade: int = within(1, 4)
    most_grade: int = within(1, 4)
    from_occurrence: int = within(1)
    action: Literal["hold", "reduce", "hold and reduce", "stop"] = words()
    hold_least_days: int = rate(default=0)
    hold_most_days: int = rate(default=0)


@dataclass(frozen=True, slots=True)
class AblationHold:
    """A drug that is held around the ablation; the day of the ablation itself always."""

    number: int = _number()
    drug: str = words()
    days_before: int = rate()
    days_after: int = rate()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCourse:
    """What every kind of adverse event has: grade, length, seriousness, laboratory values.

    ``grade_shares`` and ``serious_probabilities`` have an entry for each of the grades 1-4. The
    tests of ``laboratory`` move to a value of the event's grade, ``laboratory_delay_days`` (an
    entry each) after its start.
    """

    number: int = _number()
    term: str = words()
    body_system: str = words()
    group: str = words()
    grade_shares: tuple[float, ...] = by_grade(sum_to_1=True)
    serious_probabilities: tuple[float, ...] = by_grade(most=1.0)
    duration_median_days: float = positive()
    duration_log_sd: float = rate()
    resolves_probability: float = probability()
    laboratory: tuple[str, ...] = words(default=())
    laboratory_delay_days: tuple[int, ...] = rate(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventModel(EventCourse):
    """An adverse event of a drug: its onset is a Poisson process while the drug is given.

    The hazard is ``hazard_per_month`` for ``early_days`` after the first dose and
    ``late_factor`` of it afterwards, times (dose / ``reference_dose_mg``) to the power of
    ``dosing.hazard_dose_exponent``; a reference dose of 0 makes it independent of the dose, holds
    included. It goes on for ``days_after_last_dose``. After an event it is ``recurrence_factor``
    of itself, and over after ``most_per_patient`` events.
    """

    cause: str = words()
    kind: Literal["drug", "immune-related"] = words()
    hazard_per_month: float = rate()
    early_days: int = within(1)
    late_factor: float = probability()
    reference_dose_mg: float = rate()
    recurrence_factor: float = probability()
    most_per_patient: int = within(1, 20)
    days_after_last_dose: int = rate()
    shared_with: tuple[str, ...] = words(default=())
    shared_probability: float = probability(default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationEventModel(EventCourse):
    """A complication of the ablation: at most one a patient, a log-normal time after it."""

    probability: float = probability()
    onset_median_days: float = rate()
    onset_log_sd: float = rate()


@dataclass(frozen=True, slots=True)
class LaboratoryTest:
    """One laboratory test: normal range, usual level, noise, and what events and ablation do to it.

    ``peak_least`` and ``peak_most`` (an entry a grade) bound the value that an event of that grade
    brings, as a multiple of the limit of normal on the side of ``direction``, or of the patient's
    baseline where that already is beyond the limit, as CTCAE counts. ``ablation_rise`` is the
    median rise after an ablation whose zone has ``laboratory.ablation_reference_mm``, in
    multiples of the upper limit.
    """

    number: int = _number()
    test: str = words()
    unit: str = words()
    lower_limit: float = rate()
    upper_limit: float = positive()
    decimals: int = within(0, 6)
    direction: Literal["rise", "fall"] = words()
    median: float = positive()
    patient_log_sd: float = rate()
    noise_log_sd: float = rate()
    peak_least: tuple[float, ...] = by_grade()
    peak_most: tuple[float, ...] = by_grade()
    ablation_rise: float = rate()
    ablation_rise_log_sd: float = rate()
    ablation_peak_day: int = rate()
    ablation_half_life_days: float = positive()


@dataclass(frozen=True, slots=True)
class LaboratoryDrugEffect:
    """A slow change of a test while a drug is given, reached and lost with one half-time."""

    number: int = _number()
    test: str = words()
    drug: str = words()
    log_change: float = real()
    half_time_days: float = positive()


@dataclass(frozen=True, slots=True)
class Dosing:
    """How doses follow events, and events doses."""

    recovery_share: float = probability()
    hazard_dose_exponent: float = rate()


@dataclass(frozen=True, slots=True)
class Laboratory:
    """When samples are taken, and how the rise after ablation depends on the zone."""

    baseline_latest_days: int = within(1)
    baseline_earliest_days: int = within(1, 28)
    early_interval_weeks: int = within(1)
    early_weeks: int = rate()
    late_interval_weeks: int = within(1)
    days_after_ablation: tuple[int, ...] = within(1, 365)
    event_interval_days: int = within(1)
    days_after_last_dose: int = rate()
    ablation_reference_mm: float = positive()
    ablation_size_exponent: float = rate()


@dataclass(frozen=True, slots=True)
class Harm:
    """All that a scenario assumes of the harm of treatment; fields are the parts of the file."""

    dosing: Dosing
    laboratory: Laboratory
    drug_classes: tuple[DrugClass, ...]
    dose_levels: tuple[DoseLevels, ...]
    dose_rules: tuple[DoseRule, ...]
    ablation_holds: tuple[AblationHold, ...]
    adverse_events: tuple[AdverseEventModel, ...]
    ablation_events: tuple[AblationEventModel, ...]
    laboratory_tests: tuple[LaboratoryTest, ...]
    laboratory_drug_effects: tuple[LaboratoryDrugEffect, ...]


HARM_SECTIONS: dict[str, type[Any]] = {"dosing": Dosing, "laboratory": Laboratory}
HARM_LISTS: dict[str, type[Any]] = {
    "drug_classes": DrugClass,
    "dose_levels": DoseLevels,
    "dose_rules": DoseRule,
    "ablation_holds": AblationHold,
    "adverse_events": AdverseEventModel,
    "ablation_events": AblationEventModel,
    "laboratory_tests": LaboratoryTest,
    "laboratory_drug_effects": LaboratoryDrugEffect,
}
