"""The toxicity watch: unacceptable toxicities against patients treated, with the stopping rule.

A patient inside the window may still have such a toxicity, so the count is drawn as a range: from
what has happened to what it becomes if every open window ends with one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from trialwright.report.design.labels import width_in_points
from trialwright.report.drawing import place_axes
from trialwright.report.model import Figure
from trialwright.report.palette import GREY
from trialwright.report.safety.axes import (
    COOL,
    COOL_PALE,
    SMALL,
    WARM,
    WIDTH_INCHES,
    empty_figure,
    say_names,
    say_patients,
)
from trialwright.report.safety.names import line_boxes, mark_box, name_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.safety.toxicity import PatientToxicity

_KEY, _NUMBER = "toxicity-watch", "14.3.13"
_TITLE = "Unacceptable toxicity against the stopping rule"
_HEIGHT = 3.9
_MARGINS = (0.62, 0.15, 0.86, 0.5)
_MOST_BOUNDS, _MOST_BOUND_WORDS = 14, 8  # looks with room for a number, and for "9 of 20"
_LEAST_GAP = 12.0  # points between two looks that have room for a number
_MOST_NAMES = 12  # patients with an event, named at their steps
_STRIP = -0.2  # of the height of the axes: the row of patients below them
_MOST_PATIENTS = 90  # that have room for a mark each


def draw_toxicity(
    patients: Sequence[PatientToxicity],
    bounds: Sequence[tuple[int, int | None]],
    verdict: str = "",
) -> Figure:
    """Draw the count of unacceptable toxicities as the patients were treated, and the boundary.

    Parameters
    ----------
    patients : sequence of PatientToxicity
        The treated patients in the order of their first treatment; see
        ``safety.toxicity.unacceptable_toxicities``.
    bounds : sequence of (int, int or None)
        Patients at each look, ascending, and the number with toxicity from which enrolment stops;
        none: no number stops there. Empty: the study has no such rule.
    verdict : str
        What the rule says now, if anything.
    """
    if not patients:
        return empty_figure(_KEY, _NUMBER, _TITLE, "No patient was treated.")
    watch = _Standing.of(patients, bounds)
    return Figure(
        _KEY,
        _NUMBER,
        _TITLE,
        _caption(watch, verdict),
        _describe(watch),
        (WIDTH_INCHES, _HEIGHT),
        lambda figure: _paint(figure, watch),
        _tabulate(watch),
    )


def _tabulate(watch: _Standing) -> pl.DataFrame:
    """Return a row a treated patient, and a row a look that can stop enrolment."""
    import polars as pl

    rows: list[tuple[str, int, str | None, str | None, int | None, int | None, int | None]] = [
        ("patient", number, one.patient_id, one.state, low, high, None)
        for number, (one, low, high) in enumerate(
            zip(watch.patients, watch.low, watch.high, strict=True), 1
        )
    ]
    rows += [("look", look, None, None, None, None, least) for look, least in watch.bounds]
    schema = {
        "mark": pl.String,
        "patients_treated": pl.Int64,
        "patient_id": pl.String,
        "state": pl.String,
        "toxicities_seen": pl.Int64,
        "toxicities_at_most": pl.Int64,
        "stops_from": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


@dataclass(frozen=True, slots=True)
class _Standing:
    """Counts after each patient, and the looks that can stop enrolment."""

    patients: tuple[PatientToxicity, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    bounds: tuple[tuple[int, int], ...]  # patients at the look, count that stops
    most: int

    @classmethod
    def of(
        cls, patients: Sequence[PatientToxicity], bounds: Sequence[tuple[int, int | None]]
    ) -> _Standing:
        low = accumulate(int(one.had_toxicity) for one in patients)
        high = accumulate(int(one.had_toxicity or one.may_have_toxicity) for one in patients)
        stops = tuple((look, least) for look, least in bounds if least is not None)
        most = max(len(patients), *(look for look, _ in bounds), 1)
        return cls(tuple(patients), tuple(low), tuple(high), stops, most)

    @property
    def counts(self) -> Counter[str]:
        return Counter(one.state for one in self.patients)

    def next_bound(self) -> tuple[int, int] | None:
        return next((bound for bound in self.bounds if bound[0] >= len(self.patients)), None)


def _caption(watch: _Standing, verdict: str) -> str:
    counts, n = watch.counts, len(watch.patients)
    undecided = f", {counts['undecided']} undecided" if counts["undecided"] else ""
    stand = (
        f"{say_patients(n)} treated, in the order of their first treatment: {counts['event']} "
        f"with unacceptable toxicity, {counts['none']} followed through the window without, "
        f"{counts['inside window']} still inside it{undecided}."
    )
    words = [stand]
    if watch.high[-1] > watch.low[-1]:
        words.append(
            f"Shaded: from {watch.low[-1]} to {watch.high[-1]} of {n}, as none or all of those "
            "who are open turn out to have one."
        )
    if not watch.bounds:
        words.append("No boundary is drawn: the study has no rule that stops for toxicity.")
        return " ".join(words)
    words.append("Dots on the boundary: looks; at or above them enrolment stops.")
    bound = watch.next_bound()
    if bound is not None:
        words.append(f"Look at {say_patients(bound[0])}: stop with {bound[1]} or more.")
    if verdict:
        words.append(f"The rule says: {verdict}.")
    return " ".join(words)


def _describe(watch: _Standing) -> str:
    bounds = say_names(f"{least} of {look}" for look, least in watch.bounds)
    rule = f"Enrolment stops with {bounds}." if bounds else "No stopping rule."
    low, high = watch.low[-1], watch.high[-1]
    return (
        f"Unacceptable toxicity in {low} of {say_patients(len(watch.patients))} treated; "
        f"{high - low} may still turn out to have it, so {low} to {high}. {rule}"
    )


def _paint(figure: Canvas, watch: _Standing) -> None:
    from matplotlib.ticker import MaxNLocator

    axes = place_axes(figure, _MARGINS)
    highest = max([watch.high[-1], *(least for _, least in watch.bounds), 1])
    axes.set(xlim=(0, watch.most * 1.02 + 0.3), ylim=(0, highest * 1.12 + 0.6))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, nbins=10))
    axes.set_ylabel("Patients with unacceptable toxicity")
    axes.set_xlabel("Patients treated", labelpad=25)
    _paint_bounds(axes, watch)
    _paint_path(axes, watch)
    _paint_strip(axes, watch)
    _name_events(axes, watch)
    axes.legend(
        handles=_handles(watch), loc="lower left", bbox_to_anchor=(0.0, 1.01), ncols=3,
        borderaxespad=0, handlelength=1.8, columnspacing=1.2,
    )  # fmt: skip


def _paint_bounds(axes: Axes, watch: _Standing) -> None:
    if not watch.bounds:
        return
    looks, least = zip(*watch.bounds, strict=True)
    top = axes.get_ylim()[1]
    axes.fill_between(
        looks, least, top, step="post", color=WARM, alpha=0.1, linewidth=0, zorder=0.5
    )
    axes.step(looks, least, where="post", color=WARM, linewidth=1.2, zorder=2)
    axes.plot(looks, least, "o", color=WARM, markersize=4, zorder=2.5)
    gap = min((after - look for look, after in pairwise((0, *looks))), default=1)
    if len(looks) <= _MOST_BOUNDS and width_in_points(axes, gap) >= _LEAST_GAP:
        for look, bound in watch.bounds:
            axes.annotate(
                f"{bound} of {look}" if len(looks) <= _MOST_BOUND_WORDS else str(bound),
                (look, bound), xytext=(-3, 4), textcoords="offset points", ha="right",
                fontsize=SMALL, color=WARM,
            )  # fmt: skip


def _paint_path(axes: Axes, watch: _Standing) -> None:
    n = len(watch.patients)
    x, low, high = range(n + 1), (0, *watch.low), (0, *watch.high)
    axes.fill_between(x, low, high, step="post", color=COOL_PALE, linewidth=0, zorder=1)
    axes.step(x, high, where="post", color=COOL, linewidth=1.0, linestyle=(0, (2, 1.5)), zorder=3)
    axes.step(x, low, where="post", color=COOL, linewidth=1.7, zorder=3)
    if watch.high[-1] > watch.low[-1]:
        ends = [watch.low[-1], watch.high[-1]]
        axes.plot([n, n], ends, "_-", color=COOL, linewidth=1.0, markersize=7, zorder=3)
    axes.plot(n, watch.low[-1], "o", color=COOL, markersize=5, zorder=4)


_STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "event": ("toxicity", {"marker": "X", "color": WARM, "markersize": 4.6}),
    "none": ("window passed without", {"marker": "o", "color": GREY, "markersize": 3}),
    "inside window": (
        "inside the window",
        {"marker": "o", "markerfacecolor": "white", "markeredgecolor": COOL, "markersize": 4},
    ),
    "undecided": (
        "undecided",
        {"marker": "s", "markerfacecolor": "white", "markeredgecolor": WARM, "markersize": 3.8},
    ),
}


def _paint_strip(axes: Axes, watch: _Standing) -> None:
    """Draw a mark for each patient below the axis."""
    if len(watch.patients) > _MOST_PATIENTS:
        return
    place = axes.get_xaxis_transform()
    for number, one in enumerate(watch.patients, 1):
        axes.plot(
            number, _STRIP * 0.72, clip_on=False, transform=place, linestyle="",
            **_STATES[one.state][1],
        )  # fmt: skip


def _name_events(axes: Axes, watch: _Standing) -> None:
    """Name each patient with unacceptable toxicity at the step that it makes, if they are few."""
    steps = [
        (one.patient_id, (float(number), float(count)))
        for number, (one, count) in enumerate(zip(watch.patients, watch.low, strict=True), 1)
        if one.had_toxicity
    ]
    if len(steps) > _MOST_NAMES:
        return
    taken = [mark_box(axes, (float(x), float(y))) for x, y in watch.bounds]
    for counts in (watch.low, watch.high):
        for number, (before, after) in enumerate(pairwise((0, *counts))):
            taken += line_boxes(axes, (number, before), (number + 1, before))
            taken += line_boxes(axes, (number + 1, before), (number + 1, after))
    name_points(axes, steps, taken)


def _handles(watch: _Standing) -> list[Any]:
    from matplotlib.lines import Line2D

    states = watch.counts
    handles = [Line2D([], [], color=COOL, linewidth=1.7, label="seen so far")]
    if watch.high[-1] > watch.low[-1]:
        words = "if all who are open have one"
        handles.append(Line2D([], [], color=COOL, linestyle=(0, (2, 1.5)), label=words))
    if watch.bounds:
        words = "enrolment stops"
        handles.append(Line2D([], [], color=WARM, marker="o", markersize=4, label=words))
    for state, (words, style) in _STATES.items():
        if states[state] and len(watch.patients) <= _MOST_PATIENTS:
            handles.append(
                Line2D([], [], linestyle="", label=f"{words} ({states[state]})", **style)
            )
    return handles
