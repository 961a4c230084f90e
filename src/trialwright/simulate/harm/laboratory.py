"""Laboratory values of one patient: a level of one's own, drugs, ablation, events and noise.

value = level exp(drug effects) exp(noise) + what ablation and events add (tests that rise), or
times what they leave (tests that fall). The sample on the day an event shows itself in a test
holds the value that its grade was read from, without noise; the excess then halves so that a
tenth of the limit of normal is left when the event is over. The rise after ablation comes to its
peak in a straight line and halves from there; one draw a patient says how large it is, for all
tests, so that ALT and AST rise together.

The tumour markers are left out: nothing in the model of harm moves them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log2
from typing import TYPE_CHECKING

from trialwright.simulate.harm.dosing import is_meant
from trialwright.simulate.harm.facts import HarmPurpose, LaboratoryValue, never

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.simulate.draws import Draws
    from trialwright.simulate.harm.facts import HarmFacts
    from trialwright.simulate.harm.onsets import DrawnEvent
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario_harm import Harm, Laboratory, LaboratoryTest

_DAYS_PER_WEEK = 7
_NOISE_DAYS = 2**16  # days of one test in the index of a noise draw
_BEFORE = 64  # days before the first dose that the index has room for
_LEFT = 0.1  # of the limit of normal: the excess when an event is over


@dataclass(frozen=True, slots=True)
class _Excursion:
    """What one event does to one test: ``target`` on its first day, then halving."""

    first_day: int
    target: float
    half_life_days: float


@dataclass(frozen=True, slots=True)
class _Course:
    """One test of one patient: the level, and all that moves it."""

    test: LaboratoryTest
    level: float
    effects: tuple[tuple[float, float], ...]  # log change, half-time in days
    treatment_end_day: float
    ablation_day: float
    ablation_rise: float
    excursions: tuple[_Excursion, ...] = ()

    def usual(self, day: float) -> float:
        """Return the level of a day as the drugs leave it."""
        return float(self.level * exp(sum(c * self._reached(h, day) for c, h in self.effects)))

    def _reached(self, half_time: float, day: float) -> float:
        """Return the share of a drug's effect that is there on a day."""
        on = min(max(day, 0.0), self.treatment_end_day)
        after = max(0.0, day - self.treatment_end_day)
        return float((1.0 - 0.5 ** (on / half_time)) * 0.5 ** (after / half_time))

    def value(self, day: int, noise: float) -> float:
        """Return the value of a day; ``noise`` is a factor of the usual level."""
        if any(excursion.first_day == day for excursion in self.excursions):
            noise = 1.0
        usual = self.usual(day)
        if self.test.direction == "rise":
            added = [self._excess(excursion, day) for excursion in self.excursions]
            return usual * noise + max([self._after_ablation(day), *added])
        left = [1.0 - self._excess(excursion, day) / usual for excursion in self.excursions]
        return usual * noise * min([1.0, *left]) + self._after_ablation(day)

    def _excess(self, excursion: _Excursion, day: int) -> float:
        """Return how far an event moves the test on a day, 0 or more, in its unit."""
        since = day - excursion.first_day
        if since < 0:
            return 0.0
        distance = excursion.target - self.usual(excursion.first_day)
        if self.test.direction == "fall":
            distance = -distance
        return float(max(0.0, distance) * 0.5 ** (since / excursion.half_life_days))

    def _after_ablation(self, day: int) -> float:
        since = day - self.ablation_day
        if never(self.ablation_day) or since < 0:
            return 0.0
        peak = self.test.ablation_peak_day
        if since < peak:
            return self.ablation_rise * since / peak
        return float(
            self.ablation_rise * 0.5 ** ((since - peak) / self.test.ablation_half_life_days)
        )


def draw_laboratory(
    harm: Harm, plan: TrialPlan, draws: Draws, *, facts: HarmFacts, events: Sequence[DrawnEvent]
) -> tuple[LaboratoryValue, ...]:
    """Draw all laboratory values of a patient, test by test and day by day."""
    usual_days = _list_visits(harm.laboratory, draws, facts)
    values: list[LaboratoryValue] = []
    for test in harm.laboratory_tests:
        course = _draw_course(harm, plan, draws, test=test, facts=facts)
        baseline = _sample(course, draws, usual_days[0]).value
        course = _add_events(course, events, baseline)
        extra = _list_event_days(harm.laboratory, course, events, facts)
        days = sorted(day for day in {*usual_days, *extra} if day < facts.last_known)
        values += [_sample(course, draws, day) for day in days]
    return tuple(values)


def _list_visits(laboratory: Laboratory, draws: Draws, facts: HarmFacts) -> tuple[int, ...]:
    """List the days of samples for all tests, the baseline first."""
    earliest, latest = laboratory.baseline_earliest_days, laboratory.baseline_latest_days
    baseline = -draws.integer(HarmPurpose.BASELINE_SAMPLE, latest, earliest)
    until = min(facts.last_known, facts.treatment_end_day + laboratory.days_after_last_dose)
    days, day = [], 0
    while True:
        early = day < laboratory.early_weeks * _DAYS_PER_WEEK
        weeks = laboratory.early_interval_weeks if early else laboratory.late_interval_weeks
        day += weeks * _DAYS_PER_WEEK
        if day >= until:
            break
        days.append(day)
    if not never(facts.ablation_day):
        after = [int(facts.ablation_day) + day for day in laboratory.days_after_ablation]
        days += [day for day in after if day < facts.last_known]
    return (baseline, *sorted(set(days)))


def _list_event_days(
    laboratory: Laboratory, course: _Course, events: Sequence[DrawnEvent], facts: HarmFacts
) -> set[int]:
    """List the days on which a test is taken because an event moves it."""
    found: set[int] = set()
    for event in events:
        for test, delay in zip(event.laboratory, event.laboratory_delay_days, strict=True):
            if test == course.test.test:
                first = event.row.start_day + delay
                found.update(range(first, first + event.days, laboratory.event_interval_days))
    return {day for day in found if day < facts.last_known}


def _draw_course(
    harm: Harm, plan: TrialPlan, draws: Draws, *, test: LaboratoryTest, facts: HarmFacts
) -> _Course:
    spread = exp(test.patient_log_sd * draws.normal(HarmPurpose.LABORATORY_LEVEL, test.number))
    effects = tuple(
        (effect.log_change, effect.half_time_days)
        for effect in harm.laboratory_drug_effects
        if effect.test == test.test and any(is_meant(harm, effect.drug, d) for d in plan.drugs)
    )
    rise = 0.0
    if not never(facts.ablation_day):
        size = facts.ablated_mm / harm.laboratory.ablation_reference_mm
        z = draws.normal(HarmPurpose.ABLATION_RISE)
        rise = test.upper_limit * test.ablation_rise * exp(test.ablation_rise_log_sd * z)
        rise *= size**harm.laboratory.ablation_size_exponent
    return _Course(
        test=test,
        level=test.median * spread,
        effects=effects,
        treatment_end_day=facts.treatment_end_day,
        ablation_day=facts.ablation_day,
        ablation_rise=rise,
    )


def _add_events(course: _Course, events: Sequence[DrawnEvent], baseline: float) -> _Course:
    """Return the course with what the events do to this test."""
    excursions = tuple(
        _make_excursion(course, event, delay, baseline)
        for event in events
        for test, delay in zip(event.laboratory, event.laboratory_delay_days, strict=True)
        if test == course.test.test
    )
    return replace(course, excursions=excursions)


def _make_excursion(course: _Course, event: DrawnEvent, delay: int, baseline: float) -> _Excursion:
    """Return the value that an event of this grade brings, and how fast it goes back.

    A rise counts from the limit of normal, or from a baseline that is beyond it (CTCAE v5.0,
    investigations); a fall from the limit.
    """
    test, place = course.test, event.row.grade - 1
    rises = test.direction == "rise"
    limit = test.upper_limit if rises else test.lower_limit
    reference = max(limit, baseline) if rises else limit
    least, most = test.peak_least[place], test.peak_most[place]
    target = reference * (least + (most - least) * event.peak)
    first = event.row.start_day + delay
    halvings = log2(max(2.0, abs(target - course.usual(first)) / (_LEFT * limit)))
    return _Excursion(first, target, event.days / halvings)


def _sample(course: _Course, draws: Draws, day: int) -> LaboratoryValue:
    test = course.test
    index = test.number * _NOISE_DAYS + _BEFORE + day
    noise = exp(test.noise_log_sd * draws.normal(HarmPurpose.LABORATORY_NOISE, index))
    return LaboratoryValue(
        test=test.test,
        day=day,
        value=round(course.value(day, noise), test.decimals),
        unit=test.unit,
        lower_limit=test.lower_limit,
        upper_limit=test.upper_limit,
    )
