"""What was planned, in words: design, population, treatment, assessments and how lesions count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.report.words.sentences import Sentence, Sentences
from trialwright.report.words.values import (
    chosen,
    number_of,
    percent_of,
    stated,
    stated_percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.report.model import Cell
    from trialwright.study.model import Study
    from trialwright.study.sections import Treatment
    from trialwright.study.stated import Stated


def say_design(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say what the design is, and what it does at the two rates."""
    design = analysis.study.design
    if design.kind.value != "two_stage":
        planned = design.planned_patients
        told = say.say("methods.planned", n=stated(say, planned))
        return (say.say("methods.descriptive"), *((told,) if planned.value is not None else ()))
    bound = design.first_stage_bound
    key = "methods.two_stage_zero" if bound.value == 0 else "methods.two_stage"
    return (
        say.say(
            key,
            n=stated(say, design.planned_patients),
            first=stated(say, design.first_stage_patients),
            bound=stated(say, bound),
            final=stated(say, design.final_bound),
        ),
        say.say(
            "methods.rates",
            null=stated_percent(say, design.null_response_rate),
            alternative=stated_percent(say, design.alternative_response_rate),
        ),
        *_errors(say, analysis),
    )


def _errors(say: Sentences, analysis: Analysis) -> Iterator[Sentence]:
    stage, design = analysis.stage, analysis.study.design
    if stage is not None:
        null, alternative = stage.null, stage.alternative
        yield say.say(
            "methods.errors",
            error=percent_of(
                null.probability_declare_active, None, "type I error, percent", digits=2
            ),
            asked_error=stated_percent(say, design.type_one_error),
            power=percent_of(alternative.probability_declare_active, None, "power, percent"),
            asked_power=stated_percent(say, design.power),
            stop=percent_of(null.probability_early_stop, None, "early stop, percent"),
            expected=number_of(
                null.expected_patients, "expected patients", text=f"{null.expected_patients:.1f}"
            ),
        )


def say_population(say: Sentences, study: Study) -> tuple[Sentence, ...]:
    """Say who could enter, and who is counted."""
    identity = study.identity
    number = identity.registration_number
    efficacy = say.word("set", study.analysis_sets.efficacy.require())
    return (
        say.say("methods.population", population=stated(say, identity.population)),
        *((say.say("methods.registered", number=stated(say, number)),) if number.value else ()),
        say.say("methods.full_analysis", definition=efficacy),
        say.say(
            "methods.per_protocol",
            percent=stated(say, study.analysis_sets.per_protocol_dose_percent),
        ),
        say.say("methods.safety_set"),
    )


def say_treatment(say: Sentences, study: Study) -> tuple[Sentence, ...]:
    """Say what was given, at which dose, and what was ablated."""
    return (*(one for drug in study.treatments for one in _drug(say, drug)), *_ablation(say, study))


def _drug(say: Sentences, drug: Treatment) -> Iterator[Sentence]:
    key = "methods.drug_first_day" if drug.days_given.value == 1 else "methods.drug_days"
    yield say.say(
        key,
        drug=stated(say, drug.name),
        dose=stated(say, drug.dose_mg),
        days=stated(say, drug.days_given),
        cycle=stated(say, drug.cycle_days),
    )
    levels = drug.dose_levels_mg
    if levels.value:
        steps = [_as_sentence(number_of(level, "dose level, mg")) for level in levels.value]
        yield say.say("methods.reduced", levels=say.list_of(steps))
    elif levels.value is not None:
        yield say.say("methods.never_reduced")


def _as_sentence(cell: Cell) -> Sentence:
    return Sentence(cell.text, ((cell.numbers[0].statistic, cell),))


def _ablation(say: Sentences, study: Study) -> Iterator[Sentence]:
    plan = study.ablation
    if plan is None:
        return
    first, last = _pair(say, plan.timing)
    scan_first, scan_last = _pair(say, plan.first_scan_weeks)
    yield say.say(
        "methods.ablation",
        modality=chosen(say, "modality", plan.modality),
        first=first,
        last=last,
        size=stated(say, plan.largest_lesion_mm),
        extent=stated(say, plan.extent),
        hold=stated(say, plan.drug_hold),
        scan_first=scan_first,
        scan_last=scan_last,
    )


def _pair(say: Sentences, field: Stated[Any]) -> tuple[Cell | Sentence, ...]:
    if field.value is None:
        return (stated(say, field),) * 2
    return tuple(number_of(value, field.path) for value in field.value)


def say_reading(say: Sentences, study: Study) -> tuple[Sentence, ...]:
    """Say when tumours were assessed, and by which criteria and whom they were read."""
    return tuple(_reading(say, study))


def _reading(say: Sentences, study: Study) -> Iterator[Sentence]:
    schedule, response = study.schedule, study.response
    yield say.say(
        "methods.schedule",
        baseline=stated(say, schedule.baseline_window_days),
        weeks=stated(say, schedule.assessment_interval_weeks),
        window=stated(say, schedule.assessment_window_days),
    )
    if schedule.later_assessments.value:
        after, weeks = _pair(say, schedule.later_assessments)
        yield say.say("methods.later", after=after, weeks=weeks)
    yield say.say(
        "methods.criteria",
        criteria=stated(say, response.criteria),
        reader=chosen(say, "reader", response.reader),
    )
    if response.immune_criteria.value != "none":
        yield say.say("methods.also_immune", immune=stated(say, response.immune_criteria))
    if study.endpoints.criteria.value != response.criteria.value:
        yield say.say("methods.count_by", criteria=stated(say, study.endpoints.criteria))
    if response.confirmation_required.value:
        days = stated(say, response.confirmation_interval_days)
        yield say.say("methods.confirmed", days=days)
    else:
        yield say.say("methods.unconfirmed")
    yield say.say("methods.stable", days=stated(say, response.minimum_stable_disease_days))


def say_ablated_lesions(say: Sentences, study: Study) -> tuple[Sentence, ...]:
    """Say how lesions treated locally count; planned ablation only where the study plans it."""
    response = study.response
    other = say.say(
        "methods.unplanned", policy=chosen(say, "policy", response.unplanned_local_therapy)
    )
    if study.ablation is None:
        return (other,)
    policy = response.planned_ablation
    first = (
        say.say(f"planned_ablation.{policy.value}")
        if policy.value is not None
        else say.say("value.open", path=policy.path)
    )
    everything = chosen(say, "policy", response.all_disease_ablation)
    after = (say.say("methods.after_ablation"),) if response.baseline_after_ablation.value else ()
    return (first, say.say("methods.all_disease", policy=everything), *after, other)
