"""What a vital sign or a parameter of the ECG is: its names, units and possible values.

The names, units and lines are data (``measures.toml``), each with its source.
"""

from __future__ import annotations

import difflib
import functools
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from trialwright.safety.units import make_analyte

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.safety.units import Analyte

SignTable = Literal["vitals", "ecgs"]
SYSTOLIC, DIASTOLIC, QTCF = "systolic blood pressure", "diastolic blood pressure", "QTcF"
_CLOSE = 0.7  # how alike a name must be to be proposed


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured, and the limits that no living patient's value lies outside.

    The limits are in the standard unit.
    """

    what: Analyte
    least: float
    most: float

    @property
    def name(self) -> str:
        """Our name, such as ``systolic blood pressure``."""
        return self.what.name


@dataclass(frozen=True, slots=True)
class PressureBand:
    """A band of blood pressure; it is reached with either pressure, mmHg."""

    band: int
    systolic: float
    diastolic: float
    source: str


@dataclass(frozen=True, slots=True)
class QtcfLines:
    """Lines of QTcF and of its rise from baseline, ms; a value above a line counts."""

    above_ms: tuple[float, ...]
    rise_above_ms: tuple[float, ...]
    source: str


def find_measure(table: SignTable, written: str | None) -> Measure | None:
    """Return what somebody measured, by name or code; none if it is unknown.

    Examples
    --------
    >>> find_measure("vitals", "SYSBP").name
    'systolic blood pressure'
    """
    return None if written is None else _by_name(table).get(_plain(written))


def near_measures(table: SignTable, written: str, *, most: int = 3) -> tuple[str, ...]:
    """Return the names that an unknown one was most likely meant to be, the nearest first."""
    known = _by_name(table)
    close = difflib.get_close_matches(_plain(written), known, n=most, cutoff=_CLOSE)
    return tuple(dict.fromkeys(known[name].name for name in close))


@functools.cache
def pressure_bands() -> tuple[PressureBand, ...]:
    """Return the bands of blood pressure, the lowest first."""
    return tuple(PressureBand(**one) for one in _content()["pressure_bands"])


@functools.cache
def qtcf_lines() -> QtcfLines:
    """Return the lines of QTcF."""
    one = _content()["qtcf"]
    return QtcfLines(tuple(one["above_ms"]), tuple(one["rise_above_ms"]), one["source"])


@functools.cache
def _by_name(table: SignTable) -> Mapping[str, Measure]:
    measures = (
        Measure(make_analyte(one), one["least"], one["most"])
        for one in _content()["measures"]
        if one["table"] == table
    )
    return MappingProxyType(
        {
            _plain(name): measure
            for measure in measures
            for name in (measure.name, *measure.what.aliases)
        }
    )


@functools.cache
def _content() -> dict[str, Any]:
    text = files(__package__).joinpath("measures.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _plain(written: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", written).casefold().split())
