"""Find what a registry record says that a trial cannot carry out, and what it leaves open.

The rules are data (``lint_rules.toml``): anyone can add one, with two small records that show
when it fires and when it is silent. This module is the small vocabulary in which they are
written. A finding quotes the words it stands on.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from trialwright.study.drug_names import names_spelt_twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.study.record import Outcome, RegistryRecord

__all__ = [
    "LintFinding",
    "LintRule",
    "When",
    "find_words",
    "is_single_arm",
    "lint_record",
    "measures",
    "named_pattern",
    "read_rules",
    "treatment_texts",
]

Severity = Literal["error", "warning", "note"]
Pattern = re.Pattern[str]
_LONGEST_QUOTE = 220
_SINGLE_ARM_CODES = {"SINGLE_GROUP", "NA"}
_SEVERAL_ARMS_CODES = {"RANDOMIZED", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL"}
_DESIGN_TEXTS = ("title", "official_title", "brief_summary", "detailed_description")


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding: the rule, how bad, the words it stands on, why it matters, and the mend.

    Parameters
    ----------
    id : str
        Stable name of the rule, such as ``REG-004-response-without-criteria``.
    severity : {"error", "warning", "note"}
        ``error``: cannot be carried out as written; ``warning``: must be settled before an
        analysis; ``note``: worth a look.
    words : str
        Words of the record, quoted, each with its field.
    why, mend : str
        One sentence each.
    """

    id: str
    severity: Severity
    words: str
    why: str
    mend: str

    def __str__(self) -> str:
        """Write the finding as one line."""
        return f"{self.severity}: {self.words}: {self.why} {self.mend} [{self.id}]"


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of a rule; ``lint_rules.toml`` says what each means."""

    outcome: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    same_text: tuple[str, ...] = ()
    near_spellings: bool = False
    has: Pattern | None = None
    lacks: Pattern | None = None
    single_arm: bool = False
    treatment_has: Pattern | None = None
    record_has: Pattern | None = None
    record_lacks: Pattern | None = None
    endpoints: tuple[str, ...] = ()
    no_endpoints: tuple[str, ...] = ()
    another: tuple[str, ...] = ()
    another_has: Pattern | None = None
    same_time_frame: bool = False
    others_lack: Pattern | None = None


@dataclass(frozen=True, slots=True)
class LintRule:
    """One rule: its conditions, its words, and a record that fires it beside one that does not."""

    id: str
    severity: Severity
    when: When
    why: str
    mend: str
    source: str
    fires: Mapping[str, str]
    silent: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a rule looks at: a text of the record with its place, and the words to quote."""

    text: str
    quotes: tuple[str, ...] = ()
    outcome: Outcome | None = None


def lint_record(record: RegistryRecord) -> tuple[LintFinding, ...]:
    """Apply every rule to a record.

    Parameters
    ----------
    record : RegistryRecord
        As read by :func:`trialwright.study.reading.read_record`.

    Returns
    -------
    tuple of LintFinding
        In the order of the rules; a rule can find more than one thing.
    """
    return tuple(finding for rule in read_rules() for finding in _apply(rule, record))


@cache
def read_rules() -> tuple[LintRule, ...]:
    """Read the rules of ``lint_rules.toml``.

    Raises
    ------
    ValueError
        If a rule uses a condition or an endpoint that does not exist.
    """
    return tuple(_rule(entry) for entry in _rule_file()["rule"])


def named_pattern(text: str) -> Pattern:
    """Compile a regular expression without regard to case.

    ``@name`` in it stands for the expression of that name under ``[words]``.
    """
    words = _rule_file()["words"]
    return re.compile(re.sub(r"@(\w+)", lambda name: f"(?:{words[name[1]]})", text), re.IGNORECASE)


def measures(outcome: Outcome, endpoint: str) -> bool:
    """Say whether an outcome measures an endpoint of ``[endpoints]``, such as ``"ORR"``."""
    entry = _rule_file()["endpoints"][endpoint]
    if "anywhere" in entry:
        return named_pattern(entry["anywhere"]).search(outcome.raw) is not None
    unless = entry.get("unless")
    if unless and named_pattern(unless).search(outcome.measure):
        return False
    return named_pattern(entry["measure"]).search(outcome.measure) is not None


def is_single_arm(record: RegistryRecord) -> bool:
    """Say whether a trial has one arm: no second arm, comparator, placebo or random allocation.

    The coded design decides where there is one; else the words of titles, summaries and
    interventions. That a time is counted "from randomization" names no second arm.
    """
    codes = {record.allocation, record.intervention_model}
    if record.study_type == "OBSERVATIONAL" or codes & _SEVERAL_ARMS_CODES or len(record.arms) > 1:
        return False
    if codes & _SINGLE_ARM_CODES or record.arms:
        return True
    entry = _rule_file()["second_arm"]
    background, second_arm = named_pattern(entry["unless"]), named_pattern(entry["words"])
    texts = [text for place, text in record.texts() if place in _DESIGN_TEXTS]
    texts += [intervention.raw for intervention in record.interventions]
    return not any(second_arm.search(background.sub(" ", text)) for text in texts)


def treatment_texts(record: RegistryRecord) -> tuple[tuple[str, str], ...]:
    """Return (place, words) of what names the treatment: interventions, arms and titles."""
    texts = record.texts()
    named = [item for item in texts if re.fullmatch(r"(interventions|arms).\d+.", item[0])]
    return (*named, *(item for item in texts if item[0] in {"title", "official_title"}))


def find_words(pattern: Pattern, texts: tuple[tuple[str, str], ...]) -> str | None:
    """Return the first words that match, quoted with their place; none if nothing does."""
    for place, text in texts:
        found = pattern.search(text)
        if found:
            return _quote(place, text, found)
    return None


def _apply(rule: LintRule, record: RegistryRecord) -> Iterator[LintFinding]:
    for seen in _looked_at(rule.when, record):
        quotes = _quotes_if_all_hold(rule.when, record, seen)
        if quotes is not None:
            words = "; ".join(dict.fromkeys((*seen.quotes, *quotes)))
            yield LintFinding(rule.id, rule.severity, words, rule.why, rule.mend)


def _looked_at(when: When, record: RegistryRecord) -> Iterator[_Seen]:
    """Yield each text a rule looks at, of which its ``has`` and ``lacks`` hold."""
    if when.near_spellings:
        yield from _near_spellings(record)
    elif when.same_text:
        yield from _same_text(when.same_text, record)
    elif when.outcome:
        for place, outcome in record.outcomes():
            if _measures_any(outcome, when.outcome) and _holds(when, outcome.definition):
                found = when.has.search(outcome.raw) if when.has else None
                yield _Seen(outcome.raw, (_quote(place, outcome.raw, found),), outcome)
    elif when.fields:
        for place, text in record.texts():
            if place.partition("[")[0] in when.fields and _holds(when, text):
                yield _Seen(text, (_quote(place, text, when.has and when.has.search(text)),))
                return
    else:
        yield _Seen("")


def _holds(when: When, text: str) -> bool:
    if when.has is not None and not when.has.search(text):
        return False
    return when.lacks is None or not when.lacks.search(text)


def _quotes_if_all_hold(when: When, record: RegistryRecord, seen: _Seen) -> list[str] | None:
    """Return the words found elsewhere, or none if a condition on the record does not hold."""
    texts, outcomes = record.texts(), record.outcomes()
    if when.single_arm and not is_single_arm(record):
        return None
    if when.record_lacks and find_words(when.record_lacks, texts):
        return None
    if when.no_endpoints and any(_measures_any(o, when.no_endpoints) for _, o in outcomes):
        return None
    if when.others_lack and any(
        when.others_lack.search(o.definition) for _, o in outcomes if o is not seen.outcome
    ):
        return None
    demanded = (
        find_words(when.treatment_has, treatment_texts(record)) if when.treatment_has else "",
        find_words(when.record_has, texts) if when.record_has else "",
        _first_endpoint(when.endpoints, record) if when.endpoints else "",
        _another(when, record, seen) if when.another else "",
    )
    if any(words is None for words in demanded):
        return None
    return [words for words in demanded if words]


def _first_endpoint(endpoints: tuple[str, ...], record: RegistryRecord) -> str | None:
    for place, outcome in record.outcomes():
        if _measures_any(outcome, endpoints):
            return _quote(place, outcome.measure, None)
    return None


def _another(when: When, record: RegistryRecord, seen: _Seen) -> str | None:
    """Return the words of another outcome as ``another`` and what stands below it demand."""
    others = [
        (place, outcome)
        for endpoint in when.another
        for place, outcome in record.outcomes()
        if outcome is not seen.outcome and measures(outcome, endpoint)
    ]
    for place, outcome in others:
        found = when.another_has.search(outcome.raw) if when.another_has else None
        if when.another_has and found is None:
            continue
        if when.same_time_frame and not _same_time_frame(outcome, seen.outcome):
            continue
        return _quote(place, outcome.raw, found)
    return None


def _same_time_frame(one: Outcome, other: Outcome | None) -> bool:
    if other is None or one.time_frame is None or other.time_frame is None:
        return False
    return one.time_frame.casefold() == other.time_frame.casefold()


def _measures_any(outcome: Outcome, endpoints: tuple[str, ...]) -> bool:
    return any(measures(outcome, endpoint) for endpoint in endpoints)


def _same_text(names: tuple[str, ...], record: RegistryRecord) -> Iterator[_Seen]:
    places = dict(record.texts())
    texts = [" ".join(places.get(name, "").split()).casefold() for name in names]
    if texts[0] and len(set(texts)) == 1:
        first = places[names[0]]
        yield _Seen(first, (f"{' and '.join(names)}: {_quote('', first, None)}",))


def _near_spellings(record: RegistryRecord) -> Iterator[_Seen]:
    """Yield each pair of drug names that is one name spelt twice."""
    for pair in names_spelt_twice(record.texts(), _rule_file()["drug_names"]):
        yield _Seen(pair[0].word.lower(), tuple(f'{name.place}: "{name.word}"' for name in pair))


def _quote(place: str, text: str, found: re.Match[str] | None) -> str:
    """Quote the sentence around a match, or the beginning of the text, with its place."""
    begin, end = (0, len(text)) if found is None else _sentence(text, *found.span())
    if found is not None and found.end() - begin > _LONGEST_QUOTE:
        begin = text.rfind(" ", 0, max(1, found.start() - _LONGEST_QUOTE // 3)) + 1
    stop = end if end - begin <= _LONGEST_QUOTE else text.rfind(" ", 0, begin + _LONGEST_QUOTE)
    stop = stop if stop > begin else begin + _LONGEST_QUOTE
    before = "… " if begin and text[begin - 1] == " " and text[begin - 2] not in ".;|" else ""
    quoted = f'"{before}{" ".join(text[begin:stop].split())}{" …" if stop < end else ""}"'
    return f"{place}: {quoted}" if place else quoted


def _sentence(text: str, begin: int, end: int) -> tuple[int, int]:
    """Widen a stretch of text to the sentence it stands in."""
    signs = ".;|\n"
    start = max(text.rfind(sign, 0, begin) for sign in signs) + 1
    stops = [stop for sign in signs if (stop := text.find(sign, end)) >= 0]
    return start + (text[start : start + 1] == " "), min(stops, default=len(text))


@cache
def _rule_file() -> dict[str, Any]:
    text = files("trialwright.study").joinpath("lint_rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _rule(entry: dict[str, Any]) -> LintRule:
    return LintRule(
        id=entry["id"],
        severity=entry["severity"],
        when=_when(entry["id"], entry["when"]),
        why=entry["why"],
        mend=entry["mend"],
        source=entry.get("source", ""),
        fires=entry["fires"],
        silent=entry["silent"],
    )


def _when(rule: str, conditions: dict[str, Any]) -> When:
    known = {field.name: field.type for field in fields(When)}
    _check_names(rule, "condition", conditions, known)
    parsed: dict[str, Any] = {}
    for name, value in conditions.items():
        if name in {"outcome", "endpoints", "no_endpoints", "another"}:
            _check_names(rule, "endpoint", value, _rule_file()["endpoints"])
        if isinstance(value, list):
            parsed[name] = tuple(value)
        else:
            parsed[name] = named_pattern(value) if isinstance(value, str) else value
    return When(**parsed)


def _check_names(rule: str, kind: str, names: Any, known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
            msg = f"lint_rules.toml, {rule}: no {kind} {name!r}{hint}"
            raise ValueError(msg)
