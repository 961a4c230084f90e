"""Times to event in words: medians, events, landmark rates, and incidences where death competes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.model import Inputs
from trialwright.report.translation import translate_text
from trialwright.report.words.flow import reference
from trialwright.report.words.values import (
    inputs_of_times,
    interval_of,
    number_of,
    percent_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis, SurvivalResult
    from trialwright.report.words.sentences import Sentence, Sentences
    from trialwright.stats import Estimate


def say_responders(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say how soon responders responded and for how long, or why that is not known."""
    return (*_say_time(say, analysis, "TTR"), *_say_time(say, analysis, "DOR"))


def say_progression(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say when patients progressed: progression-free survival, then time to progression."""
    return (
        *_say_time(say, analysis, "PFS"),
        *_say_time(say, analysis, "TTP"),
        *_say_incidence(say, analysis),
    )


def say_survival(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say how long patients lived."""
    return tuple(_say_time(say, analysis, "OS"))


def _say_time(say: Sentences, analysis: Analysis, key: str) -> Iterator[Sentence]:
    result = analysis.survival_of(key)
    if result is None:
        why = next((one for one in analysis.not_computable if one.key == key), None)
        if why is not None:
            words = translate_text(why.why, say.language)
            yield say.say("time.not_computed", title=say.word("title", key), why=words)
        return
    inputs = inputs_of_times(result)
    yield _median(say, result, inputs)
    if key != "TTR":  # everybody who responded has had the event
        yield _events(say, result, inputs, "responders_" if key == "DOR" else "")
    if result.landmarks:
        listed = say.list_of([_landmark(say, at, one, inputs) for at, one in result.landmarks])
        yield say.say("time.landmarks", name=say.word("rate_name", key), list=listed)
    left = _left_out(result)
    if left.rows:
        value = number_of(len(left.rows), "patients", left)
        yield say.say("time.no_times", left=value, listing=reference("16.2.6.4", "listing"))


def _left_out(result: SurvivalResult) -> Inputs:
    """Return of whom no time is counted; who did not respond is not missing from a duration."""
    if result.key in ("DOR", "TTR"):
        return Inputs(())
    return Inputs(tuple((one.patient_id, one.why) for one in result.no_times))


def _median(say: Sentences, result: SurvivalResult, inputs: Inputs) -> Sentence:
    found, name = result.median, say.word("name", result.key)
    if found.state == "not estimable":
        return say.say("time.not_estimable", name=name)
    interval = interval_of(say, found, inputs, share=False)
    if found.state == "not reached":
        return say.say("time.not_reached", name=name, interval=interval)
    median = number_of(found.value, "median", inputs, f"{found.value:.1f}")
    unit = say.word("unit", result.unit)
    return say.say("time.median", name=name, median=median, unit=unit, interval=interval)


def _events(say: Sentences, result: SurvivalResult, inputs: Inputs, whose: str) -> Sentence:
    n = number_of(len(result.times), "patients", inputs)
    events = Inputs(tuple((one.patient_id, one.kind) for one in result.times if one.event))
    censored = Inputs(tuple((one.patient_id, one.kind) for one in result.times if not one.event))
    if not events.rows:
        return say.say(f"time.{whose}no_event", n=n)
    key = "time.kind" if len(result.events) > 1 else "time.kind_only"
    kinds = [
        say.say(
            key,
            kind=translate_text(kind, say.language),
            count=number_of(count, "events", _of_kind(events, kind)),
        )
        for kind, count in result.events.most_common()
    ]
    return say.say(
        f"time.{whose}events" + ("" if censored.rows else "_all"),
        events=number_of(len(events.rows), "events", events),
        n=n,
        kinds=say.list_of(kinds),
        censored=number_of(len(censored.rows), "patients", censored),
    )


def _of_kind(events: Inputs, kind: str) -> Inputs:
    return Inputs(tuple(row for row in events.rows if row[1] == kind))


def _landmark(say: Sentences, month: float, found: Estimate, inputs: Inputs) -> Sentence:
    at = number_of(month, "months")
    if found.state == "not estimable":
        return say.say("time.landmark_none", month=at)
    return say.say(
        "time.landmark",
        rate=percent_of(found.value, inputs, "rate, percent", method=found.method),
        interval=interval_of(say, found, inputs, share=True),
        month=at,
    )


def _say_incidence(say: Sentences, analysis: Analysis) -> Iterator[Sentence]:
    result = next((one for one in analysis.competing if one.key == "TTP competing"), None)
    if result is not None and result.landmarks:
        inputs = inputs_of_times(result)
        listed = [_landmark(say, at, one, inputs) for at, one in result.landmarks]
        yield say.say("time.incidence", list=say.list_of(listed))
