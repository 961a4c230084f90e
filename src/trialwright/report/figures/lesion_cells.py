"""The cells of the lesion grid: in which block each lesion stands, how it looks, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from trialwright.report.palette import GREY, INK
from trialwright.response.ablated.rules import Answer, LocalEnd
from trialwright.response.recist import GROWTH, SHRINKAGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.analysis.lesion_changes import LesionCourse

Block = Literal["ablated", "target", "other", "new"]
BLOCKS: dict[Block, str] = {
    "ablated": "Ablated",
    "target": "Target, not ablated",
    "other": "Non-target",
    "new": "New",
}


class CellKind(NamedTuple):
    """How a cell looks, and what it means in the legend."""

    fill: str
    words: str
    text: str = INK
    hatch: str = ""


# From a fall (blue) to a rise (vermilion); the limits are those of response and progression.
_BY_CHANGE: tuple[tuple[float, CellKind], ...] = (
    (-1.0, CellKind("#0b4f8a", "gone", "#ffffff")),
    (-SHRINKAGE, CellKind("#6fa3cf", f"−{100 * SHRINKAGE:.0f} % or lower")),
    (0.0, CellKind("#d3e3f1", "not larger")),
    (GROWTH, CellKind("#f6ead9", f"up to +{100 * GROWTH:.0f} %")),
    (float("inf"), CellKind("#e2926a", f"over +{100 * GROWTH:.0f} %")),
)
_UNKNOWN = CellKind("#ffffff", "not measured", GREY)
_STATES = {
    "absent": CellKind("#0b4f8a", "gone", "#ffffff"),
    "present": CellKind("#eef0f3", "still there"),
    "unequivocal progression": CellKind("#b8430a", "progression", "#ffffff"),
}
_NEW = CellKind("#f3c4a8", "new lesion")
_ABLATED = {
    "complete": CellKind("#bfe3d6", "complete ablation", INK),
    "residual": CellKind("#f3c4a8", "residual tumour", INK, "////"),
    "local": CellKind("#b8430a", "local progression", "#ffffff"),
    "open": CellKind("#ffffff", "not assessed", GREY),
}
_LETTERS = {"complete": "C", "residual": "R", "local": "LP", "open": "?"}


@dataclass(frozen=True, slots=True)
class LesionCell:
    """One lesion as it is drawn."""

    course: LesionCourse
    block: Block
    kind: CellKind
    words: str


@dataclass(frozen=True, slots=True)
class LesionLane:
    """One patient: the cells of each block, in the order of the lesions."""

    patient: str
    cells: Mapping[Block, tuple[LesionCell, ...]]

    @property
    def best(self) -> float:
        """The best change among the targets that nobody touched, for the order of the rows."""
        changes = [cell.course.best_change for cell in self.cells.get("target", ())]
        return min((one for one in changes if one is not None), default=float("inf"))


def collect_lanes(courses: Sequence[LesionCourse]) -> list[LesionLane]:
    """Return the lanes of patients, the best change of an untouched target first.

    Parameters
    ----------
    courses : sequence of LesionCourse
        From ``analysis.lesion_changes.follow_lesions``, patient by patient.
    """
    lanes = []
    for patient, some in groupby(courses, key=lambda one: one.patient_id):
        cells: dict[Block, tuple[LesionCell, ...]] = {}
        for course in some:
            cell = _cell_of(course)
            cells[cell.block] = (*cells.get(cell.block, ()), cell)
        lanes.append(LesionLane(patient, cells))
    return sorted(lanes, key=lambda lane: (lane.best, lane.patient))


def _cell_of(course: LesionCourse) -> LesionCell:
    if course.ablated is not None:
        answer = _answer(course)
        return LesionCell(course, "ablated", _ABLATED[answer], _LETTERS[answer])
    if course.role == "new":
        return LesionCell(course, "new", _NEW, "new")
    change = course.best_change
    block: Block = "target" if course.role == "target" else "other"
    if change is not None:
        return LesionCell(course, block, _shade(change), f"{100 * change:+.0f}".replace("-", "−"))
    if block == "target":
        return LesionCell(course, block, _UNKNOWN, "–")
    kind = next((kind for state, kind in _STATES.items() if course.last_shown.startswith(state)),
                _UNKNOWN)  # fmt: skip
    return LesionCell(course, block, kind, _STATE_WORDS.get(kind.words, "–"))


_STATE_WORDS = {"gone": "gone", "still there": "there", "progression": "PD"}


def _answer(course: LesionCourse) -> str:
    assert course.ablated is not None  # noqa: S101 - asked of ablated lesions alone
    if course.ablated.local.end == LocalEnd.LOCAL_PROGRESSION:
        return "local"
    answers = {Answer.YES: "complete", Answer.NO: "residual"}
    return answers.get(course.ablated.efficacy, "open")


def _shade(change: float) -> CellKind:
    return next(kind for highest, kind in _BY_CHANGE if change <= highest)


def kinds_in_order() -> tuple[CellKind, ...]:
    """Return every kind of cell in the order of the legend."""
    by_change = [kind for _, kind in _BY_CHANGE]
    return tuple(dict.fromkeys([*by_change, *_STATES.values(), _NEW, *_ABLATED.values()]))
