"""What a search for lambda and gamma found, whatever the outcomes of the trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    import polars as pl

    from trialwright.design.bop2.optimum import Bop2Grid


class _Figured(Protocol):
    """A design that says what it is and does."""

    def figures(self) -> dict[str, object]:
        """Return lambda, gamma, bounds and what they do: a row of a table."""


Design = TypeVar("Design", bound=_Figured)


@dataclass(frozen=True, slots=True)
class FoundPairs(Generic[Design]):
    """The best pairs (lambda, gamma), as designs.

    Parameters
    ----------
    alpha : float
        Type I error allowed.
    best : Bop2Design or Bop2PairDesign
        The largest power of every lambda in (0, 1) and gamma from 0 to the largest of the grid.
    on_grid : Bop2Design or Bop2PairDesign or None
        The largest power on the grid; none if no pair of it keeps the error.
    grid : Bop2Grid
        The grid; its largest gamma bounds both searches.
    judged : int
        Different sets of bounds that were enumerated on the way.
    """

    alpha: float
    best: Design
    on_grid: Design | None
    grid: Bop2Grid
    judged: int

    def to_frame(self) -> pl.DataFrame:
        """Return one row a design: where it was sought, its pair, bounds and exact figures."""
        import polars as pl

        return pl.DataFrame([{"sought": where, **one.figures()} for where, one in self.designs()])

    def designs(self) -> list[tuple[str, Design]]:
        """Return each design with where it was sought."""
        found = [("every pair", self.best)]
        return found if self.on_grid is None else [*found, ("grid", self.on_grid)]
