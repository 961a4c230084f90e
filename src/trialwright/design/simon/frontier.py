"""The best two-stage design of each size, as plain functions of numbers.

For one total n, the expected size at p0 is n1 + (1 - PET)(n - n1), and PET grows with r1. So for a
given n1 the largest r1 that keeps both errors is the best, and its largest final bound r is the one
with the smallest type I error. Three facts spare almost all of the search, and none can lose the
optimum:

- r1 may not exceed the largest bound that a trial at p1 passes with the power asked for, and r not
  the largest that all n patients pass in one stage: a second look never adds power.
- That r1 bounds the expected size of every design with the same n1 from below, so an n1 whose
  bound does not beat the best so far is left out whole.
- If even the largest r breaks the type I error, a smaller r1 does so all the more.

The functions take lists, or arrays once compiled (``search``), and give the same bits either way.

Sources
-------
Simon 1989 (Control Clin Trials 10: 1). Jung, Lee, Kim & George 2004 (Stat Med 23: 561): the best
design of each size, from which the admissible ones are taken.
Oracle: R clinfun, ``tests/oracle/design/test_simon_oracle.py``; brute force, ``tests/property``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

SOLID = 1e-9  # numbers nearer to each other than this are equal but for rounding


class Tables(NamedTuple):
    """Binomial probabilities of 0 to N patients: row n holds its n + 1 counts, end to end.

    Parameters
    ----------
    equal, at_least : ndarray of float, shape ((N + 1) (N + 2) / 2,)
        Chance of exactly x, and of x or more, at one rate; row n begins at ``row_of(n)``.
    bound : ndarray of int, shape (N + 1,)
        Largest bound that n patients pass with the power asked for; -1: none.
    """

    equal: Floats
    at_least: Floats
    bound: Floats


class Limits(NamedTuple):
    """What a design must keep.

    Parameters
    ----------
    alpha, power : float
        Type I error at most, power at least.
    least_first, most_first : int
        Patients of the first stage.
    least_share, most_share : float
        Patients of the first stage over those of both.
    """

    alpha: float
    power: float
    least_first: int
    most_first: int
    least_share: float
    most_share: float


class Best(NamedTuple):
    """The best design of each n from 0 to N; n1 is 0 where there is none.

    Parameters
    ----------
    first_stage, first_stage_bound, total_bound : ndarray of int, shape (N + 1,)
        n1, r1 and r.
    expected : ndarray of float, shape (N + 1,)
        Expected size at p0.
    floor : ndarray of float, shape (N + 1,)
        No design of this n or of a larger one can have a smaller expected size, whatever the
        share of its first stage.
    """

    first_stage: Floats
    first_stage_bound: Floats
    total_bound: Floats
    expected: Floats
    floor: Floats


def row_of(n: int) -> int:
    """Return where the row of n patients begins."""
    return n * (n + 1) // 2


def fill_tables(rate: float, power: float, most: int, tables: Tables) -> None:
    """Fill in the probabilities of 0 to ``most`` patients, each row from the one above it."""
    equal, at_least = tables.equal, tables.at_least
    equal[0] = at_least[0] = 1.0
    tables.bound[0] = -1
    for n in range(1, most + 1):
        above, row = row_of(n - 1), row_of(n)
        equal[row] = (1 - rate) * equal[above]
        for x in range(1, n):
            equal[row + x] = rate * equal[above + x - 1] + (1 - rate) * equal[above + x]
        equal[row + n] = rate * equal[above + n - 1]
        tail = 0.0
        for x in range(n, -1, -1):
            tail += equal[row + x]
            at_least[row + x] = min(1.0, tail)
        bound = tables.bound[n - 1]  # one patient more raises it by one at most
        while bound + 1 < n and at_least[row + bound + 2] >= power:
            bound += 1
        tables.bound[n] = bound


def search_sizes(
    most: int,
    rates: tuple[float, float],
    tables: tuple[Tables, Tables],
    limits: Limits,
    best: Best,
) -> None:
    """Fill in the tables of p0 and p1, and the best design of each n up to ``most``."""
    null, alternative = tables
    fill_tables(rates[0], limits.power, most, null)
    fill_tables(rates[1], limits.power, most, alternative)
    start = 1
    for n in range(2, most + 1):
        start = _search_size(n, start, null, alternative, limits, best)


def _search_size(
    n: int, start: int, null: Tables, alternative: Tables, limits: Limits, best: Best
) -> int:
    """Fill in the best design of one n; return its n1, where to begin with the next n."""
    best.first_stage[n] = 0
    best.expected[n] = best.floor[n] = float(n)
    least, most = whole_up(limits.least_share * n), whole_down(limits.most_share * n)
    least, most = max(least, limits.least_first, 1), min(most, limits.most_first, n - 1)
    if least <= start <= most:  # a good design at once spares the rest
        _search_first_stage(start, n, null, alternative, limits, best)
    for n1 in range(max(limits.least_first, 1), min(limits.most_first, n - 1) + 1):
        if n1 >= best.expected[n] and n1 >= best.floor[n]:
            break
        floor = expected_size(n1, alternative.bound[n1], n, null)
        best.floor[n] = min(best.floor[n], floor)
        if floor < best.expected[n] and least <= n1 <= most:
            _search_first_stage(n1, n, null, alternative, limits, best)
    found = best.first_stage[n]
    return found if found > 0 else start


def _search_first_stage(
    n1: int, n: int, null: Tables, alternative: Tables, limits: Limits, best: Best
) -> None:
    """Take the largest r1 that keeps both errors, if it beats the best design of this n."""
    top = alternative.bound[n]
    for r1 in range(alternative.bound[n1], -1, -1):
        expected = expected_size(n1, r1, n, null)
        if expected >= best.expected[n]:
            return
        if chance_to_declare(n1, r1, n, top, null) > limits.alpha:
            return
        r = top
        while r >= r1 and chance_to_declare(n1, r1, n, r, alternative) < limits.power:
            r -= 1
            if r >= r1 and chance_to_declare(n1, r1, n, r, null) > limits.alpha:
                r = -1
        if r >= r1:
            best.first_stage[n], best.first_stage_bound[n] = n1, r1
            best.total_bound[n], best.expected[n] = r, expected
            return


def expected_size(n1: int, r1: int, n: int, null: Tables) -> float:
    """Return the expected size at p0; nobody stops where r1 is -1."""
    go_on: float = null.at_least[row_of(n1) + r1 + 1]
    return n1 + go_on * (n - n1)


def chance_to_declare(n1: int, r1: int, n: int, r: int, tables: Tables) -> float:
    """Return the chance that X1 > r1 and X > r, all terms positive."""
    first, second, n2 = row_of(n1), row_of(n - n1), n - n1
    enough = min(n1 + 1, r + 1)  # so many in stage 1 need no more
    total: float = 0.0
    if enough <= n1:
        total = tables.at_least[first + enough]
    for x1 in range(max(r1 + 1, r + 1 - n2), enough):
        total += tables.equal[first + x1] * tables.at_least[second + r + 1 - x1]
    return total


def whole_up(value: float) -> int:
    """Return the smallest whole number not below a value that may be off by rounding."""
    down = int(value)
    return down if value - down <= SOLID else down + 1


def whole_down(value: float) -> int:
    """Return the largest whole number not above a value that may be off by rounding."""
    down = int(value)
    return down + 1 if value - down >= 1 - SOLID else down
