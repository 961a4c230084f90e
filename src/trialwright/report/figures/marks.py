"""Many marks in few artists: rectangles and lines of many patients, each linked to its patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    Rectangle = tuple[float, float, float, float]  # left, bottom, width, height, in data
    Point = tuple[float, float]


def paint_rectangles(
    axes: Axes, rectangles: Sequence[Rectangle], anchors: Sequence[str | None], **style: Any
) -> None:
    """Paint rectangles of one style in one collection.

    Parameters
    ----------
    axes : Axes
        Where.
    rectangles : sequence of (float, float, float, float)
        Left, bottom, width and height, in data.
    anchors : sequence of str or None
        Where in the page each one leads; none: nowhere.
    **style
        Of a ``PolyCollection``.
    """
    from matplotlib.collections import PolyCollection

    corners = [
        [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        for x, y, width, height in rectangles
    ]
    painted = PolyCollection(corners, **style)
    painted.set_urls(links_to(anchors))
    axes.add_collection(painted, autolim=False)


def paint_lines(
    axes: Axes, lines: Sequence[Sequence[Point]], anchors: Sequence[str | None], **style: Any
) -> None:
    """Paint lines of one style in one collection.

    Parameters
    ----------
    axes : Axes
        Where.
    lines : sequence of sequence of (float, float)
        Points of each line, in data.
    anchors : sequence of str or None
        Where in the page each one leads; none: nowhere.
    **style
        Of a ``LineCollection``.
    """
    from matplotlib.collections import LineCollection

    painted = LineCollection([list(line) for line in lines], **style)
    painted.set_urls(links_to(anchors))
    axes.add_collection(painted, autolim=False)


def links_to(anchors: Sequence[str | None]) -> list[str | None]:
    """Return the links within the page to anchors."""
    return [None if anchor is None else f"#{anchor}" for anchor in anchors]
