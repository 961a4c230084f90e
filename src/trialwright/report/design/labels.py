"""Where words fit into a picture: no two of them on top of each other, none over the axis.

Measured in points, by the size of the font: the same on every machine, whatever draws the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDE, _HIGH = 0.56, 1.3  # of a letter and of a line, in sizes of the font
_POINTS = 72  # to an inch


class Box(NamedTuple):
    """The room that words take, in points from the lower left corner of the picture."""

    left: float
    bottom: float
    right: float
    top: float

    def touches(self, other: Box) -> bool:
        """Return whether two boxes share room."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def raised(self, by: float) -> Box:
        """Return the box higher by so many points."""
        return self._replace(bottom=self.bottom + by, top=self.top + by)


@dataclass(slots=True)
class Labels:
    """The words that stand on one pair of axes, whose limits are set.

    Parameters
    ----------
    axes : Axes
        Where they stand.
    size : float
        Of the font, in points.
    taken : list of Box
        The room that is taken already.
    """

    axes: Axes
    size: float
    taken: list[Box] = field(default_factory=list)

    def box(
        self,
        words: str,
        at: tuple[float, float],
        offset: tuple[float, float],
        side: Literal["left", "right"],
        edge: Literal["top", "bottom"],
    ) -> Box:
        """Return the room of words near a point.

        Parameters
        ----------
        words : str
            One line.
        at : (float, float)
            The point, in data.
        offset : (float, float)
            From it, in points.
        side, edge : str
            Which side and edge of the words is there.
        """
        x, y = to_points(self.axes, at)
        x, y = x + offset[0], y + offset[1]
        width, height = _WIDE * self.size * len(words), _HIGH * self.size
        left = x if side == "left" else x - width
        bottom = y if edge == "bottom" else y - height
        return Box(left, bottom, left + width, bottom + height)

    def is_free(self, box: Box) -> bool:
        """Return whether nothing stands there."""
        return not any(box.touches(other) for other in self.taken)

    def make_way(self, box: Box, *, upwards: bool) -> float:
        """Take the nearest free room above or below, and return how far it is, in points."""
        moved = 0.0
        while not self.is_free(box.raised(moved)):
            moved += 1.0 if upwards else -1.0
        self.taken.append(box.raised(moved))
        return moved


def to_points(axes: Axes, at: tuple[float, float]) -> tuple[float, float]:
    """Return where a point of the data stands, in points from the corner of the picture."""
    x, y = axes.transData.transform(at)
    inches = _POINTS / axes.get_figure(root=True).dpi  # type: ignore[union-attr]  # it has one
    return float(x) * inches, float(y) * inches


def width_in_points(axes: Axes, width: float) -> float:
    """Return how wide a stretch of the x axis is drawn, in points."""
    return to_points(axes, (width, 0))[0] - to_points(axes, (0, 0))[0]
