"""What many trials came to, as cells that are read: decisions side by side, estimates below."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from trialwright.design.study_design import two_stage_design_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.two_stage import TwoStageDesign
    from trialwright.simulate.trials.characteristics import (
        Chance,
        EstimateBehaviour,
        Mean,
        OperatingCharacteristics,
    )
    from trialwright.study.model import Study

_NONE = "–"


def decision_columns(found: Sequence[OperatingCharacteristics]) -> list[str]:
    """Return the headings of `decision_rows`."""
    return ["", *(one.scenario for one in found)]


def decision_rows(found: Sequence[OperatingCharacteristics], study: Study) -> list[list[str]]:
    """Return what the trial does, one column a scenario, the standard error behind each number.

    Parameters
    ----------
    found : sequence of OperatingCharacteristics
        The scenarios.
    study : Study
        Its design is set beside them: exact, as if every response were known at once and nothing
        else stopped the trial.
    """
    rows = [
        ["true response rate", *(say_share(one.estimate("ORR").reference) for one in found)],
        ["declares activity", *(_say_chance(one.declared) for one in found)],
    ]
    design = design_of(study)
    if design is not None:
        exact = [design.operating_characteristics(one.estimate("ORR").reference) for one in found]
        rows.append(
            [
                "  design alone, exact",
                *(say_share(one.probability_declare_active) for one in exact),
            ]
        )
    rows.append(["stops for futility", *(_say_chance(one.futile) for one in found)])
    if design is not None:
        rows.append(
            ["  design alone, exact", *(say_share(one.probability_early_stop) for one in exact)]
        )
    rows.append(["stops for toxicity", *(_say_chance(one.toxic) for one in found)])
    rows.append(["patients enrolled, mean", *(_say_mean(one.patients) for one in found)])
    if design is not None:
        rows.append(["  design alone, exact", *(f"{one.expected_patients:.1f}" for one in exact)])
    rows.append(["months to the decision, mean", *(_say_mean(one.months) for one in found)])
    return rows


def design_of(study: Study) -> TwoStageDesign | None:
    """Return the two-stage design of a study; none if it has no test."""
    return two_stage_design_of(study) if study.design.kind.require() == "two_stage" else None


def estimate_columns() -> list[str]:
    """Return the headings of `estimate_rows`."""
    return [
        "estimate",
        "aims at",
        "mean",
        "bias (standard error)",
        "95 % of trials",
        "with a value",
        "with an interval",
        "interval covers",
    ]


def estimate_rows(found: OperatingCharacteristics) -> list[list[str]]:
    """Return how each estimate behaves over the trials of one scenario."""
    return [_estimate_row(one) for one in found.estimates]


def _estimate_row(one: EstimateBehaviour) -> list[str]:
    say = say_share if one.kind == "share" else _say_months
    mean = one.mean
    signed = one.bias * (100 if one.kind == "share" else 1)
    error = one.bias_error * (100 if one.kind == "share" else 1)
    bias = _NONE if isnan(signed) else f"{signed:+.2f} ({error:.2f})".replace("-", "−")
    return [
        one.name,
        say(one.reference),
        say(mean.value),
        bias,
        _say_range(one),
        say_share(one.known.value),
        say_share(one.with_interval.value),
        _say_chance(one.coverage),
    ]


def _say_range(one: EstimateBehaviour) -> str:
    low, high = one.mean.low, one.mean.high
    if isnan(low):
        return _NONE
    if one.kind == "share":
        return f"{100 * low:.0f} to {100 * high:.0f} %"
    return f"{low:.1f} to {high:.1f}"


def say_how(found: Sequence[OperatingCharacteristics], *, seed: int, counting: str) -> list[str]:
    """Say what the numbers rest on, line by line."""
    generator = found[0].identity["generator"]
    lines = (
        f"{found[0].trials} trials a scenario, seed {seed}; times counted by: {counting}; ",
        f"{generator}.\n",
        "In brackets: standard error of the simulation; bias in percentage points or months.\n",
        f"Aims at: the same quantity in {found[0].reference_patients:,} patients of the scenario, ",
        "read by the study's rules; its own error is part of that of the bias.\n",
        "Interval covers: share of the intervals that hold that quantity. Trials whose curve is ",
        "at 0 or 1 there have none, and are no random part.\n",
        "Trials that were stopped are counted with the others: stopping itself lowers their ",
        "response rate.",
    )
    return "".join(lines).splitlines()


def say_share(value: float) -> str:
    """Write a share as a percentage."""
    return _NONE if isnan(value) else f"{100 * value:.1f} %"


def _say_months(value: float) -> str:
    return _NONE if isnan(value) else f"{value:.1f} months"


def _say_chance(chance: Chance | None) -> str:
    if chance is None or isnan(chance.value):
        return _NONE
    if chance.value == 0 and chance.trials:  # no standard error: the upper limit in its place
        return f"below {100 * chance.interval()[1]:.2g} %"
    return f"{100 * chance.value:.1f} % ({100 * chance.standard_error:.2f})"


def _say_mean(mean: Mean) -> str:
    return f"{mean.value:.1f} ({mean.standard_error:.2f}); 95 %: {mean.low:g} to {mean.high:g}"
