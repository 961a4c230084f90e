"""The search for three-stage designs, as plain functions of numbers.

A design stops for futility after m1 patients at r1 or fewer responders and after m2 at r2 or
fewer, and declares activity after n at more than r. Its expected size at p0 is
m1 + A (m2 - m1) + B (n - m2), with A and B the chances to go on after each stage. Both fall as
r1 and r2 grow, so bounds are tried from the largest down, and these facts spare the rest without
losing the optimum:

- No bound may exceed the largest that a trial at p1 passes, alone, with the power asked for: a
  second look never adds power. With these largest bounds A and B are as small as they can be for
  given m1 and m2, which bounds the expected size from below before any bound is tried.
- Smaller r1 or r2 only add to the type I error. If the largest r breaks it, all of them do.
- A larger design with no smaller expected size than a smaller design is not worth finding.

The functions take arrays of two dimensions and give the same bits compiled (``three_stage``) or
not.

Sources
-------
Chen 1997 (Stat Med 16: 2701): the designs. Simon 1989 (Control Clin Trials 10: 1): the search by
the largest bound.
Oracle: every design of small trials tried one by one, ``tests/oracle/design``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

_NOR_BELOW = -2


class Chances(NamedTuple):
    """Binomial probabilities of 0 to N patients at one rate.

    Parameters
    ----------
    equal, at_least : ndarray of float, shape (N + 1, N + 2)
        Row n: chance of exactly x, and of x or more, of n patients; 0 for x > n.
    alive : ndarray of float, shape (N + 1,)
        Room for the distribution of the count among trials that went on after stage 1.
    """

    equal: Floats
    at_least: Floats
    alive: Floats


class Tables(NamedTuple):
    """What the search looks up.

    Parameters
    ----------
    null, alternative : Chances
        At p0 and p1.
    bound : ndarray of int, shape (N + 1,)
        Largest bound that n patients pass with the power asked for; -1: none.
    least_on : ndarray of float, shape (N + 1, N + 1)
        Smallest chance at p0 to go on after stages of m1 and m2 patients; the search fills it in.
    """

    null: Chances
    alternative: Chances
    bound: Floats
    least_on: Floats


class Found(NamedTuple):
    """The best design of each n sought, of 0 to N; all 0 where none beats every smaller one.

    Parameters
    ----------
    bounds : ndarray of int, shape (N + 1, 5)
        m1, r1, m2, r2, r.
    expected : ndarray of float, shape (N + 1,)
        Expected size at p0 of the best design of n or fewer patients sought; n if there is none.
    floor : ndarray of float, shape (1,)
        No design of more than N patients has a smaller expected size; exact only as far as it
        tells whether the best design found could be beaten.
    """

    bounds: Floats
    expected: Floats
    floor: Floats


def search_sizes(
    sizes: tuple[int, int], errors: tuple[float, float], tables: Tables, found: Found
) -> None:
    """Fill in the best design of each n of some sizes.

    Parameters
    ----------
    sizes : (int, int)
        Smallest and largest n.
    errors : (float, float)
        Type I error at most, power at least.
    tables : Tables
        For the largest n as N.
    found : Found
        Filled in.
    """
    least, most = sizes
    _fill_least_on(most, tables)
    m1 = m2 = 0
    for n in range(least, most + 1):
        found.expected[n] = n if m1 == 0 else found.expected[n - 1]
        if 0 < m1 < m2 < n:  # what was best for fewer patients spares most of the rest
            _search_pair(m1, m2, n, errors, tables, found)
        _search_size(n, errors, tables, found)
        if found.bounds[n, 0] > 0:
            m1, m2 = found.bounds[n, 0], found.bounds[n, 2]
    found.floor[0] = _floor_beyond(most, errors[1], tables, found.expected[most])


def _floor_beyond(most: int, power: float, tables: Tables, least: float) -> float:
    """Return an expected size that no larger design can beat; stop once it is below ``least``."""
    floor = float(most + 1)
    for m1 in range(1, most):
        if tables.bound[m1] < 0:
            continue
        on = tables.null.at_least[m1, tables.bound[m1] + 1]
        # The second look may itself lie beyond the sizes looked at.
        floor = min(floor, m1 + on * (most + 1 - m1))
        for m2 in range(m1 + 1, most):
            if floor < least:
                return float(floor)
            reached = m1 + on * (m2 - m1) + tables.least_on[m1, m2] * (most + 1 - m2)
            if reached < least:
                reached = _least_expected(m1, m2, most + 1, power, tables)
            floor = min(floor, reached)
    return floor


def _least_expected(m1: int, m2: int, n: int, power: float, tables: Tables) -> float:
    """Return an expected size that no design with these stages can beat; it grows with n.

    The bounds keep the power after two stages; the last one is left out.
    """
    least = float(n)
    for r1 in range(tables.bound[m1] + 1):
        _carry(m1, r1, m2, tables.null)
        _carry(m1, r1, m2, tables.alternative)
        r2 = tables.bound[m2]
        while r2 >= r1 and _sum_above(r2, m2, tables.alternative.alive) < power:
            r2 -= 1
        if r2 >= r1:
            on = tables.null.at_least[m1, r1 + 1]
            both = _sum_above(r2, m2, tables.null.alive)
            least = min(least, m1 + on * (m2 - m1) + both * (n - m2))
    return least


def _fill_least_on(most: int, tables: Tables) -> None:
    for m1 in range(1, most - 1):
        for m2 in range(m1 + 1, most):
            if tables.bound[m1] >= 0:
                _carry(m1, tables.bound[m1], m2, tables.null)
                on = _sum_above(tables.bound[m2], m2, tables.null.alive)
                tables.least_on[m1, m2] = on


def _search_size(n: int, errors: tuple[float, float], tables: Tables, found: Found) -> None:
    for m1 in range(1, n - 1):
        if m1 >= found.expected[n]:
            return
        if tables.bound[m1] < 0:
            continue
        on = tables.null.at_least[m1, tables.bound[m1] + 1]
        for m2 in range(m1 + 1, n):
            floor = m1 + on * (m2 - m1)
            if floor >= found.expected[n]:
                break
            if floor + tables.least_on[m1, m2] * (n - m2) < found.expected[n]:
                _search_pair(m1, m2, n, errors, tables, found)


def _search_pair(
    m1: int, m2: int, n: int, errors: tuple[float, float], tables: Tables, found: Found
) -> None:
    """Take the bounds that keep both errors and beat the best design of this n."""
    null, top = tables.null, tables.bound[m2]
    for r1 in range(tables.bound[m1], -1, -1):
        _carry(m1, r1, m2, null)
        _carry(m1, r1, m2, tables.alternative)
        floor = m1 + null.at_least[m1, r1 + 1] * (m2 - m1)
        if floor + _sum_above(top, m2, null.alive) * (n - m2) >= found.expected[n]:
            return
        if _declare(top, m2, n, tables.bound[n], null) > errors[0]:
            return
        for r2 in range(top, r1 - 1, -1):
            expected = floor + _sum_above(r2, m2, null.alive) * (n - m2)
            if expected >= found.expected[n]:
                break
            r = _final_bound(r2, m2, n, errors, tables)
            if r == _NOR_BELOW:
                break
            if r >= r2:
                found.expected[n] = expected
                found.bounds[n, 0], found.bounds[n, 1] = m1, r1
                found.bounds[n, 2], found.bounds[n, 3] = m2, r2
                found.bounds[n, 4] = r
                break


def _final_bound(r2: int, m2: int, n: int, errors: tuple[float, float], tables: Tables) -> int:
    """Return the largest r that keeps both errors; -1: none; -2: nor has a smaller r2 any."""
    null, other = tables.null, tables.alternative
    r = tables.bound[n]
    if _declare(r2, m2, n, r, null) > errors[0]:
        return _NOR_BELOW
    if _sum_above(r2, m2, other.alive) < errors[1]:
        return -1
    while r >= r2 and _declare(r2, m2, n, r, other) < errors[1]:
        r -= 1
        if r >= r2 and _declare(r2, m2, n, r, null) > errors[0]:
            return -1
    return r if r >= r2 else -1


def _carry(m1: int, r1: int, m2: int, at: Chances) -> None:
    """Fill in the distribution of the count of m2 patients in trials with more than r1 of m1."""
    added = m2 - m1
    for x in range(r1 + 1, m2 + 1):
        total = 0.0
        for x1 in range(max(r1 + 1, x - added), min(x, m1) + 1):
            total += at.equal[m1, x1] * at.equal[added, x - x1]
        at.alive[x] = total
    for x in range(r1 + 1):
        at.alive[x] = 0.0


def _sum_above(r2: int, m2: int, alive: Floats) -> float:
    total = 0.0
    for x in range(m2, r2, -1):
        total += alive[x]
    return total


def _declare(r2: int, m2: int, n: int, r: int, at: Chances) -> float:
    """Return the chance that the count exceeds r2 after m2 patients and r after n."""
    total = 0.0
    for x in range(m2, max(r2, r - (n - m2)), -1):
        need = r + 1 - x
        total += at.alive[x] * at.at_least[n - m2, max(0, need)]
    return total
