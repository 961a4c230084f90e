"""Who is at risk at each event, and Cox's partial likelihood of one stratum.

Sources are those of ``stats.cox``. Exact ties: Gail, Lubin & Rubinstein 1981, the recursion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.intp]

ALIGNED = 1e-6  # share of the range of the linear predictor
_WIDE = 500.0  # of the predictor: the least weight is still a float
_LARGE = 1e100
_BLOCK = 256  # event times whose risk sets are laid out at once


class Point(NamedTuple):
    """The log partial likelihood at some coefficients, its slope and its curvature."""

    log_likelihood: float
    score: Floats
    information: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """Patients of one stratum, the last time first."""

    time: Floats  # shape (n,)
    x: Floats  # shape (n, p)
    entry: Floats | None
    at: Floats  # distinct event times, shape (k,)
    events: Places  # rows of the patients with the event, shape (d,), by time
    group: Places  # place in ``at`` of each of them
    share: Floats  # of the tied events that is no longer at risk for each: 0, 1/d, 2/d (Efron)
    exact: bool  # tied events are compared with all other sets of as many patients

    @classmethod
    def of(cls, time: Floats, event: Flags, x: Floats, entry: Floats | None, ties: str) -> Stratum:
        """Sort the patients of one stratum, who have an event at least."""
        order = np.argsort(-time, kind="stable")
        time, event, x = time[order], event[order], x[order]
        rows = np.flatnonzero(event)[::-1]
        at, group, size = np.unique(time[rows], return_inverse=True, return_counts=True)
        before = np.arange(rows.size) - (np.cumsum(size) - size)[group]
        share = before / size[group] if ties == "efron" else np.zeros(rows.size)
        return cls(
            time,
            x,
            None if entry is None else entry[order],
            at,
            rows,
            group,
            share,
            ties == "exact",
        )

    def at_coefficients(self, coefficients: Floats) -> Point:
        """Return the log likelihood and its derivatives."""
        p = coefficients.size
        with np.errstate(all="ignore"):  # too long a step is seen by its value and taken back
            predictor = self.x @ coefficients
            sums, top = self._subsets(predictor) if self.exact else self._tied_sums(predictor)
            mean = sums[:, 1 : p + 1] / sums[:, :1]
            square = (sums[:, p + 1 :] / sums[:, :1]).sum(axis=0).reshape(p, p)
            above = predictor[self.events] - top[self.group]
            all_told = bool(sums[:, 0].min() > 0)  # not lost below the least float
            value = float(above.sum() - np.log(sums[:, 0]).sum()) if all_told else np.nan
            slope = self.x[self.events].sum(axis=0) - mean.sum(axis=0)
            return Point(value, slope, square - mean.T @ mean)

    def _tied_sums(self, predictor: Floats) -> tuple[Floats, Floats]:
        """Return `_sums` for each event, a share of its tied events taken off."""
        p = self.x.shape[1]
        squares = (self.x[:, :, None] * self.x[:, None, :]).reshape(-1, p * p)
        columns = np.column_stack([np.ones(predictor.size), self.x, squares])
        at_risk, top = self._sums(predictor, columns)
        starts = np.flatnonzero(np.diff(self.group, prepend=-1))
        above = predictor[self.events] - top[self.group]
        own = np.exp(above)[:, None] * columns[self.events]
        tied = np.add.reduceat(own, starts, axis=0)[self.group]
        return at_risk[self.group] - self.share[:, None] * tied, top

    def _sums(self, predictor: Floats, columns: Floats) -> tuple[Floats, Floats]:
        """Return weighted sums of columns over those at risk at each event time.

        The weights are exp(predictor - top), with the ``top`` of each event time returned too.
        """
        if self.entry is None and np.ptp(predictor) < _WIDE:
            top = np.full(self.at.size, predictor.max())
            weighted = np.exp(predictor - top[0])[:, None] * columns
            return np.cumsum(weighted, axis=0)[self._reach() - 1], top
        sums, tops = [], []
        for inside in self._blocks():
            shown = np.where(inside, predictor, -np.inf)
            tops.append(shown.max(axis=1))
            sums.append(np.exp(shown - tops[-1][:, None]) @ columns)
        return np.concatenate(sums), np.concatenate(tops)

    def _subsets(self, predictor: Floats) -> tuple[Floats, Floats]:
        """Return for each event time the sums over all sets of as many patients as had the event.

        Columns: the product of the patients' weights, and its first and second derivatives.
        """
        top = np.full(self.at.size, predictor.max())
        weight = np.exp(predictor - top[0])
        size = np.bincount(self.group)
        products = _Products(self.x, weight, int(size.max()))
        found = np.empty((self.at.size, products.of_size.shape[1]))
        before = 0
        for i in range(self.at.size - 1, -1, -1):
            if self.entry is not None:
                products.clear()
                before = 0
            rows = self._rows_at_risk(i)
            for row in rows[before:]:
                products.take(row)
            before = len(rows)
            found[i] = products.of_size[size[i]]
            top[i] = top[i] + products.log_scale / size[i]
        return found, top

    def leads_along(self, direction: Floats) -> bool:
        """Say whether each event has the greatest value along it of all those it is compared to."""
        value = self.x @ direction
        if self.exact:
            behind = -(self.leads() @ direction)
        elif self.entry is None:
            greatest = np.maximum.accumulate(value)[self._reach() - 1]
            behind = greatest[self.group] - value[self.events]
        else:
            shown = [np.where(inside, value, -np.inf).max(axis=1) for inside in self._blocks()]
            behind = np.concatenate(shown)[self.group] - value[self.events]
        return bool(behind.max(initial=0.0) <= ALIGNED * np.ptp(value))

    def leads(self) -> Floats:
        """Return by how much each event leads each it is compared to, shape (pairs, p)."""
        inside = np.concatenate(list(self._blocks()))
        if self.exact:  # not with those who had the event with it
            inside[self.group, self.events] = False
        event, other = np.nonzero(inside[self.group])
        return self.x[self.events][event] - self.x[other]

    def _rows_at_risk(self, i: int) -> list[int]:
        """Return who is at risk at one event time."""
        inside = self.time >= self.at[i]
        if self.entry is not None:
            inside = inside & (self.entry < self.at[i])
        rows: list[int] = np.flatnonzero(inside).tolist()
        return rows

    def _reach(self) -> Places:
        """Return how many are at risk at each event time: rows from the first on."""
        return np.searchsorted(-self.time, -self.at, side="right")

    def _blocks(self) -> Iterator[Flags]:
        """Yield who is at risk at some event times, shape (times, n), block after block."""
        for first in range(0, self.at.size, _BLOCK):
            now = self.at[first : first + _BLOCK, None]
            inside = self.time >= now
            yield inside if self.entry is None else inside & (self.entry < now)


class _Products:
    """Sums of products of weights over all sets of 0, 1, 2, ... of the patients taken so far.

    Columns: the sum itself, and its first and second derivatives.
    """

    def __init__(self, x: Floats, weight: Floats, largest: int) -> None:
        self.x, self.weight = x, weight
        self.of_size = np.zeros((largest + 1, 1 + x.shape[1] + x.shape[1] ** 2))
        self.clear()

    def clear(self) -> None:
        """Take nobody."""
        self.of_size[:] = 0.0
        self.of_size[0, 0] = 1.0
        self.log_scale = 0.0

    def take(self, row: int) -> None:
        """Take one patient more, who is in a set or not."""
        x, p, smaller = self.x[row], self.x.shape[1], self.of_size[:-1]
        cross = smaller[:, 1 : p + 1, None] * x
        square = smaller[:, :1, None] * np.outer(x, x) + cross + cross.transpose(0, 2, 1)
        more = smaller.copy()
        more[:, 1 : p + 1] += smaller[:, :1] * x
        more[:, p + 1 :] += square.reshape(len(more), p * p)
        self.of_size[1:] += self.weight[row] * more
        if self.of_size[:, 0].max() > _LARGE:
            self.of_size /= _LARGE
            self.log_scale += float(np.log(_LARGE))
