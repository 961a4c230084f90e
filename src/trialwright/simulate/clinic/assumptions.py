"""What is assumed of clinic visits, as ``assumptions.toml`` says it, each part with its basis."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Visits:
    """When vital signs and ECGs are recorded; ECGs at the start of some cycles alone."""

    baseline_earliest_days: int
    baseline_latest_days: int
    days_after_treatment: int
    ecg_cycles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PressureOfDrug:
    """How a drug moves blood pressure, mmHg."""

    drug: str
    systolic_rise: float
    diastolic_rise: float
    half_time_days: float


@dataclass(frozen=True, slots=True)
class PressureOfEvent:
    """The least blood pressure while an event lasts, by its grade from 1 on, mmHg."""

    term: str
    systolic_by_grade: tuple[float, ...]
    diastolic_by_grade: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Pressure:
    """Blood pressure of patients and of visits, mmHg."""

    systolic_mean: float
    systolic_sd: float
    diastolic_mean: float
    diastolic_sd: float
    correlation: float
    systolic_noise_sd: float
    diastolic_noise_sd: float
    least_difference: float
    drug: PressureOfDrug
    event: PressureOfEvent


@dataclass(frozen=True, slots=True)
class Pulse:
    """Pulse, beats a minute."""

    mean: float
    sd: float
    noise_sd: float


@dataclass(frozen=True, slots=True)
class Qtcf:
    """QT interval corrected by Fridericia's formula, ms."""

    mean: float
    sd: float
    noise_sd: float
    outlier_probability: float
    outlier_rise: float


@dataclass(frozen=True, slots=True)
class CharacteristicModel:
    """Shares of levels (or of whole numbers), or a log-normal number.

    ``never_level`` does not occur together with a level of another characteristic
    (``never_with``), which the study must declare before.
    """

    not_known_probability: float = 0.0
    shares: Mapping[str, float] | None = None
    median: float = 1.0
    log_sd: float = 0.0
    decimals: int = 0
    never_with: tuple[tuple[str, str], ...] = ()
    never_level: str | None = None


@dataclass(frozen=True, slots=True)
class UsualMedication:
    """A medication taken since before the study; ``years``: how long ago it began at most."""

    number: int
    medication: str
    medication_class: str
    indication: str
    probability: float
    years: tuple[float, float]


@dataclass(frozen=True, slots=True)
class EventMedication:
    """A medication given for an adverse event of some grade or more, while it lasts."""

    number: int
    medication: str
    medication_class: str
    terms: tuple[str, ...]
    least_grade: int
    probability: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that is assumed; ``other`` is for characteristics that are not listed."""

    visits: Visits
    pressure: Pressure
    pulse: Pulse
    qtcf: Qtcf
    characteristics: Mapping[str, CharacteristicModel]
    other: CharacteristicModel
    usual_medications: tuple[UsualMedication, ...]
    event_medications: tuple[EventMedication, ...]


@functools.cache
def read_assumptions() -> Assumptions:
    """Read what is assumed of clinic visits."""
    text = files(__package__).joinpath("assumptions.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    pressure = content["pressure"]
    other = content["other_characteristics"]
    return Assumptions(
        _make(Visits, content["visits"]),
        _make(
            Pressure,
            {
                **pressure,
                "drug": _make(PressureOfDrug, pressure["drug"]),
                "event": _make(PressureOfEvent, pressure["event"]),
            },
        ),
        _make(Pulse, content["pulse"]),
        _make(Qtcf, content["qtcf"]),
        MappingProxyType({one["name"]: _characteristic(one) for one in content["characteristics"]}),
        CharacteristicModel(
            other["not_known_probability"],
            median=other["number_median"],
            log_sd=other["number_log_sd"],
            decimals=other["number_decimals"],
        ),
        tuple(_make(UsualMedication, one) for one in content["usual_medications"]),
        tuple(_make(EventMedication, one) for one in content["event_medications"]),
    )


def _characteristic(entry: Mapping[str, Any]) -> CharacteristicModel:
    apart = {"name", "assumption"}
    rest = {name: value for name, value in entry.items() if name not in apart}
    never = tuple(rest.pop("never_with", {}).items())
    return CharacteristicModel(**rest, never_with=never)


def _make(kind: type[Any], entry: Mapping[str, Any]) -> Any:
    """Make a part of its entry; lists become tuples, and the basis stays in the file."""
    return kind(
        **{
            name: tuple(value) if isinstance(value, list) else value
            for name, value in entry.items()
            if name != "assumption"
        }
    )
