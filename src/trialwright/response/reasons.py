"""Say in one sentence, and as data, why a call was made.

The sentence quotes the numbers and the rule; whoever disagrees can point at the part that is
wrong. No rule is decided here: the rule arrives with the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.response import recist
from trialwright.response.codes import Response, Rule
from trialwright.response.result import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.best import Best, BestRules
    from trialwright.response.lesion_values import VisitReading
    from trialwright.response.result import TimePoint


def explain_time_point(
    call: recist.Call, before: recist.State, seen: VisitReading, nadir_visit: str
) -> Reason:
    """Explain the overall response of one time point.

    Parameters
    ----------
    call : recist.Call
        The call and the rules behind its parts.
    before : recist.State
        What was known before this scan (baseline and nadir).
    seen : VisitReading
        The lesions of this scan.
    nadir_visit : str
        Visit of the nadir.
    """
    new = list(seen.new)
    parts = [
        _target_words(call, before, seen, nadir_visit),
        _non_target_words(call, seen),
        f"new lesion{'s' * (len(new) > 1)} {', '.join(new)}" if new else "",
    ]
    said = [part for part in parts if part]
    if new:
        said.reverse()
    sentence = f"{call.overall.label}: {'; '.join(said) or 'no disease under this reading'}"
    rule = _deciding_rule(call, seen)
    return Reason(rule.id, sentence, _inputs(before, seen.targets, nadir_visit))


def _deciding_rule(call: recist.Call, seen: VisitReading) -> Rule:
    """Return the rule of the part that decided: the target's, unless another part did."""
    if call.overall_rule == Rule.OVERALL_NON_TARGET_PROGRESSION:
        return Rule.LOCAL_PROGRESSION if seen.local_progression else call.non_target_rule
    decided_by_target = {
        Rule.OVERALL_TARGET_PROGRESSION,
        Rule.OVERALL_PARTIAL,
        Rule.OVERALL_STABLE,
        Rule.OVERALL_NOT_EVALUABLE,
    }
    return call.target_rule if call.overall_rule in decided_by_target else call.overall_rule


def _non_target_words(call: recist.Call, seen: VisitReading) -> str:
    if seen.local_progression:
        return f"progression at the ablation zone of {', '.join(seen.local_progression)}"
    return _NON_TARGET_WORDS.get(call.non_target_rule, "")


def _inputs(
    state: recist.State, targets: recist.Targets, nadir_visit: str
) -> dict[str, float | str]:
    return {
        "sum_mm": targets.measured_mm,
        "targets_missing": float(targets.missing),
        "baseline_mm": state.baseline_mm,
        "nadir_mm": state.nadir_mm,
        "nadir_visit": nadir_visit,
        "shrinkage_threshold": recist.SHRINKAGE,
        "growth_threshold": recist.GROWTH,
        "growth_threshold_mm": recist.GROWTH_MM,
    }


def _target_words(
    call: recist.Call, before: recist.State, seen: VisitReading, nadir_visit: str
) -> str:
    total, base, nadir = seen.targets.measured_mm, before.baseline_mm, before.nadir_mm
    from_nadir = f"{_change(total, nadir)} from the nadir {nadir:g} mm of {nadir_visit}"
    from_base = f"{_percent(total, base)} from baseline {base:g} mm"
    missing = f"target lesion{'s' * (len(seen.unread) > 1)} {', '.join(seen.unread)} not read"
    shrinkage = f"−{100 * recist.SHRINKAGE:g} %"
    growth = f"{100 * recist.GROWTH:g} % and {recist.GROWTH_MM:g} mm"
    words = {
        Rule.NO_TARGET: "",
        Rule.NO_BASELINE: "there is no baseline sum to compare with",
        Rule.TARGET_RELAPSE_AFTER_CR: "target disease is back after a complete response "
        f"(sum {total:g} mm)",
        Rule.TARGET_GROWTH: f"sum {total:g} mm is {from_nadir} ({growth} make PD)",
        Rule.TARGET_GROWTH_PARTIAL_SUM: f"the lesions read add up to {total:g} mm, {from_nadir}, "
        f"although {missing}",
        Rule.TARGET_COMPLETE: "every target lesion is gone "
        f"(nodes below {recist.NORMAL_NODE_MM:g} mm)",
        Rule.TARGET_MISSING: f"{missing}, and the rest does not make PD",
        Rule.TARGET_SHRINKAGE: f"sum {total:g} mm is {from_base} ({shrinkage} makes PR)",
        Rule.TARGET_PERSISTENT_PR: f"sum {total:g} mm is {from_nadir}, no PD, so the earlier "
        "response stands",
        Rule.TARGET_STABLE: f"sum {total:g} mm is {from_base} and {from_nadir}: neither PR nor PD",
    }
    return words[call.target_rule]


_NON_TARGET_WORDS = {
    Rule.NON_TARGET_PROGRESSION: "unequivocal progression of non-target disease",
    Rule.NON_TARGET_RELAPSE_AFTER_CR: "non-target disease is back after a complete response",
    Rule.NON_TARGET_MISSING: "not every non-target lesion was read",
    Rule.NON_TARGET_COMPLETE: "non-target lesions gone",
    Rule.NON_TARGET_PERSISTS: "non-target lesions persist without progression",
}


def _change(now_mm: float, before_mm: float) -> str:
    return f"{_percent(now_mm, before_mm)} and {now_mm - before_mm:+g} mm".replace("-", "−")


def _percent(now_mm: float, before_mm: float) -> str:
    if not before_mm > 0:
        return "from nothing"
    return f"{100 * (now_mm - before_mm) / before_mm:+.1f} %".replace("-", "−")


def explain_best(
    found: Best, points: Sequence[TimePoint], rules: BestRules, confirm: bool, death: date | None
) -> Reason:
    """Explain the best overall response of one patient.

    Parameters
    ----------
    found : Best
        The response and the time points behind it.
    points : sequence of TimePoint
        The time points that count.
    rules : BestRules
        The study's intervals.
    confirm : bool
        Whether responses had to be confirmed.
    death : date or None
        Date of death, to name an early death.
    """
    rule = f"recist11.best_{'confirmed' if confirm else 'unconfirmed'}"
    inputs: dict[str, float | str] = {
        "confirmation_interval_days": float(rules.interval_days),
        "minimum_stable_disease_days": float(rules.minimum_stable_days),
    }
    return Reason(rule, _best_words(found, points, rules, confirm, death), inputs)


def _best_words(
    found: Best, points: Sequence[TimePoint], rules: BestRules, confirm: bool, death: date | None
) -> str:
    label = found.response.label
    if found.visit < 0:
        return _no_best_words(points, rules, death)
    point = points[found.visit]
    if found.confirmed_at >= 0:
        later = points[found.confirmed_at]
        return (
            f"{label} at {point.visit} ({point.date}), confirmed at {later.visit} "
            f"{(later.date - point.date).days} days later"
        )
    if found.response == Response.PD:
        return f"{label} at {point.visit} ({point.date}), nothing better before"
    if found.response in (Response.SD, Response.NON_CR_NON_PD):
        unconfirmed = [p for p in points if p.overall in (Response.CR, Response.PR)]
        first = (
            f"{unconfirmed[0].overall.label} at {unconfirmed[0].visit} was not confirmed; "
            if (confirm and unconfirmed)
            else ""
        )
        return (
            f"{label}: {first}no progression at {point.visit}, day {point.day} "
            f"(at least day {rules.minimum_stable_days})"
        )
    return f"{label} at {point.visit} ({point.date}), not confirmed"


def _no_best_words(points: Sequence[TimePoint], rules: BestRules, death: date | None) -> str:
    if not points:
        died = f"; died {death}" if death is not None else ""
        return f"NE: no assessment after baseline counts{died}"
    early = [point for point in points if point.overall != Response.NE]
    if early:
        return (
            f"NE: {early[-1].overall.label} at {early[-1].visit} came before day "
            f"{rules.minimum_stable_days} and nothing counted after it"
        )
    return "NE: no time point could be evaluated"
