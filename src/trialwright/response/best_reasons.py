"""Say in one sentence, and as data, why the best overall response is what it is.

No rule is decided here: the response and the time points behind it arrive as they were found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.response.codes import Response
from trialwright.response.result import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.response.best import Best, BestRules
    from trialwright.response.result import TimePoint
    from trialwright.response.rules import ResponseRules


def explain_best(
    found: Best, points: Sequence[TimePoint], rules: ResponseRules, confirm: bool, death: str
) -> Reason:
    """Explain the best overall response of one patient.

    Parameters
    ----------
    found : Best
        The response and the time points behind it.
    points : sequence of TimePoint
        The time points that count.
    rules : ResponseRules
        The study's intervals and allowances.
    confirm : bool
        Whether responses had to be confirmed.
    death : str
        Words on the patient's death, which matter where nothing was evaluated.
    """
    rule = f"{rules.best_response_rules}.best_{'confirmed' if confirm else 'unconfirmed'}"
    evaluated = found.visit >= 0 and found.response != Response.NE
    words = _words(found, points, rules.best, confirm) if evaluated else ""
    return Reason(
        rule,
        words or _words_on_nothing(points, rules.best, death),
        _inputs(found, points, rules.best),
    )


def _inputs(found: Best, points: Sequence[TimePoint], rules: BestRules) -> dict[str, float | str]:
    return {
        "time_points_counted": float(len(points)),
        "visit": _visit(points, found.visit),
        "confirmed_at": _visit(points, found.confirmed_at),
        "confirmation_interval_days": float(rules.interval_days),
        "intervening_not_evaluable": float(rules.allowed_not_evaluable),
        "intervening_stable_disease": float(rules.allowed_stable),
        "minimum_stable_disease_days": float(rules.minimum_stable_days),
    }


def _visit(points: Sequence[TimePoint], index: int) -> str:
    return points[index].visit if index >= 0 else ""


def _words(found: Best, points: Sequence[TimePoint], rules: BestRules, confirm: bool) -> str:
    label = found.response.label
    point = points[found.visit]
    if found.confirmed_at >= 0:
        later = points[found.confirmed_at]
        return (
            f"{label} at {point.visit} ({point.date}), confirmed at {later.visit} "
            f"{(later.date - point.date).days} days later"
            f"{_between(points[found.visit + 1 : found.confirmed_at])}"
        )
    if found.response == Response.PD:
        return f"{label} at {point.visit} ({point.date}), nothing better before"
    if found.response in (Response.SD, Response.NON_CR_NON_PD):
        first = _words_on_unconfirmed(points, rules) if confirm else ""
        return (
            f"{label}: {first}no progression at {point.visit}, day {point.day} "
            f"(at least day {rules.minimum_stable_days})"
        )
    return f"{label} at {point.visit} ({point.date}), not confirmed"


def _between(points: Sequence[TimePoint]) -> str:
    """Name what lay between a response and its confirmation without being a response."""
    other = [point for point in points if point.overall in (Response.NE, Response.SD)]
    if not other:
        return ""
    return f", with {' and '.join(f'{p.overall.label} at {p.visit}' for p in other)} between"


def _words_on_unconfirmed(points: Sequence[TimePoint], rules: BestRules) -> str:
    first = next((p for p in points if p.overall in (Response.CR, Response.PR)), None)
    if first is None:
        return ""
    return (
        f"{first.overall.label} at {first.visit} was not confirmed at least "
        f"{rules.interval_days} days later; "
    )


def _words_on_nothing(points: Sequence[TimePoint], rules: BestRules, death: str) -> str:
    died = f"; {death}" if death else ""
    if not points:
        return f"NE: no assessment after baseline counts{died}"
    early = [point for point in points if point.overall != Response.NE]
    if early:
        return (
            f"NE: {early[-1].overall.label} at {early[-1].visit} came before day "
            f"{rules.minimum_stable_days} and nothing counted after it"
        )
    return f"NE: no time point could be evaluated{died}"
