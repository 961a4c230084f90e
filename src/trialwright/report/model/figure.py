"""A figure: how it is painted, the words for who cannot see it, and the data it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from matplotlib.figure import Figure as Canvas

    from trialwright.report.model.inputs import Population


@dataclass(frozen=True, eq=False)
class Figure:
    """One figure of the report.

    Parameters
    ----------
    key : str
        Name in links and files: ``waterfall``.
    number : str
        Number in the report; that of the table whose numbers it shows: ``14.2.1``.
    title : str
        What is shown.
    caption : str
        Conventions, counts and what is not drawn. Says why where there is nothing to draw.
    description : str
        What is seen, for who cannot see it (the alt text).
    size_inches : (float, float)
        Width and height.
    paint : callable or None
        Puts axes and artists on an empty matplotlib figure; the writers draw it as SVG, PNG or PDF
        within ``drawing_settings``. None: there is nothing to draw.
    data : polars.DataFrame or None
        What is drawn, one row a mark, in full digits; written beside the picture as CSV.
    population : Population or None
        Among whom.
    wide : bool
        Whether it takes the whole width of a page; two others share it.
    """

    key: str
    number: str
    title: str
    caption: str
    description: str
    size_inches: tuple[float, float] = (0.0, 0.0)
    paint: Callable[[Canvas], None] | None = None
    data: pl.DataFrame | None = None
    population: Population | None = None
    wide: bool = True
