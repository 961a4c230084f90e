"""Each lesion by itself: what became of the size of every target, ablated or left untouched.

Whether a lesion that nobody touched shrinks is the question behind an abscopal effect; the sum of
a patient hides it. Sizes are those of the reading that counts, at the scans that count.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.analysis.result import Analysis
    from trialwright.response import AblatedLesion, PatientResponse, TimePoint

Touch = Literal["untouched", "ablated"]


@dataclass(frozen=True, slots=True)
class LesionCourse:
    """One lesion of one patient over the scans that count.

    Parameters
    ----------
    patient_id, lesion_id : str
        Which.
    role : {"target", "non_target", "new"}
        What it is for the response.
    touch : {"untouched", "ablated"}
        Whether it was ablated on study.
    baseline_mm : float or None
        Its size at baseline; none: not measured, or not part of the sum.
    changes : tuple of (str, int, float)
        Visit, study day (0: first treatment) and change from baseline, a fraction, of each scan
        that measured it.
    last_shown : str
        What the reader recorded last: ``34``, ``present``, ``absent``.
    ablated : AblatedLesion or None
        What became of the ablation.
    """

    patient_id: str
    lesion_id: str
    role: str
    touch: Touch
    baseline_mm: float | None
    changes: tuple[tuple[str, int, float], ...]
    last_shown: str
    ablated: AblatedLesion | None = None

    @property
    def best_change(self) -> float | None:
        """The deepest fall, or the least rise; none where no scan measured it."""
        return min((change for *_, change in self.changes), default=None)


def follow_lesions(analysis: Analysis) -> tuple[LesionCourse, ...]:
    """Return every lesion of the efficacy set, patient by patient in order of enrolment.

    Parameters
    ----------
    analysis : Analysis
        The results.
    """
    ablated = {(one.patient_id, one.lesion.lesion_id): one for one in analysis.ablated}
    calls = analysis.by_patient
    return tuple(
        lesion
        for member in analysis.sets.efficacy
        for lesion in _follow(calls[member.patient_id], ablated)
    )


def _follow(
    response: PatientResponse, ablated: Mapping[tuple[str, str], AblatedLesion]
) -> Iterator[LesionCourse]:
    counted = response.time_points[: response.counted]
    points = (*([response.baseline] if response.baseline else []), *counted)
    roles = {value.lesion_id: value.role for point in points for value in point.values}
    base = _sizes(response.baseline) if response.baseline else {}
    for lesion, role in roles.items():
        own = ablated.get((response.patient_id, lesion))
        size = base.get(lesion)
        yield LesionCourse(
            response.patient_id,
            lesion,
            role,
            "untouched" if own is None else "ablated",
            size,
            tuple(_changes(lesion, size, counted)) if size else (),
            _last_shown(lesion, points),
            own,
        )


def _sizes(point: TimePoint) -> dict[str, float]:
    return {
        value.lesion_id: value.counted_mm
        for value in point.values
        if value.counted_mm is not None and isfinite(value.counted_mm)
    }


def _changes(
    lesion: str, baseline_mm: float, points: Sequence[TimePoint]
) -> Iterator[tuple[str, int, float]]:
    for point in points:
        size = _sizes(point).get(lesion)
        if size is not None:
            yield point.visit, point.day, size / baseline_mm - 1


def _last_shown(lesion: str, points: Sequence[TimePoint]) -> str:
    shown = [value.shown for point in points for value in point.values if value.lesion_id == lesion]
    return shown[-1] if shown else ""
