"""Every registered outcome with the endpoint of the analysis that it names, and its numbers.

Which endpoint an outcome measures is told by the rules that read registry records (``study.lint``).
An outcome that names none, or an endpoint that cannot be computed, is not posted, and says why.

Source: ClinicalTrials.gov, results data elements, section 3 (outcome measures): a value that is
not available is written NA and explained in a comment.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from trialwright.analysis.result import CompetingResult, ProportionResult, SurvivalResult
from trialwright.report.registry.baseline import describe_set
from trialwright.report.registry.groups import (
    count_analysed,
    describe_group,
    plural,
    show_value,
)
from trialwright.report.registry.stage_test import build_stage_test
from trialwright.report.words.counted import explain_endpoint
from trialwright.study.lint import measures
from trialwright.study.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.report.registry.fields import (
        Measurement,
        OutcomeMeasure,
        OutcomeMeasures,
        OutcomeType,
    )
    from trialwright.stats import Estimate
    from trialwright.study.sections import RecordedOutcome

GROUP = "OG000"
_RATES = ("ORR", "DCR")
# The endpoints that a registered outcome may name, of those that the analysis knows.
_ENDPOINTS = (*_RATES, "PFS", "OS", "DOR", "TTP")
_TYPES: dict[str, OutcomeType] = {
    "primary": "PRIMARY",
    "secondary": "SECONDARY",
    "other": "OTHER_PRE_SPECIFIED",
}
# In outcomes the registry writes its dispersion types in words, and knows these levels.
_LEVELS = ("80", "90", "95", "97.5", "99")
_OTHER_LEVEL = "Other Confidence Interval Level"


@dataclass(frozen=True, slots=True)
class MappedOutcome:
    """A registered outcome, the endpoint that it names, and the result.

    Parameters
    ----------
    registered : RecordedOutcome
        As the study file holds it.
    key : str
        The endpoint, such as ``ORR``; empty where it names none, or several.
    result : ProportionResult or SurvivalResult or None
        None where ``why_not`` says why there are no numbers to post.
    why_not : str
        In a sentence without its full stop.
    """

    registered: RecordedOutcome
    key: str
    result: ProportionResult | SurvivalResult | None
    why_not: str = ""


def map_outcomes(analysis: Analysis) -> tuple[MappedOutcome, ...]:
    """Return every outcome of the study file with the result of the endpoint that it names."""
    return tuple(_map(one, analysis) for one in analysis.study.outcomes)


def build_outcome_measures(analysis: Analysis) -> OutcomeMeasures:
    """Build the outcome measures module: the outcomes of the study file, in its order.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    return {"outcomeMeasures": [_build(one, analysis) for one in map_outcomes(analysis)]}


def _map(registered: RecordedOutcome, analysis: Analysis) -> MappedOutcome:
    named = [key for key in _ENDPOINTS if measures(_as_outcome(registered), key)]
    if len(named) != 1:
        what = f"names several endpoints ({', '.join(named)})" if named else (
            "names no endpoint that the analysis computes"
        )  # fmt: skip
        return MappedOutcome(registered, "", None, f"the outcome {what}")
    key = named[0]
    result = analysis.result_of(key)
    if result is None or isinstance(result, CompetingResult):
        told = (one.why for one in analysis.not_computable if one.key == key)
        return MappedOutcome(registered, key, None, next(told, f"{key} was not computed"))
    if isinstance(result, SurvivalResult) and not result.times:
        return MappedOutcome(registered, key, None, f"nobody has a time of {key}")
    return MappedOutcome(registered, key, result)


def _as_outcome(one: RecordedOutcome) -> Outcome:
    return Outcome(one.measure, one.description, one.time_frame, one.raw, "high")


def _build(one: MappedOutcome, analysis: Analysis) -> OutcomeMeasure:
    if one.result is None:
        return _head(one, analysis, f"No numbers are posted: {one.why_not}.")
    if isinstance(one.result, ProportionResult):
        return _rate(one, one.result, analysis)
    return _time(one, one.result, analysis)


def _head(one: MappedOutcome, analysis: Analysis, population: str) -> OutcomeMeasure:
    """Return what was registered; ``population`` says who is analysed, or why nobody is."""
    measure: OutcomeMeasure = {
        "type": _TYPES[one.registered.role],
        "title": one.registered.measure,
        "populationDescription": population,
        "reportingStatus": "NOT_POSTED" if one.result is None else "POSTED",
    }
    if description := " ".join(_describe(one, analysis)):
        measure["description"] = description
    if one.registered.time_frame:
        measure["timeFrame"] = one.registered.time_frame
    return measure


def _describe(one: MappedOutcome, analysis: Analysis) -> Iterator[str]:
    """Yield the registered description, then how the endpoint was counted."""
    if one.registered.description:
        yield f"{one.registered.description.rstrip(' .')}."
    if one.result is not None:
        counted = explain_endpoint(one.key, analysis.study, analysis.counting)
        if counted:
            yield f"As analysed: {counted}."


def _rate(one: MappedOutcome, result: ProportionResult, analysis: Analysis) -> OutcomeMeasure:
    estimate = result.estimate
    pending = sum(outcome.pending for outcome in result.outcomes)
    open_words = (
        f" {plural(pending, 'patient')} may still respond and count as no response so far."
        if pending
        else ""
    )
    measure = _head(one, analysis, describe_set(analysis) + open_words)
    value: Measurement = {
        "groupId": GROUP,
        "value": show_value(100 * estimate.value),
        "lowerLimit": show_value(100 * estimate.low),
        "upperLimit": show_value(100 * estimate.high),
        "comment": f"{estimate.successes} of {plural(estimate.n, 'patient')}; "
        f"{estimate.method} interval.",
    }
    measure["paramType"] = "NUMBER"
    measure["unitOfMeasure"] = "percentage of participants"
    _add_numbers(measure, value, estimate.n, estimate.level, analysis)
    test = build_stage_test(analysis, GROUP) if one.key == "ORR" else None
    if test is not None:
        measure["analyses"] = [test]
    return measure


def _time(one: MappedOutcome, result: SurvivalResult, analysis: Analysis) -> OutcomeMeasure:
    median = result.median
    measure = _head(one, analysis, " ".join(_who_has_a_time(result, analysis)))
    value: Measurement = {
        "groupId": GROUP,
        "value": show_value(median.value),
        "lowerLimit": show_value(median.low),
        "upperLimit": show_value(median.high),
    }
    if comment := _explain_median(median, result):
        value["comment"] = comment
    measure["paramType"] = "MEDIAN"
    measure["unitOfMeasure"] = result.unit
    _add_numbers(measure, value, len(result.times), median.level, analysis)
    return measure


def _add_numbers(
    measure: OutcomeMeasure, value: Measurement, analysed: int, level: float, analysis: Analysis
) -> None:
    """Write the group, the denominator and the one value into a measure."""
    measure["dispersionType"] = name_interval(level)
    measure["groups"] = [describe_group(analysis.study, GROUP)]
    measure["denoms"] = count_analysed(GROUP, analysed)
    measure["classes"] = [{"categories": [{"measurements": [value]}]}]


def name_interval(level: float) -> str:
    """Return the registry's name of an interval: ``95% Confidence Interval``.

    Examples
    --------
    >>> name_interval(0.975), name_interval(0.42)
    ('97.5% Confidence Interval', 'Other Confidence Interval Level')
    """
    percent = f"{100 * level:g}"
    return f"{percent}% Confidence Interval" if percent in _LEVELS else _OTHER_LEVEL


def _who_has_a_time(result: SurvivalResult, analysis: Analysis) -> Iterator[str]:
    yield describe_set(analysis)
    events = sum(one.event for one in result.times)
    yield f"{plural(events, 'event')}, {len(result.times) - events} censored."
    if result.no_times:
        reasons = sorted(result.not_counted.items(), key=lambda pair: (-pair[1], pair[0]))
        told = "; ".join(f"{why} ({number})" for why, number in reasons)
        yield f"Not counted: {told}."


def _explain_median(median: Estimate, result: SurvivalResult) -> str:
    """Say why a value or a limit is not available; empty if all are."""
    events = sum(one.event for one in result.times)
    if isnan(median.value):
        return (
            f"The median was not reached: {plural(events, 'event')} in "
            f"{plural(len(result.times), 'patient')}; the Kaplan-Meier curve stays above one half. "
            "Limits given as NA cannot be estimated."
        )
    missing = [
        name for name, limit in (("lower", median.low), ("upper", median.high)) if isnan(limit)
    ]
    if not missing:
        return ""
    limits = " and ".join(missing)
    return (
        f"The {limits} limit cannot be estimated: too few events follow "
        f"({events} in {plural(len(result.times), 'patient')})."
    )
