"""Count the outcomes of ablation by patient, by session and by lesion.

A session treats one patient on one day, and may treat several lesions. What was not assessed is
counted beside the rest, never among the failures or the successes.

Source: Ahmed et al., Radiology 2014;273:241 (counts by patient, session and tumour are separate);
Puijk et al., Radiology 2021 (technique efficacy and local progression are counted per tumour).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from trialwright.response.ablated.rules import Answer, LocalEnd, all_of, answer_of, any_of
from trialwright.stats import INTERVALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from trialwright.response.ablated.result import AblatedLesion
    from trialwright.stats import Proportion
    from trialwright.study.model import Study

Level = Literal["lesion", "patient", "session"]


@dataclass(frozen=True, slots=True)
class AblationCount:
    """How many lesions, patients or sessions met one outcome.

    ``estimate`` is the rate among those assessed, with the interval of the study; it stands for
    lesions alone, and takes them as independent. None where nothing was assessed. ``answers``
    holds patient, which lesion or session, and the answer of each one behind the counts.
    """

    key: str
    title: str
    level: Level
    met: int
    assessed: int
    not_assessed: int
    estimate: Proportion | None = None
    answers: tuple[tuple[str, str, Answer], ...] = ()


_Named = tuple[str, str, Answer]  # patient, which lesion or session, the answer


def count_outcomes(lesions: Sequence[AblatedLesion], study: Study) -> tuple[AblationCount, ...]:
    """Count every outcome of the ablated lesions; nothing where no lesion was ablated.

    Parameters
    ----------
    lesions : sequence of AblatedLesion
        All ablated lesions of the trial.
    study : Study
        Names the interval of a proportion and its level.
    """
    if not lesions:
        return ()
    repeated = [one for one in lesions if one.secondary_efficacy is not None]
    rows = [
        _count("technical_success", "session", _success_of_sessions(lesions)),
        _count("technical_success", "lesion", _of_lesions(lesions, _technical_success)),
        _count("primary_efficacy", "lesion", _of_lesions(lesions, _primary_efficacy)),
        _count("primary_efficacy", "patient", _of_patients(lesions, _primary_efficacy, all_of)),
        _count("residual", "lesion", _of_lesions(lesions, lambda one: one.residual_tumour)),
        _count("secondary_efficacy", "lesion", _of_lesions(repeated, lambda one: one.efficacy)),
        _count("efficacy", "lesion", _of_lesions(lesions, lambda one: one.efficacy)),
        _count("efficacy", "patient", _of_patients(lesions, lambda one: one.efficacy, all_of)),
        _count("local_progression", "lesion", _of_lesions(lesions, _progressed)),
        _count("local_progression", "patient", _of_patients(lesions, _progressed, any_of)),
    ]
    return tuple(_with_estimate(row, study) for row in rows)


TITLES = {
    "technical_success": "Technical success",
    "primary_efficacy": "Primary technique efficacy",
    "residual": "Residual tumour on the first control",
    "secondary_efficacy": "Secondary technique efficacy, where ablation was repeated",
    "efficacy": "Technique efficacy after all ablations",
    "local_progression": "Local tumour progression",
}
# A rate of events that need time has no simple proportion: it waits for the curve.
_ESTIMATED = ("technical_success", "primary_efficacy", "secondary_efficacy", "efficacy")


def _count(key: str, level: Level, answers: Iterable[_Named]) -> AblationCount:
    named = tuple(answers)
    counted = Counter(answer for _, _, answer in named)
    met = counted[Answer.YES]
    unread = counted[Answer.NOT_ASSESSED]
    assessed = met + counted[Answer.NO]
    return AblationCount(key, TITLES[key], level, met, assessed, unread, answers=named)


def _of_lesions(
    lesions: Iterable[AblatedLesion], ask: Callable[[AblatedLesion], Answer]
) -> list[_Named]:
    return [(one.patient_id, one.lesion.lesion_id, ask(one)) for one in lesions]


def _of_patients(
    lesions: Iterable[AblatedLesion],
    ask: Callable[[AblatedLesion], Answer],
    join: Callable[[Iterable[Answer]], Answer],
) -> list[_Named]:
    grouped: defaultdict[str, list[AblatedLesion]] = defaultdict(list)
    for one in lesions:
        grouped[one.patient_id].append(one)
    return [(name, "", join(ask(one) for one in own)) for name, own in grouped.items()]


def _technical_success(one: AblatedLesion) -> Answer:
    return answer_of(one.technical_success)


def _primary_efficacy(one: AblatedLesion) -> Answer:
    return one.primary_efficacy


def _with_estimate(row: AblationCount, study: Study) -> AblationCount:
    if row.level != "lesion" or row.key not in _ESTIMATED or row.assessed == 0:
        return row
    interval = INTERVALS[study.statistics.proportion_interval.require()]
    level = study.statistics.confidence_level.require()
    return replace(row, estimate=interval(row.met, row.assessed, level=level))


def _success_of_sessions(lesions: Iterable[AblatedLesion]) -> list[_Named]:
    """Return for each session whether every lesion that it treated was covered."""
    sessions: defaultdict[tuple[str, date], list[Answer]] = defaultdict(list)
    for one in lesions:
        for ablation in one.ablations:
            session = (one.patient_id, ablation.treatment_date)
            sessions[session].append(answer_of(ablation.technical_success))
    return [
        (patient, f"session of {day.isoformat()}", all_of(answers))
        for (patient, day), answers in sessions.items()
    ]


def _progressed(one: AblatedLesion) -> Answer:
    """Tell whether local progression was seen; no control, and no complete zone, say nothing."""
    if one.local.end == LocalEnd.LOCAL_PROGRESSION:
        return Answer.YES
    assessed = one.local.end in (LocalEnd.CENSORED, LocalEnd.DEATH) and one.controls
    return Answer.NO if assessed else Answer.NOT_ASSESSED
