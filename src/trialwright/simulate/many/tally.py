"""What was counted in some trials: whole numbers, whose sum does not depend on the order.

The last digits of a sum of floating-point numbers depend on the order of adding, so any other
number of threads would give another result. A tally therefore holds integers alone: counts,
histograms, and sums in fixed point (a duration in days times 1000, say). It is added exactly,
and an overflow is an error.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import reduce
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from trialwright.simulate.many.failures import SimulationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    Counts = NDArray[np.int64]

TRIALS = "trials"


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The counts of some trials.

    Parameters
    ----------
    counts : mapping of str to array_like of int, shape (k,) or ()
        Additive whole numbers by name; each within int64. ``trials``, how many trials were
        counted, is one of them. A single number becomes an array of length 1. Kept in the order
        of the names.

    Raises
    ------
    ValueError
        If ``trials`` is missing, negative or more than one number, or a quantity is empty, has
        more than one dimension or is not made of whole numbers.

    Examples
    --------
    >>> one = Tally({"trials": 2, "responders": [1, 1, 0]})
    >>> two = Tally({"trials": 3, "responders": [0, 2, 1]})
    >>> (one + two).counts["responders"].tolist(), (one + two).trials
    ([1, 3, 1], 5)
    """

    counts: Mapping[str, Counts]

    def __post_init__(self) -> None:
        """Check every quantity and keep a copy nobody can edit."""
        kept = {name: _whole_numbers(name, self.counts[name]) for name in sorted(self.counts)}
        if TRIALS not in kept or kept[TRIALS].size != 1 or kept[TRIALS][0] < 0:
            msg = "a tally needs 'trials', one number of 0 or more: how many were counted"
            raise ValueError(msg)
        object.__setattr__(self, "counts", MappingProxyType(kept))

    def __reduce__(self) -> tuple[object, ...]:
        return Tally, (dict(self.counts),)

    @property
    def trials(self) -> int:
        """How many trials were counted."""
        return int(self.counts[TRIALS][0])

    @property
    def digest(self) -> str:
        """SHA-256 of names and numbers: two runs gave the same bits where these are equal."""
        found = hashlib.sha256()
        for name, values in self.counts.items():
            found.update(f"{len(name)} {name} {values.size}\n".encode())
            found.update(values.astype("<i8").tobytes())
        return found.hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return self.counts.keys() == other.counts.keys() and all(
            np.array_equal(values, other.counts[name]) for name, values in self.counts.items()
        )

    def __hash__(self) -> int:
        return hash(self.digest)

    def __add__(self, other: Tally) -> Tally:
        _check_alike(self, other)
        return Tally(
            {name: _add(name, values, other.counts[name]) for name, values in self.counts.items()}
        )

    def to_frame(self) -> pl.DataFrame:
        """Return a table with the columns quantity, index (from 0) and value."""
        import polars as pl

        sizes = [values.size for values in self.counts.values()]
        return pl.DataFrame(
            {
                "quantity": np.repeat(list(self.counts), sizes).tolist(),
                "index": np.concatenate([np.arange(size) for size in sizes]),
                "value": np.concatenate(list(self.counts.values())),
            },
            schema={"quantity": pl.String, "index": pl.Int64, "value": pl.Int64},
        )

    @classmethod
    def from_frame(cls, frame: pl.DataFrame) -> Tally:
        """Read a tally from a table as `to_frame` returns it; the rows may have any order.

        Raises
        ------
        ValueError
            If a column is missing or has other than whole numbers, or the indices of a quantity
            are not 0, 1, ..., each once.
        """
        import polars as pl

        wanted = {"quantity": pl.String, "index": pl.Int64, "value": pl.Int64}
        if dict(frame.schema) != wanted or frame.null_count().sum_horizontal().item() > 0:
            msg = f"a table of a tally has the columns {', '.join(wanted)}, no cell empty"
            raise ValueError(msg)
        counts = {}
        for (name,), rows in frame.sort("quantity", "index").group_by("quantity"):
            if rows["index"].to_list() != list(range(rows.height)):
                msg = f"{name}: the indices must be 0 to {rows.height - 1}, each once"
                raise ValueError(msg)
            counts[str(name)] = rows["value"].to_numpy()
        return cls(counts)

    def to_parquet(self) -> bytes:
        """Return the table of `to_frame` as the bytes of a Parquet file."""
        file = BytesIO()
        self.to_frame().write_parquet(file)
        return file.getvalue()

    @classmethod
    def from_parquet(cls, content: bytes) -> Tally:
        """Read a tally from the bytes of `to_parquet`; check them first, Parquet does not."""
        import polars as pl

        return cls.from_frame(pl.read_parquet(BytesIO(content)))


def sum_tallies(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of one or more tallies.

    Raises
    ------
    ValueError
        If they do not count the same quantities.
    SimulationError
        If a sum does not fit into 64 bits.
    """
    return reduce(Tally.__add__, tallies)


def _whole_numbers(name: str, values: ArrayLike) -> Counts:
    array = np.atleast_1d(np.asarray(values))
    if array.dtype.kind not in "iu" or array.ndim != 1 or array.size == 0:
        msg = (
            f"{name}: a tally takes whole numbers in one dimension, one or more, not "
            f"{array.dtype} of shape {array.shape}"
        )
        raise ValueError(msg)
    if array.dtype.kind == "u" and array.max() > np.iinfo(np.int64).max:
        msg = f"{name}: a number does not fit into 64 bits with a sign"
        raise ValueError(msg)
    kept = array.astype(np.int64)
    kept.setflags(write=False)
    return kept


def _check_alike(one: Tally, other: Tally) -> None:
    differ = sorted(one.counts.keys() ^ other.counts.keys())
    if differ:
        msg = f"tallies of other quantities cannot be added; only one has {', '.join(differ)}"
        raise ValueError(msg)
    for name, values in one.counts.items():
        if values.shape != other.counts[name].shape:
            sizes = f"{values.size} and {other.counts[name].size}"
            msg = f"{name}: tallies of {sizes} numbers cannot be added"
            raise ValueError(msg)


def _add(name: str, one: Counts, other: Counts) -> Counts:
    total = one + other  # wraps round silently
    # It did so where both terms have the sign that the sum has not.
    if np.any(((one ^ total) & (other ^ total)) < 0):
        msg = f"{name}: the sum does not fit into 64 bits; count it in larger units"
        raise SimulationError(msg)
    return total
