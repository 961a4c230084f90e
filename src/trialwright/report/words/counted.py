"""Say in one line how each endpoint was counted, in the study's own choices.

The rules themselves stand in ``endpoints``; these are the words for the fields of the study
file that they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.words.sentences import Sentence, Sentences, choose_sentences
from trialwright.report.words.values import chosen, number_of, stated
from trialwright.study.counting import OF_THE_STUDY, choose_counting

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.report.model.document import Language
    from trialwright.study.counting import Counting
    from trialwright.study.model import Study

_ANY_NUMBER = -1


def explain_endpoint(
    key: str, study: Study, counting: str = OF_THE_STUDY, language: Language = "en"
) -> str:
    """Return how an endpoint was counted; empty for one without words here.

    Parameters
    ----------
    key : str
        ORR, DCR, PFS, ...; what follows a blank names another reading of it.
    study : Study
        Its choices.
    counting : str
        The way of counting times that the numbers were made with (``Analysis.counting``).
    language : {"en", "zh"}
        The language.
    """
    return say_how_counted(choose_sentences(language), key, study, counting).text


def say_how_counted(say: Sentences, key: str, study: Study, counting: str) -> Sentence:
    """Return how an endpoint was counted, with its live values.

    Parameters
    ----------
    say : Sentences
        The language.
    key, study, counting : str, Study, str
        As `explain_endpoint` takes them.
    """
    name, _, other = key.partition(" ")
    if name == "ORR":
        return _response_rate(say, study, other)
    if name == "DCR":
        return _disease_control(say, study, other)
    way = choose_counting(study, counting)
    if key in _FIXED:
        return say.clauses_of((say.say(f"counted.{_FIXED[key]}"), _horizon(say, study, way)))
    explain = _WORDS.get(key)
    if explain is None:
        return Sentence("")
    told = explain(say, study, way)
    # A response after the horizon has no time to it: nothing is censored
    return told if key == "TTR" else say.clauses_of((told, _horizon(say, study, way)))


def _response_rate(say: Sentences, study: Study, other: str) -> Sentence:
    selected = study.response
    confirmed = selected.confirmation_required.require()
    if other in ("confirmed", "unconfirmed"):
        confirmed = other == "confirmed"
    days = stated(say, selected.confirmation_interval_days)
    parts = [
        say.say("counted.response", criteria=stated(say, study.endpoints.criteria)),
        say.say("counted.confirmed" if confirmed else "counted.unconfirmed", days=days),
    ]
    if other.endswith(("evaluable", "protocol")):
        words = say.word("counted_set", other.replace(" ", "_"))
        parts.append(say.say("counted.other_set", set=words))
    else:
        parts.append(say.say("counted.everybody", set=_who(say, study)))
    if study.ablation is not None:
        policy = chosen(say, "policy_name", selected.planned_ablation)
        parts.append(say.say("counted.planned_ablation", policy=policy))
    return say.clauses_of(parts)


def _disease_control(say: Sentences, study: Study, other: str) -> Sentence:
    days = other.removeprefix("day ") or study.endpoints.disease_control_minimum_days.value
    shown = number_of(float(days or 0), "minimum days", text=str(days))
    return say.say("counted.control", days=shown, set=_who(say, study))


def _who(say: Sentences, study: Study) -> Sentence | str:
    return say.word("counted_set", study.analysis_sets.efficacy.require())


def _progression(say: Sentences, study: Study, way: Counting) -> Sentence:
    return say.say("counted.PFS", origin=_origin(say, study), censoring=_censoring(say, way))


def _time_to_progression(say: Sentences, study: Study, way: Counting) -> Sentence:
    death = say.word("ttp_death", study.endpoints.time_to_progression_death.require())
    return say.say(
        "counted.TTP", origin=_origin(say, study), death=death, censoring=_censoring(say, way)
    )


def _duration(say: Sentences, study: Study, way: Counting) -> Sentence:
    ends = study.endpoints.duration_of_response_ends_at_death.require()
    return say.say("counted.DOR_death" if ends else "counted.DOR", censoring=_censoring(say, way))


def _competing(say: Sentences, study: Study, way: Counting) -> Sentence:
    return say.say("counted.competing", origin=_origin(say, study), censoring=_censoring(say, way))


def _response(say: Sentences, study: Study, _: Counting) -> Sentence:
    return say.say("counted.TTR", origin=_origin(say, study))


def _stable(say: Sentences, study: Study, way: Counting) -> Sentence:
    return say.say("counted.DSD", origin=_origin(say, study), censoring=_censoring(say, way))


def _survival(say: Sentences, study: Study, _: Counting) -> Sentence:
    origin = say.word("origin", study.endpoints.overall_survival_origin.require())
    return say.say("counted.OS", origin=origin)


def _origin(say: Sentences, study: Study) -> str:
    return say.word("origin", study.endpoints.time_origin.require())


def _censoring(say: Sentences, way: Counting) -> Sentence:
    """Say what ends a time to progression; what a way of counting leaves alone is left unsaid."""
    keys = [f"strategy.{field}_{getattr(way, field)}" for field in _STRATEGIES]
    rest = [f"{group}.{getattr(way, group)}" for group in _REST]
    return say.clauses_of(
        (
            *(say.say(key) for key in keys if key in say.templates),
            _missed(say, way.missed_before_progression, way.missed_before_death),
            *(say.say(key) for key in rest if key in say.templates),
        )
    )


_STRATEGIES = (
    "new_anticancer_therapy",
    "unplanned_local_therapy",
    "treatment_discontinuation",
    "clinical_progression",
)
_REST = ("last_assessment", "no_baseline", "progression_date")


def _missed(say: Sentences, progression: int, death: int) -> Sentence:
    if progression == death == _ANY_NUMBER:
        return say.say("counted.any_missed")
    if progression == death:
        return say.say("counted.missed", missed=number_of(death, "missed assessments allowed"))
    shown, died = (
        say.say("counted.any_number")
        if allowed == _ANY_NUMBER
        else say.say("counted.at_most", missed=number_of(allowed, "missed assessments allowed"))
        for allowed in (progression, death)
    )
    return say.say("counted.missed_differ", progression=shown, death=died)


def _horizon(say: Sentences, study: Study, way: Counting) -> Sentence:
    if way.after_horizon == "count":
        return Sentence("")
    months = number_of(study.schedule.horizon_months.require(), "horizon, months")
    return say.say("counted.horizon", months=months)


_WORDS: dict[str, Callable[[Sentences, Study, Counting], Sentence]] = {
    "PFS": _progression,
    "TTP": _time_to_progression,
    "DOR": _duration,
    "OS": _survival,
    "TTP competing": _competing,
    "TTR": _response,
    "DSD": _stable,
}
_FIXED = {
    "TOT": "TOT",
    "LTPFS": "LTPFS",
    "LTPFS per lesion": "LTPFS_lesion",
    "TTLP": "TTLP",
}
