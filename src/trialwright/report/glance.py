"""The head of the report and the results at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.formats import (
    NOT_STATED,
    show_limits,
    show_median_interval,
    show_median_with_unit,
    show_percent,
    show_proportion,
    show_proportion_interval,
)
from trialwright.report.how_counted import explain_endpoint
from trialwright.stats.result import show_level, show_p_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis, ProportionResult, StageResult, SurvivalResult
    from trialwright.study.model import Study

_SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class Head:
    """What the reader must know before the first number."""

    title: str
    registration_number: str
    condition: str
    source: str
    simulated: bool
    patients: int


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


def build_head(analysis: Analysis) -> Head:
    """Take title, registration number and source from the study and the data."""
    identity, source = analysis.study.identity, analysis.dataset.source
    return Head(
        identity.title.value or f"Title {NOT_STATED}",
        identity.registration_number.value or NOT_STATED,
        identity.condition.value or NOT_STATED,
        source,
        source.lower().startswith(_SIMULATED),
        len(analysis.sets.members),
    )


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
    estimate = result.estimate
    return EndpointRow(
        result.key,
        result.title,
        estimate.n,
        str(estimate.successes),
        show_percent(estimate.value),
        show_proportion_interval(estimate),
        explain_endpoint(result.key, study) + _waiting(result),
        is_rate=True,
    )


def _waiting(result: ProportionResult) -> str:
    """Say how many may still respond; they count as no response so far."""
    pending = sum(outcome.pending for outcome in result.outcomes)
    return f"; {pending} may still respond and count as no response so far" if pending else ""


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


def build_decision(analysis: Analysis) -> Decision | None:
    """Put the design's decision in words; none for a descriptive trial."""
    stage = analysis.stage
    if stage is None:
        return None
    return Decision(
        stage.final.verdict,
        stage.first_look.sentence,
        stage.final.sentence,
        _rule_words(analysis.study),
        _properties(stage, analysis.study),
        tuple(_estimates(stage)),
        _caveat(analysis),
    )


def _rule_words(study: Study) -> str:
    design = study.design
    return (
        f"Stop after {design.first_stage_patients.value} patients if at most "
        f"{design.first_stage_bound.value} responded; otherwise enrol "
        f"{design.planned_patients.value} in all and declare activity if more than "
        f"{design.final_bound.value} responded."
    )


def _properties(stage: StageResult, study: Study) -> tuple[tuple[str, str], ...]:
    null, alternative = stage.null, stage.alternative
    error = show_percent(null.probability_declare_active, 2)
    power = show_percent(alternative.probability_declare_active)
    return (
        ("Response rate of no interest (null)", show_percent(null.rate)),
        ("Response rate worth pursuing (alternative)", show_percent(alternative.rate)),
        ("Exact type I error", error + _planned("at most", study.design.type_one_error.value)),
        ("Exact power", power + _planned("at least", study.design.power.value)),
        (
            "Chance to stop early at the null rate",
            show_percent(null.probability_early_stop),
        ),
        ("Patients expected at the null rate", f"{null.expected_patients:.1f}"),
    )


def _planned(bound: str, value: float | None) -> str:
    return "" if value is None else f" (asked for: {bound} {100 * value:g} %)"


def _estimates(stage: StageResult) -> Iterator[tuple[str, str]]:
    """Put what the responses say after two stages in rows; no row while nothing has ended."""
    found, left_out = stage.inference, stage.final.left_out
    if found is None:
        return
    counted = f"{found.responses} of {found.evaluated}"
    if left_out:
        counted += f"; the {left_out} after them are left out, as in the decision"
    yield "Responses counted", counted
    level = show_level(found.level)
    if found.state == "not estimable":
        limits = show_limits(found.one_stage_low, found.one_stage_high)
        yield "Response rate after two stages", f"not estimable: {found.reason}"
        yield f"As if there had been one stage, {level}", limits
        return
    yield f"Response rate, {found.estimator}", show_percent(found.estimate)
    yield f"{level}, exact, {found.method}", show_limits(found.low, found.high)
    yield (
        f"p-value, one-sided, against {show_percent(found.p0)}",
        f"{show_p_value(found.p_value)}; activity is declared up to {found.attained_alpha:.4f}",
    )
    if not found.interval_reads_as_the_decision:
        size = f"{100 * (1 - found.attained_alpha):.2f} %"
        yield f"Lower limit that goes with the decision, {size}", show_percent(found.decision_low)
    yield "Median-unbiased estimate", show_percent(found.median_unbiased)
    yield "Observed rate (biased downwards)", show_percent(found.maximum_likelihood)
    if found.reason:
        yield "Not as planned", found.reason


def _caveat(analysis: Analysis) -> str:
    result = analysis.proportion("ORR")
    method = result.estimate.method if result is not None else "exact"
    stage = analysis.stage
    if stage is None or stage.inference is None:
        where = "Estimates that take the look into account follow once no counted patient is open."
    elif stage.inference.state == "not estimable":
        where = "No estimate can take the look into account, as its rule was not followed."
    elif stage.final.verdict == "too early":
        where = "The estimates above take it into account, as if enrolment ended here."
    else:
        where = "The estimates above take it into account."
    return (
        f"The {method} interval in the table below takes the number of patients as fixed: it "
        f"ignores the interim look. {where}"
    )
