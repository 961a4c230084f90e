"""What the results cannot say, in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trialwright.report.translation import translate_text
from trialwright.report.words.efficacy import range_of_policies
from trialwright.report.words.sentences import Sentence, Sentences, choose_sentences
from trialwright.report.words.values import (
    count_of,
    exact_percent,
    inputs_of_rate,
    number_of,
    percent_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model import Paragraph
    from trialwright.report.model.document import Language

_SIMULATED = "simulated"


def build_limitations(
    analysis: Analysis, safety: SafetyAnalysis | None, language: Language = "en"
) -> tuple[Paragraph, ...]:
    """Say what limits the results, each limit a paragraph.

    Parameters
    ----------
    analysis : Analysis
        The efficacy results.
    safety : SafetyAnalysis or None
        The results of harm; none: said.
    language : {"en", "zh"}
        The language.
    """
    say = choose_sentences(language)
    source = analysis.dataset.source
    named = source.partition(":")[2].strip() or source
    first = (
        (say.paragraph((say.say("limits.simulated", source=named),), "caveat"),)
        if source.lower().startswith(_SIMULATED)
        else ()
    )
    rest = (*_design(say, analysis), *_open(say, analysis, safety), *_data(say, analysis, safety))
    return (*first, *(say.paragraph((one,), "item") for one in rest))


def _design(say: Sentences, analysis: Analysis) -> Iterator[Sentence]:
    yield say.say("limits.single_arm")
    result = analysis.proportion("ORR")
    if result is not None:
        one = result.estimate
        width = one.high - one.low
        inputs = inputs_of_rate(result)
        yield say.say(
            "limits.small",
            n=number_of(one.n, "patients", inputs),
            level=exact_percent(one.level, "confidence level, percent"),
            width=percent_of(width, inputs, "width of the interval, percentage points"),
        )
    if len(analysis.policies) > 1:
        low, high = range_of_policies(analysis)
        yield say.say(
            "limits.ablated_lesions" if low.value < high.value else "limits.ablated_lesions_same",
            rate=percent_of(low.value),
            low=percent_of(low.value),
            high=percent_of(high.value),
        )
    if analysis.ablated:
        yield say.say("limits.competing")


def _open(say: Sentences, analysis: Analysis, safety: SafetyAnalysis | None) -> Iterator[Sentence]:
    fields = Counter(stated.origin for _, stated, _ in analysis.study.stated_fields())
    yield say.say(
        "limits.assumptions",
        fields=number_of(fields.total(), "fields of the study file"),
        assumed=number_of(fields["assumption"], "assumptions"),
        open=number_of(fields["gap"], "open fields"),
    )
    result = analysis.proportion("ORR")
    pending = [one.patient_id for one in result.outcomes if one.pending] if result else []
    if pending:
        yield say.say("limits.pending", pending=count_of(pending, "may still respond"))
    if safety is not None:
        ends = {name: one.treatment_end for name, one in safety.courses.items()}
        ongoing = [name for name in safety.treated if ends[name] is None]
        if ongoing and len(ongoing) < len(safety.treated):
            value = count_of(ongoing, "no end of treatment recorded")
            yield say.say("limits.ongoing", ongoing=value)


def _data(say: Sentences, analysis: Analysis, safety: SafetyAnalysis | None) -> Iterator[Sentence]:
    missing = analysis.not_computable + (() if safety is None else safety.not_computable)
    for one in missing:
        yield say.say(
            "limits.not_computable",
            title=translate_text(one.title, say.language),
            why=translate_text(one.why, say.language).rstrip("."),
        )
    findings = analysis.findings + (() if safety is None else safety.findings)
    if findings:
        counted = Counter(one.severity for one in findings)
        items = [
            say.say(
                "limits.severity_item",
                severity=say.word("severity", severity),
                count=number_of(counted[severity], f"findings, {severity}"),
            )
            for severity in ("error", "warning", "note")
            if counted[severity]
        ]
        total = number_of(len(findings), "findings")
        yield say.say("limits.findings", findings=total, list=say.list_of(items))
    else:
        yield say.say("limits.no_findings")
    if safety is None:
        yield say.say("limits.no_safety")
