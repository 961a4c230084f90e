"""Table 14.2.12: the decision of the two-stage design, and what the responses say after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.cells import number_cell
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import show_limits, show_percent
from trialwright.report.model import Cell, Column, Number, Row, Table, word_cell
from trialwright.report.tables.efficacy_inputs import best_of_each, capitalise, give_responses
from trialwright.stats.result import show_level, show_p_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis, StageResult
    from trialwright.design import StageDecision
    from trialwright.report.formats import Days
    from trialwright.report.model import Inputs
    from trialwright.stats.two_stage import TwoStageInference
    from trialwright.study.model import Study

NUMBER = "14.2.12"
_TITLE = "Decision of the design, and estimates after it"
VERDICT, RULE, FIRST_LOOK, FINAL_LOOK = "Decision", "Rule", "First look", "All patients"
PROPERTIES, ESTIMATES = "Properties of the design", "What the responses say of the true rate"
_NO_RULE = "No decision rule: the study is descriptive, or the response rate is not computable."


def build_decision_table(analysis: Analysis, days: Days) -> Table:
    """Lay out the rule, the decision at each look, the design's properties and the estimates.

    Parameters
    ----------
    analysis : Analysis
        The results; its outcomes are in order of enrolment, as the design counts them.
    days : Days
        How dates look.
    """
    stage = analysis.stage
    rows = () if stage is None else tuple(_rows(analysis, stage, days))
    return Table(
        NUMBER,
        _TITLE,
        efficacy_population(analysis),
        (Column(""), Column("Value")),
        rows,
        () if stage is None else (say_caveat(analysis),),
        empty=_NO_RULE,
        method="exact binomial enumeration of the design",
    )


def estimate_cell(found: TwoStageInference, inputs: Inputs) -> Cell:
    """Make the cell of the response rate after two stages."""
    numbers = (Number("response rate, percent", 100 * found.estimate),)
    return Cell(show_percent(found.estimate), numbers, inputs, found.estimator)


def limits_cell(low: float, high: float, inputs: Inputs, method: str) -> Cell:
    """Make the cell of limits in per cent: ``(5.8 to 35.8 %)``."""
    numbers = (
        Number("lower limit, percent", 100 * low),
        Number("upper limit, percent", 100 * high),
    )
    return Cell(f"({show_limits(low, high)})", numbers, inputs, method)


def _rows(analysis: Analysis, stage: StageResult, days: Days) -> Iterator[Row]:
    result = analysis.proportion("ORR")
    outcomes = () if result is None else result.outcomes
    best = best_of_each(analysis)
    yield Row(VERDICT, (word_cell(stage.final.verdict, tone="strong"),), mark="primary")
    yield Row(RULE, (word_cell(_say_rule(analysis.study)),))
    for label, look in ((FIRST_LOOK, stage.first_look), (FINAL_LOOK, stage.final)):
        counted = outcomes[: look.evaluated]
        yield Row(label, (_look_cell(look, give_responses(counted, best, days)),))
    yield Row(PROPERTIES)
    yield from _properties(stage, analysis.study)
    found = stage.inference
    if found is not None:
        yield Row(ESTIMATES)
        inputs = give_responses(outcomes[: found.evaluated], best, days)
        yield from _counted(found, stage.final.left_out, inputs)
        yield from _estimates(found, inputs)


def _say_rule(study: Study) -> str:
    design = study.design
    return (
        f"Stop after {design.first_stage_patients.value} patients if at most "
        f"{design.first_stage_bound.value} responded; otherwise enrol "
        f"{design.planned_patients.value} in all and declare activity if more than "
        f"{design.final_bound.value} responded."
    )


def _look_cell(look: StageDecision, inputs: Inputs) -> Cell:
    numbers = (Number("responders", look.responders), Number("patients", look.evaluated))
    return Cell(look.sentence, numbers, inputs)


def _properties(stage: StageResult, study: Study) -> Iterator[Row]:
    null, alternative = stage.null, stage.alternative
    design = study.design
    yield _share("Response rate of no interest (null)", null.rate)
    yield _share("Response rate worth pursuing (alternative)", alternative.rate)
    asked = _asked("at most", design.type_one_error.value)
    yield _share("Exact type I error", null.probability_declare_active, asked, digits=2)
    asked = _asked("at least", design.power.value)
    yield _share("Exact power", alternative.probability_declare_active, asked)
    yield _share("Chance to stop early at the null rate", null.probability_early_stop)
    expected = number_cell("patients", null.expected_patients, text=f"{null.expected_patients:.1f}")
    yield Row("Patients expected at the null rate", (expected,), depth=1)


def _share(label: str, value: float, asked: str = "", *, digits: int = 1) -> Row:
    text = show_percent(value, digits) + asked
    return Row(label, (number_cell("percent", 100 * value, text=text),), depth=1)


def _asked(bound: str, value: float | None) -> str:
    return "" if value is None else f" (asked for: {bound} {100 * value:g} %)"


def _counted(found: TwoStageInference, left_out: int, inputs: Inputs) -> Iterator[Row]:
    counted = f"{found.responses} of {found.evaluated}"
    if left_out:
        counted += f"; the {left_out} after them are left out, as in the decision"
    numbers = (Number("responders", found.responses), Number("patients", found.evaluated))
    yield Row("Responses counted", (Cell(counted, numbers, inputs),), depth=1)


def _estimates(found: TwoStageInference, inputs: Inputs) -> Iterator[Row]:
    """Yield the estimates; where the rule was not followed, those as of one stage and why."""
    level = show_level(found.level)
    if found.state == "not estimable":
        number = Number("response rate, percent", None, "not estimable")
        cell = Cell(f"not estimable: {found.reason}", (number,), inputs)
        yield Row("Response rate after two stages", (cell,), depth=1)
        limits = limits_cell(found.one_stage_low, found.one_stage_high, inputs, "Clopper-Pearson")
        yield Row(f"As if there had been one stage, {level}", (limits,), depth=1)
        return
    yield Row(f"Response rate, {found.estimator}", (estimate_cell(found, inputs),), depth=1)
    limits = limits_cell(found.low, found.high, inputs, found.method)
    yield Row(f"{level}, exact, {found.method}", (limits,), depth=1)
    yield _p_value(found, inputs)
    if not found.interval_reads_as_the_decision:
        size = f"{100 * (1 - found.attained_alpha):.2f} %"
        label = f"Lower limit that goes with the decision, {size}"
        yield _rate(label, "lower limit, percent", found.decision_low, inputs)
    yield _rate(
        "Median-unbiased estimate", "median-unbiased rate, percent", found.median_unbiased, inputs
    )
    yield _rate(
        "Observed rate (biased downwards)", "observed rate, percent", found.maximum_likelihood,
        inputs,
    )  # fmt: skip
    if found.reason:
        yield Row("Not as planned", (word_cell(capitalise(found.reason)),), depth=1)


def _p_value(found: TwoStageInference, inputs: Inputs) -> Row:
    text = f"{show_p_value(found.p_value)}; activity is declared up to {found.attained_alpha:.4f}"
    numbers = (
        Number("p-value", found.p_value),
        Number("attained type I error", found.attained_alpha),
    )
    label = f"p-value, one-sided, against {show_percent(found.p0)}"
    return Row(label, (Cell(text, numbers, inputs, found.method),), depth=1)


def _rate(label: str, statistic: str, value: float, inputs: Inputs) -> Row:
    cell = number_cell(statistic, 100 * value, inputs=inputs, text=show_percent(value))
    return Row(label, (cell,), depth=1)


def say_caveat(analysis: Analysis) -> str:
    """Say what the interval of table 14.2.1 takes no account of, and where one is that does."""
    result = analysis.proportion("ORR")
    method = result.estimate.method if result is not None else "exact"
    stage = analysis.stage
    if stage is None or stage.inference is None:
        where = "Estimates that take the look into account follow once no counted patient is open."
    elif stage.inference.state == "not estimable":
        where = "No estimate can take the look into account, as its rule was not followed."
    elif stage.final.verdict == "too early":
        where = "The estimates here take it into account, as if enrolment ended now."
    else:
        where = "The estimates here take it into account."
    return (
        f"The {method} interval of table 14.2.1 takes the number of patients as fixed: it ignores "
        f"the interim look. {where}"
    )
