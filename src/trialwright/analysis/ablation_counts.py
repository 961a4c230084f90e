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
    from collections.abc import Iterable, Sequence

    from trialwright.response.ablated.result import AblatedLesion
    from trialwright.stats import Proportion
    from trialwright.study.model import Study

Level = Literal["lesion", "patient", "session"]


@dataclass(frozen=True, slots=True)
class AblationCount:
    """How many lesions, patients or sessions met one outcome.

    ``estimate`` is the rate among those assessed, with the interval of the study; it stands for
    lesions alone, and takes them as independent. None where nothing was assessed.
    """

    key: str
    title: str
    level: Level
    met: int
    assessed: int
    not_assessed: int
    estimate: Proportion | None = None


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
    repeated = [one.secondary_efficacy for one in lesions if one.secondary_efficacy is not None]
    rows = [
        _count("technical_success", "session", _success_of_sessions(lesions)),
        _count(
            "technical_success", "lesion", [answer_of(one.technical_success) for one in lesions]
        ),
        _count("primary_efficacy", "lesion", [one.primary_efficacy for one in lesions]),
        _count(
            "primary_efficacy",
            "patient",
            [all_of(x.primary_efficacy for x in own) for own in _by_patient(lesions)],
        ),
        _count("residual", "lesion", [one.residual_tumour for one in lesions]),
        _count("secondary_efficacy", "lesion", repeated),
        _count("efficacy", "lesion", [one.efficacy for one in lesions]),
        _count(
            "efficacy", "patient", [all_of(x.efficacy for x in own) for own in _by_patient(lesions)]
        ),
        _count("local_progression", "lesion", [_progressed(one) for one in lesions]),
        _count(
            "local_progression",
            "patient",
            [any_of(_progressed(x) for x in own) for own in _by_patient(lesions)],
        ),
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


def _count(key: str, level: Level, answers: Iterable[Answer]) -> AblationCount:
    counted = Counter(answers)
    met = counted[Answer.YES]
    unread = counted[Answer.NOT_ASSESSED]
    return AblationCount(key, TITLES[key], level, met, met + counted[Answer.NO], unread)


def _with_estimate(row: AblationCount, study: Study) -> AblationCount:
    if row.level != "lesion" or row.key not in _ESTIMATED or row.assessed == 0:
        return row
    interval = INTERVALS[study.statistics.proportion_interval.require()]
    level = study.statistics.confidence_level.require()
    return replace(row, estimate=interval(row.met, row.assessed, level=level))


def _success_of_sessions(lesions: Iterable[AblatedLesion]) -> list[Answer]:
    """Return for each session whether every lesion that it treated was covered."""
    sessions: defaultdict[tuple[str, object], list[Answer]] = defaultdict(list)
    for one in lesions:
        for ablation in one.ablations:
            session = (one.patient_id, ablation.treatment_date)
            sessions[session].append(answer_of(ablation.technical_success))
    return [all_of(answers) for answers in sessions.values()]


def _by_patient(lesions: Iterable[AblatedLesion]) -> list[list[AblatedLesion]]:
    grouped: defaultdict[str, list[AblatedLesion]] = defaultdict(list)
    for one in lesions:
        grouped[one.patient_id].append(one)
    return list(grouped.values())


def _progressed(one: AblatedLesion) -> Answer:
    """Tell whether local progression was seen; no control, and no complete zone, say nothing."""
    if one.local.end == LocalEnd.LOCAL_PROGRESSION:
        return Answer.YES
    assessed = one.local.end in (LocalEnd.CENSORED, LocalEnd.DEATH) and one.controls
    return Answer.NO if assessed else Answer.NOT_ASSESSED
