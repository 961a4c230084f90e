"""Split the outcome strings of a registry download into measure, description and time frame.

ClinicalTrials.gov joins the three parts by a comma and a space and several outcomes by ``|``.
Both signs occur in free text too, so the join cannot be undone by counting: 43 of 51 outcomes
in two real downloads do not split into three. The time frame is looked for from the right, the
measure ends at the first comma outside parentheses, the rest is the description; the words are
kept, and what was ambiguous is said.

Source: the CSV layout of ClinicalTrials.gov (``GET /api/v2/studies?format=csv``).
"""

from __future__ import annotations

import re
from dataclasses import replace

from trialwright.study.record import Confidence, Outcome

__all__ = ["is_plain_time_frame", "split_outcome", "split_outcomes"]

_WEAK_TIME_FRAME_WORDS = 15  # a longer last part that only mentions a time is prose

_UNITS = (
    "second seconds minute minutes min mins hour hours hr hrs h day days week weeks wk wks "
    "month months mo mos year years yr yrs cycle cycles course courses visit visits"
)
_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve fifteen eighteen twenty "
    "thirty forty fifty sixty ninety hundred half"
)
_ANCHORS = (
    "baseline screening randomization randomisation enrollment enrolment discharge surgery "
    "completion follow followup throughout immediately preoperative postoperative"
)
_JOINING_WORDS = (
    "a an the and or to up upto at from in of on by for per each every within during over "
    "through until till after before between about approximately around average maximum minimum "
    "least most first last end start study trial treatment therapy dose time point timepoint "
    "period only single initial final up post pre"
)
_PLAIN_WORDS = frozenset(f"{_UNITS} {_NUMBER_WORDS} {_ANCHORS} {_JOINING_WORDS}".split())


def _any_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_NUMBER = rf"(?:\d+(?:\.\d+)?|{_any_of(_NUMBER_WORDS)}|an?|each|every|first|last)"
_UNIT = rf"(?:{_any_of(_UNITS)})"
_NAMES_A_TIME = re.compile(
    rf"\b{_NUMBER}(?:\s*(?:-\s*)?|\s+(?:full\s+)?){_UNIT}\b"  # 2 years, 24-week, each cycle
    rf"|\b(?:{_UNIT}|[dwmt])\s*(?:-\s*)?\d"  # Day 1, Week 12, D1
    r"|\bc\d+\s*d\d+"  # C1D1
    rf"|\b(?:{_any_of(_ANCHORS)}|up\s+to|through|until|till)\b"
    r"|\bend\s+of\s+(?:the\s+)?(?:study|trial|treatment|therapy)\b",
    re.IGNORECASE,
)
_OPENS_A_TIME_FRAME = re.compile(
    rf"\s*(?:~\s*)?(?:{_any_of(_ANCHORS)}|up\s*to|through|until|till|from|within|at|after|before"
    r"|every|each|during|over|between|on|for|average|an\s+average|approximately|about|around"
    rf"|the\s+first|(?:{_UNIT}|[dwmt]|c)\s*(?:-\s*)?\d|{_NUMBER}\s*(?:-\s*)?{_UNIT})\b",
    re.IGNORECASE,
)
# "Day 1, 8, and 15"; "through study completion, an average of 1 year"; "..., whichever came
# first, assessed up to 100 months": a part that opens like this goes on from the part before it.
_GOES_ON = re.compile(
    r"\s*(?:(?:and|or|then|&|assessed|whichever|including|an?\s+average|average|an\s+expected)\b"
    r"|\d+(?:\s*(?:and|or|&|-|to)\s*\d+)*\s*$)",
    re.IGNORECASE,
)
_COMMA = re.compile(r",\s+")
_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
_ENDS_IN_ABBREVIATION = re.compile(r"[)\]]\s*$")


def split_outcomes(cell: str) -> tuple[Outcome, ...]:
    """Split a cell of outcomes at ``|``, mending a ``|`` that stood in free text.

    Parameters
    ----------
    cell : str
        Outcomes joined by ``|``.

    Returns
    -------
    tuple of Outcome
        In the order of the cell. A fragment without a time frame is read as the beginning of
        the next one, unless no fragment has a time frame (a layout of titles alone); such a
        joined outcome has confidence ``low``.
    """
    fragments = [fragment for fragment in cell.split("|") if fragment.strip()]
    split = [split_outcome(fragment) for fragment in fragments]
    if all(outcome.time_frame is None for outcome in split):
        return tuple(split)
    found: list[Outcome] = []
    waiting: list[str] = []
    for fragment, outcome in zip(fragments, split, strict=True):
        waiting.append(fragment)
        if outcome.time_frame is not None:
            found.append(_joined(waiting))
            waiting = []
    # What is left over at the end has nothing to be the beginning of.
    return (*found, *(split_outcome(fragment) for fragment in waiting))


def split_outcome(raw: str) -> Outcome:
    """Split one outcome into measure, description and time frame, from the right.

    Parameters
    ----------
    raw : str
        ``measure, description, time frame``; the description may be missing, and each part may
        hold commas of its own.

    Returns
    -------
    Outcome
        With the words kept, and a confidence with its doubt.

    Examples
    --------
    >>> split_outcome("Response rate (RR), CR or PR, 2 years").time_frame
    '2 years'
    """
    text = raw.strip()
    commas, balanced = _commas_outside_parentheses(text)
    ends = [0, *(comma.end() for comma in commas)]
    starts = [*(comma.start() for comma in commas), len(text)]
    pieces = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    first = _first_piece_of_time_frame(pieces)
    description_end = len(text) if first is None else starts[first - 1]
    time_frame = None if first is None else text[ends[first] :].rstrip(" .")
    description = text[ends[1] : description_end] if len(pieces) > 1 and first != 1 else None
    doubts = _doubts(pieces, first, time_frame, balanced=balanced)
    confidence: Confidence = "low" if time_frame is None else "medium" if doubts else "high"
    return Outcome(
        measure=pieces[0],
        description=description or None,
        time_frame=time_frame or None,
        raw=raw,
        confidence=confidence,
        doubt="; ".join(doubts) or None,
    )


def is_plain_time_frame(text: str) -> bool:
    """Say whether every word of ``text`` belongs to a time frame, such as ``up to 2 years``."""
    words = _WORD.findall(text.lower())
    known = all(word in _PLAIN_WORDS or word[0].isdigit() for word in words)
    return bool(words) and known and _NAMES_A_TIME.search(text) is not None


def _joined(fragments: list[str]) -> Outcome:
    outcome = split_outcome("|".join(fragments))
    if len(fragments) == 1:
        return outcome
    doubt = f"put together from {len(fragments)} fragments between '|', as only the last has a time"
    said = f"{doubt}; {outcome.doubt}" if outcome.doubt else doubt
    return replace(outcome, confidence="low", doubt=said)


def _commas_outside_parentheses(text: str) -> tuple[list[re.Match[str]], bool]:
    """Return the separating commas, and whether the parentheses balance.

    Parentheses that do not balance (``a) pain``) cannot shelter a comma: then all commas count.
    """
    commas = list(_COMMA.finditer(text))
    depth, depths, balanced = 0, [], True
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        balanced = balanced and depth >= 0
        depths.append(depth)
    if not balanced or depth != 0:
        return commas, False
    return [comma for comma in commas if depths[comma.start()] == 0], True


def _first_piece_of_time_frame(pieces: list[str]) -> int | None:
    """Return the index of the piece that opens the time frame; the measure is never part of it."""
    last = len(pieces) - 1
    if last < 1:
        return None
    first = last
    while first > 1 and _GOES_ON.match(pieces[first]):
        first -= 1
    if not _opens_time_frame(pieces[first]):
        if not _mentions_time(pieces[last]):
            return None
        first = last
    while first > 1 and (is_plain_time_frame(pieces[first - 1]) or _is_bare(pieces[first - 1])):
        first -= 1
    return first


def _opens_time_frame(piece: str) -> bool:
    if is_plain_time_frame(piece):
        return True
    return bool(_OPENS_A_TIME_FRAME.match(piece)) and _NAMES_A_TIME.search(piece) is not None


def _mentions_time(piece: str) -> bool:
    few = len(piece.split()) <= _WEAK_TIME_FRAME_WORDS
    return few and _NAMES_A_TIME.search(piece) is not None


def _is_bare(piece: str) -> bool:
    """Say whether a piece is numbers alone, as the 12 of ``12, 24 and 48 weeks``."""
    return re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", piece) is not None


def _doubts(
    pieces: list[str], first: int | None, time_frame: str | None, *, balanced: bool
) -> list[str]:
    doubts = []
    if not balanced:
        doubts.append("the parentheses do not balance")
    if time_frame is None:
        doubts.append("no time frame recognised at the end")
    elif first is not None and first < len(pieces) - 1:
        doubts.append("the time frame holds a comma")
    elif not is_plain_time_frame(time_frame):
        doubts.append("the time frame has words that are not a time")
    middle = pieces[1:first]
    if len(middle) > 1 and not _measure_ends(pieces[0], middle[0]):
        doubts.append("the measure may hold a comma")
    return doubts


def _measure_ends(measure: str, description: str) -> bool:
    """Say whether the end of the measure shows: an abbreviation in brackets, or a new sentence."""
    return bool(_ENDS_IN_ABBREVIATION.search(measure)) or description[:1].isupper()
