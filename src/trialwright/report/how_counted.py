"""Say in one line how each endpoint was counted, in the study's own choices.

The rules themselves stand in ``endpoints``; these are the words for the fields of the study
file that they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import show_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.study.model import Study


def explain_endpoint(key: str, study: Study) -> str:
    """Return how an endpoint was counted; empty for one without words here.

    Parameters
    ----------
    key : str
        ORR, DCR, PFS, ...; what follows a blank names another reading of it.
    study : Study
        Its choices.
    """
    name, _, other = key.partition(" ")
    if name == "ORR":
        return _response_rate(study, other)
    if name == "DCR":
        return _disease_control(study, other)
    explain = _WORDS.get(key)
    return explain(study) if explain else ""


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


def _progression(study: Study) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    return f"{origin} to progression or death; {_censoring(study)}"


def _time_to_progression(study: Study) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    death = show_words(study.endpoints.time_to_progression_death.require())
    return f"{origin} to progression; death without it: {death}; {_censoring(study)}"


def _duration(study: Study) -> str:
    ends = study.endpoints.duration_of_response_ends_at_death.require()
    until = "progression or death" if ends else "progression"
    return f"responders only: first response that counts to {until}; {_censoring(study)}"


def _competing(study: Study) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    return f"{origin} to progression; death without it is a competing event; {_censoring(study)}"


def _response(study: Study) -> str:
    origin = show_words(study.endpoints.time_origin.require())
    return f"responders only: {origin} to the first response that counts"


def _stable(study: Study) -> str:
    return f"best response stable only: {_progression(study)}"


def _on_treatment(_: Study) -> str:
    return (
        "first treatment to its end for any reason, death included; who is on treatment is "
        "censored at the last dose"
    )


def _local(_: Study) -> str:
    return (
        "patients with an ablated lesion: first ablation to local progression of any of them or "
        "death; censored at the earliest of the last controls"
    )


def _local_lesion(_: Study) -> str:
    return (
        "each ablated lesion: ablation to local progression or death; the lesions of one patient "
        "are not independent"
    )


def _local_competing(_: Study) -> str:
    return "each ablated lesion: ablation to local progression; death is a competing event"


def _survival(study: Study) -> str:
    origin = show_words(study.endpoints.overall_survival_origin.require())
    return f"{origin} to death from any cause; the living are censored at the last contact"


def _censoring(study: Study) -> str:
    times = study.times
    therapy = _THERAPY[times.new_anticancer_therapy.require()]
    allowed = {times.missed_before_progression.require(), times.missed_before_death.require()}
    if allowed == {_ANY_NUMBER}:
        return f"{therapy}; an event counts after any number of missed assessments"
    if len(allowed) == 1:
        missed = max(allowed)
        return f"{therapy}; an event after more than {missed} missed in a row is censored"
    progression, death = (
        "any number" if field.require() == _ANY_NUMBER else f"at most {field.require()}"
        for field in (times.missed_before_progression, times.missed_before_death)
    )
    return (
        f"{therapy}; a progression counts after {progression}, a death after {death} missed "
        "assessments in a row"
    )


_ANY_NUMBER = -1
_THERAPY = {
    "hypothetical": "new anticancer therapy censors",
    "treatment_policy": "new anticancer therapy is ignored",
    "composite": "new anticancer therapy is an event",
}


_WORDS: dict[str, Callable[[Study], str]] = {
    "PFS": _progression,
    "TTP": _time_to_progression,
    "DOR": _duration,
    "OS": _survival,
    "TTP competing": _competing,
    "TTR": _response,
    "DSD": _stable,
    "TOT": _on_treatment,
    "LTPFS": _local,
    "LTPFS per lesion": _local_lesion,
    "TTLP": _local_competing,
}
