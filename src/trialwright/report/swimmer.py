"""The swimmer: each patient's time on study, with treatment, response, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.analysis import days_per_unit
from trialwright.dataset import last_doses, treatment_ends
from trialwright.endpoints import last_contacts
from trialwright.report.drawing import WIDTH_INCHES, Picture, draw_svg, place_axes, shorten_label
from trialwright.report.palette import FAINT, GREY, INK, SHADES
from trialwright.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from polars import DataFrame

    from trialwright.analysis import Analysis
    from trialwright.dataset import Dataset
    from trialwright.response import PatientResponse

    DaysByPatient = Mapping[str, Sequence[date]]

_ROW_INCHES = 0.165
_MOST_LANES = 50  # more patients go on further figures, so that each fits a printed page
_TITLE = "Swimmer: time on study"


@dataclass(frozen=True, slots=True)
class Lane:
    """One patient: time from the first treatment to each thing that happened, in the study's unit.

    ``follow_up`` ends at death or at the last contact; ``treated`` is the end of treatment,
    none where the data do not say.
    """

    patient: str
    best: Response
    follow_up: float
    treated: float | None
    marks: tuple[tuple[str, float], ...]
    died: bool


@dataclass(frozen=True, slots=True)
class _Course:
    """What happened to all patients, by patient."""

    contact: Mapping[str, date]
    deaths: DaysByPatient
    ablations: DaysByPatient
    therapies: DaysByPatient
    treatment_ends: Mapping[str, date]

    @classmethod
    def of(cls, dataset: Dataset) -> _Course:
        return cls(
            last_contacts(dataset),
            _days(dataset.deaths, "death_date"),
            _days(dataset.ablations, "ablation_date"),
            _days(dataset.therapies, "start_date"),
            last_doses(dataset) | treatment_ends(dataset),  # doses where no end is recorded
        )


def collect_lanes(analysis: Analysis) -> tuple[Lane, ...]:
    """Return the lanes of the treated patients of the efficacy set, the longest first."""
    unit = days_per_unit(analysis.study.endpoints.time_unit.require(), analysis.study)
    course, calls = _Course.of(analysis.dataset), analysis.by_patient
    lanes = [
        _lane(calls[member.patient_id], member.first_treatment, course, unit)
        for member in analysis.sets.efficacy
        if member.first_treatment is not None
    ]
    return tuple(sorted(lanes, key=lambda lane: (-lane.follow_up, lane.patient)))


def _lane(response: PatientResponse, start: date, course: _Course, unit: float) -> Lane:
    name, progression = response.patient_id, response.first_progression
    deaths, ended = course.deaths.get(name, ()), course.treatment_ends.get(name)
    last = min(deaths) if deaths else course.contact.get(name, start)
    happened = [("ablation", day) for day in course.ablations.get(name, ())]
    happened += [("therapy", day) for day in course.therapies.get(name, ())]
    if response.response_start is not None:
        happened.append(("response", response.response_start))
    if progression is not None:
        happened.append(("PD", progression.date))
    return Lane(
        name,
        response.best.response,
        (last - start).days / unit,
        (min(ended, last) - start).days / unit if ended is not None else None,
        # What came before the first treatment is no part of the time on study
        tuple((kind, (day - start).days / unit) for kind, day in happened if day >= start),
        bool(deaths),
    )


def _days(frame: DataFrame, column: str) -> dict[str, list[date]]:
    grouped: dict[str, list[date]] = {}
    for patient, day in frame.select("patient_id", column).drop_nulls().iter_rows():
        grouped.setdefault(patient, []).append(day)
    return grouped


def draw_swimmers(analysis: Analysis, anchors: Mapping[str, str]) -> tuple[Picture, ...]:
    """Draw the swimmer, in several figures for many patients; a lane links to its patient."""
    lanes = collect_lanes(analysis)
    if not lanes:
        words = "No patient of the efficacy set has a date of first treatment."
        return (Picture("swimmer", _TITLE, words, words, ""),)
    size = _even_size(len(lanes))
    parts = [lanes[start : start + size] for start in range(0, len(lanes), size)]
    absent = len(analysis.sets.efficacy) - len(lanes)
    axis = _Axis(
        analysis.study.endpoints.time_unit.require(), max(lane.follow_up for lane in lanes)
    )
    return tuple(
        _draw_part(part, number, len(parts), axis, anchors, absent)
        for number, part in enumerate(parts, 1)
    )


class _Axis(NamedTuple):
    unit: str  # months, weeks or days
    longest: float


def _even_size(lanes: int) -> int:
    figures = -(-lanes // _MOST_LANES)
    return -(-lanes // figures)


def _draw_part(
    lanes: Sequence[Lane],
    number: int,
    parts: int,
    axis: _Axis,
    anchors: Mapping[str, str],
    absent: int,
) -> Picture:
    key = "swimmer" if parts == 1 else f"swimmer-{number}"
    title = _TITLE if parts == 1 else f"{_TITLE} ({number} of {parts})"
    height = 0.95 + _ROW_INCHES * max(len(lanes), 4)
    svg = draw_svg(key, (WIDTH_INCHES, height), lambda figure: _paint(figure, lanes, axis, anchors))
    caption = _caption(lanes, absent, axis.unit)
    return Picture(key, title, caption, _describe(lanes, axis.unit), svg)


def _caption(lanes: Sequence[Lane], absent: int, unit: str) -> str:
    words = (
        f"n = {len(lanes)}. {unit.capitalize()} from the first treatment to death or the last "
        "contact, the longest first. Full height: on study treatment, coloured by best overall "
        "response; thin: follow-up. The first response is the one that counts. An arrow: alive at "
        "the last contact."
    )
    unknown = sum(lane.treated is None for lane in lanes)
    if unknown:
        words += f" No end of treatment in the data for {unknown}: their treatment is not drawn."
    return words + (f" Not drawn: {absent} without a first treatment." if absent else "")


def _describe(lanes: Sequence[Lane], unit: str) -> str:
    return (
        f"Swimmer plot of {len(lanes)} patients, followed from {lanes[-1].follow_up:.1f} to "
        f"{lanes[0].follow_up:.1f} {unit}; {sum(lane.died for lane in lanes)} died."
    )


def _paint(figure: Figure, lanes: Sequence[Lane], axis: _Axis, anchors: Mapping[str, str]) -> None:
    labels = [f"{shorten_label(lane.patient)}  {lane.best.label}" for lane in lanes]
    left = 0.35 + 0.062 * max(len(label) for label in labels)
    axes = place_axes(figure, (left, 0.15, 0.45, 0.35))
    for y, lane in enumerate(lanes):
        _paint_lane(axes, y, lane, f"#{anchors[lane.patient]}")
    axes.set_yticks(range(len(lanes)), labels, fontsize=6.8)
    axes.set(ylim=(max(len(lanes), 4) - 0.4, -0.6), xlim=(0, 1.04 * max(axis.longest, 1.0)))
    axes.set_xticks(range(0, int(axis.longest + 0.5) + 1, _tick_step(axis.longest)))
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"{axis.unit.capitalize()} since the first treatment")
    axes.legend(
        handles=list(_handles(lanes)), loc="lower right", ncols=12, handlelength=1.2,
        columnspacing=1.1, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.4,
    )  # fmt: skip


def _tick_step(longest: float) -> int:
    steps = (1, 2, 3, 6, 12, 24, 60, 90, 120)  # months, weeks or days
    return next((step for step in steps if longest / step <= 14), 180)  # noqa: PLR2004


def _paint_lane(axes: Axes, y: int, lane: Lane, url: str) -> None:
    treated = lane.treated or 0.0
    fill = SHADES[lane.best].fill
    for start, end, height, color, alpha in (
        (treated, lane.follow_up, 0.26, FAINT, 1.0),
        (0.0, treated, 0.76, fill, 0.62),
    ):
        (bar,) = axes.barh(
            y, end - start, left=start, height=height, color=color, alpha=alpha, linewidth=0
        )
        bar.set_url(url)
    for kind, when in lane.marks:
        _put(axes, kind, when, y)
    if lane.died:
        _put(axes, "death", lane.follow_up, y)
    else:
        axes.plot(lane.follow_up, y, **_MARKS["ongoing"])


def _put(axes: Axes, kind: str, when: float, y: int) -> None:
    axes.plot(when, y, clip_on=False, zorder=4, **_MARKS[kind])


_EDGE = {"markeredgecolor": "white", "markeredgewidth": 0.5, "linestyle": ""}
_MARKS: dict[str, dict[str, Any]] = {
    "response": {"marker": "^", "color": SHADES[Response.CR].fill, "markersize": 5.5, **_EDGE},
    "PD": {"marker": "s", "color": SHADES[Response.PD].fill, "markersize": 4.6, **_EDGE},
    "ablation": {"marker": "d", "color": INK, "markersize": 4.6, **_EDGE},
    "therapy": {"marker": "P", "color": "#7a3b8f", "markersize": 5.2, **_EDGE},
    "death": {"marker": "X", "color": INK, "markersize": 5.2, **_EDGE},
    "ongoing": {"marker": ">", "color": GREY, "markersize": 4.6, **_EDGE},
}
_MARK_WORDS = {
    "response": "first response",
    "PD": "progression",
    "ablation": "ablation",
    "therapy": "new anticancer therapy",
    "death": "death",
    "ongoing": "alive",
}


def _handles(lanes: Iterable[Lane]) -> Iterator[Line2D]:
    from matplotlib.lines import Line2D

    there = {kind for lane in lanes for kind, _ in lane.marks}
    there |= {"death" if lane.died else "ongoing" for lane in lanes}
    for kind, words in _MARK_WORDS.items():
        if kind in there:
            yield Line2D([], [], label=words, **_MARKS[kind])
