"""The flow of patients as a figure: a box for each step, beside it who goes no further and why.

After the diagram of CONSORT 2025, for one arm. Every box is as high as its words need, and the
figure as high as its boxes: no reason is cut, however long it is or however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from trialwright.analysis.disposition import follow_disposition
from trialwright.report.drawing import WIDTH_INCHES
from trialwright.report.figures.population import screened_population
from trialwright.report.flow import Step, build_flow
from trialwright.report.model import Figure, Flow
from trialwright.report.palette import BAND, GREY, INK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.analysis import Analysis
    from trialwright.report.model import Population

_LETTERS = 8.0  # points
_LINE = 0.155  # inches from one line to the next
_PAD = 0.1  # inches between the edge of a box and its words
_GAP = 0.32  # inches between two boxes of the main line
_MARGIN = 0.08
_MAIN_WIDTH, _SIDE_WIDTH, _BETWEEN = 3.5, 4.9, 0.44  # inches; with the margins the whole width
_POINTS_PER_INCH = 72
_BULLET, _HANG = "• ", "   "
_BOLD = 1.15  # bold letters are wider
_NO_BREAK = "\u00a0"


def build_flow_block(analysis: Analysis) -> Flow:
    """Build the flow of patients: assessed, enrolled, treated, analysed, with who is left out.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.

    Returns
    -------
    Flow
        Every patient of a step goes on to the next, or is named with the reason.
    """
    steps = flow_steps(analysis)
    return Flow(steps, draw_flow(steps, screened_population(analysis)))


def flow_steps(analysis: Analysis) -> tuple[Step, ...]:
    """Return the boxes of the flow from the top to the bottom: screening, then `build_flow`.

    Parameters
    ----------
    analysis : Analysis
        Where its efficacy set is every enrolled patient, treatment is no box: it divides one.
    """
    found = follow_disposition(analysis)
    enrolled = [one.patient_id for one in found if one.not_enrolled is None]
    treated = [one.patient_id for one in found if one.given is not None]
    excluded = {one.patient_id: one.excluded or "" for one in analysis.sets.excluded}
    counted = {one.patient_id for one in analysis.sets.efficacy}
    failed = {one.patient_id: one.not_enrolled for one in found if one.not_enrolled is not None}
    steps = [Step("Assessed for eligibility", len(found), left=_reasons(failed))]
    on = treated if counted <= set(treated) else enrolled
    if on is treated:
        never = {one: "never treated" for one in enrolled if one not in set(treated)}
        steps.append(Step("Enrolled", len(enrolled), left=_reasons(never)))
    out = {one: excluded[one] for one in on if one not in counted}
    steps.append(Step("Treated" if on is treated else "Enrolled", len(on), left=_reasons(out)))
    first, *later = build_flow(analysis)[1:]
    title = f"Analysed: full analysis set, all {analysis.sets.efficacy_set}"
    return (*steps, replace(first, title=title), *later)


def _reasons(why: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Group patients by reason, the most frequent first."""
    grouped: dict[str, list[str]] = {}
    for patient, reason in why.items():
        grouped.setdefault(reason, []).append(patient)
    ordered = sorted(grouped.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple((reason, tuple(patients)) for reason, patients in ordered)


def draw_flow(steps: Sequence[Step], population: Population) -> Figure:
    """Make the figure of a flow.

    Parameters
    ----------
    steps : sequence of Step
        The boxes from the top to the bottom.
    population : Population
        The patients of the first box.
    """
    boxes = tuple(_lay_out(steps))
    height = max(one.bottom for one in boxes) + _MARGIN
    return Figure(
        key="flow",
        number="14.1.1",
        title="Flow of patients",
        caption="After CONSORT 2025, for one arm. At the right, who of a box does not reach the "
        "next one, and why.",
        description=_describe(steps),
        size_inches=(WIDTH_INCHES, height),
        paint=partial(_paint, boxes=boxes),
        data=_data(steps),
        population=population,
    )


def _describe(steps: Sequence[Step]) -> str:
    parts = [
        f"{step.title}: {step.patients}" + (f" ({step.leaving} leave here)" if step.left else "")
        for step in steps
    ]
    return f"Flow chart of the patients, from the top to the bottom. {'; '.join(parts)}."


def _data(steps: Sequence[Step]) -> pl.DataFrame:
    """Return a row for every box and for every reason beside it."""
    import polars as pl

    rows = [
        row
        for step in steps
        for row in (
            (step.title, "in the box", "", step.patients),
            *((step.title, "of these", words, count) for words, count in step.parts),
            *((step.title, "leave here", why, len(left)) for why, left in step.left),
        )
    ]
    schema = {"step": pl.String, "what": pl.String, "words": pl.String, "patients": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


@dataclass(frozen=True, slots=True)
class _Box:
    """A box: its place in inches from the top left corner, its lines, and how many are bold.

    A box without bold lines stands aside.
    """

    left: float
    top: float
    width: float
    lines: tuple[str, ...]
    bold: int

    @property
    def aside(self) -> bool:
        return self.bold == 0

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + 2 * _PAD

    @property
    def bottom(self) -> float:
        return self.top + self.height


def _lay_out(steps: Sequence[Step]) -> Iterator[_Box]:
    """Yield each main box, and after it the box at its side, which stands below the main one."""
    top = _MARGIN
    for step in steps:
        title, parts = _main_lines(step)
        main = _Box(_MARGIN, top, _MAIN_WIDTH, (*title, *parts), len(title))
        yield main
        top = main.bottom + _GAP
        if step.left:
            left = _MARGIN + _MAIN_WIDTH + _BETWEEN
            lines = tuple(_side_lines(step))
            side = _Box(left, main.bottom + _GAP / 2, _SIDE_WIDTH, lines, 0)
            yield side
            top = side.bottom + _GAP / 2


def _main_lines(step: Step) -> tuple[list[str], list[str]]:
    room = _room(_MAIN_WIDTH)
    title = wrap_words(f"{step.title} {_count(step.patients)}", room / _BOLD)
    parts = [line for words, n in step.parts for line in _item(f"{words} {_count(n)}", room)]
    return title, parts


def _side_lines(step: Step) -> Iterator[str]:
    room = _room(_SIDE_WIDTH)
    yield from wrap_words(f"Left out {_count(step.leaving)}", room)
    for why, patients in step.left:
        yield from _item(f"{why or 'no reason recorded'} {_count(len(patients))}", room)


def _count(patients: int) -> str:
    """Write a count that no line end breaks."""
    return f"(n = {patients})".replace(" ", _NO_BREAK)


def _item(words: str, room: float) -> Iterator[str]:
    lines = wrap_words(words, room - _width(_HANG))
    return (f"{_HANG if number else _BULLET}{line}" for number, line in enumerate(lines))


def _room(width: float) -> float:
    """Return how wide a line may be in a box, in widths of the letter m."""
    return (width - 2 * _PAD) * _POINTS_PER_INCH / _LETTERS


def wrap_words(words: str, room: float) -> list[str]:
    """Break words into lines that surely fit; a word longer than a line is broken too.

    Parameters
    ----------
    words : str
        Any text; what is no letter, a line end say, becomes a blank.
    room : float
        Width of a line in units of the size of the letters.
    """
    lines = [""]
    printed = "".join(one if one.isprintable() or one == _NO_BREAK else " " for one in words)
    for word in printed.split(" "):
        if not word:
            continue
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if _width(joined) <= room:
            lines[-1] = joined
            continue
        pieces = list(_break(word, room))
        lines = [*lines, *pieces] if lines[-1] else [*lines[:-1], *pieces]
    return lines


def _break(word: str, room: float) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece and _width(piece + letter) > room:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _width(words: str) -> float:
    return sum(map(_letter_width, words))


# Never less than what DejaVu Sans takes, in its size.
_NARROW = frozenset(" !'()*,-./:;I[]`fijlrt|" + _NO_BREAK)
_BROAD = frozenset("%@MWmw#+<=>^~_&")
_CJK = 1.2  # the letters, or the box that stands for one that no font has


def _letter_width(letter: str) -> float:
    """Return a width that the letter does not exceed, so that nothing runs out of its box."""
    if letter in _NARROW:
        return 0.51
    if letter in _BROAD:
        return 1.0
    if not letter.isascii():
        return _CJK
    return 0.8 if letter.isupper() else 0.66


def _paint(canvas: Canvas, boxes: Iterable[_Box]) -> None:
    width, height = canvas.get_size_inches()
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))  # inches from the top left corner
    axes.set_axis_off()
    above: _Box | None = None
    for box in boxes:
        _draw_box(axes, box)
        if above is not None:
            _join(axes, above, box)
        above = above if box.aside else box


def _draw_box(axes: Axes, box: _Box) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle(
            (box.left, box.top), box.width, box.height,
            facecolor="white" if box.aside else BAND, edgecolor=GREY, linewidth=0.8,
        )
    )  # fmt: skip
    for number, line in enumerate(box.lines):
        axes.text(
            box.left + _PAD,
            box.top + _PAD + (number + 0.5) * _LINE,
            line,
            fontsize=_LETTERS,
            va="center_baseline",
            color=INK,
            weight="bold" if number < box.bold else "normal",
        )


def _join(axes: Axes, above: _Box, box: _Box) -> None:
    """Draw the arrow from a box to the next one, or to the box at its side."""
    middle = above.left + above.width / 2
    start = (middle, above.bottom)
    end = (middle, box.top)
    if box.aside:
        height = box.top + _PAD + 0.5 * _LINE
        start, end = (middle, height), (box.left, height)
    style = {"arrowstyle": "-|>", "color": GREY, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=style)
