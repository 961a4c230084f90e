"""The laboratory criteria of CTCAE as data: terms, their thresholds, and what these are of.

Source: NCI CTCAE 4.03, 5.0 and 6.0; the numbers stand in ``ctcae_4_03.toml``, ``ctcae_5_0.toml``
and ``ctcae_6_0.toml`` with where they were read.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from trialwright.safety.ctcae import rule
from trialwright.safety.units import known_analytes, plain_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.safety.units import Analyte, Unit

Version = Literal["4.03", "5.0", "6.0"]
Direction = Literal["low", "high"]

VERSIONS: tuple[Version, ...] = ("4.03", "5.0", "6.0")
DIRECTIONS: tuple[Direction, ...] = ("low", "high")
OF = {
    "value": rule.VALUE,
    "lower limit": rule.LOWER,
    "upper limit": rule.UPPER,
    "baseline": rule.BASELINE,
    "above upper limit": rule.ABOVE_UPPER,
    "above baseline": rule.ABOVE_BASELINE,
    "baseline and upper limit": rule.BASELINE_AND_UPPER,
}
WHEN = {
    "always": rule.ALWAYS,
    "baseline high": rule.BASELINE_HIGH,
    "baseline not high": rule.BASELINE_NOT_HIGH,
    "baseline low": rule.BASELINE_LOW,
    "baseline not low": rule.BASELINE_NOT_LOW,
    "value below lower limit": rule.VALUE_LOW,
}
CROSSING = {
    "above": rule.ABOVE,
    "at_least": rule.AT_LEAST,
    "below": rule.BELOW,
    "at_most": rule.AT_MOST,
}
_DIGITS = 15  # a converted threshold keeps no noise of the conversion


@dataclass(frozen=True, slots=True)
class Rung:
    """One threshold of a term, as the data hold it.

    Parameters
    ----------
    of, when, crossing : str
        Keys of ``OF``, ``WHEN`` and ``CROSSING``.
    threshold : float
        In ``unit``, or a multiple.
    unit : str or None
        Unit of the threshold; none: it is a multiple.
    grade, least : int
        The grade that crossing it gives, and the one where what it depends on is absent.
    depends : str
        What tells the two apart, such as symptoms; empty: nothing does.
    other_term : str
        The term under which CTCAE reports it instead; empty: this one.
    """

    of: str
    when: str
    crossing: str
    threshold: float
    unit: str | None
    grade: int
    least: int
    depends: str = ""
    other_term: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One adverse event that a laboratory value alone can grade.

    ``reason`` is why it cannot, for a term without numbers; ``note`` is what a reader should know.
    """

    name: str
    analyte: str
    direction: Direction
    rungs: tuple[Rung, ...]
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the thresholds of an analyte in one unit stand in ``Criteria.rungs``.

    ``low`` and ``high`` are the terms, ``low_span`` and ``high_span`` their thresholds. An empty
    span: no number grades this direction, or none in an unknown unit.
    """

    number: int
    unit: Unit | None
    low: Term | None
    high: Term | None
    low_span: tuple[int, int]
    high_span: tuple[int, int]

    def term(self, direction: Direction) -> Term | None:
        """Return the term of a direction; none: CTCAE has none."""
        return self.low if direction == "low" else self.high

    def span(self, direction: Direction) -> tuple[int, int]:
        """Return the thresholds of a direction."""
        return self.low_span if direction == "low" else self.high_span


@dataclass(frozen=True, eq=False)
class Criteria:
    """The laboratory criteria of one version.

    Parameters
    ----------
    version, title, source : str
        What it is and where its numbers were read.
    terms : tuple of Term
        Every term, those without numbers included.
    rungs : Rungs
        The thresholds of every analyte in every unit, for the rule.
    flat : tuple of Rung
        The same thresholds as the data hold them.
    places : mapping
        By name of the analyte and of the unit; "" for an unknown unit.
    """

    version: Version
    title: str
    source: str
    terms: tuple[Term, ...]
    rungs: rule.Rungs
    flat: tuple[Rung, ...]
    places: Mapping[tuple[str, str], Place]

    def place(self, analyte: Analyte, unit: str | None) -> Place:
        """Return the thresholds for an analyte in a unit as somebody wrote it.

        Where the unit is unknown, thresholds that are multiples of a limit can still be judged.
        """
        known = analyte.unit(unit)
        return self.places[analyte.name, known.name if known else ""]


@functools.cache
def read_criteria(version: str) -> Criteria:
    """Read the laboratory criteria of a version of CTCAE.

    Parameters
    ----------
    version : {"4.03", "5.0", "6.0"}
        As ``safety.ctcae_version`` of a study names it.

    Raises
    ------
    ValueError
        If the version is another.

    Examples
    --------
    >>> [term.name for term in read_criteria("6.0").terms if term.analyte == "platelets"]
    ['Thrombocytopenia']
    """
    if version not in VERSIONS:
        msg = f"CTCAE version must be one of {', '.join(VERSIONS)}, not {version!r}"
        raise ValueError(msg)
    name = f"ctcae_{version.replace('.', '_')}.toml"
    content = tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    terms = (
        *(_term(entry) for entry in content["terms"]),
        *(
            Term(one["name"], one["analyte"], one["direction"], (), reason=one["reason"])
            for one in content.get("without_number", ())
        ),
    )
    flat, thresholds, places = _lay_out(terms)
    return Criteria(
        content["version"],
        content["title"],
        content["source"],
        terms,
        _as_rungs(flat, thresholds),
        tuple(flat),
        places,
    )


def _term(entry: Mapping[str, Any]) -> Term:
    rungs = tuple(rung for ladder in entry["ladders"] for rung in _rungs(ladder))
    note = entry.get("note", "")
    return Term(entry["name"], entry["analyte"], entry["direction"], rungs, note)


def _rungs(ladder: Mapping[str, Any]) -> Iterator[Rung]:
    least, other = ladder.get("least", {}), ladder.get("other_term", "")
    for crossing in CROSSING:
        for written, threshold in ladder.get(crossing, {}).items():
            grade = rule.OTHER_TERM if other else int(written)
            lowest = least.get(written, grade)
            yield Rung(
                ladder["of"],
                ladder.get("when", "always"),
                crossing,
                float(threshold),
                ladder.get("unit"),
                grade,
                lowest,
                ladder.get("depends", "") if lowest != grade else "",
                other,
            )


def _lay_out(
    terms: tuple[Term, ...],
) -> tuple[list[Rung], list[float], dict[tuple[str, str], Place]]:
    """Put the thresholds of every analyte in each of its units one behind the other."""
    by_event = {(term.analyte, term.direction): term for term in terms}
    flat: list[Rung] = []
    thresholds: list[float] = []
    places: dict[tuple[str, str], Place] = {}
    for analyte in known_analytes().values():
        units = {unit.name: unit for unit in analyte.units.values()}
        for name, unit in ({**units, "": None}).items():
            spans = []
            for direction in DIRECTIONS:
                term, start = by_event.get((analyte.name, direction)), len(flat)
                for rung, threshold in _in_unit(term, analyte, unit) if term else ():
                    flat.append(rung)
                    thresholds.append(threshold)
                spans.append((start, len(flat)))
            low, high = (by_event.get((analyte.name, direction)) for direction in DIRECTIONS)
            places[analyte.name, name] = Place(len(places), unit, low, high, *spans)
    return flat, thresholds, places


def _in_unit(term: Term, analyte: Analyte, unit: Unit | None) -> Iterator[tuple[Rung, float]]:
    """Return the thresholds of a term that count for a unit, and their numbers in it.

    Where CTCAE names a threshold in the unit of the value, that number is used; otherwise the one
    in the unit named first is converted. In an unknown unit nothing can be said of such a term.
    """
    named = list(dict.fromkeys(rung.unit for rung in term.rungs if rung.unit is not None))
    if named and unit is None:
        return
    chosen = unit.name if unit is not None and unit.name in named else next(iter(named), None)
    for rung in term.rungs:
        if rung.unit is None:
            yield rung, rung.threshold
        elif rung.unit == chosen and unit is not None:
            own = analyte.units[plain_unit(rung.unit)]
            yield rung, _converted(rung.threshold, own, unit)


def _converted(threshold: float, own: Unit, unit: Unit) -> float:
    return rule.round_significant(threshold * own.factor / unit.factor, _DIGITS)


def _as_rungs(flat: list[Rung], thresholds: list[float]) -> rule.Rungs:
    return rule.Rungs(
        tuple(OF[rung.of] for rung in flat),
        tuple(WHEN[rung.when] for rung in flat),
        tuple(CROSSING[rung.crossing] for rung in flat),
        tuple(thresholds),
        tuple(rung.grade for rung in flat),
        tuple(rung.least for rung in flat),
    )
