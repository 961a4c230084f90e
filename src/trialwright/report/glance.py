"""The results at a glance: the numbers in large type, the endpoints, the design's decision."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from trialwright.report.formats import (
    show_median_interval,
    show_median_with_unit,
    show_percent,
    show_proportion,
    show_proportion_interval,
)
from trialwright.report.tables.efficacy_inputs import say_pending
from trialwright.report.tables.two_stages import (
    ESTIMATES,
    FINAL_LOOK,
    FIRST_LOOK,
    PROPERTIES,
    RULE,
    VERDICT,
    build_decision_table,
)
from trialwright.report.words.counted import explain_endpoint
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis, ProportionResult, SurvivalResult
    from trialwright.report.formats import Days
    from trialwright.report.model import Table
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One endpoint: n, events or responders, estimate, interval, and how it was counted."""

    key: str
    title: str
    n: int
    events: str
    estimate: str
    interval: str
    how: str
    is_rate: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """One number in large type, with what it is."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the design says, in words and exact numbers."""

    verdict: str
    first_look: str
    final: str
    rule: str
    properties: tuple[tuple[str, str], ...]
    estimates: tuple[tuple[str, str], ...]
    caveat: str


def build_endpoints(analysis: Analysis) -> tuple[EndpointRow, ...]:
    """Return one row an endpoint: proportions, then times."""
    rows = [_proportion_row(result, analysis.study) for result in analysis.proportions]
    rows += [_survival_row(result, analysis) for result in analysis.survival]
    return tuple(rows)


def say_intervals(analysis: Analysis) -> str:
    """Say by which methods the intervals were made, as the results themselves carry them."""
    rates = {result.estimate.method for result in analysis.proportions}
    times = {result.median.method for result in analysis.survival}
    incidences = {one.method for result in analysis.competing for _, one in result.landmarks}
    parts = [
        f"{what} {', '.join(sorted(methods))}"
        for what, methods in (
            ("rates", rates),
            ("times, Kaplan–Meier on the scale", times),
            ("cumulative incidences, Aalen–Johansen,", incidences),
        )
        if methods
    ]
    return f"Intervals: {'; '.join(parts)}." if parts else ""


def _proportion_row(result: ProportionResult, study: Study) -> EndpointRow:
    estimate, pending = result.estimate, say_pending(result.outcomes)
    return EndpointRow(
        result.key,
        result.title,
        estimate.n,
        str(estimate.successes),
        show_percent(estimate.value),
        show_proportion_interval(estimate),
        explain_endpoint(result.key, study) + (f"; {pending}" if pending else ""),
        is_rate=True,
    )


def _survival_row(result: SurvivalResult, analysis: Analysis) -> EndpointRow:
    return EndpointRow(
        result.key,
        result.title,
        len(result.times),
        str(sum(result.events.values())),
        f"median {show_median_with_unit(result.median, result.unit)}",
        show_median_interval(result.median),
        explain_endpoint(result.key, analysis.study, analysis.counting),
        is_rate=False,
    )


def build_tiles(analysis: Analysis) -> tuple[Tile, ...]:
    """Return the numbers in large type: response, disease control, PFS and OS."""
    return tuple(_tiles(analysis))


def _tiles(analysis: Analysis) -> Iterator[Tile]:
    for result in analysis.proportions:
        if not result.sensitivity:
            one = result.estimate
            interval = f"{show_level(one.level)} {show_proportion_interval(one)}"
            yield Tile(result.title, show_percent(one.value), f"{_fraction(result)}, {interval}")
    for key in ("PFS", "OS"):
        timed = analysis.survival_of(key)
        if timed is not None:
            interval = f"{show_level(timed.median.level)} {show_median_interval(timed.median)}"
            value = show_median_with_unit(timed.median, timed.unit)
            yield Tile(f"Median {timed.title.lower()}", value, interval)


def _fraction(result: ProportionResult) -> str:
    return show_proportion(result.estimate).partition(" ")[0]


def build_decision(analysis: Analysis, days: Days) -> Decision | None:
    """Read the design's decision off table 14.2.12; none for a descriptive trial.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.
    """
    table = build_decision_table(analysis, days)
    if not table.rows:
        return None
    said = {row.label: row.cells[0].text for row in table.rows if row.cells and not row.depth}
    return Decision(
        said[VERDICT],
        said[FIRST_LOOK],
        said[FINAL_LOOK],
        said[RULE],
        tuple(_rows_under(PROPERTIES, table)),
        tuple(_rows_under(ESTIMATES, table)),
        table.notes[0],
    )


def _rows_under(heading: str, table: Table) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the rows below a heading, as far as they are indented."""
    labels = [row.label for row in table.rows]
    start = labels.index(heading) + 1 if heading in labels else len(labels)
    for row in takewhile(lambda row: row.depth, table.rows[start:]):
        yield row.label, row.cells[0].text


def show_follow_up(analysis: Analysis) -> str:
    """Write the median follow-up; empty where it is not computable."""
    estimate, unit = analysis.follow_up, analysis.study.endpoints.time_unit.require()
    if estimate is None:
        return ""
    return (
        f"{show_median_with_unit(estimate, unit)} ({show_level(estimate.level)} "
        f"{show_median_interval(estimate).strip('()')}), reverse Kaplan–Meier of overall survival"
    )
