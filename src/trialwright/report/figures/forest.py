"""The forest: the response rate of each subgroup with its interval, beside that of all patients.

Subgroups are looked at, not tested: the plot says where the rate is uncertain, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.drawing import WIDTH_INCHES, count_letters, place_axes, shorten_label
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import show_limits, show_percent
from trialwright.report.model import Figure
from trialwright.report.palette import CURVE, GREY, INK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.analysis import Analysis
    from trialwright.analysis.subgroups import Subgroup
    from trialwright.stats import Proportion

_KEY, _NUMBER = "forest", "14.2.5"
_TITLE = "Forest: objective response by subgroup"
_ROW_INCHES = 0.19
_LEFT, _RIGHT, _BELOW, _ABOVE = 3.55, 1.75, 0.48, 0.34
_MOST_ROWS = 58  # that fit a printed page
_LETTERS = 38
_LEAST_MARK, _MOST_MARK = 2.5, 8.0  # points, of nobody and of all patients


@dataclass(frozen=True, slots=True)
class _Row:
    """A head (no estimate), or a level with its rate."""

    label: str
    subgroup: str = ""
    patients: int = 0
    estimate: Proportion | None = None
    is_head: bool = False


def draw_forest(analysis: Analysis, subgroups: Sequence[Subgroup]) -> tuple[Figure, ...]:
    """Draw the response rates of subgroups, in several figures where there are many.

    Parameters
    ----------
    analysis : Analysis
        Its response rate is the line through the plot.
    subgroups : sequence of Subgroup
        From ``analysis.subgroups.subgroups_of``.
    """
    everybody, among = analysis.proportion("ORR"), efficacy_population(analysis)
    rows = list(_rows(subgroups))
    if everybody is None or not rows:
        words = "No subgroup of the response rate can be shown."
        words = " ".join([words, *_absent(subgroups)])
        return (Figure(_KEY, _NUMBER, _TITLE, words, words, population=among),)
    parts = list(_split(rows))
    return tuple(
        Figure(
            _KEY if len(parts) == 1 else f"{_KEY}-{number}",
            _NUMBER,
            _TITLE if len(parts) == 1 else f"{_TITLE} ({number} of {len(parts)})",
            _caption(everybody.estimate, subgroups, part),
            _describe(part, everybody.estimate),
            (WIDTH_INCHES, _ROW_INCHES * (len(part) + 1) + _BELOW + _ABOVE),
            _painter(part, everybody.estimate),
            _tabulate(part, everybody.estimate),
            among,
        )
        for number, part in enumerate(parts, 1)
    )


def _rows(subgroups: Sequence[Subgroup]) -> Iterator[_Row]:
    for subgroup in subgroups:
        if subgroup.levels:
            yield _Row(subgroup.title, is_head=True)
        for level in subgroup.levels:
            yield _Row(level.label, subgroup.title, len(level.patients), level.estimate)


def _split(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Cut the rows into pages, before a head where one is near."""
    size = -(-len(rows) // -(-len(rows) // _MOST_ROWS))
    begin = 0
    while begin < len(rows):
        end = min(begin + size, len(rows))
        if end < len(rows):
            heads = [at for at in range(begin + 1, end + 1) if rows[at].is_head]
            end = heads[-1] if heads else end
        yield list(rows[begin:end])
        begin = end


def _absent(subgroups: Sequence[Subgroup]) -> list[str]:
    return [f"{one.title}: {one.not_shown}." for one in subgroups if one.not_shown]


def _caption(everybody: Proportion, subgroups: Sequence[Subgroup], part: Sequence[_Row]) -> str:
    shown = {row.label for row in part if row.is_head}
    words = [
        (
            f"Squares: objective response rate of the level, the larger the more patients; lines: "
            f"{100 * everybody.level:g} % interval ({everybody.method}). Dashed: all "
            f"{everybody.n} patients. Intervals take no account of how many subgroups there are, "
            "and no difference is tested."
        ),
        *(f"{one.title}: {one.note}" for one in subgroups if one.note and one.title in shown),
    ]
    if any(_is_cut(row.label) for row in part):
        words.append("Labels that end in … stand in full in the data behind the figure.")
    absent = _absent(subgroups)
    return " ".join([*words, *(["Not drawn:", *absent] if absent else [])])


def _describe(rows: Sequence[_Row], everybody: Proportion) -> str:
    said = "; ".join(
        f"{row.subgroup}, {row.label}: {_numbers(row.estimate)}"
        for row in rows
        if row.estimate is not None
    )
    return (
        f"Forest plot of the objective response rate. All patients: {_numbers(everybody)}. {said}."
    )


def _numbers(estimate: Proportion | None) -> str:
    if estimate is None:
        return "0 patients"
    share = show_percent(estimate.value)
    return (
        f"{estimate.successes}/{estimate.n}, {share} ({show_limits(estimate.low, estimate.high)})"
    )


def _tabulate(rows: Sequence[_Row], everybody: Proportion) -> pl.DataFrame:
    import polars as pl

    marks = [("all patients", "", everybody), *((row.subgroup, row.label, row.estimate)
             for row in rows if not row.is_head)]  # fmt: skip
    return pl.DataFrame(
        {
            "subgroup": [subgroup for subgroup, *_ in marks],
            "level": [level for _, level, _ in marks],
            "patients": [one.n if one else 0 for *_, one in marks],
            "responders": [one.successes if one else 0 for *_, one in marks],
            "percent": [100 * one.value if one else None for *_, one in marks],
            "lower_limit": [100 * one.low if one else None for *_, one in marks],
            "upper_limit": [100 * one.high if one else None for *_, one in marks],
            "method": [one.method if one else None for *_, one in marks],
        },
        schema_overrides=dict.fromkeys(("percent", "lower_limit", "upper_limit"), pl.Float64),
    )


def _painter(rows: Sequence[_Row], everybody: Proportion) -> Callable[[Canvas], None]:
    return lambda figure: _paint(figure, rows, everybody)


def _paint(figure: Canvas, rows: Sequence[_Row], everybody: Proportion) -> None:
    axes = place_axes(figure, (_LEFT, _RIGHT, _BELOW, _ABOVE))
    shown = [_Row("All patients", "", everybody.n, everybody), *rows]
    axes.set(xlim=(0, 100), ylim=(len(shown) - 0.5, -0.5))
    axes.set_xticks(range(0, 101, 20))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.axvline(100 * everybody.value, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    axes.set_xlabel("Objective response rate, %")
    _paint_rates(axes, shown, everybody.n)
    _write_rows(axes, shown)


def _paint_rates(axes: Axes, rows: Sequence[_Row], everybody: int) -> None:
    drawn = [(y, row.estimate) for y, row in enumerate(rows) if row.estimate is not None]
    axes.hlines(
        [y for y, _ in drawn],
        [100 * one.low for _, one in drawn],
        [100 * one.high for _, one in drawn],
        color=CURVE,
        linewidth=1.1,
        zorder=2,
    )
    for y, one in drawn:
        size = _LEAST_MARK + (_MOST_MARK - _LEAST_MARK) * (one.n / everybody) ** 0.5
        marker = "D" if y == 0 else "s"
        axes.plot(
            100 * one.value, y, marker, color=CURVE, markersize=size * (0.8 if y == 0 else 1.0),
            clip_on=False, zorder=3,
        )  # fmt: skip


def _write_rows(axes: Axes, rows: Sequence[_Row]) -> None:
    place = axes.get_yaxis_transform()
    inch = 1 / (WIDTH_INCHES - _LEFT - _RIGHT)  # of the width of the axes

    def write(x_inches: float, y: float, words: str, **style: object) -> None:
        axes.text(x_inches * inch, y, words, transform=place, va="center", **style)  # type: ignore[arg-type]

    right = WIDTH_INCHES - _LEFT - _RIGHT + _RIGHT - 0.08
    write(-0.5, -1.0, "responders / patients", ha="right", fontsize=7, color=GREY)
    write(right, -1.0, "% (interval)", ha="right", fontsize=7, color=GREY)
    for y, row in enumerate(rows):
        bold = row.is_head or y == 0
        write(
            -_LEFT + (0.1 if bold else 0.28), y, shorten_label(row.label, _LETTERS), ha="left",
            fontweight="bold" if bold else "normal", color=INK,
        )  # fmt: skip
        if row.is_head:
            continue
        if row.estimate is None:
            write(-0.22, y, "0 / 0", ha="right", color=GREY)
            continue
        one = row.estimate
        write(-0.22, y, f"{one.successes} / {one.n}", ha="right", color=INK)
        limits = show_limits(one.low, one.high).removesuffix(" %")
        write(right, y, f"{100 * one.value:.1f} ({limits})", ha="right", color=INK)


def _is_cut(label: str) -> bool:
    return count_letters(label) > _LETTERS
