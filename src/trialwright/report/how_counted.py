"""Say in one line how each endpoint was counted, in the study's own choices.

The rules themselves stand in ``endpoints``; these are the words for the fields of the study
file that they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import show_words
from trialwright.study.counting import OF_THE_STUDY, choose_counting

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.study.counting import Counting
    from trialwright.study.model import Study


def explain_endpoint(key: str, study: Study, counting: str = OF_THE_STUDY) -> str:
    """Return how an endpoint was counted; empty for one without words here.

    Parameters
    ----------
    key : str
        ORR, DCR, PFS, ...; what follows a blank names another reading of it.
    study : Study
        Its choices.
    counting : str
        The way of counting times that the numbers were made with (``Analysis.counting``).
    """
    name, _, other = key.partition(" ")
    if name == "ORR":
        return _response_rate(study, other)
    if name == "DCR":
        return _disease_control(study, other)
    way = choose_counting(study, counting)
    if key in _FIXED:
        return _FIXED[key] + _horizon(study, way)
    explain = _WORDS.get(key)
    if explain is None:
        return ""
    # A response after the horizon has no time to it: nothing is censored
    return explain(study, way) + ("" if key == "TTR" else _horizon(study, way))


def _response_rate(study: Study, other: str) -> str:
    chosen = study.response
    confirmed = chosen.confirmation_required.require()
    if other in ("confirmed", "unconfirmed"):
        confirmed = other == "confirmed"
    after = f"confirmed at least {chosen.confirmation_interval_days.value} days later"
    who = f"all {study.analysis_sets.efficacy.value} patients"
    if other.endswith(("evaluable", "protocol")):
        who = f"the {other} set alone"
    parts = [
        f"best response CR or PR by {study.endpoints.criteria.value}",
        after if confirmed else "no confirmation asked for",
        f"{who}, not evaluable counts as no response",
    ]
    if study.ablation is not None:
        parts.append(f"planned ablation: {show_words(chosen.planned_ablation.require())}")
    return "; ".join(parts)


def _disease_control(study: Study, other: str) -> str:
    days = other.removeprefix("day ") or study.endpoints.disease_control_minimum_days.value
    return (
        f"CR, PR, or no progression at an assessment on day {days} or later; all "
        f"{study.analysis_sets.efficacy.value} patients"
    )


def _progression(study: Study, way: Counting) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    return f"{origin} to progression or death; {_censoring(way)}"


def _time_to_progression(study: Study, way: Counting) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    death = show_words(study.endpoints.time_to_progression_death.require())
    return f"{origin} to progression; death without it: {death}; {_censoring(way)}"


def _duration(study: Study, way: Counting) -> str:
    ends = study.endpoints.duration_of_response_ends_at_death.require()
    until = "progression or death" if ends else "progression"
    return f"responders only: first response that counts to {until}; {_censoring(way)}"


def _competing(study: Study, way: Counting) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    return f"{origin} to progression; death without it is a competing event; {_censoring(way)}"


def _response(study: Study, _: Counting) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    return f"responders only: {origin} to the first response that counts"


def _stable(study: Study, way: Counting) -> str:
    return f"best response stable only: {_progression(study, way)}"


def _survival(study: Study, _: Counting) -> str:
    origin = show_words(study.endpoints.overall_survival_origin.require())
    return f"{origin} to death from any cause; the living are censored at the last contact"


def _censoring(way: Counting) -> str:
    """Say what ends a time to progression; what a way of counting leaves alone is left unsaid."""
    parts = [
        *(words[getattr(way, field)] for field, words in _STRATEGIES.items()),
        _missed(way.missed_before_progression, way.missed_before_death),
        _LAST[way.last_assessment],
        _NO_BASELINE[way.no_baseline],
        _DATED[way.progression_date],
    ]
    return "; ".join(part for part in parts if part)


def _missed(progression: int, death: int) -> str:
    if progression == death == _ANY_NUMBER:
        return "an event counts after any number of missed assessments"
    if progression == death:
        return f"an event after more than {death} missed in a row is censored"
    shown, died = (
        "any number" if allowed == _ANY_NUMBER else f"at most {allowed}"
        for allowed in (progression, death)
    )
    return f"a progression counts after {shown}, a death after {died} missed assessments in a row"


def _horizon(study: Study, way: Counting) -> str:
    if way.after_horizon == "count":
        return ""
    months = study.schedule.horizon_months.require()
    return f"; censored {months:g} months after the first treatment"


_ANY_NUMBER = -1
_STRATEGIES = {
    "new_anticancer_therapy": {
        "hypothetical": "new anticancer therapy censors",
        "treatment_policy": "new anticancer therapy is ignored",
        "composite": "new anticancer therapy is an event",
    },
    "unplanned_local_therapy": {
        "hypothetical": "local therapy outside the protocol censors",
        "treatment_policy": "",
        "composite": "local therapy outside the protocol is an event",
    },
    "treatment_discontinuation": {
        "hypothetical": "stop of treatment censors",
        "treatment_policy": "",
        "composite": "stop of treatment is an event",
    },
    "clinical_progression": {
        "hypothetical": "clinical progression censors unless a later scan documents it",
        "treatment_policy": "",
        "composite": "clinical progression is an event",
    },
}
_LAST = {
    "adequate": "",
    "measured": "censored at the last assessment of measured lesions",
    "any": "censored at the last assessment, evaluable or not",
}
_NO_BASELINE = {"follow": "", "censor": "without a baseline censored at the start"}
_DATED = {"documented": "", "scheduled_visit": "progression dated at its planned visit"}


_WORDS: dict[str, Callable[[Study, Counting], str]] = {
    "PFS": _progression,
    "TTP": _time_to_progression,
    "DOR": _duration,
    "OS": _survival,
    "TTP competing": _competing,
    "TTR": _response,
    "DSD": _stable,
}
_FIXED = {
    "TOT": "first treatment to its end for any reason, death included; who is on treatment is "
    "censored at the last dose",
    "LTPFS": "patients with an ablated lesion: first ablation to local progression of any of them "
    "or death; censored at the earliest of the last controls",
    "LTPFS per lesion": "each ablated lesion: ablation to local progression or death; the lesions "
    "of one patient are not independent",
    "TTLP": "each ablated lesion: ablation to local progression; death is a competing event",
}
