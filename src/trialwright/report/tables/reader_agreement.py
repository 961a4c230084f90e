"""Tables 14.2.9 and 14.2.10: how readers agree, and how collected calls stand beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.cells import number_cell, proportion_interval_cell
from trialwright.report.figures.population import efficacy_population, screened_population
from trialwright.report.formats import show_kappa, show_percent
from trialwright.report.model import Cell, Column, Inputs, Number, Row, Table
from trialwright.report.tables.efficacy_inputs import (
    DASH,
    best_of_each,
    capitalise,
    give_responses,
)
from trialwright.response.compare.misreadings import MISREADINGS
from trialwright.response.compare.readers import show_reader
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis import Analysis, ReaderAgreement, ReaderRate
    from trialwright.analysis.beside import Readings
    from trialwright.report.formats import Days
    from trialwright.report.model.cell import Tone
    from trialwright.response import Agreement, ChosenReading, Response
    from trialwright.response.compare.collected_calls import CallComparison

AGREEMENT, RATES, PAIRS, CALLS = "14.2.9", "14.2.9.1", "14.2.9.{}", "14.2.10"
_FIRST_OF_PAIRS = 2
_KAPPA = (
    "Kappa is Cohen's, unweighted; NE where both readers made one and the same call throughout."
)
_ALONE = "What only one of two readers called is counted apart and enters no agreement."
_NEITHER = "Neither overwrites the other; listing 16.2.6.10 has every difference with its reason."


def build_reader_tables(readings: Readings, days: Days) -> tuple[Table, ...]:
    """Lay out whose reading counts, the agreement of readers, and the rate by each of them.

    Parameters
    ----------
    readings : Readings
        The analysis and what stands beside it.
    days : Days
        How dates look.

    Returns
    -------
    tuple of Table
        Empty where the data hold one reading.
    """
    agreement = readings.own.agreement
    if agreement is None:
        return ()
    pairs = [one for one in agreement.agreements if one.table]
    return (
        _agreement_table(readings.own, agreement),
        _rate_table(readings, agreement.rates, days),
        *(
            _pair_table(PAIRS.format(number), one, readings.own)
            for number, one in enumerate(pairs, _FIRST_OF_PAIRS)
        ),
    )


def _agreement_table(analysis: Analysis, agreement: ReaderAgreement) -> Table:
    return Table(
        AGREEMENT,
        "Readers: whose reading counts, and how they agree",
        screened_population(analysis),
        (
            Column(""),
            Column("Alike or counted", "number"),
            Column("Compared", "number"),
            Column("Share", "number"),
            Column("Kappa", "number"),
            Column("By the first alone", "number"),
            Column("By the second alone", "number"),
        ),
        (
            Row("Whose reading counts, patients"),
            *_counted_rows(analysis.readings),
            *_adjudication_rows(agreement),
            Row("Exact agreement, first reader / second reader"),
            *(_agreement_row(one) for one in agreement.agreements),
        ),
        (_KAPPA, _ALONE),
        method="Cohen's kappa",
    )


def whose_reading(one: ChosenReading) -> str:
    """Name the reader whose reading of a patient counts; ``none`` where nobody's does."""
    return "none" if one.refused is not None or one.unread else show_reader(one.scans.reader)


def _counted_rows(chosen: Sequence[ChosenReading]) -> Iterator[Row]:
    readers = dict.fromkeys(whose_reading(one) for one in chosen)
    for reader in readers:
        found = [one.patient_id for one in chosen if whose_reading(one) == reader]
        yield _share_row(reader, len(found), len(chosen), Inputs.counted(found, reader))


def _share_row(label: str, count: int, total: int, inputs: Inputs | None = None) -> Row:
    share = Cell(show_percent(count / total), (Number("percent", 100 * count / total),), inputs)
    cells = (
        number_cell("count", count, inputs=inputs),
        number_cell("compared", total),
        share if total else DASH,
        DASH,
        DASH,
        DASH,
    )
    return Row(label, cells, depth=1)


def _adjudication_rows(agreement: ReaderAgreement) -> Iterator[Row]:
    decided = agreement.adjudication
    if decided is None:
        return
    yield Row("The two central readers")
    if decided.read_by_both:
        yield _share_row("read by both, and differ", decided.differing, decided.read_by_both)
    if decided.differing:
        yield _share_row("of these adjudicated", decided.adjudicated, decided.differing)
    undecided = Inputs.counted(decided.not_evaluable, "nobody decided between the readings")
    number = number_cell("count", len(decided.not_evaluable), inputs=undecided)
    yield Row("decided by nobody, not evaluable", (number, *(DASH,) * 5), depth=1)


def _agreement_row(one: Agreement) -> Row:
    compared, everybody = one.compared, _give_pairs(one)
    percent = Number("percent", 100 * one.share)
    share = Cell(show_percent(one.share), (percent,), everybody) if compared else DASH
    return Row(
        f"{show_reader(one.first)} / {show_reader(one.second)}, {one.level}",
        (
            number_cell("alike", one.agreed, inputs=_give_pairs(one, alike=True)),
            number_cell("compared", compared, inputs=everybody),
            share,
            Cell(show_kappa(one.kappa), (Number("kappa", one.kappa),), everybody, "Cohen's kappa"),
            number_cell("called by the first alone", one.only_first),
            number_cell("called by the second alone", one.only_second),
        ),
        depth=1,
    )


def _give_pairs(
    one: Agreement,
    *,
    alike: bool = False,
    called: tuple[Response, Response] | None = None,
) -> Inputs:
    """Return the pairs of calls: all of them, those alike, or one pair of categories."""
    return Inputs(
        tuple(
            (patient, f"{visit or 'best response'}: {first.label} and {second.label}")
            for patient, visit, first, second in one.pairs
            if (not alike or first == second) and called in (None, (first, second))
        )
    )


def _rate_table(readings: Readings, rates: Sequence[ReaderRate], days: Days) -> Table:
    own = readings.own
    level = show_level(own.study.statistics.confidence_level.require())
    return Table(
        RATES,
        "Objective response rate by each reader alone",
        efficacy_population(own),
        (
            Column("Reader"),
            Column("Objective response, n/N (%)", "number"),
            Column(level, "number"),
            Column("Patients not read", "number"),
        ),
        tuple(_rate_row(one, readings, days) for one in rates),
        ("A patient of whom a reader read nothing did not respond for that reader.",),
        empty="no patient in the efficacy set",
    )


def _rate_row(one: ReaderRate, readings: Readings, days: Days) -> Row:
    found = one.estimate
    inputs = _given(one, readings, days)
    numbers = (
        Number("successes", found.successes),
        Number("patients", found.n),
        Number("percent", 100 * found.value),
    )
    text = f"{found.successes}/{found.n} ({show_percent(found.value)})"
    return Row(
        show_reader(one.reader),
        (
            Cell(text, numbers, inputs, found.method),
            proportion_interval_cell(found, inputs),
            number_cell("patients", one.not_read),
        ),
    )


def _given(one: ReaderRate, readings: Readings, days: Days) -> Inputs:
    """Return what patients give to a reader's rate, from the analysis with that reader."""
    name = one.reader
    analyses = {way.name: way.analysis for way in readings.readers}
    if name == readings.own.study.response.reader.require():
        analyses[name] = readings.own
    analysis = analyses.get(name)
    result = None if analysis is None else analysis.proportion("ORR")
    if analysis is None or result is None:
        return Inputs(())
    return give_responses(result.outcomes, best_of_each(analysis), days)


def _pair_table(number: str, one: Agreement, analysis: Analysis) -> Table:
    called = one.categories
    return Table(
        number,
        f"Calls of two readers, {one.level}: {show_reader(one.first)} in rows, "
        f"{show_reader(one.second)} in columns",
        screened_population(analysis),
        (Column(capitalise(show_reader(one.first))), *(Column(x.label, "number") for x in called)),
        tuple(
            Row(
                first.label,
                tuple(
                    _pair_cell(one, first, second, "strong" if first == second else "")
                    for second in called
                ),
            )
            for first in called
        ),
        (_ALONE,),
    )


def _pair_cell(one: Agreement, first: Response, second: Response, tone: Tone) -> Cell:
    count = one.table.get((first, second), 0)
    inputs = _give_pairs(one, called=(first, second))
    return Cell(str(count), (Number(f"{one.level}s", count),), inputs, tone=tone)


def build_call_table(analysis: Analysis) -> Table | None:
    """Lay out the calls that people made beside ours; none where the data hold no calls.

    Parameters
    ----------
    analysis : Analysis
        The results.
    """
    calls = analysis.calls
    if calls is None:
        return None
    return Table(
        CALLS,
        "Calls of response as collected, beside those derived here",
        screened_population(analysis),
        (Column(""), Column("n", "number")),
        tuple(_call_rows(calls)),
        (_NEITHER,),
    )


def _call_rows(calls: CallComparison) -> Iterator[Row]:
    yield _plain_row("Calls by RECIST 1.1 in the data", calls.calls)
    yield _plain_row("Responses in them that both called", calls.compared)
    yield _plain_row("as ours", calls.equal, depth=1)
    yield _plain_row("other than ours", calls.compared - calls.equal, depth=1)
    yield _plain_row("Responses left blank", calls.not_called)
    yield _plain_row("Rows by other criteria, not compared", calls.other_criteria)
    if calls.kinds:
        yield Row("Differences, a call or visit left blank among them, by what explains them")
    for kind, count in calls.kinds.most_common():
        rows = tuple(
            (one.patient_id, f"{one.visit}, {one.part}: {one.theirs} for {one.ours}")
            for one in calls.disagreements
            if one.kind == kind
        )
        cell = number_cell("responses", count, inputs=Inputs(rows))
        yield Row(capitalise(MISREADINGS[kind]), (cell,), depth=1)


def _plain_row(label: str, count: int, *, depth: int = 0) -> Row:
    return Row(label, (number_cell("responses", count),), depth)
