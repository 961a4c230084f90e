"""The lesion-by-visit table of one patient: what was recorded, the sums, the calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, isnan
from typing import TYPE_CHECKING

from trialwright.report.formats import NOT_ESTIMABLE, NOTHING, show_change, show_size, show_words
from trialwright.report.palette import css_class, immune_css_class
from trialwright.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trialwright.report.formats import Days
    from trialwright.response import ImmuneResponse, LesionValue, PatientResponse, TimePoint


@dataclass(frozen=True, slots=True)
class Visit:
    """A column: the visit, its date and day since the first treatment, and whether it counts."""

    name: str
    date: str
    day: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: the value, a small note below it, and classes that mark it."""

    text: str
    note: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class LesionRow:
    """A lesion: identifier, part in RECIST, place, ablation, and one cell a visit."""

    lesion: str
    role: str
    organ: str
    ablated: str
    note: str  # what holds for the lesion on every visit
    cells: tuple[Cell, ...]
    left_out: bool  # by the study's policy for treated lesions


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A derived row: sum, change, nadir, call."""

    label: str
    cells: tuple[Cell, ...]
    call: bool = False


@dataclass(frozen=True, slots=True)
class LesionTable:
    """The whole table of one patient."""

    visits: tuple[Visit, ...]
    lesions: tuple[LesionRow, ...]
    summary: tuple[SummaryRow, ...]


def build_lesion_table(
    response: PatientResponse,
    places: Mapping[str, str],
    ablated: Mapping[str, str],
    days: Days,
) -> LesionTable | None:
    """Lay out one patient's lesions by visit; none for a patient without a baseline.

    Parameters
    ----------
    response : PatientResponse
        The calls.
    places : mapping of str to str
        Organ of each lesion.
    ablated : mapping of str to str
        Words on the local treatment of each lesion that had one.
    days : Days
        How dates look.
    """
    if response.baseline is None:
        return None
    points = (response.baseline, *response.time_points)
    visits = tuple(
        Visit(point.visit, days.show(point.date), _day(point), number <= response.counted)
        for number, point in enumerate(points)
    )
    left_out = response.excluded_lesions
    summary = _summary(points) + _immune_rows(response.immune)
    return LesionTable(visits, _lesion_rows(points, places, ablated, left_out), summary)


def _day(point: TimePoint) -> str:
    return f"day {point.day}".replace("-", "−")


def _lesion_rows(
    points: Iterable[TimePoint],
    places: Mapping[str, str],
    ablated: Mapping[str, str],
    left_out: Sequence[str],
) -> tuple[LesionRow, ...]:
    by_visit = [{value.lesion_id: value for value in point.values} for point in points]
    # In the order of the reading: targets, non-targets, then new lesions as they appear.
    roles = {name: value.role for values in by_visit for name, value in values.items()}
    return tuple(
        LesionRow(
            name,
            show_words(role).replace("non target", "non-target"),
            places[name],
            ablated.get(name, ""),
            *_cells([values.get(name) for values in by_visit]),
            left_out=name in left_out,
        )
        for name, role in roles.items()
    )


def _cells(values: Iterable[LesionValue | None]) -> tuple[str, tuple[Cell, ...]]:
    """Return the note that all cells share, and the cells without it."""
    cells = [_lesion_cell(value) for value in values]
    notes = {cell.note for cell in cells}
    common = notes.pop() if len(notes) == 1 else ""
    if common:
        cells = [replace(cell, note="") for cell in cells]
    return common, tuple(cells)


def _lesion_cell(value: LesionValue | None) -> Cell:
    if value is None:
        return Cell(NOTHING, css="empty")
    notes = [value.note] if value.note else []
    counted = value.counted_mm
    if counted is not None and not isnan(counted) and f"{counted:g}" != value.shown:
        notes.append(f"counts {counted:g}")
    css = f"role-{value.role}"
    unread = counted is not None and isnan(counted)
    return Cell(value.shown, "; ".join(notes), f"{css} unread" if unread else css)


def _summary(points: tuple[TimePoint, ...]) -> tuple[SummaryRow, ...]:
    later = points[1:]
    dash = Cell(NOTHING, css="empty")
    return (
        SummaryRow("Sum of targets, mm", tuple(_sum_cell(point) for point in points)),
        SummaryRow(
            "Change from baseline",
            (dash, *(Cell(show_change(point.change_from_baseline)) for point in later)),
        ),
        SummaryRow("Nadir before, mm", (dash, *(_nadir_cell(point) for point in later))),
        SummaryRow(
            "Change from nadir",
            (dash, *(Cell(show_change(point.change_from_nadir)) for point in later)),
        ),
        SummaryRow("Target", (dash, *(_call(point.target) for point in later)), call=True),
        SummaryRow("Non-target", (dash, *(_call(point.non_target) for point in later)), call=True),
        SummaryRow(
            "New lesions",
            (dash, *(Cell(", ".join(point.new_lesions) or "none") for point in later)),
        ),
        SummaryRow("Overall", (dash, *(_call(point.overall) for point in later)), call=True),
    )


def _immune_rows(immune: ImmuneResponse | None) -> tuple[SummaryRow, ...]:
    """Return the rows of iRECIST, where the study asks for it: new lesions' sum and the call."""
    if immune is None:
        return ()
    dash = Cell(NOTHING, css="empty")
    sums = tuple(
        Cell(show_size(point.new_sum_mm)) if isfinite(point.new_sum_mm) else dash
        for point in immune.time_points
    )
    calls = tuple(
        Cell(point.overall.label, css=immune_css_class(point.overall))
        for point in immune.time_points
    )
    called = SummaryRow("iRECIST", (dash, *calls), call=True)
    if not immune.new_lesion_targets:
        return (called,)
    return (SummaryRow("Sum of new lesions, mm", (dash, *sums)), called)


def _sum_cell(point: TimePoint) -> Cell:
    if isfinite(point.sum_mm):
        return Cell(show_size(point.sum_mm))
    read = f"read: {show_size(point.measured_mm)}" if point.measured_mm > 0 else ""
    return Cell(NOT_ESTIMABLE, read)


def _nadir_cell(point: TimePoint) -> Cell:
    if not isfinite(point.nadir_mm):
        return Cell(NOT_ESTIMABLE)
    return Cell(show_size(point.nadir_mm), point.nadir_visit)


def _call(response: Response) -> Cell:
    if response == Response.NONE:
        return Cell("none", css="empty")
    return Cell(response.label, css=css_class(response))
