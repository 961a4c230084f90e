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
    from trialwright.response.visit_reading import VisitReading


def explain_baseline(state: recist.State, seen: VisitReading) -> Reason:
    """Explain the baseline of one patient.

    Parameters
    ----------
    state : recist.State
        The state after baseline.
    seen : VisitReading
        The lesions of the baseline scan.
    """
    count = sum(value.counted_mm is not None for value in seen.values)
    words = f"baseline sum {state.baseline_mm:g} mm of {count} target lesion{'s' * (count != 1)}"
    if state.has_targets and state.baseline_mm != state.baseline_mm:
        words = f"no baseline sum: target lesion {', '.join(seen.unread)} has no size"
        if not seen.unread:
            words = "no baseline sum: no disease that can be measured was there at baseline"
    elif not state.has_targets:
        words = "no target lesion under this reading"
    inputs: dict[str, float | str] = {"baseline_mm": state.baseline_mm, "targets": float(count)}
    return Reason(Rule.BASELINE.id, words, inputs)


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
    parts = [
        _target_words(call, before, seen, nadir_visit),
        *_non_target_words(call, seen),
        _new_words(seen),
    ]
    said = [part for part in parts if part]
    if seen.new:
        said.reverse()
    said += _remarks(seen)
    sentence = f"{call.overall.label}: {'; '.join(said) or 'no disease under this reading'}"
    rule = _deciding_rule(call, seen)
    inputs = {**_numbers(before, seen.targets, nadir_visit), **_facts(call, seen)}
    return Reason(rule.id, sentence, inputs)


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


def _non_target_words(call: recist.Call, seen: VisitReading) -> list[str]:
    words = []
    if seen.local_progression:
        words.append(f"progression at the ablation zone of {', '.join(seen.local_progression)}")
    if seen.target_progression:
        words.append(f"unequivocal progression of {', '.join(seen.target_progression)}")
    return words or [_words_on_non_targets(call, seen)]


def _words_on_non_targets(call: recist.Call, seen: VisitReading) -> str:
    if not seen.marker:
        return _NON_TARGET_WORDS[call.non_target_rule]
    decides = call.target in (Response.CR, Response.NONE)
    return f"not complete: {seen.marker}" if decides else ""


def _new_words(seen: VisitReading) -> str:
    if not seen.new:
        return ""
    words = f"new lesion{'s' * (len(seen.new) > 1)} {', '.join(seen.new)}"
    if seen.not_imaged_before:
        words += f" (not imaged at baseline, and so new: {', '.join(seen.not_imaged_before)})"
    return words


def _remarks(seen: VisitReading) -> list[str]:
    """Say what the reader of a call must know although it decided nothing."""
    remarks = []
    if seen.changed_method:
        remarks.append(f"measured by another method: {', '.join(seen.changed_method)}")
    if seen.local_failure:
        names = ", ".join(seen.local_failure)
        remarks.append(f"local progression of {names}, which this reading leaves out")
    return remarks


def _numbers(
    state: recist.State, targets: recist.Targets, nadir_visit: str
) -> dict[str, float | str]:
    return {
        "sum_mm": targets.measured_mm,
        "targets_missing": float(targets.missing),
        "targets_remaining": float(targets.remaining),
        "baseline_mm": state.baseline_mm,
        "nadir_mm": state.nadir_mm,
        "nadir_visit": nadir_visit,
        "shrinkage_threshold": recist.SHRINKAGE,
        "growth_threshold": recist.GROWTH,
        "growth_threshold_mm": recist.GROWTH_MM,
        "normal_node_mm": recist.NORMAL_NODE_MM,
    }


def _facts(call: recist.Call, seen: VisitReading) -> dict[str, float | str]:
    """Return the rule behind each part of the call and the lesions concerned, as text."""
    lesions = {
        "unread": seen.unread,
        "local_progression": seen.local_progression,
        "local_failure": seen.local_failure,
        "target_progression": seen.target_progression,
        "changed_method": seen.changed_method,
        "new_lesions": seen.new,
        "not_imaged_at_baseline": seen.not_imaged_before,
    }
    return {
        "target_rule": call.target_rule.id,
        "non_target_rule": call.non_target_rule.id,
        "overall_rule": call.overall_rule.id,
        **{fact: "; ".join(names) for fact, names in lesions.items()},
    }


def _target_words(
    call: recist.Call, before: recist.State, seen: VisitReading, nadir_visit: str
) -> str:
    template = _TARGET_WORDS[call.target_rule]
    if not template:
        return ""
    total, base, nadir = seen.targets.measured_mm, before.baseline_mm, before.nadir_mm
    return template.format(
        total=f"{total:g} mm",
        from_nadir=f"{_change(total, nadir)} from the nadir {nadir:g} mm of {nadir_visit}",
        from_baseline=f"{_percent(total, base)} from baseline {base:g} mm",
        missing=f"target lesion{'s' * (len(seen.unread) > 1)} {', '.join(seen.unread)} not read",
    )


_TARGET_WORDS = {
    Rule.NO_TARGET: "",
    Rule.NO_BASELINE: "there is no baseline sum to compare with",
    Rule.TARGET_RELAPSE_AFTER_CR: "target disease is back after a complete response (sum {total})",
    Rule.TARGET_GROWTH: "sum {total} is {from_nadir} "
    f"({100 * recist.GROWTH:g} % and {recist.GROWTH_MM:g} mm make PD)",
    Rule.TARGET_GROWTH_PARTIAL_SUM: "the lesions read add up to {total}, {from_nadir}, although "
    "{missing}",
    Rule.TARGET_COMPLETE: f"every target lesion is gone (nodes below {recist.NORMAL_NODE_MM:g} mm)",
    Rule.TARGET_MISSING: "{missing}, and the rest does not make PD",
    Rule.TARGET_SHRINKAGE: "sum {total} is {from_baseline} "
    f"(−{100 * recist.SHRINKAGE:g} % makes PR)",
    Rule.TARGET_PERSISTENT_PR: "sum {total} is {from_nadir}, no PD, so the earlier response stands",
    Rule.TARGET_STABLE: "sum {total} is {from_baseline} and {from_nadir}: neither PR nor PD",
}


_NON_TARGET_WORDS = {
    Rule.NO_NON_TARGET: "",
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
