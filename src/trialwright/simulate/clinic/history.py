"""Characteristics before treatment and concomitant medication of one virtual patient."""

from __future__ import annotations

from datetime import timedelta
from math import exp
from typing import TYPE_CHECKING
from zlib import crc32

from trialwright.simulate.clinic.facts import ClinicPurpose
from trialwright.simulate.draws import between, choose
from trialwright.simulate.normal_quantile import normal_quantile
from trialwright.simulate.rows import CharacteristicRow, MedicationRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from trialwright.simulate.clinic.assumptions import CharacteristicModel
    from trialwright.simulate.clinic.facts import Clinic, ClinicFacts
    from trialwright.study.characteristics_section import Characteristic

_DAYS_PER_YEAR = 365.25
_MOST_MEDICATIONS = 1024  # numbers of medications in the index of an event's draw


def draw_characteristics(clinic: Clinic, facts: ClinicFacts) -> tuple[CharacteristicRow, ...]:
    """Draw the characteristics that the study declares, in its order."""
    known: dict[str, str | None] = {}
    rows = []
    for one in clinic.characteristics:
        known[one.name] = value = _draw(one, clinic, facts, known)
        unit = None if value is None else one.unit
        rows.append(CharacteristicRow(facts.patient_id, one.name, value, unit))
    return tuple(rows)


def list_medications(clinic: Clinic, facts: ClinicFacts) -> tuple[MedicationRow, ...]:
    """List what was taken before the study and goes on, and what was given for events."""
    return (*_usual(clinic, facts), *_for_events(clinic, facts))


def _draw(
    one: Characteristic, clinic: Clinic, facts: ClinicFacts, known: Mapping[str, str | None]
) -> str | None:
    assumed = clinic.assumptions
    model = assumed.characteristics.get(one.name, assumed.other)
    # The checksum of the name is the index: another list leaves the draws as they were.
    known_u, value_u = facts.draws.both(ClinicPurpose.CHARACTERISTIC, crc32(one.name.encode()))
    if known_u < model.not_known_probability:
        return None
    if model.shares is None and one.levels is None:
        return _number(model.median * exp(model.log_sd * normal_quantile(value_u)), model.decimals)
    shares = _shares(one, model, known)
    return list(shares)[choose(value_u, list(shares.values()))]


def _number(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


def _shares(
    one: Characteristic, model: CharacteristicModel, known: Mapping[str, str | None]
) -> dict[str, float]:
    """Return the share of each level; equal shares where the assumptions have other levels."""
    shares = dict(model.shares or {})
    if one.levels is not None and set(shares) != set(one.levels):
        return dict.fromkeys(one.levels, 1.0 / len(one.levels))
    excluded = any(known.get(name) == level for name, level in model.never_with)
    if excluded and model.never_level is not None and len(shares) > 1:
        del shares[model.never_level]
    total = sum(shares.values())
    return {level: share / total for level, share in shares.items()}


def _usual(clinic: Clinic, facts: ClinicFacts) -> Iterator[MedicationRow]:
    for one in clinic.assumptions.usual_medications:
        taken, ago = facts.draws.both(ClinicPurpose.USUAL_MEDICATION, one.number)
        if taken < one.probability:
            years = between(ago, *one.years)
            start = facts.day_0 - timedelta(days=round(years * _DAYS_PER_YEAR) + 30)
            yield _row(facts, one.medication, one.medication_class, one.indication, _month(start))


def _for_events(clinic: Clinic, facts: ClinicFacts) -> Iterator[MedicationRow]:
    """Yield what was given for each event; one draw an event and medication decides."""
    for event in facts.events:
        start = facts.day_of(event.start_date)
        for one in clinic.assumptions.event_medications:
            if event.term not in one.terms or event.grade < one.least_grade or start is None:
                continue
            index = start * _MOST_MEDICATIONS + one.number
            if facts.draws.uniform(ClinicPurpose.EVENT_MEDICATION, index) < one.probability:
                yield _row(
                    facts,
                    one.medication,
                    one.medication_class,
                    event.term,
                    event.start_date,
                    event.end_date,
                )


def _row(
    facts: ClinicFacts,
    medication: str,
    medication_class: str,
    indication: str,
    start: str,
    end: str | None = None,
) -> MedicationRow:
    return MedicationRow(facts.patient_id, medication, medication_class, indication, start, end)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
