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

_RESPONDED = (Response.CR, Response.PR)


def explain_best(
    found: Best, points: Sequence[TimePoint], rules: ResponseRules, confirm: bool, uncounted: str
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
    uncounted : str
        Words on a death or new therapy, which matter where nothing was evaluated.
    """
    rule = f"{rules.best_response_rules}.best_{'confirmed' if confirm else 'unconfirmed'}"
    evaluated = found.visit >= 0 and found.response != Response.NE
    words = _words(found, points, rules.best, confirm) if evaluated else ""
    return Reason(
        rule,
        words or _words_on_nothing(points, rules.best, uncounted),
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
        whole = point.overall == found.response
        called = label if whole else f"{label}: {point.overall.label}"
        return (
            f"{called} at {point.visit} ({point.date}), confirmed {'' if whole else f'as {label} '}"
            f"at {later.visit} "
            f"{(later.date - point.date).days} days later"
            f"{_between(points[found.visit + 1 : found.confirmed_at])}"
        )
    if found.response == Response.PD:
        before = _words_on_too_early(points[: found.visit], rules)
        return f"{label} at {point.visit} ({point.date}), {before or 'nothing better before'}"
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


def _words_on_too_early(points: Sequence[TimePoint], rules: BestRules) -> str:
    """Name what came before a PD without being a best response: it came too early."""
    early = [point for point in points if point.overall != Response.NE]
    return " and ".join(
        f"{point.overall.label} at {point.visit} "
        f"{'was not confirmed and ' if point.overall in _RESPONDED else ''}"
        f"came before day {rules.minimum_stable_days}"
        for point in early
    )


def _words_on_unconfirmed(points: Sequence[TimePoint], rules: BestRules) -> str:
    """Say why no later response confirmed the first one; empty where none responded."""
    at = next((n for n, one in enumerate(points) if one.overall in _RESPONDED), None)
    if at is None:
        return ""
    first = points[at]
    not_confirmed = f"{first.overall.label} at {first.visit} was not confirmed"
    for n in range(at + 1, len(points)):
        later = points[n]
        if later.overall in _RESPONDED and later.day - first.day >= rules.interval_days:
            why = _words_on_what_stopped(first, points[at + 1 : n], rules)
            return f"{not_confirmed} by {later.overall.label} at {later.visit} ({why}); "
    return f"{not_confirmed} at least {rules.interval_days} days later; "


def _words_on_what_stopped(first: TimePoint, between: Sequence[TimePoint], rules: BestRules) -> str:
    """Name what lay between two responses, so that the later did not confirm the first."""
    allowed = {Response.NE: rules.allowed_not_evaluable, Response.SD: rules.allowed_stable}
    for kind, most in allowed.items():
        visits = [point.visit for point in between if point.overall == kind]
        if len(visits) > most:
            return f"{kind.label} at {' and '.join(visits)} between, at most {most} allowed"
    if first.overall == Response.CR:
        return "only a CR confirms a CR, with nothing but NE between"
    other = next((p for p in between if p.overall not in (Response.PR, *allowed)), None)
    return f"{other.overall.label} at {other.visit} between" if other is not None else ""


def _words_on_nothing(points: Sequence[TimePoint], rules: BestRules, uncounted: str) -> str:
    why = f"; {uncounted}" if uncounted else ""
    if not points:
        return f"NE: no assessment after baseline counts{why}"
    early = [point for point in points if point.overall != Response.NE]
    if early:
        return (
            f"NE: {early[-1].overall.label} at {early[-1].visit} came before day "
            f"{rules.minimum_stable_days} and nothing counted after it"
        )
    return f"NE: no time point could be evaluated{why}"
