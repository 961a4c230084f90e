"""Live values within a sentence: text without its unit, number in full, who is behind it."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from trialwright.report.formats import show_value
from trialwright.report.model import Cell, Inputs, Number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.analysis import ProportionResult
    from trialwright.analysis.result import TimedResult
    from trialwright.endpoints import TimeToEvent
    from trialwright.report.words.sentences import Sentence, Sentences
    from trialwright.stats import Estimate, Proportion
    from trialwright.study.stated import Stated


def count_of(patients: Iterable[str], gives: str = "counted", what: str = "patients") -> Cell:
    """Make the value of a count of patients, each named once."""
    inputs = Inputs.counted(dict.fromkeys(patients), gives)
    return Cell(str(len(inputs.rows)), (Number(what, len(inputs.rows)),), inputs)


def number_of(value: float, statistic: str, inputs: Inputs | None = None, text: str = "") -> Cell:
    """Make the value of one number; ``text`` says how it is written if not as it is."""
    return Cell(text or f"{value:g}", (Number(statistic, value),), inputs)


def percent_of(
    fraction: float,
    inputs: Inputs | None = None,
    statistic: str = "percent",
    *,
    digits: int = 1,
    method: str = "",
) -> Cell:
    """Make the value of a fraction in per cent, without its sign."""
    number = Number(statistic, 100 * fraction)
    return Cell(f"{100 * fraction:.{digits}f}", (number,), inputs, method)


def exact_percent(fraction: float, statistic: str) -> Cell:
    """Make the value of a planned fraction in per cent, without idle zeros: ``95``, ``2.5``."""
    return Cell(f"{100 * fraction:.6g}", (Number(statistic, 100 * fraction),))


def interval_of(
    say: Sentences, estimate: Estimate | Proportion, inputs: Inputs, *, share: bool
) -> Sentence:
    """Write an interval in words: ``95 % CI 5.8 to 35.8 %``; what has no limit says so.

    Parameters
    ----------
    say : Sentences
        The language.
    estimate : Estimate or Proportion
        With its limits and level.
    inputs : Inputs
        Who is behind it.
    share : bool
        Whether the limits are probabilities, written in per cent, or times.
    """
    scale, unit = (100.0, ", percent") if share else (1.0, "")
    low, high = (
        Cell(
            f"{scale * limit:.1f}",
            (Number(f"{side} limit{unit}", scale * limit),),
            inputs,
            estimate.method,
        )
        for side, limit in (("lower", estimate.low), ("upper", estimate.high))
    )
    level = exact_percent(estimate.level, "confidence level, percent")
    missing = isnan(estimate.low), isnan(estimate.high)
    key = _INTERVALS[missing] or ("rate" if share else "time")
    return say.say(f"interval.{key}", level=level, low=low, high=high)


_INTERVALS = {
    (False, False): "",
    (False, True): "low_only",
    (True, False): "high_only",
    (True, True): "neither",
}


def stated(say: Sentences, field: Stated[Any]) -> Cell | Sentence:
    """Write a field of the study file; an open one says that it is open."""
    if field.value is None:
        return say.say("value.open", path=field.path)
    value = field.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Cell(show_value(value).rstrip(" ."))
    return number_of(value, field.path)


def stated_percent(say: Sentences, field: Stated[float]) -> Cell | Sentence:
    """Write a fraction of the study file in per cent; an open one says that it is open."""
    if field.value is None:
        return say.say("value.open", path=field.path)
    return exact_percent(field.value, field.path)


def chosen(say: Sentences, group: str, field: Stated[Any]) -> Cell | Sentence:
    """Write a choice of the study file in the words of the language."""
    if field.value is None:
        return say.say("value.open", path=field.path)
    return Cell(say.word(group, str(field.value)))


def inputs_of_rate(result: ProportionResult) -> Inputs:
    """Return what each patient gives to a rate: met or not, and why."""
    return Inputs(
        tuple(
            (one.patient_id, f"{'met' if one.met else 'not met'}: {one.reason}")
            for one in result.outcomes
        )
    )


def inputs_of_times(result: TimedResult) -> Inputs:
    """Return what each patient (or lesion) gives to a curve: the end of the time and its day."""
    return Inputs(tuple((one.patient_id, _told(one)) for one in result.times))


def _told(one: TimeToEvent) -> str:
    what = "event" if one.event else "competing event" if one.competing else "censored"
    return f"{what} on day {one.days}: {one.kind}"
