"""Names beside points: none on another, none on a point, none outside the axes."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from trialwright.report.design.labels import Box, Labels, to_points
from trialwright.report.drawing import count_letters, shorten_label
from trialwright.report.palette import GREY, INK
from trialwright.report.safety.axes import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    Point = tuple[float, float]

_DISTANCES = (5.0, 11.0, 18.0, 27.0, 38.0, 50.0, 64.0)  # points, from the middle of the mark
_DIRECTIONS = (0, 4, 2, 6, 1, 7, 3, 5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5)  # eighths of a turn
_REACH = 200.0  # points: the farthest place with the longest name
_UNLED = 12.0  # a name farther from its point is joined to it by a line
_WIDE, _HIGH = 0.66, 1.25  # of a letter and a line, in sizes of the font
_MARK = 3.2  # half of a mark, in points
_STEP = 4.0  # between the boxes that keep a line free
_LEAST_SHIFT = 0.35  # cosine from which words stand beside, not above


class _Spot(NamedTuple):
    """A place for a name: its box, and where and how its words are written."""

    box: Box
    at: Point
    side: str


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
    boxes, homeless = list(taken), []
    for name, point in named:
        labels = Labels(axes, SMALL, _near(axes, point, boxes))
        spot = _find_spot(labels, shorten_label(name), point)
        if spot is None:
            homeless.append(name)
            continue
        boxes.append(spot.box)
        _write(axes, shorten_label(name), point, spot)
    return tuple(homeless)


def _near(axes: Axes, point: Point, boxes: Iterable[Box]) -> list[Box]:
    """Return the boxes that a name of the point may meet."""
    x, y = to_points(axes, point)
    around = Box(x - _REACH, y - _REACH, x + _REACH, y + _REACH)
    return [box for box in boxes if box.touches(around)]


def mark_box(axes: Axes, point: Point) -> Box:
    """Return the room of a mark at a point of the data."""
    x, y = to_points(axes, point)
    return Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK)


def line_boxes(axes: Axes, start: Point, end: Point) -> list[Box]:
    """Return boxes along a line between two points of the data, which keep it free of words."""
    (x, y), (to_x, to_y) = to_points(axes, start), to_points(axes, end)
    steps = max(1, int(max(abs(to_x - x), abs(to_y - y)) / _STEP))
    middle = [(x + (to_x - x) * i / steps, y + (to_y - y) * i / steps) for i in range(steps + 1)]
    return [Box(px - 1, py - 1, px + 1, py + 1) for px, py in middle]


def _find_spot(labels: Labels, words: str, point: Point) -> _Spot | None:
    x, y = to_points(labels.axes, point)
    frame = labels.axes.bbox.width, labels.axes.bbox.height
    inches = 72 / labels.axes.get_figure(root=True).dpi  # type: ignore[union-attr]  # it has one
    left, bottom = labels.axes.bbox.x0 * inches, labels.axes.bbox.y0 * inches
    inside = Box(left, bottom, left + frame[0] * inches, bottom + frame[1] * inches)
    for distance in _DISTANCES:
        for direction in _DIRECTIONS:
            spot = _spot(words, (x, y), distance, direction * pi / 4)
            if _contains(inside, spot.box) and labels.is_free(spot.box):
                return spot
    return None


def _spot(words: str, point: Point, distance: float, angle: float) -> _Spot:
    width, height = _WIDE * SMALL * count_letters(words), _HIGH * SMALL
    dx, dy = distance * cos(angle), distance * sin(angle)
    x, y = point[0] + dx, point[1] + dy + 0.5 * height * round(sin(angle), 6)
    side = "center" if abs(cos(angle)) < _LEAST_SHIFT else "left" if dx > 0 else "right"
    left = x - {"left": 0.0, "center": width / 2, "right": width}[side]
    box = Box(left, y - height / 2, left + width, y + height / 2)
    return _Spot(box, (x - point[0], y - point[1]), side)


def _contains(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.bottom <= inner.bottom
        and inner.right <= outer.right
        and inner.top <= outer.top
    )


def _write(axes: Axes, words: str, point: Point, spot: _Spot) -> None:
    led = max(abs(spot.at[0]), abs(spot.at[1])) > _UNLED
    axes.annotate(
        words, point, xytext=spot.at, textcoords="offset points", ha=spot.side,
        va="center", fontsize=SMALL, color=INK, zorder=6,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
        arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3}
        if led else None,
    )  # fmt: skip
