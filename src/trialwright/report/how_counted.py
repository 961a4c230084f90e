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


def explain_endpoint(key: str, study: Study, *, sensitivity: bool = False) -> str:
    """Return how an endpoint was counted; empty for one without words here.

    Parameters
    ----------
    key : str
        ORR, DCR, PFS, ...; what follows a blank names another reading of it.
    study : Study
        Its choices.
    sensitivity : bool
        The response rate with the other choice about confirmation.
    """
    if key.startswith("ORR"):
        return _response_rate(study, sensitivity)
    explain = _WORDS.get(key)
    return explain(study) if explain else ""


def _response_rate(study: Study, sensitivity: bool) -> str:
    chosen = study.response
    confirmed = chosen.confirmation_required.require() is not sensitivity
    after = f"confirmed at least {chosen.confirmation_interval_days.value} days later"
    parts = [
        f"best response CR or PR by {chosen.criteria.value}",
        after if confirmed else "no confirmation asked for",
        f"all {study.analysis_sets.efficacy.value} patients, not evaluable counts as no response",
    ]
    if study.ablation is not None:
        parts.append(f"planned ablation: {show_words(chosen.planned_ablation.require())}")
    return "; ".join(parts)


def _disease_control(study: Study) -> str:
    days = study.endpoints.disease_control_minimum_days.value
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
    "DCR": _disease_control,
    "PFS": _progression,
    "TTP": _time_to_progression,
    "DOR": _duration,
    "OS": _survival,
}
