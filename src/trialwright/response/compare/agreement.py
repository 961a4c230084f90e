"""How far two readers of the same scans agree, and where they do not.

Readings are compared at two levels: the overall response of each time point that both called,
and the best response of each patient that both read. What only one of them called is counted
apart and never enters the table.

Source: Cohen, Educ Psychol Meas 1960;20:37 (kappa). Oracle: the hand example in
``tests/unit/response/test_agreement.py``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trialwright.response.codes import Response
    from trialwright.response.compare.readers import ChosenReading, ReaderCalls
    from trialwright.response.result import BestResponse, TimePoint

Level = Literal["time point", "best response"]


@dataclass(frozen=True, slots=True)
class Discordance:
    """One time point or best response that two readers call differently, with both reasons."""

    patient_id: str
    visit: str | None  # none: the best response of the patient
    date: dt.date | None  # of the time point, as the first reader dates it
    first: Response
    second: Response
    first_reason: str
    second_reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two readers agree at one level.

    ``table`` counts each pair of calls: (first reader's, second reader's) to number.
    ``only_first`` counts what the second reader did not call, and ``only_second`` what the first
    did not: a patient of whom he read no lesion, or a time point that he did not read or had no
    baseline to compare with. ``pairs`` holds each pair of calls: patient, visit (none: the best
    response), first reader's call, second reader's.
    """

    level: Level
    first: str
    second: str
    table: Mapping[tuple[Response, Response], int]
    discordant: tuple[Discordance, ...]
    only_first: int
    only_second: int
    pairs: tuple[tuple[str, str | None, Response, Response], ...] = ()

    @property
    def compared(self) -> int:
        """Number of time points that both called, or of patients that both read."""
        return sum(self.table.values())

    @property
    def agreed(self) -> int:
        """How many of them both call alike."""
        return sum(count for (one, other), count in self.table.items() if one == other)

    @property
    def share(self) -> float:
        """Exact agreement as a fraction; nan if nothing was called by both."""
        return self.agreed / self.compared if self.compared else float("nan")

    @property
    def kappa(self) -> float:
        """Cohen's kappa, unweighted; nan if it is not defined."""
        return cohen_kappa(self.table)

    @property
    def categories(self) -> tuple[Response, ...]:
        """The calls that either reader made, in the order of RECIST."""
        return tuple(sorted({call for pair in self.table for call in pair}))


@dataclass(frozen=True, slots=True)
class AdjudicationCount:
    """How often two central readings had to be adjudicated, and what came of it."""

    read_by_both: int
    differing: int
    adjudicated: int  # of those that differ
    not_evaluable: tuple[str, ...]  # patients whose readings nobody decided between

    @property
    def rate(self) -> float:
        """Share of the patients read by both whose readings differ; nan without any."""
        return self.differing / self.read_by_both if self.read_by_both else float("nan")


def cohen_kappa(table: Mapping[tuple[Response, Response], int]) -> float:
    """Return Cohen's kappa, unweighted, of a table of paired calls.

    ``(po - pe) / (1 - pe)`` with the observed agreement ``po`` and the agreement ``pe`` that
    the two readers' own frequencies of calls would bring by chance.

    Parameters
    ----------
    table : mapping of (Response, Response) to int
        How often each pair of calls was made.

    Returns
    -------
    float
        1 for perfect agreement, 0 for what chance brings; nan if nothing was compared, or if
        both readers made one and the same call throughout (chance then explains everything).

    Source: Cohen 1960, equation 1.
    """
    total = sum(table.values())
    first: Counter[Response] = Counter()
    second: Counter[Response] = Counter()
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
    agreed = sum(count for (one, other), count in table.items() if one == other)
    by_chance = sum(first[call] * second[call] for call in first)
    # In whole numbers, so that a table without room for chance is recognised exactly.
    if total * total == by_chance:
        return float("nan")
    return (total * agreed - by_chance) / (total * total - by_chance)


def compare_readers(calls: Sequence[ReaderCalls]) -> tuple[Agreement, ...]:
    """Compare every two readers, at each time point and by best response.

    Parameters
    ----------
    calls : sequence of ReaderCalls
        One a reader; the same patients in the same order.

    Returns
    -------
    tuple of Agreement
        Two for each pair of readers: time points, then best responses. Empty for one reader.
    """
    return tuple(
        made
        for first, second in combinations(calls, 2)
        for made in (_compare_time_points(first, second), _compare_best(first, second))
    )


def _compare_time_points(first: ReaderCalls, second: ReaderCalls) -> Agreement:
    pairs: list[tuple[str, TimePoint, TimePoint]] = []
    only_first = only_second = 0
    for one, other in zip(first.responses, second.responses, strict=True):
        own = {point.visit: point for point in one.time_points}
        theirs = {point.visit: point for point in other.time_points}
        both = [visit for visit in own if visit in theirs]
        pairs += [(one.patient_id, own[visit], theirs[visit]) for visit in both]
        only_first += len(own) - len(both)
        only_second += len(theirs) - len(both)
    return Agreement(
        "time point",
        str(first.reader),
        str(second.reader),
        Counter((own.overall, theirs.overall) for _, own, theirs in pairs),
        tuple(
            Discordance(
                patient, own.visit, own.date, own.overall, theirs.overall,
                own.reason.sentence, theirs.reason.sentence,
            )
            for patient, own, theirs in pairs
            if own.overall != theirs.overall
        ),
        only_first,
        only_second,
        tuple((patient, own.visit, own.overall, theirs.overall) for patient, own, theirs in pairs),
    )  # fmt: skip


def _compare_best(first: ReaderCalls, second: ReaderCalls) -> Agreement:
    left, right = first.not_read, second.not_read
    pairs = [
        (one.patient_id, one.best, other.best)
        for one, other in zip(first.responses, second.responses, strict=True)
        if one.patient_id not in left | right
    ]
    return Agreement(
        "best response",
        str(first.reader),
        str(second.reader),
        Counter((one.response, other.response) for _, one, other in pairs),
        tuple(_discordant_best(pairs)),
        len(right - left),
        len(left - right),
        tuple((patient, None, one.response, other.response) for patient, one, other in pairs),
    )


def _discordant_best(
    pairs: Iterable[tuple[str, BestResponse, BestResponse]],
) -> Iterator[Discordance]:
    for patient, one, other in pairs:
        if one.response != other.response:
            yield Discordance(
                patient, None, None, one.response, other.response,
                one.reason.sentence, other.reason.sentence,
            )  # fmt: skip


def count_adjudications(chosen: Iterable[ChosenReading]) -> AdjudicationCount | None:
    """Count how often central readings differ and were adjudicated; none without two readers.

    Parameters
    ----------
    chosen : iterable of ChosenReading
        From :func:`trialwright.response.compare.readers.choose_readings`.
    """
    members = list(chosen)
    both = [one for one in members if one.differ_in is not None]
    refused = tuple(one.patient_id for one in members if one.refused is not None)
    if not both and not refused:
        return None
    differing = [one for one in both if one.differ_in]
    decided = sum(one.adjudicated and one.refused is None for one in differing)
    return AdjudicationCount(len(both), len(differing), decided, refused)
