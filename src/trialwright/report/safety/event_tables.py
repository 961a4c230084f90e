"""Tables 14.3.1 to 14.3.8: adverse events, what they led to, deaths, complications of ablation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.cells import count_cell, number_cell
from trialwright.report.figures.population import tells_of_ablation, treated_population
from trialwright.report.formats import NOTHING, say_count
from trialwright.report.model import Cell, Inputs, Row, Table, word_cell
from trialwright.report.safety.columns import count_columns, date_cell, listing_columns, value_cell
from trialwright.report.safety.first_event_table import build_first_events
from trialwright.safety.event_counts import SEVERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from trialwright.analysis.safety.result import EventResults, SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Population

_UNCODED = "not coded"  # an event without a class
_Key = tuple[str | None, str]  # class and term
EMERGENT = "Treatment-emergent events."
_ONCE = "A patient is counted once in a row, at the worst grade."
_COUNTED = ("Patients, n (%)", f"Grade ≥ {SEVERE}, n (%)", "Events")
_ANY, _SEVERE = "any grade", f"grade {SEVERE} or higher"
_NOBODY: Mapping[str, Any] = {"patient_ids": (), "severe_ids": ()}
_SERIOUS = ("Serious events", "no serious event")
_CHANGED = (
    "Events that led to a change of treatment",
    "no event led to a change of treatment",
)
EVENT_HEADS = (
    "Patient", "Event", "Grade", "Onset", "Resolution", "Related to", "What was done", "Outcome",
)  # fmt: skip


def build_event_tables(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return the tables of adverse events, in the order of their numbers."""
    if safety.events is None:
        return ()
    events, population = safety.events, treated_population(safety)
    emergent = events.emergent
    changed = emergent.filter(pl.col("led_to").list.len() > 0)
    found = events.complications  # of any procedure: shown even if nobody planned one
    complications = tells_of_ablation(safety) or not found.is_empty()
    return (
        _overview(events.overview, population),
        _by_term(events.terms, population),
        _by_attribution(events, population),
        _listing(("14.3.4", *_SERIOUS), population, emergent.filter("serious"), days),
        build_first_events(
            (*events.first_events, *events.of_interest.values()), safety.study, population
        ),
        _listing(("14.3.6", *_CHANGED), population, changed, days),
        *(() if safety.deaths is None else (build_deaths("14.3.7", safety.deaths, safety, days),)),
        *((_complications(found, population, days),) if complications else ()),
    )


def _counts(one: Mapping[str, Any]) -> tuple[Cell, Cell, Cell]:
    of = one["of"]
    each = zip(one["patient_ids"], one["patient_events"], strict=True)
    had = Inputs(tuple((name, say_count(n, "event")) for name, n in each))
    return (
        count_cell(one["patient_ids"], of, gives=_ANY),
        count_cell(one["severe_ids"], of, gives=_SEVERE),
        number_cell("events", one["events"], inputs=had, text=str(one["events"])),
    )


def _overview(counts: pl.DataFrame, population: Population) -> Table:
    rows = tuple(_overview_rows(counts))
    columns, notes = count_columns("", _COUNTED), (EMERGENT, _ONCE)
    return Table("14.3.1", "Overview of adverse events", population, columns, rows, notes)


def _overview_rows(counts: pl.DataFrame) -> Iterator[Row]:
    for (section,), lines in counts.group_by("section", maintain_order=True):
        if section != "all":
            yield Row(_SECTIONS[str(section)])
        for one in lines.iter_rows(named=True):
            yield Row(_capital(one["category"]), _counts(one), depth=0 if section == "all" else 1)


_SECTIONS = {
    "attribution": "Attributed to",
    "special interest": "Of special interest",
    "led to": "Led to a change of treatment",
}


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _by_term(terms: pl.DataFrame, population: Population) -> Table:
    rows = tuple(
        Row(_name(one), _counts(one), depth=1 if one["level"] == "term" else 0)
        for one in terms.iter_rows(named=True)
        if one["patients"]
    )
    columns = count_columns("Class and term", _COUNTED)
    title = "Adverse events by system organ class and preferred term"
    return Table(
        "14.3.2", title, population, columns, rows, (EMERGENT, _ONCE), empty="no adverse event"
    )


def _name(one: Mapping[str, Any]) -> str:
    if one["level"] == "any":
        return "Any event"
    if one["level"] == "term":
        return str(one["term"])
    return one["body_system"] or _UNCODED


def _by_attribution(events: EventResults, population: Population) -> Table:
    found = {
        treatment: {_key(one): one for one in terms.iter_rows(named=True) if one["term"]}
        for treatment, terms in events.terms_by_treatment.items()
    }
    terms = [one for one in events.terms.iter_rows(named=True) if one["term"]]
    classes = Counter(one["term"] for one in terms)
    rows = tuple(
        Row(
            f"{one['term']}, {one['body_system'] or _UNCODED}"
            if classes[one["term"]] > 1
            else one["term"],
            tuple(_attributed(found.values(), one)),
        )
        for one in terms
        if any(_key(one) in of_treatment for of_treatment in found.values())
    )
    heads = (words for name in found for words in (name, f"{name}, grade ≥ {SEVERE}"))
    title = "Adverse events by the treatment that they are attributed to"
    note = f"An event attributed to several treatments is counted under each. {_ONCE}"
    columns, empty = count_columns("Term", heads), "no event is attributed to a treatment"
    return Table("14.3.3", title, population, columns, rows, (EMERGENT, note), empty=empty)


def _key(one: Mapping[str, Any]) -> _Key:
    """Return what tells a line from others: a term may stand in several classes."""
    return one["body_system"], one["term"]


def _attributed(
    found: Iterable[Mapping[_Key, Mapping[str, Any]]], line: Mapping[str, Any]
) -> Iterator[Cell]:
    for of_treatment in found:
        one = of_treatment.get(_key(line), _NOBODY)
        yield count_cell(one["patient_ids"], line["of"], gives=_ANY)
        yield count_cell(one["severe_ids"], line["of"], gives=_SEVERE)


def _listing(
    names: tuple[str, str, str], population: Population, events: pl.DataFrame, days: Days
) -> Table:
    """Lay out a listing by its number, its title and what it says where there is none."""
    number, title, empty = names
    rows = tuple(
        Row(one["patient_id"], event_cells(one, days), patient=one["patient_id"])
        for one in events.sort("patient_id", "onset", nulls_last=True).iter_rows(named=True)
    )
    columns = listing_columns(EVENT_HEADS, ("Grade",))
    return Table(number, title, population, columns, rows, (EMERGENT,), "listing", empty)


def event_cells(one: Mapping[str, Any], days: Days) -> tuple[Cell, ...]:
    """Return the cells of one row of ``safety.derive_events``, under ``EVENT_HEADS``."""
    return (
        word_cell(one["term"] or NOTHING),
        value_cell("grade", one["grade"]),
        date_cell(one["onset"], days),
        date_cell(one["resolution"], days),
        word_cell(say_attribution(one)),
        word_cell("; ".join(one["led_to"]) or NOTHING),
        word_cell(one["outcome"] or NOTHING),
    )


def say_attribution(one: Mapping[str, Any]) -> str:
    """Name the treatments that an event is attributed to; ``none``, or ``not assessed``."""
    return ", ".join(one["related"] or ()) or ("none" if one["assessed"] else "not assessed")


def build_deaths(number: str, deaths: pl.DataFrame, safety: SafetyAnalysis, days: Days) -> Table:
    """Return the deaths of treated patients, each with its place in the treatment.

    Parameters
    ----------
    number : str
        Of the table.
    deaths : DataFrame
        Rows of ``safety.deaths_on_treatment``.
    safety : SafetyAnalysis
        Who was treated.
    days : Days
        How days are written.
    """
    rows = tuple(
        Row(
            one["patient_id"],
            (
                date_cell(one["death_date"], days),
                word_cell(days.in_words(one["why"])),
                word_cell(one["cause_category"] or "not stated"),
                word_cell(one["cause"] or NOTHING),
                word_cell(", ".join(one["fatal_events"] or ()) or NOTHING),
            ),
            patient=one["patient_id"],
            mark="alert" if one["listed"] else "",
        )
        for one in deaths.iter_rows(named=True)
    )
    heads = ("Patient", "Death", "Place in treatment", "Kind of cause", "Cause", "Fatal events")
    population, columns = treated_population(safety), listing_columns(heads)
    empty = "no treated patient has died"
    return Table(number, "Deaths", population, columns, rows, kind="listing", empty=empty)


def _complications(found: pl.DataFrame, population: Population, days: Days) -> Table:
    rows = tuple(
        Row(
            one["patient_id"],
            (
                word_cell(one["term"] or NOTHING),
                date_cell(one["onset"], days),
                value_cell("days after ablation", one["after_ablation_days"]),
                word_cell(one["procedure_phase"] or NOTHING),
                value_cell("grade", one["grade"]),
                word_cell(one["cirse_grade"] or "not graded"),
                word_cell(one["sir_class"] or "not graded"),
                word_cell(one["sir_severity"] or "not graded"),
                word_cell(one["disagreement"] or NOTHING),
            ),
            patient=one["patient_id"],
            mark="alert" if one["disagreement"] else "",
        )
        for one in found.sort("patient_id", "onset", nulls_last=True).iter_rows(named=True)
    )
    heads = (
        "Patient", "Complication", "Onset", "Days after ablation", "Phase", "CTCAE", "CIRSE",
        "SIR 2003", "SIR 2017", "Contradiction",
    )  # fmt: skip
    notes = (
        "Events attributed to the ablation or graded as complications.",
        "Three systems side by side: no consensus prefers one (SIO-DATECAN).",
    )
    columns = listing_columns(heads, ("Days after ablation", "CTCAE"))
    title = "Complications of ablation"
    empty = "no complication of an ablation"
    return Table("14.3.8", title, population, columns, rows, notes, "listing", empty)
