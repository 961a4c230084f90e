"""Patients and follow-up in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.model import Cell, Inputs
from trialwright.report.words.values import count_of, inputs_of_times, interval_of, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.words.sentences import Sentence, Sentences


def say_flow(
    say: Sentences, analysis: Analysis, safety: SafetyAnalysis | None
) -> tuple[Sentence, ...]:
    """Say who was enrolled, counted, assessed and is still treated."""
    return tuple(_flow(say, analysis, safety))


def _flow(say: Sentences, analysis: Analysis, safety: SafetyAnalysis | None) -> Iterator[Sentence]:
    sets = analysis.sets
    yield _enrolled(say, analysis)
    if not sets.efficacy:
        yield say.say("flow.nobody")
        return
    counted = [one.patient_id for one in sets.efficacy]
    yield say.say(
        "flow.full_analysis",
        definition=say.word("set", sets.efficacy_set),
        analysed=count_of(counted, "in the full analysis set"),
        treated=count_of(sets.named("safety").patients, "in the safety set"),
    )
    if sets.excluded:
        left = Inputs(tuple((one.patient_id, one.excluded or "") for one in sets.excluded))
        yield say.say(
            "flow.left_out",
            left=number_of(len(left.rows), "patients", left),
            listing=reference("16.2.3", "listing"),
        )
    calls = [analysis.by_patient[patient] for patient in counted]
    read = [one for one in calls if one.baseline is not None]
    yield say.say(
        "flow.assessed",
        baseline=count_of((one.patient_id for one in read), "baseline read"),
        assessed=count_of((one.patient_id for one in read if one.time_points), "assessed after"),
    )
    yield from _treatment(say, safety)


def _enrolled(say: Sentences, analysis: Analysis) -> Sentence:
    sets = analysis.sets
    screened, enrolled = sets.named("screened"), sets.named("enrolled")
    if enrolled.not_derived is not None:
        members = (one.patient_id for one in sets.members)
        return say.say("flow.not_told", patients=count_of(members, "in the data"))
    count = count_of(enrolled.patients, "enrolled")
    more = len(screened.patients) > len(enrolled.patients)
    return say.say(
        "flow.screened" if more else "flow.enrolled",
        screened=count_of(screened.patients, "screened"),
        enrolled=count,
    )


def _treatment(say: Sentences, safety: SafetyAnalysis | None) -> Iterator[Sentence]:
    """Say whose treatment is over; nothing where no end of treatment was ever recorded."""
    if safety is None or not safety.treated:
        return
    courses = [safety.courses[patient] for patient in safety.treated]
    ended = [one.patient_id for one in courses if one.treatment_end is not None]
    if ended:
        ongoing = [one.patient_id for one in courses if one.treatment_end is None]
        yield say.say(
            "flow.ended" if ongoing else "flow.ended_all",
            ended=count_of(ended, "treatment ended"),
            ongoing=count_of(ongoing, "no end of treatment recorded"),
        )


def say_follow_up(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say how long the patients were followed, by the reverse Kaplan-Meier method."""
    found, survival = analysis.follow_up, analysis.survival_of("OS")
    if found is None or survival is None or found.state == "not estimable":
        return (say.say("follow_up.none"),) if analysis.sets.efficacy else ()
    inputs = inputs_of_times(survival)
    interval = interval_of(say, found, inputs, share=False)
    if found.state == "not reached":
        return (say.say("follow_up.not_reached", interval=interval),)
    median = number_of(found.value, "median follow-up", inputs, f"{found.value:.1f}")
    unit = say.word("unit", survival.unit)
    return (say.say("follow_up.median", median=median, unit=unit, interval=interval),)


def reference(number: str, kind: str = "table") -> Cell:
    """Make the number of a table or listing, which a page links to it."""
    return Cell(number, target=f"{kind}-{number.replace('.', '-')}")
