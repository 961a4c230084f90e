"""Time to onset: for each group of events, when it first came, and in what share of patients.

A row a group: each patient's first onset is a mark on the line of the group, with a tick at their
median; above the line rises the cumulative incidence. The marks alone would mislead, because they
are only the patients who had the event; the curve counts everybody treated.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from trialwright.report.drawing import place_axes, wrap_words
from trialwright.report.model import Figure
from trialwright.report.palette import FAINT, GREY, INK
from trialwright.report.safety.axes import (
    COOL,
    COOL_PALE,
    SMALL,
    WARM,
    WIDTH_INCHES,
    empty_figure,
    place_of_day,
    say_patients,
    set_study_days,
    write_lines,
)
from trialwright.safety.event_counts import SEVERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.report.safety.onset_groups import Onset, OnsetGroup

_KEY, _NUMBER, _TITLE = "onset", "14.3.5", "Time to the first event of special interest"
_LEFT, _RIGHT, _BELOW, _ABOVE = 1.72, 1.62, 0.46, 0.5
_CURVE, _STRIP = 0.34, 0.24  # of a row, in inches: above its line, and below
_DOT_POINTS, _DOT = 4.2, 0.062  # size of a mark, and between two of one day, in inches
_LETTERS, _MOST_LINES, _LINE = 27, 3, 0.125
_PERCENT_STEPS = (10, 20, 25, 50, 100)


def draw_onsets(groups: Sequence[OnsetGroup], treated: int) -> Figure:
    """Draw a row for each group with an event, in the order given; the others are named.

    Parameters
    ----------
    groups : sequence of OnsetGroup
        From `gather_onsets`.
    treated : int
        Patients treated.

    Raises
    ------
    ValueError
        If a group has more patients than were treated.
    """
    for group in groups:
        if group.patients > treated:
            msg = f"{group.name}: {say_patients(group.patients)} with an event, {treated} treated"
            raise ValueError(msg)
    if not any(group.onsets for group in groups):
        return empty_figure(_KEY, _NUMBER, _TITLE, _say_nothing(groups, treated))
    page = _Page.of(groups, treated)
    return Figure(
        _KEY,
        _NUMBER,
        _TITLE,
        _caption(page),
        _describe(page),
        (WIDTH_INCHES, page.height),
        lambda figure: _paint(figure, page),
        _tabulate(page),
    )


def _tabulate(page: _Page) -> pl.DataFrame:
    """Return a row a mark: the first onset of a patient, and each step of the incidence."""
    import polars as pl

    rows: list[tuple[str, str, str | None, float, bool | None, float | None]] = []
    for group in page.groups:
        rows += [
            (group.name, "first onset", one.patient, float(one.day), one.severe, None)
            for one in group.onsets
        ]
        rows += [
            (group.name, "cumulative incidence", None, day, None, share)
            for day, share in group.incidence
        ]
    schema = {
        "group": pl.String,
        "mark": pl.String,
        "patient_id": pl.String,
        "study_day": pl.Float64,
        "severe": pl.Boolean,
        "share": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _say_nothing(groups: Sequence[OnsetGroup], treated: int) -> str:
    undated = sum(group.undated for group in groups)
    if undated:
        return "No event of special interest has a known day of onset."
    return f"No event of special interest in {say_patients(treated)} treated."


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows: heights in inches, and the share at the top of each."""

    groups: tuple[OnsetGroup, ...]
    empty: tuple[str, ...]  # names of the groups without a patient
    treated: int
    curve: float  # height above the line of a row
    top_percent: int

    @classmethod
    def of(cls, groups: Sequence[OnsetGroup], treated: int) -> _Page:
        shares = [share for group in groups for _, share in group.incidence]
        highest = 100 * max(shares, default=0.0)
        top = next(step for step in _PERCENT_STEPS if step >= min(highest, 100))
        drawn = tuple(group for group in groups if group.patients)
        empty = tuple(group.name for group in groups if not group.patients)
        return cls(drawn, empty, treated, _CURVE if shares else 0.1, top)

    @property
    def row(self) -> float:
        return self.curve + _STRIP

    @property
    def height(self) -> float:
        return self.row * len(self.groups) + _BELOW + _ABOVE

    def base(self, number: int) -> float:
        """Return the line of a row, in inches from the top of the axes."""
        return number * self.row + self.curve


def _caption(page: _Page) -> str:
    marks = (
        "A mark: the first onset of a patient; the tall tick: their median, of those with the "
        "event on a known day only."
    )
    words = [marks]
    if any(group.incidence for group in page.groups):
        words.append(
            f"Shaded: cumulative incidence in the {say_patients(page.treated)} treated; a row is "
            f"{page.top_percent} % high. A mark without a step came after an end that competes "
            "with the event, such as that of treatment. The axis ends with the last onset."
        )
    if page.empty:
        words.append(f"Without an event: {', '.join(page.empty)}.")
    undated = [f"{one.name} ({one.undated})" for one in page.groups if one.undated]
    if undated:
        words.append(f"Patients with an event on an unknown day, not drawn: {', '.join(undated)}.")
    cut = [group.name for group in page.groups if _wrap(group.name)[-1].endswith("…")]
    return " ".join([*words, *([f"In full: {'; '.join(cut)}."] if cut else [])])


def _describe(page: _Page) -> str:
    rows = "; ".join(
        f"{group.name}: {say_patients(group.patients)}{_say_median(group)}" for group in page.groups
    )
    none = f" No event: {', '.join(page.empty)}." if page.empty else ""
    return f"First onsets of events of special interest in {page.treated} treated. {rows}.{none}"


def _say_median(group: OnsetGroup) -> str:
    return f", median day {_show_median(group)}" if group.onsets else ""


def _median_place(group: OnsetGroup) -> float:
    return float(median(place_of_day(one.day) for one in group.onsets))


def _show_median(group: OnsetGroup) -> str:
    place = _median_place(group)
    return f"{place if place > 0 else place - 1:g}".replace("-", "−")


def _show_days(group: OnsetGroup) -> str:
    """Write median and range: ``12 (2–62)``; of one patient the day alone."""
    if not group.onsets:
        return "–"
    first, last = (str(day).replace("-", "−") for day in _range(group))
    return (
        _show_median(group) if len(group.onsets) == 1 else f"{_show_median(group)} ({first}–{last})"
    )


def _range(group: OnsetGroup) -> tuple[int, int]:
    days = [one.day for one in group.onsets]
    return min(days), max(days)


def _wrap(name: str) -> tuple[str, ...]:
    return wrap_words(name, _LETTERS, _MOST_LINES)


def _paint(figure: Canvas, page: _Page) -> None:
    axes = place_axes(figure, (_LEFT, _RIGHT, _BELOW, _ABOVE))
    places = [place_of_day(one.day) for group in page.groups for one in group.onsets]
    set_study_days(axes, min(places), max(places))
    axes.set_ylim(page.row * len(page.groups), 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    for number, group in enumerate(page.groups):
        _paint_row(axes, page, number, group)
    _write_heads(axes)
    axes.legend(
        handles=_handles(page), loc="lower left", bbox_to_anchor=(0, 1), ncols=3,
        borderaxespad=0.2, handlelength=1.2, columnspacing=1.0,
    )  # fmt: skip


def _paint_row(axes: Axes, page: _Page, number: int, group: OnsetGroup) -> None:
    base = page.base(number)
    axes.axhline(base, color=FAINT, linewidth=0.8, zorder=1)
    if any(share > 0 for _, share in group.incidence):
        days, shares = zip((1.0, 0.0), *group.incidence, strict=True)
        heights = [base - page.curve * 0.94 * 100 * share / page.top_percent for share in shares]
        axes.fill_between(days, base, heights, step="post", color=COOL_PALE, linewidth=0, zorder=2)
        axes.step(days, heights, where="post", color=COOL, linewidth=1.0, zorder=2.2)
    if group.onsets:
        middle = _median_place(group)
        axes.vlines(middle, base - 0.04, base + _STRIP - 0.04, color=INK, linewidth=1.3, zorder=2.5)
        _paint_onsets(axes, base, group.onsets)
    _write_row(axes, page, base, group)


def _paint_onsets(axes: Axes, base: float, onsets: Iterable[Onset]) -> None:
    """Put the marks below the line; those that would touch stand below one another."""
    width = axes.bbox.width / axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    first, last = axes.get_xlim()
    days_per_mark = (last - first) * _DOT_POINTS / 72 / width
    rows = _stack([(place_of_day(one.day), one.severe) for one in onsets], days_per_mark)
    step = min(_DOT, (_STRIP - 0.08) / max(len(rows) - 1, 1))
    for severe, look in _MARKS.items():
        points = [
            (place, base + 0.045 + step * number)
            for number, row in enumerate(rows)
            for place, is_severe in row
            if is_severe == severe
        ]
        axes.plot([x for x, _ in points], [y for _, y in points], zorder=3, **look)


def _stack(marks: list[tuple[int, bool]], width: float) -> list[list[tuple[int, bool]]]:
    """Put each mark, from the left, into the first row in which it touches no other."""
    rows: list[list[tuple[int, bool]]] = []
    for mark in sorted(marks, key=lambda mark: (mark[0], not mark[1])):
        free = next((row for row in rows if mark[0] - row[-1][0] >= width), None)
        if free is None:
            rows.append([mark])
        else:
            free.append(mark)
    return rows


_MARKS: dict[bool, dict[str, Any]] = {
    True: {"marker": "D", "color": WARM, "markersize": _DOT_POINTS - 0.6, "linestyle": ""},
    False: {"marker": "o", "color": COOL, "markerfacecolor": "white", "markersize": _DOT_POINTS,
            "markeredgewidth": 0.9, "linestyle": ""},
}  # fmt: skip


def _write_row(axes: Axes, page: _Page, base: float, group: OnsetGroup) -> None:
    place = axes.get_yaxis_transform()
    write_lines(axes, (-0.02, base), _wrap(group.name), _LINE, transform=place, ha="right")
    share = f" ({100 * group.patients / page.treated:.0f})"
    cells = (f"{group.patients}{share}", _show_days(group))
    for x, words in zip(_columns(), cells, strict=True):
        write_lines(axes, (x, base), (words,), _LINE, transform=place, ha="center")


def _columns() -> tuple[float, float]:
    """Return where the two columns stand, in widths of the axes."""
    width = WIDTH_INCHES - _LEFT - _RIGHT
    return 1 + 0.42 / width, 1 + 1.14 / width


def _write_heads(axes: Axes) -> None:
    place = axes.get_yaxis_transform()
    for x, words in zip(
        _columns(), (("patients", "n (%)"), ("median day", "(range)")), strict=True
    ):
        write_lines(axes, (x, -0.2), words, _LINE, transform=place, ha="center", fontsize=SMALL,
                    color=GREY)  # fmt: skip


def _handles(page: _Page) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    there = {one.severe for group in page.groups for one in group.onsets}
    handles: list[Any] = []
    if any(group.incidence for group in page.groups):
        handles.append(Patch(color=COOL_PALE, label="cumulative incidence"))
    for severe, words in ((False, "first onset"), (True, f"worst grade ≥ {SEVERE}")):
        if severe in there:
            handles.append(Line2D([], [], label=words, **_MARKS[severe]))
    return handles
