"""What the two slides say; one arm is blinded to nothing, so everything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.figures.boundary import draw_boundary
from trialwright.report.formats import Days
from trialwright.report.provenance import say_data_cut
from trialwright.report.safety.event_tables import build_event_tables
from trialwright.report.safety.pictures import draw_event_pictures, draw_toxicity_pictures
from trialwright.report.translation import translate_figure, translate_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model import Figure
    from trialwright.report.model.document import Language

_MOST_NAMED = 24  # patients that a slide has room for
_NOT_PENDING = {"event", "none"}
_OVERVIEW, _DEATHS = "14.3.1", "14.3.7"


@dataclass(frozen=True, slots=True)
class Facts:
    """A small table of a slide: title, heads (none: a label and what is said of it), rows."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slide:
    """One page: a title, facts, and figures beside or below them."""

    title: str
    facts: tuple[Facts, ...]
    figures: tuple[Figure, ...] = ()


def build_slides(
    analysis: Analysis, safety: SafetyAnalysis, language: Language = "en"
) -> tuple[Slide, Slide]:
    """Build the two slides of the safety board.

    Parameters
    ----------
    analysis : Analysis
        The results; the standing of the design among them.
    safety : SafetyAnalysis
        The results of safety; the watch over the toxicity rule among them.
    language : {"en", "zh"}
        English or Simplified Chinese. Identifiers and free text of the data stay as they are.

    Returns
    -------
    (Slide, Slide)
        Where the trial stands, with the boundaries; what harm there was and what is pending.
    """
    days = Days(analysis.dataset.day_zero)
    figures = draw_boundary(analysis) + draw_toxicity_pictures(safety)
    standing = Facts("The trial", tuple(_standing(analysis, safety, days)))
    rules = Facts("What the rules say", tuple(_rules(analysis, safety)))
    harm = _harm(safety, days)
    pending = Facts("Pending", tuple(_pending(analysis, safety)))
    ahead = Facts("Looks to come", tuple(_ahead(analysis, safety)))
    slides = (
        Slide("Where the trial stands", (standing, rules), figures),
        Slide(
            "Harm, and what is pending", (*harm, pending, ahead), draw_event_pictures(safety)[:1]
        ),
    )
    first, second = (_translated(slide, language) for slide in slides)
    return first, second


def _translated(slide: Slide, language: Language) -> Slide:
    """Return a slide in a language; who is named in it stays as it is."""
    return Slide(
        translate_text(slide.title, language),
        tuple(
            Facts(
                translate_text(facts.title, language),
                tuple(tuple(translate_text(cell, language) for cell in row) for row in facts.rows),
                tuple(translate_text(head, language) for head in facts.heads),
            )
            for facts in slide.facts
        ),
        tuple(translate_figure(figure, language) for figure in slide.figures),
    )


def _standing(analysis: Analysis, safety: SafetyAnalysis, days: Days) -> Iterator[tuple[str, str]]:
    planned = analysis.study.design.planned_patients.value
    enrolled = len(analysis.sets.named("enrolled").patients)
    yield "Data cut", say_data_cut(analysis.dataset, days)
    yield "Enrolled", f"{enrolled} of {planned} planned" if planned else str(enrolled)
    yield "Treated", str(len(safety.treated))
    rate = analysis.proportion("ORR")
    if rate is not None:
        yield "Responders", f"{rate.estimate.successes} of {rate.estimate.n}"
    if safety.deaths is not None:
        yield "Deaths", str(safety.deaths.height)


def _rules(analysis: Analysis, safety: SafetyAnalysis) -> Iterator[tuple[str, str]]:
    stage = analysis.stage
    if stage is None:
        yield "Response", "no rule: the study has no two-stage design, or no rate is computable"
    else:
        yield "Response, first look", stage.first_look.sentence
        yield "Response, all patients", stage.final.sentence
    if safety.toxicity is None:
        yield "Toxicity", _why(safety, "no rule was watched")
    else:
        yield "Toxicity", safety.toxicity.verdict


def _why(safety: SafetyAnalysis, otherwise: str) -> str:
    found = [one.why for one in safety.not_computable if "toxicity" in one.key.lower()]
    return found[0] if found else otherwise


def _harm(safety: SafetyAnalysis, days: Days) -> tuple[Facts, ...]:
    """Return the counts of the overview of adverse events, and whom the board looks at."""
    tables = {table.number: table for table in build_event_tables(safety, days)}
    if _OVERVIEW not in tables:
        missing = (("Adverse events", "not collected, or a choice of the study file is open"),)
        return (Facts("Harm so far", missing),)
    overview = tables[_OVERVIEW]
    heads = tuple(column.head for column in overview.columns)
    rows = tuple(
        (row.label, *(cell.text for cell in row.cells))
        for row in overview.rows
        if row.cells and row.depth == 0
    )
    named = []
    if safety.hys_law is not None:
        names = dict.fromkeys(one.patient_id for one in safety.hys_law)
        named.append(("Candidates of Hy's law", _name(names)))
    if _DEATHS in tables:
        listed = [row.patient for row in tables[_DEATHS].rows if row.mark == "alert"]
        named.append(("Deaths to be looked at", _name(one for one in listed if one)))
    return Facts("Harm so far", rows, heads), Facts("To be looked at", tuple(named))


def _pending(analysis: Analysis, safety: SafetyAnalysis) -> Iterator[tuple[str, str]]:
    rate = analysis.proportion("ORR")
    if rate is not None:
        yield "May still respond", _name(o.patient_id for o in rate.outcomes if o.pending)
    watch = safety.toxicity
    if watch is not None:
        for state in dict.fromkeys(one.state for one in watch.patients):
            if state not in _NOT_PENDING:
                members = (one.patient_id for one in watch.patients if one.state == state)
                yield f"Toxicity, {state}", _name(members)


def _ahead(analysis: Analysis, safety: SafetyAnalysis) -> Iterator[tuple[str, str]]:
    stage = analysis.stage
    look = stage.outlook.next_look if stage is not None else None
    if look is not None:
        said = (
            f"{look.responders} responders so far, {look.pending} pending, {look.to_enrol} to enrol"
        )
        yield f"Response, {look.patients} patients", said
    for patients, stop_at in safety.toxicity.ahead if safety.toxicity is not None else ():
        bound = "no count stops" if stop_at is None else f"stops at {stop_at} or more"
        yield f"Toxicity, {patients} patients", bound


def _name(patients: Iterable[str]) -> str:
    found = list(patients)
    if not found:
        return "none"
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return f"{len(found)}: {', '.join(found[:_MOST_NAMED])}{more}"
