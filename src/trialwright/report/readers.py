"""How the readers of the scans agree, and how calls made by people stand beside ours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING

from trialwright.analysis import keep_chosen
from trialwright.report.formats import (
    NOT_ESTIMABLE,
    show_percent,
    show_proportion_interval,
    show_words,
)
from trialwright.report.responses import Badge
from trialwright.response.compare.misreadings import MISREADINGS
from trialwright.response.compare.readers import show_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trialwright.analysis import Analysis, ReaderAgreement
    from trialwright.report.formats import Days
    from trialwright.response.compare.agreement import Agreement
    from trialwright.response.compare.readers import ChosenReading


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """How two readers agree at one level, in words."""

    readers: str
    level: str
    agree: str
    kappa: str
    alone: str  # read by one of them only: first / second


@dataclass(frozen=True, slots=True)
class DiscordanceTable:
    """How often each pair of calls was made: the first reader's in rows."""

    title: str
    columns: tuple[Badge, ...]
    rows: tuple[tuple[Badge, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class RateRow:
    """The response rate had one reader alone read."""

    reader: str
    estimate: str
    interval: str
    not_read: int


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One call that differs between two who made it, with what explains it."""

    patient: str
    visit: str
    when: str
    part: str
    first: str
    first_call: str
    second: str
    second_call: str
    why: str


@dataclass(frozen=True, slots=True)
class ReaderSection:
    """Whose reading counts, and how the readers agree.

    ``decided`` holds the patients whose reading is not simply the reader's of the study:
    patient, whose reading counts, why.
    """

    counted: str
    decided: tuple[tuple[str, str, str], ...]
    adjudication: str
    agreements: tuple[AgreementRow, ...]
    tables: tuple[DiscordanceTable, ...]
    rates: tuple[RateRow, ...]
    differences: tuple[DifferenceRow, ...]


@dataclass(frozen=True, slots=True)
class CallSection:
    """Calls made by people beside ours; ``kinds`` counts what explains the differences."""

    summary: str
    kinds: tuple[tuple[str, int], ...]
    differences: tuple[DifferenceRow, ...]


def show_share(count: int, total: int) -> str:
    """Write a part of a whole: ``18 of 24 (75.0 %)``; no share out of nothing."""
    return f"{count} of {total} ({show_percent(count / total)})" if total else "none read by both"


def show_kappa(kappa: float) -> str:
    """Write kappa with two digits; ``NE`` where it is not defined."""
    return NOT_ESTIMABLE if isnan(kappa) else f"{kappa:.2f}".replace("-", "−")


def keep_counted(analysis: Analysis) -> Analysis:
    """Return the analysis with the rows of the readings that count alone, for patient pages."""
    return replace(analysis, dataset=keep_chosen(analysis.dataset, analysis.readings))


def build_readers(analysis: Analysis, days: Days) -> ReaderSection | None:
    """Lay out whose reading counts and how the readers agree; none for one reading.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.
    """
    agreement = analysis.agreement
    if agreement is None:
        return None
    return ReaderSection(
        _counted(analysis.readings),
        tuple(
            (one.patient_id, _whose(one), days.in_words(one.why))
            for one in analysis.readings
            if one.adjudicated or one.refused is not None
        ),
        _adjudication(agreement),
        tuple(_agreement_row(one) for one in agreement.agreements),
        tuple(_discordance(one) for one in agreement.agreements if one.discordant),
        tuple(
            RateRow(
                show_reader(one.reader),
                f"{one.estimate.successes}/{one.estimate.n} ({show_percent(one.estimate.value)})",
                show_proportion_interval(one.estimate),
                one.not_read,
            )
            for one in agreement.rates
        ),
        tuple(_reader_differences(agreement.agreements, days)),
    )


def _whose(one: ChosenReading) -> str:
    unread = one.refused is not None or one.unread
    return "none" if unread else show_reader(one.scans.reader)


def _counted(readings: Iterable[ChosenReading]) -> str:
    counts = Counter(_whose(one) for one in readings)
    return ", ".join(
        f"{who} in {count} patient{'s' * (count != 1)}" for who, count in counts.items()
    )


def _adjudication(agreement: ReaderAgreement) -> str:
    decided = agreement.adjudication
    if decided is None:
        return ""
    return (
        f"The central readers differ in {show_share(decided.differing, decided.read_by_both)}; "
        f"{decided.adjudicated} of these were adjudicated."
    )


def _agreement_row(one: Agreement) -> AgreementRow:
    return AgreementRow(
        f"{show_reader(one.first)} / {show_reader(one.second)}",
        one.level,
        show_share(one.agreed, one.compared),
        show_kappa(one.kappa),
        f"{one.only_first} / {one.only_second}",
    )


def _discordance(one: Agreement) -> DiscordanceTable:
    called = one.categories
    return DiscordanceTable(
        f"{one.level.capitalize()}: {show_reader(one.first)} in rows, "
        f"{show_reader(one.second)} in columns",
        tuple(Badge.of(call) for call in called),
        tuple(
            (Badge.of(row), tuple(one.table.get((row, column), 0) for column in called))
            for row in called
        ),
    )


def _reader_differences(agreements: Iterable[Agreement], days: Days) -> Iterator[DifferenceRow]:
    for pair in agreements:
        for one in pair.discordant:
            yield DifferenceRow(
                patient=one.patient_id,
                visit=one.visit or "best response",
                when=days.show(one.date) if one.date is not None else "",
                part="overall",
                first=show_reader(pair.first),
                first_call=one.first.label,
                second=show_reader(pair.second),
                second_call=one.second.label,
                why=days.in_words(
                    f"{show_reader(pair.first)}: {one.first_reason}. "
                    f"{show_reader(pair.second)}: {one.second_reason}"
                ),
            )


def build_calls(analysis: Analysis, days: Days) -> CallSection | None:
    """Lay out calls made by people beside ours; none where the data hold no calls.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.
    """
    calls = analysis.calls
    if calls is None:
        return None
    other = f" {calls.other_criteria} rows are by other criteria." if calls.other_criteria else ""
    return CallSection(
        f"{calls.calls} calls by RECIST 1.1 stand in the data. Of {calls.compared} responses in "
        f"them {calls.equal} are as ours; {calls.not_called} were left blank.{other}",
        tuple((MISREADINGS[kind], count) for kind, count in calls.kinds.most_common()),
        tuple(
            DifferenceRow(
                patient=one.patient_id,
                visit=one.visit,
                when=days.show(one.date) if one.date is not None else "",
                part=show_words(one.part),
                first=show_reader(one.reader) if one.reader else "a person",
                first_call=one.theirs,
                second="Trialwright",
                second_call=one.ours,
                why=days.in_words(one.sentence),
            )
            for one in calls.disagreements
        ),
    )
