"""The intercurrent events of each endpoint, with the strategy that the study file states.

Source: ICH E9(R1) (2019), section A.3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from trialwright.endpoints.field_words import LAST_ASSESSMENTS, say_choice, show_field
from trialwright.study.sections import UnplannedPolicy

if TYPE_CHECKING:
    from trialwright.study.counting import Counting
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    """One intercurrent event: its strategy by ICH E9(R1), what that does, and the field."""

    event: str
    strategy: str
    meaning: str
    field: str


LOCAL_EVENTS = (
    IntercurrentEvent(
        "new anticancer therapy before the event",
        "treatment policy",
        "it does not censor: later controls and deaths count",
        "not a choice",
    ),
    IntercurrentEvent(
        "local progression or death after missed controls",
        "treatment policy",
        "it counts: missed controls do not censor",
        "not a choice",
    ),
)

_TIME_MEANING = {
    "treatment_policy": "the patient is followed further, and later events count",
    "hypothetical": "the time is censored at the {last} before it",
    "composite": "it is an event on that day",
}
_TIME_EVENTS = (
    ("new anticancer therapy before the event", "new_anticancer_therapy"),
    ("local treatment outside the protocol before the event", "unplanned_local_therapy"),
    ("treatment stopped for toxicity or another reason", "treatment_discontinuation"),
    ("treatment stopped for progression that no scan documents", "clinical_progression"),
)


def events_of_time(study: Study, way: Counting) -> tuple[IntercurrentEvent, ...]:
    """Return the events before a progression, in the way of counting, without the deaths."""
    events = [
        IntercurrentEvent(
            event,
            getattr(way, name).replace("_", " "),
            _time_meaning(name, getattr(way, name), LAST_ASSESSMENTS[way.last_assessment]),
            f"times.{name}",
        )
        for event, name in _TIME_EVENTS
    ]
    events += [
        _missed("progression", way.missed_before_progression, way, "missed_before_progression"),
        _missed("death", way.missed_before_death, way, "missed_before_death"),
    ]
    return (*events, *_of_ablation(study))


def _time_meaning(name: str, strategy: str, last: str) -> str:
    meaning = _TIME_MEANING[strategy].format(last=last)
    if name == "clinical_progression" and strategy == "hypothetical":
        return f"{meaning}, unless a later scan documents the progression"
    return meaning


def _missed(what: str, allowed: int, way: Counting, name: str) -> IntercurrentEvent:
    if allowed < 0:
        words = f"{what} after missed assessments"
        return IntercurrentEvent(words, "treatment policy", "it counts", f"times.{name}")
    return IntercurrentEvent(
        f"{what} after more than {allowed} missed assessment{'s' * (allowed != 1)} in a row",
        "hypothetical",
        f"the time is censored at the {LAST_ASSESSMENTS[way.last_assessment]}",
        f"times.{name}",
    )


def events_of_response(study: Study) -> tuple[IntercurrentEvent, ...]:
    """Return the events before a response."""
    therapy = show_field(study.rates.new_anticancer_therapy.value)
    stopped = show_field(study.rates.treatment_discontinuation.value)
    local = study.response.unplanned_local_therapy
    return (
        IntercurrentEvent(
            "new anticancer therapy before the response",
            therapy,
            say_choice(study.rates.new_anticancer_therapy, _AFTER_THERAPY),
            "rates.new_anticancer_therapy",
        ),
        IntercurrentEvent(
            "treatment stopped before the response",
            stopped,
            say_choice(study.rates.treatment_discontinuation, _AFTER_STOP),
            "rates.treatment_discontinuation",
        ),
        IntercurrentEvent(
            "local treatment of a lesion outside the protocol",
            say_choice(local, _LOCAL_STRATEGY),
            say_choice(local, _LOCAL_MEANING),
            "response.unplanned_local_therapy",
        ),
        *_of_ablation(study),
        *_not_ablated(study),
        IntercurrentEvent("death before the response", "composite", "no response", "not a choice"),
    )


_AFTER_THERAPY = {
    "treatment_policy": "later scans count until progression",
    "composite": "no later scan counts",
}
_AFTER_STOP = {
    "treatment_policy": "later scans count",
    "while_on_treatment": "only scans up to that day count",
}
_UNPLANNED: tuple[UnplannedPolicy, ...] = get_args(UnplannedPolicy)
_LOCAL_STRATEGY = dict.fromkeys(_UNPLANNED, "treatment policy") | {"censor": "composite"}
_LOCAL_MEANING = {each: f"the lesion counts as {show_field(each)}" for each in _UNPLANNED} | {
    "censor": "no later scan counts"
}


def _of_ablation(study: Study) -> tuple[IntercurrentEvent, ...]:
    if study.ablation is None:
        return ()
    return (
        IntercurrentEvent(
            "planned ablation",
            "part of the treatment",
            f"ablated lesions: {show_field(study.response.planned_ablation.value)}",
            "response.planned_ablation",
        ),
    )


def _not_ablated(study: Study) -> tuple[IntercurrentEvent, ...]:
    if study.ablation is None:
        return ()
    chosen = study.rates.ablation_not_performed
    return (
        IntercurrentEvent(
            "planned ablation not done",
            show_field(chosen.value),
            say_choice(chosen, _NOT_ABLATED),
            "rates.ablation_not_performed",
        ),
    )


_NOT_ABLATED = {
    "treatment_policy": "the patient counts as treated",
    "composite": "counts as no response",
}


def death_without_progression(strategy: str, meaning: str) -> IntercurrentEvent:
    """Return a death as an endpoint takes it by definition."""
    return IntercurrentEvent("death without progression", strategy, meaning, "not a choice")


def death_in_progression(study: Study) -> IntercurrentEvent:
    """Return a death as the time to progression takes it."""
    chosen = show_field(study.endpoints.time_to_progression_death.value)
    return IntercurrentEvent(
        "death without progression",
        "hypothetical",
        f"{chosen}; as a competing event beside it",
        "endpoints.time_to_progression_death",
    )


def death_in_response(study: Study) -> IntercurrentEvent:
    """Return a death as the duration of response takes it."""
    field = study.endpoints.duration_of_response_ends_at_death
    meaning = say_choice(field, {True: "an event", False: "censored at the last assessment"})
    strategy = say_choice(field, {True: "composite", False: "hypothetical"})
    return IntercurrentEvent("death without progression", strategy, meaning, field.path)


def events_of_survival() -> tuple[IntercurrentEvent, ...]:
    """Return what happens before a death, which no treatment censors."""
    return (
        IntercurrentEvent(
            "any treatment, stop of treatment or missed assessment",
            "treatment policy",
            "every death counts",
            "not a choice",
        ),
    )
