"""Laboratory analytes and their units: what a test is called, and how its unit becomes SI.

The names, codes and factors are data (``units.toml``), each factor with its source. A unit is read
for its analyte: ``G/L`` is grams per litre of haemoglobin and 10^9/L of platelets.
"""

from __future__ import annotations

import difflib
import functools
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPELLINGS = 4096  # remembered: data repeat the same few in every row
_RATIO = "1"  # the unit of a number without unit
_CLOSE = 0.7  # how alike a name must be to be proposed
_WRITTEN = {"μ": "u", "×": "x", "**": "^", "*": "^", "10e": "10^", "x10": "10", "mm^3": "mm3"}
_SUPERSCRIPTS = {ord(sign): f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of one analyte: ``value * factor`` is in the standard unit of the analyte."""

    name: str
    factor: float
    source: str


@dataclass(frozen=True, slots=True)
class Analyte:
    """What a test measures.

    Parameters
    ----------
    name : str
        Our name, such as ``alanine aminotransferase``.
    aliases : tuple of str
        CDISC codes, abbreviations and other names.
    standard_unit : str
        The SI unit that values are converted to.
    units : mapping of str to Unit
        By plain spelling (`plain_unit`); the standard unit and its other spellings included.
    """

    name: str
    aliases: tuple[str, ...]
    standard_unit: str
    units: Mapping[str, Unit]

    def unit(self, written: str | None) -> Unit | None:
        """Return a unit as somebody wrote it; none if it is unknown for this analyte.

        A ratio or a pH needs none to be written.
        """
        if written is None:
            return self.units.get(_RATIO)
        return self.units.get(plain_unit(written))

    @property
    def unit_names(self) -> tuple[str, ...]:
        """The units of different size, the standard unit first."""
        return tuple(dict.fromkeys(unit.name for unit in self.units.values()))


def find_analyte(test: str | None) -> Analyte | None:
    """Return what a test measures, by name, code or abbreviation; none if it is unknown.

    Examples
    --------
    >>> find_analyte("sgpt").name
    'alanine aminotransferase'
    """
    return None if test is None else _by_alias().get(_plain_name(test))


def near_analytes(test: str, *, most: int = 3) -> tuple[str, ...]:
    """Return the names that an unknown test was most likely meant to be, the nearest first."""
    close = difflib.get_close_matches(_plain_name(test), _by_alias(), n=most, cutoff=_CLOSE)
    return tuple(dict.fromkeys(_by_alias()[name].name for name in close))


def convert(analyte: str, value: float, unit: str) -> float:
    """Return a value in the standard unit of its analyte.

    Parameters
    ----------
    analyte : str
        Name, code or abbreviation.
    value : float
        In ``unit``.
    unit : str
        As somebody wrote it.

    Raises
    ------
    ValueError
        If the analyte is unknown, or the unit is unknown for it.

    Examples
    --------
    >>> round(convert("creatinine", 1.2, "mg/dL"), 1)
    106.1
    """
    found = find_analyte(analyte)
    if found is None:
        near = near_analytes(analyte)
        msg = f"unknown test {analyte!r}" + (f"; meant may be {', '.join(near)}" if near else "")
        raise ValueError(msg)
    known = found.unit(unit)
    if known is None:
        msg = f"unknown unit {unit!r} of {found.name}; known are {', '.join(found.unit_names)}"
        raise ValueError(msg)
    return value * known.factor


def correct_calcium(calcium: float, albumin: float) -> float:
    """Return total calcium corrected for albumin, as CTCAE grades it.

    Both must be of the same sample. Half of the calcium is bound to albumin, so a low albumin
    lowers the total while the free part, which matters, is as before.

    Parameters
    ----------
    calcium : float
        Total calcium, mmol/L.
    albumin : float
        Albumin, g/L.

    Returns
    -------
    float
        ``calcium + 0.02 * (40 - albumin)``, mmol/L.

    Source: Payne and others, BMJ 1973;4:643, in the form that laboratories use (0.8 mg/dL a g/dL).

    Examples
    --------
    >>> round(correct_calcium(2.0, 25.0), 2)
    2.3
    """
    return calcium + 0.02 * (40.0 - albumin)


@functools.cache
def known_analytes() -> Mapping[str, Analyte]:
    """Return every analyte by name, in the order of the data."""
    content = tomllib.loads(files(__package__).joinpath("units.toml").read_text(encoding="utf-8"))
    families = content["families"]
    made = (
        make_analyte({**families.get(one.get("family"), {}), **one}) for one in content["analytes"]
    )
    return MappingProxyType({analyte.name: analyte for analyte in made})


@functools.lru_cache(maxsize=_SPELLINGS)
def plain_unit(written: str) -> str:
    """Return a unit in one spelling: without capitals, blanks and the variants of powers."""
    text = unicodedata.normalize("NFKC", written.translate(_SUPERSCRIPTS)).casefold()
    text = "".join(text.split())
    for variant, plain in _WRITTEN.items():
        text = text.replace(variant, plain)
    return text


@functools.lru_cache(maxsize=_SPELLINGS)
def _plain_name(test: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", test).casefold().split())


@functools.cache
def _by_alias() -> Mapping[str, Analyte]:
    return MappingProxyType(
        {
            _plain_name(alias): analyte
            for analyte in known_analytes().values()
            for alias in (analyte.name, *analyte.aliases)
        }
    )


def make_analyte(entry: Mapping[str, Any]) -> Analyte:
    """Make what is measured of an entry of a data file: its names, its unit and other units."""
    standard = Unit(entry["unit"], 1.0, "standard unit")
    units = {plain_unit(name): standard for name in (standard.name, *entry.get("same", ()))}
    for other in entry.get("other", ()):
        unit = Unit(other["units"][0], other["factor"], other["source"])
        units |= {plain_unit(name): unit for name in other["units"]}
    aliases = (*entry.get("codes", ()), *entry.get("names", ()))
    return Analyte(entry["name"], aliases, standard.name, MappingProxyType(units))
