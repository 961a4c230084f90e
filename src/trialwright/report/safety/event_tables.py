"""Tables 14.3.1 to 14.3.8: adverse events, what they led to, deaths, complications of ablation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.formats import NOT_ESTIMABLE, NOTHING, show_count, show_rate
from trialwright.report.safety.display import Row, SafetyTable, say_treated
from trialwright.safety.event_counts import SEVERE
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from trialwright.analysis.safety.first_events import FirstEvents
    from trialwright.analysis.safety.result import EventResults, SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.stats import Estimate
    from trialwright.study.model import Study

_UNCODED = "not coded"  # an event without a class
_Key = tuple[str | None, str]  # class and term
_EMERGENT = "Treatment-emergent events of the "
_ONCE = "A patient is counted once in a row, at the worst grade."
_COUNTED = ("Patients, n (%)", f"Grade ≥ {SEVERE}, n (%)", "Events")
_EVENT_COLUMNS = (
    "Patient", "Event", "Grade", "Onset", "Resolution", "Related to", "What was done", "Outcome",
)  # fmt: skip


def build_event_tables(safety: SafetyAnalysis, days: Days) -> tuple[SafetyTable, ...]:
    """Return the tables of adverse events, in the order of their numbers."""
    if safety.events is None:
        return ()
    events, treated = safety.events, len(safety.treated)
    emergent, population = events.emergent, _EMERGENT + say_treated(treated)
    changed = emergent.filter(pl.col("led_to").list.len() > 0)
    return (
        _overview(events.overview, population),
        _by_term(events.terms, population),
        _by_attribution(events, population),
        _listing("14.3.4", "Serious events", population, emergent.filter("serious"), days),
        _first_events(
            (*events.first_events, *events.of_interest.values()), safety.study, population
        ),
        _listing("14.3.6", "Events that led to a change of treatment", population, changed, days),
        *(() if safety.deaths is None else (_deaths(safety.deaths, treated, days),)),
        _complications(events.complications, treated, days),
    )


def _counts(one: Mapping[str, Any]) -> tuple[str, str, str]:
    of = one["of"]
    return show_count(one["patients"], of), show_count(one["severe"], of), str(one["events"])


def _overview(counts: pl.DataFrame, population: str) -> SafetyTable:
    columns = ("", *_COUNTED)
    rows = tuple(_overview_rows(counts))
    return SafetyTable("14.3.1", "Overview of adverse events", population, columns, rows, (_ONCE,))


def _overview_rows(counts: pl.DataFrame) -> Iterator[Row]:
    for (section,), lines in counts.group_by("section", maintain_order=True):
        if section != "all":
            yield Row(_SECTIONS[str(section)], ("", "", ""))
        for one in lines.iter_rows(named=True):
            yield Row(_capital(one["category"]), _counts(one), depth=0 if section == "all" else 1)


_SECTIONS = {
    "attribution": "Attributed to",
    "special interest": "Of special interest",
    "led to": "Led to a change of treatment",
}


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _by_term(terms: pl.DataFrame, population: str) -> SafetyTable:
    rows = tuple(
        Row(_name(one), _counts(one), depth=1 if one["level"] == "term" else 0)
        for one in terms.iter_rows(named=True)
        if one["patients"]
    )
    columns = ("Class and term", *_COUNTED)
    title = "Adverse events by system organ class and preferred term"
    return SafetyTable("14.3.2", title, population, columns, rows, (_ONCE,))


def _name(one: Mapping[str, Any]) -> str:
    if one["level"] == "any":
        return "Any event"
    if one["level"] == "term":
        return str(one["term"])
    return one["body_system"] or _UNCODED


def _by_attribution(events: EventResults, population: str) -> SafetyTable:
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
    columns = ("Term", *(words for name in found for words in (name, f"{name}, grade ≥ {SEVERE}")))
    title = "Adverse events by the treatment that they are attributed to"
    note = f"An event attributed to several treatments is counted under each. {_ONCE}"
    return SafetyTable("14.3.3", title, population, columns, rows, (note,))


def _key(one: Mapping[str, Any]) -> _Key:
    """Return what tells a line from others: a term may stand in several classes."""
    return one["body_system"], one["term"]


def _attributed(
    found: Iterable[Mapping[_Key, Mapping[str, Any]]], line: Mapping[str, Any]
) -> Iterator[str]:
    for of_treatment in found:
        one = of_treatment.get(_key(line), {"patients": 0, "severe": 0})
        yield show_count(one["patients"], line["of"])
        yield show_count(one["severe"], line["of"])


def _listing(
    number: str, title: str, population: str, events: pl.DataFrame, days: Days
) -> SafetyTable:
    rows = tuple(
        Row(one["patient_id"], _event_cells(one, days), patient=one["patient_id"])
        for one in events.sort("patient_id", "onset", nulls_last=True).iter_rows(named=True)
    )
    return SafetyTable(number, title, population, _EVENT_COLUMNS, rows, kind="listing")


def _event_cells(one: Mapping[str, Any], days: Days) -> tuple[str, ...]:
    related = ", ".join(one["related"]) or ("none" if one["assessed"] else "not assessed")
    return (
        one["term"],
        str(one["grade"]),
        days.show(one["onset"]),
        days.show(one["resolution"]),
        related,
        "; ".join(one["led_to"]) or NOTHING,
        one["outcome"] or NOTHING,
    )


def _first_events(found: Sequence[FirstEvents], study: Study, population: str) -> SafetyTable:
    unit = study.endpoints.time_unit.require()
    landmarks = study.statistics.progression_landmarks_months.require() if unit == "months" else ()
    level = study.statistics.confidence_level.require()
    rows = tuple(
        Row(
            one.what,
            (
                show_count(one.with_event, one.patients),
                NOTHING if one.median_onset is None else f"{one.median_onset:.1f}",
                _show_rate(one.rate.estimate(level=level)),
                *(_show_incidence(one.incidence_by(month, study)) for month in landmarks),
            ),
        )
        for one in found
    )
    columns = (
        "Group",
        "Patients, n (%)",
        f"Median onset, {unit}",
        f"Per 100 patient-{unit} ({show_level(level)})",
        *(f"By month {month:g} ({show_level(level)})" for month in landmarks),
    )
    window, longer = study.safety.emergent_days, study.safety.emergent_days_serious
    note = (
        "Rate: patients with a first event in the time at risk, exact Poisson interval; the time "
        f"ends {window.require()} days after the last treatment (immune-related: "
        f"{longer.require()}), so that a serious event after it is in the first column alone. By "
        "month: cumulative incidence (Aalen and Johansen); the end of study treatment and death "
        f"compete. Severe: grade {SEVERE} or higher."
    )
    untimed = [f"{one.what} ({one.untimed})" for one in found if one.untimed]
    left_out = "Patients without a time, left out of the incidence: " + ", ".join(untimed) + "."
    notes = (note, left_out) if untimed else (note,)
    title = "Events of special interest: rate and cumulative incidence"
    return SafetyTable("14.3.5", title, population, columns, rows, notes)


def _show_rate(found: Estimate) -> str:
    if found.state == "not estimable":
        return NOT_ESTIMABLE
    return f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})"


def _show_incidence(found: Estimate | None) -> str:
    return NOTHING if found is None else show_rate(found)


def _deaths(deaths: pl.DataFrame, treated: int, days: Days) -> SafetyTable:
    rows = tuple(
        Row(
            one["patient_id"],
            (
                days.show(one["death_date"]),
                days.in_words(one["why"]),
                one["cause_category"] or "not stated",
                one["cause"] or NOTHING,
                ", ".join(one["fatal_events"] or ()) or NOTHING,
            ),
            patient=one["patient_id"],
            mark="alert" if one["listed"] else "",
        )
        for one in deaths.iter_rows(named=True)
    )
    columns = ("Patient", "Death", "Place in treatment", "Kind of cause", "Cause", "Fatal events")
    population = f"Deaths among the {say_treated(treated)}"
    return SafetyTable("14.3.7", "Deaths", population, columns, rows, kind="listing")


def _complications(found: pl.DataFrame, treated: int, days: Days) -> SafetyTable:
    rows = tuple(
        Row(
            one["patient_id"],
            (
                one["term"],
                days.show(one["onset"]),
                NOTHING if one["after_ablation_days"] is None else str(one["after_ablation_days"]),
                one["procedure_phase"] or NOTHING,
                str(one["grade"]),
                one["cirse_grade"] or "not graded",
                one["sir_class"] or "not graded",
                one["sir_severity"] or "not graded",
                one["disagreement"] or NOTHING,
            ),
            patient=one["patient_id"],
            mark="alert" if one["disagreement"] else "",
        )
        for one in found.sort("patient_id", "onset", nulls_last=True).iter_rows(named=True)
    )
    columns = (
        "Patient", "Complication", "Onset", "Days after ablation", "Phase", "CTCAE", "CIRSE",
        "SIR 2003", "SIR 2017", "Contradiction",
    )  # fmt: skip
    population = (
        f"Events attributed to the ablation or graded as complications, {say_treated(treated)}"
    )
    note = "Three systems side by side: no consensus prefers one (SIO-DATECAN)."
    return SafetyTable(
        "14.3.8", "Complications of ablation", population, columns, rows, (note,), kind="listing"
    )
