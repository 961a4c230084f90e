"""Response, the decision of the design, disease control and ablation in words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trialwright.endpoints.called import called_of
from trialwright.report.model import Cell, Inputs, Number
from trialwright.report.translation import translate_text
from trialwright.report.words.flow import reference
from trialwright.report.words.values import (
    count_of,
    exact_percent,
    inputs_of_rate,
    interval_of,
    number_of,
    percent_of,
    stated,
)
from trialwright.stats.result import show_p_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis, ProportionResult, StageResult
    from trialwright.analysis.ablation_counts import AblationCount
    from trialwright.report.words.sentences import Sentence, Sentences
    from trialwright.stats import Proportion
    from trialwright.stats.two_stage import TwoStageInference
    from trialwright.study.model import Study

_CATEGORIES = ("CR", "PR", "SD", "Non-CR/Non-PD", "PD", "NE")


def say_response(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say how many responded, how, and what other readings make of it."""
    return tuple(_response(say, analysis))


def _response(say: Sentences, analysis: Analysis) -> Iterator[Sentence]:
    result = analysis.proportion("ORR")
    if result is None:
        why = next((one.why for one in analysis.not_computable if one.key == "ORR"), "")
        yield say.say("response.not_computed", why=translate_text(why, say.language))
        return
    confirmed = analysis.study.response.confirmation_required.require()
    word, other = ("confirmed", "unconfirmed") if confirmed else ("unconfirmed", "confirmed")
    role = "primary" if is_primary(analysis.study) else "secondary"
    none = "" if result.estimate.successes else "_none"
    yield say.say(
        f"response.{role}{none}",
        confirmed=say.say(f"response.{word}{'' if role == 'primary' else '_first'}"),
        criteria=stated(say, analysis.study.endpoints.criteria),
        method=result.estimate.method,
        responders=_responders(result),
        **_rate(say, result),
    )
    yield _best(say, analysis)
    pending = [one.patient_id for one in result.outcomes if one.pending]
    if pending:
        yield say.say("response.pending", pending=count_of(pending, "may still respond"))
    yield from _other_readings(say, analysis, other)
    yield from _policies(say, analysis)


def is_primary(study: Study) -> bool:
    """Tell whether response is the primary endpoint: the design tests it, or the record says so."""
    words = [one.measure.casefold() for one in study.outcomes if one.role == "primary"]
    named = any("response" in one or "orr" in one for one in words)
    return named or (not words and study.design.kind.value == "two_stage")


def _responders(result: ProportionResult) -> Cell:
    return count_of((one.patient_id for one in result.outcomes if one.met), "met")


def _rate(say: Sentences, result: ProportionResult) -> dict[str, Cell | Sentence]:
    """Return the values of a rate: its denominator, itself and its interval."""
    estimate, inputs = result.estimate, inputs_of_rate(result)
    return {
        "n": number_of(estimate.n, "patients", inputs),
        "rate": percent_of(estimate.value, inputs, method=estimate.method),
        "interval": interval_of(say, estimate, inputs, share=True),
    }


def _best(say: Sentences, analysis: Analysis) -> Sentence:
    criteria = analysis.study.endpoints.criteria.require()
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for member in analysis.sets.efficacy:
        best = called_of(analysis.by_patient[member.patient_id], criteria).best
        groups[str(best)].append(member.patient_id)
    known = [name for name in _CATEGORIES if name in groups]
    order = known + sorted(groups.keys() - set(known))
    total = len(analysis.sets.efficacy)
    items = [
        say.say(
            "response.best_item",
            category=say.word("category", name.replace("/", "-")),
            count=count_of(groups[name], name),
            rate=percent_of(len(groups[name]) / total, Inputs.counted(groups[name], name)),
        )
        for name in order
    ]
    return say.say("response.best", list=say.list_of(items))


def _other_readings(say: Sentences, analysis: Analysis, other: str) -> Iterator[Sentence]:
    flipped = analysis.proportion(f"ORR {other}")
    if flipped is not None:
        key = f"response.other_{other}"
        yield say.say(key, responders=_responders(flipped), **_rate(say, flipped))
    for key, name in (("ORR response evaluable", "evaluable"), ("ORR per protocol", "protocol")):
        result = analysis.proportion(key)
        if result is not None:
            values = {"responders": _responders(result), **_rate(say, result)}
            yield say.say("response.other_set", set=say.say(f"response.{name}"), **values)


def _policies(say: Sentences, analysis: Analysis) -> Iterator[Sentence]:
    if len(analysis.policies) > 1:
        low, high = range_of_policies(analysis)
        yield say.say(
            "response.policies" if low.value < high.value else "response.policies_same",
            rate=percent_of(low.value, method=low.method),
            low=percent_of(low.value, method=low.method),
            high=percent_of(high.value, method=high.method),
            low_n=number_of(low.successes, "responders"),
            high_n=number_of(high.successes, "responders"),
            table=reference("14.2.7"),
        )


def range_of_policies(analysis: Analysis) -> tuple[Proportion, Proportion]:
    """Return the lowest and the highest rate among the ways to count ablated lesions."""
    rates = sorted((one.estimate for one in analysis.policies), key=lambda one: one.value)
    return rates[0], rates[-1]


# --- The decision of the design


def say_decision(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say what the two-stage design decides, and the estimates that go with it."""
    result, stage = analysis.proportion("ORR"), analysis.stage
    if result is None or stage is None:
        return ()
    return tuple(_decision(say, stage, inputs_of_rate(result)))


def _decision(say: Sentences, stage: StageResult, everybody: Inputs) -> Iterator[Sentence]:
    final, design = stage.final, stage.design
    inputs = Inputs(everybody.rows[: final.evaluated])
    first = Inputs(everybody.rows[: design.first_stage])
    bound = design.total_bound if final.stage == 2 else design.first_stage_bound  # noqa: PLR2004
    if stage.inference is not None and final.stage == 2:  # noqa: PLR2004 - the second stage
        bound = stage.inference.total_bound
    yield say.say(
        f"decision.{_VERDICTS[final.verdict]}",
        responders=number_of(final.responders, "responders", inputs),
        evaluated=number_of(final.evaluated, "patients", inputs),
        stage=number_of(min(design.first_stage, final.evaluated), "patients", first),
        bound=number_of(bound, "bound of responders"),
        null=exact_percent(stage.null.rate, "null response rate, percent"),
    )
    if final.left_out:
        beyond = Inputs(everybody.rows[final.evaluated :])
        yield say.say("decision.left_out", left=number_of(final.left_out, "patients", beyond))
    yield from _inference(say, stage.inference, inputs)


_VERDICTS = {
    "too early": "too_early",
    "stop for futility": "stop_for_futility",
    "continue to stage 2": "continue_to_stage_two",
    "activity declared": "activity_declared",
    "activity not declared": "activity_not_declared",
}


def _inference(
    say: Sentences, found: TwoStageInference | None, inputs: Inputs
) -> Iterator[Sentence]:
    if found is None:
        yield say.say("decision.not_yet")
        return
    if found.state == "not estimable":
        yield say.say("decision.not_estimable", table=reference("14.2.12"))
        return
    p_value = Cell(show_p_value(found.p_value), (Number("p-value", found.p_value),), inputs)
    low, high = (
        percent_of(limit, inputs, f"{side} limit, percent", method=found.method)
        for side, limit in (("lower", found.low), ("upper", found.high))
    )
    level = exact_percent(found.level, "confidence level, percent")
    yield say.say(
        "decision.estimate",
        estimator=say.say(f"decision.{found.estimator}"),
        estimate=percent_of(found.estimate, inputs, found.estimator, method=found.method),
        interval=say.say("interval.rate", level=level, low=low, high=high),
        method=say.say(f"decision.{_METHODS[found.method]}"),
        p=p_value,
        null=exact_percent(found.p0, "null response rate, percent"),
    )
    if not found.interval_reads_as_the_decision:
        yield say.say(
            "decision.decision_limit",
            level=percent_of(1 - found.attained_alpha, None, "confidence level, percent", digits=2),
            low=percent_of(found.decision_low, inputs, "lower limit of the decision, percent"),
        )


_METHODS = {
    "stage-wise": "stage-wise",
    "stage-wise on the attained sizes": "attained",
    "conditional": "conditional",
}


# --- Disease control


def say_control(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say how many had disease control, and for how long."""
    result = analysis.proportion("DCR")
    if result is None:
        return ()
    days = stated(say, analysis.study.endpoints.disease_control_minimum_days)
    key = "control.some" if result.estimate.successes else "control.none"
    main = say.say(key, controlled=_responders(result), days=days, **_rate(say, result))
    longer = [
        say.say("control.longer_item", days=_days_of(one), **_rate(say, one))
        for one in analysis.proportions
        if one.key.startswith("DCR day ")
    ]
    return (main, say.say("control.longer", list=say.list_of(longer))) if longer else (main,)


def _days_of(result: ProportionResult) -> Cell:
    return number_of(float(result.key.removeprefix("DCR day ")), "minimum days")


# --- Ablation


def say_ablation(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say what was ablated and what became of it; nothing where no ablation is planned or done."""
    if not analysis.ablated:
        planned = analysis.study.ablation is not None
        return (say.say("ablation.none"),) if planned else ()
    return tuple(_ablation(say, analysis))


def _ablation(say: Sentences, analysis: Analysis) -> Iterator[Sentence]:
    found = analysis.ablation
    lesions = Inputs(
        tuple((one.patient_id, f"lesion {one.lesion.lesion_id}") for one in found.lesions)
    )
    everybody = [one.patient_id for one in found.readings]
    yield say.say(
        "ablation.done",
        patients=count_of(lesions.patients, "ablated"),
        n=count_of(everybody, "read"),
        lesions=number_of(len(lesions.rows), "lesions", lesions),
        sessions=number_of(found.summary.sessions, "sessions", lesions),
    )
    by_lesion = {one.key: one for one in found.counts if one.level == "lesion"}
    for key in ("technical_success", "efficacy", "local_progression"):
        row = by_lesion.get(key)
        if row is not None and row.assessed:
            yield say.say(f"ablation.{key}", **_outcome(say, row, lesions))
        if row is not None and row.not_assessed:
            yield say.say(
                "ablation.not_assessed", lesions=number_of(row.not_assessed, "lesions", lesions)
            )
    if found.differing:
        differ = count_of((one.patient_id for one in found.differing), "readings differ")
        yield say.say("ablation.differ", patients=differ)


def _outcome(say: Sentences, row: AblationCount, lesions: Inputs) -> dict[str, Cell | Sentence]:
    values: dict[str, Cell | Sentence] = {
        "met": number_of(row.met, "lesions", lesions),
        "assessed": number_of(row.assessed, "lesions assessed", lesions),
        "rate": percent_of(row.met / row.assessed, lesions),
    }
    if row.estimate is not None:
        values["interval"] = interval_of(say, row.estimate, lesions, share=True)
    return values
