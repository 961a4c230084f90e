"""The butterfly: how many patients had each adverse event, in two wings.

In a trial of one arm the two sides are not two arms but two questions, by default what an event is
attributed to: to a drug on the left, to the ablation on the right. A patient counts once for each
term and wing, at the worst grade; who has a term in both wings stands in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

from trialwright.report.drawing import wrap_words
from trialwright.report.model import Figure
from trialwright.report.palette import FAINT, GREY, INK
from trialwright.report.safety.axes import (
    COOL,
    COOL_PALE,
    SMALL,
    WARM,
    WARM_PALE,
    WIDTH_INCHES,
    empty_figure,
    say_names,
    say_patients,
    write_lines,
)
from trialwright.report.safety.wings import order_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.report.safety.wings import Wing

_KEY, _NUMBER, _TITLE = "butterfly", "14.3.2", "Adverse events by term"
_MOST_INCHES = 10.0  # of rows: more do not fit a printed page
# Places from the left edge, in inches: two columns of numbers, a wing, the terms, and back.
_COLUMN, _WING, _MIDDLE = 0.58, 1.5, WIDTH_INCHES / 2
_HALF_TERM = _MIDDLE - 0.05 - 2 * _COLUMN - _WING
_HEAD, _TITLE_LINE, _FOOT = 0.52, 0.16, 0.34
_ROW, _LINE = 0.205, 0.12  # a term of one line, and each further one
_LETTERS, _MOST_LINES = 29, 3
_MOST_IN_FULL = 10  # cut terms that the caption writes out
_BAR = 0.145
_TITLE_LETTERS, _TITLE_LINES = 44, 2
_STEPS = (2, 5, 10, 20, 25)


def draw_butterfly(left: Wing, right: Wing, treated: int, *, at_least: int = 1) -> Figure:
    """Draw the terms that at least so many patients have, the most frequent first.

    Parameters
    ----------
    left, right : Wing
        The two sides.
    treated : int
        Patients treated: the whole of every share.
    at_least : int
        Patients, of either wing, from which a term is drawn; the others are named below.

    Raises
    ------
    ValueError
        If more patients have events than were treated.
    """
    everyone = len(left.everyone | right.everyone)
    if everyone > treated:
        msg = f"{say_patients(everyone)} with events, but {treated} treated"
        raise ValueError(msg)
    frequency = order_terms(left, right)
    common = [term for term, count in frequency.items() if count >= at_least]
    if not common:
        words = _say_nothing(frequency, treated, at_least)
        return empty_figure(_KEY, _NUMBER, _TITLE, words)
    page = _Page.of(_fitting(common), (left, right), treated)
    caption = _caption(page, frequency, at_least)
    rest = len(common) - len(page.terms)
    if rest:
        caption += (
            f" The {len(page.terms)} most frequent terms; for want of room not drawn: {rest}."
        )
    return Figure(
        _KEY,
        _NUMBER,
        _TITLE,
        caption,
        _describe(page, frequency),
        (WIDTH_INCHES, page.height),
        lambda figure: _paint(figure, page),
        _tabulate(page),
    )


def _fitting(terms: Sequence[str]) -> Sequence[str]:
    """Return the first terms, as many as a printed page has room for."""
    heights = (_ROW + _LINE * (len(wrap_words(term, _LETTERS, _MOST_LINES)) - 1) for term in terms)
    room = sum(height <= _MOST_INCHES for height in accumulate(heights))
    return terms[: max(room, 1)]


def _tabulate(page: _Page) -> pl.DataFrame:
    """Return a row a bar: a term, a side and a grade, with its patients."""
    import polars as pl

    rows = []
    for term in page.terms:
        for wing in page.wings:
            for grade, found in (("any", wing.patients), (f">={wing.severe_from}", wing.severe)):
                if found is not None:
                    some = sorted(found.get(term, ()))
                    share = 100 * len(some) / page.treated
                    rows.append((term, wing.title, grade, len(some), share, " ".join(some)))
    columns = ("term", "side", "grade", "patients", "percent_of_treated", "patient_ids")
    return pl.DataFrame(rows, schema=columns, orient="row")


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows of the drawing: each term in lines, and the middle of its row from the top."""

    terms: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    middles: tuple[float, ...]
    head: float
    bottom: float
    wings: tuple[Wing, Wing]
    treated: int
    top_share: int
    step: int

    @classmethod
    def of(cls, terms: Sequence[str], wings: tuple[Wing, Wing], treated: int) -> _Page:
        lines = [wrap_words(term, _LETTERS, _MOST_LINES) for term in terms]
        titles = [len(wrap_words(wing.title, _TITLE_LETTERS, _TITLE_LINES)) for wing in wings]
        head = y = _HEAD + _TITLE_LINE * max(titles)
        middles = []
        for one in lines:
            height = _ROW + _LINE * (len(one) - 1)
            middles.append(y + height / 2)
            y += height
        highest = max(len(wing.patients.get(term, ())) for wing in wings for term in terms)
        top, step = _scale(100 * highest / treated)
        return cls(tuple(terms), tuple(lines), tuple(middles), head, y, wings, treated, top, step)

    @property
    def height(self) -> float:
        return self.bottom + _FOOT


def _scale(highest: float) -> tuple[int, int]:
    """Return the end of the axes and the step of their ticks, in per cent."""
    step = next((step for step in _STEPS if highest / step <= 4), _STEPS[-1])  # noqa: PLR2004
    return min(100, step * max(1, ceil(highest / step))), step


def _say_nothing(frequency: Mapping[str, int], treated: int, at_least: int) -> str:
    if frequency:
        return f"No term in at least {say_patients(at_least)}. {_say_rest(frequency, at_least)}"
    if treated:
        return f"No adverse event in the {say_patients(treated)} treated."
    return "No patient was treated."


def _say_rest(frequency: Mapping[str, int], at_least: int) -> str:
    rest = [f"{term} ({count})" for term, count in frequency.items() if count < at_least]
    if not rest:
        return ""
    return f"Not drawn, fewer than {say_patients(at_least)} each: {say_names(rest)}."


def _caption(page: _Page, frequency: Mapping[str, int], at_least: int) -> str:
    counted = (
        f"Share of the {say_patients(page.treated)} treated, each counted once a term and side at "
        "the worst grade; terms by the number of patients of either side. Who has a term on both "
        "sides stands on both."
    )
    split = [wing.severe_from for wing in page.wings if wing.severe is not None]
    dark = f"Dark: grade {split[0]} or higher; pale: any grade." if split else ""
    words = [dark, counted]
    for wing in page.wings:
        if wing.ungraded:
            words.append(f"{wing.title}: {wing.ungraded} without a grade, counted at any grade.")
        if wing.nameless:
            words.append(f"{wing.title}: {wing.nameless} without a patient, not counted.")
    titles = {
        wing.title: wrap_words(wing.title, _TITLE_LETTERS, _TITLE_LINES) for wing in page.wings
    }
    shown = titles | dict(zip(page.terms, page.lines, strict=True))
    cut = [whole for whole, lines in shown.items() if _is_cut(whole, lines)]
    if len(cut) > _MOST_IN_FULL:
        words.append(f"Terms that end in … ({len(cut)}) stand in full in table {_NUMBER}.")
    elif cut:
        words.append(f"In full: {'; '.join(cut)}.")
    return " ".join(filter(None, [*words, _say_rest(frequency, at_least)]))


def _is_cut(term: str, lines: Sequence[str]) -> bool:
    return lines[-1].endswith("…") and not term.endswith("…")


def _describe(page: _Page, frequency: Mapping[str, int]) -> str:
    first = ", ".join(f"{term} {frequency[term]}" for term in page.terms[:5])
    sides = "; ".join(
        f"{side}, {wing.title}: {len(wing.everyone)}"
        for side, wing in zip(("left", "right"), page.wings, strict=True)
    )
    return (
        f"Butterfly plot of {len(page.terms)} terms of adverse events in {page.treated} patients "
        f"treated. Patients with any: {sides}. Most frequent, patients of either side: {first}."
    )


def _paint(figure: Canvas, page: _Page) -> None:
    axes = figure.add_axes((0, 0, 1, 1))  # in inches from the upper left corner
    axes.set(xlim=(0, WIDTH_INCHES), ylim=(page.height, 0))
    axes.set_axis_off()
    for lines, y in zip(page.lines, page.middles, strict=True):
        write_lines(axes, (_MIDDLE, y), lines, _LINE, ha="center")
    colours = ((COOL_PALE, COOL), (WARM_PALE, WARM))
    for direction, wing, shades in zip((-1, 1), page.wings, colours, strict=True):
        side = _Side(axes, page, wing, direction)
        side.paint_scale()
        side.paint_bars(shades)
        side.write_head(shades)
        side.write_numbers()


@dataclass(frozen=True, slots=True)
class _Side:
    """One wing on the page; the direction is −1 to the left and 1 to the right."""

    axes: Axes
    page: _Page
    wing: Wing
    direction: int

    def x(self, inches: float) -> float:
        """Return the place so many inches from the root of the wing towards its tip."""
        return _MIDDLE + self.direction * (_HALF_TERM + inches)

    def length(self, count: int) -> float:
        return _WING * 100 * count / self.page.treated / self.page.top_share

    def paint_scale(self) -> None:
        top, bottom = self.page.head - 0.02, self.page.bottom + 0.02
        for percent in range(0, self.page.top_share + 1, self.page.step):
            x = self.x(_WING * percent / self.page.top_share)
            self.axes.plot([x, x], [top, bottom], color=FAINT, linewidth=0.5, zorder=0)
            unit = " %" if percent == 0 else ""
            self.axes.text(
                x, bottom + 0.05, f"{percent}{unit}", ha="center", va="top", fontsize=SMALL,
                color=GREY,
            )  # fmt: skip
        x = self.x(0)
        self.axes.plot([x, x], [top, bottom], color=GREY, linewidth=0.8, zorder=3)

    def paint_bars(self, shades: tuple[str, str]) -> None:
        kinds = ((self.wing.patients, shades[0], _BAR), (self.wing.severe, shades[1], _BAR * 0.62))
        for found, colour, height in kinds:
            lengths = [self.length(len((found or {}).get(term, ()))) for term in self.page.terms]
            self.axes.barh(
                self.page.middles, [self.direction * length for length in lengths],
                left=self.x(0), height=height, color=colour, linewidth=0, zorder=2,
            )  # fmt: skip

    def write_head(self, shades: tuple[str, str]) -> None:
        title = wrap_words(self.wing.title, _TITLE_LETTERS, _TITLE_LINES)
        outer = self.x(_WING + 2 * _COLUMN)
        write_lines(
            self.axes, (outer, 0.06 + _TITLE_LINE * len(title) / 2), title, _TITLE_LINE,
            ha="left" if self.direction < 0 else "right", fontsize=9, fontweight="bold",
            color=shades[1],
        )  # fmt: skip
        some = say_patients(len(self.wing.everyone))
        self.axes.text(
            self.x(0), self.page.head - 0.06, f"{some} with any", va="bottom",
            ha="left" if self.direction > 0 else "right", fontsize=SMALL, color=GREY,
        )  # fmt: skip
        for number, (words, shade) in enumerate(zip(self._columns(), shades, strict=False)):
            x = self.x(_WING + _COLUMN * (number + 0.55))
            self.axes.barh(self.page.head - 0.36, 0.34, left=x - 0.17, height=0.07, color=shade)
            write_lines(
                self.axes, (x, self.page.head - 0.17), (words, "n (%)"), _LINE, ha="center",
                fontsize=SMALL, color=GREY,
            )  # fmt: skip

    def write_numbers(self) -> None:
        found = (self.wing.patients, self.wing.severe)[: len(self._columns())]
        for number, patients in enumerate(found):
            x = self.x(_WING + _COLUMN * (number + 0.55))
            for term, y in zip(self.page.terms, self.page.middles, strict=True):
                count = len((patients or {}).get(term, ()))
                write_lines(
                    self.axes, (x, y), (_show(count, self.page.treated),), _LINE, ha="center",
                    color=INK if count else GREY,
                )  # fmt: skip

    def _columns(self) -> tuple[str, ...]:
        severe = (f"grade ≥ {self.wing.severe_from}",) if self.wing.severe is not None else ()
        return ("any grade" if severe else "patients", *severe)


def _show(count: int, treated: int) -> str:
    if not count:
        return "–"
    percent = 100 * count / treated
    return f"{count} (<1)" if percent < 1 else f"{count} ({percent:.0f})"
