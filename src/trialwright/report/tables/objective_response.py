"""Table 14.2.1: best overall response and the response rate, a column for each reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trialwright.analysis.rates_in_sets import EFFICACY_SETS, rate_in_set
from trialwright.report.cells import (
    count_cell,
    number_cell,
    proportion_cell,
    proportion_interval_cell,
)
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Number, Row, Table
from trialwright.report.tables.efficacy_inputs import (
    DASH,
    best_of_each,
    capitalise,
    give_responses,
    say_pending,
)
from trialwright.report.tables.readings_shown import (
    explain_missing,
    explain_readings,
    head_readings,
    show_readings,
)
from trialwright.report.tables.two_stages import estimate_cell, limits_cell
from trialwright.response import ImmuneResponseCode, Response
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trialwright.analysis.beside import Readings
    from trialwright.report.formats import Days
    from trialwright.report.model import Inputs
    from trialwright.report.model.cell import Tone
    from trialwright.report.model.table import Mark
    from trialwright.report.tables.readings_shown import Reading
    from trialwright.stats import Proportion

NUMBER = "14.2.1"
_IMMUNE = ImmuneResponseCode
# Each row with the categories that it counts, by RECIST 1.1 or by iRECIST.
_ROWS: tuple[tuple[Response, tuple[str, ...]], ...] = (
    (Response.CR, ("CR", _IMMUNE.ICR.label)),
    (Response.PR, ("PR", _IMMUNE.IPR.label)),
    (Response.SD, ("SD", _IMMUNE.ISD.label)),
    (Response.NON_CR_NON_PD, ("Non-CR/Non-PD", _IMMUNE.NON_ICR_NON_IUPD.label)),
    (Response.PD, ("PD", _IMMUNE.IUPD.label, _IMMUNE.ICPD.label)),
    (Response.NE, ("NE",)),
)
_OF_PROGRESSION = ((_IMMUNE.ICPD, "confirmed (iCPD)"), (_IMMUNE.IUPD, "not confirmed (iUPD)"))
_BY_IRECIST = (
    "A column by iRECIST counts iCR as CR, iPR as PR, iSD as SD, Non-iCR/Non-iUPD as "
    "Non-CR/Non-PD, and iUPD or iCPD as PD."
)
_NOT_EVALUABLE = "NE: not evaluable; such a patient stays in the denominator."


def build_objective_response(readings: Readings, days: Days) -> Table:
    """Lay out the best responses and the response rate in every reading and analysis set.

    Parameters
    ----------
    readings : Readings
        The analysis and what stands beside it.
    days : Days
        How dates look.
    """
    own, shown = readings.own, show_readings(readings)
    rows = tuple(_rows(readings, shown, days)) if own.sets.efficacy else ()
    immune = any(one.analysis.study.endpoints.criteria.require() == "iRECIST" for one in shown)
    return Table(
        NUMBER,
        "Best overall response and objective response rate",
        efficacy_population(own),
        head_readings(shown),
        rows,
        (
            *explain_readings(readings, "ORR"),
            *((_BY_IRECIST,) if immune else ()),
            _NOT_EVALUABLE,
            *explain_missing(own, "ORR"),
        ),
        empty=f"no patient in the efficacy set ({own.sets.efficacy_set})",
    )


def _rows(readings: Readings, shown: Sequence[Reading], days: Days) -> Iterator[Row]:
    yield Row("Best overall response, n (%)")
    for response, labels in _ROWS:
        tone: Tone = response.label  # type: ignore[assignment]
        cells = tuple(_count(one, labels, response.label, tone) for one in shown)
        yield Row(response.label, cells, depth=1)
        if response == Response.PD:
            yield from _progressions(shown)
    yield from _rate_rows(shown, "full_analysis", days)
    for name in EFFICACY_SETS[1:]:
        yield Row(f"{readings.own.sets.named(name).title}: objective response")
        yield from _rate_rows(shown, name, days, depth=1)
    yield from _after_two_stages(readings, len(shown), days)


def _count(one: Reading, labels: Sequence[str], gives: str, tone: Tone = "") -> Cell:
    found = [patient for patient, best in one.best.items() if best in labels]
    kinds = {one.best[patient] for patient in found}
    words = kinds.pop() if len(kinds) == 1 else gives
    return count_cell(found, len(one.best), gives=words, tone=tone)


def _progressions(shown: Sequence[Reading]) -> Iterator[Row]:
    """Yield how many progressions by iRECIST were confirmed, where a column is by iRECIST."""
    immune = [one.analysis.study.endpoints.criteria.require() == "iRECIST" for one in shown]
    if any(immune):
        for code, words in _OF_PROGRESSION:
            cells = (
                _count(one, (code.label,), code.label) if by_it else DASH
                for one, by_it in zip(shown, immune, strict=True)
            )
            yield Row(words, tuple(cells), depth=2)


def _rate_rows(shown: Sequence[Reading], name: str, days: Days, *, depth: int = 0) -> Iterator[Row]:
    """Yield the rows of the response rate in one set: those in it, responders, interval."""
    rates = [(one, rate_in_set(one.analysis, name)) for one in shown]
    level = shown[0].analysis.study.statistics.confidence_level.require()
    mark: Mark = "" if depth else "primary"

    def cells(make: Callable[[Proportion, Inputs], Cell]) -> tuple[Cell, ...]:
        return tuple(
            Cell(NOTHING, notes=(capitalise(rate.why_not),))
            if rate.estimate is None
            else make(rate.estimate, give_responses(rate.outcomes, one.best, days))
            for one, rate in rates
        )

    if depth:
        yield Row("Patients in the set", cells(_members), depth)
    responders, waiting = cells(proportion_cell), (say_pending(rate.outcomes) for _, rate in rates)
    noted = (
        replace(cell, notes=(*cell.notes, pending)) if pending else cell
        for cell, pending in zip(responders, waiting, strict=True)
    )
    yield Row("Objective response, n (%)", tuple(noted), depth, mark=mark)
    yield Row(show_level(level), cells(proportion_interval_cell), depth, mark=mark)


def _members(_: Proportion, inputs: Inputs) -> Cell:
    return number_cell("patients", len(inputs.rows), inputs=inputs)


def _after_two_stages(readings: Readings, columns: int, days: Days) -> Iterator[Row]:
    """Yield what the design says of the primary reading; table 14.2.12 holds all of it."""
    stage, result = readings.own.stage, readings.own.proportion("ORR")
    if stage is None or result is None:
        return
    inputs = give_responses(result.outcomes, best_of_each(readings.own), days)
    rest = (DASH,) * (columns - 1)
    yield Row("After two stages")
    found = stage.inference
    if found is None:
        words = Cell("not yet", notes=("Stage 1, or a patient whom the decision counts, is open",))
        yield Row("Response rate", (words, *rest), depth=1)
    elif found.state == "not estimable":
        words = Cell("NE", (Number("response rate, percent", None, "not estimable"),), inputs,
                     notes=(capitalise(found.reason),))  # fmt: skip
        yield Row("Response rate", (words, *rest), depth=1)
    else:
        rate = estimate_cell(found, inputs)
        yield Row(f"Response rate, {found.estimator}", (rate, *rest), depth=1)
        limits = limits_cell(found.low, found.high, inputs, found.method)
        yield Row(f"{show_level(found.level)}, exact, {found.method}", (limits, *rest), depth=1)
    verdict = Cell(stage.final.verdict, tone="strong", target="table-14-2-12")
    yield Row("Decision of the design", (verdict, *rest), depth=1)
