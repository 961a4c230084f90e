"""The estimand of each endpoint, written from the choices of the study file.

Nothing is decided here: each sentence names the field that it was read from, and the analysis
reads the same field, so the words and the numbers cannot part.

Source: ICH E9(R1) (2019), section A.3: treatment, population, variable, intercurrent events with
their strategies, and the summary measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.endpoints.field_words import say_choice, show_field, show_number, show_percent
from trialwright.endpoints.intercurrent_events import (
    LOCAL_EVENTS,
    IntercurrentEvent,
    death_in_progression,
    death_in_response,
    death_without_progression,
    events_of_response,
    events_of_survival,
    events_of_time,
)
from trialwright.study.counting import OF_THE_STUDY, choose_counting

if TYPE_CHECKING:
    from trialwright.study.counting import Counting
    from trialwright.study.model import Study
    from trialwright.study.sections import Treatment
    from trialwright.study.stated import Stated


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
    response = events_of_response(study)
    times = events_of_time(study, way)
    limit = _horizon(study, way)
    death = death_without_progression("composite", "an event")
    end_by_death = death_without_progression("composite", "it ends the treatment")
    progression_summary = _median(study, study.statistics.progression_landmarks_months)
    rows: tuple[_Row, ...] = (
        ("ORR", "Objective response", _response_variable(study), response,
         _rate(study) + _after_two_stages(study)),
        ("DCR", "Disease control", _control_variable(study), response, _rate(study)),
        ("PFS", "Progression-free survival", _from(study, "progression or death"),
         (*times, death), progression_summary + limit),
        ("TTP", "Time to progression", _from(study, "progression"),
         (*times, death_in_progression(study)), progression_summary + limit),
        ("DOR", "Duration of response",
         "time from the first response that counts to " + _end_of_response(study),
         (*times, death_in_response(study)), progression_summary + ", in responders" + limit),
        ("OS", "Overall survival", _survival_variable(study), events_of_survival(),
         _median(study, study.statistics.survival_landmarks_months) + limit),
        ("TTR", "Time to response", _from(study, "the first response that counts"), response,
         "Kaplan-Meier median, in responders"),
        ("DSD", "Duration of stable disease",
         _from(study, "progression or death") + ", where the best response is stable",
         (*times, death), "Kaplan-Meier median" + limit),
        ("TOT", "Time on treatment", "time from first treatment to its end for any reason",
         (end_by_death,), "Kaplan-Meier median" + limit),
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
            (*LOCAL_EVENTS, death),
            "Kaplan-Meier median" + limit,
        ),
        (
            "TTLP",
            "Time to local progression per lesion",
            "time from the ablation of a lesion to local progression at its zone" + _NEVER_COMPLETE,
            (*LOCAL_EVENTS, competing),
            "number of local progressions and of competing deaths" + limit,
        ),
    )


_NEVER_COMPLETE = "; lesions never completely ablated are not counted"


def _treatment(study: Study) -> str:
    drugs = [
        f"{show_field(drug.name.value)} {show_number(drug.dose_mg.value)} mg on {_days_given(drug)}"
        for drug in study.treatments
    ]
    if study.ablation is not None:
        drugs.append(
            f"planned {show_field(study.ablation.modality.value)}: "
            f"{show_field(study.ablation.extent.value)}"
        )
    return "; ".join(drugs) or "OPEN"


def _days_given(drug: Treatment) -> str:
    return f"{show_field(drug.days_given.value)} of every {show_field(drug.cycle_days.value)} days"


def _population(study: Study) -> str:
    who = show_field(study.identity.population.value)
    return f"{who}; analysed: all {show_field(study.analysis_sets.efficacy.value)} patients"


def _response_variable(study: Study) -> str:
    chosen = study.response
    confirmed = say_choice(
        chosen.confirmation_required,
        {True: "confirmed", False: "unconfirmed"},
        unsettled="confirmation OPEN",
    )
    lesions = ""
    if study.ablation is not None:
        lesions = f", planned ablation: {show_field(chosen.planned_ablation.value)}"
    return (
        f"best overall response of CR or PR by {show_field(study.endpoints.criteria.value)}, "
        f"{confirmed}, read by the {show_field(chosen.reader.value)}{lesions}; not evaluable is no "
        "response"
    )


def _control_variable(study: Study) -> str:
    days = show_field(study.endpoints.disease_control_minimum_days.value)
    return f"CR, PR, or no progression at an assessment on day {days} or later"


def _from(study: Study, until: str) -> str:
    return f"time from {show_field(study.endpoints.time_origin.value)} to {until}"


def _end_of_response(study: Study) -> str:
    return say_choice(
        study.endpoints.duration_of_response_ends_at_death,
        {True: "progression or death", False: "progression"},
        unsettled="progression, and whether to death is OPEN",
    )


def _survival_variable(study: Study) -> str:
    return f"time from {show_field(study.endpoints.overall_survival_origin.value)} to death"


def _rate(study: Study) -> str:
    level = study.statistics.confidence_level.value
    interval = say_choice(study.statistics.proportion_interval, _INTERVALS)
    return f"proportion with {show_percent(level)} interval ({interval})"


def _after_two_stages(study: Study) -> str:
    """Say what goes with the decision of a two-stage design; nothing for another design."""
    if study.design.kind.value != "two_stage":
        return ""
    return "; with the decision, the unbiased estimate and the exact interval after two stages"


_INTERVALS = {
    "clopper_pearson": "Clopper-Pearson",
    "wilson": "Wilson",
    "wilson_corrected": "Wilson, continuity corrected",
    "jeffreys": "Jeffreys",
    "mid_p": "mid-P",
    "agresti_coull": "Agresti-Coull",
}


def _median(study: Study, landmarks: Stated[tuple[float, ...]]) -> str:
    chosen, months = study.statistics, landmarks.value
    listed = "OPEN" if months is None else ", ".join(f"{m:g}" for m in months)
    at = f", rates at {listed} months" if listed else ""
    return (
        f"Kaplan-Meier median{at}, {show_percent(chosen.confidence_level.value)} intervals "
        f"({show_field(chosen.survival_interval.value)})"
    )


def _horizon(study: Study, way: Counting) -> str:
    if way.after_horizon == "count":
        return ""
    months = study.schedule.horizon_months.value
    after = f"{show_number(months)} months after the first treatment"
    return f"; censored {after} [times.after_horizon]"
