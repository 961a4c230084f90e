"""Read the rules on a patient: the events each looks at, whether it fits, and what is missing.

A condition is answered by yes, by no, or by the words for what the data do not say. A rule one of
whose conditions is no is not about the event; a rule of which something is missing and nothing is
no cannot be told, and is shown as that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from trialwright.safety.dosing.facts import ONE_DAY
from trialwright.safety.dosing.readings import Cited, RuleReading
from trialwright.safety.dosing.values import read_values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from trialwright.safety.dose_rows import DoseRow
    from trialwright.safety.dosing.facts import EventFact, PatientFacts
    from trialwright.safety.dosing.rules import DoseRuleSet
    from trialwright.study.dose_rules_section import DoseRule

Answer = bool | str  # a text names what is missing
_USUAL_RETURN_GRADE = 1


def read_rules(facts: PatientFacts, rule_set: DoseRuleSet, drug: str) -> tuple[RuleReading, ...]:
    """Read every rule of a set on everything since the first dose of a drug.

    Parameters
    ----------
    facts : PatientFacts
        The patient, as known on one day.
    rule_set : DoseRuleSet
        The rules of the drug.
    drug : str
        As the study names it.

    Returns
    -------
    tuple of RuleReading
        Those that fit and those that cannot be told, by the order of the rules, then by day; a
        rule that is about nothing in the data is not among them.
    """
    first = facts.first_dose(drug)
    if first is None:
        return ()
    events = [
        replace(event, begun=max(event.begun, first))
        for event in facts.events
        if event.begun >= first or _may_follow(event, first, facts)
    ]
    found: list[RuleReading] = []
    for rule in rule_set.rules:
        if rule.of_values:
            found += _of_values(facts, rule_set, rule, drug)
        else:
            found += _of_events(_Look(facts, rule_set, drug, tuple(events)), rule)
    return tuple(found)


def _may_follow(event: EventFact, first: date, facts: PatientFacts) -> bool:
    """Tell whether an event whose date is known in part may have begun after the first dose."""
    latest = event.onset.latest or facts.on
    return latest >= first


def _of_values(
    facts: PatientFacts, rule_set: DoseRuleSet, rule: DoseRule, drug: str
) -> Iterator[RuleReading]:
    for found in read_values(facts, rule, drug):
        yield RuleReading(
            rule_set.name,
            rule,
            tuple(Cited("labs", one.row, one.day, one.words) for one in found.samples),
            found.missing,
            found.begun,
            found.down,
            "",
            facts.level_on(drug, found.begun),
            found.after_ablation,
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """The events since the first dose, and whose rules are read on them."""

    facts: PatientFacts
    rule_set: DoseRuleSet
    drug: str
    events: tuple[EventFact, ...]


def _of_events(look: _Look, rule: DoseRule) -> Iterator[RuleReading]:
    for event in look.events:
        if not _is_about(look, rule, event):
            continue
        down = _came_down(look, event, rule.return_grade or _USUAL_RETURN_GRADE)
        lower = _lower_dose(look, event) if rule.not_improved_days is not None else None
        begun = _begins(look, rule, event, lower, down)
        if begun is None:
            continue
        answers = list(_answer(look, rule, event))
        if any(answer is False for answer in answers):
            continue
        place = Cited("adverse_events", event.row, event.begun, event.words)
        over = event.recovered and event.last is None
        yield RuleReading(
            look.rule_set.name,
            rule,
            (place,) if lower is None else (place, _cite(lower)),
            tuple(answer for answer in answers if isinstance(answer, str)),
            begun,
            down,
            f"the day on which {event.term} was over" if over and down is None else "",
            look.facts.level_on(look.drug, begun),
        )


def _is_about(look: _Look, rule: DoseRule, event: EventFact) -> bool:
    """Tell whether a rule is about the kind and the grade of an event."""
    least, most = rule.least_grade or 1, rule.most_grade or event.grade
    if not least <= event.grade <= most:
        return False
    return _is_kind(look, rule, event)


def _is_kind(look: _Look, rule: DoseRule, event: EventFact) -> bool:
    system = (event.body_system or "").casefold()
    left_out = look.rule_set.is_in(event.term, rule.except_groups or ()) or system in _plain(
        rule.except_body_systems
    )
    if left_out:
        return False
    if rule.groups is None and rule.body_systems is None:
        return True
    return look.rule_set.is_in(event.term, rule.groups or ()) or system in _plain(rule.body_systems)


def _plain(names: tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(name.casefold() for name in names or ())


def _begins(
    look: _Look, rule: DoseRule, event: EventFact, lower: DoseRow | None, down: date | None
) -> date | None:
    """Return the first day on which a rule may fit an event; none if it has not come.

    "Not improved within n days despite a reduced dose" counts from the first lower dose after the
    onset; on day n after it the event is still there.
    """
    if rule.not_improved_days is None:
        return event.begun
    if lower is None:
        return None
    day = lower.start + timedelta(days=rule.not_improved_days)
    return day if day <= look.facts.on and (down is None or down > day) else None


def _lower_dose(look: _Look, event: EventFact) -> DoseRow | None:
    """Return the first row at a lower dose than that of the onset."""
    before = look.facts.level_on(look.drug, event.begun)
    rows = look.facts.doses_of(look.drug)
    later = (row for row in rows if row.start > event.begun and row.dose_mg > 0)
    return next((row for row in later if before is not None and row.dose_mg < before), None)


def _cite(row: DoseRow) -> Cited:
    words = f"still there after {row.dose_mg:g} mg from {row.start}"
    return Cited("doses", row.source_row, row.start, words)


def _came_down(look: _Look, event: EventFact, grade: int) -> date | None:
    """Return the first day on which an event was known to be at a grade or below, or over.

    Rows of the same term that follow without a day between are the same event at another grade; a
    row without an end is over where the next one begins.
    """
    if event.grade <= grade:
        return event.begun
    same = [one for one in look.events if one.term.casefold() == event.term.casefold()]
    since, last = event.begun, event.last
    for row in same:  # by day
        if row.begun <= since or (last is not None and row.begun > last + ONE_DAY):
            continue
        if row.grade <= grade:
            return row.begun
        since = row.begun
        last = row.last if last is None or row.last is None else max(last, row.last)
    return None if last is None or last >= look.facts.on else last + ONE_DAY


def _answer(look: _Look, rule: DoseRule, event: EventFact) -> Iterator[Answer]:
    """Answer each condition of a rule beside kind and grade."""
    if rule.occurrence is not None:
        recurrent = _is_recurrent(look, rule, event)
        yield (
            recurrent
            if isinstance(recurrent, str)
            else recurrent == (rule.occurrence == "recurrent")
        )
    if rule.symptomatic is not None:
        yield _same(event.symptomatic, rule.symptomatic, "whether there are symptoms")
    if rule.attributed is not None:
        yield _same(
            None if event.related is None else look.drug.casefold() in event.related,
            rule.attributed,
            f"whether it is attributed to {look.drug}",
        )
    if rule.immune_related is not None:
        yield _same(_is_immune(look, event), rule.immune_related, "whether it is immune-related")
    if rule.worsening is not None:
        yield _same(_has_worsened(look, event), rule.worsening, "whether it is getting worse")


def _same(found: bool | None, wanted: bool, missing: str) -> Answer:
    return missing if found is None else found == wanted


def _is_recurrent(look: _Look, rule: DoseRule, event: EventFact) -> Answer:
    """Tell whether an event of its kind had been there at the rule's lowest grade, and was over.

    Terms of the rule's groups count as one kind; without groups only the same term does. Rows at
    that grade or above that follow without a day between are one event.
    """
    start: date = event.begun
    unsure: Answer = False
    for other in reversed(look.events):  # from the last back
        low = other.grade < (rule.least_grade or 1)
        if other.begun >= event.begun or low or not _is_alike(look, rule, other, event):
            continue
        if other.last is None and other.recovered:
            unsure = f"whether {other.words} was over"
        elif other.last is None or other.last >= start - ONE_DAY:
            start = min(start, other.begun)
        else:
            return True
    return unsure


def _is_alike(look: _Look, rule: DoseRule, other: EventFact, event: EventFact) -> bool:
    if rule.groups:
        return _is_kind(look, rule, other)
    return other.term.casefold() == event.term.casefold()


def _is_immune(look: _Look, event: EventFact) -> bool | None:
    """Tell whether an event is immune-related: as flagged, else by its term or its attribution."""
    if event.immune_related is not None:
        return event.immune_related
    if look.rule_set.is_in(event.term, look.rule_set.immune_groups):
        return True
    if event.related is not None and look.drug.casefold() not in event.related:
        return False
    return None


def _has_worsened(look: _Look, event: EventFact) -> bool | None:
    """Tell whether an event came to a higher grade; none where no other grade is recorded."""
    if event.grade_before:
        return event.grade > event.grade_before
    for other in look.events:
        goes_on = other.last is None or other.last >= event.begun - ONE_DAY
        if (
            other.term.casefold() == event.term.casefold()
            and other.begun < event.begun
            and other.grade < event.grade
            and goes_on
        ):
            return True
    return None
