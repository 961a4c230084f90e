"""Names beside points: none on another, none on a point, none outside the axes."""

from __future__ import annotations

from functools import cache
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, Literal, NamedTuple

from trialwright.report.design.labels import Box, to_points
from trialwright.report.drawing import count_letters, shorten_label
from trialwright.report.palette import GREY, INK
from trialwright.report.safety.axes import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from matplotlib.axes import Axes

    Point = tuple[float, float]

_DISTANCES = (5.0, 11.0, 18.0, 27.0, 38.0, 50.0, 64.0)  # points, from the middle of the mark
_DIRECTIONS = (0, 4, 2, 6, 1, 7, 3, 5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5)  # eighths of a turn
_UNLED = 12.0  # a name farther from its point is joined to it by a line
_WIDE, _HIGH = 0.66, 1.25  # of a letter and a line, in sizes of the font
_MARK = 3.2  # half of a mark, in points
_STEP = 4.0  # between the boxes that keep a line free
_DRAWN = 0.63  # of a letter, as wide as it is drawn
_SIDES: dict[float, Literal["left", "center", "right"]] = {0.0: "left", 0.5: "center", 1.0: "right"}
_LEAST_SHIFT = 0.35  # cosine from which words stand beside, not above


class _Spot(NamedTuple):
    """A place for a name: its box, and from where and to which side its words are written."""

    box: Box
    at: Point
    side: Literal["left", "center", "right"]


def name_points(
    axes: Axes, named: Sequence[tuple[str, Point]], taken: Iterable[Box]
) -> tuple[str, ...]:
    """Write each name at the nearest free place beside its point.

    Parameters
    ----------
    axes : Axes
        Whose limits are set.
    named : sequence of (str, (float, float))
        Names and their points in data; the first are placed first.
    taken : iterable of Box
        Room that must stay free: marks, lines and words; see `mark_box`, `line_boxes`.

    Returns
    -------
    tuple of str
        Names for which there was no room.
    """
    import numpy as np

    boxes, frame = np.array(list(taken), dtype=float).reshape(-1, 4), _frame(axes)
    places: list[tuple[str, Point, _Spot]] = []
    homeless = []
    for name, point in named:
        at, words = to_points(axes, point), shorten_label(name)
        spot = _find_spot(words, at, boxes, frame)
        if spot is None:
            homeless.append(name)
            continue
        boxes = np.vstack((boxes, spot.box))
        places.append((words, at, spot))
    _write(axes, places)
    return tuple(homeless)


def _frame(axes: Axes) -> Box:
    """Return the room of the axes, in points."""
    inches = 72 / axes.get_figure(root=True).dpi  # type: ignore[union-attr]  # it has one
    frame = axes.bbox
    return Box(*(side * inches for side in (frame.x0, frame.y0, frame.x1, frame.y1)))


def mark_box(axes: Axes, point: Point) -> Box:
    """Return the room of a mark at a point of the data."""
    x, y = to_points(axes, point)
    return Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK)


def mark_boxes(axes: Axes, points: Sequence[Point]) -> list[Box]:
    """Return the room of marks at points of the data."""
    return [Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK) for x, y in _all_places(axes, points)]


def _all_places(axes: Axes, points: Sequence[Point]) -> list[Point]:
    """Return where points of the data stand in the picture: `to_points`, of all at once."""
    if not points:
        return []
    inches = 72 / axes.get_figure(root=True).dpi  # type: ignore[union-attr]  # it has one
    return [(x, y) for x, y in (axes.transData.transform(points) * inches).tolist()]


def line_boxes(axes: Axes, start: Point, end: Point) -> list[Box]:
    """Return boxes along a line between two points of the data, which keep it free of words."""
    (x, y), (to_x, to_y) = _all_places(axes, (start, end))
    steps = max(1, int(max(abs(to_x - x), abs(to_y - y)) / _STEP))
    middle = [(x + (to_x - x) * i / steps, y + (to_y - y) * i / steps) for i in range(steps + 1)]
    return [Box(px - 1, py - 1, px + 1, py + 1) for px, py in middle]


def _find_spot(words: str, at: Point, boxes: np.ndarray, frame: Box) -> _Spot | None:
    """Return the nearest place within the frame that touches no box, all places at once."""
    import numpy as np

    width, height = _WIDE * SMALL * count_letters(words), _HIGH * SMALL
    dx, dy, rise, shift = _turns()
    x, y = at[0] + dx, at[1] + dy + 0.5 * height * rise
    left, bottom = x - width * shift, y - height / 2
    right, top = left + width, y + height / 2
    touched = (left[:, None] < boxes[:, 2]) & (boxes[:, 0] < right[:, None])
    touched &= (bottom[:, None] < boxes[:, 3]) & (boxes[:, 1] < top[:, None])
    free = (frame.left <= left) & (frame.bottom <= bottom) & (right <= frame.right)
    free &= (top <= frame.top) & ~touched.any(axis=1)
    if not free.any():
        return None
    found = int(np.argmax(free))
    box = Box(*(float(side[found]) for side in (left, bottom, right, top)))
    return _Spot(box, (float(x[found]), float(y[found])), _SIDES[float(shift[found])])


@cache
def _turns() -> tuple[np.ndarray, ...]:
    """Return of each place how far it is, right and up, its rise, and what is left of it."""
    import numpy as np

    rows = []
    for distance in _DISTANCES:
        for angle in (direction * pi / 4 for direction in _DIRECTIONS):
            dx, dy = distance * cos(angle), distance * sin(angle)
            shift = 0.5 if abs(cos(angle)) < _LEAST_SHIFT else 0.0 if dx > 0 else 1.0
            rows.append((dx, dy, round(sin(angle), 6), shift))
    return tuple(np.array(rows).T)


def _write(axes: Axes, places: Sequence[tuple[str, Point, _Spot]]) -> None:
    """Write names on white, and join those that are far off to their marks.

    The white and the lines are one artist each: a box and an arrow of every name take longer
    than all else of a figure.
    """
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.transforms import Affine2D

    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101 - axes stand in a figure
    points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
    lines = [
        _leader(spot, at)
        for _, at, spot in places
        if max(abs(spot.at[0] - at[0]), abs(spot.at[1] - at[1])) > _UNLED
    ]
    axes.add_collection(
        LineCollection(lines, color=GREY, linewidth=0.5, zorder=5.8, transform=points),
        autolim=False,
    )
    axes.add_collection(
        PolyCollection(
            [_corners(spot) for *_, spot in places], facecolor="white", alpha=0.7, linewidth=0,
            zorder=5.9, transform=points,
        ),
        autolim=False,
    )  # fmt: skip
    for words, _, spot in places:
        figure.text(  # not of the axes, which would work out how to clip it
            *spot.at, words, transform=points, ha=spot.side, va="center", fontsize=SMALL,
            color=INK, zorder=6,
        )  # fmt: skip


def _corners(spot: _Spot) -> list[Point]:
    """Return the white behind words, which are narrower than the room that is kept for them."""
    box = spot.box
    spare = (box.right - box.left) * (1 - _DRAWN / _WIDE)
    left = {"left": 0.0, "center": spare / 2, "right": spare}[spot.side]
    return [
        (box.left + left, box.bottom),
        (box.left + left, box.top),
        (box.right - spare + left, box.top),
        (box.right - spare + left, box.bottom),
    ]


def _leader(spot: _Spot, at: Point) -> tuple[Point, Point]:
    """Return a line from the edge of a name towards its mark, in points of the picture."""
    (left, bottom), _, (right, top), _ = _corners(spot)
    x, y = (left + right) / 2, (bottom + top) / 2
    dx, dy = at[0] - x, at[1] - y
    half = (right - left) / 2, (top - bottom) / 2
    leaves = min(side / abs(d) for side, d in zip(half, (dx, dy), strict=True) if d)
    ends = 1 - _MARK / hypot(dx, dy)
    return (x + leaves * dx, y + leaves * dy), (x + ends * dx, y + ends * dy)
