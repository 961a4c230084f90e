"""Ranges of trial numbers: cut into tasks, dealt out to shards, and what of them is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from operator import index
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# About a second of one core. Results do not depend on it.
RANGE_SIZE = 20_000


@dataclass(frozen=True, slots=True, order=True)
class TrialRange:
    """Trials of consecutive numbers.

    Parameters
    ----------
    first : int
        Number of the first trial, 0 or more.
    count : int
        How many trials, 1 or more.

    Raises
    ------
    ValueError
        If ``first`` is below 0 or ``count`` below 1, or either is no whole number.

    Examples
    --------
    >>> trials = TrialRange(40, 20)
    >>> print(trials, trials.last, trials.stop)
    trials 40 to 59 59 60
    """

    first: int
    count: int

    def __post_init__(self) -> None:
        """Refuse what is no range, and turn the integers of NumPy into Python's."""
        for name, least in (("first", 0), ("count", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
                msg = f"{name} must be a whole number of {least} or more, not {value!r}"
                raise ValueError(msg)
            object.__setattr__(self, name, index(value))

    def __str__(self) -> str:
        if self.count == 1:
            return f"trial {self.first}"
        return f"trials {self.first} to {self.last}"

    @property
    def last(self) -> int:
        """Number of the last trial."""
        return self.first + self.count - 1

    @property
    def stop(self) -> int:
        """Number after the last trial."""
        return self.first + self.count

    def holds(self, other: TrialRange) -> bool:
        """Return whether every trial of the other range is one of this."""
        return self.first <= other.first and other.stop <= self.stop

    @classmethod
    def between(cls, first: int, stop: int) -> TrialRange:
        """Return the trials from ``first`` up to, not including, ``stop``."""
        return cls(first, stop - first)


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several equal shares of a run, for job arrays where no scheduler may run.

    Parameters
    ----------
    number : int
        Which share, 1 to ``shards``.
    shards : int
        Shares in all, 1 or more.

    Raises
    ------
    ValueError
        If ``number`` is not one of 1 to ``shards``.

    Examples
    --------
    >>> [str(Shard(number, 3).trials_of(TrialRange(0, 10))) for number in (1, 2, 3)]
    ['trials 0 to 2', 'trials 3 to 5', 'trials 6 to 9']
    """

    number: int
    shards: int

    def __post_init__(self) -> None:
        """Refuse a share that is not there."""
        if not 1 <= self.number <= self.shards:
            raise ValueError(_not_a_shard(f"{self.number}/{self.shards}"))

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read a shard as it is written on the command line.

        Parameters
        ----------
        text : str
            The form ``i/k``, such as ``3/20``: the third of twenty.

        Returns
        -------
        Shard
            The share.

        Raises
        ------
        ValueError
            If the text has another form, or i is not one of 1 to k.

        Examples
        --------
        >>> Shard.parse("3/20")
        Shard(number=3, shards=20)
        """
        found = re.fullmatch(r"([0-9]+)/([0-9]+)", text)
        if found is None:
            raise ValueError(_not_a_shard(text))
        return cls(int(found[1]), int(found[2]))

    def trials_of(self, whole: TrialRange) -> TrialRange:
        """Return the trials of this share; shares differ by one trial at most.

        Raises
        ------
        ValueError
            If there are more shards than trials.
        """
        if self.shards > whole.count:
            msg = f"{whole.count} trials cannot be dealt out to {self.shards} shards; ask for fewer"
            raise ValueError(msg)
        start, stop = (whole.count * n // self.shards for n in (self.number - 1, self.number))
        return TrialRange.between(whole.first + start, whole.first + stop)

    @property
    def folder_name(self) -> str:
        """Name of the folder of this share; names sort by number."""
        digits = len(str(self.shards))
        return f"shard-{self.number:0{digits}d}-of-{self.shards}"


def _not_a_shard(text: str) -> str:
    return f"a shard is i/k with i from 1 to k, such as 3/20 for the third of twenty, not {text!r}"


def cut_range(trials: TrialRange, size: int) -> Iterator[TrialRange]:
    """Cut a range into ranges of at most some size, in order.

    Parameters
    ----------
    trials : TrialRange
        What is cut.
    size : int
        Trials a piece, 1 or more; the last piece may be smaller.

    Returns
    -------
    iterator of TrialRange
        The pieces; made one by one, so a billion trials cost no memory.

    Raises
    ------
    ValueError
        If ``size`` is below 1.

    Examples
    --------
    >>> [str(piece) for piece in cut_range(TrialRange(0, 7), 3)]
    ['trials 0 to 2', 'trials 3 to 5', 'trial 6']
    """
    check_at_least_one("size", size)
    starts = range(trials.first, trials.stop, size)
    return (TrialRange(first, min(size, trials.stop - first)) for first in starts)


def check_at_least_one(name: str, value: int) -> None:
    """Raise ``ValueError`` unless a number of trials, threads or tries is 1 or more."""
    if value < 1:
        msg = f"{name} must be 1 or more, not {value}"
        raise ValueError(msg)


def missing_ranges(whole: TrialRange, finished: Iterable[TrialRange]) -> tuple[TrialRange, ...]:
    """Return what is left of a range, ascending, once the finished ranges are taken away.

    Finished ranges may have any size and order, and may lie outside ``whole``.

    Examples
    --------
    >>> missing_ranges(TrialRange(0, 10), [TrialRange(2, 3), TrialRange(8, 5)])
    (TrialRange(first=0, count=2), TrialRange(first=5, count=3))
    """
    left: list[TrialRange] = []
    reached = whole.first
    for one in sorted(finished):
        if reached < min(one.first, whole.stop):
            left.append(TrialRange.between(reached, min(one.first, whole.stop)))
        reached = max(reached, one.stop)
    if reached < whole.stop:
        left.append(TrialRange.between(reached, whole.stop))
    return tuple(left)


def find_overlap(ranges: Iterable[TrialRange]) -> tuple[TrialRange, TrialRange] | None:
    """Return two of the ranges that share a trial, or None where no two do."""
    ordered = sorted(ranges)
    for one, following in pairwise(ordered):
        if following.first < one.stop:
            return one, following
    return None


def hull(ranges: Sequence[TrialRange]) -> TrialRange:
    """Return the smallest range that holds all of one or more ranges."""
    return TrialRange.between(min(one.first for one in ranges), max(one.stop for one in ranges))


def list_in_words(ranges: Sequence[TrialRange], *, most: int = 5) -> str:
    """Return ranges as a message names them; past ``most`` the rest are counted."""
    named = ", ".join(str(one) for one in ranges[:most])
    rest = ranges[most:]
    if not rest:
        return named
    return f"{named} and {len(rest)} more ranges of {sum(one.count for one in rest)} trials"
