"""What is assumed of the harm that study treatment does: doses, adverse events, laboratory values.

Sections and lists of a scenario file, beside those of ``scenario.py``. An entry of a list has a
``number`` of its own: a file that inherits names it to change that entry, and the draws of an
entry depend on it and on nothing else of the list. Drugs are named as the study names them
(capitals do not matter) or by a class of ``drug_classes``; an entry for a drug that the study
does not give is not used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from trialwright.simulate.scenario import Limits

LARGEST_NUMBER = 999  # of an entry, so that its draws have room in one word of the counter
GRADES = (1, 2, 3, 4)  # a fatal event is the death that the tumour model draws


def _within(least: float = 0.0, most: float = float("inf"), *, above_least: bool = False) -> Any:
    return field(metadata={"limits": Limits(least, most, above_least)})


def _number() -> Any:
    return _within(1, LARGEST_NUMBER)


def _probability() -> Any:
    return _within(0.0, 1.0)


def _positive() -> Any:
    return _within(above_least=True)


def _real() -> Any:
    return _within(float("-inf"))


def _by_grade(*, shares: bool = False, most: float = float("inf")) -> Any:
    most = 1.0 if shares else most
    return field(metadata={"limits": Limits(most=most, shares=shares), "entries": len(GRADES)})


def _words() -> Any:
    return field(metadata={"limits": None})


def _words_or_none() -> Any:
    return field(default=(), metadata={"limits": None})


def _days_or_none() -> Any:
    return field(default=(), metadata={"limits": Limits()})


def _zero_if_absent() -> Any:
    return field(default=0, metadata={"limits": Limits()})


@dataclass(frozen=True, slots=True)
class DrugClass:
    """Drugs that share their harm, so that an entry may name them all by one word."""

    number: int = _number()
    name: str = _words()
    drugs: tuple[str, ...] = _words()


@dataclass(frozen=True, slots=True)
class DoseLevels:
    """The doses that a drug may be reduced to; below the lowest it is stopped."""

    number: int = _number()
    drug: str = _words()
    levels_mg: tuple[float, ...] = _positive()


@dataclass(frozen=True, slots=True)
class DoseRule:
    """What happens to a drug after an event; of several rules that fit, the lowest number counts.

    ``from_occurrence`` counts the events of one entry: 2 is the first recurrence. A drug held is
    given again once the event has come down to grade 1 (``dosing.recovery_share`` of its length)
    and ``hold_least_days`` are over, and stopped for good after ``hold_most_days``.
    """

    number: int = _number()
    drug: str = _words()
    groups: tuple[str, ...] = _words()
    least_grade: int = _within(1, 4)
    most_grade: int = _within(1, 4)
    from_occurrence: int = _within(1)
    action: Literal["hold", "reduce", "hold and reduce", "stop"] = _words()
    hold_least_days: int = _zero_if_absent()
    hold_most_days: int = _zero_if_absent()


@dataclass(frozen=True, slots=True)
class AblationHold:
    """A drug that is held around the ablation; the day of the ablation itself always."""

    number: int = _number()
    drug: str = _words()
    days_before: int = _within()
    days_after: int = _within()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCourse:
    """What every kind of adverse event has: grade, length, seriousness, laboratory values.

    ``grade_shares`` and ``serious_probabilities`` have an entry for each of the grades 1-4. The
    tests of ``laboratory`` move to a value of the event's grade, ``laboratory_delay_days`` (an
    entry each) after its start.
    """

    number: int = _number()
    term: str = _words()
    group: str = _words()
    grade_shares: tuple[float, ...] = _by_grade(shares=True)
    serious_probabilities: tuple[float, ...] = _by_grade(most=1.0)
    duration_median_days: float = _positive()
    duration_log_sd: float = _within()
    resolves_probability: float = _probability()
    laboratory: tuple[str, ...] = _words_or_none()
    laboratory_delay_days: tuple[int, ...] = _days_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventModel(EventCourse):
    """An adverse event of a drug: its onset is a Poisson process while the drug is given.

    The hazard is ``hazard_per_month`` for ``early_days`` after the first dose and
    ``late_factor`` of it afterwards, times (dose / ``reference_dose_mg``) to the power of
    ``dosing.hazard_dose_exponent``; a reference dose of 0 makes it independent of the dose, holds
    included. It goes on for ``days_after_last_dose``. After an event it is ``recurrence_factor``
    of itself, and over after ``most_per_patient`` events.
    """

    cause: str = _words()
    kind: Literal["drug", "immune-related"] = _words()
    hazard_per_month: float = _within()
    early_days: int = _within(1)
    late_factor: float = _probability()
    reference_dose_mg: float = _within()
    recurrence_factor: float = _probability()
    most_per_patient: int = _within(1, 20)
    days_after_last_dose: int = _within()
    shared_with: tuple[str, ...] = _words_or_none()
    shared_probability: float = field(default=0.0, metadata={"limits": Limits(most=1.0)})


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationEventModel(EventCourse):
    """A complication of the ablation: at most one a patient, a log-normal time after it."""

    probability: float = _probability()
    onset_median_days: float = _within()
    onset_log_sd: float = _within()


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
    test: str = _words()
    unit: str = _words()
    lower_limit: float = _within()
    upper_limit: float = _positive()
    decimals: int = _within(0, 6)
    direction: Literal["rise", "fall"] = _words()
    median: float = _positive()
    patient_log_sd: float = _within()
    noise_log_sd: float = _within()
    peak_least: tuple[float, ...] = _by_grade()
    peak_most: tuple[float, ...] = _by_grade()
    ablation_rise: float = _within()
    ablation_rise_log_sd: float = _within()
    ablation_peak_day: int = _within()
    ablation_half_life_days: float = _positive()


@dataclass(frozen=True, slots=True)
class LaboratoryDrugEffect:
    """A slow change of a test while a drug is given, reached and lost with one half-time."""

    number: int = _number()
    test: str = _words()
    drug: str = _words()
    log_change: float = _real()
    half_time_days: float = _positive()


@dataclass(frozen=True, slots=True)
class Dosing:
    """How doses follow events, and events doses."""

    recovery_share: float = _probability()
    hazard_dose_exponent: float = _within()


@dataclass(frozen=True, slots=True)
class Laboratory:
    """When samples are taken, and how the rise after ablation depends on the zone."""

    baseline_latest_days: int = _within(1)
    baseline_earliest_days: int = _within(1, 28)
    early_interval_weeks: int = _within(1)
    early_weeks: int = _within()
    late_interval_weeks: int = _within(1)
    days_after_ablation: tuple[int, ...] = _within(1, 365)
    event_interval_days: int = _within(1)
    days_after_last_dose: int = _within()
    ablation_reference_mm: float = _positive()
    ablation_size_exponent: float = _within()


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
