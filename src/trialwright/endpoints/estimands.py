"""The estimand of each endpoint, written from the choices of the study file.

Nothing is decided here: each sentence names the field that it was read from, and the analysis
reads the same field, so the words and the numbers cannot part.

Source: ICH E9(R1) (2019), section A.3: treatment, population, variable, intercurrent events with
their strategies, and the summary measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from trialwright.study.counting import OF_THE_STUDY, choose_counting
from trialwright.study.sections import UnplannedPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.study.counting import Counting
    from trialwright.study.model import Study
    from trialwright.study.sections import Treatment
    from trialwright.study.stated import Stated


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    """One intercurrent event: its strategy by ICH E9(R1), what that does, and the field."""

    event: str
    strategy: str
    meaning: str
    field: str


@dataclass(frozen=True, slots=True)
class Estimand:
    """The five attributes of one endpoint."""

    key: str
    title: str
    treatment: str
    population: str
    variable: str
    intercurrent_events: tuple[IntercurrentEvent, ...]
    summary: str


def list_estimands(study: Study, counting: str = OF_THE_STUDY) -> tuple[Estimand, ...]:
    """Return the estimand of every endpoint of the study.

    Parameters
    ----------
    study : Study
        The study file. Open fields are named as open, not refused: the text is for planning too.
    counting : str
        Another way of counting times than the study's own.

    Raises
    ------
    StudyError
        If a field of ``[times]`` is open, or the way of counting is unknown.
    """
    way = choose_counting(study, counting)
    response = _response_events(study)
    times = _time_events(study, way)
    limit = _horizon(study, way)
    progression_summary = _median(study, study.statistics.progression_landmarks_months)
    rows: tuple[_Row, ...] = (
        ("ORR", "Objective response", _response_variable(study), response, _rate(study)),
        ("DCR", "Disease control", _control_variable(study), response, _rate(study)),
        ("PFS", "Progression-free survival", _from(study, "progression or death"),
         (*times, _death("composite", "an event")), progression_summary + limit),
        ("TTP", "Time to progression", _from(study, "progression"),
         (*times, _death_in_progression(study)), progression_summary + limit),
        ("DOR", "Duration of response",
         "time from the first response that counts to " + _end_of_response(study),
         (*times, _death_in_response(study)), progression_summary + ", in responders" + limit),
        ("OS", "Overall survival", _survival_variable(study), _survival_events(),
         _median(study, study.statistics.survival_landmarks_months) + limit),
        ("TTR", "Time to response", _from(study, "the first response that counts"), response,
         "Kaplan-Meier median, in responders"),
        ("DSD", "Duration of stable disease",
         _from(study, "progression or death") + ", where the best response is stable",
         (*times, _death("composite", "an event")), "Kaplan-Meier median" + limit),
        ("TOT", "Time on treatment", "time from first treatment to its end for any reason",
         (_death("composite", "it ends the treatment"),), "Kaplan-Meier median" + limit),
        *_local(study, limit),
    )  # fmt: skip
    return tuple(
        Estimand(key, title, _treatment(study), _population(study), variable, events, summary)
        for key, title, variable, events, summary in rows
    )


_Row = tuple[str, str, str, "tuple[IntercurrentEvent, ...]", str]


def _local(study: Study, limit: str) -> tuple[_Row, ...]:
    if study.ablation is None:
        return ()
    death = IntercurrentEvent(
        "death without local progression", "composite", "an event", "not a choice"
    )
    competing = IntercurrentEvent(
        "death without local progression",
        "while alive",
        "a competing event: no local progression can follow",
        "not a choice",
    )
    return (
        (
            "LTPFS",
            "Local tumour progression-free survival",
            "time from the first ablation to local progression of any ablated lesion, or death"
            + _NEVER_COMPLETE,
            (*_LOCAL_EVENTS, death),
            "Kaplan-Meier median" + limit,
        ),
        (
            "TTLP",
            "Time to local progression per lesion",
            "time from the ablation of a lesion to local progression at its zone" + _NEVER_COMPLETE,
            (*_LOCAL_EVENTS, competing),
            "number of local progressions and of competing deaths" + limit,
        ),
    )


_NEVER_COMPLETE = "; lesions never completely ablated are not counted"
_LOCAL_EVENTS = (
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


def _say(field: Stated[Any], words: Mapping[Any, str], *, unsettled: str = "OPEN") -> str:
    """Put a choice of the study file in words; an open one is said to be open."""
    return unsettled if field.value is None else words[field.value]


def _shown(value: object) -> str:
    return "OPEN" if value is None else str(value).replace("_", " ")


def _number(value: float | None) -> str:
    return "OPEN" if value is None else f"{value:g}"


def _treatment(study: Study) -> str:
    drugs = [
        f"{_shown(drug.name.value)} {_number(drug.dose_mg.value)} mg on {_days_given(drug)}"
        for drug in study.treatments
    ]
    if study.ablation is not None:
        drugs.append(
            f"planned {_shown(study.ablation.modality.value)}: "
            f"{_shown(study.ablation.extent.value)}"
        )
    return "; ".join(drugs) or "OPEN"


def _days_given(drug: Treatment) -> str:
    return f"{_shown(drug.days_given.value)} of every {_shown(drug.cycle_days.value)} days"


def _population(study: Study) -> str:
    who = _shown(study.identity.population.value)
    return f"{who}; analysed: all {_shown(study.analysis_sets.efficacy.value)} patients"


def _response_variable(study: Study) -> str:
    chosen = study.response
    confirmed = _say(
        chosen.confirmation_required,
        {True: "confirmed", False: "unconfirmed"},
        unsettled="confirmation OPEN",
    )
    lesions = ""
    if study.ablation is not None:
        lesions = f", planned ablation: {_shown(chosen.planned_ablation.value)}"
    return (
        f"best overall response of CR or PR by {_shown(study.endpoints.criteria.value)}, "
        f"{confirmed}, read by the {_shown(chosen.reader.value)}{lesions}; not evaluable is no "
        "response"
    )


def _control_variable(study: Study) -> str:
    days = _shown(study.endpoints.disease_control_minimum_days.value)
    return f"CR, PR, or no progression at an assessment on day {days} or later"


def _from(study: Study, until: str) -> str:
    return f"time from {_shown(study.endpoints.time_origin.value)} to {until}"


def _end_of_response(study: Study) -> str:
    return _say(
        study.endpoints.duration_of_response_ends_at_death,
        {True: "progression or death", False: "progression"},
        unsettled="progression, and whether to death is OPEN",
    )


def _survival_variable(study: Study) -> str:
    return f"time from {_shown(study.endpoints.overall_survival_origin.value)} to death"


def _rate(study: Study) -> str:
    level = study.statistics.confidence_level.value
    interval = _say(study.statistics.proportion_interval, _INTERVALS)
    return f"proportion with {_percent(level)} interval ({interval})"


_INTERVALS = {"clopper_pearson": "Clopper-Pearson", "wilson": "Wilson"}


def _median(study: Study, landmarks: Stated[tuple[float, ...]]) -> str:
    chosen, months = study.statistics, landmarks.value
    listed = "OPEN" if months is None else ", ".join(f"{m:g}" for m in months)
    at = f", rates at {listed} months" if listed else ""
    return (
        f"Kaplan-Meier median{at}, {_percent(chosen.confidence_level.value)} intervals "
        f"({_shown(chosen.survival_interval.value)})"
    )


def _horizon(study: Study, way: Counting) -> str:
    if way.after_horizon == "count":
        return ""
    months = study.schedule.horizon_months.value
    return f"; censored {_number(months)} months after the first treatment [times.after_horizon]"


def _percent(level: float | None) -> str:
    return "OPEN" if level is None else f"{100 * level:g} %"


# --- Intercurrent events

_TIME_MEANING = {
    "treatment_policy": "the patient is followed further, and later events count",
    "hypothetical": "the time is censored at the {last} before it",
    "composite": "it is an event on that day",
}
_LAST = {
    "adequate": "last adequate assessment",
    "measured": "last assessment of measured lesions",
    "any": "last assessment",
}
_TIME_EVENTS = (
    ("new anticancer therapy before the event", "new_anticancer_therapy"),
    ("local treatment outside the protocol before the event", "unplanned_local_therapy"),
    ("treatment stopped for toxicity or another reason", "treatment_discontinuation"),
    ("treatment stopped for progression that no scan documents", "clinical_progression"),
)


def _time_events(study: Study, way: Counting) -> tuple[IntercurrentEvent, ...]:
    events = [
        IntercurrentEvent(
            event,
            getattr(way, name).replace("_", " "),
            _time_meaning(name, getattr(way, name), _LAST[way.last_assessment]),
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
        f"the time is censored at the {_LAST[way.last_assessment]}",
        f"times.{name}",
    )


def _response_events(study: Study) -> tuple[IntercurrentEvent, ...]:
    therapy = _shown(study.rates.new_anticancer_therapy.value)
    stopped = _shown(study.rates.treatment_discontinuation.value)
    local = study.response.unplanned_local_therapy
    return (
        IntercurrentEvent(
            "new anticancer therapy before the response",
            therapy,
            _say(study.rates.new_anticancer_therapy, _AFTER_THERAPY),
            "rates.new_anticancer_therapy",
        ),
        IntercurrentEvent(
            "treatment stopped before the response",
            stopped,
            _say(study.rates.treatment_discontinuation, _AFTER_STOP),
            "rates.treatment_discontinuation",
        ),
        IntercurrentEvent(
            "local treatment of a lesion outside the protocol",
            _say(local, _LOCAL_STRATEGY),
            _say(local, _LOCAL_MEANING),
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
_LOCAL_MEANING = {each: f"the lesion counts as {_shown(each)}" for each in _UNPLANNED} | {
    "censor": "no later scan counts"
}


def _of_ablation(study: Study) -> tuple[IntercurrentEvent, ...]:
    if study.ablation is None:
        return ()
    return (
        IntercurrentEvent(
            "planned ablation",
            "part of the treatment",
            f"ablated lesions: {_shown(study.response.planned_ablation.value)}",
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
            _shown(chosen.value),
            _say(chosen, _NOT_ABLATED),
            "rates.ablation_not_performed",
        ),
    )


_NOT_ABLATED = {
    "treatment_policy": "the patient counts as treated",
    "composite": "counts as no response",
}


def _death(strategy: str, meaning: str) -> IntercurrentEvent:
    return IntercurrentEvent("death without progression", strategy, meaning, "not a choice")


def _death_in_progression(study: Study) -> IntercurrentEvent:
    chosen = _shown(study.endpoints.time_to_progression_death.value)
    return IntercurrentEvent(
        "death without progression",
        "hypothetical",
        f"{chosen}; as a competing event beside it",
        "endpoints.time_to_progression_death",
    )


def _death_in_response(study: Study) -> IntercurrentEvent:
    field = study.endpoints.duration_of_response_ends_at_death
    meaning = _say(field, {True: "an event", False: "censored at the last assessment"})
    strategy = _say(field, {True: "composite", False: "hypothetical"})
    return IntercurrentEvent("death without progression", strategy, meaning, field.path)


def _survival_events() -> tuple[IntercurrentEvent, ...]:
    return (
        IntercurrentEvent(
            "any treatment, stop of treatment or missed assessment",
            "treatment policy",
            "every death counts",
            "not a choice",
        ),
    )
