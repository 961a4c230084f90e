"""The swimmer: each patient's time on study, with treatment, response, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.analysis import days_per_unit
from trialwright.dataset import last_doses, treatment_ends
from trialwright.endpoints import last_contacts
from trialwright.report.drawing import WIDTH_INCHES, count_letters, place_axes, shorten_label
from trialwright.report.figures.marks import paint_rectangles
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Figure
from trialwright.report.palette import FAINT, GREY, INK, SHADES
from trialwright.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.lines import Line2D
    from polars import DataFrame

    from trialwright.analysis import Analysis
    from trialwright.dataset import Dataset
    from trialwright.report.model import Population
    from trialwright.response import PatientResponse

    DaysByPatient = Mapping[str, Sequence[date]]

_ROW_INCHES = 0.165
_MOST_LANES = 50  # more patients go on further figures, so that each fits a printed page
_KEY, _NUMBER = "swimmer", "14.2.2"
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


def draw_swimmers(analysis: Analysis, anchors: Mapping[str, str]) -> tuple[Figure, ...]:
    """Draw the swimmer, in several figures for many patients; a lane links to its patient.

    Parameters
    ----------
    analysis : Analysis
        The results.
    anchors : mapping of str to str
        Where the page of each patient is; empty: no links.
    """
    lanes = collect_lanes(analysis)
    if not lanes:
        words = "No patient of the efficacy set has a date of first treatment."
        among = efficacy_population(analysis)
        return (Figure(_KEY, _NUMBER, _TITLE, words, words, population=among),)
    size = _even_size(len(lanes))
    parts = [lanes[start : start + size] for start in range(0, len(lanes), size)]
    unit = analysis.study.endpoints.time_unit.require()
    page = _Page(
        unit,
        max(lane.follow_up for lane in lanes),
        len(parts),
        len(analysis.sets.efficacy) - len(lanes),
        efficacy_population(analysis),
        anchors,
    )
    return tuple(_draw_part(part, number, page) for number, part in enumerate(parts, 1))


class _Page(NamedTuple):
    """What the parts of the figure share."""

    unit: str  # months, weeks or days
    longest: float
    parts: int
    absent: int  # patients without a lane
    among: Population
    anchors: Mapping[str, str]


def _even_size(lanes: int) -> int:
    figures = -(-lanes // _MOST_LANES)
    return -(-lanes // figures)


def _draw_part(lanes: Sequence[Lane], number: int, page: _Page) -> Figure:
    one = page.parts == 1
    return Figure(
        _KEY if one else f"{_KEY}-{number}",
        _NUMBER,
        _TITLE if one else f"{_TITLE} ({number} of {page.parts})",
        _caption(lanes, page.absent, page.unit),
        _describe(lanes, page.unit),
        (WIDTH_INCHES, 0.95 + _ROW_INCHES * max(len(lanes), 4)),
        lambda figure: _paint(figure, lanes, page),
        _tabulate(lanes, page.unit),
        page.among,
    )


def _tabulate(lanes: Sequence[Lane], unit: str) -> pl.DataFrame:
    """Return a row a bar and a row a mark, lane by lane."""
    import polars as pl

    rows = [(lane, kind, begin, end) for lane in lanes for kind, begin, end in _marks_of(lane)]
    return pl.DataFrame(
        {
            "patient_id": [lane.patient for lane, *_ in rows],
            "best_overall_response": [lane.best.label for lane, *_ in rows],
            "mark": [kind for _, kind, *_ in rows],
            "start": [begin for *_, begin, _ in rows],
            "end": [end for *_, end in rows],
            "unit": [unit for _ in rows],
        },
        schema_overrides={"start": pl.Float64, "end": pl.Float64},
    )


def _marks_of(lane: Lane) -> Iterator[tuple[str, float, float]]:
    yield "follow-up", 0.0, lane.follow_up
    if lane.treated is not None:
        yield "treatment", 0.0, lane.treated
    for kind, when in lane.marks:
        yield _MARK_WORDS[kind], when, when
    yield _MARK_WORDS["death" if lane.died else "ongoing"], lane.follow_up, lane.follow_up


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


def _paint(figure: Canvas, lanes: Sequence[Lane], page: _Page) -> None:
    labels = [f"{shorten_label(lane.patient)}  {lane.best.label}" for lane in lanes]
    left = 0.35 + 0.062 * max(count_letters(label) for label in labels)
    axes = place_axes(figure, (left, 0.15, 0.45, 0.35))
    _paint_bars(axes, lanes, page.anchors)
    _paint_marks(axes, lanes)
    axes.set_yticks(range(len(lanes)), labels, fontsize=6.8)
    axes.set(ylim=(max(len(lanes), 4) - 0.4, -0.6), xlim=(0, 1.04 * max(page.longest, 1.0)))
    axes.set_xticks(range(0, int(page.longest + 0.5) + 1, _tick_step(page.longest)))
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"{page.unit.capitalize()} since the first treatment")
    axes.legend(
        handles=list(_handles(lanes)), loc="lower right", ncols=12, handlelength=1.2,
        columnspacing=1.1, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.4,
    )  # fmt: skip


def _tick_step(longest: float) -> int:
    steps = (1, 2, 3, 6, 12, 24, 60, 90, 120)  # months, weeks or days
    return next((step for step in steps if longest / step <= 14), 180)  # noqa: PLR2004


def _paint_bars(axes: Axes, lanes: Sequence[Lane], anchors: Mapping[str, str]) -> None:
    """Paint the follow-up thin, and the treatment upon it in the colour of the response."""
    links = [anchors.get(lane.patient) for lane in lanes]
    thin = [
        (lane.treated or 0.0, y - 0.13, lane.follow_up - (lane.treated or 0.0), 0.26)
        for y, lane in enumerate(lanes)
    ]
    paint_rectangles(axes, thin, links, facecolor=FAINT, linewidth=0)
    for response in dict.fromkeys(lane.best for lane in lanes):
        chosen = [(y, lane) for y, lane in enumerate(lanes) if lane.best == response]
        full = [(0.0, y - 0.38, lane.treated or 0.0, 0.76) for y, lane in chosen]
        some = [links[y] for y, _ in chosen]
        shade = SHADES[response]
        paint_rectangles(axes, full, some, facecolor=shade.fill, alpha=0.62, linewidth=0)


def _paint_marks(axes: Axes, lanes: Sequence[Lane]) -> None:
    points: dict[str, list[tuple[float, int]]] = {}
    for y, lane in enumerate(lanes):
        for kind, when in (*lane.marks, ("death" if lane.died else "ongoing", lane.follow_up)):
            points.setdefault(kind, []).append((when, y))
    for kind, some in points.items():
        x, y_of = zip(*some, strict=True)
        axes.plot(x, y_of, clip_on=False, zorder=4, **_MARKS[kind])


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
